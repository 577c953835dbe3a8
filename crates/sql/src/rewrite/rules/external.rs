//! Rules T13 and T14: NATS keys and Python.

use crate::ast::{CreateSource, FunctionBody, StatementKind};
use crate::rewrite::list::{created_stream, of_stream};
use crate::rewrite::{Attention, Input, Outcome};
use crate::secrets::MASKED;
use ferry_model::messages::rewrite as text;

/// Rule T13: since 3.3 a seed alone does not sign in; the public key belongs to it, and only a person has it.
pub(super) fn nats_key(input: &Input<'_>) -> Option<Outcome> {
    if !input.migration.to.has(None, Some((3, 3, 0))) {
        return None;
    }
    let create = created_stream(&input.statement.kind)?;
    let has_seed = create.setting_text("nats_nkey_seed").is_some();
    // With a JWT the seed signs, and the key is in the JWT.
    if !has_seed || create.setting_text("nats_nkey").is_some() || create.setting_text("nats_jwt").is_some() {
        return None;
    }
    let mut change = of_stream(create, &input.source);
    change.added.push(format!("nats_nkey = '{MASKED}'"));
    Outcome::with(change.edits(&input.source), text::nats_key(), Attention::NeedsValue)
}

/// Rule T14: 3.3 runs CPython 3.14 without the global lock; packages must be installed again.
pub(super) fn python_release(input: &Input<'_>) -> Option<Outcome> {
    let is_python = match &input.statement.kind {
        StatementKind::CreateFunction(create) => {
            let code = matches!(create.body, FunctionBody::Code(_));
            code && create.language.as_ref().is_some_and(|language| language.is_word("PYTHON"))
        }
        StatementKind::CreateStream(create) => matches!(create.source, Some(CreateSource::Body(_))),
        StatementKind::System(system) => {
            matches!(system.action, crate::ast::SystemAction::InstallPythonPackage(_))
        }
        _ => false,
    };
    let is_new = |release: crate::rewrite::Release| release.has(None, Some((3, 3, 0)));
    let (from, to) = (input.migration.from, input.migration.to);
    if !is_python {
        return None;
    }
    if matches!(input.statement.kind, StatementKind::System(_)) && !to.is_v3() {
        return Outcome::note(text::no_python_packages(), Attention::Blocks);
    }
    if !is_new(from) && is_new(to) { Outcome::note(text::python_release(), Attention::Review) } else { None }
}
