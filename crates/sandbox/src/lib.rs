#![doc = include_str!("../README.md")]

mod catalog;
mod ddl;
mod deployment;
pub mod engine;
mod external;
mod fault;
mod history;
mod http;
mod insert;
mod materialized;
mod options;
mod processes;
mod random;
mod rest;
mod rows;
mod sandbox;
mod show;
mod statement;
pub mod storage;
mod system_tables;
mod tcp;
mod users;
mod workload;

pub use fault::{Fault, FaultCode};
pub use options::{Edition, SandboxOptions, Workload};
pub use sandbox::{Addresses, Sandbox, SandboxError};
