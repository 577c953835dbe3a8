//! Running commands: each is shown, timed, and its failure says what to do.

use std::fmt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use crate::paths;

/// Why a chore could not be done.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure with its reason and its remedy.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A fallible value with what was attempted in front of its error.
pub trait Attempt<T> {
    /// Names what was attempted.
    fn attempt(self, what: impl fmt::Display) -> Result<T, Failure>;
}

impl<T, E: fmt::Display> Attempt<T> for Result<T, E> {
    fn attempt(self, what: impl fmt::Display) -> Result<T, Failure> {
        self.map_err(|error| Failure(format!("{what}: {error}")))
    }
}

/// How to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build; one profile for work, tests and browser.
    Dev,
    /// Optimised.
    Release,
}

impl Profile {
    /// The profile that `--release` chooses.
    pub const fn from_release_flag(release: bool) -> Self {
        if release { Self::Release } else { Self::Dev }
    }

    /// Cargo's folder for host builds of the profile.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

/// The packages of every build, test and lint for the host: one selection, so that cargo joins the features of
/// dependencies in one way and compiles nothing twice. The browser's part and the chores have features of their own.
pub const HOST_PACKAGES: [&str; 5] = ["--workspace", "--exclude", "ferry-frontend", "--exclude", "xtask"];

/// Builds the binary `ferry`.
///
/// The dev build selects the same packages as the tests do ([`HOST_PACKAGES`]).
pub fn build_binary(profile: Profile) -> Result<(), Failure> {
    let mut command = cargo();
    command.arg("build");
    match profile {
        Profile::Dev => command.args(HOST_PACKAGES).arg("--bins"),
        Profile::Release => command.args(["--package", "ferry", "--release"]),
    };
    step("build ferry", &mut command)
}

/// The cargo that started this chore, in the project's root.
pub fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(paths::root());
    // What cargo told this chore about its own package would have build scripts (that of `ring`) and all that stands
    // on them run again, each time that somebody changes between chores and cargo itself.
    for (name, _) in std::env::vars_os() {
        let told =
            name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
        if told {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end, says what it is and how many seconds it took.
pub fn step(what: &str, command: &mut Command) -> Result<(), Failure> {
    println!("==> {what}");
    let began = Instant::now();
    let status = command.status().attempt(format_args!("{what}: {:?} could not be started", command.get_program()))?;
    println!("<== {what}: {:.1} s", began.elapsed().as_secs_f64());
    check(what, status)
}

/// What a command prints, for questions to the machine; `None` where it is missing or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program can be started from `PATH`.
pub fn is_installed(program: &str) -> bool {
    answer(Command::new(program).arg("--version")).is_some()
}

/// Does something unless the stamp says that it was done for the same inputs.
pub fn once(stamp: &Path, inputs: &str, work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    if std::fs::read_to_string(stamp).is_ok_and(|done| done == inputs) {
        return Ok(());
    }
    work()?;
    let parent = stamp.parent().unwrap_or(stamp);
    std::fs::create_dir_all(parent).attempt(format_args!("make {}", parent.display()))?;
    std::fs::write(stamp, inputs).attempt(format_args!("write {}", stamp.display()))
}

fn check(what: &str, status: ExitStatus) -> Result<(), Failure> {
    if status.success() { Ok(()) } else { Err(Failure(format!("{what} ended with {status}"))) }
}
