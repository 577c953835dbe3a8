//! Runs for the tests of views.

use crate::{Event, EventBody, MigrationId, RunMode, RunView, StepSummary};

/// A run of these steps, and what happened to it.
pub fn run(steps: Vec<StepSummary>, happened: impl IntoIterator<Item = EventBody>) -> RunView {
    let created = EventBody::RunCreated {
        migration: MigrationId::new("m"),
        mode: RunMode::Migrate,
        plan_digest: String::new(),
        target: String::new(),
        started_by: String::new(),
        steps,
    };
    let bodies = std::iter::once(created).chain(happened).zip(1..);
    RunView::fold(&bodies.map(|(body, seq)| Event::new(seq, 0, body)).collect::<Vec<_>>())
}
