//! Rule T21: kinds that the target's product or release does not have (resources.md 3.9).

use crate::ast::{CreateFunction, CreateStream, Created, Expr, ExprKind, ObjectKind, StatementKind};
use crate::rewrite::{Attention, Input, Outcome, Release};
use crate::visit::{Visitor, visit};
use ferry_model::messages::rewrite as text;

type Since = Option<(u32, u32, u32)>;

/// Since which releases of Proton and of Enterprise a kind exists; `None`: never.
fn since(statement: &StatementKind, created: &Created) -> (Since, Since) {
    let v3 = Some((3, 0, 0));
    let always = Some((0, 0, 0));
    match created.kind {
        ObjectKind::MutableStream => (None, Some((2, 4, 0))),
        ObjectKind::NullStream => (v3, Some((2, 9, 0))),
        ObjectKind::ExternalStream => match statement {
            StatementKind::CreateStream(create) => external_since(create),
            _ => (always, always),
        },
        ObjectKind::ExternalTable => match statement {
            StatementKind::CreateExternalTable(create) | StatementKind::CreateStream(create) => external_since(create),
            _ => (always, always),
        },
        ObjectKind::Dictionary => (v3, Some((2, 7, 0))),
        ObjectKind::Function | ObjectKind::AggregateFunction => match statement {
            StatementKind::CreateFunction(create) if is_python(create) => (v3, Some((2, 7, 0))),
            _ => (always, always),
        },
        ObjectKind::NamedCollection => (v3, v3),
        ObjectKind::Disk | ObjectKind::StoragePolicy => (v3, Some((2, 8, 0))),
        ObjectKind::Task | ObjectKind::Alert => (v3, Some((2, 9, 0))),
        ObjectKind::Input => (v3, Some((3, 1, 0))),
        ObjectKind::PythonPackage => (v3, v3),
        ObjectKind::View => (always, always),
        _ => (always, always),
    }
}

fn external_since(create: &CreateStream) -> (Since, Since) {
    let v3 = Some((3, 0, 0));
    let always = Some((0, 0, 0));
    match create.setting_text("type").unwrap_or_default().to_ascii_lowercase().as_str() {
        "timeplus" => (Some((1, 6, 9)), Some((2, 4, 0))),
        "pulsar" => (Some((1, 6, 8)), Some((2, 5, 0))),
        "http" => (v3, Some((2, 8, 2))),
        "python" => (v3, Some((3, 2, 2))),
        "nats_jetstream" => (v3, Some((3, 2, 6))),
        "iceberg" | "postgresql" => (v3, Some((2, 8, 0))),
        "mysql" | "s3" => (v3, Some((2, 7, 0))),
        "mongodb" => (v3, Some((2, 8, 2))),
        "splunk-hec-output" | "sentinel" => (v3, v3),
        _ => (always, always),
    }
}

fn is_python(create: &CreateFunction) -> bool {
    create.language.as_ref().is_some_and(|language| language.is_word("PYTHON"))
}

/// Rule T21: tells that the target has no such thing.
pub(super) fn kind_gates(input: &Input<'_>) -> Option<Outcome> {
    let created = input.statement.kind.created()?;
    let to: Release = input.migration.to;
    if !input.migration.crosses() {
        return None;
    }
    let (proton, enterprise) = since(&input.statement.kind, &created);
    if !to.has(proton, enterprise) {
        let what = described(&input.statement.kind, &created);
        return Outcome::note(text::kind_not_there(&what, &to.to_string()), Attention::Blocks);
    }
    let parameters = matches!(input.statement.kind, StatementKind::CreateView(_)) && has_parameters(input);
    if parameters && !to.has(Some((3, 0, 0)), Some((2, 9, 0))) {
        return Outcome::note(text::kind_not_there("a parameterized view", &to.to_string()), Attention::Blocks);
    }
    None
}

fn described(kind: &StatementKind, created: &Created) -> String {
    let words = created.kind.words().to_ascii_lowercase();
    let ty = match kind {
        StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => create.setting_text("type"),
        StatementKind::CreateFunction(create) => create.language.as_ref().map(|language| language.value.clone()),
        _ => None,
    };
    match ty {
        Some(ty) => format!("{words} of type {ty}"),
        None => words,
    }
}

fn has_parameters(input: &Input<'_>) -> bool {
    #[derive(Default)]
    struct Parameters(bool);
    impl Visitor for Parameters {
        fn expr(&mut self, expr: &mut Expr) {
            self.0 |= matches!(expr.kind, ExprKind::Parameter { .. });
        }
    }
    let mut found = Parameters::default();
    visit(&mut input.statement.clone(), &mut found);
    found.0
}
