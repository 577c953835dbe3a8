//! Kinds that are seen and not carried yet: each one is named with its reason, never passed over.

use ferry_model::messages::deployment as text;

use super::each;
use super::found::Found;
use crate::{Deployment, Error};

/// One kind: the question that lists it, the columns that name one of it, and the word for it.
struct Kind {
    word: &'static str,
    sql: &'static str,
    name_columns: &'static [&'static str],
}

/// Everything else that a catalogue can list (resources.md 2.1). Names of the server's own are left out in the
/// questions or below.
const KINDS: [Kind; 11] = [
    Kind { word: "tasks", sql: "SHOW TASKS", name_columns: &["name"] },
    Kind { word: "alerts", sql: "SHOW ALERTS", name_columns: &["name"] },
    Kind { word: "inputs", sql: "SELECT database, name FROM system.inputs", name_columns: &["database", "name"] },
    Kind { word: "named collections", sql: "SELECT name FROM system.named_collections", name_columns: &["name"] },
    Kind { word: "users", sql: "SELECT name, storage FROM system.users", name_columns: &["name"] },
    Kind { word: "roles", sql: "SELECT name, storage FROM system.roles", name_columns: &["name"] },
    Kind {
        word: "row policies",
        sql: "SELECT short_name, database, table FROM system.row_policies",
        name_columns: &["short_name", "database", "table"],
    },
    Kind { word: "quotas", sql: "SELECT name FROM system.quotas", name_columns: &["name"] },
    Kind { word: "settings profiles", sql: "SELECT name FROM system.settings_profiles", name_columns: &["name"] },
    Kind { word: "disks", sql: "SELECT name FROM system.disks", name_columns: &["name"] },
    Kind { word: "storage policies", sql: "SHOW STORAGE POLICIES", name_columns: &["name", "policy_name"] },
];

pub(super) async fn list(deployment: &Deployment) -> Found {
    let mut found = each(&KINDS, |kind| async move { list_one(deployment, kind).await }).await;
    if deployment.endpoint().api_key.is_some() {
        found.left_out("API keys", text::API_KEYS);
    }
    found
}

async fn list_one(deployment: &Deployment, kind: &Kind) -> Found {
    let mut found = Found::default();
    match names(deployment, kind).await {
        Ok(names) => {
            for name in names {
                found.left_out(format!("{}: {name}", kind.word), text::not_carried(kind.word));
            }
        }
        // This release does not have the kind.
        Err(error) if error.means_not_there() => {}
        Err(error) => found.not_listed(kind.word, &error),
    }
    found
}

async fn names(deployment: &Deployment, kind: &Kind) -> Result<Vec<String>, Error> {
    let rows = deployment.rows(kind.sql).await?;
    let name = |row: crate::TextRow<'_>| {
        let parts: Vec<&str> = kind.name_columns.iter().filter_map(|column| row.get(column)).collect();
        if parts.is_empty() { row.cells().flatten().next().unwrap_or_default().to_owned() } else { parts.join(" ") }
    };
    // Users and profiles of configuration files cannot be created by a statement (resources.md 2.1).
    let is_from_file = |row: &crate::TextRow<'_>| row.text("storage").starts_with("users.");
    let of_interest = rows.iter().filter(|row| !is_from_file(row)).map(name);
    Ok(of_interest.filter(|name| !name.is_empty() && name != "default").collect())
}
