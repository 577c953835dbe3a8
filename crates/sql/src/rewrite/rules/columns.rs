//! Rules T6 and T8: columns that the server prints by itself.

use crate::ast::{Column, CreateStream, DefaultKind, Elements, ExprKind, StatementKind};
use crate::edit::Edit;
use crate::rewrite::list::without_items;
use crate::rewrite::{Attention, Input, Outcome};
use crate::span::Span;
use ferry_model::messages::rewrite as text;

/// Rule T6: the columns of a view or materialized view follow from its query.
pub(super) fn without_printed_columns(input: &Input<'_>) -> Option<Outcome> {
    let elements = match &input.statement.kind {
        StatementKind::CreateView(create) => &create.elements,
        StatementKind::CreateMaterializedView(create) => &create.elements,
        _ => return None,
    };
    let span = elements.span?;
    let has_assigned = elements.columns.iter().any(|column| is_assigned(&column.name.value));
    if !input.migration.replays() && !has_assigned {
        return None;
    }
    if !own_words(elements).is_empty() {
        return Outcome::note(text::columns_say_more(&own_words(elements)), Attention::Review);
    }
    let before = input.sql()[..span.start].trim_end().len();
    // What follows on the same line keeps a space before it.
    let follows = input.sql()[span.end..].starts_with(char::is_whitespace);
    let cut = Edit::new(Span::new(before, span.end), if follows { "" } else { " " });
    Outcome::changed(vec![cut], text::without_printed_columns(elements.columns.len()))
}

/// What a list says that does not follow from the query: columns with a default, codec, comment or TTL of their own.
pub(crate) fn own_words(elements: &Elements) -> String {
    let says_more = |column: &&Column| {
        let is_system = column.name.value.starts_with("_tp_");
        let more = column.default.is_some()
            || !column.codec.is_empty()
            || column.ttl.is_some()
            || column.comment.is_some()
            || column.primary_key
            || column.auto_increment;
        more && !is_system
    };
    let columns = elements.columns.iter().filter(says_more).map(|column| column.name.value.clone());
    let indexes = elements.indexes.iter().map(|index| index.name.value.clone());
    let indexes = indexes.filter(|name| !name.starts_with("_tp_"));
    let constraints = elements.constraints.iter().map(|constraint| constraint.name.value.clone());
    columns.chain(indexes).chain(constraints).collect::<Vec<_>>().join(", ")
}

/// Whether the server assigns the column.
pub(crate) fn is_assigned(name: &str) -> bool {
    matches!(name, "_tp_sn" | "_tp_index_time")
}

/// Whether the server makes the index with its own columns.
pub(crate) fn is_system_index(name: &str) -> bool {
    matches!(name, "_tp_time_index" | "_tp_sn_index" | "_tp_index_time_index")
}

/// Whether it is `_tp_time` as the server defines it: `DEFAULT now64(3, 'UTC')`. Any other default is the user's
/// (`event_time_column` becomes one).
pub(crate) fn is_default_time(column: &Column) -> bool {
    let Some(default) = &column.default else { return false };
    let Some(ExprKind::Function(call)) = default.expr.as_ref().map(|expr| &expr.kind) else { return false };
    let arguments: Vec<String> = call.args.iter().map(crate::ast::Expr::plain_text).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ty = column.ty.as_ref().map(|ty| ty.to_string().to_ascii_lowercase().replace(' ', ""));
    let is_type = ty.is_none_or(|ty| matches!(ty.as_str(), "datetime64(3,'utc')" | "datetime64(3)" | "datetime64"));
    column.name.value == "_tp_time"
        && default.kind == DefaultKind::Default
        && call.name.value.eq_ignore_ascii_case("now64")
        && matches!(arguments.as_slice(), [] | ["3"] | ["3", "UTC"])
        && is_type
        && column.comment.is_none()
        && column.ttl.is_none()
        && !column.primary_key
}

/// Rule T8: columns and indexes that every release makes by itself, each in its own way.
pub(super) fn without_system_columns(input: &Input<'_>) -> Option<Outcome> {
    let StatementKind::CreateStream(create) = &input.statement.kind else { return None };
    if !input.migration.replays() || is_foreign(create) {
        return None;
    }
    let (spans, names) = system_elements(create, input.migration.crosses());
    let all = element_spans(create, input);
    let gone: Vec<usize> = (0..all.len()).filter(|at| spans.contains(&all[*at])).collect();
    // A list of columns may not be empty.
    if gone.is_empty() || gone.len() == all.len() {
        return None;
    }
    Outcome::changed(without_items(&input.source, &all, &gone), text::without_system_columns(&names.join(", ")))
}

/// Streams whose columns the server does not add to.
fn is_foreign(create: &CreateStream) -> bool {
    create.is_external() || create.has_engine("ExternalTable")
}

/// What the server assigns in any case; the time too where releases define it in ways of their own.
fn system_elements(create: &CreateStream, with_time: bool) -> (Vec<Span>, Vec<String>) {
    let columns = create.elements.columns.iter();
    let columns = columns.filter(|column| is_assigned(&column.name.value) || (with_time && is_default_time(column)));
    let is_gone = |name: &str| is_system_index(name) && (with_time || name != "_tp_time_index");
    let indexes = create.elements.indexes.iter().filter(|index| is_gone(&index.name.value));
    let mut found: Vec<(Span, String)> = columns.map(|column| (column.span, column.name.value.clone())).collect();
    found.extend(indexes.map(|index| (index.span, index.name.value.clone())));
    found.into_iter().unzip()
}

/// Everything in the parentheses, by the commas between.
fn element_spans(create: &CreateStream, input: &Input<'_>) -> Vec<Span> {
    use crate::lexer::TokenKind as T;
    let Some(list) = create.elements.span else { return Vec::new() };
    let inner = Span::new(list.start + 1, list.end.saturating_sub(1));
    let (mut spans, mut current, mut depth) = (Vec::new(), None::<Span>, 0usize);
    for token in input.source.inside(inner) {
        match token.kind {
            T::LeftParen | T::LeftBracket => depth += 1,
            T::RightParen | T::RightBracket => depth = depth.saturating_sub(1),
            T::Comma if depth == 0 => {
                spans.extend(current.take());
                continue;
            }
            _ => {}
        }
        current = Some(current.map_or(token.span, |span| span.to(token.span)));
    }
    spans.extend(current);
    spans
}
