//! References as a person read them from the shared corpus, beside what is found.
//!
//! `labels/statements.jsonl` and `labels/apps.jsonl` hold ids, numbers and names, never statements.
//! They were written from the texts alone. A label is a role with a name (`reads db.s`), for what
//! is only used with its kind (`uses disk d`). A statement of an app without a label refers to
//! nothing.

use crate::support;
use ferry_sql::script::{Report, Script, Source, Use};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn label_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("labels are JSON lines")).collect()
}

fn names(value: &Value) -> BTreeSet<String> {
    let list = value.as_array().expect("a list of labels");
    list.iter().map(|name| name.as_str().expect("a label is a text").to_owned()).collect()
}

fn found(report: &Report) -> BTreeSet<String> {
    let label = |it: &ferry_sql::script::ReferenceReport| match it.role {
        Use::Reads => format!("reads {}", it.name),
        Use::Writes => format!("writes {}", it.name),
        Use::Uses => format!("uses {} {}", it.kind, it.name),
    };
    report.references.iter().map(label).collect()
}

fn unresolved(report: &Report) -> BTreeSet<String> {
    report.unresolved.iter().map(|it| it.text.clone()).collect()
}

#[derive(Default)]
struct Score {
    statements: usize,
    right: usize,
    too_many: Vec<String>,
    missing: Vec<String>,
}

impl Score {
    fn add(&mut self, id: &str, label: &Value, report: &Report) {
        let wanted = names(&label["references"]);
        let found = found(report);
        self.statements += 1;
        self.right += wanted.intersection(&found).count();
        self.too_many.extend(found.difference(&wanted).map(|it| format!("{id}: {it}")));
        self.missing.extend(wanted.difference(&found).map(|it| format!("{id}: {it}")));
        assert_eq!(unresolved(report), names(&label["unresolved"]), "unresolved of {id}");
    }

    fn check(&self, what: &str) {
        let share = |wrong: usize| self.right as f64 / (self.right + wrong) as f64;
        println!(
            "{what}: {} statements, {} references, precision {:.3}, recall {:.3}",
            self.statements,
            self.right + self.missing.len(),
            share(self.too_many.len()),
            share(self.missing.len())
        );
        assert_eq!((&self.too_many, &self.missing), (&Vec::new(), &Vec::new()), "too many, missing");
    }
}

#[test]
fn references_of_statements_are_those_that_a_person_finds() {
    let Some(samples) = support::samples() else { return };
    let texts: BTreeMap<&str, &str> = samples.iter().map(|sample| (sample.id.as_str(), sample.sql.as_str())).collect();
    let labels = label_lines(include_str!("labels/statements.jsonl"));
    let mut score = Score::default();
    for label in &labels {
        let id = label["id"].as_str().expect("a label has an id");
        let Some(sql) = texts.get(id) else { continue };
        let script = Script::read(vec![Source::with_id(id, *sql)], "default");
        let report = script.reports().next().expect("the text holds a statement");
        score.add(id, label, &report);
    }
    assert!(score.statements >= 120, "{} labelled statements are in the corpus", score.statements);
    score.check("hand-checked statements");
}

#[test]
fn references_of_apps_are_those_that_a_person_finds() {
    let Some(apps) = support::apps() else { return };
    let labels = label_lines(include_str!("labels/apps.jsonl"));
    let nothing = serde_json::json!({ "references": [], "unresolved": [] });
    let mut score = Score::default();
    let mut count = 0;
    for labelled in &labels {
        let Some(app) = apps.iter().find(|app| labelled["app"] == app.name.as_str()) else { continue };
        count += 1;
        let by_statement: BTreeMap<u64, &Value> = labelled["statements"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|label| (label["statement"].as_u64().expect("a number"), label))
            .collect();
        let sources = app.statements.iter().enumerate().map(|(n, sql)| Source::with_id(n.to_string(), sql)).collect();
        for report in Script::read(sources, "default").reports() {
            let number = report.id.parse().expect("one statement a text");
            let label = by_statement.get(&number).copied().unwrap_or(&nothing);
            score.add(&format!("{} {number}", app.name), label, &report);
        }
    }
    assert!(count >= 20, "{count} labelled apps are in the corpus");
    score.check("hand-checked apps");
}

#[test]
fn every_app_has_an_order_in_which_each_statement_follows_what_it_needs() {
    let Some(apps) = support::apps() else { return };
    for app in &apps {
        let sources =
            app.statements.iter().enumerate().map(|(n, sql)| Source::with_id(format!("{n:04}"), sql)).collect();
        let script = Script::read(sources, "default");
        let order = script.order().unwrap_or_else(|cycle| panic!("{}: {cycle:?}", app.name));
        assert_eq!(order.len(), script.items().len(), "{}", app.name);
        let reports: Vec<Report> = script.reports().collect();
        let mut makers: BTreeMap<(Option<String>, String), Vec<usize>> = BTreeMap::new();
        for (n, report) in reports.iter().enumerate() {
            if let (Some(_), Some(name)) = (report.creates, &report.name) {
                makers.entry((report.database.clone(), name.clone())).or_default().push(n);
            }
        }
        let mut place = vec![0; order.len()];
        order.iter().enumerate().for_each(|(position, &n)| place[n] = position);
        for (n, report) in reports.iter().enumerate() {
            for needed in &report.references {
                let bare = needed.database.as_ref().map_or(needed.name.as_str(), |it| &needed.name[it.len() + 1..]);
                let key = (needed.database.clone(), bare.to_owned());
                let is_call = report.kind.contains("function") && needed.kind.contains("function");
                let is_drop = report.kind == "drop";
                let relevant = !is_call && !is_drop && needed.kind != "user_or_role";
                for &maker in makers.get(&key).into_iter().flatten().filter(|&&maker| relevant && maker != n) {
                    if reports[maker].creates == Some(needed.kind) {
                        assert!(place[maker] < place[n], "{}: {} before {}", app.name, report.id, reports[maker].id);
                    }
                }
            }
        }
    }
}
