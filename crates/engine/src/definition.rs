//! Definitions on their way to a deployment: their digest, and secrets in the place of placeholders.

use ferry_model::{Definition, SecretMap};
use sha2::{Digest, Sha256};

/// What a placeholder begins with ([`ferry_model::SecretReference::placeholder`]).
const OPENING: &str = "${secret:";

/// SHA-256 of a definition as it is recorded, placeholders in the place of secrets, in hexadecimal.
pub(crate) fn digest(definition: &Definition) -> String {
    let text = match definition {
        Definition::Sql(sql) => sql.clone(),
        Definition::Json(json) => json.to_string(),
    };
    hex(&Sha256::digest(text.as_bytes()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The definition with every secret in its place. Placeholders stand inside string literals, so the value is
/// written as the inside of one. A missing secret is named by its key.
pub(crate) fn filled(definition: &Definition, secrets: &SecretMap) -> Result<Definition, String> {
    Ok(match definition {
        Definition::Sql(sql) => Definition::Sql(fill(sql, secrets, Quoting::Sql)?),
        Definition::Json(json) => Definition::Json(fill_json(json, secrets)?),
    })
}

#[derive(Clone, Copy)]
enum Quoting {
    Sql,
    None,
}

fn fill(text: &str, secrets: &SecretMap, quoting: Quoting) -> Result<String, String> {
    let mut parts = text.split(OPENING);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((key, rest)) = part.split_once('}') else {
            whole.push_str(OPENING);
            whole.push_str(part);
            continue;
        };
        let secret = secrets.get(key).ok_or_else(|| key.to_owned())?;
        match quoting {
            Quoting::Sql => whole.push_str(&crate::sql::inside_of_literal(secret.expose())),
            Quoting::None => whole.push_str(secret.expose()),
        }
        whole.push_str(rest);
    }
    Ok(whole)
}

fn fill_json(json: &serde_json::Value, secrets: &SecretMap) -> Result<serde_json::Value, String> {
    use serde_json::Value;
    Ok(match json {
        Value::String(text) => Value::String(fill(text, secrets, Quoting::None)?),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| fill_json(item, secrets)).collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => {
            let filled = fields.iter().map(|(name, field)| Ok((name.clone(), fill_json(field, secrets)?)));
            Value::Object(filled.collect::<Result<_, String>>()?)
        }
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferry_model::Secret;

    #[test]
    fn a_secret_with_a_quote_stays_inside_its_literal() {
        let mut secrets = SecretMap::default();
        secrets.insert("kafka.password", Secret::new("it's"));
        let definition = Definition::Sql("SETTINGS password = '${secret:kafka.password}'".into());
        let filled = filled(&definition, &secrets).expect("the secret is there");
        assert_eq!(filled, Definition::Sql(r"SETTINGS password = 'it\'s'".into()));
    }

    #[test]
    fn a_missing_secret_is_named_by_its_key() {
        let definition = Definition::Json(serde_json::json!({ "properties": { "token": "${secret:source.a.token}" } }));
        assert_eq!(filled(&definition, &SecretMap::default()), Err("source.a.token".into()));
    }
}
