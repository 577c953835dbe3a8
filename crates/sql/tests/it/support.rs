//! The shared corpus of real statements, which lies beside the project and is not part of it.

use std::path::PathBuf;

/// One statement of the corpus.
pub struct Sample {
    /// Its id.
    pub id: String,
    /// Its kind in snake case.
    pub kind: String,
    /// Where it comes from.
    pub tier: String,
    /// Whether it is meant to be valid.
    pub should_parse: bool,
    /// Its text.
    pub sql: String,
}

/// An application: statements in an order in which they were meant to run.
pub struct App {
    /// Its name.
    pub name: String,
    /// Its statements.
    pub statements: Vec<String>,
}

fn lines(file: &str) -> Option<Vec<serde_json::Value>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus").join(file);
    let path = if path.exists() {
        path
    } else {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/corpus").join(file)
    };
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: the shared corpus is not beside the project ({file})");
        return None;
    };
    let values = text.lines().map(|line| serde_json::from_str(line).expect("the corpus is JSON lines")).collect();
    Some(values)
}

fn text(value: &serde_json::Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

/// All statements; `None` where the corpus is absent.
pub fn samples() -> Option<Vec<Sample>> {
    let samples = lines("ddl.jsonl")?
        .iter()
        .map(|value| Sample {
            id: text(value, "id"),
            kind: text(value, "kind"),
            tier: text(value, "tier"),
            should_parse: value["should_parse"] == true,
            sql: text(value, "sql"),
        })
        .collect();
    Some(samples)
}

/// All applications; `None` where the corpus is absent.
pub fn apps() -> Option<Vec<App>> {
    let apps = lines("apps.jsonl")?
        .iter()
        .map(|value| App {
            name: text(value, "app"),
            statements: value["statements"]
                .as_array()
                .expect("an app has statements")
                .iter()
                .map(|statement| statement.as_str().unwrap_or_default().to_owned())
                .collect(),
        })
        .collect();
    Some(apps)
}
