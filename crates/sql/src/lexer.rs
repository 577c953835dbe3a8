//! Cuts a text into tokens. Nothing is lost: the tokens' texts, joined, are the text, also where
//! the text is no valid SQL.

mod bytes;

use crate::span::Span;
use bytes::{is_space, is_word, is_word_start};

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Spaces and line breaks.
    Whitespace,
    /// `-- ..`, `# ..`, `/* .. */` (nested).
    Comment,
    /// A keyword or a bare name; it may start with digits (`02125_view`).
    Word,
    /// A name in back quotes or double quotes.
    QuotedIdent,
    /// `'..'`
    String,
    /// `$$..$$`, `$tag$..$tag$`
    DollarString,
    /// `12`, `1_000`, `1.5e3`, `0xff`, `0b1`
    Number,
    /// `5s`, `100ms`
    Duration,
    /// `{{ .. }}`, and `..`, `...` where an outline leaves something out.
    Template,
    /// An operator: `+`, `::`, `->`, `<=`, `||`, ..
    Operator,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// `.`
    Dot,
    /// A comment, string, quoted name or template that does not end.
    Unterminated,
    /// Characters that mean nothing here.
    Unknown,
}

impl TokenKind {
    /// Whether the parser passes over it.
    pub fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::Comment)
    }
}

/// What some programs write before a text to tell its encoding. There it is a space.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// Cuts the whole text.
pub fn lex(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 4 + 1);
    each_token(text, |token| tokens.push(token));
    tokens
}

/// Gives every token of the text, in order.
#[inline]
pub(crate) fn each_token(text: &str, mut take: impl FnMut(Token)) {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, previous: None, no_template_ends: false };
    while lexer.at < text.len() {
        let start = lexer.at;
        let kind = lexer.next_kind();
        assert!(lexer.at > start, "every token has at least one byte: otherwise the text would never end");
        let token = Token { kind, span: Span::new(start, lexer.at) };
        if !kind.is_trivia() {
            lexer.previous = Some(token);
        }
        take(token);
    }
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// The last token that was no trivia.
    previous: Option<Token>,
    /// No `}}` follows any more: so it is not looked for again.
    no_template_ends: bool,
}

impl Lexer<'_> {
    #[inline]
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn take(&mut self, n: usize, kind: TokenKind) -> TokenKind {
        self.at += n;
        kind
    }

    #[inline]
    fn take_while(&mut self, accept: impl Fn(u8) -> bool) {
        while self.bytes.get(self.at).is_some_and(|&byte| accept(byte)) {
            self.at += 1;
        }
    }

    fn next_kind(&mut self) -> TokenKind {
        let byte = self.peek(0);
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => {
                self.at += 1;
                self.take_while(is_space);
                TokenKind::Whitespace
            }
            b'\\' => self.backslashes(),
            b'-' if self.peek(1) == b'-' => self.line_comment(),
            b'#' if matches!(self.peek(1), b' ' | b'!') => self.line_comment(),
            b'/' if self.peek(1) == b'*' => self.block_comment(),
            b'\'' => self.quoted(b'\'', TokenKind::String),
            b'`' => self.quoted(b'`', TokenKind::QuotedIdent),
            b'"' => self.quoted(b'"', TokenKind::QuotedIdent),
            b'$' => self.dollar(),
            b'{' if self.peek(1) == b'{' => self.template(),
            b'.' if self.peek(1) == b'.' && !self.follows_operand() && !self.follows_dot() => self.dots(),
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() && !self.follows_operand() && !self.follows_dot() => self.number(),
            // `x'1f'`, `b'01'`
            b'x' | b'X' | b'b' | b'B' if self.peek(1) == b'\'' && self.digits_in_quotes() => TokenKind::Number,
            _ if is_word_start(byte) => {
                self.at += 1;
                self.take_while(is_word);
                TokenKind::Word
            }
            b'(' => self.take(1, TokenKind::LeftParen),
            b')' => self.take(1, TokenKind::RightParen),
            b'[' => self.take(1, TokenKind::LeftBracket),
            b']' => self.take(1, TokenKind::RightBracket),
            b'{' => self.take(1, TokenKind::LeftBrace),
            b'}' => self.take(1, TokenKind::RightBrace),
            b',' => self.take(1, TokenKind::Comma),
            b';' => self.take(1, TokenKind::Semicolon),
            b'.' => self.take(1, TokenKind::Dot),
            _ => self.operator_or_unknown(),
        }
    }

    /// Whether the token just before, without a gap, ends an operand, so that a dot goes on with it.
    fn follows_operand(&self) -> bool {
        self.previous.is_some_and(|previous| {
            previous.span.end == self.at
                && matches!(
                    previous.kind,
                    TokenKind::Word
                        | TokenKind::QuotedIdent
                        | TokenKind::RightParen
                        | TokenKind::RightBracket
                        | TokenKind::Template
                        | TokenKind::Number
                        | TokenKind::Duration
                )
        })
    }

    /// Space at the end of a line, as in shells and macros; elsewhere they mean nothing.
    fn backslashes(&mut self) -> TokenKind {
        self.take_while(|byte| byte == b'\\');
        match &self.bytes[self.at..] {
            // A comment is no more than a space.
            [] | [b'-', b'-', ..] | [b'/', b'*', ..] | [b'#', b' ' | b'!', ..] => TokenKind::Whitespace,
            [byte, ..] if byte.is_ascii_whitespace() || *byte == 0x0b => TokenKind::Whitespace,
            _ => TokenKind::Unknown,
        }
    }

    fn line_comment(&mut self) -> TokenKind {
        self.take_while(|byte| byte != b'\n');
        TokenKind::Comment
    }

    fn block_comment(&mut self) -> TokenKind {
        let mut depth = 0usize;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return TokenKind::Comment;
                    }
                }
                _ => self.at += 1,
            }
        }
        TokenKind::Unterminated
    }

    /// A doubled quote and a backslash hide a quote.
    fn quoted(&mut self, quote: u8, kind: TokenKind) -> TokenKind {
        self.at += 1;
        while self.at < self.bytes.len() {
            let byte = self.bytes[self.at];
            if byte == b'\\' {
                self.at += 2;
            } else if byte == quote {
                self.at += 1;
                if self.peek(0) != quote {
                    return kind;
                }
                self.at += 1;
            } else {
                self.at += 1;
            }
        }
        self.at = self.bytes.len();
        TokenKind::Unterminated
    }

    fn dollar(&mut self) -> TokenKind {
        let tag_end = self.bytes[self.at + 1..]
            .iter()
            .position(|&byte| !byte.is_ascii_alphanumeric() && byte != b'_')
            .map_or(self.bytes.len(), |n| self.at + 1 + n);
        if self.bytes.get(tag_end) != Some(&b'$') {
            self.at += 1;
            self.take_while(is_word);
            return TokenKind::Word;
        }
        let tag = &self.text[self.at..=tag_end];
        let body = tag_end + 1;
        match self.text[body..].find(tag) {
            Some(n) => {
                self.at = body + n + tag.len();
                TokenKind::DollarString
            }
            // Two lonely dollars are better reported where they stand than at the end.
            None => {
                self.at = self.bytes.len();
                TokenKind::Unterminated
            }
        }
    }

    fn template(&mut self) -> TokenKind {
        let end = if self.no_template_ends { None } else { self.text[self.at..].find("}}") };
        match end {
            Some(n) => self.take(n + 2, TokenKind::Template),
            None => {
                self.no_template_ends = true;
                self.take(1, TokenKind::LeftBrace)
            }
        }
    }

    /// Whether a dot stands right before.
    fn follows_dot(&self) -> bool {
        self.previous.is_some_and(|previous| previous.kind == TokenKind::Dot && previous.span.end == self.at)
    }

    fn number(&mut self) -> TokenKind {
        let start = self.at;
        let after_dot = self.follows_dot();
        if self.peek(0) == b'0' && matches!(self.peek(1), b'x' | b'X' | b'b' | b'B') {
            let hex = matches!(self.peek(1), b'x' | b'X');
            let is_digit = |byte: u8| {
                if hex { byte.is_ascii_hexdigit() || byte == b'_' } else { matches!(byte, b'0' | b'1' | b'_') }
            };
            if is_digit(self.peek(2)) {
                self.at += 2;
                self.take_while(is_digit);
                return self.end_of_number(start, false);
            }
        }
        self.digits();
        // After a dot (`t.1.2`) a number is a position: no fraction of its own.
        if after_dot {
            return self.end_of_number(start, false);
        }
        let mut is_integer = true;
        if self.peek(0) == b'.' && !is_word_start(self.peek(1)) && self.peek(1) != b'.' {
            is_integer = false;
            self.at += 1;
            self.digits();
        }
        let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
        if matches!(self.peek(0), b'e' | b'E') && self.peek(1 + sign).is_ascii_digit() {
            is_integer = false;
            self.at += 1 + sign;
            self.digits();
        }
        self.end_of_number(start, is_integer)
    }

    /// `..`, but not before a digit.
    fn dots(&mut self) -> TokenKind {
        let length = self.bytes[self.at..].iter().take_while(|&&byte| byte == b'.').count();
        match self.peek(length).is_ascii_digit() {
            true => self.take(1, TokenKind::Dot),
            false => self.take(length, TokenKind::Template),
        }
    }

    /// At `x'`: passes over `x'..'` if it holds nothing but digits.
    fn digits_in_quotes(&mut self) -> bool {
        let is_hex = matches!(self.peek(0), b'x' | b'X');
        let is_digit = |byte: &u8| if is_hex { byte.is_ascii_hexdigit() } else { matches!(byte, b'0' | b'1') };
        let length = self.bytes[self.at + 2..].iter().take_while(|byte| is_digit(byte)).count();
        let closed = self.peek(length + 2) == b'\'';
        if closed {
            self.at += length + 3;
        }
        closed
    }

    fn digits(&mut self) {
        while self.peek(0).is_ascii_digit() || (self.peek(0) == b'_' && self.peek(1).is_ascii_digit()) {
            self.at += 1;
        }
    }

    /// Letters right after digits make a duration or a name that starts with digits.
    fn end_of_number(&mut self, start: usize, may_be_duration: bool) -> TokenKind {
        if !is_word(self.peek(0)) {
            return TokenKind::Number;
        }
        let unit_start = self.at;
        self.take_while(is_word);
        let unit = &self.text[unit_start..self.at];
        if may_be_duration && crate::ast::IntervalUnit::from_suffix(unit).is_some() {
            return TokenKind::Duration;
        }
        let digits = &self.text[start..unit_start];
        if digits.bytes().all(is_word) {
            TokenKind::Word
        } else {
            // `1.5abc`: the number ends where the letters begin.
            self.at = unit_start;
            TokenKind::Number
        }
    }

    fn operator_or_unknown(&mut self) -> TokenKind {
        let length = match (self.peek(0), self.peek(1), self.peek(2)) {
            (b'<', b'=', b'>') => 3,
            (b'<', b'=' | b'>', _) | (b'>' | b'!', b'=', _) | (b'=', b'=' | b'>', _) => 2,
            (b':', b':', _) | (b'-', b'>', _) | (b'|', b'|', _) => 2,
            (b'=' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'?' | b':', _, _) => 1,
            (b'|' | b'&' | b'^' | b'~' | b'!', _, _) => 1,
            _ => 0,
        };
        if length > 0 {
            return self.take(length, TokenKind::Operator);
        }
        let first = self.text[self.at..].chars().next();
        let kind = match first {
            Some('…') => TokenKind::Template,
            Some(BYTE_ORDER_MARK) if self.at == 0 => TokenKind::Whitespace,
            _ => TokenKind::Unknown,
        };
        self.take(first.map_or(1, char::len_utf8), kind)
    }
}
