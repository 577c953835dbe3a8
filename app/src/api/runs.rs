//! Runs.

mod control;
mod list;
mod load;
mod log;
mod result;
mod start;

pub use control::{
    CancelRun, CatchUpRun, CutOverRun, PauseRun, RecopyStep, ResumeRun, RetryRun, RetryStep, SkipStep, VerifyRun,
};
pub use list::ListRuns;
pub use load::{LoadRun, LoadedRun};
pub use log::LoadLog;
pub use result::LoadResult;
pub use start::StartRun;
