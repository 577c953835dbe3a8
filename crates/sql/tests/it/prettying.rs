//! Statements laid out for people.

use crate::support;
use ferry_sql::lexer::{TokenKind, lex};
use ferry_sql::pretty::{pretty, pretty_one};
use ferry_sql::{parse, parse_one};

#[test]
fn a_definition_is_laid_out_clause_by_clause() {
    let sql = "create stream if not exists d.s (a int, -- the key\n b string default concat('x', 'y')) engine=Stream(1, rand()) partition by a order by (a, b) ttl _tp_time+interval 1 day settings shards=3 comment 'c'";
    let expected = "create stream if not exists d.s
(
  a int, -- the key
  b string default concat('x', 'y')
)
engine=Stream(1, rand())
PARTITION BY a
ORDER BY (a, b)
TTL _tp_time+interval 1 day
SETTINGS shards=3
COMMENT 'c'";
    assert_eq!(pretty_one(sql).unwrap(), expected);
    let view = "CREATE MATERIALIZED VIEW v INTO t AS with c as (select 1 as x union all (select 2)) select a, sum(b) from (select * from s where a in (select x from c)) join u on s.a=u.a where a>1 group by a emit periodic 5s settings seek_to='earliest'";
    let expected = "CREATE MATERIALIZED VIEW v INTO t
AS
WITH
  c as (
    SELECT 1 as x
    UNION ALL
    (
      SELECT 2
    )
  )
SELECT a, sum(b)
FROM (
  SELECT *
  FROM s
  WHERE a in (
    SELECT x
    FROM c
  )
)
join u on s.a=u.a
WHERE a>1
GROUP BY a
EMIT periodic 5s
SETTINGS seek_to='earliest'";
    assert_eq!(pretty_one(view).unwrap(), expected);
}

#[test]
fn several_statements_are_set_apart_and_comments_between_them_stay() {
    let sql = "-- first\nselect 1 ;-- second\n select   2;";
    assert_eq!(pretty(sql), "-- first\nSELECT 1;\n\n-- second\nSELECT 2;");
}

/// The tree without places.
fn tree(sql: &str) -> String {
    let text = format!("{:?}", parse_one(sql).unwrap().kind);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("Span {") {
        out.push_str(&rest[..at]);
        rest = rest[at..].find('}').map_or("", |n| &rest[at + n + 1..]);
    }
    out.push_str(rest);
    out
}

#[test]
fn what_is_laid_out_is_the_same_tree_with_the_same_comments() {
    let (Some(samples), Some(apps)) = (support::samples(), support::apps()) else { return };
    let texts = samples.iter().map(|sample| (&sample.id, &sample.sql));
    let texts = texts.chain(apps.iter().flat_map(|app| app.statements.iter().map(move |sql| (&app.name, sql))));
    let mut count = 0;
    let comments = |sql: &str| -> Vec<String> {
        let all = lex(sql).into_iter().filter(|token| token.kind == TokenKind::Comment);
        all.map(|token| token.span.text(sql).trim_end().to_owned()).collect()
    };
    for (id, sql) in texts {
        let Ok(statement) = parse_one(sql) else { continue };
        let sql = statement.span.text(sql);
        let laid_out = pretty_one(sql).unwrap();
        assert!(parse(&laid_out).is_ok(), "{id}:\n{laid_out}");
        assert_eq!(tree(&laid_out), tree(sql), "{id}:\n{laid_out}");
        assert_eq!(comments(&laid_out), comments(sql), "{id}");
        assert_eq!(pretty_one(&laid_out).unwrap(), laid_out, "{id}");
        count += 1;
    }
    println!("{count} statements laid out");
    assert!(count > 2_000);
}
