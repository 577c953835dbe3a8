//! What a statement consists of, for somebody who looks for a part of it: its kind, its name, its clauses, columns and
//! settings, each with its place.

use crate::ast::Statement;
use crate::compare::clauses;
use crate::span::Span;

/// The longest label, in characters.
const LONGEST_LABEL: usize = 60;

/// The parts of one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// What it is, in the words of SQL: `MATERIALIZED VIEW`, `SELECT`.
    pub kind: String,
    /// What it creates.
    pub name: Option<String>,
    /// Where the name stands; the whole statement where it has none.
    pub span: Span,
    /// Its parts in the order of the text.
    pub parts: Vec<OutlinePart>,
}

/// A clause, or one column, setting, selected value of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlinePart {
    /// The clause: `columns`, `order_by`, `query.where`.
    pub clause: String,
    /// The name, or the text on one line and cut; never a secret.
    pub label: String,
    /// Where it stands.
    pub span: Span,
}

/// The outline of a statement; a statement with mistakes has the parts that could be read.
pub fn outline(statement: &Statement, sql: &str) -> Outline {
    let created = statement.kind.created();
    let kind = match &created {
        Some(created) => created.kind.words().to_owned(),
        None => statement.kind.label().to_ascii_uppercase(),
    };
    let clauses = clauses::of_statement(statement, sql).into_iter();
    let mut parts: Vec<OutlinePart> = clauses
        .filter(|clause| clause.clause != "statement")
        .filter_map(|clause| {
            let label = one_line(clause.name.as_deref().unwrap_or(&clause.shown));
            Some(OutlinePart { clause: clause.clause, label, span: clause.span? })
        })
        .collect();
    parts.sort_by_key(|part| (part.span.start, part.span.end));
    Outline {
        kind,
        span: created.as_ref().map_or(statement.span, |created| created.name.span),
        name: created.map(|created| created.name.to_string()),
        parts,
    }
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(LONGEST_LABEL).collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST_LABEL) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sql: &str) -> (String, Vec<String>) {
        let statement = crate::parse(sql).statements.swap_remove(0);
        let outline = outline(&statement, sql);
        let parts = outline.parts.iter().map(|part| {
            assert!(sql.get(part.span.start..part.span.end).is_some(), "{part:?} is in the text");
            format!("{} {}", part.clause, part.label)
        });
        (format!("{} {}", outline.kind, outline.name.unwrap_or_default()), parts.collect())
    }

    #[test]
    fn a_stream_has_columns_keys_and_settings_in_the_order_of_the_text() {
        let sql = "CREATE STREAM sales.orders (`id` int64, at datetime64(3) DEFAULT now64(3)) \
                   PRIMARY KEY id TTL at + INTERVAL 1 DAY SETTINGS shards = 3 COMMENT 'it''s here'";
        let (head, parts) = shown(sql);
        assert_eq!(head, "STREAM sales.orders");
        let expected = [
            "columns id",
            "columns at",
            "primary_key id",
            "ttl at + INTERVAL 1 DAY",
            "settings shards",
            "comment 'it''s here'",
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn a_view_shows_the_parts_of_its_query() {
        let sql = "CREATE VIEW v AS\nWITH x AS (SELECT 1)\nSELECT a, sum(b) AS total FROM s\n  WHERE a > 1 GROUP BY a";
        let (head, parts) = shown(sql);
        assert_eq!(head, "VIEW v");
        let expected = ["query.with x", "query.select a", "query.select total", "query.from s", "query.where a > 1"];
        assert_eq!(parts[..5], expected);
        assert_eq!(parts.len(), 6, "{parts:?}");
    }

    #[test]
    fn what_has_mistakes_still_has_an_outline_and_no_outline_tells_a_secret() {
        let sql = "CREATE EXTERNAL STREAM e (raw string) SETTINGS type = 'kafka', password = 'hush' ORDER ORDER";
        let (head, parts) = shown(sql);
        assert_eq!(head, "EXTERNAL STREAM e");
        assert!(parts.contains(&"columns raw".to_owned()), "{parts:?}");
        assert!(!parts.iter().any(|part| part.contains("hush")), "{parts:?}");
    }

    #[test]
    fn long_parts_are_cut_and_stand_on_one_line() {
        let sql = format!("CREATE VIEW v AS SELECT a FROM s WHERE {}", "`größer` AND\n\n".repeat(20) + "true");
        let (_, parts) = shown(&sql);
        let condition = parts.last().expect("a condition");
        assert!(condition.ends_with('…') && !condition.contains('\n'), "{condition}");
    }
}
