//! The rules T1 to T22 on statements made by hand.

mod definitions;
mod releases;

use ferry_sql::rename::Rename;
use ferry_sql::rewrite::{Attention, Migration, RULES, rewrite};

/// What `sql` becomes from one release to another, and the rules that changed it.
fn changed(sql: &str, from: &str, to: &str) -> (String, Vec<String>) {
    let migration = Migration::new(from.parse().unwrap(), to.parse().unwrap());
    let result = rewrite(sql, &migration).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let rules = result.applied.iter().filter(|applied| applied.changed).map(|applied| applied.rule.clone()).collect();
    (result.sql, rules)
}

#[track_caller]
fn check(from: &str, to: &str, rules: &[&str], sql: &str, expected: &str) {
    let (text, applied) = changed(sql, from, to);
    assert_eq!(text, expected);
    assert_eq!(applied, rules);
    assert!(ferry_sql::parse_one(&text).is_ok());
    // A second time there is nothing left to change.
    assert_eq!(changed(&text, from, to).0, expected);
}

/// The rule that tells something, and what it asks of a person.
#[track_caller]
fn tells(from: &str, to: &str, rule: &str, attention: Attention, sql: &str) {
    let migration = Migration::new(from.parse().unwrap(), to.parse().unwrap());
    let result = rewrite(sql, &migration).unwrap();
    let told: Vec<_> = result.applied.iter().filter(|applied| applied.rule == rule).collect();
    assert_eq!(told.len(), 1, "{:?}", result.applied);
    assert_eq!((told[0].attention, told[0].changed), (attention, false));
    assert_eq!(result.sql, sql);
    assert!(told[0].explanation.ends_with('.'));
}

#[track_caller]
fn untouched(from: &str, to: &str, sql: &str) {
    let (text, applied) = changed(sql, from, to);
    assert_eq!(text, sql);
    assert_eq!(applied, Vec::<String>::new());
}

#[test]
fn every_rule_is_there_once_with_a_name_and_a_summary() {
    let mut ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    ids.sort_by_key(|id| id[1..].parse::<u32>().unwrap());
    let expected: Vec<String> = (1..=22).map(|n| format!("T{n}")).collect();
    assert_eq!(ids, expected);
    assert!(RULES.iter().all(|rule| !rule.name.is_empty() && rule.summary.ends_with('.')));
}
