//! What the command line says.

use crate::{CompareLevel, Event, EventBody, RunId, RunMode, RunState, RunView, StepAction, StepState, StepView};

/// Asks before a file is written over.
pub fn overwrite_question(path: &str) -> String {
    format!("{path} exists. Write a new plan over it? [y/N] ")
}

/// A script may not write over a file without saying so.
pub fn overwrite_needs_yes(path: &str) -> String {
    format!("{path} exists. Add --yes to write a new plan over it.")
}

/// Evidence is not written over.
pub fn evidence_needs_yes(path: &str) -> String {
    format!("{path} exists. Add --yes to write over it, or name another file with -o.")
}

/// A script may not remove anything without saying so.
pub fn clean_needs_yes(n: usize) -> String {
    format!("Nothing was removed. Add --yes to remove these {n} resources.")
}

/// Asks before anything is removed.
pub fn clean_question(n: usize, target: &str) -> String {
    format!("Remove these {n} resources from {target}? [y/N] ")
}

/// The answer was no.
pub const NOTHING_CHANGED: &str = "Nothing was changed.";

/// The head of the list of what would be removed.
pub fn clean_heading(n: usize, target: &str) -> String {
    format!("Runs of this plan made {n} resources on {target} that are still recorded:")
}

/// The ledger is empty.
pub const NOTHING_TO_CLEAN: &str = "Runs of this plan made nothing that is still there: there is nothing to remove.";

/// An unfinished run is ended before a clean.
pub fn cancelling_first(run: &RunId) -> String {
    format!("Run {run} is not over; it is cancelled first.")
}

/// Another process holds the run, or was killed a moment ago.
pub fn waiting_for_other_process(run: &RunId) -> String {
    format!("Another process of Ferry works on run {run}, or ended a moment ago. Waiting up to 20 s for it to let go.")
}

/// A file that cannot be read or written.
pub fn file_problem(verb: &str, path: &str, cause: &str) -> String {
    format!("Could not {verb} {path}: {cause}.")
}

/// The configuration is not where the plan says it is.
pub fn config_not_found(path: &str) -> String {
    format!(
        "The plan names the configuration {path}, which cannot be read. Give it with -f, or set FERRY_CONFIG; it holds the addresses and passwords."
    )
}

/// The configuration has changed since the plan was made.
pub fn config_changed(path: &str) -> String {
    format!("Note: {path} has changed since the plan was made. The plan's settings count.")
}

/// What a plan holds, in one line.
pub fn plan_written(path: &str, plan: &PlanCount) -> String {
    let PlanCount { n_steps, n_create, n_copy, n_left_out, n_problems, n_blocking } = plan;
    let mut text = format!("{path}: {n_steps} steps, {n_create} create, {n_copy} copy");
    for (n, what) in [(n_left_out, "left out"), (n_problems, "could not be read"), (n_blocking, "findings block")] {
        if *n > 0 {
            text.push_str(&format!(", {n} {what}"));
        }
    }
    text.push('.');
    text
}

/// What to do after planning.
pub fn after_plan(path: &str) -> String {
    format!("Read and edit it, then: ferry run -p {path}")
}

/// What a plan holds, in numbers.
pub struct PlanCount {
    /// Steps that would run.
    pub n_steps: usize,
    /// Of these, how many create.
    pub n_create: usize,
    /// Of these, how many copy rows.
    pub n_copy: usize,
    /// Resources that are not carried.
    pub n_left_out: usize,
    /// Resources that could not be read.
    pub n_problems: usize,
    /// Findings that keep the run from starting.
    pub n_blocking: usize,
}

/// Ctrl-C was pressed once.
pub const PAUSING: &str = "Pausing at a safe point. Press Ctrl-C again to leave at once.";

/// The run stands still or was let go.
pub const GO_ON_LATER: &str = "The run is not over. The same command goes on with it.";

/// What an event means on a line of its own; `None` for events that only move numbers.
pub fn event_line(event: &Event, view: &RunView) -> Option<String> {
    let step = event.body.step().and_then(|number| view.step(number));
    let named = |text: String| step.map(|step| format!("{} {text}", step_head(step, view)));
    match &event.body {
        EventBody::StepStarted { attempt, .. } if *attempt > 1 => named(format!("try {attempt}")),
        EventBody::StepWaiting { reason, .. } => named(format!("waits: {reason}")),
        EventBody::StepProbed { found, .. } => named(format!("after the interruption: {found}")),
        EventBody::StepDone { checked, .. } => named(format!("done: {checked}")),
        EventBody::StepSkipped { reason, .. } => named(format!("skipped: {reason}")),
        EventBody::StepFailed { error, .. } => named(format!("FAILED: {error}")),
        EventBody::StepBlocked { by, .. } => named(super::blocked_by(*by)),
        EventBody::StepDeferred { error, n_more, .. } => named(format!("{}: {error}", super::deferred(*n_more))),
        EventBody::DeferredTriedAgain { round } => {
            Some(format!("nothing else is left to do: deferred creations get turn {round}"))
        }
        EventBody::BucketDiffers { difference, .. } => {
            named(format!("differs: {}", super::verification::bucket_difference(difference)))
        }
        EventBody::StepSkipRequested { reason, .. } => named(format!("skipped: {reason}")),
        EventBody::StepRecopyRequested { .. } => named("what differs is copied again".into()),
        EventBody::CatchUpRequested { by, .. } => Some(format!("catching up, asked for by {by}")),
        EventBody::Noted { text, .. } => Some(format!("note: {text}")),
        EventBody::RunPaused => Some("paused".into()),
        EventBody::CutOverRequested { by } => Some(format!("{by} gave the word to cut over")),
        EventBody::ResumeRequested { by } => Some(format!("resumed by {by}")),
        EventBody::CancelRequested { by } => Some(format!("cancelled by {by}")),
        EventBody::Stopped { resource, .. } => Some(format!("stopped {resource}")),
        EventBody::Restarted { resource, .. } => Some(format!("started {resource} again")),
        _ => None,
    }
}

/// How far the copy of a step has come, for pipes.
pub fn copy_line(step: &StepView, view: &RunView) -> String {
    let total = match step.rows_total.known() {
        Some(total) => format!(" of {total}"),
        None => String::new(),
    };
    format!("{} {}{total} rows, {} rows/s", step_head(step, view), step.rows_done.value, step.rows_per_second)
}

/// `[12/118] copy rows stream sales.orders`.
pub fn step_head(step: &StepView, view: &RunView) -> String {
    let position = view.steps.iter().position(|other| other.number == step.number).map_or(0, |at| at + 1);
    format!("[{position}/{}] {} {}:", view.steps.len(), super::step_action(step.action), step.resource)
}

/// How a run ended, in one line.
pub fn run_end(view: &RunView) -> String {
    let n_done = view.n_in(StepState::Done) + view.n_in(StepState::Skipped);
    let (n_failed, n_blocked) = (view.n_in(StepState::Failed), view.n_in(StepState::Blocked));
    let rows: u64 = view.steps.iter().filter(|s| s.action == StepAction::Copy).map(|s| s.rows_done.value).sum();
    // A clock may have been set back meanwhile.
    let elapsed_s = (view.updated_at_ms - view.created_at_ms).max(0) / 1000;
    let n_steps = view.steps.len();
    let numbers = match view.mode {
        RunMode::Migrate => format!("{n_done} of {n_steps} steps done, {rows} rows copied, {elapsed_s} s"),
        RunMode::Clean => format!("{n_done} of {n_steps} resources removed, {elapsed_s} s"),
    };
    match view.state {
        RunState::Done if !view.unverified().is_empty() => {
            let streams: Vec<String> = view.unverified().iter().map(|stream| stream.path()).collect();
            format!("Copied, not verified: {numbers}. Nothing compared {}.", streams.join(", "))
        }
        RunState::Done => format!("Done: {numbers}{}.", verified(view)),
        RunState::Failed => {
            let why = view.error.as_ref().map(|error| format!(" {error}")).unwrap_or_default();
            format!("Failed: {numbers}, {n_failed} failed, {n_blocked} not tried.{why}")
        }
        RunState::AwaitingCutOver => {
            let run = view.summary(crate::RunId::new(""));
            format!("{} {rows} rows copied, {elapsed_s} s.\n{CUT_OVER_REMEDY}", super::run_sentence(&run))
        }
        RunState::Deferred => {
            let run = view.summary(crate::RunId::new(""));
            let reasons = view.steps.iter().filter(|step| step.state == StepState::Deferred);
            let reasons: Vec<String> = reasons
                .map(|step| {
                    format!(
                        "\n  step {}: {}",
                        step.number,
                        step.error.as_ref().map_or(String::new(), ToString::to_string)
                    )
                })
                .collect();
            format!("{} {}{}\n{}", super::run_sentence(&run), numbers, reasons.concat(), DEFERRED_REMEDY)
        }
        RunState::Cancelled => format!("Cancelled: {numbers}."),
        state => format!("{}: {numbers}.", super::run_state(state)),
    }
}

/// The way on where a run waits for the word.
pub const CUT_OVER_REMEDY: &str = "Views, sources, sinks and what else writes or acts by itself start on the target with `ferry run -p PLAN --cut-over`. \
     `--catch-up` copies rows that came since, as often as you like before that.";

/// The way on where creations are deferred.
pub const DEFERRED_REMEDY: &str = "Make these systems reachable for the target, then start the same command again: it tries the deferred creations \
     alone, and what waits for them. `--retry STEP` tries one, `--skip STEP --reason TEXT` goes on without one.";

/// `, 3 streams verified`, and how; nothing where nothing was copied.
fn verified(view: &RunView) -> String {
    let shown = view.steps.iter().filter_map(|step| step.verified);
    let by_level = CompareLevel::ALL.map(|level| (level, shown.clone().filter(|one| one.level == level).count()));
    let said: Vec<String> = by_level
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(level, n)| format!("{n} by {}", super::verification::compare_level(level)))
        .collect();
    if said.is_empty() { String::new() } else { format!(", streams verified: {}", said.join(", ")) }
}

/// Where the console listens.
pub fn listens(address: &str) -> String {
    format!("Ferry listens on {address}")
}

/// The link for the first administrator.
pub fn first_link(address: &str) -> String {
    format!(
        "Nobody can sign in yet. Open this link once, within 24 hours, to become the administrator:\n\n    {address}\n"
    )
}

/// The site is missing.
pub fn site_missing(looked: &[String]) -> String {
    format!(
        "The browser's part of the console was not found. Looked in: {}. Make it with `cargo xtask build`, or name its folder with --site.",
        looked.join(", ")
    )
}

/// Plain HTTP beyond this machine.
pub const PLAIN_HTTP: &str =
    "Sessions travel without encryption (--plain-http). Use it only behind a network you trust.";

/// The demo is ready.
pub fn demo_ready(link: &str) -> String {
    format!(
        "The demo is ready: a source with data, an empty target, and a migration between them.\nOpen this link once, choose a name and a password, then press Run:\n\n    {link}\n\nCtrl-C ends the demo and removes everything it made."
    )
}

/// No run is recorded.
pub fn no_runs(place: &str) -> String {
    format!("No runs are recorded in {place}.")
}

/// The console does not answer.
pub fn unhealthy(address: &str, cause: &str) -> String {
    format!("Ferry on {address} is not healthy: {cause}.")
}

/// The data directory cannot be guessed.
pub const NO_DATA_DIR: &str =
    "There is no home directory for the record. Name a folder with --data-dir or FERRY_DATA_DIR.";
