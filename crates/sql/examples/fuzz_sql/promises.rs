//! What holds for every text, and what a text brought out.

use ferry_sql::lexer::lex;
use ferry_sql::print::{self, Dialect};
use ferry_sql::rewrite::{Migration, Release, rewrite};
use ferry_sql::script::{Script, Source};
use ferry_sql::{parse, secrets};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Checks every promise; a broken one is a panic.
pub fn check(text: &str) -> Vec<u64> {
    let mut features = Vec::new();
    let tokens = lex(text);
    let joined: String = tokens.iter().map(|token| token.span.text(text)).collect();
    assert_eq!(joined, text, "tokens give back the text");
    let kinds: Vec<u8> = tokens.iter().filter(|token| !token.kind.is_trivia()).map(|token| token.kind as u8).collect();
    features.extend(kinds.windows(3).map(|kinds| hash(&kinds)));
    let parsed = parse(text);
    for error in &parsed.errors {
        assert!(text.get(error.span.start..error.span.end).is_some(), "an error stands in the text");
        // What was found instead is in the message: without it there are few features.
        features.push(hash(&error.expected));
    }
    for remark in &parsed.remarks {
        assert!(text.get(remark.span.start..remark.span.end).is_some(), "a remark stands in the text");
        features.push(hash(&("remark", &remark.message)));
    }
    for statement in &parsed.statements {
        assert!(text.get(statement.span.start..statement.span.end).is_some(), "a statement stands in the text");
        let created = statement.kind.created().map(|created| created.kind);
        features.push(hash(&(std::mem::discriminant(&statement.kind), created.map(|kind| kind.name()))));
        for secret in secrets(statement, text) {
            assert!(text.get(secret.span.start..secret.span.end).is_some(), "a secret stands in the text");
            features.push(hash(&("secret", secret.key.len(), secret.masked)));
        }
        let once = print::statement(statement, text, Dialect::V3);
        if parsed.is_ok() {
            let again = parse(&once);
            // Printing adds parentheses: at the very limit of nesting they are too many, and that is said.
            if again.errors.iter().any(|error| error.message.starts_with("nested deeper")) {
                continue;
            }
            assert!(again.is_ok(), "what is printed can be read: {once}\n{:?}", again.errors);
            assert_eq!(again.statements.len(), 1, "what is printed is one statement: {once}");
            assert_eq!(
                print::statement(&again.statements[0], &once, Dialect::V3),
                once,
                "printing again changes nothing"
            );
        }
    }
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

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
