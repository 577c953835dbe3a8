//! What holds for every text that is read and printed, and what it brought out.

use ferry_sql::lexer::lex;
use ferry_sql::print::{self, Dialect};
use ferry_sql::{Parsed, parse, secrets};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Reads and prints.
pub fn reading(text: &str) -> (Parsed, Vec<u64>) {
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
    (parsed, features)
}

/// A feature of a text as a number.
pub fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
