//! Removing what runs made.

mod preview;
mod start;

pub use preview::preview_clean;
pub use start::StartClean;
