//! The engine: takes a run from wherever its events left it to its end.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use ferry_model::messages::engine as messages;
use ferry_model::{
    Event, EventBody, Fence, FerryError, Journal, LeaseOwner, Ledger, RunId, RunState, RunView, SecretMap, StepAction,
    StepState, StepView,
};
use ferry_plan::{CutOver, Settings};
use futures::FutureExt;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::drive::{Drive, Halt};
use crate::past::Past;
use crate::program::{self, Program, SOURCE_PASSWORD_KEY};
use crate::schedule::Limits;
use crate::steps::{RecordRequest, Shared};
use crate::{CleanRequest, Control, EngineError, EventFeed, Pace, RunRequest, Site, Wish, marker, preflight, site};

/// Events that steps may want stored at the same time.
const N_REQUESTS: usize = 256;

/// Runs plans and cleans. Everything it knows of a run it reads from the journal.
pub struct Engine<J> {
    journal: Arc<J>,
    feed: EventFeed<J>,
    pace: Pace,
}

impl<J: Journal> Engine<J> {
    /// An engine that writes to a journal.
    pub fn new(journal: Arc<J>) -> Self {
        Self::with_pace(journal, Pace::default())
    }

    /// An engine with waiting times and limits of its own.
    pub fn with_pace(journal: Arc<J>, pace: Pace) -> Self {
        Self { feed: EventFeed::new(journal.clone()), journal, pace }
    }

    /// Where the events of all runs can be followed.
    pub fn feed(&self) -> EventFeed<J> {
        self.feed.clone()
    }

    /// Starts a run, or takes it up where its events left it: what was in flight is probed first. A run that
    /// failed or was cancelled gives its failed and blocked steps another turn. Comes back when the run is over;
    /// while it is paused, it waits.
    ///
    /// # Errors
    /// [`EngineError::Refused`] where nothing was changed because something stands in the way;
    /// [`EngineError::Journal`] and [`EngineError::Interrupted`] where the run can be taken up again.
    pub async fn run(&self, request: RunRequest) -> Result<RunView, EngineError> {
        let created = program::run_created(&request.plan, &request.migration, &request.started_by);
        let past = self.taken_up(&request.run, request.fence, created, Ledger::default()).await?;
        if past.view.state == RunState::Done && request.wish == Wish::GoOn {
            return Ok(past.view);
        }
        request.wish.check(&past.view).map_err(EngineError::Refused)?;
        let owner = &request.owner;
        let mut drive = self.drive(DriveParts {
            run: request.run.clone(),
            fence: request.fence,
            control: request.control.clone(),
            source: Some(site::source_of(&request.plan, &request.source)),
            target: request.target.clone(),
            secrets: secrets_of(&request),
            past,
            limits: Limits::of(&request.plan.settings),
        });
        self.begin(&mut drive, owner, &request.started_by, &request.wish).await?;
        if drive.look(|past| past.view.plan_digest != request.plan.digest()) {
            return self.refuse(&mut drive, messages::plan_differs_from_run()).await;
        }
        let checked = preflight::check(&request, &drive.look(Past::clone)).await;
        let notes = match checked {
            Ok(preflight) => preflight.notes,
            Err(error) => return self.refuse(&mut drive, error).await,
        };
        if drive.look(|past| past.made_on_target(&marker::name()).is_none()) {
            let notes = notes.into_iter().map(|text| EventBody::Noted { step: None, text }).collect::<Vec<_>>();
            if !notes.is_empty() {
                drive.store(notes).await?;
            }
        }
        let program = program::of_plan(&request.plan, &request.helper_login, &*request.target);
        drive.program = match program {
            Ok(program) => program,
            Err(error) => return self.refuse(&mut drive, error).await,
        };
        drive.catch_up_rounds = request.plan.settings.catch_up_rounds;
        drive.awaits_word = request.plan.settings.cut_over == CutOver::OnRequest;
        drive.deferred_rounds = request.plan.settings.deferred_rounds;
        // A comparison changes nothing on the target, not even for a moment.
        drive.only_compares = drive.look(only_compares);
        if drive.only_compares {
            return drive.carry_out().await;
        }
        if let Err(halt) = enter_target(&mut drive, &request.started_by, owner).await {
            return self.stopped(&mut drive, halt).await;
        }
        if let Err(halt) = try_to_pull(&mut drive, &request).await {
            return self.stopped(&mut drive, halt).await;
        }
        drive.carry_out().await
    }

    /// Removes from the target what the ledger lists, in reverse order, as a journaled run of its own. It can be
    /// repeated and taken up like every run.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn clean(&self, request: CleanRequest) -> Result<RunView, EngineError> {
        let address = request.target.address();
        let created = program::clean_created(&request.ledger, &request.migration, &address, &request.started_by);
        let past = self.taken_up(&request.run, request.fence, created, request.ledger.clone()).await?;
        if past.view.state == RunState::Done {
            return Ok(past.view);
        }
        let steps: Vec<_> = past.view.steps.iter().map(summary_of).collect();
        let program = program::of_ledger(&steps, &past.ledger);
        let is_recorded = past.made_on_target(&marker::name()).is_some();
        let mut drive = self.drive(DriveParts {
            run: request.run.clone(),
            fence: request.fence,
            control: request.control.clone(),
            source: None,
            target: request.target.clone(),
            secrets: SecretMap::default(),
            past,
            // A clean copies and compares nothing.
            limits: Limits::of(&Settings::default()),
        });
        drive.program = program;
        self.begin(&mut drive, &request.owner, &request.started_by, &Wish::GoOn).await?;
        if let Err(error) = marker::require_free(&*request.target, is_recorded).await {
            return self.refuse(&mut drive, error).await;
        }
        if let Err(halt) = enter_target(&mut drive, &request.started_by, &request.owner).await {
            return self.stopped(&mut drive, halt).await;
        }
        drive.carry_out().await
    }

    /// What the journal knows of the run, which it has a first event of from now on.
    async fn taken_up(
        &self,
        run: &RunId,
        fence: Fence,
        created: EventBody,
        ledger: Ledger,
    ) -> Result<Past, EngineError> {
        let mut events: Vec<Event> = self.journal.read(run, 0).await?;
        if events.is_empty() {
            events = self.journal.append(run, fence, vec![created]).await?;
            self.feed.show(run, &events);
        }
        Ok(Past::fold_onto(ledger, &events))
    }

    fn drive(&self, parts: DriveParts) -> Drive<'_, J> {
        let DriveParts { run, fence, control, source, target, secrets, past, limits } = parts;
        let (record, requests) = mpsc::channel::<RecordRequest>(N_REQUESTS);
        let shared = Shared {
            run: run.as_str().to_owned(),
            source,
            target,
            secrets,
            cancel: CancellationToken::new(),
            limits,
            inserts: Semaphore::new(limits.n_copies),
            definitions: tokio::sync::Mutex::default(),
            pace: self.pace.clone(),
            quiet_since: Mutex::new(Instant::now()),
            past: Mutex::new(past),
            record,
        };
        Drive {
            journal: &self.journal,
            feed: &self.feed,
            run,
            fence,
            control,
            shared: Arc::new(shared),
            requests,
            program: Program::new(),
            interrupted: BTreeSet::new(),
            only_compares: false,
            catch_up_rounds: 0,
            awaits_word: false,
            deferred_rounds: 0,
        }
    }

    /// Records that a process took the run up, and what that means for steps that had failed.
    async fn begin(
        &self,
        drive: &mut Drive<'_, J>,
        owner: &LeaseOwner,
        by: &str,
        wish: &Wish,
    ) -> Result<(), EngineError> {
        let (wished, by, state) = (wish.body(by), by.to_owned(), drive.look(|past| past.view.state));
        let started = EventBody::RunStarted { owner: owner.as_str().to_owned() };
        let mut bodies = match state {
            state if state.is_over() => vec![wished.clone(), started],
            // What a person asked of the earlier process is still asked.
            RunState::Pausing | RunState::Paused => vec![started, EventBody::RunPaused],
            RunState::Cancelling => vec![started, EventBody::CancelRequested { by }],
            _ => vec![started],
        };
        if !state.is_over() && *wish != Wish::GoOn {
            bodies.push(wished);
        }
        let begun = |step: &&StepView| !step.state.is_over() && step.attempt > 0;
        drive.store(bodies).await?;
        drive.interrupted = drive.look(|past| past.view.steps.iter().filter(begun).map(|step| step.number).collect());
        Ok(())
    }

    /// Something stands in the way: the run ends here. It was refused before its first change where no step has
    /// begun.
    async fn refuse(&self, drive: &mut Drive<'_, J>, error: FerryError) -> Result<RunView, EngineError> {
        let untouched = drive.look(|past| past.view.steps.iter().all(|step| step.attempt == 0));
        drive.store(vec![EventBody::RunFailed { error: error.clone() }]).await?;
        if untouched { Err(EngineError::Refused(error)) } else { Ok(drive.look(|past| past.view.clone())) }
    }

    /// The run cannot begin, or go on, for a reason of its own: what it put up is taken down again.
    async fn stopped(&self, drive: &mut Drive<'_, J>, halt: Halt) -> Result<RunView, EngineError> {
        let error = match halt {
            Halt::Engine(error) => return Err(error),
            Halt::Failed(error) => error,
        };
        drive.restore_stopped().await?;
        drive.leave_target().await?;
        self.refuse(drive, error).await
    }
}

struct DriveParts {
    run: RunId,
    fence: Fence,
    control: Control,
    source: Option<Arc<dyn Site>>,
    target: Arc<dyn Site>,
    secrets: SecretMap,
    past: Past,
    limits: Limits,
}

/// The plan's secrets, and the password that helpers need.
fn secrets_of(request: &RunRequest) -> SecretMap {
    let mut secrets = request.secrets.clone();
    secrets.insert(SOURCE_PASSWORD_KEY, request.helper_login.password.clone());
    secrets
}

/// Whether everything else is done, and nothing is left behind.
fn only_compares(past: &Past) -> bool {
    let is_open = |step: &&StepView| !matches!(step.state, StepState::Done | StepState::Skipped);
    let mut open = past.view.steps.iter().filter(is_open);
    let has_marker = past.made_on_target(&marker::name()).is_some();
    !has_marker && past.taken_back.is_empty() && open.all(|step| step.action == StepAction::Compare)
}

fn summary_of(step: &StepView) -> ferry_model::StepSummary {
    ferry_model::StepSummary {
        number: step.number,
        action: step.action,
        resource: step.resource.clone(),
        rows_total: step.rows_total,
        after: step.after.clone(),
    }
}

async fn enter_target<J: Journal>(drive: &mut Drive<'_, J>, by: &str, owner: &LeaseOwner) -> Result<(), Halt> {
    let context = drive.context(marker::WHOLE_RUN);
    let owner = messages::marker_owner(by, owner);
    drive.alongside(async move { marker::acquire(&context, &owner).await }.boxed()).await
}

/// Before any resource is created, the target must show that it can pull: one helper is made and read through
/// (copy-safety 8). It is the helper of the first stream to copy, and serves that copy later.
async fn try_to_pull<J: Journal>(drive: &mut Drive<'_, J>, request: &RunRequest) -> Result<(), Halt> {
    let helper_of = |step| program::helper_of(&request.plan, step, &request.helper_login);
    let is_open = |step: &&StepView| {
        step.action == StepAction::Copy && step.state != StepState::Done && helper_of(step.number).is_some()
    };
    let untouched = drive.look(|past| past.view.steps.iter().all(|step| step.attempt == 0));
    let first = drive.look(|past| past.view.steps.iter().find(is_open).map(|step| step.number));
    let (Some(number), true) = (first, untouched) else { return Ok(()) };
    let Some(helper) = helper_of(number) else { return Ok(()) };
    let context = drive.context(number);
    let (test, tested) = (helper.clone(), context.clone());
    let result = drive.alongside(async move { test.try_to_pull(&tested).await }.boxed()).await;
    if let Err(Halt::Failed(_)) = &result {
        let removed = drive.alongside(async move { helper.remove(&context).await }.boxed()).await;
        if let Err(Halt::Engine(error)) = removed {
            return Err(Halt::Engine(error));
        }
    }
    result
}
