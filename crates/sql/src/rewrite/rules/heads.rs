//! Rules T7 and T17: how a statement begins, and the parentheses around its query.

use crate::ast::{CreateSource, Query, StatementKind};
use crate::edit::Edit;
use crate::lexer::TokenKind;
use crate::rewrite::{Attention, Input, Outcome};
use crate::span::Span;
use ferry_model::messages::rewrite as text;

/// Rule T7: a query is printed in parentheses where a comment follows it.
pub(super) fn without_query_parentheses(input: &Input<'_>) -> Option<Outcome> {
    let (query, has_comment): (&Query, bool) = match &input.statement.kind {
        StatementKind::CreateView(create) => (&create.query, create.comment.is_some()),
        StatementKind::CreateMaterializedView(create) => (&create.query, create.comment.is_some()),
        StatementKind::CreateStream(create) => match &create.source {
            Some(CreateSource::Query(query)) => (query, create.comment.is_some()),
            _ => return None,
        },
        _ => return None,
    };
    if !has_comment || !input.migration.crosses() {
        return None;
    }
    let mut edits = Vec::new();
    let mut inner = query.span;
    // `AS (a) UNION (b)` begins with a parenthesis too: it must be the one that ends the query.
    while let Some(open) = input.source.after(inner.start).next().filter(|token| token.kind == TokenKind::LeftParen) {
        let close = input.source.closing(open.span.start).filter(|close| close.end == inner.end)?;
        let before = input.sql()[..open.span.start].chars().next_back();
        let behind = input.sql()[open.span.end..].chars().next();
        let is_word = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && c != '(');
        let space = if is_word(before) && is_word(behind) { " " } else { "" };
        edits.push(Edit::new(open.span, space));
        edits.push(input.source.cut(close));
        inner = Span::new(
            input.source.after(open.span.end).next()?.span.start,
            input.source.before(close.start).next()?.span.end,
        );
    }
    Outcome::changed(edits, text::without_query_parentheses())
}

/// Rule T17: `ON CLUSTER` is gone, and `OR REPLACE` of streams, tasks and alerts becomes IF NOT EXISTS.
pub(super) fn create_head(input: &Input<'_>) -> Option<Outcome> {
    if !input.migration.to.is_v3() {
        return None;
    }
    let (name, or_replace, if_not_exists, what) = match &input.statement.kind {
        StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => {
            (create.name.span, create.or_replace, create.if_not_exists, "STREAM")
        }
        StatementKind::CreateTask(create) => (create.name.span, create.or_replace, create.if_not_exists, "TASK"),
        StatementKind::CreateAlert(create) => (create.name.span, create.or_replace, create.if_not_exists, "ALERT"),
        kind => (kind.created()?.name.span, false, false, ""),
    };
    let mut edits = Vec::new();
    let mut explanations = Vec::new();
    if let Some(cluster) = on_cluster(input, name) {
        edits.push(input.source.cut(cluster));
        explanations.push(text::without_cluster());
    }
    let head = Span::new(input.statement.span.start, name.start);
    if or_replace && let Some((place, replacement)) = or_replace_place(input, head) {
        edits.push(Edit::new(place, replacement));
        if !if_not_exists {
            edits.push(Edit::new(Span::empty(name.start), "IF NOT EXISTS "));
        }
        explanations.push(text::or_replace(what));
    }
    let attention = if or_replace { Attention::Review } else { Attention::None };
    Outcome::with(edits, explanations.join(" "), attention)
}

/// `OR REPLACE ` after CREATE; `REPLACE STREAM` alone is CREATE.
fn or_replace_place(input: &Input<'_>, head: Span) -> Option<(Span, &'static str)> {
    let replace = input.source.word_in(head, "REPLACE")?;
    match input.source.words_before(replace.start, &["OR"]) {
        Some(or) => {
            let end = input.source.after(replace.end).next()?.span.start;
            Some((Span::new(or.start, end), ""))
        }
        None => Some((replace, "CREATE")),
    }
}

/// `ON CLUSTER name`: right behind the name, or behind its UUID.
fn on_cluster(input: &Input<'_>, name: Span) -> Option<Span> {
    let mut tokens = input.source.after(name.end).peekable();
    let first = tokens.next().filter(|token| input.source.is_word(token, "ON"))?;
    tokens.next().filter(|token| input.source.is_word(token, "CLUSTER"))?;
    let cluster = tokens.next()?;
    Some(first.span.to(cluster.span))
}
