//! Drives a run: the only writer of its journal, and the only one who starts steps.

mod waits;

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use ferry_model::messages::engine as messages;
use ferry_model::{EventBody, Fence, Journal, RunId, RunState, RunView, Side, StepNumber};
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::control::Command;
use crate::past::Past;
use crate::program::Program;
use crate::schedule::Turns;
use crate::steps::copy::prove_ended;
use crate::steps::{Found, RecordRequest, Shared, StepContext, StepError, StepWork};
use crate::{Control, EngineError, EventFeed, Wish, marker, schedule};

/// A step that came to its end.
type Ended = (StepNumber, Result<String, StepError>);

/// A run that is being driven.
pub(crate) struct Drive<'a, J> {
    pub(crate) journal: &'a J,
    pub(crate) feed: &'a EventFeed<J>,
    pub(crate) run: RunId,
    pub(crate) fence: Fence,
    pub(crate) control: Control,
    pub(crate) shared: Arc<Shared>,
    pub(crate) requests: mpsc::Receiver<RecordRequest>,
    pub(crate) program: Program,
    /// Steps that an earlier process had begun: they are probed before they are done again.
    pub(crate) interrupted: BTreeSet<StepNumber>,
    /// Whether it only compares what an earlier process brought to its end: neither the target nor what was stopped
    /// is touched then.
    pub(crate) only_compares: bool,
    /// How often the plan wants rows that came later copied before anything lives on the target.
    pub(crate) catch_up_rounds: u64,
    /// Whether what lives on the target starts only when a person gives the word.
    pub(crate) awaits_word: bool,
    /// How often the plan wants deferred creations tried again when nothing else is left to do.
    pub(crate) deferred_rounds: u64,
}

impl<J: Journal> Drive<'_, J> {
    /// Takes the run to its end, or to the reason why not.
    pub(crate) async fn carry_out(&mut self) -> Result<RunView, EngineError> {
        let mut running: FuturesUnordered<BoxFuture<'static, Ended>> = FuturesUnordered::new();
        let mut in_flight = BTreeSet::new();
        let mut may_start = true;
        let mut looks_at_source = self.awaits_word && !self.only_compares && self.look(Past::has_life_to_start);
        // When deferred creations get their next turn, while nothing else is left to do.
        let mut next_round: Option<Instant> = None;
        loop {
            if std::mem::take(&mut may_start) {
                if looks_at_source && self.look(|past| past.is_cut_over) {
                    looks_at_source = false;
                    self.keep_source_stopped().await?;
                }
                self.block_dependents(&in_flight).await?;
                self.name_deferred(&in_flight).await?;
                if self.state() == RunState::Running {
                    self.catch_up().await?;
                    self.launch(&mut running, &mut in_flight).await?;
                }
            }
            if running.is_empty() {
                match self.state() {
                    RunState::Cancelling => return self.cancelled().await,
                    RunState::Pausing => self.store(vec![EventBody::RunPaused]).await?,
                    RunState::Running => match self.pause_before_deferred() {
                        Some(pause) => _ = next_round.get_or_insert_with(|| Instant::now() + pause),
                        None if self.await_word().await? => {}
                        None => return self.finished().await,
                    },
                    _ => {}
                }
            }
            if !running.is_empty() || self.state() != RunState::Running {
                next_round = None;
            }
            let round_begins = tokio::time::sleep_until(next_round.unwrap_or_else(Instant::now));
            tokio::select! {
                biased;
                Some(request) = self.requests.recv() => {
                    // What a step took away may have to be made again.
                    may_start = request.bodies.iter().any(|body| matches!(body, EventBody::Dropped { .. }));
                    self.serve(request).await?;
                }
                Some(ended) = running.next(), if !running.is_empty() => {
                    in_flight.remove(&ended.0);
                    self.ended(ended).await?;
                    may_start = true;
                }
                command = self.control.next() => {
                    self.obey(command).await?;
                    may_start = true;
                }
                () = round_begins, if next_round.is_some() => {
                    next_round = None;
                    let round = self.look(|past| past.n_deferred_rounds) + 1;
                    self.store(vec![EventBody::DeferredTriedAgain { round }]).await?;
                    may_start = true;
                }
            }
        }
    }

    /// Runs one piece of work that belongs to the whole run, and stores what it records.
    pub(crate) async fn alongside<T>(&mut self, work: BoxFuture<'_, Result<T, StepError>>) -> Result<T, Halt> {
        let mut work = work;
        loop {
            tokio::select! {
                biased;
                Some(request) = self.requests.recv() => self.serve(request).await.map_err(Halt::Engine)?,
                result = &mut work => {
                    return result.map_err(|error| match error {
                        StepError::Failed(error) | StepError::Deferred(error) => Halt::Failed(error),
                        StepError::Postponed(text) | StepError::Cancelled(text) => Halt::Failed(messages::run_was_cancelled(&text)),
                        StepError::RecordClosed => Halt::Engine(EngineError::Interrupted),
                    });
                }
            }
        }
    }

    /// Stores events, folds them, and only then shows them.
    pub(crate) async fn store(&mut self, bodies: Vec<EventBody>) -> Result<(), EngineError> {
        let events = self.journal.append(&self.run, self.fence, bodies).await?;
        {
            let mut past = self.shared.past.lock().unwrap_or_else(PoisonError::into_inner);
            events.iter().for_each(|event| past.apply(event));
        }
        self.feed.show(&self.run, &events);
        Ok(())
    }

    pub(crate) fn context(&self, step: StepNumber) -> StepContext {
        StepContext { step, shared: self.shared.clone() }
    }

    pub(crate) fn look<T>(&self, question: impl FnOnce(&Past) -> T) -> T {
        question(&self.shared.past.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn state(&self) -> RunState {
        self.look(|past| past.view.state)
    }

    /// Everything is copied and compared, and rows came meanwhile: they follow as often as the plan says, before what
    /// writes or acts by itself starts on the target (copy-safety 22).
    async fn catch_up(&mut self) -> Result<(), EngineError> {
        let (n_rounds, is_awaited) = self.look(|past| (past.n_rounds, past.view.awaits_catch_up()));
        if self.only_compares || !is_awaited || n_rounds >= self.catch_up_rounds {
            return Ok(());
        }
        let by = messages::THE_PLAN.to_owned();
        self.store(vec![EventBody::CatchUpRequested { by, round: n_rounds + 1 }]).await
    }

    async fn launch(
        &mut self,
        running: &mut FuturesUnordered<BoxFuture<'static, Ended>>,
        in_flight: &mut BTreeSet<StepNumber>,
    ) -> Result<(), EngineError> {
        let Turns { ready, kept } = self.turns(in_flight, self.holds_life());
        self.name_kept(kept).await?;
        for step in ready {
            let attempt = self.look(|past| past.view.step(step).map_or(0, |view| view.attempt)) + 1;
            self.store(vec![EventBody::StepStarted { step, attempt }]).await?;
            let Some(work) = self.program.get(&step).cloned() else {
                let error = messages::step_lacks(step, "its place in the plan");
                self.store(vec![EventBody::StepFailed { step, error }]).await?;
                continue;
            };
            in_flight.insert(step);
            let context = self.context(step);
            running.push(match self.interrupted.remove(&step) {
                true => probe_and_run(work, context).boxed(),
                false => async move { (step, work.run(&context).await) }.boxed(),
            });
        }
        Ok(())
    }

    async fn serve(&mut self, request: RecordRequest) -> Result<(), EngineError> {
        self.store(request.bodies).await?;
        if let Some(stored) = request.stored {
            // A step that was dropped meanwhile no longer listens.
            let _ = stored.send(());
        }
        Ok(())
    }

    async fn ended(&mut self, (step, result): Ended) -> Result<(), EngineError> {
        // Progress that was reported in the same moment comes before the end.
        while let Ok(request) = self.requests.try_recv() {
            self.serve(request).await?;
        }
        let body = match result {
            Ok(checked) => EventBody::StepDone { step, checked },
            Err(StepError::Failed(error)) => EventBody::StepFailed { step, error },
            Err(StepError::Cancelled(text)) => {
                EventBody::StepFailed { step, error: messages::run_was_cancelled(&text) }
            }
            Err(StepError::Postponed(reason)) => EventBody::StepWaiting { step, reason },
            Err(StepError::Deferred(error)) => {
                let n_rounds = u64::from(self.look(|past| past.n_deferred_rounds));
                let n_more = self.deferred_rounds.saturating_sub(n_rounds);
                EventBody::StepDeferred { step, error, n_more: u32::try_from(n_more).unwrap_or(u32::MAX) }
            }
            Err(StepError::RecordClosed) => return Err(EngineError::Interrupted),
        };
        self.store(vec![body]).await
    }

    async fn block_dependents(&mut self, in_flight: &BTreeSet<StepNumber>) -> Result<(), EngineError> {
        let blocked = self.look(|past| schedule::blocked(&past.view, in_flight));
        let bodies: Vec<EventBody> =
            blocked.into_iter().map(|(step, by)| EventBody::StepBlocked { step, by }).collect();
        if bodies.is_empty() { Ok(()) } else { self.store(bodies).await }
    }

    /// Takes a person's command; one that does not fit the run's state changes nothing.
    async fn obey(&mut self, command: Command) -> Result<(), EngineError> {
        use RunState::{AwaitingCutOver, Cancelling, Paused, Pausing, Running};
        let body = match (command, self.state()) {
            (Command::Shutdown, _) => return Err(EngineError::Interrupted),
            (Command::Pause { by }, Running) => EventBody::PauseRequested { by },
            (Command::Resume { by }, Pausing | Paused) => EventBody::ResumeRequested { by },
            // A retry of everything lets a run go on; other wishes wait where it stands.
            (Command::Wish { wish: Wish::GoOn, .. }, Pausing | Paused) => return Ok(()),
            (Command::Wish { by, wish }, Running | Pausing | Paused | AwaitingCutOver) => {
                match self.look(|past| wish.check(&past.view)) {
                    Ok(()) => wish.body(&by),
                    Err(_) => return Ok(()),
                }
            }
            (Command::Cancel { .. }, Cancelling) => return Ok(()),
            (Command::Cancel { by }, _) => EventBody::CancelRequested { by },
            _ => return Ok(()),
        };
        let cancels = matches!(body, EventBody::CancelRequested { .. });
        self.store(vec![body]).await?;
        if cancels {
            self.shared.cancel.cancel();
        }
        Ok(())
    }

    async fn cancelled(&mut self) -> Result<RunView, EngineError> {
        self.end_interrupted().await?;
        self.restore_stopped().await?;
        self.leave_target().await?;
        self.store(vec![EventBody::RunCancelled]).await?;
        Ok(self.look(|past| past.view.clone()))
    }

    /// Steps that an earlier process left in flight: what they sent is proved to have ended, and they are not done.
    async fn end_interrupted(&mut self) -> Result<(), EngineError> {
        for step in std::mem::take(&mut self.interrupted) {
            let context = self.context(step);
            let ended = self.alongside(async move { prove_ended(&context).await }.boxed()).await;
            let error = match ended {
                Ok(()) => messages::run_was_cancelled(&messages::left_by_interruption()),
                Err(Halt::Failed(error)) => error,
                Err(Halt::Engine(error)) => return Err(error),
            };
            self.store(vec![EventBody::StepFailed { step, error }]).await?;
        }
        Ok(())
    }

    async fn finished(&mut self) -> Result<RunView, EngineError> {
        use ferry_model::StepState::{Blocked, Deferred, Done, Failed, Skipped, Waiting};
        self.block_dependents(&BTreeSet::new()).await?;
        let count = |state| self.look(|past| u32::try_from(past.view.n_in(state)).unwrap_or(u32::MAX));
        let (n_done, n_failed, n_deferred) = (count(Done) + count(Skipped), count(Failed), count(Deferred));
        let n_blocked = count(Blocked) + n_deferred + count(Waiting);
        if n_failed + n_blocked > 0 {
            self.restore_stopped().await?;
        }
        self.leave_target().await?;
        self.store(vec![EventBody::RunFinished { n_done, n_failed, n_blocked, n_deferred }]).await?;
        Ok(self.look(|past| past.view.clone()))
    }

    /// After a failure or a cancel, what was stopped runs again exactly as before (copy-safety 23). What this
    /// run created stays as its settings want it.
    pub(crate) async fn restore_stopped(&mut self) -> Result<(), EngineError> {
        if self.only_compares {
            return Ok(());
        }
        for stopped in self.look(|past| past.stopped.clone()) {
            // What was carried has the same name on both sides.
            let is_own =
                stopped.side == Side::Target && self.look(|past| past.made_on_target(&stopped.resource).is_some());
            if is_own {
                continue;
            }
            let context = self.context(stopped.step);
            let (resource, server_id) = (stopped.resource.clone(), stopped.server_id.clone());
            let work = crate::steps::stop::Stop { side: stopped.side, resource, server_id };
            let undone = self.alongside(async move { work.undo(&context).await }.boxed()).await;
            self.note_failure(undone, messages::restart_by_hand(&stopped.resource)).await?;
        }
        Ok(())
    }

    /// Takes the marker down. Where that fails it stays in the ledger, and the next run or clean takes it over.
    pub(crate) async fn leave_target(&mut self) -> Result<(), EngineError> {
        if self.only_compares {
            return Ok(());
        }
        let context = self.context(marker::WHOLE_RUN);
        let released = self.alongside(async move { marker::release(&context).await }.boxed()).await;
        self.note_failure(released, messages::marker_stays()).await
    }

    async fn note_failure(&mut self, result: Result<(), Halt>, text: String) -> Result<(), EngineError> {
        match result {
            Ok(()) => Ok(()),
            Err(Halt::Engine(error)) => Err(error),
            Err(Halt::Failed(error)) => {
                self.store(vec![EventBody::Noted { step: None, text: format!("{text} {error}") }]).await
            }
        }
    }
}

/// Why work for the whole run did not come to its end.
pub(crate) enum Halt {
    /// It failed; people read why.
    Failed(ferry_model::FerryError),
    /// The engine itself cannot go on.
    Engine(EngineError),
}

/// Asks how far an interrupted step came, records the answer, and does what is left.
async fn probe_and_run(work: Arc<dyn StepWork>, context: StepContext) -> Ended {
    let step = context.step;
    let result = async {
        let found = work.probe(&context).await?;
        let (text, done) = match found {
            Found::Done(text) => (text, true),
            Found::NotDone(text) => (text, false),
        };
        context.record(vec![EventBody::StepProbed { step, found: text.clone() }]).await?;
        if done { Ok(text) } else { work.run(&context).await }
    };
    let result = result.await;
    (step, result)
}
