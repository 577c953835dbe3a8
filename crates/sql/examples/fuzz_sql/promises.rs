//! What holds for every text beyond reading and printing: references, order, rules.

use ferry_sql::parse;
use ferry_sql::rewrite::{Migration, Release, rewrite};
use ferry_sql::script::{Script, Source};

use super::reading::{hash, reading};

/// Checks every promise; a broken one is a panic.
pub fn check(text: &str) -> Vec<u64> {
    let (parsed, mut features) = reading(text);
    let script = Script::read(vec![Source::new(text)], "default");
    for report in script.reports() {
        features.extend(report.references.iter().map(|it| hash(&(it.kind, it.role, report.creates))));
    }
    let _ = script.order();
    if parsed.is_ok() && parsed.statements.len() == 1 {
        rules(text, &mut features);
    }
    features
}

/// Rewriting gives a text that can be read.
fn rules(text: &str, features: &mut Vec<u64>) {
    let ways = [
        (Release::proton(1, 5, 18), Release::enterprise(3, 3, 1)),
        (Release::enterprise(2, 4, 19), Release::proton(3, 0, 1)),
    ];
    for (from, to) in ways {
        let rewritten = rewrite(text, &Migration::new(from, to)).expect("what can be read can be rewritten");
        assert!(parse(&rewritten.sql).is_ok(), "what is rewritten can be read: {}", rewritten.sql);
        features.extend(rewritten.applied.iter().map(|applied| hash(&(&applied.rule, applied.changed))));
    }
}
