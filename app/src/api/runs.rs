//! Runs.

mod control;
mod list;
mod load;
mod start;

pub use control::{CancelRun, PauseRun, ResumeRun, RetryRun};
pub use list::list_runs;
pub use load::{LoadedRun, load_run};
pub use start::StartRun;
