//! A text by its lines, and changes of whole entries or single values in it.

use std::ops::Range;

use crate::yaml::Place;

/// The bytes to be replaced, and by what.
#[derive(Debug, Clone)]
pub(super) struct Change {
    range: Range<usize>,
    text: String,
}

/// A text and where its lines begin.
pub(super) struct Lines<'text> {
    text: &'text str,
    /// The first byte of each line, and the end of the text.
    starts: Vec<usize>,
    line_end: &'static str,
}

impl<'text> Lines<'text> {
    pub fn of(text: &'text str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        if starts.last() != Some(&text.len()) {
            starts.push(text.len());
        }
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Self { text, starts, line_end }
    }

    /// The text with all changes, which must not overlap.
    pub fn changed(&self, mut changes: Vec<Change>) -> String {
        changes.sort_by_key(|change| change.range.start);
        let mut out = String::with_capacity(self.text.len() + 64);
        let mut done = 0;
        for Change { range, text } in changes {
            out.push_str(&self.text[done..range.start]);
            if range.start == self.text.len() && !self.text.ends_with('\n') {
                out.push_str(self.line_end);
            }
            out.push_str(&text.replace('\n', self.line_end));
            done = range.end;
        }
        out.push_str(&self.text[done..]);
        out
    }

    /// Whether an entry is this alone on its line, without a comment.
    pub fn is_bare(&self, key: Place, entry: &str) -> bool {
        let line = self.line(key);
        line.trim() == entry && self.lines_of(key).len() == 1
    }

    /// Takes an entry away, with its lines.
    pub fn without(&self, key: Place) -> Change {
        let lines = self.lines_of(key);
        Change { range: self.starts[lines.start]..self.starts[lines.end], text: String::new() }
    }

    /// Writes another value on the line of its key; a comment behind it stays.
    pub fn with_value(&self, key: Place, value: &str) -> Option<Change> {
        let start = self.starts[index(key)];
        let line = self.line(key);
        let from_key = line.get(indent(key)..)?;
        let colon = from_key.find(": ")?;
        let rest = &from_key[colon + 2..];
        let old = rest.trim_start_matches(' ');
        let old_start = start + indent(key) + colon + 2 + (rest.len() - old.len());
        let old = old.split(" #").next()?.trim_end();
        (!old.is_empty()).then(|| Change { range: old_start..old_start + old.len(), text: value.to_owned() })
    }

    /// Writes an entry on a line of its own after another one of the same mapping.
    pub fn after(&self, key: Place, entry: &str) -> Option<Change> {
        let line = self.line(key);
        let is_block = line.get(..indent(key))?.chars().all(|c| matches!(c, ' ' | '-'));
        let end = self.starts[self.lines_of(key).end];
        let lead = " ".repeat(indent(key));
        is_block.then(|| Change { range: end..end, text: format!("{lead}{entry}\n") })
    }

    /// Replaces an entry from its key to the end of its lines.
    pub fn replaced(&self, key: Place, entry: &str) -> Option<Change> {
        let line = self.line(key);
        let is_block = line.get(..indent(key))?.chars().all(|c| matches!(c, ' ' | '-'));
        let lines = self.lines_of(key);
        let range = self.starts[lines.start] + indent(key)..self.starts[lines.end];
        is_block.then(|| Change { range, text: entry.to_owned() })
    }

    fn line(&self, key: Place) -> &'text str {
        let index = index(key);
        self.text[self.starts[index]..self.starts[index + 1]].trim_end_matches(['\n', '\r'])
    }

    /// The lines of an entry: that of its key and the deeper ones after it. Empty lines and comments at its end
    /// belong to what follows.
    fn lines_of(&self, key: Place) -> Range<usize> {
        let first = index(key);
        let mut end = first + 1;
        for number in first + 1..self.starts.len() - 1 {
            let line = self.text[self.starts[number]..self.starts[number + 1]].trim_end_matches(['\n', '\r', ' ']);
            let content = line.trim_start_matches(' ');
            let depth = line.len() - content.len();
            let is_item_of_it = depth == indent(key) && (content == "-" || content.starts_with("- "));
            if content.is_empty() || (content.starts_with('#') && depth <= indent(key)) {
                continue;
            }
            if depth <= indent(key) && !is_item_of_it {
                break;
            }
            end = number + 1;
        }
        first..end
    }
}

fn index(key: Place) -> usize {
    key.line as usize - 1
}

fn indent(key: Place) -> usize {
    key.column as usize - 1
}
