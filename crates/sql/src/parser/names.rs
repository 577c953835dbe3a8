//! Names and strings.

use super::{Parse, Parser};
use crate::ast::{Ident, ObjectName, Quote, Text, TextQuote};
use crate::lexer::{Token, TokenKind};
use crate::span::Span;

impl Parser<'_> {
    /// A name. Words and templates that touch are one name: `{{env}}_events`.
    pub(super) fn ident(&mut self) -> Parse<Ident> {
        match self.try_ident() {
            Some(ident) => Ok(ident),
            None => self.fail("a name"),
        }
    }

    /// The name of a cluster, which is often a macro in a string: `'{cluster}'`.
    pub(super) fn cluster(&mut self) -> Parse<Ident> {
        match self.try_string() {
            Some(text) => Ok(Ident { value: text.value, quote: Quote::Back, span: text.span }),
            None => self.ident(),
        }
    }

    /// `ON CLUSTER name` if it follows; only releases before 3 take it.
    pub(super) fn optional_cluster(&mut self) -> Parse<()> {
        if self.eat("ON CLUSTER") {
            self.cluster()?;
        }
        Ok(())
    }

    pub(super) fn try_ident(&mut self) -> Option<Ident> {
        let token = self.peek()?;
        match token.kind {
            TokenKind::LeftBrace => {
                let length = self.brace_template_length()?;
                self.at += length;
                Some(self.glue(Span::new(token.span.start, self.last_end())))
            }
            TokenKind::QuotedIdent => {
                self.at += 1;
                Some(self.quoted(token))
            }
            TokenKind::Template => {
                self.at += 1;
                Some(self.glue(token.span))
            }
            // `1_000` is also a legal name.
            TokenKind::Word => {
                self.at += 1;
                if self.template_touches() {
                    return Some(self.glue(token.span));
                }
                Some(self.bare(token))
            }
            TokenKind::Number if self.text(token).contains('_') => {
                self.at += 1;
                Some(self.bare(token))
            }
            TokenKind::Operator => self.placeholder(),
            _ => None,
        }
    }

    fn bare(&self, token: Token) -> Ident {
        Ident { value: self.text(token).to_owned(), quote: Quote::Bare, span: token.span }
    }

    fn quoted(&self, token: Token) -> Ident {
        let text = self.text(token);
        let quote = if text.starts_with('`') { Quote::Back } else { Quote::Double };
        Ident { value: unquote(text), quote, span: token.span }
    }

    /// How many tokens a template in single braces takes: `{database}`, `{database:Identifier}`.
    fn brace_template_length(&self) -> Option<usize> {
        if !self.at_kind(TokenKind::LeftBrace) || self.kind_at(1) != Some(TokenKind::Word) {
            return None;
        }
        let mut end = 2;
        while self.kind_at(end) == Some(TokenKind::Dot) && self.kind_at(end + 1) == Some(TokenKind::Word) {
            end += 2;
        }
        if self.kind_at(end) == Some(TokenKind::RightBrace) {
            return Some(end + 1);
        }
        let is_identifier = self.operator_at(2, ":")
            && self.is_word_at(3, "identifier")
            && self.kind_at(4) == Some(TokenKind::RightBrace);
        is_identifier.then_some(5)
    }

    fn template_touches(&self) -> bool {
        match self.kind_at(0) {
            Some(TokenKind::Template) => self.touches_last(),
            Some(TokenKind::LeftBrace) => self.touches_last() && self.brace_template_length().is_some(),
            _ => false,
        }
    }

    /// Everything that touches a template belongs to its name.
    pub(super) fn glue(&mut self, first: Span) -> Ident {
        let mut span = first;
        while let Some(token) = self.peek() {
            if token.span.start != span.end {
                break;
            }
            match token.kind {
                TokenKind::Word | TokenKind::Template | TokenKind::Number | TokenKind::Duration => self.at += 1,
                _ => match self.brace_template_length() {
                    Some(length) => self.at += length,
                    None => break,
                },
            }
            span.end = self.last_end();
        }
        Ident { value: span.text(self.sql).to_owned(), quote: Quote::Template, span }
    }

    /// `name` or `database.name`.
    pub(super) fn object_name(&mut self) -> Parse<ObjectName> {
        let first = self.ident()?;
        if !self.at_kind(TokenKind::Dot) {
            return Ok(ObjectName { database: None, span: first.span, name: first });
        }
        let mut parts = vec![first];
        while self.at_kind(TokenKind::Dot) {
            self.at += 1;
            parts.push(self.name_part()?);
        }
        Ok(object_name(parts))
    }

    /// A name after a dot: anything that looks like one, also `*`.
    pub(super) fn name_part(&mut self) -> Parse<Ident> {
        if let Some(token) = self.peek() {
            let is_part = matches!(token.kind, TokenKind::Number | TokenKind::Duration);
            if is_part || self.at_operator("*") {
                self.at += 1;
                return Ok(self.bare(token));
            }
        }
        self.ident()
    }

    /// A string in a fixed place.
    pub(super) fn string(&mut self) -> Parse<Text> {
        match self.try_string() {
            Some(text) => Ok(text),
            None => self.fail("a string"),
        }
    }

    pub(super) fn try_string(&mut self) -> Option<Text> {
        let token = self.peek()?;
        let text = self.text(token);
        let (value, quote) = match token.kind {
            TokenKind::String => (unquote(text), TextQuote::Single),
            TokenKind::DollarString => (undollar(text).to_owned(), TextQuote::Dollar),
            TokenKind::QuotedIdent if text.starts_with('"') => (unquote(text), TextQuote::Double),
            TokenKind::Template => (text.to_owned(), TextQuote::Template),
            _ => return None,
        };
        self.at += 1;
        Some(Text { value, quote, span: token.span })
    }

    /// A string, a bare word or a number.
    pub(super) fn string_or_word(&mut self) -> Parse<Text> {
        if let Some(text) = self.try_string() {
            return Ok(text);
        }
        match self.peek() {
            Some(token)
                if matches!(
                    token.kind,
                    TokenKind::Word | TokenKind::QuotedIdent | TokenKind::Number | TokenKind::Duration
                ) =>
            {
                self.at += 1;
                let value = match token.kind {
                    TokenKind::QuotedIdent => unquote(self.text(token)),
                    _ => self.text(token).to_owned(),
                };
                Ok(Text { value, quote: TextQuote::Bare, span: token.span })
            }
            _ => self.fail("a string"),
        }
    }

    /// `COMMENT '..'`.
    pub(super) fn comment_text(&mut self) -> Parse<Text> {
        self.expect("COMMENT")?;
        self.string()
    }
}

/// Joins the parts of a dotted name.
pub(super) fn object_name(mut parts: Vec<Ident>) -> ObjectName {
    let first = parts.remove(0);
    if parts.is_empty() {
        return ObjectName { database: None, span: first.span, name: first };
    }
    let mut name = parts.remove(0);
    for part in parts {
        name.value.push('.');
        name.value.push_str(&part.value);
        name.span = name.span.to(part.span);
    }
    ObjectName { span: first.span.to(name.span), database: Some(first), name }
}

/// The content of `'..'`, `"..."` or a name in back quotes, escapes resolved.
pub fn unquote(text: &str) -> String {
    let Some(quote) = text.chars().next() else {
        return String::new();
    };
    let inner = text.strip_prefix(quote).unwrap_or(text);
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    if !inner.contains(['\\', quote]) {
        return inner.to_owned();
    }
    let mut value = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => unescape(&mut chars, &mut value),
            c if c == quote => {
                // A doubled quote stands for one.
                chars.next();
                value.push(quote);
            }
            c => value.push(c),
        }
    }
    value
}

/// What follows a backslash, as the server reads it: an unknown escape keeps its backslash.
fn unescape(chars: &mut std::str::Chars<'_>, value: &mut String) {
    match chars.next() {
        Some('n') => value.push('\n'),
        Some('t') => value.push('\t'),
        Some('r') => value.push('\r'),
        Some('0') => value.push('\0'),
        Some('a') => value.push('\x07'),
        Some('b') => value.push('\x08'),
        Some('e') => value.push('\x1b'),
        Some('f') => value.push('\x0c'),
        Some('v') => value.push('\x0b'),
        Some('x') => {
            let digits: String = chars.clone().take(2).collect();
            match u8::from_str_radix(&digits, 16) {
                Ok(byte) if digits.len() == 2 => {
                    chars.nth(1);
                    value.push(char::from(byte));
                }
                _ => value.push_str("\\x"),
            }
        }
        Some(c @ ('\\' | '\'' | '"' | '`' | '/' | '=')) => value.push(c),
        Some(c) => {
            value.push('\\');
            value.push(c);
        }
        None => value.push('\\'),
    }
}

/// The content of `$tag$..$tag$`.
pub(crate) fn undollar(text: &str) -> &str {
    let tag_length = text[1..].find('$').map_or(1, |n| n + 2);
    text.get(tag_length..text.len().saturating_sub(tag_length)).unwrap_or("")
}
