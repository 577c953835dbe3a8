//! What a run waits for, and what it says of that: limits, external systems, a person's word.

use std::collections::BTreeSet;
use std::time::Duration;

use ferry_model::messages::engine as messages;
use ferry_model::{EventBody, Journal, RunView, StepAction, StepNumber, StepState, StepView};
use futures::FutureExt;

use super::Drive;
use crate::schedule::{Limit, Limits, Turns};
use crate::steps::stop::keep_source_stopped;
use crate::{EngineError, marker, schedule};

impl<J: Journal> Drive<'_, J> {
    /// Whose turn has come.
    pub(super) fn turns(&self, in_flight: &BTreeSet<StepNumber>, holds_life: bool) -> Turns {
        let limits = Limits { holds_life, ..self.shared.limits };
        self.look(|past| schedule::turns(&past.view, in_flight, &past.taken_back, limits))
    }

    /// Says of steps whose turn has come which limit keeps them. Creations and removals go one after the other
    /// anyway; they say nothing of that.
    pub(super) async fn name_kept(&mut self, kept: Vec<(StepNumber, Limit)>) -> Result<(), EngineError> {
        let reason = |limit| match limit {
            Limit::OfAction(StepAction::Compare, n) => Some(messages::waits_for_comparisons(n)),
            Limit::OfAction(StepAction::Stop, n) => Some(messages::waits_for_stops(n)),
            Limit::OfAction(..) => None,
            Limit::OnSide(side, n) => Some(messages::waits_for_side(side, n)),
        };
        let is_new = |step| self.look(|past| past.view.step(step).is_some_and(|step| step.state == StepState::Pending));
        let bodies: Vec<EventBody> = kept
            .into_iter()
            .filter(|(step, _)| is_new(*step))
            .filter_map(|(step, limit)| Some(EventBody::StepWaiting { step, reason: reason(limit)? }))
            .collect();
        if bodies.is_empty() { Ok(()) } else { self.store(bodies).await }
    }

    /// Whether nobody has given the word for what lives on the target.
    pub(super) fn holds_life(&self) -> bool {
        self.awaits_word && !self.look(|past| past.is_cut_over)
    }

    /// Waits for a person's word, where nothing else keeps from starting what lives on the target (copy-safety 22).
    pub(super) async fn await_word(&mut self) -> Result<bool, EngineError> {
        if !self.holds_life() || self.turns(&BTreeSet::new(), false).ready.is_empty() {
            return Ok(false);
        }
        let is_held = |step: &&StepView| step.state == StepState::Pending && RunView::starts_life(step);
        let held: Vec<StepNumber> =
            self.look(|past| past.view.steps.iter().filter(is_held).map(|step| step.number).collect());
        let waiting = |step| EventBody::StepWaiting { step, reason: messages::WAITS_FOR_WORD.to_owned() };
        let bodies = held.into_iter().map(waiting).chain([EventBody::CutOverAwaited]);
        self.store(bodies.collect()).await?;
        Ok(true)
    }

    /// Hours may lie between the last copy and the word: what runs again on the source although this run had stopped it
    /// is stopped before its like starts on the target (copy-safety 23).
    pub(super) async fn keep_source_stopped(&mut self) -> Result<(), EngineError> {
        let context = self.context(marker::WHOLE_RUN);
        let kept = self.alongside(async move { keep_source_stopped(&context).await }.boxed()).await;
        self.note_failure(kept, messages::source_not_looked_at()).await
    }

    /// How long to wait before deferred creations are tried again; none where there are none, or they were tried as
    /// often as the plan says (copy-safety 26).
    pub(super) fn pause_before_deferred(&self) -> Option<Duration> {
        let (round, n_deferred) = self.look(|past| (past.n_deferred_rounds + 1, past.view.n_in(StepState::Deferred)));
        let is_due = n_deferred > 0 && !self.only_compares && u64::from(round) <= self.deferred_rounds;
        is_due.then(|| self.shared.pace.before_round(round))
    }

    /// Says of steps behind a deferred one that they wait for it.
    pub(super) async fn name_deferred(&mut self, in_flight: &BTreeSet<StepNumber>) -> Result<(), EngineError> {
        let waiting = self.look(|past| {
            let is_told = |step: StepNumber, reason: &str| {
                past.view.step(step).is_some_and(|view| view.state == StepState::Waiting && view.note == reason)
            };
            let waiting = schedule::waiting_for_deferred(&past.view, in_flight).into_iter();
            let waiting = waiting.map(|(step, on)| (step, messages::waits_for_deferred(on)));
            waiting.filter(|(step, reason)| !is_told(*step, reason)).collect::<Vec<_>>()
        });
        let bodies: Vec<EventBody> =
            waiting.into_iter().map(|(step, reason)| EventBody::StepWaiting { step, reason }).collect();
        if bodies.is_empty() { Ok(()) } else { self.store(bodies).await }
    }
}
