//! Runs between two sandboxes over real sockets: captured, planned, run on both copy paths, cut off, cleaned.

mod crowded;
mod cut_over;
mod deferred;
mod inner_rows;
#[path = "../engine/memory.rs"]
mod memory;
mod migration;
mod pair;
mod recopy;
mod relay;
mod renames;
mod slices;
mod verification;
mod views_over_copies;
