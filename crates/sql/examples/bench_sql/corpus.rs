//! The statements that are measured.

use std::path::PathBuf;

/// One statement.
pub struct Sample {
    /// Its text.
    pub sql: String,
    /// Where it comes from.
    pub tier: String,
    /// Whether it is meant to be valid.
    pub should_parse: bool,
}

/// The shared corpus; `None` where it is absent.
pub fn samples() -> Option<Vec<Sample>> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let beside = ["../../../shared", "../../../../shared"].map(|it| here.join(it).join("corpus/ddl.jsonl"));
    let named = std::env::var_os("FERRY_CORPUS").map(PathBuf::from);
    let text = named.into_iter().chain(beside).find_map(|path| std::fs::read_to_string(path).ok())?;
    let values = text.lines().map(|line| serde_json::from_str(line).expect("the corpus is JSON lines"));
    let sample = |value: serde_json::Value| Sample {
        sql: value["sql"].as_str().unwrap_or_default().to_owned(),
        tier: value["tier"].as_str().unwrap_or_default().to_owned(),
        should_parse: value["should_parse"] == true,
    };
    Some(values.map(sample).collect())
}
