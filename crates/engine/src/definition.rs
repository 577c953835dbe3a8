//! The digest of a definition, by which the record knows what was sent.

use ferry_model::Definition;
use ferry_plan::digest_of_text;

/// SHA-256 of a definition as it is recorded, placeholders in the place of secrets, in hexadecimal.
pub(crate) fn digest(definition: &Definition) -> String {
    match definition {
        Definition::Sql(sql) => digest_of_text(sql),
        Definition::Json(json) => digest_of_text(&json.to_string()),
    }
}
