//! A run as it goes on: the fold that the page shows, and the feed that keeps it up to date.

mod backoff;
mod feed;
mod link;
mod log;
mod store;

pub use feed::follow;
pub use link::Link;
pub use log::LogLine;
pub use store::{RunHead, RunStore};
