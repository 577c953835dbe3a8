//! Secrets in definitions: only their placeholders are ever seen here.

use ferry_model::Definition;

/// The keys of all `${secret:KEY}` placeholders of a definition, in the order of the text, each once.
pub fn placeholders(definition: &Definition) -> Vec<String> {
    let mut keys = Vec::new();
    match definition {
        Definition::Sql(text) => collect(text, &mut keys),
        Definition::Json(value) => collect_json(value, &mut keys),
    }
    keys
}

/// The environment variable that supplies a secret: `FERRY_SECRET_` and the key in upper case, every character
/// that is neither letter nor digit as `_`. The environment goes before the configuration's `secrets:`.
pub fn secret_environment_name(key: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("FERRY_SECRET_{}", key.chars().map(plain).collect::<String>())
}

fn collect_json(value: &serde_json::Value, keys: &mut Vec<String>) {
    use serde_json::Value;
    match value {
        Value::String(text) => collect(text, keys),
        Value::Array(items) => items.iter().for_each(|item| collect_json(item, keys)),
        Value::Object(fields) => fields.values().for_each(|field| collect_json(field, keys)),
        _ => {}
    }
}

fn collect(text: &str, keys: &mut Vec<String>) {
    const OPEN: &str = "${secret:";
    let mut rest = text;
    while let Some(start) = rest.find(OPEN) {
        rest = &rest[start + OPEN.len()..];
        let Some(end) = rest.find('}') else { return };
        let key = rest[..end].to_owned();
        if !keys.contains(&key) {
            keys.push(key);
        }
        rest = &rest[end + 1..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_in_sql_and_in_every_value_of_json() {
        let sql = Definition::Sql("SETTINGS password = '${secret:a.b}', user = '${secret:a.b}'".into());
        assert_eq!(placeholders(&sql), ["a.b"]);
        let json = serde_json::json!({"properties": {"url": "https://${secret:x}@h/${secret:y}"}});
        assert_eq!(placeholders(&Definition::Json(json)), ["x", "y"]);
    }

    #[test]
    fn the_environment_name_of_a_secret_has_only_letters_digits_and_underscores() {
        assert_eq!(secret_environment_name("sink.Hot Cities.header"), "FERRY_SECRET_SINK_HOT_CITIES_HEADER");
    }
}
