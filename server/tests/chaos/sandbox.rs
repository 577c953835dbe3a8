//! `ferry sandbox` as a process that can be killed and started again where it was.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::PATIENCE;

pub const USER: &str = "mover";
pub const PASSWORD: &str = "opensesame-7";

/// The binary under test.
pub fn ferry() -> PathBuf {
    let given = std::env::var_os("FERRY_CHAOS_BINARY");
    given.map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_ferry")), PathBuf::from)
}

/// Where a sandbox listens.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    pub native: SocketAddr,
    pub app: SocketAddr,
    pub http: SocketAddr,
}

/// A sandbox that keeps everything in a folder.
pub struct Sandbox {
    process: Child,
    folder: PathBuf,
    workload: String,
    pub ports: Ports,
}

impl Sandbox {
    pub async fn start(folder: &Path, workload: &str) -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let (process, ports) = launch(folder, workload, Ports { native: any, app: any, http: any }).await;
        Self { process, folder: folder.to_owned(), workload: workload.to_owned(), ports }
    }

    pub const fn process(&self) -> &Child {
        &self.process
    }

    /// `kill -9`.
    pub async fn kill(&mut self) {
        self.process.kill().await.expect("it is killed");
    }

    /// Starts it again over the same folder and on the same ports.
    pub async fn restart(&mut self) {
        (self.process, self.ports) = launch(&self.folder, &self.workload, self.ports).await;
    }
}

async fn launch(folder: &Path, workload: &str, ports: Ports) -> (Child, Ports) {
    let mut command = Command::new(ferry());
    command.args(["sandbox", "--workload", workload, "--user", USER, "--password", PASSWORD, "--data-dir"]);
    command.arg(folder);
    command.args(["--native", &ports.native.to_string(), "--app", &ports.app.to_string()]);
    command.args(["--http", &ports.http.to_string()]).env_remove("RUST_LOG");
    let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("the binary runs");
    let output = process.stdout.take().expect("its output");
    let mut line = String::new();
    let mut output = BufReader::new(output);
    let told = tokio::time::timeout(PATIENCE, output.read_line(&mut line)).await;
    told.expect("a sandbox starts").expect("its output can be read");
    let facts: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("no JSON: {e}: {line:?}"));
    let address = |key: &str| {
        let text = facts[key].as_str().unwrap_or_else(|| panic!("no {key} in {line}"));
        text.trim_start_matches("http://").parse().expect("an address")
    };
    let ports = Ports {
        native: address("timeplusd_address"),
        app: address("app_server_address"),
        http: address("timeplusd_http_address"),
    };
    (process, ports)
}
