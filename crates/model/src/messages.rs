//! Every text that people read, in English, one function or table for each. Screens, the command line and
//! events take their words from here, so that they can be reviewed, tested and one day translated in one place.

pub mod cli;
pub mod connect;
pub mod console;
pub mod deployment;
pub mod design;
pub mod dry_run;
pub mod editor;
pub mod engine;
mod error;
mod event;
pub mod evidence;
pub mod inventory;
mod migration;
pub mod migrations;
pub mod plan;
pub mod plan_page;
pub mod renames;
pub mod result;
pub mod rewrite;
pub mod room;
mod run;
pub mod sql;
pub mod ui;
pub mod verification;

pub use error::error_text;
pub use event::event_text;
pub use migration::{migration_state, next_action, run_sentence, steps};
pub use run::{blocked_by, creations_deferred, deferred, run_state, step_action, step_state};
