//! Places in a text around what the tree knows: keywords, commas, parentheses.

use crate::edit::Edit;
use crate::lexer::{Token, TokenKind, lex};
use crate::span::Span;

/// A text with its tokens.
pub(crate) struct Source<'a> {
    pub sql: &'a str,
    /// Without spaces and comments.
    tokens: Vec<Token>,
}

impl<'a> Source<'a> {
    pub fn new(sql: &'a str) -> Self {
        let mut tokens = lex(sql);
        tokens.retain(|token| !token.kind.is_trivia());
        Self { sql, tokens }
    }

    pub fn text(&self, span: Span) -> &'a str {
        span.text(self.sql)
    }

    /// The tokens that lie wholly before `offset`, nearest first.
    pub fn before(&self, offset: usize) -> impl Iterator<Item = &Token> {
        let end = self.tokens.partition_point(|token| token.span.end <= offset);
        self.tokens[..end].iter().rev()
    }

    /// The tokens that begin at or after `offset`.
    pub fn after(&self, offset: usize) -> impl Iterator<Item = &Token> {
        let start = self.tokens.partition_point(|token| token.span.start < offset);
        self.tokens[start..].iter()
    }

    /// The tokens inside `span`.
    pub fn inside(&self, span: Span) -> impl Iterator<Item = &Token> {
        self.after(span.start).take_while(move |token| token.span.end <= span.end)
    }

    pub fn is_word(&self, token: &Token, word: &str) -> bool {
        token.kind == TokenKind::Word && self.text(token.span).eq_ignore_ascii_case(word)
    }

    /// The place of `words`, which stand one after the other, the last one right before `offset`.
    pub fn words_before(&self, offset: usize, words: &[&str]) -> Option<Span> {
        let mut found: Option<Span> = None;
        let mut tokens = self.before(offset);
        for word in words.iter().rev() {
            let token = tokens.next().filter(|token| self.is_word(token, word))?;
            found = Some(found.map_or(token.span, |span| token.span.to(span)));
        }
        found
    }

    /// The first token `word` inside `span`.
    pub fn word_in(&self, span: Span, word: &str) -> Option<Span> {
        self.inside(span).find(|token| self.is_word(token, word)).map(|token| token.span)
    }

    /// Takes `span` away with the spaces before it, so that no empty line is left.
    pub fn cut(&self, span: Span) -> Edit {
        let before = self.sql.get(..span.start).unwrap_or_default();
        let line = before.trim_end_matches([' ', '\t']);
        // What stands behind a comment of one line must stay on its own line.
        let start = match line.strip_suffix('\n') {
            Some(above) if !ends_with_line_comment(above) => above.trim_end().len(),
            Some(above) => above.len(),
            None => line.len(),
        };
        Edit::new(Span::new(start, span.end), "")
    }

    /// A new clause at `offset`: on a line of its own where the text has several.
    pub fn new_clause(&self, offset: usize, text: &str) -> Edit {
        let separator = if self.sql.trim_end().contains('\n') { "\n" } else { " " };
        Edit::new(Span::empty(offset), format!("{separator}{text}"))
    }

    /// Where the parenthesis closes that opens with the token at `open`.
    pub fn closing(&self, open: usize) -> Option<Span> {
        let mut depth = 0usize;
        for token in self.after(open) {
            match token.kind {
                TokenKind::LeftParen => depth += 1,
                TokenKind::RightParen => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(token.span);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

fn ends_with_line_comment(text: &str) -> bool {
    let last = lex(text.rsplit('\n').next().unwrap_or_default());
    last.last().is_some_and(|token| token.kind == TokenKind::Comment)
}
