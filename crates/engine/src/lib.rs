#![doc = include_str!("../README.md")]

mod clean;
mod control;
mod definition;
mod drive;
mod engine;
mod existing;
mod feed;
mod making;
mod marker;
mod pace;
mod past;
mod preflight;
mod program;
mod request;
mod schedule;
mod site;
mod slice;
mod sql;
mod steps;
mod verify;
mod waiting;
mod wish;

#[cfg(test)]
extern crate self as ferry_engine;

/// Deployments in memory, shared with the integration tests.
#[cfg(test)]
#[path = "../tests/engine/world.rs"]
#[allow(missing_docs, reason = "test support")]
pub mod world;

pub use clean::{CleanItem, preview_clean};
pub use control::Control;
pub use engine::Engine;
pub use feed::{EventFeed, Follower};
pub use marker::MARKER_NAME;
pub use pace::Pace;
pub use preflight::{Preflight, preflight, preflight_after};
pub use program::{clean_created, run_created};
pub use request::{CleanRequest, EngineError, HelperLogin, RunRequest};
pub use site::{
    Answer, Bucket, CopyPath, InsertEnd, InsertSelect, ProgressSink, RelayRead, Running, Site, SiteError, TimeSpan,
    Written,
};
pub use slice::{HashedPart, SliceRows};
pub use verify::{BucketDigest, Bucketing, HashedColumn, Part, Question, RowDigest, RowsBy};
pub use wish::Wish;
