//! Rules T11, T12 and T16: what columns, indexes and types may be.

use crate::ast::{Column, CreateStream, Expr, ExprKind, Index, ObjectKind, StatementKind, TypeArg, TypeName};
use crate::edit::Edit;
use crate::rewrite::list::without_items;
use crate::rewrite::{Attention, Input, Outcome};
use crate::span::Span;
use ferry_model::messages::rewrite as text;

/// Rule T11: codecs FPC and GCD, projections, and arguments of `minmax`.
pub(super) fn removed_column_features(input: &Input<'_>) -> Option<Outcome> {
    let StatementKind::CreateStream(create) = &input.statement.kind else { return None };
    if !input.migration.to.is_v3() {
        return None;
    }
    let (mut edits, mut told) = (Vec::new(), Vec::new());
    for column in &create.elements.columns {
        codecs(input, column, &mut edits, &mut told);
    }
    for index in &create.elements.indexes {
        if let Some(ty) = &index.ty
            && let ExprKind::Function(call) = &ty.kind
            && call.name.value.eq_ignore_ascii_case("minmax")
        {
            edits.push(Edit::new(ty.span, "minmax"));
            told.push(text::minmax_arguments(&index.name.value));
        }
    }
    projections(input, create, &mut edits, &mut told);
    Outcome::changed(edits, told.join(" "))
}

fn codecs(input: &Input<'_>, column: &Column, edits: &mut Vec<Edit>, told: &mut Vec<String>) {
    let is_gone = |codec: &Expr| {
        let name = match &codec.kind {
            ExprKind::Function(call) => call.name.value.clone(),
            _ => codec.plain_text(),
        };
        ["FPC", "GCD"].iter().any(|gone| name.eq_ignore_ascii_case(gone))
    };
    let spans: Vec<Span> = column.codec.iter().map(|codec| codec.span).collect();
    let gone: Vec<usize> = (0..spans.len()).filter(|at| is_gone(&column.codec[*at])).collect();
    if gone.is_empty() {
        return;
    }
    told.push(text::codec_gone(&column.name.value));
    // What prepares the data for a codec that is gone compresses nothing by itself.
    if gone.len() < spans.len() {
        edits.extend(without_items(&input.source, &spans, &gone));
        return;
    }
    let open = input.source.before(spans[0].start).next().map(|token| token.span);
    let Some(open) = open else { return };
    let word = input.source.words_before(open.start, &["CODEC"]);
    if let (Some(word), Some(close)) = (word, input.source.closing(open.start)) {
        edits.push(input.source.cut(word.to(close)));
    }
}

fn projections(input: &Input<'_>, create: &CreateStream, edits: &mut Vec<Edit>, told: &mut Vec<String>) {
    for projection in &create.elements.projections {
        let word = input.source.words_before(projection.span.start, &["PROJECTION"]);
        let span = word.map_or(projection.span, |word| word.to(projection.span));
        let comma = |token: Option<&crate::lexer::Token>| {
            token.filter(|token| token.kind == crate::lexer::TokenKind::Comma).map(|token| token.span)
        };
        match (comma(input.source.before(span.start).next()), comma(input.source.after(span.end).next())) {
            (Some(before), _) => {
                edits.push(Edit::new(before, ""));
                edits.push(input.source.cut(Span::new(span.start, span.end)));
            }
            (None, Some(after)) => edits.push(input.source.cut(span.to(after))),
            (None, None) => continue,
        }
        told.push(text::projection_gone(&projection.name.value));
    }
}

/// Rule T12: 3.3 rejects an index of a mutable stream that covers what its key begins with (#12113).
pub(super) fn index_of_key(input: &Input<'_>) -> Option<Outcome> {
    let StatementKind::CreateStream(create) = &input.statement.kind else { return None };
    let is_mutable = input.statement.kind.created().is_some_and(|created| created.kind == ObjectKind::MutableStream);
    if !is_mutable || !input.migration.to.has(None, Some((3, 3, 0))) {
        return None;
    }
    let key = columns_of(create.primary_key.as_ref()?);
    let repeats = |index: &&Index| {
        let columns = columns_of(&index.expr);
        index.ty.is_none() && !columns.is_empty() && key.starts_with(&columns)
    };
    let gone: Vec<&Index> = create.elements.indexes.iter().filter(repeats).collect();
    let mut edits = Vec::new();
    for index in &gone {
        // An index never stands alone in the list: a mutable stream has columns before it.
        edits.extend(without_items(&input.source, &neighbours(create, index.span), &[1]));
    }
    let names: Vec<&str> = gone.iter().map(|index| index.name.value.as_str()).collect();
    Outcome::changed(edits, text::index_of_key(&names.join(", ")))
}

/// A column that stays, and the index that goes.
fn neighbours(create: &CreateStream, index: Span) -> Vec<Span> {
    let first = create.elements.columns.first().map_or(Span::empty(0), |column| column.span);
    vec![first, index]
}

pub(crate) fn columns_of(expr: &Expr) -> Vec<String> {
    match &expr.kind {
        ExprKind::Tuple(items) => items.iter().map(Expr::plain_text).collect(),
        _ => vec![expr.plain_text()],
    }
}

/// Rule T16: types that a release does not have, or has in another way.
pub(super) fn type_gates(input: &Input<'_>) -> Option<Outcome> {
    let StatementKind::CreateStream(create) = &input.statement.kind else { return None };
    let (from, to) = (input.migration.from, input.migration.to);
    let is_mutable = input.statement.kind.created().is_some_and(|created| created.kind == ObjectKind::MutableStream);
    let named = |test: &dyn Fn(&Column) -> bool| -> String {
        let columns = create.elements.columns.iter().filter(|column| test(column));
        columns.map(|column| column.name.value.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (mut told, mut attention) = (Vec::new(), Attention::None);
    let mut tell = |columns: String, words: fn(&str) -> String, how: Attention| {
        if !columns.is_empty() {
            told.push(words(&columns));
            attention = attention.max(how);
        }
    };
    // The native type came with 2.8.2; before it, `json` was another type (resources.md 3.8 T16).
    let has_json = |release: crate::rewrite::Release| release.has(Some((3, 0, 0)), Some((2, 8, 2)));
    let json = named(&|column| mentions(column.ty.as_ref(), "json"));
    match (has_json(from), has_json(to)) {
        (true, false) => tell(json, text::no_native_json, Attention::Blocks),
        (false, true) => tell(json, text::legacy_json, Attention::Review),
        _ => {}
    }
    if is_mutable && input.migration.crosses() {
        let key = create.primary_key.as_ref().map(columns_of).unwrap_or_default();
        let in_key = |column: &Column| column.primary_key || key.contains(&column.name.value);
        if to.has(None, Some((2, 7, 0))) {
            let low = named(&|column| mentions(column.ty.as_ref(), "low_cardinality"));
            tell(low, text::low_cardinality_ignored, Attention::None);
        }
        if !to.has(None, Some((2, 8, 3))) {
            let nullable = |column: &Column| column.nullable == Some(true) || mentions(column.ty.as_ref(), "nullable");
            tell(named(&|column| in_key(column) && nullable(column)), text::nullable_key, Attention::Blocks);
        }
        if !to.has(None, Some((2, 8, 2))) {
            tell(
                named(&|column| in_key(column) && mentions(column.ty.as_ref(), "uuid")),
                text::uuid_key,
                Attention::Blocks,
            );
        }
    }
    if told.is_empty() { None } else { Outcome::note(told.join(" "), attention) }
}

/// Whether a type is, or holds, one of this name.
fn mentions(ty: Option<&TypeName>, name: &str) -> bool {
    let Some(ty) = ty else { return false };
    let in_arguments = ty.args.iter().flatten().any(|arg| match arg {
        TypeArg::Type(inner) | TypeArg::Named { ty: inner, .. } => mentions(Some(inner), name),
        _ => false,
    });
    ty.name.value.eq_ignore_ascii_case(name) || in_arguments
}
