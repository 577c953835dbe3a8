//! Tokens as the parser keeps them.

use crate::lexer::{Token, TokenKind, each_token};
use crate::span::Span;

/// A token in half the memory, with its first character: most questions are answered by that alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lexeme {
    start: u32,
    end: u32,
    /// What it is.
    pub kind: TokenKind,
    /// The first character of a word, as a capital, or of an operator; otherwise 0.
    pub initial: u8,
}

impl Lexeme {
    #[inline]
    pub fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    #[inline]
    pub fn token(self) -> Token {
        Token { kind: self.kind, span: self.span() }
    }
}

/// What a text consists of.
#[derive(Debug, Default)]
pub(super) struct Lexemes {
    /// Without spaces and comments.
    pub tokens: Vec<Lexeme>,
    /// Whether templates are among them, or were left out.
    pub has_templates: bool,
}

/// What the parser does not pass over: spaces, comments, and of `{{ if }} a {{ else }} b {{ end }}` in a template the
/// second branch and the braces (resources.md 1.2: files with Go templates). None of a text that is longer than 4 GiB.
pub(super) fn significant(sql: &str) -> Option<Lexemes> {
    u32::try_from(sql.len()).ok()?;
    let mut lexemes = Vec::with_capacity(sql.len() / 5 + 1);
    let mut has_templates = false;
    each_token(sql, |token| {
        if token.kind.is_trivia() {
            return;
        }
        has_templates |= token.kind == TokenKind::Template;
        let first = sql.as_bytes()[token.span.start];
        let initial = match token.kind {
            TokenKind::Word => first.to_ascii_uppercase(),
            TokenKind::Operator => first,
            _ => 0,
        };
        // Every place fits, because the length does.
        lexemes.push(Lexeme { start: token.span.start as u32, end: token.span.end as u32, kind: token.kind, initial });
    });
    if has_templates {
        leave_out_branches(sql, &mut lexemes);
    }
    Some(Lexemes { tokens: lexemes, has_templates })
}

fn leave_out_branches(sql: &str, lexemes: &mut Vec<Lexeme>) {
    let mut branches: Vec<bool> = Vec::new();
    let mut skipped = 0usize;
    lexemes.retain(|lexeme| {
        if lexeme.kind == TokenKind::Template {
            let text = lexeme.span().text(sql).trim_matches(['{', '}', '-', ' ', '\n', '\t']);
            let word = text.split([' ', '\n', '\t']).next().unwrap_or_default();
            match word {
                "if" | "range" | "with" if text.len() > word.len() => {
                    branches.push(false);
                    return false;
                }
                "else" if !branches.is_empty() => {
                    if let Some(other) = branches.last_mut()
                        && !std::mem::replace(other, true)
                    {
                        skipped += 1;
                    }
                    return false;
                }
                "end" if !branches.is_empty() => {
                    if branches.pop() == Some(true) {
                        skipped -= 1;
                    }
                    return false;
                }
                _ if text.starts_with("/*") => return false,
                _ => {}
            }
        }
        skipped == 0
    });
}
