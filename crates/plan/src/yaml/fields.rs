//! Reading the keys of a mapping: every key must be known, every type must fit, and every problem has a place.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use ferry_model::Problem;

use super::{Entry, Node, NodeKind, Place};

/// The keys of one mapping, taken one by one; what is left at the end is unknown.
pub(crate) struct Fields<'node> {
    /// What the mapping is, for messages: `source`, `step 12`.
    what: String,
    place: Place,
    entries: Vec<(&'node Entry, bool)>,
}

impl<'node> Fields<'node> {
    /// The mapping at `node`, or a problem that says what stands there instead.
    pub fn of(node: &'node Node, what: impl Into<String>, problems: &mut Vec<Problem>) -> Option<Self> {
        let what = what.into();
        match &node.kind {
            NodeKind::Mapping(entries) => {
                let entries = entries.iter().map(|entry| (entry, false)).collect();
                Some(Self { what, place: node.place, entries })
            }
            _ => {
                let message = format!("{what} must be a mapping of keys and values, not {}.", node.describe());
                problems.push(node.place.problem(message));
                None
            }
        }
    }

    /// Names the mapping better, once its own keys tell what it is.
    pub fn call(&mut self, what: impl Into<String>) {
        self.what = what.into();
    }

    /// Where each key stands.
    pub fn places(&self) -> BTreeMap<String, Place> {
        self.entries.iter().map(|(entry, _)| (entry.key.clone(), entry.key_place)).collect()
    }

    /// Where the mapping begins.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Whether the key is there, with or without a value.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(entry, _)| entry.key == key)
    }

    /// The value of a key, unless it is absent or empty.
    pub fn node(&mut self, key: &str) -> Option<&'node Node> {
        let found = self.entries.iter_mut().find(|(entry, _)| entry.key == key)?;
        found.1 = true;
        let value = &found.0.value;
        (!value.is_null()).then_some(value)
    }

    /// A text that must be there.
    pub fn text(&mut self, key: &str, problems: &mut Vec<Problem>) -> Option<String> {
        let Some(node) = self.node(key) else {
            self.missing(key, problems);
            return None;
        };
        self.as_text(key, node, problems)
    }

    /// A text that may be missing.
    pub fn optional_text(&mut self, key: &str, problems: &mut Vec<Problem>) -> Option<String> {
        let node = self.node(key)?;
        self.as_text(key, node, problems)
    }

    /// `true` or `false`, or the default where the key is absent.
    pub fn boolean(&mut self, key: &str, default: bool, problems: &mut Vec<Problem>) -> bool {
        let Some(node) = self.node(key) else { return default };
        match &node.kind {
            NodeKind::Scalar { text, plain: true } if matches!(text.as_str(), "true" | "True" | "TRUE") => true,
            NodeKind::Scalar { text, plain: true } if matches!(text.as_str(), "false" | "False" | "FALSE") => false,
            _ => {
                self.wrong(key, "true or false", node, problems);
                default
            }
        }
    }

    /// A whole number from `least` on.
    pub fn number(&mut self, key: &str, least: u64, problems: &mut Vec<Problem>) -> Option<u64> {
        self.number_in(key, least..=u64::MAX, problems)
    }

    /// A whole number between two others.
    pub fn number_in(&mut self, key: &str, range: RangeInclusive<u64>, problems: &mut Vec<Problem>) -> Option<u64> {
        let node = self.node(key)?;
        let number = match &node.kind {
            NodeKind::Scalar { text, plain: true } => text.parse::<u64>().ok(),
            _ => None,
        };
        if let Some(value) = number.filter(|value| range.contains(value)) {
            return Some(value);
        }
        let (least, most) = range.into_inner();
        let up_to = if most == u64::MAX { String::new() } else { format!(" and at most {most}") };
        self.wrong(key, &format!("a whole number, at least {least}{up_to}"), node, problems);
        None
    }

    /// The items of a list; an absent key is an empty list.
    pub fn list(&mut self, key: &str, problems: &mut Vec<Problem>) -> &'node [Node] {
        let Some(node) = self.node(key) else { return &[] };
        match &node.kind {
            NodeKind::Sequence(items) => items,
            _ => {
                self.wrong(key, "a list", node, problems);
                &[]
            }
        }
    }

    /// The texts of a list.
    pub fn texts(&mut self, key: &str, problems: &mut Vec<Problem>) -> Vec<String> {
        let items = self.list(key, problems);
        items.iter().filter_map(|item| self.as_text(key, item, problems)).collect()
    }

    /// Reports that a key that must be there is missing.
    pub fn missing(&self, key: &str, problems: &mut Vec<Problem>) {
        problems.push(self.place.problem(format!("`{key}` is missing in {}.", self.what)));
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self, problems: &mut Vec<Problem>) {
        let known: Vec<&str> = self.entries.iter().filter(|(_, taken)| *taken).map(|(e, _)| e.key.as_str()).collect();
        for (entry, _) in self.entries.iter().filter(|(_, taken)| !taken) {
            let hint = if known.is_empty() { String::new() } else { " Check its spelling and its indentation.".into() };
            let message = format!("`{}` is not a key of {}.{hint}", entry.key, self.what);
            problems.push(entry.key_place.problem(message));
        }
    }

    fn as_text(&self, key: &str, node: &Node, problems: &mut Vec<Problem>) -> Option<String> {
        match &node.kind {
            // A number or boolean without quotes is taken as written: passwords and versions look like that.
            NodeKind::Scalar { text, .. } => Some(text.clone()),
            _ => {
                self.wrong(key, "a text", node, problems);
                None
            }
        }
    }

    fn wrong(&self, key: &str, wanted: &str, node: &Node, problems: &mut Vec<Problem>) {
        let message = format!("`{key}` in {} must be {wanted}, not {}.", self.what, node.describe());
        problems.push(node.place.problem(message));
    }
}
