//! From text to nodes.

use std::collections::{BTreeMap, BTreeSet};

use ferry_model::Problem;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::{Entry, Node, NodeKind, Place};

/// The largest text that is read: far above any plan of thousands of resources.
const MAX_TEXT_BYTES: usize = 64 << 20;
/// Plans and configurations need about ten levels; panels of dashboards a few more.
const MAX_DEPTH: usize = 100;
/// Nodes in the tree, copies made by aliases included, so that no small text becomes a large tree.
const MAX_NODES: usize = 4_000_000;

/// Reads the only document of `text`.
pub(crate) fn load(text: &str) -> Result<Node, Vec<Problem>> {
    if text.len() > MAX_TEXT_BYTES {
        let message = format!("The text has {} bytes; at most {MAX_TEXT_BYTES} are read.", text.len());
        return Err(vec![Place { line: 1, column: 1 }.problem(message)]);
    }
    let mut loader =
        Loader { events: Parser::new_from_str(text), anchors: BTreeMap::new(), n_nodes: 0, problems: vec![] };
    match loader.document() {
        Ok(node) if loader.problems.is_empty() => Ok(node),
        Ok(_) => Err(loader.problems),
        Err(problem) => {
            loader.problems.push(problem);
            Err(loader.problems)
        }
    }
}

struct Loader<'text> {
    events: Parser<'text, saphyr_parser::StrInput<'text>>,
    anchors: BTreeMap<usize, (Node, usize)>,
    n_nodes: usize,
    /// Problems that do not stop the reading.
    problems: Vec<Problem>,
}

impl<'text> Loader<'text> {
    fn document(&mut self) -> Result<Node, Problem> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::DocumentStart(_) if root.is_some() => {
                    return Err(place(span).problem("There is a second document; only one is read."));
                }
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                other => root = Some(self.node(other, span, 0)?),
            }
        }
        root.ok_or_else(|| Place { line: 1, column: 1 }.problem("The text is empty."))
    }

    fn next(&mut self) -> Result<(Event<'text>, Span), Problem> {
        match self.events.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(scan_problem(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'text>, span: Span, depth: usize) -> Result<Node, Problem> {
        let place = place(span);
        if depth > MAX_DEPTH {
            return Err(place.problem(format!("More than {MAX_DEPTH} levels lie inside each other.")));
        }
        self.count(1, place)?;
        let before = self.n_nodes;
        let (kind, anchor) = match event {
            Event::Alias(id) => return self.alias(id, place),
            Event::Scalar(text, style, anchor, _tag) => {
                let plain = matches!(style, ScalarStyle::Plain);
                (NodeKind::Scalar { text: text.into_owned(), plain }, anchor)
            }
            Event::SequenceStart(anchor, _tag) => (self.sequence(depth)?, anchor),
            Event::MappingStart(anchor, _tag) => (self.mapping(depth)?, anchor),
            _ => return Err(place.problem("Something else than a value stands here.")),
        };
        let node = Node { place, kind };
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), self.n_nodes - before + 1));
        }
        Ok(node)
    }

    fn alias(&mut self, id: usize, place: Place) -> Result<Node, Problem> {
        let Some((node, size)) = self.anchors.get(&id) else {
            return Err(place.problem("An alias stands inside the value that it repeats."));
        };
        let size = *size;
        // Counted before it is copied, so that nothing grows first.
        let node_kind = {
            self.n_nodes += size;
            (self.n_nodes <= MAX_NODES).then(|| node.kind.clone())
        };
        match node_kind {
            Some(kind) => Ok(Node { place, kind }),
            None => Err(too_many(place)),
        }
    }

    fn sequence(&mut self, depth: usize) -> Result<NodeKind, Problem> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(NodeKind::Sequence(items));
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<NodeKind, Problem> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut keys = BTreeSet::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(NodeKind::Mapping(entries));
            }
            let key_node = self.node(event, span, depth + 1)?;
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            let NodeKind::Scalar { text: key, .. } = key_node.kind else {
                self.problems.push(key_node.place.problem("A key must be a text."));
                continue;
            };
            if keys.insert(key.clone()) {
                entries.push(Entry { key, key_place: key_node.place, value });
            } else {
                self.problems.push(key_node.place.problem(format!("`{key}` is given twice; keep one of them.")));
            }
        }
    }

    fn count(&mut self, n: usize, place: Place) -> Result<(), Problem> {
        self.n_nodes += n;
        if self.n_nodes > MAX_NODES { Err(too_many(place)) } else { Ok(()) }
    }
}

fn too_many(place: Place) -> Problem {
    place.problem(format!("The text holds more than {MAX_NODES} values, copies made by aliases included."))
}

fn place(span: Span) -> Place {
    at(span.start.line(), span.start.col())
}

fn at(line: usize, column_from_0: usize) -> Place {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    Place { line: number(line.max(1)), column: number(column_from_0 + 1) }
}

fn scan_problem(error: &ScanError) -> Problem {
    let marker = error.marker();
    at(marker.line(), marker.col()).problem(format!("This is not valid YAML: {}.", error.info()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_bomb_is_refused_before_it_grows() {
        let mut text = "a: &a0 [1,1,1,1,1,1,1,1,1,1]\n".to_owned();
        for level in 1..12 {
            let alias = format!("*a{},", level - 1).repeat(10);
            text.push_str(&format!("k{level}: &a{level} [{}]\n", alias.trim_end_matches(',')));
        }
        let problems = load(&text).expect_err("refused");
        assert!(problems[0].message.contains("aliases"), "{problems:?}");
    }

    #[test]
    fn deep_nesting_is_refused() {
        let text = "[".repeat(5_000);
        assert!(load(&text).is_err());
    }

    #[test]
    fn a_key_given_twice_is_named_with_its_place() {
        let problems = load("a: 1\nb: 2\na: 3\n").expect_err("refused");
        assert_eq!((problems[0].line, problems[0].column), (3, 1));
        assert!(problems[0].message.contains("`a`"));
    }

    #[test]
    fn numbers_keep_their_exact_text() {
        let node = load("a: 18446744073709551615\nb: 1.0\nc: '1'\nd: 007\ne: -\u{31}\n").expect("read");
        assert_eq!(node.to_json().to_string(), r#"{"a":18446744073709551615,"b":1.0,"c":"1","d":"007","e":-1}"#);
    }
}
