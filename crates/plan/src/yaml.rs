//! Reading YAML with the place of every node, bounded against hostile input.
//!
//! The tree is built from parser events: scalars keep their text, so that numbers survive exactly, and keys are
//! compared here, so that a key given twice is an error instead of a silent choice.

mod emit;
mod fields;
mod load;

pub(crate) use emit::{Emitter, is_printable, one_line};
pub(crate) use fields::Fields;
pub(crate) use load::load;

use ferry_model::Problem;

/// A place in the text, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub line: u32,
    pub column: u32,
}

impl Place {
    pub fn problem(self, message: impl Into<String>) -> Problem {
        Problem { line: self.line, column: self.column, message: message.into() }
    }
}

/// One node of the document.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub place: Place,
    pub kind: NodeKind,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub(crate) enum NodeKind {
    /// Text, and whether it was written without quotes (then it may mean a number, a boolean or nothing).
    Scalar {
        text: String,
        plain: bool,
    },
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub key: String,
    pub key_place: Place,
    pub value: Node,
}

impl Node {
    /// What the node is, for messages.
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            NodeKind::Sequence(_) => "a list",
            NodeKind::Mapping(_) => "a mapping",
            NodeKind::Scalar { .. } if self.is_null() => "nothing",
            NodeKind::Scalar { plain: false, .. } => "a text",
            NodeKind::Scalar { text, .. } => match text.as_str() {
                "true" | "false" => "a boolean",
                _ if text.parse::<f64>().is_ok() => "a number",
                _ => "a text",
            },
        }
    }

    /// Whether the node is empty, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The node as JSON: plain scalars follow YAML's core schema as far as JSON goes.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.kind {
            NodeKind::Sequence(items) => Value::Array(items.iter().map(Node::to_json).collect()),
            NodeKind::Mapping(entries) => {
                Value::Object(entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect())
            }
            NodeKind::Scalar { .. } if self.is_null() => Value::Null,
            NodeKind::Scalar { text, plain: true } => plain_to_json(text),
            NodeKind::Scalar { text, .. } => Value::String(text.clone()),
        }
    }
}

fn plain_to_json(text: &str) -> serde_json::Value {
    use serde_json::Value;
    match text {
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    let is_numeric = text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    match serde_json::from_str::<serde_json::Number>(text) {
        Ok(number) if is_numeric => Value::Number(exact(number, text)),
        _ => Value::String(text.to_owned()),
    }
}

/// serde_json reads the last digit of some fractions differently from how it writes them; the standard library does
/// not.
fn exact(number: serde_json::Number, text: &str) -> serde_json::Number {
    if number.is_f64() {
        return text.parse().ok().and_then(serde_json::Number::from_f64).unwrap_or(number);
    }
    number
}
