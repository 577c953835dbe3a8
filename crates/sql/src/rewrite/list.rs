//! Lists with commas: settings, columns, codecs.

use super::place::Source;
use crate::ast::{CreateMaterializedView, CreateStream, Setting, StatementKind};
use crate::edit::Edit;
use crate::lexer::TokenKind;
use crate::span::Span;

/// Takes the items at the positions `gone` out of a list, each with one comma. `items` are all items in the order of the
/// text; at least one must stay.
pub(crate) fn without_items(source: &Source<'_>, items: &[Span], gone: &[usize]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let comma_before = |span: Span| source.before(span.start).next().filter(|token| token.kind == TokenKind::Comma);
    let comma_after = |span: Span| source.after(span.end).next().filter(|token| token.kind == TokenKind::Comma);
    // Items before the first that stays lose the comma behind them, the others the one before them.
    let first_kept = (0..items.len()).find(|at| !gone.contains(at)).unwrap_or(items.len());
    for &at in gone {
        let span = items[at];
        if at < first_kept {
            let end = comma_after(span).map_or(span.end, |comma| comma.span.end);
            let spaces = source.sql[end..].len() - source.sql[end..].trim_start().len();
            edits.push(Edit::new(Span::new(span.start, end + spaces), ""));
        } else {
            edits.extend(comma_before(span).map(|comma| Edit::new(comma.span, "")));
            let start = source.sql[..span.start].trim_end().len();
            let comma_end = comma_before(span).map_or(0, |comma| comma.span.end);
            edits.push(Edit::new(Span::new(start.max(comma_end), span.end), ""));
        }
    }
    edits
}

/// Changes of one SETTINGS clause.
pub(crate) struct SettingsChange<'a> {
    /// What the clause holds.
    pub list: &'a [Setting],
    /// `SETTINGS`, `STORAGE_SETTINGS`.
    pub keyword: &'a str,
    /// Where the clause begins if there is none.
    pub place: usize,
    /// Positions of settings that go.
    pub gone: Vec<usize>,
    /// `name = value`s that come.
    pub added: Vec<String>,
}

impl SettingsChange<'_> {
    pub fn edits(&self, source: &Source<'_>) -> Vec<Edit> {
        let spans: Vec<Span> = self.list.iter().map(|setting| setting.span).collect();
        let added = self.added.join(", ");
        let Some(last) = spans.last() else {
            return match self.added.is_empty() {
                true => Vec::new(),
                false => vec![source.new_clause(self.place, &format!("{} {added}", self.keyword))],
            };
        };
        if self.gone.len() < spans.len() {
            let mut edits = without_items(source, &spans, &self.gone);
            if !self.added.is_empty() {
                edits.push(Edit::new(Span::empty(last.end), format!(", {added}")));
            }
            return edits;
        }
        let whole = spans[0].to(*last);
        if !self.added.is_empty() {
            return vec![Edit::new(whole, added)];
        }
        let keyword = source.words_before(whole.start, &[self.keyword]);
        vec![source.cut(keyword.map_or(whole, |keyword| keyword.to(whole)))]
    }
}

/// A stream's or external table's SETTINGS clause.
pub(crate) fn of_stream<'a>(create: &'a CreateStream, source: &Source<'_>) -> SettingsChange<'a> {
    SettingsChange {
        list: &create.settings,
        keyword: "SETTINGS",
        place: settings_place(create, source),
        gone: Vec::new(),
        added: Vec::new(),
    }
}

/// STORAGE_SETTINGS of a materialized view, which has no settings of its own for its inner stream otherwise.
pub(crate) fn of_inner_stream<'a>(create: &'a CreateMaterializedView, end: usize) -> SettingsChange<'a> {
    SettingsChange {
        list: &create.storage_settings,
        keyword: "STORAGE_SETTINGS",
        place: end,
        gone: Vec::new(),
        added: Vec::new(),
    }
}

/// The stream that a statement creates.
pub(crate) fn created_stream(kind: &StatementKind) -> Option<&CreateStream> {
    match kind {
        StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => Some(create),
        _ => None,
    }
}

/// Where SETTINGS may begin: behind every clause that stands before it (resources.md 2.2).
fn settings_place(create: &CreateStream, source: &Source<'_>) -> usize {
    use crate::ast::CreateSource;
    let list = create.elements.span;
    let keys = [&create.partition_by, &create.primary_key, &create.order_by, &create.sample_by];
    let body = match &create.source {
        Some(CreateSource::Body(body)) => Some(body.span),
        _ => None,
    };
    let uuid = create.uuid.as_ref().map(|uuid| uuid.span);
    let cluster = create.on_cluster.as_ref().map(|cluster| cluster.span);
    let engine = create.engine.as_ref().map(|engine| engine.span);
    let spans = [Some(create.name.span), uuid, cluster, list, engine, body]
        .into_iter()
        .flatten()
        .chain(keys.into_iter().flatten().map(|key| key.span))
        .chain(create.ttl.iter().map(|item| item.span));
    let end = spans.map(|span| span.end).max().unwrap_or_default();
    // `ORDER BY a DESC` and the like: what belongs to the last clause and is no node of its own.
    let next = source.after(end).next();
    match next {
        Some(token) if ["ASC", "DESC"].iter().any(|word| source.is_word(token, word)) => token.span.end,
        _ => end,
    }
}
