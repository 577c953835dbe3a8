//! Every test: Rust's (those of the record on SQLite and on PostgreSQL), the official Python driver's, the browser's.

use std::process::Command;

use crate::chores::{Failure, HOST_PACKAGES, Profile, cargo, step};
use crate::postgres::Postgres;
use crate::sandbox::Sandbox;
use crate::screenshots::browser;
use crate::{paths, prepare, site};

/// What to leave out.
pub struct Choice {
    /// Leave out what needs Chromium and Node.
    pub without_browser: bool,
    /// Leave out what needs Python.
    pub without_python: bool,
    /// Leave out what needs a PostgreSQL server.
    pub without_postgres: bool,
}

/// Prepares what is missing and runs the tests.
pub fn run(choice: Choice) -> Result<(), Failure> {
    let python = if choice.without_python { None } else { Some(prepare::python()?) };
    let chromium = if choice.without_browser {
        None
    } else {
        prepare::node_packages()?;
        Some(prepare::chromium()?)
    };
    prepare::wasm_target()?;
    let postgres = Postgres::unless(choice.without_postgres)?;

    let mut tests = cargo();
    tests.envs(postgres.iter().map(Postgres::variable));
    step("run the Rust tests", tests.arg("test").args(HOST_PACKAGES).arg("--no-fail-fast"))?;
    drop(postgres);
    step("run the chores' tests", cargo().args(["test", "--package", "xtask"]))?;
    if let Some(python) = python {
        driver_tests(&python)?;
    }
    if let Some(chromium) = chromium {
        site::build(Profile::Dev)?;
        let mut browser = browser(&chromium, Profile::Dev, "playwright.config.ts");
        step("run the browser tests", &mut browser)?;
    }
    Ok(())
}

/// Runs the official Python driver against a sandbox of its own.
fn driver_tests(python: &std::path::Path) -> Result<(), Failure> {
    let sandbox = Sandbox::start(Profile::Dev, "empty")?;
    let (host, port) = sandbox.timeplusd.rsplit_once(':').ok_or_else(|| Failure::new("the sandbox named no port"))?;
    let mut driver = Command::new(python);
    driver.current_dir(paths::root()).arg("crates/sandbox/tests/python/driver_test.py");
    driver.env("FERRY_HOST", host).env("FERRY_PORT", port);
    driver.env("FERRY_USER", Sandbox::USER).env("FERRY_PASSWORD", Sandbox::PASSWORD);
    step("run the Python driver's tests", &mut driver)
}
