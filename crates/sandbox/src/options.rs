//! How a sandbox is started.

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;

use ferry_model::Secret;

/// What to start, where to listen, whom to let in.
pub struct SandboxOptions {
    /// The name that the server's hello shows.
    pub name: String,
    /// Where the streaming native port listens (8463 on a real server). Port 0: chosen by the system.
    pub native_addr: SocketAddr,
    /// Where the batch native port listens (7587 on a real server).
    pub batch_addr: SocketAddr,
    /// Where the app server listens (8000 on a real server); `None` is a Proton, which has none.
    pub app_addr: Option<SocketAddr>,
    /// Where timeplusd's own HTTP listens (3218 on a real server).
    pub http_addr: SocketAddr,
    /// Who may sign in, with their passwords. Without any, the user `default` without a password may.
    pub users: Vec<(String, Secret)>,
    /// Where everything is kept; `None` keeps it in memory only.
    pub data_dir: Option<PathBuf>,
    /// How many rows one query over the native ports sends in a second at most, as from a deployment that is busy
    /// or far away; `None` is as fast as they can be read.
    pub rows_per_second: Option<NonZeroU32>,
    /// The product and version to present.
    pub edition: Edition,
    /// What to load before the first connection is taken.
    pub workload: Workload,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            name: "sandbox".to_owned(),
            native_addr: any_port,
            batch_addr: any_port,
            app_addr: Some(any_port),
            http_addr: any_port,
            users: Vec::new(),
            data_dir: None,
            rows_per_second: None,
            edition: Edition::enterprise(),
            workload: Workload::Empty,
        }
    }
}

/// The product that a sandbox presents. Behaviour follows it: a Proton has no
/// app server, no mutable streams and cannot pause materialized views
/// (resources.md 3.9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// `Timeplus Enterprise` or `Proton`.
    pub product_name: String,
    /// The product's version, such as `2.8.2`.
    pub product_version: String,
    /// timeplusd's version, such as `2.8.26`.
    pub engine_version: (u64, u64, u64),
    /// The app server's version, such as `2.8.11`.
    pub app_server_version: String,
}

impl Edition {
    /// Enterprise 2.8.2: the first line with `/exec`, mutable streams and pause and resume together.
    pub fn enterprise() -> Self {
        Self {
            product_name: "Timeplus Enterprise".to_owned(),
            product_version: "2.8.2".to_owned(),
            engine_version: (2, 8, 26),
            app_server_version: "2.8.11".to_owned(),
        }
    }

    /// Proton 1.6.9: the oldest Proton that has external streams of type timeplus.
    pub fn proton() -> Self {
        Self {
            product_name: "Proton".to_owned(),
            product_version: "1.6.9".to_owned(),
            engine_version: (1, 6, 9),
            app_server_version: String::new(),
        }
    }

    /// Whether this is Timeplus Enterprise.
    pub fn is_enterprise(&self) -> bool {
        self.product_name != "Proton"
    }

    /// timeplusd's version as text.
    pub fn engine_version_text(&self) -> String {
        let (major, minor, patch) = self.engine_version;
        format!("{major}.{minor}.{patch}")
    }
}

/// What a sandbox holds when it starts to serve.
#[derive(Debug, Clone, Default)]
pub enum Workload {
    /// Nothing.
    #[default]
    Empty,
    /// The demo: about 60 resources, and rows in 8 streams.
    Demo {
        /// 1.0 is 2,000,000 rows; 0.001 is enough for a test of shapes.
        scale: f64,
    },
    /// The statements of a file, separated by semicolons.
    File(PathBuf),
    /// The statements of a text, separated by semicolons.
    Sql(String),
}
