//! Nothing that can be typed makes the reader panic, hang or lose text.

use crate::support;
use ferry_sql::compare::compare;
use ferry_sql::lexer::lex;
use ferry_sql::normal::normalize;
use ferry_sql::pretty::{pretty, pretty_one};
use ferry_sql::print::{self, Dialect};
use ferry_sql::rename::Rename;
use ferry_sql::rewrite::{Migration, rewrite};
use ferry_sql::{highlight, parse, parse_one, references, secrets};
use proptest::prelude::*;

/// Does everything that is done with a text.
fn read(sql: &str) {
    let joined: String = lex(sql).iter().map(|token| token.span.text(sql)).collect();
    assert_eq!(joined, sql);
    let parsed = parse(sql);
    for statement in &parsed.statements {
        assert!(sql.get(statement.span.start..statement.span.end).is_some());
        references(statement, "default", &|_: &str| false);
        secrets(statement, sql);
        print::statement(statement, sql, Dialect::V3);
    }
    if parsed.is_ok() {
        change(sql);
    }
    for error in &parsed.errors {
        assert!(sql.get(error.span.start..error.span.end).is_some());
        assert!(error.line >= 1 && error.column >= 1);
    }
    highlight(sql);
}

/// Rewrites, renames, normalises, compares and lays out a text that can be read.
fn change(sql: &str) {
    pretty(sql);
    let Ok(statement) = parse_one(sql) else { return };
    let migration = |from: &str, to: &str| {
        let mut migration = Migration::new(from.parse().unwrap(), to.parse().unwrap());
        migration.renames = vec![Rename::database("a", "b"), Rename::relation(("default", "a"), ("default", "x y"))];
        migration
    };
    for way in [migration("1.6.1", "3.3.1"), migration("3.3.1", "1.6.1")] {
        let result = rewrite(sql, &way).unwrap();
        assert!(parse(&result.sql).is_ok(), "{sql}\n{}", result.sql);
    }
    let laid_out = pretty_one(sql).unwrap();
    assert!(parse(&laid_out).is_ok(), "{sql}\n{laid_out}");
    let normal = normalize(&statement, sql, "default");
    assert!(compare(sql, sql, "default").is_ok());
    if let Ok(again) = parse_one(&normal.text) {
        assert_eq!(normalize(&again, &normal.text, "default").text, normal.text, "{sql}");
    }
}

/// Pieces of SQL in any order.
fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        "CREATE",
        "STREAM",
        "VIEW",
        "MATERIALIZED",
        "AS",
        "SELECT",
        "FROM",
        "WHERE",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ";",
        ".",
        ":",
        "::",
        "->",
        "?",
        "*",
        "=",
        "-",
        "+",
        "'",
        "\"",
        "`",
        "$$",
        "{{",
        "}}",
        "/*",
        "*/",
        "--",
        "\n",
        "a",
        "b.c",
        "5s",
        "1.5",
        "0x",
        "INTERVAL",
        "CASE",
        "WHEN",
        "THEN",
        "END",
        "CAST",
        "IN",
        "NOT",
        "BETWEEN",
        "AND",
        "WITH",
        "EXCEPT",
        "UNION ALL",
        "JOIN",
        "ON",
        "USING",
        "EMIT",
        "SETTINGS",
        "TTL",
        "INSERT INTO",
        "VALUES",
        "FORMAT",
        "ALTER",
        "DROP",
        "GRANT",
        "TO",
        "é",
        "\\",
        "DICTIONARY",
        "SOURCE",
        "LAYOUT",
        "FUNCTION",
        "OVER",
        "INDEX",
        "TYPE",
        "CODEC",
        "DEFAULT",
        "PRIMARY KEY",
        "ORDER BY",
        "LIMIT",
        "BY",
        "SHOW",
        "SYSTEM",
        "EXPLAIN",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..60).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_a_panic(sql in any::<String>()) {
        read(&sql);
    }

    #[test]
    fn any_mixture_of_words_is_read_without_a_panic(sql in soup()) {
        read(&sql);
    }

    #[test]
    fn a_quoted_name_comes_back(name in any::<String>()) {
        let quoted = print::quote_identifier_always(&name);
        prop_assert_eq!(ferry_sql::unquote(&quoted), name.clone());
        let quoted = print::quote_string(&name);
        prop_assert_eq!(ferry_sql::unquote(&quoted), name);
    }
}

/// A small generator of its own, so that the same mutations are made on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}

#[test]
fn mutated_real_statements_are_read_without_a_panic() {
    let Some(samples) = support::samples() else { return };
    let mut numbers = Numbers(7);
    for sample in &samples {
        read(&sample.sql);
        let tokens = lex(&sample.sql);
        for _ in 0..2 {
            let mut pieces: Vec<&str> = tokens.iter().map(|token| token.span.text(&sample.sql)).collect();
            for _ in 0..3 {
                let at = numbers.below(pieces.len());
                match numbers.below(4) {
                    0 => {
                        pieces.remove(at);
                    }
                    1 => pieces.insert(at, ["(", ")", "'", ",", "SELECT", "{{", "`", "::"][numbers.below(8)]),
                    2 => pieces.truncate(at.max(1)),
                    _ => {
                        let other = numbers.below(pieces.len());
                        pieces.swap(at, other);
                    }
                }
                if pieces.is_empty() {
                    break;
                }
            }
            read(&pieces.concat());
        }
    }
}
