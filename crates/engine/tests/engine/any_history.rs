//! Whatever people ask, wherever the process ends and whatever goes wrong: the same promises hold.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ferry_engine::{Control, EngineError, SiteError, Wish};
use ferry_model::{Event, EventBody, RunState, RunView, StepAction, StepNumber, StepState};
use ferry_plan::{CutOver, Plan};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::plans::{PlanBuilder, Stage, marker, source_named, stream};
use crate::world::Fault;

const ROWS: [(&str, u64); 2] = [("orders", 100), ("trades", 30)];
/// Steps of the plan.
const N_STEPS: u32 = 9;

/// What a person asks.
#[derive(Debug, Clone, Copy)]
enum Asked {
    Pause,
    Resume,
    Cancel,
    RetryAll,
    Retry(u32),
    Skip(u32),
    Recopy(u32),
    CatchUp,
    CutOver,
    LetGo,
}

/// One process that works on the run.
#[derive(Debug, Clone)]
struct Turn {
    /// After so many events the record cannot be written any more.
    room: Option<usize>,
    /// After so many events of this turn somebody asks something.
    asked: Vec<(usize, Asked)>,
}

/// How a creation goes wrong.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    /// The target refuses it.
    Certain,
    /// Nobody knows what became of it.
    Unknown,
    /// The target cannot reach what it needs.
    Unreachable,
}

/// Everything that happens to a run.
#[derive(Debug, Clone)]
struct History {
    /// Slices in flight, where one stream is copied in slices.
    in_flight: Option<u64>,
    /// Whether what lives on the target waits for somebody's word.
    awaits_word: bool,
    /// Rows that reach the source after the first process, with a time of the past.
    n_late: u64,
    inserts: Vec<Option<Fault>>,
    creations: Vec<(&'static str, Refusal)>,
    turns: Vec<Turn>,
}

fn histories() -> impl Strategy<Value = History> {
    let fault = prop::sample::select(vec![
        Fault::LostWhileRunning,
        Fault::LostAfterwards,
        Fault::FinishedShort,
        Fault::RefusedHalfway,
        Fault::TooLargeAbove(5),
    ]);
    let step = 1..=N_STEPS;
    // A comparison can be passed over, a stream under it cannot: then the comparison rightly fails.
    let asked = prop_oneof![
        3 => Just(Asked::Pause),
        2 => Just(Asked::Resume),
        1 => Just(Asked::Cancel),
        2 => Just(Asked::RetryAll),
        1 => step.prop_map(Asked::Retry),
        1 => prop::sample::select(vec![1, 4, 7, 8, 9]).prop_map(Asked::Skip),
        1 => prop::sample::select(vec![3, 4, 6, 7]).prop_map(Asked::Recopy),
        1 => Just(Asked::CatchUp),
        1 => Just(Asked::CutOver),
        1 => Just(Asked::LetGo),
    ];
    let turn = (prop::option::of(1_usize..40), prop::collection::vec((0_usize..40, asked), 0..4));
    let creation = (
        prop::sample::select(vec!["orders", "trades", "adds", "feed", "ferry_helper_2"]),
        prop::sample::select(vec![Refusal::Certain, Refusal::Unknown, Refusal::Unreachable]),
    );
    (
        (prop::option::of(1_u64..5), any::<bool>(), 0_u64..4),
        prop::collection::vec(prop::option::of(fault), 0..5),
        prop::collection::vec(creation, 0..3),
        prop::collection::vec(turn.prop_map(|(room, asked)| Turn { room, asked }), 0..4),
    )
        .prop_map(|((in_flight, awaits_word, n_late), inserts, creations, turns)| History {
            in_flight,
            awaits_word,
            n_late,
            inserts,
            creations,
            turns,
        })
}

fn plan(in_flight: Option<u64>, awaits_word: bool) -> Arc<Plan> {
    let slice_orders = |plan: &mut Plan| {
        plan.settings.catch_up_rounds = 1;
        plan.settings.cut_over = if awaits_word { CutOver::OnRequest } else { CutOver::ByItself };
        plan.steps[7].needs = vec![StepNumber(2), StepNumber(5)];
        let copy = plan.steps.iter_mut().filter_map(|step| step.copy.as_mut()).next().expect("a copy");
        (copy.slice_rows, copy.redo) = (in_flight.map(|_| 20), ferry_plan::Redo::Delete);
        plan.settings.slices_in_flight = in_flight.unwrap_or(ferry_plan::Settings::DEFAULT_SLICES_IN_FLIGHT);
    };
    let plan = PlanBuilder::fed().change(slice_orders).build();
    assert_eq!(plan.steps.len(), N_STEPS as usize);
    plan
}

fn stage(history: &History) -> Stage {
    let stage = Stage::new(&ROWS);
    stage.source.put_stream_over_days(&stream("orders"), 10, 10);
    stage.source.put_running(&source_named("feed"), "s-1");
    stage.target.plan_inserts(history.inserts.iter().copied());
    for (name, refusal) in &history.creations {
        let text = "no".to_owned();
        let error = match refusal {
            Refusal::Certain => SiteError::Refused { code: 36, text },
            Refusal::Unknown => SiteError::Unknown { text },
            Refusal::Unreachable => SiteError::Refused { code: 210, text },
        };
        stage.target.fail_creation(name, error);
    }
    stage
}

/// Asks what the turn says, then lets a paused run go on.
async fn person(stage: &Stage, control: &Control, asked: &[(usize, Asked)]) {
    let n_before = stage.bodies().len();
    let mut asked = asked.to_vec();
    asked.sort_by_key(|(after, _)| *after);
    let mut asked = asked.into_iter().peekable();
    loop {
        let events = stage.journal.events(&stage.run);
        while let Some((_, next)) = asked.next_if(|(after, _)| n_before + after <= events.len()) {
            match next {
                Asked::Pause => control.pause("anna"),
                Asked::Resume => control.resume("anna"),
                Asked::Cancel => control.cancel("anna"),
                Asked::RetryAll => control.retry_failed("anna"),
                Asked::Retry(step) => control.wish("anna", Wish::RetryStep(StepNumber(step))),
                Asked::Skip(step) => {
                    control.wish("anna", Wish::SkipStep { step: StepNumber(step), reason: "by hand".into() });
                }
                Asked::Recopy(step) => control.wish("anna", Wish::Recopy(StepNumber(step))),
                Asked::CatchUp => control.wish("anna", Wish::CatchUp),
                Asked::CutOver => control.wish("anna", Wish::CutOver),
                Asked::LetGo => control.shutdown(),
            }
        }
        // Nobody leaves a run waiting for ever.
        match RunView::fold(&events).state {
            RunState::Paused => control.resume("bert"),
            RunState::AwaitingCutOver => control.wish("bert", Wish::CutOver),
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn turn(stage: &Stage, plan: &Arc<Plan>, turn: &Turn) -> Result<RunView, EngineError> {
    stage.journal.set_room(turn.room);
    let control = Control::default();
    let ended = tokio::select! {
        ended = stage.start_steered(plan, &control) => ended,
        () = person(stage, &control, &turn.asked) => unreachable!("a person asks until the run ends"),
    };
    stage.journal.set_room(None);
    ended
}

async fn live_through(history: &History) -> Result<(), TestCaseError> {
    let (stage, plan) = (stage(history), plan(history.in_flight, history.awaits_word));
    for (n_turn, one) in history.turns.iter().enumerate() {
        match turn(&stage, &plan, one).await {
            Ok(view) => check_rest(&stage, &view)?,
            // Before its first step a run is refused where the target cannot pull; the next turn tries again.
            Err(EngineError::Refused(_)) => check_rest(&stage, &RunView::fold(&stage.journal.events(&stage.run)))?,
            Err(EngineError::Journal(_) | EngineError::Interrupted) => {}
        }
        check_rows(&stage)?;
        if n_turn == 0 && history.n_late > 0 {
            stage.source.add_rows_at(&stream("orders"), history.n_late, 2 * 86_400_000);
        }
    }
    stage.target.nothing_goes_wrong();
    let quiet = Turn { room: None, asked: vec![] };
    let mut view = RunView::default();
    // A cancel that is still asked for comes first, then everything else gets its turn.
    for _ in 0..3 {
        view = turn(&stage, &plan, &quiet).await.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        check_rest(&stage, &view)?;
        check_rows(&stage)?;
    }
    prop_assert_eq!(view.state, RunState::Done, "{}", told(&stage.journal.events(&stage.run)));
    // What came after the last copy follows when somebody asks, unless the view lives already.
    if Wish::CatchUp.check(&view).is_ok() {
        let caught_up = stage.wish(&plan, &Control::default(), Wish::CatchUp).await;
        view = caught_up.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        check_rest(&stage, &view)?;
    }
    let events = stage.journal.events(&stage.run);
    check_events(&events, history.awaits_word)?;
    prop_assert_eq!(view.state, RunState::Done, "{}", told(&events));
    for step in view.steps.iter().filter(|step| step.action == StepAction::Copy && step.state == StepState::Done) {
        let of = ROWS.iter().find(|(name, _)| *name == step.resource.name).expect("a stream");
        let n_expected = match view.alive_over(&step.resource).is_empty() {
            true => stage.source.rows(&step.resource)..=stage.source.rows(&step.resource),
            false => of.1..=stage.source.rows(&step.resource),
        };
        prop_assert!(n_expected.contains(&stage.target.rows(&step.resource)), "{}", step.resource);
    }
    Ok(())
}

/// A record, a line an event.
fn told(events: &[Event]) -> String {
    let line = |event: &Event| format!("{:>4} {:?}\n", event.seq, event.body);
    events.iter().skip(1).map(line).collect()
}

/// However a run ended, the target is free, and what was stopped runs unless all is done (rules 5 and 23).
fn check_rest(stage: &Stage, view: &RunView) -> Result<(), TestCaseError> {
    prop_assert!(view.state.is_over(), "{:?}", view.state);
    prop_assert!(!stage.target.has(&marker()), "the marker stays: {}", told(&stage.journal.events(&stage.run)));
    prop_assert_eq!(stage.target.n_running(), 0, "an INSERT runs on");
    let is_stopped = view.state == RunState::Done && view.steps[0].state == StepState::Done;
    prop_assert_eq!(
        stage.source.runs(&source_named("feed")),
        !is_stopped,
        "{}",
        told(&stage.journal.events(&stage.run))
    );
    Ok(())
}

/// At no time is a row there twice.
fn check_rows(stage: &Stage) -> Result<(), TestCaseError> {
    for (name, _) in ROWS {
        let n_rows = stage.source.rows(&stream(name));
        prop_assert!(stage.target.rows(&stream(name)) <= n_rows, "{name} holds rows twice");
    }
    Ok(())
}

/// What every record keeps, whatever it tells of.
fn check_events(events: &[Event], awaits_word: bool) -> Result<(), TestCaseError> {
    let mut view = RunView::default();
    let mut word_was_given = !awaits_word;
    // Steps whose result was taken away, by the run itself or by restoring what it stopped.
    let mut taken_back: BTreeSet<StepNumber> = BTreeSet::new();
    for (event, seq) in events.iter().zip(1..) {
        prop_assert_eq!(event.seq, seq, "numbers have no gap");
        let state_of = |step: &StepNumber| view.step(*step).map(|view| view.state);
        match &event.body {
            EventBody::StepStarted { step, .. } => {
                let was = view.step(*step).expect("a step of the plan");
                let is_done = matches!(was.state, StepState::Done | StepState::Skipped);
                prop_assert!(!is_done || taken_back.contains(step), "{step} was done and begins again");
                let is_met =
                    |before: &StepNumber| matches!(state_of(before), Some(StepState::Done | StepState::Skipped));
                prop_assert!(was.after.iter().all(is_met), "{step} begins before what it needs");
                prop_assert!(view.state != RunState::Paused, "{step} begins in a paused run");
                prop_assert!(word_was_given || !RunView::starts_life(was), "{step} lives before the word was given");
            }
            EventBody::StepBlocked { step, by } => {
                // What was skipped passes on what is broken before it.
                let is_broken =
                    matches!(state_of(by), Some(StepState::Failed | StepState::Blocked | StepState::Skipped));
                prop_assert!(is_broken, "{step} is blocked by {by}, which is {:?}", state_of(by));
                prop_assert!(view.step(*step).is_some_and(|view| view.after.contains(by)), "{step} does not need {by}");
            }
            EventBody::StepDone { step, .. } => {
                prop_assert_eq!(state_of(step), Some(StepState::Running), "{} is done without having begun", step);
            }
            EventBody::RunFinished { n_done, n_failed, n_blocked, .. } => {
                let n_steps = u32::try_from(view.steps.len()).expect("few steps");
                prop_assert_eq!(
                    n_done + n_failed + n_blocked,
                    n_steps,
                    "every step is accounted for: {}",
                    told(events)
                );
                for compare in view.steps.iter().filter(|step| step.action == StepAction::Compare) {
                    let is_proved = compare.state != StepState::Done || compare.verified.is_some();
                    prop_assert!(is_proved, "{} is done without a comparison", compare.resource);
                }
            }
            EventBody::CutOverRequested { .. } => word_was_given = true,
            EventBody::DropIntended { resource, .. }
            | EventBody::Dropped { resource, .. }
            | EventBody::Restarted { resource, .. } => {
                let of = view.steps.iter().filter(|step| step.resource == *resource);
                taken_back.extend(of.map(|step| step.number));
            }
            _ => {}
        }
        view.apply(event);
    }
    Ok(())
}

#[test]
fn whatever_happens_to_a_run_it_loses_doubles_and_claims_nothing() {
    let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
    // The same histories every time; only the moments within them differ.
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let outcome = runner.run(&histories(), |history| runtime.block_on(live_through(&history)));
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
