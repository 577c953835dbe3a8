//! The parser's work, counted: it grows with the text and not faster.

use super::Parser;

/// How often tokens are looked at while `sql` is read.
fn looks(sql: &str) -> usize {
    let mut parser = Parser::new(sql);
    parser.statements();
    parser.looks.get()
}

#[test]
fn work_grows_with_the_text_and_not_faster() {
    let texts: [fn(usize) -> String; 16] = [
        |n| "SELECT (a, (b, c), d -> 1) FROM t;".repeat(n),
        |n| format!("INSERT INTO t VALUES {}", "(1, 'a', [1, 2]), ".repeat(n)),
        |n| "x; ".repeat(n),
        |n| format!("SELECT ({})", "a, ".repeat(n)),
        |n| format!("SELECT {}", "f(x, y) AS b, ".repeat(n)),
        |n| format!("CREATE STREAM s ({})", "a ?, ".repeat(n)),
        |n| format!("CREATE STREAM s ({})", "a int DEFAULT x + 1 CODEC(LZ4), ".repeat(n)),
        |n| format!("CREATE STREAM s (a int) SETTINGS {}", "a = 1, ".repeat(n)),
        |n| format!("SELECT 1{}", " UNION ALL SELECT 1 FROM a, b".repeat(n)),
        |n| format!("SELECT * FROM t{}", " LEFT JOIN u ON t.a = u.a".repeat(n)),
        |n| format!("WITH {} z AS (SELECT 1) SELECT 1", "a AS (SELECT 1 FROM b), ".repeat(n)),
        |n| format!("SELECT {}", "(".repeat(n)),
        |n| format!("SELECT {}", "CASE WHEN ".repeat(n)),
        |n| format!("SELECT {}", "x -> ".repeat(n)),
        |n| format!("SELECT a{}", "::array(int)".repeat(n)),
        |n| format!("GRANT {} ON a TO b", "SELECT(a), ".repeat(n)),
    ];
    for (shape, text) in texts.iter().enumerate() {
        let (small, large) = (looks(&text(500)), looks(&text(8_000)));
        // Sixteen times the text; a quadratic shape would need 256 times the work.
        assert!(large <= small * 20, "shape {shape}: {small} looks for 500, {large} for 8,000");
    }
}

#[test]
fn no_nesting_is_read_again_for_each_level() {
    // A parser that tries one way, goes back and tries another doubles its work with each level.
    let nests: [fn(usize) -> String; 8] = [
        |n| format!("SELECT {}1{}", "(".repeat(n), ")".repeat(n)),
        |n| format!("SELECT {}a{}", "(a, ".repeat(n), ")".repeat(n)),
        |n| format!("SELECT {}1{}", "(SELECT ".repeat(n), ")".repeat(n)),
        |n| format!("SELECT * FROM {}t{}", "(SELECT * FROM ".repeat(n), ")".repeat(n)),
        |n| format!("SELECT * FROM {}t{}", "(".repeat(n), ")".repeat(n)),
        |n| format!("{}SELECT 1{}", "(".repeat(n), ")".repeat(n)),
        |n| format!("SELECT x::{}int{}", "tuple(a ".repeat(n), ")".repeat(n)),
        |n| format!("SELECT a IN {}1{}", "(b IN ".repeat(n), ")".repeat(n)),
    ];
    for (shape, nest) in nests.iter().enumerate() {
        let (small, large) = (looks(&nest(10)), looks(&nest(60)));
        assert!(large <= small * 12, "shape {shape}: {small} looks at depth 10, {large} at 60");
    }
}
