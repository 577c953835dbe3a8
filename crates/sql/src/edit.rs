//! Changes a text by places: everything else stays byte for byte.

use crate::span::Span;

/// Puts `text` in the place of `span`; an empty span inserts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Puts `text` in the place of `span`.
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }
}

/// Why edits cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A place lies outside the text or inside a character.
    #[error("the place {}..{} is not in the text", .0.start, .0.end)]
    OutOfRange(Span),
    /// Two edits want the same bytes.
    #[error("two changes overlap at {}", .0.start)]
    Overlap(Span),
}

/// Makes all edits at once; their places are places in `text`. Inserts at the same place stand in
/// the order given.
///
/// # Errors
/// A place that is not in the text, or edits that overlap.
pub fn apply(text: &str, mut edits: Vec<Edit>) -> Result<String, EditError> {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in &edits {
        let span = edit.span;
        let fits = span.start <= span.end && text.get(span.start..span.end).is_some();
        if !fits {
            return Err(EditError::OutOfRange(span));
        }
        if span.start < at {
            return Err(EditError::Overlap(span));
        }
        out.push_str(&text[at..span.start]);
        out.push_str(&edit.text);
        at = span.end;
    }
    out.push_str(&text[at..]);
    Ok(out)
}
