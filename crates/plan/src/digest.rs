//! Digests over a canonical JSON, so that layout, order of keys and comments never matter.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// SHA-256 over the canonical form of a JSON value, in hexadecimal: keys in order, no spaces.
pub fn of_json(value: &Value) -> String {
    let mut canonical = String::new();
    write_canonical(value, &mut canonical);
    of_text(&canonical)
}

/// SHA-256 of a text, in hexadecimal.
pub fn of_text(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Keys in order of their bytes, no spaces; strings and numbers as serde_json writes them.
fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort();
            out.push('{');
            for (n, key) in keys.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write_canonical(&fields[key], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_keys_does_not_matter_and_the_order_of_items_does() {
        let a = serde_json::json!({"x": 1, "y": [1, 2]});
        let b = serde_json::json!({"y": [1, 2], "x": 1});
        assert_eq!(of_json(&a), of_json(&b));
        assert_ne!(of_json(&a), of_json(&serde_json::json!({"x": 1, "y": [2, 1]})));
    }
}
