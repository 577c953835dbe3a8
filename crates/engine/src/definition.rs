//! The digest of a definition, by which the record knows what was sent.

use ferry_model::Definition;
use sha2::{Digest, Sha256};

/// SHA-256 of a definition as it is recorded, placeholders in the place of secrets, in hexadecimal.
pub(crate) fn digest(definition: &Definition) -> String {
    let text = match definition {
        Definition::Sql(sql) => sql.clone(),
        Definition::Json(json) => json.to_string(),
    };
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
