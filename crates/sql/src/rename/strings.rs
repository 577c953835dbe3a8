//! Names that stand in strings.

use super::{RenameKind, Renamer, content};
use crate::ast::{Child, DictionaryClause, DictionaryPair, DictionaryValue, Expr, ExprKind, StatementKind};
use crate::edit::{self, Edit};
use crate::print::quote_string;
use crate::references::{QualifiedName, Reference};
use crate::span::Span;

/// The clauses of a dictionary whose strings are names.
pub(super) fn dictionary_clauses(kind: &StatementKind) -> Vec<Span> {
    match kind {
        StatementKind::CreateDictionary(create) => {
            create.source.iter().chain(&create.layout).map(|clause| clause.span).collect()
        }
        _ => Vec::new(),
    }
}

/// Edits that give every call of `old` the name `new`.
pub(super) fn calls_of(expr: &Expr, old: &str, new: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    if let ExprKind::Function(call) = &expr.kind
        && call.name.value == old
    {
        edits.push(Edit::new(call.name.span, crate::print::quote_identifier(new)));
    }
    expr.for_each_child(&mut |child| {
        if let Child::Expr(inner) = child {
            edits.extend(calls_of(inner, old, new));
        }
    });
    edits
}

impl Renamer<'_> {
    /// The string at `span` with another content.
    fn restring(&mut self, span: Span, value: &str) {
        let raw = self.span_text(span);
        if content(raw) == value {
            return;
        }
        let tag = raw.strip_prefix('$').and_then(|rest| rest.find('$').map(|end| &raw[..end + 2]));
        // Without escapes the text is the value: then everything but the name stays as it was written.
        let quote = raw.chars().next().filter(|quote| ['\'', '"'].contains(quote));
        let plain = quote.filter(|quote| raw.len() == content(raw).len() + 2 && !value.contains([*quote, '\\']));
        let text = match (tag, plain) {
            (Some(tag), _) if !value.contains(tag) => format!("{tag}{value}{tag}"),
            (_, Some(quote)) => format!("{quote}{value}{quote}"),
            _ => quote_string(value),
        };
        if !self.edits.iter().any(|edit| edit.span == span) {
            self.edits.push(Edit::new(span, text));
        }
    }

    /// `'db.name'`, `'name'`, or several with commas.
    pub(super) fn relation_in_string(&mut self, reference: &Reference) {
        let value = content(self.span_text(reference.span));
        let parts: Vec<String> = value.split(',').map(|part| self.relation_text(part)).collect();
        self.restring(reference.span, &parts.join(","));
    }

    fn relation_text(&self, part: &str) -> String {
        let name = part.trim();
        let (old, qualified) = match name.split_once('.') {
            Some((database, name)) => (QualifiedName::local(database, name), true),
            None => (QualifiedName::local(self.database.clone(), name), false),
        };
        let Some(new) = self.relation(&old) else { return part.to_owned() };
        let database = new.database.unwrap_or_default();
        let text =
            if qualified || !self.stays_unqualified(&database) { format!("{database}.{}", new.name) } else { new.name };
        part.replacen(name, &text, 1)
    }

    /// An expression in a string, such as `sharding_expr`.
    pub(super) fn function_in_string(&mut self, reference: &Reference) {
        let value = content(self.span_text(reference.span));
        let Ok(expr) = crate::parse_expr(&value) else { return };
        let mut edits = Vec::new();
        for rename in self.renames.iter().filter(|rename| rename.kind == RenameKind::Function) {
            edits.extend(calls_of(&expr, &rename.from.name, &rename.to.name));
        }
        if let Ok(new) = edit::apply(&value, edits) {
            self.restring(reference.span, &new);
        }
    }

    /// A name that lives in no database.
    pub(super) fn global_in_string(&mut self, kind: RenameKind, span: Span, old: &str, new: &str) {
        let value = content(self.span_text(span));
        let renamed = match kind {
            // `schema:Message`, or the imports of a schema's text.
            RenameKind::FormatSchema if value.contains('\n') || value.trim_start().starts_with("import") => {
                value.split_inclusive('\n').map(|line| import_line(line, old, new)).collect()
            }
            RenameKind::FormatSchema => match value.split_once(':') {
                Some((schema, message)) if schema == old => format!("{new}:{message}"),
                _ if value == old => new.to_owned(),
                _ => return,
            },
            RenameKind::Disk if value.trim() == old => value.replacen(old, new, 1),
            RenameKind::Disk if value.contains('\n') => {
                value.split_inclusive('\n').map(|line| disk_line(line, old, new)).collect()
            }
            RenameKind::Disk => shared_disk(&value, old, new),
            _ if value.trim() == old => value.replacen(old, new, 1),
            _ => return,
        };
        self.restring(span, &renamed);
    }

    /// `SOURCE(TIMEPLUS(DB 'd' STREAM 's' QUERY '..'))` and the layout's cache.
    pub(super) fn dictionary(&mut self, kind: &StatementKind) {
        let StatementKind::CreateDictionary(create) = kind else { return };
        // A source on another machine names nothing of this deployment.
        let known = super::Known { renamer: self };
        let found = crate::references::references_of_kind(kind, &self.database, &known);
        let is_ours = |clause: &DictionaryClause| found.iter().any(|span| clause.span.contains(*span));
        let clauses: Vec<DictionaryClause> =
            create.source.iter().chain(&create.layout).filter(|clause| is_ours(clause)).cloned().collect();
        for clause in &clauses {
            self.clause(clause);
        }
    }

    fn clause(&mut self, clause: &DictionaryClause) {
        let text = |keys: &[&str]| value_of(clause, keys);
        if let Some((user, span)) = text(&["USER"])
            && let Some(new) = self.global(RenameKind::Grantee, &user)
        {
            self.restring(span, &new);
        }
        if let Some((query, span)) = text(&["QUERY"])
            && let Ok(new) = super::rename_for(&query, self.renames, &self.database, self.unqualified)
        {
            self.restring(span, &new);
        }
        let database = text(&["DB", "DATABASE"]);
        if let Some((name, span)) = text(&["STREAM", "TABLE"]) {
            let Some((database, database_span)) = database else {
                let new = self.relation_text(&name);
                return self.restring(span, &new);
            };
            if let Some(new) = self.relation(&QualifiedName::local(database, name)) {
                self.restring(span, &new.name);
                self.restring(database_span, &new.database.unwrap_or_default());
            }
        }
    }
}

fn value_of(clause: &DictionaryClause, keys: &[&str]) -> Option<(String, Span)> {
    let is_key = |pair: &&DictionaryPair| keys.iter().any(|key| pair.key.value.eq_ignore_ascii_case(key));
    match &clause.pairs.iter().find(is_key)?.value {
        DictionaryValue::Expr(value) => Some((value.plain_text(), value.span)),
        _ => None,
    }
}

/// `import "other.proto";`
fn import_line(line: &str, old: &str, new: &str) -> String {
    let is_import = line.trim_start().starts_with("import");
    let renamed = line.replacen(&format!("\"{old}.proto\""), &format!("\"{new}.proto\""), 1);
    let renamed = renamed.replacen(&format!("\"{old}\""), &format!("\"{new}\""), 1);
    if is_import { renamed } else { line.to_owned() }
}

/// `disk: name` of a policy's YAML.
fn disk_line(line: &str, old: &str, new: &str) -> String {
    let Some((key, value)) = line.split_once(':') else { return line.to_owned() };
    let is_disk = key.trim().trim_start_matches("- ").starts_with("disk");
    let name = value.split([' ', '\t', '\n', '\r', '#']).find(|part| !part.is_empty()).unwrap_or_default();
    if is_disk && name.trim_matches(['\'', '"']) == old {
        format!("{key}:{}", value.replacen(old, new, 1))
    } else {
        line.to_owned()
    }
}

/// `replication_type=shared;shared_disk=d`
fn shared_disk(value: &str, old: &str, new: &str) -> String {
    let pair = |pair: &str| match pair.split_once('=') {
        Some((key, disk)) if key.trim().eq_ignore_ascii_case("shared_disk") && disk.trim() == old => {
            format!("{key}={}", disk.replacen(old, new, 1))
        }
        _ => pair.to_owned(),
    };
    value
        .split_inclusive([';', ','])
        .map(|part| {
            let (body, end) = match part.strip_suffix([';', ',']) {
                Some(body) => (body, &part[body.len()..]),
                None => (part, ""),
            };
            format!("{}{end}", pair(body))
        })
        .collect()
}
