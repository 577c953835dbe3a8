//! The commands that carry a run out.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use ferry_store::StoreLocation;
use tokio::process::{Child, Command};

use crate::PATIENCE;
use crate::postgres::Schema;
use crate::record::Record;
use crate::sandbox::ferry;
use crate::world::Planned;

/// Where one trial keeps its record and what its commands say.
pub struct Desk {
    pub folder: tempfile::TempDir,
    site: PathBuf,
    /// Where the record is, if it is on PostgreSQL.
    database_url: Option<String>,
    /// What must be removed with it.
    schema: Option<Schema>,
}

/// Who carries the run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// `ferry run`.
    Command,
    /// `ferry serve`, which takes up the runs that it finds.
    Console,
}

impl Desk {
    /// With a record on SQLite.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let site = folder.path().join("site");
        lay_out_site(&site);
        Self { folder, site, database_url: None, schema: None }
    }

    /// With a record on PostgreSQL, where a server is named.
    pub async fn on_postgres() -> Self {
        let schema = Schema::new().await;
        Self { database_url: schema.as_ref().map(Schema::url), schema, ..Self::new() }
    }

    /// Another machine that shares this desk's database and key, and no folder. Something was recorded before.
    pub fn beside(&self) -> Self {
        let other = Self { database_url: self.database_url.clone(), ..Self::new() };
        std::fs::create_dir_all(other.data_dir()).expect("a folder");
        let [from, to] = [self, &other].map(|desk| desk.location().key_file());
        std::fs::copy(from, to).expect("the key is there");
        other
    }

    /// Leaves nothing behind on a server.
    pub async fn close(self) {
        if let Some(schema) = self.schema {
            schema.remove().await;
        }
    }

    /// What keeps the record.
    pub const fn database(&self) -> &'static str {
        if self.database_url.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    /// Where a target keeps its data.
    pub fn target_dir(&self) -> PathBuf {
        self.folder.path().join("target")
    }

    /// Where a record on SQLite is.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("record")
    }

    pub async fn record(&self) -> Record {
        Record::read(&self.location()).await
    }

    fn location(&self) -> StoreLocation {
        let data_dir = self.data_dir();
        match &self.database_url {
            Some(url) => StoreLocation::on_postgres(&data_dir, url).expect("a PostgreSQL address"),
            None => StoreLocation::in_data_dir(&data_dir),
        }
    }

    pub fn start(&self, carrier: Carrier, planned: &Planned) -> Child {
        let mut command = Command::new(ferry());
        match carrier {
            Carrier::Command => command.args(["run", "-p"]).arg(&planned.plan),
            Carrier::Console => command.args(["serve", "--listen", "127.0.0.1:0", "--site"]).arg(&self.site),
        };
        if let Some(url) = &self.database_url {
            command.env("FERRY_DATABASE_URL", url);
        }
        let (out, err) = (self.log(), self.log());
        command.env("FERRY_DATA_DIR", self.data_dir()).env_remove("FERRY_CONFIG").env_remove("RUST_LOG");
        command.stdout(out).stderr(err).kill_on_drop(true).spawn().expect("the binary runs")
    }

    /// Waits until the run that a process carries out is over, and says whether everything is done and verified.
    pub async fn end(&self, carrier: Carrier, mut process: Child) -> Result<(), String> {
        let end = async {
            match carrier {
                Carrier::Command => match process.wait().await.expect("its end").code() {
                    Some(0) => Ok(()),
                    code => Err(format!("ferry run ended with {code:?}")),
                },
                Carrier::Console => {
                    let view = self.until_over().await.view;
                    process.kill().await.expect("it is killed");
                    let is_done = view.state == ferry_model::RunState::Done && view.unverified().is_empty();
                    if is_done { Ok(()) } else { Err(format!("ferry serve left it {:?}", view.state)) }
                }
            }
        };
        let ended = tokio::time::timeout(PATIENCE, end).await;
        ended.unwrap_or_else(|_| Err(format!("nothing ended within {PATIENCE:?}")))
    }

    /// Waits until the record says that the run is over.
    pub async fn until_over(&self) -> Record {
        let mut turns = tokio::time::interval(std::time::Duration::from_millis(100));
        loop {
            turns.tick().await;
            let record = self.record().await;
            if record.view.state.is_over() {
                return record;
            }
        }
    }

    /// What the commands said.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log(&self) -> File {
        OpenOptions::new().create(true).append(true).open(self.log_file()).expect("a file")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("said.log")
    }
}

/// As little as `ferry serve` wants to find.
fn lay_out_site(folder: &Path) {
    let pkg = folder.join("pkg");
    std::fs::create_dir_all(&pkg).expect("a folder");
    let manifest = r#"{"js":"pkg/ferry.0.js","wasm":"pkg/ferry.0.wasm","css":"pkg/ferry.0.css"}"#;
    std::fs::write(folder.join("manifest.json"), manifest).expect("a file");
    for file in [folder.join("start.js"), pkg.join("ferry.0.js"), pkg.join("ferry.0.wasm"), pkg.join("ferry.0.css")] {
        std::fs::write(file, "").expect("a file");
    }
}
