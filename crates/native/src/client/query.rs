use std::fmt;

use bytes::Bytes;

use super::{ConnectOptions, client_version};
use crate::block::Block;
use crate::packet::CLIENT_REVISION;
use crate::packet::client::ClientPacket;
use crate::packet::query::{ClientInfo, QueryKind, QueryPacket, Setting, Stage};

/// A statement and how it is to be run.
#[derive(Clone)]
pub struct Query {
    text: String,
    id: Option<String>,
    settings: Vec<Setting>,
    stage: Stage,
    kind: QueryKind,
    scalars: Vec<(String, Block)>,
    pub(super) compression: Option<bool>,
}

impl Query {
    /// A statement with a random query id, run to its end.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            id: None,
            settings: Vec::new(),
            stage: Stage::Complete,
            kind: QueryKind::Initial,
            scalars: Vec::new(),
            compression: None,
        }
    }

    /// Chooses the query id, by which the query can be found and ended later.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Adds a setting; a server that does not know it passes over it (protocol.md A4).
    #[must_use]
    pub fn setting(self, name: impl Into<String>, value: impl ToString) -> Self {
        self.any_setting(name, value, false)
    }

    /// Adds a setting that the server must know.
    #[must_use]
    pub fn important_setting(self, name: impl Into<String>, value: impl ToString) -> Self {
        self.any_setting(name, value, true)
    }

    /// Chooses whether blocks are compressed, whatever the connection's options say.
    #[must_use]
    pub fn compression(mut self, is_compressed: bool) -> Self {
        self.compression = Some(is_compressed);
        self
    }

    /// Runs the query only up to a stage.
    #[must_use]
    pub fn stage(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }

    /// Asks on behalf of a user, as one server asks another.
    #[must_use]
    pub fn secondary(mut self) -> Self {
        self.kind = QueryKind::Secondary;
        self
    }

    /// Sends a scalar with the query, for example `_shard_num` (protocol.md E).
    #[must_use]
    pub fn scalar(mut self, name: impl Into<String>, value: Block) -> Self {
        self.scalars.push((name.into(), value));
        self
    }

    fn any_setting(mut self, name: impl Into<String>, value: impl ToString, is_important: bool) -> Self {
        self.settings.push(Setting { name: name.into(), value: value.to_string(), is_important, is_custom: false });
        self
    }

    /// The query's id and the bytes of its packets: the query, its scalars and the empty
    /// block that ends them.
    pub(super) fn encode(self, options: &ConnectOptions, revision: u64, is_compressed: bool) -> (String, Vec<Bytes>) {
        let id = self.id.unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
        let packet = QueryPacket {
            id: id.clone(),
            client_info: ClientInfo {
                query_kind: self.kind,
                // The server parses this even when it means nothing (protocol.md A4).
                initial_address: "0.0.0.0:0".to_owned(),
                client_name: options.client_name.clone(),
                version: client_version(),
                revision: CLIENT_REVISION,
                ..ClientInfo::default()
            },
            settings: self.settings,
            stage: self.stage,
            is_compressed,
            text: self.text,
            parameters: Vec::new(),
        };
        let mut parts = ClientPacket::Query(Box::new(packet)).encode(revision, is_compressed);
        for (name, block) in self.scalars {
            parts.extend(ClientPacket::Scalar { name, block }.encode(revision, is_compressed));
        }
        let end = ClientPacket::Data { table: String::new(), block: Block::default() };
        parts.extend(end.encode(revision, is_compressed));
        (id, parts)
    }
}

/// Without the text, which may hold a password of an external stream.
impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query").field("id", &self.id).field("text_bytes", &self.text.len()).finish_non_exhaustive()
    }
}

impl From<&str> for Query {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Query {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}
