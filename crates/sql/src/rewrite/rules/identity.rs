//! Rules T4 and T5: what printing adds and leaves out.

use crate::ast::{FunctionBody, StatementKind, Text};
use crate::edit::Edit;
use crate::lexer::TokenKind;
use crate::rewrite::{Input, Outcome};
use crate::span::Span;
use ferry_model::messages::rewrite as text;

/// Rule T4: `UUID '..'`, `INTO INNER UUID '..'` and `ATTACH` belong to one deployment.
pub(super) fn without_identity(input: &Input<'_>) -> Option<Outcome> {
    let (uuid, inner, attach) = match &input.statement.kind {
        StatementKind::CreateDatabase(create) => (create.uuid.as_ref(), None, false),
        StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => {
            (create.uuid.as_ref(), None, create.attach)
        }
        StatementKind::CreateView(create) => (create.uuid.as_ref(), None, create.attach),
        StatementKind::CreateMaterializedView(create) => {
            (create.uuid.as_ref(), create.into_inner_uuid.as_ref(), create.attach)
        }
        StatementKind::CreateDictionary(create) => (create.uuid.as_ref(), None, create.attach),
        StatementKind::CreateInput(create) => (create.uuid.as_ref(), None, false),
        _ => return None,
    };
    let mut edits = Vec::new();
    let mut gone = Vec::new();
    let mut cut = |value: Option<&Text>, words: &[&str]| {
        let Some(value) = value else { return };
        let Some(keyword) = input.source.words_before(value.span.start, words) else { return };
        let place = keyword.to(value.span);
        let start = input.sql()[..place.start].trim_end().len();
        edits.push(Edit::new(Span::new(start, place.end), ""));
        gone.push(words.join(" "));
    };
    cut(uuid, &["UUID"]);
    cut(inner, &["INTO", "INNER", "UUID"]);
    if attach && let Some(word) = input.source.word_in(input.statement.span, "ATTACH") {
        edits.push(Edit::new(word, "CREATE"));
        gone.push("ATTACH".to_owned());
    }
    Outcome::changed(edits, text::without_identity(&gone.join(", ")))
}

/// Rule T5: what 1.x and 2.x print of a JavaScript function lacks its language and cannot be read by any release.
pub(super) fn javascript_language(input: &Input<'_>) -> Option<Outcome> {
    let StatementKind::CreateFunction(create) = &input.statement.kind else { return None };
    let FunctionBody::Code(body) = &create.body else { return None };
    if create.language.is_some() {
        return None;
    }
    let is_dollar = input.source.after(body.span.start).next().is_some_and(|t| t.kind == TokenKind::DollarString);
    let word = input.source.words_before(body.span.start, &["AS"]).filter(|_| is_dollar)?;
    Outcome::changed(vec![Edit::new(Span::empty(word.start), "LANGUAGE JAVASCRIPT ")], text::javascript_language())
}
