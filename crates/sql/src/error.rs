//! What is wrong with a text, and where.

use crate::lexer::BYTE_ORDER_MARK;
use crate::span::Span;
use serde::{Deserialize, Serialize};

/// A place where a text is not valid Timeplus SQL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct SyntaxError {
    /// The token that does not fit.
    pub span: Span,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong, in words.
    pub message: String,
    /// What could have stood there instead.
    pub expected: Vec<String>,
    /// What to do about it, if that can be told.
    pub hint: Option<String>,
}

/// Line and column (both from 1, the column in characters) of a byte offset.
pub fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    // A mark of the encoding takes bytes and no column.
    let mark = usize::from(line_start == 0 && before.starts_with(BYTE_ORDER_MARK));
    (line, before[line_start..].chars().count() + 1 - mark)
}
