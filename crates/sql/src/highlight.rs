//! Colours for an editor: which class each piece of a text has, also while it is being typed.

use crate::lexer::{Token, TokenKind, lex};
use crate::span::Span;
use serde::{Deserialize, Serialize};

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HighlightClass {
    /// A word of the language.
    Keyword,
    /// A name.
    Identifier,
    /// A type.
    Type,
    /// A string or a body in `$$`.
    String,
    /// A number or duration.
    Number,
    /// A comment.
    Comment,
    /// A function's name.
    Function,
    /// An operator.
    Operator,
    /// Brackets, commas, dots.
    Punctuation,
    /// A template.
    Template,
    /// What does not belong here.
    Error,
}

const KEYWORDS: &str = " add after aggregate alert alerts alias all alter and anti any array as asc \
    asof assume between by call cascade case cast changelog check cluster codec collection column \
    columns comment constraint create cross cube database databases default delay delete desc \
    describe detach dictionaries dictionary disk disks distinct drop else emit end engine ephemeral \
    events except exists explain expression external family final first following for format from \
    full function functions global grant granularity group grouping having hop if ilike in index \
    inner input inputs insert intersect interval into is join javascript key kill language last \
    latest layout left lifetime like limit materialized materialize modify mutable named not null \
    nulls of offset on only optimize or order outer over overridable partition pause per \
    periodic permanent policies policy populate preceding prewhere primary profile python quota \
    quotas random range recover remote remove rename replace reset resume returns revoke right role \
    roles rollup row rows sample schedule scheduled schema schemas select semi set setting settings \
    show shuffle source storage_settings storage stream streams sync system table tables task tasks \
    temporary then timeout to totals truncate ttl type unbounded union unique unpause update use user \
    users using uuid values view views watermark when where window with xor true false div mod \
    auth_method auth_header auth_key execution_timeout url batch repeat expire identified grantees ";

const TYPES: &str = " bool boolean int int8 int16 int32 int64 int128 int256 integer uint8 uint16 uint32 \
    uint64 uint128 uint256 bigint smallint tinyint float float32 float64 double decimal decimal32 \
    decimal64 decimal128 decimal256 string fixed_string varchar text uuid date date32 datetime \
    datetime64 ipv4 ipv6 enum enum8 enum16 nullable low_cardinality map tuple nested json object \
    variant dynamic aggregate_function simple_aggregate_function array ";

/// The class of every piece except spaces, in the order of the text.
pub fn highlight(sql: &str) -> Vec<(Span, HighlightClass)> {
    let tokens = lex(sql);
    let mut classes = Vec::with_capacity(tokens.len());
    let significant: Vec<Token> = tokens.iter().copied().filter(|token| !token.kind.is_trivia()).collect();
    let mut next = 0usize;
    for token in tokens {
        if token.kind == TokenKind::Whitespace {
            continue;
        }
        if token.kind == TokenKind::Comment {
            classes.push((token.span, HighlightClass::Comment));
            continue;
        }
        let before = next.checked_sub(1).and_then(|n: usize| significant.get(n));
        let after = significant.get(next + 1);
        next += 1;
        classes.push((token.span, class(sql, token, before, after)));
    }
    classes
}

fn class(sql: &str, token: Token, before: Option<&Token>, after: Option<&Token>) -> HighlightClass {
    match token.kind {
        TokenKind::Word => word_class(sql, token, before, after),
        TokenKind::QuotedIdent => HighlightClass::Identifier,
        TokenKind::String | TokenKind::DollarString => HighlightClass::String,
        TokenKind::Number | TokenKind::Duration => HighlightClass::Number,
        TokenKind::Operator => HighlightClass::Operator,
        TokenKind::Template => HighlightClass::Template,
        TokenKind::Unterminated | TokenKind::Unknown => HighlightClass::Error,
        TokenKind::Comment => HighlightClass::Comment,
        _ => HighlightClass::Punctuation,
    }
}

fn word_class(sql: &str, token: Token, before: Option<&Token>, after: Option<&Token>) -> HighlightClass {
    let kind_before = before.map(|token| token.kind);
    let is_called = after.is_some_and(|after| after.kind == TokenKind::LeftParen);
    // A part of a dotted name is a name, whatever word it is.
    if kind_before == Some(TokenKind::Dot) || after.is_some_and(|after| after.kind == TokenKind::Dot) {
        return HighlightClass::Identifier;
    }
    let word = token.span.text(sql).to_ascii_lowercase();
    let is_type = contains_word(TYPES, &word);
    let after_colons = before.is_some_and(|before| before.span.text(sql) == "::");
    // A type follows a name, a cast, or stands inside another type.
    let is_type_place = after_colons
        || matches!(
            kind_before,
            Some(TokenKind::Word | TokenKind::QuotedIdent | TokenKind::LeftParen | TokenKind::Comma)
        );
    if is_type && is_type_place {
        let before_is_keyword = before.is_some_and(|before| {
            before.kind == TokenKind::Word
                && contains_word(KEYWORDS, &before.span.text(sql).to_ascii_lowercase())
                && !["as", "returns"].contains(&before.span.text(sql).to_ascii_lowercase().as_str())
        });
        if !before_is_keyword {
            return HighlightClass::Type;
        }
    }
    let is_keyword = contains_word(KEYWORDS, &word);
    // Words such as `if(`, `left(`, `range(`, `any(` are functions when they are called.
    let called_keyword = [
        "if", "left", "right", "any", "replace", "range", "format", "url", "array", "table", "hop", "map", "mod",
        "latest", "role", "user", "rows",
    ];
    if is_called && (!is_keyword || called_keyword.contains(&word.as_str())) {
        return HighlightClass::Function;
    }
    if is_keyword {
        return HighlightClass::Keyword;
    }
    HighlightClass::Identifier
}

fn contains_word(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split(' ').any(|known| known == word)
}
