//! Moving over tokens, and errors.

use super::lexeme::Lexeme;
use super::reserved::Words;
use super::{Failed, MAX_DEPTH, Parse, Parser};
use crate::error::SyntaxError;
use crate::lexer::{Token, TokenKind};
use crate::span::Span;

impl<'a> Parser<'a> {
    #[inline]
    pub(super) fn peek(&self) -> Option<Token> {
        self.peek_at(0)
    }

    #[inline]
    pub(super) fn peek_at(&self, ahead: usize) -> Option<Token> {
        self.lexeme(ahead).map(Lexeme::token)
    }

    #[inline]
    fn lexeme(&self, ahead: usize) -> Option<Lexeme> {
        #[cfg(test)]
        self.looks.set(self.looks.get() + 1);
        self.tokens.get(self.at + ahead).copied()
    }

    /// The first character of a word, as a capital, or of an operator; 0 for everything else.
    #[inline]
    pub(super) fn initial_at(&self, ahead: usize) -> u8 {
        self.lexeme(ahead).map_or(0, |lexeme| lexeme.initial)
    }

    #[inline]
    pub(super) fn text(&self, token: Token) -> &'a str {
        token.span.text(self.sql)
    }

    /// The text of the next token if it is a bare word.
    #[inline]
    pub(super) fn word(&self) -> Option<&'a str> {
        self.word_at(0)
    }

    #[inline]
    pub(super) fn word_at(&self, ahead: usize) -> Option<&'a str> {
        let token = self.peek_at(ahead)?;
        (token.kind == TokenKind::Word).then(|| self.text(token))
    }

    #[inline]
    pub(super) fn at_kind(&self, kind: TokenKind) -> bool {
        self.kind_at(0) == Some(kind)
    }

    #[inline]
    pub(super) fn kind_at(&self, ahead: usize) -> Option<TokenKind> {
        self.lexeme(ahead).map(|lexeme| lexeme.kind)
    }

    // Most questions for words are answered by the first letter. These functions are always made part of those that
    // ask, where the word is known, and its first letter with it.

    #[inline(always)]
    pub(super) fn is_word_at(&self, ahead: usize, word: &str) -> bool {
        self.initial_at(ahead) == word.as_bytes()[0].to_ascii_uppercase() && self.word_follows(ahead, word)
    }

    #[inline(never)]
    fn word_follows(&self, ahead: usize, word: &str) -> bool {
        self.word_at(ahead).is_some_and(|found| found.eq_ignore_ascii_case(word))
    }

    /// Whether these words, separated by spaces, come next.
    #[inline(always)]
    pub(super) fn at_words(&self, words: &str) -> bool {
        self.initial_at(0) == words.as_bytes()[0] && self.words_that_follow(words).is_some()
    }

    /// How many these words are, if they come next.
    #[inline(never)]
    fn words_that_follow(&self, words: &str) -> Option<usize> {
        let mut rest = words.as_bytes();
        let mut count = 0;
        loop {
            let found = self.word_at(count)?.as_bytes();
            count += 1;
            let (wanted, after) = rest.split_at_checked(found.len())?;
            if !wanted.eq_ignore_ascii_case(found) {
                return None;
            }
            match after {
                [] => return Some(count),
                [b' ', more @ ..] => rest = more,
                _ => return None,
            }
        }
    }

    /// The next word in upper case, without memory of its own; empty if it is too long for a keyword.
    #[inline]
    pub(super) fn keyword_at(&self, ahead: usize) -> Keyword {
        let mut keyword = Keyword::default();
        let word = self.word_at(ahead).unwrap_or_default();
        if let Some(bytes) = keyword.bytes.get_mut(..word.len()) {
            bytes.copy_from_slice(word.as_bytes());
            bytes.make_ascii_uppercase();
            keyword.length = word.len();
        }
        keyword
    }

    /// Whether the next word is one of a set.
    #[inline]
    pub(super) fn at_one_of<const N: usize>(&self, words: &Words<N>) -> bool {
        self.at_candidate(words) && words.holds(self.keyword_at(0).as_bytes())
    }

    /// Whether the next word may be one of a set.
    #[inline]
    pub(super) fn at_candidate<const N: usize>(&self, words: &Words<N>) -> bool {
        self.lexeme(0)
            .is_some_and(|next| next.kind == TokenKind::Word && words.may_hold(next.initial, next.span().len()))
    }

    /// Whether one of these words, in capitals, comes next.
    #[inline]
    pub(super) fn at_any(&self, words: &[&str]) -> bool {
        let initial = self.initial_at(0);
        words.iter().any(|word| word.as_bytes()[0] == initial && self.word_follows(0, word))
    }

    /// Passes over these words if they come next.
    #[inline(always)]
    pub(super) fn eat(&mut self, words: &str) -> bool {
        self.initial_at(0) == words.as_bytes()[0] && self.eat_words(words)
    }

    #[inline(never)]
    fn eat_words(&mut self, words: &str) -> bool {
        let count = self.words_that_follow(words);
        self.at += count.unwrap_or(0);
        count.is_some()
    }

    #[inline]
    pub(super) fn eat_kind(&mut self, kind: TokenKind) -> bool {
        let found = self.at_kind(kind);
        if found {
            self.at += 1;
        }
        found
    }

    #[inline]
    pub(super) fn at_operator(&self, operator: &str) -> bool {
        self.operator_at(0, operator)
    }

    #[inline(always)]
    pub(super) fn operator_at(&self, ahead: usize, operator: &str) -> bool {
        self.initial_at(ahead) == operator.as_bytes()[0] && self.operator_follows(ahead, operator)
    }

    #[inline(never)]
    fn operator_follows(&self, ahead: usize, operator: &str) -> bool {
        self.peek_at(ahead).is_some_and(|token| token.kind == TokenKind::Operator && self.text(token) == operator)
    }

    #[inline]
    pub(super) fn eat_operator(&mut self, operator: &str) -> bool {
        let found = self.at_operator(operator);
        if found {
            self.at += 1;
        }
        found
    }

    pub(super) fn expect(&mut self, words: &str) -> Parse<()> {
        if self.eat(words) {
            return Ok(());
        }
        self.fail(words)
    }

    pub(super) fn expect_kind(&mut self, kind: TokenKind) -> Parse<Token> {
        match self.peek() {
            Some(token) if token.kind == kind => {
                self.at += 1;
                Ok(token)
            }
            _ => self.fail(describe(kind)),
        }
    }

    pub(super) fn expect_operator(&mut self, operator: &str) -> Parse<()> {
        if self.eat_operator(operator) {
            return Ok(());
        }
        self.fail(&format!("`{operator}`"))
    }

    /// Where the next token starts.
    #[inline]
    pub(super) fn here(&self) -> usize {
        self.lexeme(0).map_or(self.sql.len(), |lexeme| lexeme.span().start)
    }

    /// The place of the next token.
    pub(super) fn span_of_next(&self) -> Span {
        self.peek().map_or(Span::empty(self.sql.len()), |token| token.span)
    }

    /// Where the last token ended.
    #[inline]
    pub(super) fn last_end(&self) -> usize {
        match self.at.checked_sub(1) {
            Some(previous) => self.tokens[previous].span().end,
            None => 0,
        }
    }

    /// From `start` to the end of the last token.
    #[inline]
    pub(super) fn span_from(&self, start: usize) -> Span {
        Span::new(start, self.last_end().max(start))
    }

    /// At the end of the statement.
    #[inline]
    pub(super) fn at_end(&self) -> bool {
        matches!(self.kind_at(0), None | Some(TokenKind::Semicolon))
    }

    /// Records that the next token does not fit.
    pub(super) fn fail<T>(&mut self, expected: &str) -> Parse<T> {
        let (span, found) = match self.peek() {
            Some(token) => (token.span, self.describe_token(token)),
            None => (Span::empty(self.sql.len()), "the end of the text".to_owned()),
        };
        let hint = self.hint();
        self.error(span, format!("expected {expected}, found {found}"), vec![expected.to_owned()], hint)
    }

    pub(super) fn error<T>(
        &mut self,
        span: Span,
        message: String,
        expected: Vec<String>,
        hint: Option<String>,
    ) -> Parse<T> {
        // Lines are counted once, when all errors are known.
        self.errors.push(SyntaxError { span, line: 0, column: 0, message, expected, hint });
        Err(Failed)
    }

    fn describe_token(&self, token: Token) -> String {
        let text = self.text(token);
        match token.kind {
            TokenKind::Unterminated => {
                let start: String = text.chars().take(12).collect();
                format!("`{start}`, which does not end")
            }
            _ if text.chars().count() > 30 => {
                let start: String = text.chars().take(30).collect();
                format!("`{start}..`")
            }
            _ => format!("`{text}`"),
        }
    }

    fn hint(&self) -> Option<String> {
        let token = self.peek()?;
        let text = self.text(token);
        match token.kind {
            TokenKind::Unterminated if text.starts_with('\'') => {
                Some("close the string with ', and write a quote inside it as ''".into())
            }
            TokenKind::Unterminated if text.starts_with("/*") => Some("close the comment with */".into()),
            TokenKind::Unterminated if text.starts_with('$') => {
                Some("close the text with the same $..$ that opens it".into())
            }
            TokenKind::Unterminated => Some("close the quotes".into()),
            TokenKind::Unknown if text.chars().any(|c| "‘’“”".contains(c)) => {
                Some("use plain quotes: ' for strings, ` for names".into())
            }
            TokenKind::Unknown => Some("write a name with such characters in back quotes".into()),
            _ => None,
        }
    }

    /// Runs `inner` one level deeper.
    #[inline]
    pub(super) fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth >= MAX_DEPTH {
            let span = self.span_of_next();
            return self.error(
                span,
                format!("nested deeper than {MAX_DEPTH} levels"),
                Vec::new(),
                Some("split it into several statements or name parts with WITH".into()),
            );
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Items separated by commas, at least one.
    pub(super) fn comma_list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parse<T>) -> Parse<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat_kind(TokenKind::Comma) {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// Items between parentheses, possibly none; a comma may follow the last.
    pub(super) fn paren_list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parse<T>) -> Parse<Vec<T>> {
        self.expect_kind(TokenKind::LeftParen)?;
        let mut items = Vec::new();
        while !self.at_kind(TokenKind::RightParen) {
            items.push(item(self)?);
            if !self.eat_kind(TokenKind::Comma) {
                break;
            }
        }
        self.expect_kind(TokenKind::RightParen)?;
        Ok(items)
    }

    /// Passes over a balanced `(..)`, `[..]`, `{..}` or one token.
    pub(super) fn skip_one(&mut self) {
        let mut open = 0usize;
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace => open += 1,
                TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => {
                    open = open.saturating_sub(1);
                }
                TokenKind::Semicolon => return,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return;
            }
        }
    }

    /// Passes over everything up to `;`.
    pub(super) fn skip_statement(&mut self) -> Span {
        let start = self.here();
        while !self.at_end() {
            self.at += 1;
        }
        self.span_from(start)
    }
}

/// A word in upper case.
#[derive(Clone, Copy, Default)]
pub(super) struct Keyword {
    bytes: [u8; 16],
    length: usize,
}

impl Keyword {
    #[inline]
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

fn describe(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::LeftParen => "`(`",
        TokenKind::RightParen => "`)`",
        TokenKind::LeftBracket => "`[`",
        TokenKind::RightBracket => "`]`",
        TokenKind::LeftBrace => "`{`",
        TokenKind::RightBrace => "`}`",
        TokenKind::Comma => "`,`",
        TokenKind::Semicolon => "`;`",
        TokenKind::Dot => "`.`",
        TokenKind::String => "a string",
        TokenKind::DollarString => "a text in $$",
        TokenKind::Number => "a number",
        TokenKind::Duration => "a duration such as 5s",
        TokenKind::Word | TokenKind::QuotedIdent => "a name",
        _ => "something else",
    }
}
