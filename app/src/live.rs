//! A run as it goes on: the fold that the page shows, and the feed that keeps it up to date.

mod backoff;
mod feed;
mod group;
mod link;
mod phase;
mod store;

pub use feed::follow;
pub use group::{Group, Placed};
pub use link::Link;
pub use phase::Phase;
pub use store::{RunHead, RunStore};
