//! The demo: everything a newcomer needs, in one command.

use crate::chores::{Attempt, Failure, Profile, build_binary};
use crate::{paths, prepare, site};

/// Prepares, builds and starts `ferry demo`, and stays until it ends.
pub fn run(profile: Profile, rest: &[String]) -> Result<(), Failure> {
    prepare::wasm_target()?;
    site::build(profile)?;
    build_binary(profile)?;
    let binary = paths::binary(profile);
    let mut command = std::process::Command::new(&binary);
    command.arg("demo").arg("--site").arg(paths::site(profile)).args(rest);
    let status = command.status().attempt(format_args!("start {}", binary.display()))?;
    // Ctrl-C reaches both processes; ending that way is how a demo is meant to end.
    match status.code() {
        Some(0) | None => Ok(()),
        Some(code) => Err(Failure::new(format!("ferry demo ended with exit code {code}"))),
    }
}
