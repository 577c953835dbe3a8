#![doc = include_str!("../README.md")]

pub mod config;
mod digest;
#[cfg(feature = "yaml")]
mod document;
mod facts;
mod generate;
pub mod layout;
mod links;
mod plan;
mod relayable;
mod renames;
mod secrets;
#[cfg(feature = "yaml")]
mod yaml;

pub use config::{Config, ConfigMode, CopyThrough, CutOver, Settings, SideConfig};
pub use digest::{of_json as digest_of_json, of_text as digest_of_text};
#[cfg(feature = "yaml")]
pub use document::{EditError, PlanDocument, PlanEdit};
pub use generate::{PlanInput, generate};
pub use links::Links;
pub use plan::{
    CompareSpec, ConfigReference, CopySpec, DeploymentSummary, Finding, IfExists, InnerRows, PLAN_FORMAT, Plan, Redo,
    Severity, Step,
};
pub use relayable::can_be_relayed;
pub use renames::Renames;
pub use secrets::{placeholders, secret_environment_name};
