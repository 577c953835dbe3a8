//! Cutting secrets out of definitions (resources.md 2.3; architecture, invariant 5).
//!
//! In SQL the parser knows where they stand; quotes stay. REST objects are walked key by key.

use ferry_model::{ResourceName, Secret, SecretMap, SecretReference};
use ferry_sql::Span;
use ferry_sql::lexer::{Token, TokenKind, lex};
use ferry_sql::secrets::{MASKED, Secrecy};
use serde_json::Value;

use crate::assumed;

/// Keys of settings, dictionaries, disks and functions whose value is a secret, in lower case (resources.md 2.3), for
/// texts that do not parse.
const SECRET_KEYS: [&str; 26] = [
    "password",
    "jwt",
    "token",
    "properties",
    "kafka_schema_registry_credentials",
    "secret_access_key",
    "access_key_id",
    "session_token",
    "credential",
    "catalog_credential",
    "storage_credential",
    "uri",
    "ssl_ca_pem",
    "ssl_key_password",
    "client_key",
    "client_cert",
    "client_secret",
    "nats_nkey_seed",
    "nats_jwt",
    "nats_token",
    "nats_password",
    "auth_key",
    "key_hex",
    "key",
    "api_key",
    "workspace_key",
];
/// How further such keys begin.
const SECRET_PREFIXES: [&str; 1] = ["http_header_"];

/// A text without its secrets.
pub(super) struct Cut {
    pub text: String,
    pub references: Vec<SecretReference>,
    pub secrets: SecretMap,
}

/// How the keys of a resource's secrets begin: `external_stream.market.trades`.
pub(super) fn key_prefix(name: &ResourceName) -> String {
    // A placeholder ends at its first `}`.
    format!("{}.{}", name.kind.as_str(), name.path()).replace('}', "_")
}

/// Replaces every secret of a statement by its placeholder. A text that does not parse is read token by token, so
/// that secrets leave it too.
pub(super) fn cut_from_sql(prefix: &str, text: &str) -> Cut {
    let mut cut = Cut { text: String::with_capacity(text.len()), references: vec![], secrets: SecretMap::default() };
    let found: Vec<(Span, String)> = match ferry_sql::parse_one(text) {
        Ok(statement) => {
            let found = ferry_sql::secrets(&statement, text).into_iter();
            // User names and the like stay: people must see them to review a plan.
            found.filter(|one| one.secrecy == Secrecy::Secret).map(|one| (one.span, one.key)).collect()
        }
        Err(_) => secrets_by_token(text),
    };
    let mut copied = 0;
    for (span, key) in found {
        let piece = span.text(text);
        let quotes = Quotes::of(piece);
        let value = quotes.value(piece);
        if span.start < copied || value.is_empty() || value.contains("${secret:") {
            continue;
        }
        let placeholder = cut.take(prefix, &key, &value);
        cut.text.push_str(&text[copied..span.start]);
        cut.text.push_str(&quotes.around(&placeholder));
        copied = span.end;
    }
    cut.text.push_str(&text[copied..]);
    cut
}

/// How a secret is written.
enum Quotes<'a> {
    /// `'..'`, also in place of `"..."`.
    Single,
    /// `$$..$$`, `$tag$..$tag$`.
    Dollar(&'a str),
    /// A part of a text in single quotes: a password inside an address.
    Inside,
}

impl<'a> Quotes<'a> {
    fn of(piece: &'a str) -> Self {
        if piece.len() >= 2 && piece.starts_with(['\'', '"']) {
            return Self::Single;
        }
        let tag = piece.strip_prefix('$').and_then(|rest| Some(&piece[..rest.find('$')? + 2]));
        match tag {
            Some(tag) if piece.len() >= 2 * tag.len() && piece.ends_with(tag) => Self::Dollar(tag),
            _ => Self::Inside,
        }
    }

    fn value(&self, piece: &str) -> String {
        match self {
            Self::Single => unescape(&piece[1..piece.len() - 1]),
            Self::Dollar(tag) => piece[tag.len()..piece.len() - tag.len()].to_owned(),
            Self::Inside => unescape(piece),
        }
    }

    fn around(&self, placeholder: &str) -> String {
        match self {
            Self::Single => format!("'{placeholder}'"),
            Self::Dollar(tag) => format!("{tag}{placeholder}{tag}"),
            Self::Inside => placeholder.to_owned(),
        }
    }
}

/// Texts behind a key that names a secret, in a text that does not parse.
fn secrets_by_token(text: &str) -> Vec<(Span, String)> {
    let tokens: Vec<Token> = lex(text).into_iter().filter(|token| !token.kind.is_trivia()).collect();
    let texts = tokens.iter().enumerate().filter(|(_, token)| token.kind == TokenKind::String);
    texts.filter_map(|(at, token)| Some((token.span, key_before(text, &tokens, at)?))).collect()
}

/// Replaces every secret among the properties of a REST object.
pub(super) fn cut_from_json(prefix: &str, value: &mut Value) -> (Vec<SecretReference>, SecretMap) {
    let mut cut = Cut { text: String::new(), references: vec![], secrets: SecretMap::default() };
    cut.walk(prefix, "", false, value);
    (cut.references, cut.secrets)
}

impl Cut {
    /// Keeps a secret and gives its placeholder. A second one under the same key gets a number.
    fn take(&mut self, prefix: &str, key: &str, value: &str) -> String {
        let mut full = format!("{prefix}.{key}");
        let mut n = 2;
        while self.references.iter().any(|reference| reference.key == full) {
            full = format!("{prefix}.{key}.{n}");
            n += 1;
        }
        let readable_on_source = !value.contains(MASKED);
        if readable_on_source {
            self.secrets.insert(full.clone(), Secret::new(value));
        }
        let reference = SecretReference { key: full, readable_on_source };
        let placeholder = reference.placeholder();
        self.references.push(reference);
        placeholder
    }

    fn walk(&mut self, prefix: &str, path: &str, is_secret: bool, value: &mut Value) {
        let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match value {
            Value::Object(fields) => {
                for (key, field) in fields {
                    let secret_below = is_secret || assumed::is_secret_property(key);
                    self.walk(prefix, &below(&key.replace('}', "_")), secret_below, field);
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter_mut().enumerate() {
                    self.walk(prefix, &below(&at.to_string()), is_secret, item);
                }
            }
            Value::String(text) if !text.is_empty() && (is_secret || names_user_and_password(text)) => {
                *text = self.take(prefix, path, text);
            }
            _ => {}
        }
    }
}

/// The key whose value the text at `at` is: `key = 'text'`, or in dictionaries and functions `KEY 'text'`.
fn key_before(text: &str, tokens: &[Token], at: usize) -> Option<String> {
    let before = at.checked_sub(1)?;
    let is_equals = tokens[before].kind == TokenKind::Operator && tokens[before].span.text(text) == "=";
    let key = if is_equals { before.checked_sub(1)? } else { before };
    let token = tokens.get(key)?;
    let name = match token.kind {
        TokenKind::Word => token.span.text(text),
        TokenKind::QuotedIdent => token.span.text(text).trim_matches(['`', '"']),
        _ => return None,
    };
    let name = name.to_ascii_lowercase();
    // A user's password stands behind IDENTIFIED .. BY; elsewhere BY precedes no text.
    let known = SECRET_KEYS.contains(&name.as_str()) || SECRET_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    (known || name == "by").then_some(name)
}

/// `scheme://user:password@host`.
fn names_user_and_password(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
}

/// The text between single quotes, escapes resolved.
fn unescape(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('0') => out.push('\0'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            // Two quotes in a row stand for one.
            '\'' => {
                chars.next_if_eq(&'\'');
                out.push('\'');
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use ferry_model::Definition;

    use super::*;
    use crate::FilledDefinition;

    const KAFKA: &str = "CREATE STREAM m.k\n(\n  `password` string\n)\nENGINE = ExternalStream\nSETTINGS type = 'kafka', \
                         username = 'me', password = 'p\\'q', topic = 't', properties = 'ssl.key.password=x'";

    #[test]
    fn secrets_leave_the_statement_and_come_back_exactly() {
        let cut = cut_from_sql("external_stream.m.k", KAFKA);
        assert!(cut.text.contains("password = '${secret:external_stream.m.k.password}'"), "{}", cut.text);
        assert!(cut.text.contains("username = 'me'") && !cut.text.contains("p\\'q") && !cut.text.contains("=x"));
        assert!(cut.references.iter().all(|reference| reference.readable_on_source));
        let Ok(FilledDefinition::Sql(filled)) = FilledDefinition::fill(&Definition::Sql(cut.text), &cut.secrets) else {
            panic!("every secret is known");
        };
        assert_eq!(filled.expose(), KAFKA);
    }

    #[test]
    fn a_value_that_the_server_hides_must_be_supplied() {
        let cut = cut_from_sql("named_collection.n", "CREATE NAMED COLLECTION n AS password = '[HIDDEN]'");
        assert_eq!(cut.references.len(), 1);
        assert!(!cut.references[0].readable_on_source && cut.secrets.keys().next().is_none());
    }

    #[test]
    fn dictionaries_functions_and_uris_hold_secrets_too() {
        for (sql, secret) in [
            (
                "CREATE DICTIONARY d (k int) PRIMARY KEY k SOURCE(MYSQL(HOST 'h' PASSWORD 'geheim')) LAYOUT(FLAT())",
                "geheim",
            ),
            (
                "CREATE REMOTE FUNCTION f(a int) RETURNS int URL 'http://h' AUTH_METHOD 'auth_header' AUTH_HEADER 'A' AUTH_KEY 'geheim'",
                "geheim",
            ),
            ("CREATE EXTERNAL TABLE t SETTINGS type = 'mongodb', uri = 'mongodb://u:geheim@h/d'", "geheim"),
            (
                "CREATE EXTERNAL STREAM s (a string) SETTINGS type='http', http_header_Authorization='Bearer geheim'",
                "geheim",
            ),
        ] {
            let cut = cut_from_sql("x", sql);
            assert!(!cut.text.contains(secret), "{}", cut.text);
            assert_eq!(cut.references.len(), 1, "{sql}");
        }
        let plain = "CREATE EXTERNAL TABLE t SETTINGS type = 'mongodb', uri = 'mongodb://h/d'";
        assert_eq!(cut_from_sql("x", plain).text, plain);
    }

    #[test]
    fn secrets_leave_a_text_that_does_not_parse_too() {
        let cut = cut_from_sql("x", "CREATE EXTERNAL STREAM s (((a string) SETTINGS type='kafka', password='geheim'");
        assert!(!cut.text.contains("geheim") && cut.references.len() == 1, "{}", cut.text);
    }

    #[test]
    fn properties_of_rest_objects_are_cut_wherever_they_lie() {
        let mut value = serde_json::json!({"name": "s", "properties": {
            "url": "nats://u:p@h", "tls": {"client_key": "k"}, "header": {"X-Auth": "a"}, "queue": "q"}});
        let (references, _) = cut_from_json("source.s", &mut value);
        let keys: Vec<&str> = references.iter().map(|reference| reference.key.as_str()).collect();
        assert_eq!(
            keys,
            ["source.s.properties.url", "source.s.properties.tls.client_key", "source.s.properties.header.X-Auth"]
        );
        assert_eq!(value["properties"]["queue"], "q");
    }
}
