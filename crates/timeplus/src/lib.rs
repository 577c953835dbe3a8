#![doc = include_str!("../README.md")]

pub mod assumed;
mod capture;
mod check;
mod definition;
mod deployment;
mod endpoint;
mod error;
mod insert_select;
mod manage;
mod relay;
mod rest;
mod sql;
mod version_gate;
mod wire;

pub use assumed::means_unreachable_system;
pub use capture::{CaptureOptions, CaptureStage, Captured, capture};
pub use check::{CHECK_TIMEOUTS, CheckRequest, check_connection};
pub use definition::{FilledDefinition, MissingSecrets};
pub use deployment::Deployment;
pub use endpoint::{Endpoint, Timeouts};
pub use error::{Error, RELAY_BLOCK_TOO_LARGE};
pub use insert_select::{CopyPath, InsertOutcome, InsertProgress, InsertSelect};
pub use manage::{Connector, MaterializedViewSwitch};
pub use relay::RelayedInsert;
pub use sql::{identifier, qualified, string_literal};
pub use version_gate::check_source_version;
pub use wire::{TextRow, TextRows};
