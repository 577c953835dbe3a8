//! What lists and pages show of migrations, plans and runs: the answers of the console, as they cross the wire.

use serde::{Deserialize, Serialize};

use crate::{
    CaptureProblem, Count, LedgerState, LeftOut, MigrationId, ResourceName, Role, RunId, RunMode, RunState, StepNumber,
    StepSummary, UserId,
};

/// Where a migration stands; [`crate::messages::migration_state`] says it in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MigrationState {
    /// Only a configuration exists.
    NoPlan,
    /// The source is being captured.
    Planning,
    /// The last attempt to make a plan failed.
    PlanFailed {
        /// What failed, why, and what to do.
        error: crate::FerryError,
    },
    /// A plan exists and nothing was run, or everything that was run was cleaned.
    Planned {
        /// The newest revision's number.
        revision: u32,
        /// How many steps it has.
        n_steps: u32,
        /// Its digest: what a run is started with.
        digest: String,
    },
    /// A run exists; the state is that of the newest run.
    Run {
        /// The newest run.
        run: RunSummary,
    },
}

/// The one thing to do next; [`crate::messages::next_action`] says it on a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextAction {
    /// Capture the source and make a plan.
    MakePlan,
    /// Start a run of the newest revision.
    StartRun {
        /// How many steps it has.
        n_steps: u32,
        /// The target's timeplusd address.
        target: String,
        /// The digest of the revision that the button names.
        digest: String,
    },
    /// Look at the run that is under way.
    Watch {
        /// Which run.
        run: RunId,
    },
    /// Let a paused run go on.
    Resume {
        /// Which run.
        run: RunId,
    },
    /// Give the word to cut over, or let newer rows follow first.
    CutOver {
        /// Which run.
        run: RunId,
    },
    /// Try the failed and blocked steps of a run again.
    Retry {
        /// Which run.
        run: RunId,
        /// Steps that failed or were blocked.
        n_steps: u32,
    },
    /// Remove what the run made, for example to start again.
    Clean,
    /// Everything is done.
    Nothing,
}

/// One migration, as lists and page headers show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrationSummary {
    /// Which migration.
    pub id: MigrationId,
    /// What people call it.
    pub name: String,
    /// The source's timeplusd address.
    pub source: String,
    /// The target's timeplusd address; `None` where only definitions are captured.
    pub target: Option<String>,
    /// Where it stands.
    pub state: MigrationState,
    /// What to do next.
    pub next: NextAction,
    /// When it was created, in milliseconds since 1970.
    pub created_at_ms: i64,
    /// When something last happened, in milliseconds since 1970.
    pub updated_at_ms: i64,
    /// Whether it was archived: kept, and no longer listed.
    pub is_archived: bool,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingSeverity {
    /// The run refuses to start.
    Blocks,
    /// Data, security or time is at risk.
    Risk,
    /// Worth knowing.
    Note,
}

/// A risk or problem that planning noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingSummary {
    /// The rule that found it.
    pub rule: String,
    /// How much it matters.
    pub severity: FindingSeverity,
    /// The step it is about, where it is about one.
    pub step: Option<StepNumber>,
    /// What was found, in one sentence.
    pub text: String,
    /// What to do about it.
    pub remedy: String,
}

/// What came of keeping a text while somebody types. The editor's script reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeping {
    /// It is in the draft.
    Kept {
        /// The digest of the text as it is kept.
        digest: String,
        /// Goes with the next text: while nothing else changed the draft, that one belongs to the same edit.
        stamp: String,
    },
    /// It is not.
    Refused {
        /// Why, for people.
        why: String,
    },
}

/// The newest revision of a migration's plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanOverview {
    /// The revision's number, counted from 1.
    pub revision: u32,
    /// SHA-256 over the canonical form of what will run, in hexadecimal.
    pub digest: String,
    /// Who made it.
    pub made_by: String,
    /// When, in milliseconds since 1970.
    pub made_at_ms: i64,
    /// Every step in order.
    pub steps: Vec<StepSummary>,
    /// What planning noticed.
    pub findings: Vec<FindingSummary>,
    /// What could not be read from the source.
    pub problems: Vec<CaptureProblem>,
    /// What was seen and is not carried.
    pub left_out: Vec<LeftOut>,
}

/// One run, as lists show it; everything is computed from its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSummary {
    /// Which run.
    pub id: RunId,
    /// Whose run.
    pub migration: MigrationId,
    /// Why it exists.
    pub mode: RunMode,
    /// Where it stands.
    pub state: RunState,
    /// Who asked for it.
    pub started_by: String,
    /// When its first event was stored.
    pub created_at_ms: i64,
    /// When its last event was stored.
    pub updated_at_ms: i64,
    /// How many steps it has.
    pub n_steps: u32,
    /// Steps done or skipped.
    pub n_done: u32,
    /// Steps failed.
    pub n_failed: u32,
    /// Steps not tried because one before them failed.
    pub n_blocked: u32,
    /// Steps deferred because the target cannot reach what they need.
    #[serde(default)]
    pub n_deferred: u32,
    /// Streams that were copied and that no comparison vouches for.
    #[serde(default)]
    pub n_unverified: u32,
    /// Rows written by all copies.
    pub rows_done: Count,
    /// Rows to write by all copies.
    pub rows_total: Count,
}

/// What a clean would remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanPreview {
    /// The target's timeplusd address.
    pub target: String,
    /// What must be typed to confirm: the migration's name.
    pub confirm_with: String,
    /// What runs made by the record, in the order of removal.
    pub entries: Vec<CleanEntry>,
    /// Why the target could not be asked what still exists.
    pub problem: Option<crate::FerryError>,
    /// When it was asked, in milliseconds since 1970.
    pub asked_at_ms: i64,
}

/// Whether something is on a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// It is there.
    There,
    /// It is not there.
    Gone,
    /// The deployment could not be asked.
    Unknown,
}

/// One thing that a clean would remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanEntry {
    /// What it is.
    pub resource: ResourceName,
    /// The step that made it.
    pub step: StepNumber,
    /// How far its making went, by the record.
    pub state: LedgerState,
    /// Whether it is on the target now.
    pub presence: Presence,
}

impl CleanPreview {
    /// The names of what would be removed.
    pub fn names(&self) -> impl Iterator<Item = &ResourceName> {
        self.entries.iter().map(|entry| &entry.resource)
    }

    /// How many of the entries are known to be gone.
    pub fn n_gone(&self) -> usize {
        self.entries.iter().filter(|entry| entry.presence == Presence::Gone).count()
    }
}

/// A person who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSummary {
    /// Who it is.
    pub id: UserId,
    /// The name people sign in with.
    pub name: String,
    /// What they may do.
    pub role: Role,
}
