//! A sandbox as `ferry sandbox` starts it, for tests and benchmarks.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::chores::{Attempt, Failure, Profile};
use crate::paths;

/// A running sandbox; it ends when this value is dropped.
pub struct Sandbox {
    child: Child,
    /// Its timeplusd address.
    pub timeplusd: String,
    /// Its app server's address.
    pub app_server: String,
}

impl Sandbox {
    /// Who may sign in.
    pub const USER: &str = "driver";
    /// With what.
    pub const PASSWORD: &str = "correct horse";

    /// Starts a sandbox on ports chosen by the system and waits until its workload is loaded and it serves.
    pub fn start(profile: Profile, workload: &str) -> Result<Self, Failure> {
        let binary = paths::binary(profile);
        let mut command = Command::new(&binary);
        command.args(["sandbox", "--workload", workload, "--native", "127.0.0.1:0", "--app", "127.0.0.1:0"]);
        command.args(["--http", "127.0.0.1:0", "--user", Self::USER, "--password", Self::PASSWORD]);
        let mut child = command.stdout(Stdio::piped()).spawn().attempt(format_args!("start {}", binary.display()))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).attempt("read the sandbox's first line")?;
        }
        let said: serde_json::Value =
            serde_json::from_str(&line).attempt(format_args!("the sandbox said `{}`", line.trim()))?;
        let field = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        Ok(Self { child, timeplusd: field("timeplusd_address"), app_server: field("app_server_address") })
    }

    /// It as one side of a configuration.
    pub fn side(&self, name: &str) -> String {
        format!(
            "{name}:\n  app_server_address: {}\n  timeplusd_address: {}\n  username: {}\n  password: {}\n",
            self.app_server,
            self.timeplusd,
            Self::USER,
            Self::PASSWORD,
        )
    }

    /// The process's id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // The process may have ended by itself; both calls then fail and nothing is left to do.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
