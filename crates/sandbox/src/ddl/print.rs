//! Definitions as SHOW CREATE prints them (protocol.md F2).

use std::fmt::Write as _;

use crate::catalog::{Column, DefaultKind, Entry, EntryKind, StoredSetting};
use ferry_sql::print::{quote_identifier, quote_identifier_always, quote_string};

/// The statement of a stream, an external stream or an external table.
pub fn stream(entry: &Entry) -> String {
    // 2.x prints every kind of stream with the head CREATE STREAM; the ENGINE line tells them apart
    // (resources.md 3.8 T2, T3). External tables have their own head and no ENGINE line.
    let head = match entry.kind {
        EntryKind::ExternalTable => "CREATE EXTERNAL TABLE",
        _ => "CREATE STREAM",
    };
    let mut text = format!("{head} {}", full_name(entry));
    text.push_str(&column_list(entry));
    if entry.kind != EntryKind::ExternalTable {
        clause(&mut text, "ENGINE =", &entry.engine_full);
    }
    // The Python code of an external stream, as it was written.
    clause(&mut text, "AS", entry.details["body"].as_str().unwrap_or_default());
    clause(&mut text, "PARTITION BY", &entry.partition_by);
    clause(&mut text, "PRIMARY KEY", &key_text(&entry.primary_key));
    clause(&mut text, "ORDER BY", &entry.order_by);
    clause(&mut text, "TTL", &entry.ttl);
    clause(&mut text, "SETTINGS", &settings(&entry.settings));
    comment(&mut text, &entry.comment);
    text
}

/// The statement of a view or materialized view.
pub fn view(entry: &Entry) -> String {
    let head = match entry.kind {
        EntryKind::MaterializedView => "CREATE MATERIALIZED VIEW",
        _ => "CREATE VIEW",
    };
    let mut text = format!("{head} {}", full_name(entry));
    if let Some(target) = &entry.target {
        let _ = write!(text, " INTO {}.{}", quote_identifier(&target.database), quote_identifier(&target.name));
    }
    text.push_str(&column_list(entry));
    let select = entry.select.as_deref().unwrap_or_default();
    let has_more = !(entry.comment.is_empty() && entry.settings.is_empty() && entry.ttl.is_empty());
    if !has_more {
        let _ = write!(text, " AS\n{select}");
    } else {
        // With a comment the body stands in parentheses (protocol.md F2).
        let _ = write!(text, " AS(\n{select})");
    }
    clause(&mut text, "STORAGE_SETTINGS", &settings(&entry.settings));
    clause(&mut text, "TTL", &entry.ttl);
    comment(&mut text, &entry.comment);
    text
}

/// `SETTINGS` without the word.
pub fn settings(settings: &[StoredSetting]) -> String {
    let printed: Vec<String> = settings
        .iter()
        .map(|setting| {
            let value = if setting.is_text { quote_string(&setting.value) } else { setting.value.clone() };
            format!("{} = {value}", setting.name)
        })
        .collect();
    printed.join(", ")
}

/// `database.name`, quoted where it must be.
pub fn full_name(entry: &Entry) -> String {
    format!("{}.{}", quote_identifier(&entry.database), quote_identifier(&entry.name))
}

fn column_list(entry: &Entry) -> String {
    if entry.columns.is_empty() {
        return String::new();
    }
    let columns = entry.columns.iter().map(column);
    let lines: Vec<String> = columns.chain(entry.elements.iter().cloned()).map(|line| format!("  {line}")).collect();
    format!("\n(\n{}\n)", lines.join(",\n"))
}

fn column(column: &Column) -> String {
    let mut text = format!("{} {}", quote_identifier_always(&column.name), column.type_name);
    if column.default_kind != DefaultKind::None {
        let _ = write!(text, " {}", column.default_kind.as_str());
        if !column.default_expression.is_empty() {
            let _ = write!(text, " {}", column.default_expression);
        }
    }
    if !column.comment.is_empty() {
        let _ = write!(text, " COMMENT {}", quote_string(&column.comment));
    }
    if !column.codec.is_empty() {
        let _ = write!(text, " CODEC({})", column.codec);
    }
    if !column.ttl.is_empty() {
        let _ = write!(text, " TTL {}", column.ttl);
    }
    text
}

fn key_text(columns: &[String]) -> String {
    match columns {
        [] => String::new(),
        [one] => quote_identifier(one),
        several => {
            let names: Vec<String> = several.iter().map(|name| quote_identifier(name)).collect();
            format!("({})", names.join(", "))
        }
    }
}

fn clause(text: &mut String, words: &str, value: &str) {
    if !value.is_empty() {
        let _ = write!(text, "\n{words} {value}");
    }
}

fn comment(text: &mut String, comment: &str) {
    if !comment.is_empty() {
        let _ = write!(text, "\nCOMMENT {}", quote_string(comment));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::QualifiedName;

    fn setting(name: &str, value: &str, is_text: bool) -> StoredSetting {
        StoredSetting { name: name.to_owned(), value: value.to_owned(), is_text }
    }

    #[test]
    fn a_stream_is_printed_as_a_published_capture_shows_it() {
        let mut entry = Entry::named(EntryKind::Stream, "default", "old", "");
        entry.columns = vec![
            Column::new("id", "int32"),
            Column {
                default_kind: DefaultKind::Default,
                default_expression: "now64(3, 'UTC')".to_owned(),
                codec: "DoubleDelta, LZ4".to_owned(),
                ..Column::new("_tp_time", "datetime64(3, 'UTC')")
            },
        ];
        entry.elements = vec!["INDEX _tp_time_index _tp_time TYPE minmax GRANULARITY 256".to_owned()];
        entry.engine_full = "Stream(1, 1, rand())".to_owned();
        entry.partition_by = "to_YYYYMMDD(_tp_time)".to_owned();
        entry.order_by = "to_start_of_hour(_tp_time)".to_owned();
        entry.settings = vec![setting("index_granularity", "8192", false)];
        // protocol.md F3, output 1.
        let expected = "CREATE STREAM default.old
(
  `id` int32,
  `_tp_time` datetime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(DoubleDelta, LZ4),
  INDEX _tp_time_index _tp_time TYPE minmax GRANULARITY 256
)
ENGINE = Stream(1, 1, rand())
PARTITION BY to_YYYYMMDD(_tp_time)
ORDER BY to_start_of_hour(_tp_time)
SETTINGS index_granularity = 8192";
        assert_eq!(stream(&entry), expected);
    }

    #[test]
    fn an_external_stream_prints_no_external_in_its_head() {
        let mut entry = Entry::named(EntryKind::ExternalStream, "stream_processing", "ext", "");
        entry.columns = vec![Column::new("repo", "string")];
        entry.engine_full = "ExternalStream".to_owned();
        entry.settings = vec![setting("type", "kafka", true), setting("topic", "top_repo", true)];
        entry.comment = "it's Kafka".to_owned();
        // protocol.md F3, output 17.
        let expected = "CREATE STREAM stream_processing.ext
(
  `repo` string
)
ENGINE = ExternalStream
SETTINGS type = 'kafka', topic = 'top_repo'
COMMENT 'it\\'s Kafka'";
        assert_eq!(stream(&entry), expected);
    }

    #[test]
    fn a_materialized_view_with_a_comment_has_its_select_in_parentheses() {
        let mut entry = Entry::named(EntryKind::MaterializedView, "a", "99 v", "");
        entry.target = Some(QualifiedName::new("a", "t"));
        entry.select = Some("SELECT 1 AS x".to_owned());
        entry.comment = "c".to_owned();
        let expected = "CREATE MATERIALIZED VIEW a.`99 v` INTO a.t AS(\nSELECT 1 AS x)\nCOMMENT 'c'";
        assert_eq!(view(&entry), expected);
    }
}
