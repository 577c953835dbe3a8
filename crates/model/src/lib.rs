#![doc = include_str!("../README.md")]

mod calendar;
mod check;
pub mod compact;
mod count;
mod error;
mod event;
mod feed;
mod id;
mod journal;
mod kind;
mod ledger;
mod log;
pub mod messages;
mod moment;
mod overview;
mod pace;
mod permission;
mod range;
mod resource;
mod result;
mod secret;
mod slice;
mod step;
mod tagged;
mod verification;
mod version;
mod view;

pub use calendar::{civil_of_days, days_of_civil};
pub use check::{CheckItem, CheckLine, CheckState, ConnectionCheck};
pub use count::{Basis, Count};
pub use error::{FerryError, Problem};
pub use event::{EVENT_VERSION, Event, EventBody, KeptSlice, Side};
pub use feed::FeedMessage;
pub use id::{LeaseOwner, MigrationId, QueryId, RevisionId, RunId, SessionId, SnapshotId, StepNumber, UserId};
pub use journal::{Fence, Journal, JournalError};
pub use kind::{ResourceKind, StreamMode, UnknownKind};
pub use ledger::{Ledger, LedgerEntry, LedgerState};
pub use log::{LogChoice, LogLine, LogPage};
pub use moment::{moment_of_text, moment_text};
pub use overview::{
    CleanEntry, CleanPreview, FindingSeverity, FindingSummary, Keeping, MigrationState, MigrationSummary, NextAction,
    PlanOverview, Presence, RunSummary, UserSummary,
};
pub use pace::{Eta, Pace};
pub use permission::{Caller, Permission, Role};
pub use range::TimeRange;
pub use resource::{
    CaptureProblem, CapturedColumn, Definition, DeploymentInfo, HELPER_PREFIX, LeftOut, Product, Resource,
    ResourceName, SecretReference, Snapshot,
};
pub use result::{CopyAgain, DifferingStream, LateRows, ResourceResult, RunResult, Verdict};
pub use secret::{Secret, SecretMap};
pub use slice::{SlicePart, SplitByHash, SplitInterval, n_slices};
pub use step::{RunMode, StepAction, StepSummary};
pub use verification::{BucketDifference, CompareBucket, CompareLevel, RowSample, Verification};
pub use version::{Version, VersionError};
pub use view::{RunState, RunView, StepState, StepView};
