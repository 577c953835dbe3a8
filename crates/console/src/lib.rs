#![doc = include_str!("../README.md")]

mod access;
mod clean;
mod command_line;
mod console;
mod deployments;
mod error;
mod migrations;
mod password;
mod plans;
mod port;
mod run_control;
mod runs;
mod secrets;
mod views;
mod work;

pub use access::SignedIn;
pub use command_line::{Begun, PlanFile, plan_file};
pub use console::Console;
pub use deployments::{Captured, Deployments, Timeplus};
pub use error::from_store;
pub use port::{SignInPort, SignInSessions};
pub use runs::RunFollower;
