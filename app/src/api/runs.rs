//! Runs.

mod control;
mod list;
mod load;
mod log;
mod result;
mod start;

pub use control::{CancelRun, PauseRun, ResumeRun, RetryRun};
pub use list::list_runs;
pub use load::{LoadedRun, load_run};
pub use log::load_log;
pub use result::load_result;
pub use start::StartRun;
