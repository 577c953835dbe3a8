//! Packets that clients send.

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncRead;

use super::query::QueryPacket;
use super::{TableName, Version};
use crate::block::{Block, Place, RawBlock, read_block};
use crate::error::Error;
use crate::limits;
use crate::wire::source::{Layer, Source};
use crate::wire::{frame, pool, put};

const RAW: Layer = Layer::Raw;

const HELLO: u64 = 0;
const QUERY: u64 = 1;
pub(crate) const DATA: u64 = 2;
pub(crate) const CANCEL: u64 = 3;
const PING: u64 = 4;
const TABLES_STATUS: u64 = 5;
const SCALAR: u64 = 7;

/// What a client says about itself first (protocol.md A3).
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ClientHello {
    pub(crate) client_name: String,
    pub(crate) version: Version,
    pub(crate) revision: u64,
    pub(crate) database: String,
    pub(crate) user: String,
    pub(crate) password: String,
}

/// One packet of a client, after its hello.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ClientPacket {
    Query(Box<QueryPacket>),
    Data { table: String, block: Block },
    Scalar { name: String, block: Block },
    Cancel,
    Ping,
    TablesStatus(Vec<TableName>),
}

impl ClientHello {
    pub(crate) fn encode(&self, out: &mut BytesMut) {
        put::varuint(out, HELLO);
        put::string(out, &format!("{} client", self.client_name));
        put::varuint(out, self.version.major);
        put::varuint(out, self.version.minor);
        put::varuint(out, self.revision);
        put::string(out, &self.database);
        put::string(out, &self.user);
        put::string(out, &self.password);
    }

    pub(crate) async fn read<R: AsyncRead + Unpin>(source: &mut Source<R>) -> Result<Self, Error> {
        let during = "reading a client's hello";
        match source.packet_id().await? {
            None => return Err(Error::closed(during)),
            Some(HELLO) => {}
            Some(other) => {
                return Err(Error::protocol(format!("packet {other} before the hello")));
            }
        }
        let client_name = source.text(RAW, during).await?;
        let major = source.varuint(RAW, during).await?;
        let minor = source.varuint(RAW, during).await?;
        let revision = source.varuint(RAW, during).await?;
        let database = source.string(RAW, during).await?;
        let user = source.string(RAW, during).await?;
        let password = source.string(RAW, during).await?;
        Ok(Self { client_name, version: Version { major, minor, patch: 0 }, revision, database, user, password })
    }
}

impl ClientPacket {
    /// The packet's bytes, in parts.
    pub(crate) fn encode(&self, revision: u64, is_compressed: bool) -> Vec<Bytes> {
        let mut out = BytesMut::new();
        match self {
            Self::Query(query) => {
                put::varuint(&mut out, QUERY);
                query.encode(revision, &mut out);
            }
            Self::Data { table, block } => {
                return encode_data(DATA, table, block, is_compressed);
            }
            Self::Scalar { name, block } => {
                return encode_data(SCALAR, name, block, is_compressed);
            }
            Self::Cancel => put::varuint(&mut out, CANCEL),
            Self::Ping => put::varuint(&mut out, PING),
            Self::TablesStatus(tables) => {
                put::varuint(&mut out, TABLES_STATUS);
                put::varuint(&mut out, tables.len() as u64);
                for table in tables {
                    put::string(&mut out, &table.database);
                    put::string(&mut out, &table.name);
                }
            }
        }
        vec![out.freeze()]
    }

    /// Reads the next packet; `None` when the client closed between packets.
    pub(crate) async fn read<R: AsyncRead + Unpin>(
        source: &mut Source<R>,
        revision: u64,
        is_compressed: bool,
    ) -> Result<Option<Self>, Error> {
        let during = "reading a client's packet";
        let Some(id) = source.packet_id().await? else {
            return Ok(None);
        };
        Ok(Some(match id {
            QUERY => Self::Query(Box::new(QueryPacket::read(source, revision).await?)),
            DATA => Self::Data {
                table: source.text(RAW, during).await?,
                block: read_block(source, block_layer(is_compressed)).await?,
            },
            SCALAR => Self::Scalar {
                name: source.text(RAW, during).await?,
                block: read_block(source, block_layer(is_compressed)).await?,
            },
            CANCEL => Self::Cancel,
            PING => Self::Ping,
            TABLES_STATUS => {
                let n_tables = source.varuint(RAW, during).await?;
                limits::check("the number of tables", source.limits().max_entries, n_tables)?;
                let mut tables = Vec::new();
                for _ in 0..n_tables {
                    tables.push(TableName {
                        database: source.string(RAW, during).await?,
                        name: source.string(RAW, during).await?,
                    });
                }
                Self::TablesStatus(tables)
            }
            other => return Err(Error::protocol(format!("the unknown client packet {other}"))),
        }))
    }
}

pub(crate) fn block_layer(is_compressed: bool) -> Layer {
    if is_compressed { Layer::Framed } else { Layer::Raw }
}

/// A block as it was on the wire, with its place among the blocks in memory.
pub(crate) fn encode_raw_data(id: u64, block: RawBlock) -> (Vec<Bytes>, Place) {
    let mut head = BytesMut::new();
    put::varuint(&mut head, id);
    put::string(&mut head, "");
    let (parts, place) = block.into_parts();
    (std::iter::once(head.freeze()).chain(parts).collect(), place)
}

/// The id and the name stand outside of the compression (protocol.md A5).
pub(crate) fn encode_data(id: u64, name: &str, block: &Block, is_compressed: bool) -> Vec<Bytes> {
    let mut head = pool::take();
    put::varuint(&mut head, id);
    put::string(&mut head, name);
    let parts = block.encode();
    if is_compressed {
        frame::compress(&parts, &mut head);
        return vec![pool::share(head)];
    }
    let mut all = Vec::with_capacity(parts.len() + 1);
    all.push(pool::share(head));
    all.extend(parts);
    all
}
