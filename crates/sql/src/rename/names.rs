//! Names as they stand in the text.

use super::{Renamer, content};
use crate::edit::Edit;
use crate::lexer::TokenKind;
use crate::print::{needs_quotes, quote_identifier_always};
use crate::references::QualifiedName;
use crate::span::Span;

impl Renamer<'_> {
    /// A name with or without its database at `span`, which means `old`.
    pub(super) fn named_at(&mut self, span: Span, old: &QualifiedName) {
        let Some(new) = self.relation(old).or_else(|| self.left_behind(old)) else { return };
        let tokens: Vec<_> = self.source.inside(span).copied().collect();
        let is_name = |kind: TokenKind| matches!(kind, TokenKind::Word | TokenKind::QuotedIdent);
        let written: Vec<Span> = tokens.iter().filter(|token| is_name(token.kind)).map(|token| token.span).collect();
        // Something else stands there: a template, a name that is computed.
        if written.is_empty() || tokens.iter().any(|token| !is_name(token.kind) && token.kind != TokenKind::Dot) {
            return;
        }
        let new_database = new.database.clone().unwrap_or_default();
        if let [name] = written.as_slice() {
            let hidden = self.ctes.contains(&new.name);
            if self.stays_unqualified(&new_database) && !hidden {
                self.word(*name, &new.name);
            } else {
                let text = format!("{}.{}", like("", &new_database), like(self.span_text(*name), &new.name));
                self.edits.push(Edit::new(*name, text));
            }
            return;
        }
        let name = written[1].to(*written.last().unwrap_or(&written[1]));
        self.word(written[0], &new_database);
        if content(self.span_text(name)) != new.name {
            self.word(name, &new.name);
        }
    }

    /// One word becomes another, quoted if it was or must be.
    pub(super) fn word(&mut self, span: Span, new: &str) {
        let old = self.span_text(span);
        if content(old) != new {
            self.edits.push(Edit::new(span, like(old, new)));
        }
    }
}

/// `new`, quoted as `old` is, or because it must be.
fn like(old: &str, new: &str) -> String {
    if old.starts_with('"') && !new.contains(['"', '\\']) {
        format!("\"{new}\"")
    } else if old.starts_with('`') || needs_quotes(new) {
        quote_identifier_always(new)
    } else {
        new.to_owned()
    }
}
