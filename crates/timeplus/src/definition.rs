//! Definitions with their secrets filled in, just before they are sent.

use ferry_model::{Definition, Secret, SecretMap};
use ferry_sql::lexer::{TokenKind, lex};
use serde_json::Value;

use crate::sql::escaped;

const OPEN: &str = "${secret:";

/// A definition as it is sent. It holds secrets, so it can be neither printed nor serialised.
#[derive(Clone)]
pub enum FilledDefinition {
    /// A CREATE statement.
    Sql(Secret),
    /// A REST object, as JSON text.
    Json(Secret),
}

/// Secrets that nobody supplied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no value for the secrets {}", .keys.join(", "))]
pub struct MissingSecrets {
    /// Their keys.
    pub keys: Vec<String>,
}

impl FilledDefinition {
    /// Puts every secret in the place of its `${secret:KEY}`: escaped between single quotes, as it is between `$$`.
    ///
    /// # Errors
    /// The keys of all secrets that are not in the map.
    pub fn fill(definition: &Definition, secrets: &SecretMap) -> Result<Self, MissingSecrets> {
        let mut missing = Vec::new();
        let filled = match definition {
            Definition::Sql(text) => Self::Sql(Secret::new(fill_sql(text, secrets, &mut missing))),
            Definition::Json(value) => {
                let mut value = value.clone();
                fill_json(&mut value, secrets, &mut missing);
                Self::Json(Secret::new(value.to_string()))
            }
        };
        if missing.is_empty() {
            return Ok(filled);
        }
        missing.sort();
        missing.dedup();
        Err(MissingSecrets { keys: missing })
    }
}

fn fill_sql(text: &str, secrets: &SecretMap, missing: &mut Vec<String>) -> String {
    if !text.contains(OPEN) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for token in lex(text) {
        let piece = token.span.text(text);
        match token.kind {
            TokenKind::String => out.push_str(&fill_text(piece, secrets, missing, escaped)),
            TokenKind::DollarString => out.push_str(&fill_text(piece, secrets, missing, str::to_owned)),
            _ => out.push_str(piece),
        }
    }
    out
}

fn fill_json(value: &mut Value, secrets: &SecretMap, missing: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains(OPEN) => *text = fill_text(text, secrets, missing, str::to_owned),
        Value::Array(items) => items.iter_mut().for_each(|item| fill_json(item, secrets, missing)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill_json(field, secrets, missing)),
        _ => {}
    }
}

fn fill_text(text: &str, secrets: &SecretMap, missing: &mut Vec<String>, write: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        out.push_str(before);
        let Some((key, behind)) = after.split_once('}') else {
            out.push_str(OPEN);
            rest = after;
            continue;
        };
        match secrets.get(key) {
            Some(secret) => out.push_str(&write(secret.expose())),
            None => missing.push(key.to_owned()),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(definition: &Definition, secrets: &SecretMap) -> String {
        match FilledDefinition::fill(definition, secrets) {
            Ok(FilledDefinition::Sql(text) | FilledDefinition::Json(text)) => text.expose().to_owned(),
            Err(missing) => panic!("{missing}"),
        }
    }

    fn secrets() -> SecretMap {
        let mut secrets = SecretMap::default();
        secrets.insert("a.b", Secret::new(r"it's a \ secret"));
        secrets
    }

    #[test]
    fn a_secret_with_quotes_cannot_break_out_of_its_literal() {
        let definition = Definition::Sql("SETTINGS password = '${secret:a.b}', topic = 't'".into());
        assert_eq!(filled(&definition, &secrets()), r"SETTINGS password = 'it\'s a \\ secret', topic = 't'");
    }

    #[test]
    fn json_is_filled_as_text_and_escaped_by_json_itself() {
        let definition = Definition::Json(serde_json::json!({"properties": {"url": "x${secret:a.b}y"}}));
        assert_eq!(filled(&definition, &secrets()), r#"{"properties":{"url":"xit's a \\ secrety"}}"#);
    }

    #[test]
    fn every_missing_key_is_named_once() {
        let definition = Definition::Sql("SETTINGS a = '${secret:x}', b = '${secret:y}', c = '${secret:x}'".into());
        let Err(missing) = FilledDefinition::fill(&definition, &secrets()) else { panic!("filled") };
        assert_eq!(missing.keys, ["x", "y"]);
    }
}
