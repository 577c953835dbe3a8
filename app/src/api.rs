//! Server functions: each finds out who asks, calls the console, and hands the answer on.

pub mod caller;
pub mod clean;
pub mod migrations;
pub mod runs;
pub mod session;

#[cfg(feature = "ssr")]
mod context;
