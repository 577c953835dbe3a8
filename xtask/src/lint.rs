//! Format and lints, for both targets, warnings denied.

use crate::chores::{Failure, HOST_PACKAGES, cargo, is_installed, step};
use crate::{editor, prepare, site};

/// Runs every linter that is installed.
pub fn run() -> Result<(), Failure> {
    prepare::wasm_target()?;
    step("check the format", cargo().args(["fmt", "--all", "--check"]))?;
    let mut host = cargo();
    host.arg("clippy").args(HOST_PACKAGES).arg("--all-targets");
    step("lint for the host", host.args(["--", "--deny", "warnings"]))?;
    let mut chores = cargo();
    chores.args(["clippy", "--package", "xtask", "--all-targets"]);
    step("lint the chores", chores.args(["--", "--deny", "warnings"]))?;
    let mut browser = cargo();
    browser.args(["clippy", "--target", "wasm32-unknown-unknown"]);
    browser.args(["--package", site::CONSOLE.package, "--package", editor::SQL.package]);
    step("lint for the browser", browser.args(["--", "--deny", "warnings"]))?;
    where_installed("deny", &["check", "--hide-inclusion-graph"])?;
    where_installed("machete", &[])
}

/// Runs a cargo plug-in, or says that it is missing: lint tools are never compiled from source here.
fn where_installed(plugin: &str, arguments: &[&str]) -> Result<(), Failure> {
    if !is_installed(&format!("cargo-{plugin}")) {
        println!("    cargo-{plugin} is not installed: skipped");
        return Ok(());
    }
    step(plugin, cargo().arg(plugin).args(arguments))
}
