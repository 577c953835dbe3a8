//! Server functions: each finds out who asks, calls the console, and hands the answer on.

pub mod caller;
pub mod captures;
pub mod clean;
pub mod connection;
pub mod migrations;
mod plans;
pub mod runs;
pub mod session;
pub mod sheet;

#[cfg(feature = "ssr")]
pub(crate) mod context;
