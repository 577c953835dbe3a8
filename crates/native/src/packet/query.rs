//! The Query packet (protocol.md A4).

use bytes::{BufMut, BytesMut};
use tokio::io::AsyncRead;

use super::{Version, since};
use crate::error::Error;
use crate::limits;
use crate::wire::put;
use crate::wire::source::{Layer, Source};

const DURING: &str = "reading a query";
const RAW: Layer = Layer::Raw;

/// How far the server processes a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// Only reads the columns.
    FetchColumns,
    /// Stops at states of aggregations that can be merged.
    WithMergeableState,
    /// To the end.
    #[default]
    Complete,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QueryKind {
    /// Nobody said; the rest of the client's description is absent.
    None,
    /// A user.
    #[default]
    Initial,
    /// Another server on behalf of a user.
    Secondary,
}

/// One setting of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The setting's name.
    pub name: String,
    /// Its value as text.
    pub value: String,
    /// Whether a server that does not know it must refuse the query.
    pub is_important: bool,
    /// Whether it is a custom setting.
    pub is_custom: bool,
}

/// What the client says about itself with each query. Two parts of it are on the wire
/// whatever the revision: the start time and three fields of parallel replicas.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClientInfo {
    /// Who asks.
    pub query_kind: QueryKind,
    /// The user of the first query.
    pub initial_user: String,
    /// The id of the first query.
    pub initial_query_id: String,
    /// The address of the first client, `ip:port`.
    pub initial_address: String,
    /// When the first query began, in microseconds since 1970.
    pub initial_start_time_us: i64,
    /// The user of the client's operating system.
    pub os_user: String,
    /// The client's host.
    pub host_name: String,
    /// The client's name.
    pub client_name: String,
    /// The client's release.
    pub version: Version,
    /// The client's protocol revision.
    pub revision: u64,
    /// The key of the quota.
    pub quota_key: String,
    /// How many servers the query has passed through.
    pub distributed_depth: u64,
}

/// A Query packet without the blocks that follow it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct QueryPacket {
    pub(crate) id: String,
    pub(crate) client_info: ClientInfo,
    pub(crate) settings: Vec<Setting>,
    pub(crate) stage: Stage,
    pub(crate) is_compressed: bool,
    pub(crate) text: String,
    pub(crate) parameters: Vec<Setting>,
}

const INTERFACE_TCP: u8 = 1;
const FLAG_IMPORTANT: u64 = 1;
const FLAG_CUSTOM: u64 = 2;

impl QueryPacket {
    /// Appends the packet without its id.
    pub(crate) fn encode(&self, revision: u64, out: &mut BytesMut) {
        put::string(out, &self.id);
        self.client_info.encode(out);
        put_settings(&self.settings, out);
        if revision >= since::INTERSERVER_SECRET {
            put::string(out, "");
        }
        let stage = match self.stage {
            Stage::FetchColumns => 0,
            Stage::WithMergeableState => 1,
            Stage::Complete => 2,
        };
        put::varuint(out, stage);
        put::varuint(out, u64::from(self.is_compressed));
        put::string(out, &self.text);
        if revision >= since::PARAMETERS {
            put_settings(&self.parameters, out);
        }
    }

    pub(crate) async fn read<R: AsyncRead + Unpin>(source: &mut Source<R>, revision: u64) -> Result<Self, Error> {
        let id = source.string(RAW, DURING).await?;
        let client_info = ClientInfo::read(source).await?;
        let settings = read_settings(source).await?;
        if revision >= since::INTERSERVER_SECRET {
            let secret_hash = source.string(RAW, DURING).await?;
            if !secret_hash.is_empty() {
                return Err(Error::protocol("a query signed by a cluster's secret"));
            }
        }
        let stage = match source.varuint(RAW, DURING).await? {
            0 => Stage::FetchColumns,
            1 => Stage::WithMergeableState,
            2 => Stage::Complete,
            other => return Err(Error::protocol(format!("the unknown query stage {other}"))),
        };
        let is_compressed = source.varuint(RAW, DURING).await? != 0;
        let text = source.string(RAW, DURING).await?;
        let parameters = if revision >= since::PARAMETERS { read_settings(source).await? } else { Vec::new() };
        Ok(Self { id, client_info, settings, stage, is_compressed, text, parameters })
    }
}

impl ClientInfo {
    fn encode(&self, out: &mut BytesMut) {
        let kind = match self.query_kind {
            QueryKind::None => 0,
            QueryKind::Initial => 1,
            QueryKind::Secondary => 2,
        };
        out.put_u8(kind);
        if kind == 0 {
            return;
        }
        put::string(out, &self.initial_user);
        put::string(out, &self.initial_query_id);
        put::string(out, &self.initial_address);
        out.put_i64_le(self.initial_start_time_us);
        out.put_u8(INTERFACE_TCP);
        put::string(out, &self.os_user);
        put::string(out, &self.host_name);
        put::string(out, &self.client_name);
        put::varuint(out, self.version.major);
        put::varuint(out, self.version.minor);
        put::varuint(out, self.revision);
        put::string(out, &self.quota_key);
        put::varuint(out, self.distributed_depth);
        put::varuint(out, self.version.patch);
        // No trace, and no part in a parallel read.
        out.put_u8(0);
        out.put_slice(&[0, 0, 0]);
    }

    async fn read<R: AsyncRead + Unpin>(source: &mut Source<R>) -> Result<Self, Error> {
        let query_kind = match source.u8(RAW, DURING).await? {
            0 => {
                return Ok(Self { query_kind: QueryKind::None, ..Self::default() });
            }
            1 => QueryKind::Initial,
            2 => QueryKind::Secondary,
            other => return Err(Error::protocol(format!("the unknown query kind {other}"))),
        };
        let initial_user = source.text(RAW, DURING).await?;
        let initial_query_id = source.text(RAW, DURING).await?;
        let initial_address = source.text(RAW, DURING).await?;
        let initial_start_time_us = source.u64(RAW, DURING).await?.cast_signed();
        let interface = source.u8(RAW, DURING).await?;
        if interface != INTERFACE_TCP {
            return Err(Error::protocol(format!("a client that came over interface {interface}")));
        }
        let os_user = source.text(RAW, DURING).await?;
        let host_name = source.text(RAW, DURING).await?;
        let client_name = source.text(RAW, DURING).await?;
        let major = source.varuint(RAW, DURING).await?;
        let minor = source.varuint(RAW, DURING).await?;
        let revision = source.varuint(RAW, DURING).await?;
        let quota_key = source.text(RAW, DURING).await?;
        let distributed_depth = source.varuint(RAW, DURING).await?;
        let patch = source.varuint(RAW, DURING).await?;
        if source.u8(RAW, DURING).await? != 0 {
            // A trace: its id (16 bytes), the span's id, the state and the flags.
            source.exact(RAW, 24, DURING).await?;
            source.text(RAW, DURING).await?;
            source.u8(RAW, DURING).await?;
        }
        for _ in 0..3 {
            source.varuint(RAW, DURING).await?;
        }
        Ok(Self {
            query_kind,
            initial_user,
            initial_query_id,
            initial_address,
            initial_start_time_us,
            os_user,
            host_name,
            client_name,
            version: Version { major, minor, patch },
            revision,
            quota_key,
            distributed_depth,
        })
    }
}

fn put_settings(settings: &[Setting], out: &mut BytesMut) {
    for setting in settings {
        put::string(out, &setting.name);
        let important = if setting.is_important { FLAG_IMPORTANT } else { 0 };
        let custom = if setting.is_custom { FLAG_CUSTOM } else { 0 };
        put::varuint(out, important | custom);
        put::string(out, &setting.value);
    }
    put::string(out, "");
}

async fn read_settings<R: AsyncRead + Unpin>(source: &mut Source<R>) -> Result<Vec<Setting>, Error> {
    let max_entries = source.limits().max_entries;
    let mut settings = Vec::new();
    loop {
        let name = source.string(RAW, DURING).await?;
        if name.is_empty() {
            return Ok(settings);
        }
        let flags = source.varuint(RAW, DURING).await?;
        let value = source.string(RAW, DURING).await?;
        limits::check("the number of settings", max_entries, settings.len() as u64 + 1)?;
        settings.push(Setting {
            name,
            value,
            is_important: flags & FLAG_IMPORTANT != 0,
            is_custom: flags & FLAG_CUSTOM != 0,
        });
    }
}
