//! Differences of two texts that the tree does not show.

use crate::ast::{Setting, Statement};
use crate::lexer::{TokenKind, lex};
use crate::normal::{Normalised, NormalisedKind};
use crate::visit::{Visitor, visit};

/// In what the writing of two texts differs.
pub(super) fn notes(a: &Statement, left: &str, b: &Statement, right: &str) -> Vec<Normalised> {
    let (x, y) = (tokens(a.span.text(left)), tokens(b.span.text(right)));
    let mut found = Vec::new();
    let mut note = |kind, what: &str| found.push(Normalised { kind, what: what.to_owned() });
    let exact = |tokens: &[(TokenKind, String)]| tokens.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>();
    if exact(&x) == exact(&y) {
        note(NormalisedKind::Layout, "spaces, line breaks and comments");
        return found;
    }
    let count = |tokens: &[(TokenKind, String)], kind| tokens.iter().filter(|(k, _)| *k == kind).count();
    let upper = |tokens: &[(TokenKind, String)]| {
        let words = tokens.iter().filter(|(kind, _)| *kind == TokenKind::Word);
        let mut words: Vec<String> = words.map(|(_, text)| text.clone()).collect();
        words.sort();
        words
    };
    if count(&x, TokenKind::QuotedIdent) != count(&y, TokenKind::QuotedIdent) {
        note(NormalisedKind::Quoting, "quotes around names");
    }
    if count(&x, TokenKind::LeftParen) != count(&y, TokenKind::LeftParen) {
        note(NormalisedKind::Quoting, "parentheses");
    }
    let (words_x, words_y) = (upper(&x), upper(&y));
    let folded = |words: &[String]| {
        words.iter().map(|word| word.to_ascii_lowercase()).collect::<std::collections::BTreeSet<_>>()
    };
    if words_x != words_y && folded(&words_x) == folded(&words_y) {
        note(NormalisedKind::Case, "upper and lower case of keywords");
    }
    let (order_a, order_b) = (setting_names(a), setting_names(b));
    let shared = |of: &[String], with: &[String]| -> Vec<String> {
        of.iter().filter(|name| with.contains(name)).cloned().collect()
    };
    if shared(&order_a, &order_b) != shared(&order_b, &order_a) {
        note(NormalisedKind::ClauseOrder, "the order of settings");
    }
    let mut sorted = (exact(&x), exact(&y));
    sorted.0.sort();
    sorted.1.sort();
    if sorted.0 == sorted.1 && found.is_empty() {
        found.push(Normalised { kind: NormalisedKind::ClauseOrder, what: "the order of clauses".to_owned() });
    }
    if spaces(left) != spaces(right) {
        found.push(Normalised { kind: NormalisedKind::Layout, what: "spaces, line breaks and comments".to_owned() });
    }
    found
}

fn tokens(text: &str) -> Vec<(TokenKind, String)> {
    let all = lex(text).into_iter().filter(|token| !token.kind.is_trivia());
    all.map(|token| (token.kind, token.span.text(text).to_owned())).collect()
}

fn spaces(text: &str) -> String {
    lex(text).into_iter().filter(|token| token.kind.is_trivia()).map(|token| token.span.text(text)).collect()
}

fn setting_names(statement: &Statement) -> Vec<String> {
    #[derive(Default)]
    struct Names(Vec<String>);
    impl Visitor for Names {
        fn settings(&mut self, settings: &mut Vec<Setting>) {
            self.0.extend(settings.iter().map(|setting| setting.name.value.clone()));
        }
    }
    let mut names = Names::default();
    visit(&mut statement.clone(), &mut names);
    names.0
}
