//! Names, strings and types.

use super::Printer;
use crate::ast::{Ident, Literal, ObjectName, Quote, Text, TextQuote, TypeArg, TypeName};

/// When names are quoted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// Only where they would not be read back otherwise.
    Needed,
    /// Always.
    Always,
}

/// Words that a bare name may not be. Servers quote fewer words than this and print `AS end`
/// (protocol.md F3, 2); these are the ones that would not be read back.
const KEYWORDS: [&str; 27] = [
    "select", "from", "where", "having", "as", "and", "or", "then", "when", "else", "union", "using", "in", "between",
    "settings", "not", "case", "null", "true", "false", "interval", "distinct", "all", "inf", "nan", "infinity",
    "with",
];

/// Whether a name must be quoted to be read back: it is no plain word, or it is a keyword.
pub fn needs_quotes(name: &str) -> bool {
    let plain = name
        .bytes()
        .enumerate()
        .all(|(n, byte)| byte.is_ascii_alphabetic() || byte == b'_' || (n > 0 && byte.is_ascii_digit()));
    name.is_empty() || !plain || KEYWORDS.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// A name as it stands in SQL, in back quotes where needed.
pub fn quote_identifier(name: &str) -> String {
    if needs_quotes(name) { quote_identifier_always(name) } else { name.to_owned() }
}

/// A name in back quotes.
pub fn quote_identifier_always(name: &str) -> String {
    escape(name, '`')
}

/// A string in single quotes, escaped as the server prints it.
pub fn quote_string(text: &str) -> String {
    escape(text, '\'')
}

fn escape(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\0' => out.push_str("\\0"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

impl Printer<'_> {
    pub(super) fn ident(&mut self, ident: &Ident) {
        let text = match (ident.quote, self.quoting) {
            (Quote::Template, _) => ident.value.clone(),
            (_, Quoting::Always) => quote_identifier_always(&ident.value),
            (_, Quoting::Needed) if self.cases > 0 && ident.value.eq_ignore_ascii_case("end") => {
                quote_identifier_always(&ident.value)
            }
            (_, Quoting::Needed) => quote_identifier(&ident.value),
        };
        self.push(&text);
    }

    /// A name that is one word of a clause: an engine, a codec, a format.
    pub(super) fn bare(&mut self, ident: &Ident) {
        match ident.quote {
            Quote::Bare | Quote::Template => self.push(&ident.value),
            _ => self.push(&quote_identifier_always(&ident.value)),
        }
    }

    pub(super) fn object_name(&mut self, name: &ObjectName) {
        if let Some(database) = &name.database {
            self.ident(database);
            self.push(".");
        }
        // `*` of a grant is no name.
        if name.name.quote == Quote::Bare && name.name.value == "*" {
            self.push("*");
        } else {
            self.ident(&name.name);
        }
    }

    pub(super) fn text(&mut self, text: &Text) {
        match text.quote {
            TextQuote::Template => self.push(&text.value),
            _ => self.push(&quote_string(&text.value)),
        }
    }

    /// A body in `$$`; in quotes if it holds `$$` itself.
    pub(super) fn body(&mut self, text: &Text) {
        if self.stored && !text.value.contains("$$") {
            // The server puts the dollars on lines of their own (protocol.md F3, 10).
            let value = text.value.strip_prefix('\n').unwrap_or(&text.value);
            let value = value.strip_suffix('\n').unwrap_or(value);
            self.push("$$\n");
            self.push(value);
            self.push("\n$$");
        } else if text.value.contains("$$") {
            self.push(&quote_string(&text.value));
        } else {
            self.push("$$");
            self.push(&text.value);
            self.push("$$");
        }
    }

    pub(super) fn type_name(&mut self, ty: &TypeName) {
        match ty.name.quote {
            Quote::Back | Quote::Double => self.push(&quote_identifier_always(&ty.name.value)),
            _ => self.push(&ty.name.value),
        }
        if let Some(args) = &ty.args {
            self.push("(");
            self.separated(args, Self::type_arg);
            self.push(")");
        }
    }

    fn type_arg(&mut self, arg: &TypeArg) {
        match arg {
            TypeArg::Type(ty) => self.type_name(ty),
            TypeArg::Named { name, ty } => {
                self.push(&quote_identifier_unless_dotted(name));
                self.push(" ");
                self.type_name(ty);
            }
            TypeArg::Literal(literal) => self.literal(literal),
            TypeArg::EnumValue { name, value } => {
                self.push(&quote_string(&name.value));
                self.push(" = ");
                self.push(value);
            }
            TypeArg::Setting { name, value } => {
                self.bare(name);
                self.push(" = ");
                self.literal(value);
            }
            TypeArg::Raw(text) => self.push(text),
        }
    }

    pub(super) fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Null => self.push("NULL"),
            Literal::Bool(true) => self.push("true"),
            Literal::Bool(false) => self.push("false"),
            Literal::Number(text) => self.push(text),
            Literal::String(text) => self.push(&quote_string(text)),
            Literal::Date(text) => {
                self.push("DATE ");
                self.push(&quote_string(text));
            }
            Literal::Timestamp(text) => {
                self.push("TIMESTAMP ");
                self.push(&quote_string(text));
            }
        }
    }
}

fn quote_identifier_unless_dotted(name: &Ident) -> String {
    let dotted = name.quote == Quote::Bare && name.value.contains('.');
    if dotted || name.quote == Quote::Template { name.value.clone() } else { quote_identifier(&name.value) }
}

impl std::fmt::Display for TypeName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&super::type_name(self))
    }
}

impl std::fmt::Display for ObjectName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&super::object_name(self))
    }
}
