#![doc = include_str!("../README.md")]

mod access;
mod captures;
mod checks;
mod clean;
mod command_line;
mod connection;
mod console;
mod deployments;
mod dry_run;
mod error;
mod evidence;
mod inventory;
mod migrations;
mod password;
mod plans;
mod port;
mod prepared;
mod results;
mod run_control;
mod run_log;
mod runs;
mod sandboxes;
mod secrets;
mod views;
mod wishes;
mod work;

pub use access::SignedIn;
pub use captures::{CaptureProgress, CaptureState, CaptureWatch};
pub use command_line::{Begun, PlanFile, plan_file};
pub use connection::{ConnectionForm, SideForm};
pub use console::Console;
pub use deployments::{Captured, Deployments, Timeplus};
pub use dry_run::{DryRun, DryStep, dry_run_plan_file};
pub use error::from_store;
pub use evidence::{Evidence, EvidenceCheck, EvidenceComparison, EvidencePlan, check_evidence};
pub use ferry_engine::Wish;
pub use ferry_plan::layout;
pub use ferry_store::SnapshotRecord;
pub use inventory::{Facet, Found, Inventory, InventoryQuery};
pub use plans::{
    DiffLine, DraftHead, Drag, FieldChange, GraphNode, Only, PlanDiff, PlanGraph, PlanPage, PlanRow, PlanTable,
    Reading, StepChange, StepChangeKind, TableQuery, TypedText, definition_problems, definition_text,
    lines_around_changes, text_digest,
};
pub use port::{SignInPort, SignInSessions};
pub use runs::RunFollower;
pub use sandboxes::Sandboxes;

/// What the screens need of a plan itself.
pub use ferry_plan::{CopySpec, Finding, IfExists, InnerRows, Plan, PlanDocument, PlanEdit, Severity, Step};
pub use ferry_sql::{HighlightClass, highlight};
pub use ferry_store::RevisionEntry;
