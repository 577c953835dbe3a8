//! Events: the numbered facts about a run, stored before they are shown.

mod form;
mod step;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    BucketDifference, Count, FerryError, MigrationId, QueryId, ResourceName, RunMode, SlicePart, SplitByHash,
    StepNumber, StepSummary, TimeRange, Verification,
};

/// The version that new events are written with. Versions only ever add fields and kinds.
pub const EVENT_VERSION: u16 = 1;

/// One of the two deployments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Where resources and rows come from.
    Source,
    /// Where they go to.
    Target,
}

/// A slice that stays on the target when others are copied again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSlice {
    /// Which slice, counted from 0.
    pub slice: u32,
    /// Its rows.
    pub n_rows: u64,
}

/// One event of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Number within the run, counted from 1 without gaps.
    pub seq: u64,
    /// When the journal stored it, in milliseconds since 1970 on Ferry's clock.
    pub at_ms: i64,
    /// [`EVENT_VERSION`] of the Ferry that wrote it.
    pub version: u16,
    /// What happened.
    pub body: EventBody,
}

impl Event {
    /// An event of this version.
    pub fn new(seq: u64, at_ms: i64, body: EventBody) -> Self {
        Self { seq, at_ms, version: EVENT_VERSION, body }
    }
}

/// What happened. An event kind of a newer Ferry is kept raw as [`EventBody::Unknown`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventBody {
    /// The run exists: its steps, and what it belongs to. Always the first event.
    RunCreated {
        /// Whose run.
        migration: MigrationId,
        /// Why it exists.
        mode: RunMode,
        /// SHA-256 over the canonical form of what will run, in hexadecimal.
        plan_digest: String,
        /// Where it goes to: the target's timeplusd address.
        target: String,
        /// Who asked for it.
        started_by: String,
        /// Every step, in the plan's order.
        steps: Vec<StepSummary>,
    },
    /// A process took the run up, for the first time or after an interruption.
    RunStarted {
        /// The process.
        owner: String,
    },
    /// A person asked the run to pause after the steps in flight.
    PauseRequested {
        /// Who asked.
        by: String,
    },
    /// The run stands still between two steps.
    RunPaused,
    /// A person asked the paused run to go on.
    ResumeRequested {
        /// Who asked.
        by: String,
    },
    /// A person asked the run to end early.
    CancelRequested {
        /// Who asked.
        by: String,
    },
    /// A person asked to try failed and blocked steps again.
    RetryRequested {
        /// Who asked.
        by: String,
    },
    /// A person asked for another turn of one step, and of those that were not tried because of it.
    StepRetryRequested {
        /// Which step.
        step: StepNumber,
        /// Who asked.
        by: String,
    },
    /// A person asked to go on without a step.
    StepSkipRequested {
        /// Which step.
        step: StepNumber,
        /// Who asked.
        by: String,
        /// Why.
        reason: String,
    },
    /// A person asked to compare every copied stream again.
    VerifyRequested {
        /// Who asked.
        by: String,
    },
    /// A person asked to copy again what differs of a stream, and to compare it again.
    StepRecopyRequested {
        /// The comparison that found it, or the copy.
        step: StepNumber,
        /// Who asked.
        by: String,
    },
    /// A person, or the plan, asked to copy the rows that reached the source after the copies.
    CatchUpRequested {
        /// Who asked.
        by: String,
        /// Which of the rounds that the plan asks for, counted from 1; 0 where a person asked.
        #[serde(default)]
        round: u64,
    },
    /// Everything is copied and compared, and nothing that writes or acts by itself starts on the target before a person
    /// gives the word (copy-safety 22).
    CutOverAwaited,
    /// A person gave the word: from now on the target is the live one.
    CutOverRequested {
        /// Who gave it.
        by: String,
    },
    /// The run ended early; what is half done is said by the steps.
    RunCancelled,
    /// The run stopped for one reason that concerns the whole run.
    RunFailed {
        /// The reason.
        error: FerryError,
    },
    /// The run came to its end; failed and blocked steps are counted.
    RunFinished {
        /// Steps done or skipped with a reason.
        n_done: u32,
        /// Steps that failed.
        n_failed: u32,
        /// Steps not tried because one before them failed, or deferred, or waiting for one that is deferred: whoever
        /// knows nothing of deferred steps then sees that the run is not complete.
        n_blocked: u32,
        /// How many of them are deferred.
        #[serde(default)]
        n_deferred: u32,
    },
    /// A step cannot start yet.
    StepWaiting {
        /// Which step.
        step: StepNumber,
        /// What it waits for, in one sentence.
        reason: String,
    },
    /// A step began.
    StepStarted {
        /// Which step.
        step: StepNumber,
        /// 1 for the first try.
        attempt: u32,
    },
    /// After an interruption the deployments were asked how far the step had come.
    StepProbed {
        /// Which step.
        step: StepNumber,
        /// What was found, in one sentence.
        found: String,
    },
    /// Rows moved.
    StepProgress {
        /// Which step.
        step: StepNumber,
        /// Rows written so far, as the target reports them.
        rows_done: Count,
        /// Rows to write.
        rows_total: Count,
        /// Bytes written so far.
        bytes_done: Count,
    },
    /// A query for the step was sent, under an id by which it can be found and ended.
    QuerySent {
        /// Which step.
        step: StepNumber,
        /// Where.
        side: Side,
        /// The query's id.
        query: QueryId,
    },
    /// The rows of a stream are copied in slices: half-open intervals of `_tp_time` between these bounds, the first
    /// and the last without an end (copy-safety 9).
    SlicesPlanned {
        /// Which step.
        step: StepNumber,
        /// The bounds, in milliseconds since 1970; one fewer than there are intervals.
        bounds: Vec<i64>,
        /// How many partitions each slice touches; empty in records of before it was written.
        #[serde(default)]
        partitions: Vec<u64>,
        /// Intervals that are more than one slice.
        #[serde(default)]
        split: Option<SplitByHash>,
    },
    /// A copy that was done is cut anew, because parts of it are copied again. Slices that are not among those that
    /// stay are emptied first.
    SlicesReplanned {
        /// Which step.
        step: StepNumber,
        /// The bounds, in milliseconds since 1970; one fewer than there are intervals.
        bounds: Vec<i64>,
        /// The slices that stay on the target as they are.
        kept: Vec<KeptSlice>,
        /// Intervals that are more than one slice.
        #[serde(default)]
        split: Option<SplitByHash>,
    },
    /// The target holds no row of a slice that is copied again.
    SliceEmptied {
        /// Which step.
        step: StepNumber,
        /// Which slice, counted from 0.
        slice: u32,
    },
    /// The INSERT of a slice is about to be sent.
    SliceStarted {
        /// Which step.
        step: StepNumber,
        /// Which slice, counted from 0.
        slice: u32,
        /// The rows that belong to it.
        range: TimeRange,
        /// The part of these that belong to it, where not all do.
        #[serde(default)]
        part: Option<SlicePart>,
    },
    /// The target's `table()` holds the source's rows of a slice.
    SliceDone {
        /// Which step.
        step: StepNumber,
        /// Which slice, counted from 0.
        slice: u32,
        /// Its rows.
        rows: Count,
    },
    /// After the last slice every slice was counted again on both sides: rows reached the source in this one since it
    /// was copied (copy-safety 9).
    SliceGrew {
        /// Which step.
        step: StepNumber,
        /// Which slice, counted from 0.
        slice: u32,
        /// Its rows.
        range: TimeRange,
        /// Rows on the source now.
        source: Count,
        /// Rows on the target now.
        target: Count,
    },
    /// A step ended as intended, and that was checked on the target.
    StepDone {
        /// Which step.
        step: StepNumber,
        /// What was checked, in one sentence.
        checked: String,
    },
    /// A step was not needed or not wanted.
    StepSkipped {
        /// Which step.
        step: StepNumber,
        /// Why.
        reason: String,
    },
    /// A step failed.
    StepFailed {
        /// Which step.
        step: StepNumber,
        /// What failed, why, and what to do.
        error: FerryError,
    },
    /// A step was not tried because a step it needs failed.
    StepBlocked {
        /// Which step.
        step: StepNumber,
        /// The step that failed.
        by: StepNumber,
    },
    /// The target cannot reach an external system that a creation needs: nothing was made, and the creation is tried
    /// again when nothing else is left to do (copy-safety 26).
    StepDeferred {
        /// Which step.
        step: StepNumber,
        /// What the target said, and what to do.
        error: FerryError,
        /// How often the run still tries it again by itself.
        n_more: u32,
    },
    /// Nothing else is left to do: every deferred step gets another turn.
    DeferredTriedAgain {
        /// Which of the rounds, counted from 1.
        round: u32,
    },
    /// Rows were counted on both sides.
    RowsCompared {
        /// Which step.
        step: StepNumber,
        /// Rows on the source.
        source: Count,
        /// Rows on the target.
        target: Count,
    },
    /// A part of a stream's rows was compared bucket by bucket. Parts follow each other in time.
    BucketsCompared {
        /// Which step.
        step: StepNumber,
        /// The rows of the part.
        range: TimeRange,
        /// Buckets with rows.
        n_buckets: u32,
        /// Rows, or keys, on the source.
        source: Count,
        /// Rows, or keys, on the target.
        target: Count,
    },
    /// The rows of one bucket are not the same on both sides. Whether that is wrong is said when all were compared.
    BucketDiffers {
        /// Which step.
        step: StepNumber,
        /// Where, and how.
        difference: BucketDifference,
    },
    /// The rows on both sides are the same, as far as the plan compares them.
    Verified {
        /// Which step.
        step: StepNumber,
        /// What was shown.
        verification: Verification,
    },
    /// Ferry is about to create something on a deployment (copy-safety 2: recorded before).
    CreateIntended {
        /// Which step.
        step: StepNumber,
        /// Where.
        side: Side,
        /// What.
        resource: ResourceName,
        /// SHA-256 of the definition that will be sent, placeholders in place of secrets, in hexadecimal.
        definition_digest: String,
    },
    /// Ferry created it (copy-safety 2: recorded after).
    Created {
        /// Which step.
        step: StepNumber,
        /// Where.
        side: Side,
        /// What.
        resource: ResourceName,
        /// The id that the deployment gave it, for kinds known by id.
        #[serde(default)]
        server_id: Option<String>,
    },
    /// The creation was tried and the deployment proves that nothing came of it.
    CreateAbandoned {
        /// Which step.
        step: StepNumber,
        /// Where.
        side: Side,
        /// What.
        resource: ResourceName,
    },
    /// Ferry is about to drop something that a run made.
    DropIntended {
        /// Which step.
        step: StepNumber,
        /// Where.
        side: Side,
        /// What.
        resource: ResourceName,
    },
    /// The removal was tried and the deployment keeps what it is about.
    DropAbandoned {
        /// Which step.
        step: StepNumber,
        /// Where.
        side: Side,
        /// What.
        resource: ResourceName,
    },
    /// The name is really gone (copy-safety 25).
    Dropped {
        /// Which step.
        step: StepNumber,
        /// Where.
        side: Side,
        /// What.
        resource: ResourceName,
    },
    /// Something that ran was stopped; it can be started again exactly so.
    Stopped {
        /// Which step.
        step: StepNumber,
        /// Where.
        side: Side,
        /// What.
        resource: ResourceName,
        /// The id by which the deployment knows it, for kinds known by id.
        #[serde(default)]
        server_id: Option<String>,
    },
    /// What had been stopped runs again.
    Restarted {
        /// Which step.
        step: StepNumber,
        /// Where.
        side: Side,
        /// What.
        resource: ResourceName,
    },
    /// Something worth knowing that is none of the above.
    Noted {
        /// Which step, or the whole run.
        step: Option<StepNumber>,
        /// In one sentence.
        text: String,
    },
    /// An event of a newer Ferry, kept as it is.
    #[serde(skip)]
    Unknown {
        /// Its kind.
        kind: String,
        /// Its fields.
        data: Value,
    },
}
