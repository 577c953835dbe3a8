//! Files of SQL: text, or JSON lines.

use std::io::Read;
use std::path::Path;

use ferry_model::messages::{cli, sql as text};
use ferry_sql::lexer::BYTE_ORDER_MARK;
use ferry_sql::script::{Script, Source};
use serde_json::Value;

use crate::exit::Failure;

/// Reads all statements of a file, or of standard input for `-`.
pub(super) fn read_script(path: &Path, database: &str) -> Result<Script, Failure> {
    Ok(Script::read(read_sources(path)?, database))
}

/// The texts of a file.
pub(super) fn read_sources(path: &Path) -> Result<Vec<Source>, Failure> {
    let name = path.display().to_string();
    let problem = |cause: std::io::Error| Failure::usage(cli::file_problem("read", &name, &cause.to_string()));
    let bytes = match name.as_str() {
        "-" => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map_err(problem)?;
            bytes
        }
        _ => std::fs::read(path).map_err(problem)?,
    };
    let content =
        String::from_utf8(bytes).map_err(|error| Failure::usage(text::not_utf8(&name, &error.to_string())))?;
    if !is_json_lines(&content) {
        return Ok(vec![Source::new(&content)]);
    }
    let lines = content
        .strip_prefix(BYTE_ORDER_MARK)
        .unwrap_or(&content)
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(n, line)| source(line).map_err(|cause| Failure::usage(text::bad_line(&name, n + 1, &cause)))).collect()
}

/// No SQL text begins with a JSON object.
fn is_json_lines(content: &str) -> bool {
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let first = content.lines().find(|line| !line.trim().is_empty());
    // `{ "` opens an object, also one that is broken: that is an error of its line.
    let opens_object =
        |line: &str| line.trim_start().strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with('"'));
    first.is_some_and(|line| opens_object(line) || line.trim() == "{}")
}

fn source(line: &str) -> Result<Source, String> {
    let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let sql = value["sql"].as_str().ok_or_else(|| text::missing_key("sql"))?.to_owned();
    let id = match &value["id"] {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => return Err(text::missing_key("id")),
    };
    let database = value["database"].as_str().map(str::to_owned);
    Ok(Source { id, sql, database })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_json_lines_if_its_first_line_is_an_object() {
        assert!(is_json_lines("\n{\"id\":\"a\",\"sql\":\"SELECT 1\"}\n"));
        assert!(!is_json_lines("{{ .DB }} SELECT 1"));
        assert!(is_json_lines("{ \"id\": 1, \"sql\": \"SELECT 1\""), "a broken object is no SQL");
        assert!(is_json_lines("{}") && is_json_lines("\u{feff}{}"));
        assert!(!is_json_lines("SELECT 1"));
        assert!(!is_json_lines("1"));
    }

    #[test]
    fn a_line_without_its_keys_is_refused_by_name() {
        assert!(source("{\"id\":\"a\"}").is_err_and(|cause| cause.contains("`sql`")));
        assert!(source("{\"sql\":\"SELECT 1\"}").is_err_and(|cause| cause.contains("`id`")));
        let line = source("{\"id\":7,\"sql\":\"SELECT 1\",\"database\":\"d\"}").expect("a source");
        assert_eq!((line.id.as_deref(), line.database.as_deref()), (Some("7"), Some("d")));
    }
}
