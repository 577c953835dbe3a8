//! How a view of a run follows from its events.

use super::*;
use crate::{ResourceKind, StepSummary};

fn created() -> EventBody {
    let step = StepSummary {
        number: StepNumber(1),
        action: StepAction::Copy,
        resource: ResourceName::in_database(ResourceKind::Stream, "sales", "orders"),
        rows_total: Count::exact(100),
        after: vec![],
    };
    EventBody::RunCreated {
        migration: MigrationId::new("m"),
        mode: RunMode::Migrate,
        plan_digest: "d".into(),
        target: "127.0.0.1:8463".into(),
        started_by: "anna".into(),
        steps: vec![step],
    }
}

fn progress(rows: u64) -> EventBody {
    EventBody::StepProgress {
        step: StepNumber(1),
        rows_done: Count::exact(rows),
        rows_total: Count::exact(100),
        bytes_done: Count::UNKNOWN,
    }
}

fn run() -> Vec<Event> {
    let step = StepNumber(1);
    vec![
        Event::new(1, 1_000, created()),
        Event::new(2, 1_000, EventBody::RunStarted { owner: "a".into() }),
        Event::new(3, 1_000, EventBody::StepStarted { step, attempt: 1 }),
        Event::new(4, 2_000, progress(10)),
        Event::new(5, 2_500, progress(60)),
    ]
}

#[test]
fn the_rate_is_taken_between_the_last_two_progress_events() {
    let view = RunView::fold(&run());
    assert_eq!(view.rows_per_second(), 100);
    assert_eq!(view.rows(), (Count::exact(60), Count::exact(100)));
}

#[test]
fn a_replay_that_overlaps_changes_nothing() {
    let events = run();
    let once = RunView::fold(&events);
    let twice = RunView::fold(events.iter().chain(&events));
    assert_eq!(once, twice);
}

#[test]
fn a_retry_gives_failed_and_blocked_steps_another_turn() {
    let mut events = run();
    let error = FerryError::Transport { why: "cut".into() };
    events.push(Event::new(6, 3_000, EventBody::StepFailed { step: StepNumber(1), error }));
    events.push(Event::new(7, 3_000, EventBody::RetryRequested { by: "anna".into() }));
    let view = RunView::fold(&events);
    assert_eq!((view.steps[0].state, view.steps[0].error.clone()), (StepState::Pending, None));
    assert_eq!(view.state, RunState::Running);
}

#[test]
fn a_run_with_a_failed_step_is_never_done() {
    let mut events = run();
    events.push(Event::new(6, 3_000, EventBody::RunFinished { n_done: 0, n_failed: 1, n_blocked: 0, n_deferred: 0 }));
    assert_eq!(RunView::fold(&events).state, RunState::Failed);
}
