//! The text that a statement was written in.

use ferry_sql::Span;

/// A statement's text, for the pieces of it that are kept.
pub struct Written<'a> {
    text: &'a str,
}

impl<'a> Written<'a> {
    /// The text that was parsed.
    pub fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// The piece at `span` exactly as written.
    pub fn exact(&self, span: Span) -> &'a str {
        span.text(self.text)
    }

    /// The piece at `span` on one line: white space outside of quotes becomes one blank.
    pub fn piece(&self, span: Span) -> String {
        one_line(span.text(self.text))
    }
}

/// A text on one line; what stands in quotes is kept.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut quote: Option<char> = None;
    let mut is_escaped = false;
    for character in text.trim().chars() {
        match quote {
            Some(open) => {
                line.push(character);
                if is_escaped {
                    is_escaped = false;
                } else if character == '\\' {
                    is_escaped = true;
                } else if character == open {
                    quote = None;
                }
            }
            None if character.is_whitespace() => {
                if !line.ends_with(' ') {
                    line.push(' ');
                }
            }
            None => {
                if matches!(character, '\'' | '"' | '`') {
                    quote = Some(character);
                }
                line.push(character);
            }
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_joined_outside_of_quotes_only() {
        assert_eq!(one_line("  a\n  +  'x\n y' "), "a + 'x\n y'");
        assert_eq!(one_line("concat('it\\'s  a', `b  c`)"), "concat('it\\'s  a', `b  c`)");
    }
}
