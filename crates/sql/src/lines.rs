//! Lines and columns of many places in one text.

use crate::lexer::BYTE_ORDER_MARK;

/// How many bytes lie between two marks.
const STRIDE: usize = 512;

/// Knows a text's lines, so that a place is found without reading the text again.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    /// Where each line starts.
    starts: Vec<usize>,
    /// How many characters start before each multiple of [`STRIDE`].
    marks: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Reads the text once.
    pub fn new(text: &'a str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let first = text.strip_prefix(BYTE_ORDER_MARK).map_or(0, |rest| text.len() - rest.len());
        let starts = std::iter::once(first).chain(newlines.map(|(at, _)| at + 1)).collect();
        let mut characters = 0;
        let marks = text
            .as_bytes()
            .chunks(STRIDE)
            .map(|chunk| {
                let before = characters;
                characters += count_characters(chunk);
                before
            })
            .collect();
        Self { text, starts, marks }
    }

    /// Line and column (both from 1, the column in characters) of a byte offset.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = offset.clamp(self.starts[0], self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        (line, self.characters_before(offset) - self.characters_before(start) + 1)
    }

    fn characters_before(&self, offset: usize) -> usize {
        let mark = (offset / STRIDE).min(self.marks.len().saturating_sub(1));
        let before = self.marks.get(mark).copied().unwrap_or(0);
        before + count_characters(&self.text.as_bytes()[mark * STRIDE..offset])
    }
}

/// Bytes that begin a character.
fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use crate::error::line_column;

    #[test]
    fn every_place_of_a_text_is_where_counting_finds_it() {
        let long = "é日a".repeat(700);
        for text in
            ["", "a", "a\n", "é\n日本\r\nx", "\u{feff}", "\u{feff}a\n\u{feff}b", &format!("{long}\n{long}\n\n{long}")]
        {
            let lines = Lines::new(text);
            for offset in (0..=text.len() + 1).filter(|at| *at > text.len() || text.is_char_boundary(*at)) {
                assert_eq!(lines.line_column(offset), line_column(text, offset), "at {offset}");
            }
        }
    }
}
