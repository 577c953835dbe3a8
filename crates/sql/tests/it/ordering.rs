use ferry_sql::order::{Node, order, provides};
use ferry_sql::{References, Statement, parse_one, references};

/// Orders the statements and gives back their positions, or the cycle's text.
fn ordered(sqls: &[&str]) -> Result<Vec<usize>, String> {
    let statements: Vec<Statement> = sqls.iter().map(|sql| parse_one(sql).unwrap()).collect();
    let found: Vec<References> =
        statements.iter().map(|statement| references(statement, "d", &|name: &str| name.starts_with("my_"))).collect();
    let ids: Vec<String> = (0..sqls.len()).map(|n| n.to_string()).collect();
    let nodes: Vec<Node<'_>> = statements
        .iter()
        .enumerate()
        .map(|(n, statement)| Node {
            id: &ids[n],
            rank: statement.kind.created().map_or(20, |created| created.kind.rank()),
            provides: provides(statement, "d"),
            references: &found[n],
            after: Vec::new(),
        })
        .collect();
    order(&nodes).map_err(|cycle| cycle.to_string())
}

#[test]
fn each_comes_after_what_it_needs_and_ranks_decide_the_rest() {
    let sorted = ordered(&[
        "CREATE MATERIALIZED VIEW mv INTO t AS SELECT my_f(a) FROM v",
        "CREATE VIEW v AS SELECT * FROM s",
        "CREATE STREAM t (a int)",
        "CREATE STREAM s (a int DEFAULT my_f(1))",
        "CREATE FUNCTION my_f AS x -> x",
        "CREATE DATABASE d",
    ]);
    assert_eq!(sorted, Ok(vec![5, 4, 2, 3, 1, 0]));
}

#[test]
fn a_reference_is_stronger_than_a_rank() {
    // A stream whose default looks into a dictionary, which reads another stream.
    let sorted = ordered(&[
        "CREATE STREAM a (x int DEFAULT dict_get('dict', 'v', 1))",
        "CREATE DICTIONARY dict (k int, v int) PRIMARY KEY k SOURCE(TIMEPLUS(STREAM 'b')) LAYOUT(FLAT()) LIFETIME(0)",
        "CREATE STREAM b (k int, v int)",
    ]);
    assert_eq!(sorted, Ok(vec![2, 1, 0]));
}

#[test]
fn a_circle_is_named_with_its_way() {
    let error = ordered(&[
        "CREATE VIEW a AS SELECT * FROM b",
        "CREATE VIEW b AS SELECT * FROM c",
        "CREATE VIEW c AS SELECT * FROM a",
        "CREATE VIEW e AS SELECT * FROM a",
    ])
    .unwrap_err();
    assert_eq!(error, "these need each other in a circle: 0 -> 1 -> 2 -> 0");
}

#[test]
fn functions_may_call_each_other_in_a_circle() {
    let sorted = ordered(&[
        "CREATE VIEW v AS SELECT my_a(1)",
        "CREATE FUNCTION my_a AS x -> my_b(x)",
        "CREATE FUNCTION my_b AS x -> my_a(x)",
    ]);
    assert_eq!(sorted, Ok(vec![1, 2, 0]));
}

#[test]
fn ten_thousand_are_ordered_along_a_chain() {
    let sqls: Vec<String> = (0..10_000).map(|n| format!("CREATE VIEW v{n} AS SELECT * FROM v{}", n + 1)).collect();
    let texts: Vec<&str> = sqls.iter().map(String::as_str).collect();
    let expected: Vec<usize> = (0..10_000).rev().collect();
    assert_eq!(ordered(&texts), Ok(expected));
}
