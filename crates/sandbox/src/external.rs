//! External streams of type timeplus: another deployment, read over its own native port (protocol.md E).

mod learn;
mod reach;
mod scan;

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ferry_model::Secret;
use ferry_native::{ConnectOptions, DataType};
use futures::stream::BoxStream;

use crate::catalog::{Entry, StoredSetting};
use crate::engine::{ColumnDef, RemoteRelation, SqlError};
use crate::fault::{Fault, FaultCode};

pub use learn::learn;
pub use reach::reach;

/// The streaming native port, where `hosts` names none (protocol.md A7).
const DEFAULT_PORT: u16 = 8463;
/// The most addresses in `hosts` (protocol.md E).
const MAX_HOSTS: usize = 10;

/// A stream of another deployment, as the definition names it.
pub struct RemoteStream {
    /// One address a shard.
    hosts: Vec<String>,
    /// The database there.
    database: String,
    /// The stream there.
    stream: String,
    user: String,
    password: Secret,
    columns: Vec<ColumnDef>,
    /// How many shards the remote stream has.
    shards: u32,
}

/// The remote streams that were opened, by the identity of their definition.
#[derive(Default)]
pub struct Remotes {
    opened: Mutex<HashMap<String, Arc<RemoteStream>>>,
}

impl Remotes {
    /// The reader of an external stream. Types other than timeplus are kept as definitions and cannot be read here.
    pub fn reader(&self, entry: &Entry) -> Result<Arc<dyn RemoteRelation>, Fault> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(remote) = opened.get(&entry.uuid) {
            return Ok(Arc::clone(remote) as Arc<dyn RemoteRelation>);
        }
        let remote = Arc::new(RemoteStream::of_entry(entry)?);
        opened.insert(entry.uuid.clone(), Arc::clone(&remote));
        Ok(remote)
    }
}

impl RemoteStream {
    fn of_entry(entry: &Entry) -> Result<Self, Fault> {
        let mut remote = Self::from_settings(&settings_of(entry))?;
        let shards = entry.details["remote_shards"].as_u64().unwrap_or(1);
        remote.shards = u32::try_from(shards).unwrap_or(1);
        for column in &entry.columns {
            let data_type = DataType::from_str(&column.type_name).map_err(SqlError::from)?;
            remote.columns.push(ColumnDef::new(&column.name, data_type));
        }
        Ok(remote)
    }

    /// The remote that SETTINGS name; what it holds is not known yet.
    fn from_settings(settings: &[StoredSetting]) -> Result<Self, Fault> {
        let find = |name: &str| {
            let setting = settings.iter().find(|setting| setting.name == name);
            setting.map(|setting| setting.value.as_str()).filter(|value| !value.is_empty())
        };
        let type_name = find("type").unwrap_or_default();
        if type_name != "timeplus" {
            return Err(Fault::refused(format!("reading external streams of type {type_name}")));
        }
        if find("config_file").is_some() {
            return Err(Fault::refused("config_file in external streams"));
        }
        if matches!(find("secure"), Some("1" | "true")) {
            return Err(Fault::refused("external streams over TLS"));
        }
        let stream = find("stream").ok_or_else(|| Fault::bad("Setting `stream` cannot be empty."))?;
        let hosts = find("hosts").ok_or_else(|| Fault::bad("Setting `hosts` cannot be empty."))?;
        let hosts: Vec<String> = hosts.split(',').map(|host| with_port(host.trim())).collect();
        if hosts.len() > MAX_HOSTS {
            return Err(Fault::bad(format!("Setting `hosts` names more than {MAX_HOSTS} addresses")));
        }
        Ok(Self {
            hosts,
            database: find("db").unwrap_or("default").to_owned(),
            stream: stream.to_owned(),
            user: find("user").unwrap_or("default").to_owned(),
            password: Secret::new(find("password").unwrap_or_default()),
            columns: Vec::new(),
            shards: 1,
        })
    }

    fn connect_options(&self, address: &str) -> ConnectOptions {
        let mut options = ConnectOptions::new(address).credentials(&self.user, self.password.clone());
        options.connect_timeout = Duration::from_secs(10);
        options
    }

    /// One address a connection: several hosts are a shard each; one host serves every shard of the remote stream in
    /// turn, chosen by `_shard_num`.
    fn addresses(&self) -> Vec<String> {
        match self.hosts.as_slice() {
            [one] => vec![one.clone(); self.shards.max(1) as usize],
            several => several.to_vec(),
        }
    }
}

/// Keeps what a named collection says beside the definition that names it, which does not show it.
pub fn keep_collection(entry: &mut Entry, collection: &Entry) {
    entry.details["collection"] = collection.details["values"].clone();
}

/// What SETTINGS say, and where they say nothing, the named collection that they name.
fn settings_of(entry: &Entry) -> Vec<StoredSetting> {
    let mut settings = entry.settings.clone();
    let collection = entry.details["collection"].as_object().into_iter().flatten();
    for (name, value) in collection.filter(|(name, _)| entry.setting(name).is_none()) {
        let value = value.as_str().unwrap_or_default().to_owned();
        settings.push(StoredSetting { name: name.clone(), value, is_text: true });
    }
    settings
}

impl RemoteRelation for RemoteStream {
    fn columns(&self) -> Vec<ColumnDef> {
        self.columns.clone()
    }

    fn scan(
        &self,
        columns: &[String],
        filter: Option<&str>,
    ) -> BoxStream<'static, Result<arrow::array::RecordBatch, SqlError>> {
        scan::rows(self, columns, filter)
    }
}

impl std::fmt::Debug for RemoteStream {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RemoteStream")
            .field("hosts", &self.hosts)
            .field("database", &self.database)
            .field("stream", &self.stream)
            .field("shards", &self.shards)
            .finish_non_exhaustive()
    }
}

/// A failure of the connection or of the other deployment, with the address that it came from.
fn remote_fault(address: &str, error: ferry_native::Error) -> Fault {
    match error.server_exception() {
        Some(exception) => Fault::new(
            FaultCode::from_number(exception.code),
            format!("Received from {address}: {}", exception.message),
        ),
        None => Fault::new(
            FaultCode::NetworkError,
            format!("Could not read from {address}: {}", crate::deployment::chain(&error)),
        ),
    }
}

fn with_port(host: &str) -> String {
    if host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
        host.to_owned()
    } else {
        format!("{host}:{DEFAULT_PORT}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(name: &str, value: &str) -> StoredSetting {
        StoredSetting { name: name.to_owned(), value: value.to_owned(), is_text: true }
    }

    #[test]
    fn a_host_without_a_port_gets_the_streaming_port() {
        let settings = [setting("type", "timeplus"), setting("hosts", "a, b:9000"), setting("stream", "s")];
        let remote = RemoteStream::from_settings(&settings).expect("read");
        assert_eq!(remote.hosts, ["a:8463", "b:9000"]);
        assert_eq!((remote.database.as_str(), remote.user.as_str()), ("default", "default"));
    }

    #[test]
    fn one_host_is_asked_once_for_each_shard_and_several_once_each() {
        let settings = [setting("type", "timeplus"), setting("hosts", "a"), setting("stream", "s")];
        let mut remote = RemoteStream::from_settings(&settings).expect("read");
        remote.shards = 3;
        assert_eq!(remote.addresses().len(), 3);
        remote.hosts.push("b:1".to_owned());
        assert_eq!(remote.addresses(), ["a:8463", "b:1"]);
    }

    #[test]
    fn a_missing_stream_is_refused_in_the_server_s_words() {
        let settings = [setting("type", "timeplus"), setting("hosts", "a")];
        let fault = RemoteStream::from_settings(&settings).expect_err("refused");
        assert_eq!(fault.message, "Setting `stream` cannot be empty.");
    }
}
