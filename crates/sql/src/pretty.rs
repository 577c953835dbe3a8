//! Lays a statement out for people. Only spaces and the case of keywords change: comments stay, and the result parses to
//! the same tree.

mod breaks;

use crate::error::SyntaxError;
use crate::lexer::{Token, TokenKind, lex};
use crate::span::Span;
use breaks::Breaks;

/// Lays out every statement of a text; two are separated by `;` and an empty line. What cannot be read stays as it is.
pub fn pretty(sql: &str) -> String {
    let parsed = crate::parse(sql);
    let statements: Vec<Span> = parsed.statements.iter().map(|statement| statement.span).collect();
    let mut out = String::new();
    let mut copied = 0;
    for span in statements {
        out.push_str(between(&sql[copied..span.start], out.is_empty()).as_str());
        let text = span.text(sql);
        out.push_str(&pretty_one(text).unwrap_or_else(|_| text.to_owned()));
        copied = span.end;
    }
    out.push_str(sql[copied..].trim_end());
    out
}

/// Lays out one statement.
///
/// # Errors
/// The text is not one valid statement.
pub fn pretty_one(sql: &str) -> Result<String, SyntaxError> {
    let statement = crate::parse_one(sql)?;
    let breaks = Breaks::of(&statement, sql);
    let mut writer = Writer { sql, out: String::with_capacity(sql.len() * 2), indent: 0, previous: None, fresh: true };
    let mut at = 0;
    for token in lex(sql) {
        if token.span.start < at {
            continue;
        }
        if let Some(verbatim) = breaks.verbatim.filter(|span| span.contains(token.span)) {
            writer.out.push_str(verbatim.text(sql));
            at = verbatim.end;
            continue;
        }
        writer.token(token, &breaks);
    }
    Ok(writer.out.trim_end().to_owned())
}

/// What stands between two statements: `;` and comments.
fn between(text: &str, is_first: bool) -> String {
    if is_first {
        return text.trim_start().to_owned();
    }
    let inner = text.trim();
    let (separator, comments) = match inner.strip_prefix(';') {
        Some(rest) => (";", rest.trim()),
        None => ("", inner),
    };
    match comments.is_empty() {
        true => format!("{separator}\n\n"),
        false => format!("{separator}\n\n{comments}\n"),
    }
}

struct Writer<'a> {
    sql: &'a str,
    out: String,
    indent: usize,
    previous: Option<Token>,
    /// The line is empty so far.
    fresh: bool,
}

impl Writer<'_> {
    fn token(&mut self, token: Token, breaks: &Breaks) {
        let text = token.span.text(self.sql);
        match token.kind {
            TokenKind::Whitespace => {}
            TokenKind::Comment => self.comment(token, text),
            _ => {
                if let Some(indent) = breaks.lines.get(&token.span.start) {
                    self.line(*indent);
                } else if !self.fresh && self.wants_space(token) {
                    self.out.push(' ');
                }
                match breaks.keywords.contains(&token.span.start) {
                    true => self.out.push_str(&text.to_ascii_uppercase()),
                    false => self.out.push_str(text),
                }
                self.fresh = false;
                self.previous = Some(token);
            }
        }
    }

    fn line(&mut self, indent: usize) {
        self.indent = indent;
        let end = self.out.trim_end_matches([' ', '\n']).len();
        self.out.truncate(end);
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n("  ", indent));
        self.fresh = true;
    }

    /// A comment stays on the line it was on, or on a line of its own.
    fn comment(&mut self, token: Token, text: &str) {
        let before = &self.sql[..token.span.start];
        let own_line = before.trim_end_matches([' ', '\t']).ends_with('\n') || before.trim().is_empty();
        if own_line {
            self.line(self.indent);
        } else if !self.fresh {
            self.out.push(' ');
        }
        self.out.push_str(text.trim_end());
        self.fresh = false;
        let is_line = !text.starts_with("/*");
        if is_line || own_line {
            self.line(self.indent);
        }
        self.previous = None;
        if !is_line && !own_line {
            self.out.push(' ');
            self.fresh = true;
        }
    }

    /// One space where there was any, and beside commas and signs of settings.
    fn wants_space(&self, token: Token) -> bool {
        use TokenKind as T;
        let Some(previous) = self.previous else { return false };
        let had = previous.span.end < token.span.start;
        match (previous.kind, token.kind) {
            (T::LeftParen | T::LeftBracket | T::Dot, _)
            | (_, T::RightParen | T::RightBracket | T::Comma | T::Semicolon) => false,
            (T::Comma, _) => true,
            _ => had,
        }
    }
}
