//! Every test: Rust's, the official Python driver's, the browser's.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::chores::{Attempt, Failure, Profile, cargo, step};
use crate::{paths, prepare, site};

/// What to leave out.
pub struct Choice {
    /// Leave out what needs Chromium and Node.
    pub without_browser: bool,
    /// Leave out what needs Python.
    pub without_python: bool,
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

    let mut tests = cargo();
    tests.args(["test", "--workspace", "--exclude", "ferry-frontend", "--no-fail-fast"]);
    step("run the Rust tests", &mut tests)?;
    if let Some(python) = python {
        driver_tests(&python)?;
    }
    if let Some(chromium) = chromium {
        site::build(Profile::Dev)?;
        let mut browser = Command::new("npx");
        browser.current_dir(paths::end2end()).args(["playwright", "test"]);
        browser.env("FERRY_CHROMIUM", chromium).env("FERRY_BIN", paths::binary(Profile::Dev));
        browser.env("FERRY_SITE", paths::site(Profile::Dev));
        step("run the browser tests", &mut browser)?;
    }
    Ok(())
}

/// Runs the official Python driver against a sandbox of its own.
fn driver_tests(python: &std::path::Path) -> Result<(), Failure> {
    let sandbox = Sandbox::start()?;
    let (host, port) = sandbox.address.rsplit_once(':').ok_or_else(|| Failure::new("the sandbox named no port"))?;
    let mut driver = Command::new(python);
    driver.current_dir(paths::root()).arg("crates/sandbox/tests/python/driver_test.py");
    driver.env("FERRY_HOST", host).env("FERRY_PORT", port);
    driver.env("FERRY_USER", &sandbox.user).env("FERRY_PASSWORD", &sandbox.password);
    step("run the Python driver's tests", &mut driver)
}

/// A sandbox as `ferry sandbox` starts it; it ends when this value is dropped.
pub struct Sandbox {
    child: Child,
    /// Its timeplusd address.
    pub address: String,
    /// Who may sign in.
    pub user: String,
    /// With what.
    pub password: String,
}

impl Sandbox {
    /// Starts an empty sandbox on ports chosen by the system and waits until it serves.
    pub fn start() -> Result<Self, Failure> {
        let binary = paths::binary(Profile::Dev);
        let mut command = Command::new(&binary);
        command.args(["sandbox", "--workload", "empty", "--native", "127.0.0.1:0", "--app", "127.0.0.1:0"]);
        command.args(["--http", "127.0.0.1:0", "--user", "driver", "--password", "correct horse"]);
        let mut child = command.stdout(Stdio::piped()).spawn().attempt(format_args!("start {}", binary.display()))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).attempt("read the sandbox's first line")?;
        }
        let said: serde_json::Value =
            serde_json::from_str(&line).attempt(format_args!("the sandbox said `{}`", line.trim()))?;
        let field = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        Ok(Self { child, address: field("timeplusd_address"), user: field("username"), password: field("password") })
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // The process may have ended by itself; both calls then fail and nothing is left to do.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
