//! Places as browsers count them.

use ferry_sql::Span;

/// Counts UTF-16 units up to byte places; quick while the places grow, as they do along a text.
pub(crate) struct Units<'text> {
    text: &'text str,
    byte: usize,
    unit: usize,
}

impl<'text> Units<'text> {
    pub(crate) fn of(text: &'text str) -> Self {
        Self { text, byte: 0, unit: 0 }
    }

    /// The two ends of a span.
    pub(crate) fn span(&mut self, span: Span) -> (usize, usize) {
        let start = self.at(span.start);
        (start, self.at(span.end.max(span.start)))
    }

    fn at(&mut self, byte: usize) -> usize {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        if byte < self.byte {
            (self.byte, self.unit) = (0, 0);
        }
        let passed = self.text.get(self.byte..byte).unwrap_or_default();
        self.unit += passed.encode_utf16().count();
        self.byte = byte;
        self.unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_utf_16_units_in_any_order() {
        let text = "a\u{1f6a2}é日b";
        for (start, end, expected) in [(0, 1, (0, 1)), (1, 5, (1, 3)), (7, 11, (4, 6)), (5, 7, (3, 4)), (9, 99, (4, 6))]
        {
            let mut units = Units::of(text);
            assert_eq!(units.span(Span::new(start, end)), expected, "alone");
            units.span(Span::new(0, text.len()));
            assert_eq!(units.span(Span::new(start, end)), expected, "after the end was asked for");
        }
    }
}
