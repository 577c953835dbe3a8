//! The rules over the shared corpus.

use crate::support;
use ferry_sql::rewrite::{Migration, rewrite};
use ferry_sql::{parse, parse_one};
use std::collections::{BTreeMap, BTreeSet};

/// Every valid statement of the corpus, one by one.
fn statements() -> Option<Vec<(String, String)>> {
    let (samples, apps) = (support::samples()?, support::apps()?);
    let texts = samples.into_iter().map(|sample| (sample.id, sample.sql));
    let texts = texts.chain(apps.into_iter().flat_map(|app| {
        let name = app.name;
        app.statements.into_iter().enumerate().map(move |(n, sql)| (format!("{name}#{n}"), sql))
    }));
    let one = |(id, sql): (String, String)| parse_one(&sql).is_ok().then_some((id, sql));
    Some(texts.filter_map(one).collect())
}

fn migration(from: &str, to: &str) -> Migration {
    Migration::new(from.parse().unwrap(), to.parse().unwrap())
}

#[test]
fn where_no_rule_applies_the_text_stays_byte_for_byte() {
    let Some(statements) = statements() else { return };
    let (mut same, mut told) = (0, BTreeMap::<String, usize>::new());
    for (id, sql) in &statements {
        let result = rewrite(sql, &migration("3.3.1", "3.3.1")).unwrap();
        if result.is_changed() {
            let rules: Vec<&str> = result.applied.iter().filter(|a| a.changed).map(|a| a.rule.as_str()).collect();
            *told.entry(rules.join(" ")).or_default() += 1;
            continue;
        }
        assert_eq!(&result.sql, sql, "{id}");
        same += 1;
    }
    println!("{same} of {} statements untouched from 3.3.1 to 3.3.1; the others by {told:?}", statements.len());
    assert!(same > 2_000);
}

#[test]
fn what_the_rules_make_of_real_statements_is_valid_and_stays_as_it_is() {
    let Some(statements) = statements() else { return };
    let mut table: BTreeMap<(String, &str, &str), usize> = BTreeMap::new();
    let ways =
        [("1.6.1", "3.3.1"), ("2.8.2", "3.3.1"), ("1.6.1", "2.8.2"), ("3.3.1", "proton-3.0.1"), ("2.8.2", "1.6.1")];
    for (from, to) in ways {
        for (id, sql) in &statements {
            let result = rewrite(sql, &migration(from, to)).unwrap();
            for applied in &result.applied {
                *table.entry((applied.rule.clone(), from, to)).or_default() += 1;
                assert!(applied.explanation.ends_with(['.', '?']), "{id}: {}", applied.explanation);
            }
            let changed = result.applied.iter().any(|applied| applied.changed);
            assert_eq!(changed, result.sql != *sql, "{id}");
            if changed {
                let before = parse_one(sql).unwrap();
                let after = parse(&result.sql);
                assert!(after.is_ok(), "{id}: {:?}\n{}", after.errors, result.sql);
                let name = |kind: &ferry_sql::StatementKind| kind.created().map(|created| created.name.to_string());
                assert_eq!(name(&after.statements[0].kind), name(&before.kind), "{id}");
                let again = rewrite(&result.sql, &migration(from, to)).unwrap();
                assert!(!again.is_changed(), "{id}: {:?}\n{}", again.applied, result.sql);
            }
        }
    }
    for ((rule, from, to), count) in &table {
        println!("{rule:4} {from:>7} → {to:12} {count:5}");
    }
    let seen: BTreeSet<&str> = table.keys().map(|(rule, ..)| rule.as_str()).collect();
    for rule in ["T1", "T2", "T3", "T6", "T7", "T8", "T11", "T14", "T16", "T21"] {
        assert!(seen.contains(rule), "{rule} never applied");
    }
}

/// The changes of one statement as lines that went and lines that came.
fn lines(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let words = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    let (old, new) = (words(before), words(after));
    let only = |a: &[String], b: &[String]| a.iter().filter(|line| !b.contains(line)).cloned().collect();
    (only(&old, &new), only(&new, &old))
}

#[test]
fn real_statements_change_where_the_rule_says_and_nowhere_else() {
    let Some(statements) = statements() else { return };
    let by_id: BTreeMap<&str, &str> = statements.iter().map(|(id, sql)| (id.as_str(), sql.as_str())).collect();
    let check = |id: &str, from: &str, to: &str, rules: &[&str], gone: &[&str], come: &[&str]| {
        let sql = by_id.get(id).unwrap_or_else(|| panic!("{id} is not in the corpus"));
        let result = rewrite(sql, &migration(from, to)).unwrap();
        let applied: Vec<&str> = result.applied.iter().filter(|a| a.changed).map(|a| a.rule.as_str()).collect();
        assert_eq!(applied, rules, "{id}");
        assert_eq!(lines(sql, &result.sql), (strings(gone), strings(come)), "{id}\n{}", result.sql);
    };
    fn strings(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }
    for (id, from, to, rules, gone, come) in CASES {
        check(id, from, to, rules, gone, come);
    }
    println!("{} real statements checked by hand", CASES.len());
}

type Case = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

/// Statement, from, to, rules, lines that go, lines that come.
const CASES: [Case; 8] = [
    (
        "stream-6b234fc8f3",
        "1.6.1",
        "3.3.1",
        &["T2"],
        &["CREATE STREAM IF NOT EXISTS invest_insights_data.execution_w_ext (", "ENGINE = ExternalStream"],
        &["CREATE EXTERNAL STREAM IF NOT EXISTS invest_insights_data.execution_w_ext ("],
    ),
    (
        "mutable_stream-c11a505bfb",
        "2.4.19",
        "3.3.1",
        &["T8", "T3"],
        &[
            "`type` string,",
            "`_tp_time` datetime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1))",
            "ENGINE = MutableStream(1,1)",
        ],
        &["`type` string"],
    ),
    (
        "materialized_view-e60bbf35ef",
        "1.6.1",
        "3.3.1",
        &["T6", "T7"],
        &[
            "CREATE MATERIALIZED VIEW o11y.mv_otel_kafka2splunk INTO o11y.splunk_t1",
            "(",
            "`event` string,",
            ") AS(",
            "o11y.otlp_metrics)",
        ],
        &["CREATE MATERIALIZED VIEW o11y.mv_otel_kafka2splunk INTO o11y.splunk_t1 AS", "o11y.otlp_metrics"],
    ),
    (
        "random_stream-5148d49ecc",
        "3.2.1",
        "3.3.1",
        &["T8"],
        &[
            "`timestamp` datetime64(3) DEFAULT now64(),",
            "`_tp_time`  datetime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),",
            "`_tp_sn`    int64 CODEC(Delta(8), ZSTD(1)),",
            "INDEX _tp_time_index _tp_time TYPE minmax GRANULARITY 32,",
            "INDEX _tp_sn_index _tp_sn TYPE minmax GRANULARITY 32",
        ],
        &["`timestamp` datetime64(3) DEFAULT now64()"],
    ),
    (
        "stream-03b95c805e",
        "1.6.1",
        "3.3.1",
        &["T1"],
        &[") ENGINE = Stream(1, rand())", "SETTINGS index_granularity = 8192"],
        &[")", "SETTINGS index_granularity = 8192, shards = 1"],
    ),
    (
        "stream-509369ed0a",
        "1.6.1",
        "3.3.1",
        &["T3"],
        &["create stream null_00557 (x uint8) ENGINE = Null"],
        &["create NULL STREAM null_00557 (x uint8)"],
    ),
    (
        "stream-fcba51604f",
        "1.6.1",
        "3.3.1",
        &["T11"],
        &["create stream tp (d1 int32, d2 int32, eventcnt int64, projection p (select sum(eventcnt) group by d1)) \
             engine = MergeTree order by (d1, d2)"],
        &["create stream tp (d1 int32, d2 int32, eventcnt int64) engine = MergeTree order by (d1, d2)"],
    ),
    ("user-8144c211ec", "2.8.2", "3.3.1", &[], &[], &[]),
];
