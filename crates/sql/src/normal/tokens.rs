//! Statements that the tree does not read in full: their words, one space between.

use crate::lexer::{TokenKind, lex};

/// Words of access control that mean the same in any case.
const KEYWORDS: [&str; 42] = [
    "CREATE",
    "ALTER",
    "USER",
    "ROLE",
    "ROW",
    "POLICY",
    "QUOTA",
    "SETTINGS",
    "PROFILE",
    "ON",
    "USING",
    "FOR",
    "SELECT",
    "TO",
    "IDENTIFIED",
    "WITH",
    "BY",
    "HOST",
    "LOCAL",
    "NAME",
    "REGEXP",
    "IP",
    "LIKE",
    "ANY",
    "NONE",
    "ALL",
    "EXCEPT",
    "DEFAULT",
    "KEYED",
    "INTERVAL",
    "RANDOMIZED",
    "MAX",
    "MIN",
    "TRACKING",
    "ONLY",
    "NO",
    "LIMITS",
    "AS",
    "PERMISSIVE",
    "RESTRICTIVE",
    "GRANT",
    "REVOKE",
];

/// Words that only matter at creation.
const OPTIONS: [&[&str]; 2] = [&["OR", "REPLACE"], &["IF", "NOT", "EXISTS"]];

pub(super) fn normal_text(text: &str) -> String {
    let tokens: Vec<(TokenKind, &str)> = lex(text)
        .into_iter()
        .filter(|token| !token.kind.is_trivia())
        .map(|token| (token.kind, token.span.text(text)))
        .collect();
    let is = |at: usize, word: &str| {
        tokens.get(at).is_some_and(|(kind, text)| *kind == TokenKind::Word && text.eq_ignore_ascii_case(word))
    };
    // Names follow the last TO: their case matters.
    let names = (0..tokens.len()).rev().find(|at| is(*at, "TO")).unwrap_or(tokens.len());
    let (mut words, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        let option = OPTIONS.iter().find(|option| option.iter().enumerate().all(|(n, word)| is(at + n, word)));
        if let Some(option) = option.filter(|_| at < 6) {
            at += option.len();
            continue;
        }
        let (kind, text) = tokens[at];
        let upper = text.to_ascii_uppercase();
        words.push(match kind {
            TokenKind::Word if at <= names && KEYWORDS.contains(&upper.as_str()) => upper,
            TokenKind::QuotedIdent => crate::print::quote_identifier(&crate::unquote(text)),
            TokenKind::String => crate::print::quote_string(&crate::unquote(text)),
            _ => text.to_owned(),
        });
        at += 1;
    }
    words.join(" ")
}
