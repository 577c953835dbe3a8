//! Removing what runs made.

mod preview;
mod start;

pub use preview::PreviewClean;
pub use start::StartClean;
