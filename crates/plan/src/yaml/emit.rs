//! Writing YAML line by line, with SQL as literal blocks and short lists on one line.

use serde_json::Value;

/// Writes keys and values at a growing indentation.
pub(crate) struct Emitter {
    out: String,
}

impl Emitter {
    pub fn new() -> Self {
        Self { out: String::new() }
    }

    pub fn finish(self) -> String {
        self.out
    }

    /// Text as it is: comments and empty lines.
    pub fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// `key: value` for a text; a text of several lines becomes a literal block.
    pub fn text(&mut self, lead: &str, key: &str, value: &str) {
        self.head(lead, key);
        self.scalar_after_key(lead.len(), value);
    }

    /// `key: value` for what needs no quotes: numbers, booleans, fixed words.
    pub fn plain(&mut self, lead: &str, key: &str, value: impl std::fmt::Display) {
        self.head(lead, key);
        self.out.push_str(&format!(" {value}\n"));
    }

    /// `key:` alone: a mapping or list follows.
    pub fn open(&mut self, lead: &str, key: &str) {
        self.head(lead, key);
        self.out.push('\n');
    }

    /// `key: [a, b]`.
    pub fn flow(&mut self, lead: &str, key: &str, items: &[String]) {
        self.head(lead, key);
        self.out.push_str(&format!(" [{}]\n", items.join(", ")));
    }

    /// `- value` for a text.
    pub fn item(&mut self, lead: &str, value: &str) {
        self.out.push_str(lead);
        self.out.push('-');
        self.scalar_after_key(lead.len(), value);
    }

    /// `key: value` for any JSON, as YAML of its own.
    pub fn json(&mut self, lead: &str, key: &str, value: &Value) {
        self.head(lead, key);
        self.json_after_key(lead.len(), value);
    }

    fn json_after_key(&mut self, indent: usize, value: &Value) {
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                self.out.push('\n');
                let lead = " ".repeat(indent + 2);
                for (key, field) in fields {
                    self.json(&lead, key, field);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                self.out.push('\n');
                let lead = " ".repeat(indent + 2);
                for item in items {
                    self.out.push_str(&lead);
                    self.out.push('-');
                    self.json_after_key(lead.len(), item);
                }
            }
            Value::String(text) => self.scalar_after_key(indent, text),
            other => self.out.push_str(&format!(" {other}\n")),
        }
    }

    fn head(&mut self, lead: &str, key: &str) {
        self.out.push_str(lead);
        self.out.push_str(&one_line(key));
        self.out.push(':');
    }

    fn scalar_after_key(&mut self, indent: usize, value: &str) {
        if !value.contains('\n') || !fits_literal_block(value) {
            self.out.push_str(&format!(" {}\n", one_line(value)));
            return;
        }
        // The indentation is given where the text's own first line begins with a space, because it would be
        // counted otherwise.
        let explicit = if value.starts_with([' ', '\n']) { "2" } else { "" };
        let (body, chomp) = match value.strip_suffix('\n') {
            Some(body) => (body, ""),
            None => (value, "-"),
        };
        self.out.push_str(&format!(" |{explicit}{chomp}\n"));
        let lead = " ".repeat(indent + 2);
        for line in body.split('\n') {
            if !line.is_empty() {
                self.out.push_str(&lead);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }
}

/// A scalar on one line: plain where nothing in it means something to YAML, in double quotes otherwise.
pub(crate) fn one_line(text: &str) -> String {
    if is_safe_plain(text) { text.to_owned() } else { quoted(text) }
}

/// Letters, digits and a few signs inside, a letter first, and no word that means a value.
fn is_safe_plain(text: &str) -> bool {
    const WORDS: [&str; 10] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"];
    let first_is_letter = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '/');
    let inside_is_safe = text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./ ()".contains(c));
    let means_value = WORDS.contains(&text.to_ascii_lowercase().as_str());
    first_is_letter && inside_is_safe && !means_value && !text.ends_with(' ') && !text.contains(" -")
}

/// JSON's quotes and escapes are YAML's; what YAML counts as a line break or cannot print is escaped too.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in Value::String(text.to_owned()).to_string().chars() {
        if is_printable(c) {
            out.push(c);
        } else if u32::from(c) <= 0xffff {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push_str(&format!("\\U{:08x}", u32::from(c)));
        }
    }
    out
}

/// Whether a character may stand in YAML as it is, and ends no line.
pub(crate) fn is_printable(c: char) -> bool {
    !matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
        && !c.is_control()
}

/// Literal blocks keep their text as it is, so it may hold nothing that YAML reads in another way; and at most one
/// line break may stand at its end, because more would be ambiguous.
fn fits_literal_block(text: &str) -> bool {
    let ends_well = !text.ends_with("\n\n") && text != "\n";
    // A line of spaces alone could be cut by an editor, and a tab cannot indent.
    let lines_are_well = text.split('\n').all(|line| line.is_empty() || !line.trim_matches(' ').is_empty());
    let starts_well = !text.split('\n').find(|line| !line.is_empty()).is_some_and(|line| line.starts_with('\t'));
    ends_well && lines_are_well && starts_well && text.chars().all(|c| c == '\n' || c == '\t' || is_printable(c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::yaml::load;

    fn round_trip(value: &Value) -> Value {
        let mut emitter = Emitter::new();
        emitter.json("", "key", value);
        let text = emitter.finish();
        let node = load(&text).unwrap_or_else(|problems| panic!("{text}\n{problems:?}"));
        node.to_json()["key"].clone()
    }

    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ -~\n\t]{0,60}",
            "[a-z \n#:|>'\"\\\\-]{0,40}",
            any::<String>(),
            Just("CREATE STREAM a.b\n(\n  `id` int32\n)\nSETTINGS x = 'y # z'".to_owned()),
        ]
    }

    proptest! {
        #[test]
        fn every_text_survives_writing_and_reading(text in any_text()) {
            let value = Value::String(text);
            prop_assert_eq!(round_trip(&value), value);
        }

        #[test]
        fn every_json_survives_writing_and_reading(
            texts in prop::collection::vec(any_text(), 0..4),
            number in any::<i64>(),
            float in -1e9..1e9f64,
            key in any_text(),
        ) {
            let value = serde_json::json!({
                "list": texts, "number": number, "float": float, "deep": {"a": [{"b": [], "c": {}}, [1, [2]], null, true]},
                "keys": {key: 1},
            });
            prop_assert_eq!(round_trip(&value), value);
        }
    }
}
