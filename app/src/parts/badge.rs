//! States as an icon and a word; the colour only repeats what they say.

use ferry_model::messages::{run_state, step_state};
use ferry_model::{MigrationState, RunState, StepState};
use leptos::prelude::*;

use super::icon::Icon;

/// The colour of a badge or notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say.
    Plain,
    /// Something happens now.
    Active,
    /// It ended well.
    Done,
    /// Somebody should look.
    Risk,
    /// It cannot go on.
    Blocks,
}

impl Tone {
    /// The style's class.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "tone-plain",
            Self::Active => "tone-active",
            Self::Done => "tone-done",
            Self::Risk => "tone-risk",
            Self::Blocks => "tone-blocks",
        }
    }
}

/// What a badge shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The colour.
    pub tone: Tone,
    /// The icon's name.
    pub icon: &'static str,
    /// The word.
    pub word: &'static str,
}

/// An icon and a word.
#[component]
pub fn Badge(
    /// What it shows.
    #[prop(into)]
    mark: Signal<Mark>,
) -> impl IntoView {
    view! {
        <span class=move || format!("badge {}", mark.get().tone.class())>
            <Icon name=Signal::derive(move || mark.get().icon) />
            <span>{move || mark.get().word}</span>
        </span>
    }
}

impl From<StepState> for Mark {
    fn from(state: StepState) -> Self {
        let (tone, icon) = match state {
            StepState::Pending => (Tone::Plain, "circle-dashed"),
            StepState::Waiting => (Tone::Plain, "clock"),
            StepState::Running => (Tone::Active, "loader-circle"),
            StepState::Done => (Tone::Done, "circle-check"),
            StepState::Skipped => (Tone::Plain, "skip-forward"),
            StepState::Failed => (Tone::Blocks, "circle-x"),
            StepState::Blocked => (Tone::Risk, "circle-slash"),
            StepState::Deferred => (Tone::Risk, "clock"),
        };
        Self { tone, icon, word: step_state(state) }
    }
}

impl From<RunState> for Mark {
    fn from(state: RunState) -> Self {
        let (tone, icon) = match state {
            RunState::Created => (Tone::Plain, "circle-dashed"),
            RunState::Running => (Tone::Active, "loader-circle"),
            RunState::Pausing | RunState::Paused => (Tone::Risk, "pause"),
            RunState::AwaitingCutOver => (Tone::Risk, "clock"),
            RunState::Cancelling | RunState::Cancelled => (Tone::Plain, "circle-stop"),
            RunState::Failed => (Tone::Blocks, "circle-x"),
            RunState::Deferred => (Tone::Risk, "clock"),
            RunState::Done => (Tone::Done, "circle-check"),
        };
        Self { tone, icon, word: run_state(state) }
    }
}

impl From<&MigrationState> for Mark {
    fn from(state: &MigrationState) -> Self {
        let (tone, icon, word) = match state {
            MigrationState::NoPlan => (Tone::Plain, "circle-dashed", "no plan"),
            MigrationState::Planning => (Tone::Active, "loader-circle", "planning"),
            MigrationState::PlanFailed { .. } => (Tone::Blocks, "circle-x", "plan failed"),
            MigrationState::Planned { .. } => (Tone::Plain, "list-checks", "planned"),
            MigrationState::Run { run } => return run.state.into(),
        };
        Self { tone, icon, word }
    }
}
