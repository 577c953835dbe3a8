//! Packets that servers send.

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::AsyncRead;

use super::client::{block_layer, encode_data, encode_raw_data};
use super::form::DataForm;
use super::{ProfileInfo, Progress, ServerHello, ServerPacket, TableName, TableStatus, Version, since};
use crate::block::{Place, read_block, read_raw_block};
use crate::error::{Error, ServerException};
use crate::limits;
use crate::wire::put;
use crate::wire::source::{Layer, Source};

const RAW: Layer = Layer::Raw;
const DURING: &str = "reading a server's packet";
/// A server never nests exceptions; other implementations do, but not deeply.
const MAX_NESTED_EXCEPTIONS: usize = 16;

const HELLO: u64 = 0;
const DATA: u64 = 1;
const EXCEPTION: u64 = 2;
const PROGRESS: u64 = 3;
const PONG: u64 = 4;
const END_OF_STREAM: u64 = 5;
const PROFILE_INFO: u64 = 6;
const TOTALS: u64 = 7;
const EXTREMES: u64 = 8;
const TABLES_STATUS: u64 = 9;
const LOG: u64 = 10;
const TABLE_COLUMNS: u64 = 11;
const PROFILE_EVENTS: u64 = 14;

impl ServerPacket {
    /// The packet's bytes, in parts. `revision` is the lower one of both sides.
    pub(crate) fn encode(&self, revision: u64, is_compressed: bool) -> Vec<Bytes> {
        let mut out = BytesMut::new();
        match self {
            Self::Hello(hello) => put_hello(hello, revision, &mut out),
            Self::Data(block) => return encode_data(DATA, "", block, is_compressed),
            Self::RawData(block) => return encode_raw_data(DATA, block.clone()).0,
            Self::Totals(block) => return encode_data(TOTALS, "", block, is_compressed),
            Self::Extremes(block) => return encode_data(EXTREMES, "", block, is_compressed),
            // Never compressed (protocol.md A5).
            Self::Log(block) => return encode_data(LOG, "", block, false),
            Self::ProfileEvents(block) => return encode_data(PROFILE_EVENTS, "", block, false),
            Self::Exception(exception) => {
                put::varuint(&mut out, EXCEPTION);
                out.put_i32_le(exception.code);
                put::string(&mut out, &exception.name);
                put::string(&mut out, &exception.message);
                put::string(&mut out, &exception.stack_trace);
                out.put_u8(0);
            }
            Self::Progress(progress) => {
                put::varuint(&mut out, PROGRESS);
                put::varuint(&mut out, progress.read_rows);
                put::varuint(&mut out, progress.read_bytes);
                put::varuint(&mut out, progress.total_rows);
                put::varuint(&mut out, progress.written_rows);
                put::varuint(&mut out, progress.written_bytes);
                if revision >= since::ELAPSED_IN_PROGRESS {
                    put::varuint(&mut out, 0);
                }
            }
            Self::Pong => put::varuint(&mut out, PONG),
            Self::EndOfStream => put::varuint(&mut out, END_OF_STREAM),
            Self::ProfileInfo(info) => {
                put::varuint(&mut out, PROFILE_INFO);
                put::varuint(&mut out, info.rows);
                put::varuint(&mut out, info.blocks);
                put::varuint(&mut out, info.bytes);
                out.put_u8(u8::from(info.is_limit_applied));
                put::varuint(&mut out, info.rows_before_limit);
                out.put_u8(u8::from(info.is_rows_before_limit_calculated));
            }
            Self::TablesStatus(statuses) => {
                put::varuint(&mut out, TABLES_STATUS);
                put::varuint(&mut out, statuses.len() as u64);
                for status in statuses {
                    put::string(&mut out, &status.table.database);
                    put::string(&mut out, &status.table.name);
                    out.put_u8(u8::from(status.is_replicated));
                    if status.is_replicated {
                        put::varuint(&mut out, status.delay_seconds);
                    }
                }
            }
            Self::TableColumns(description) => {
                put::varuint(&mut out, TABLE_COLUMNS);
                put::string(&mut out, "");
                put::string(&mut out, description);
            }
        }
        vec![out.freeze()]
    }

    /// Reads the next packet; `None` when the server closed between packets.
    pub(crate) async fn read<R: AsyncRead + Unpin>(
        source: &mut Source<R>,
        revision: u64,
        form: &DataForm,
    ) -> Result<Option<Self>, Error> {
        let Some(id) = source.packet_id().await? else {
            return Ok(None);
        };
        if matches!(id, DATA | TOTALS | EXTREMES | LOG | PROFILE_EVENTS) {
            source.text(RAW, DURING).await?;
        }
        // Looked at now: the query that this answers was sent while the id was awaited.
        let layer = block_layer(form.is_compressed());
        Ok(Some(match id {
            HELLO => Self::Hello(read_hello(source, revision).await?),
            DATA => match form.places() {
                Some(places) => {
                    // Nobody closes the places, so there is always one in the end.
                    let place = Place::of(places.acquire_owned().await.ok());
                    Self::RawData(read_raw_block(source, layer, place).await?)
                }
                None => Self::Data(read_block(source, layer).await?),
            },
            TOTALS => Self::Totals(read_block(source, layer).await?),
            EXTREMES => Self::Extremes(read_block(source, layer).await?),
            LOG => Self::Log(read_block(source, RAW).await?),
            PROFILE_EVENTS => Self::ProfileEvents(read_block(source, RAW).await?),
            EXCEPTION => Self::Exception(read_exception(source).await?),
            PROGRESS => {
                let progress = Progress {
                    read_rows: source.varuint(RAW, DURING).await?,
                    read_bytes: source.varuint(RAW, DURING).await?,
                    total_rows: source.varuint(RAW, DURING).await?,
                    written_rows: source.varuint(RAW, DURING).await?,
                    written_bytes: source.varuint(RAW, DURING).await?,
                };
                if revision >= since::ELAPSED_IN_PROGRESS {
                    source.varuint(RAW, DURING).await?;
                }
                Self::Progress(progress)
            }
            PONG => Self::Pong,
            END_OF_STREAM => Self::EndOfStream,
            PROFILE_INFO => Self::ProfileInfo(ProfileInfo {
                rows: source.varuint(RAW, DURING).await?,
                blocks: source.varuint(RAW, DURING).await?,
                bytes: source.varuint(RAW, DURING).await?,
                is_limit_applied: source.u8(RAW, DURING).await? != 0,
                rows_before_limit: source.varuint(RAW, DURING).await?,
                is_rows_before_limit_calculated: source.u8(RAW, DURING).await? != 0,
            }),
            TABLES_STATUS => Self::TablesStatus(read_statuses(source).await?),
            TABLE_COLUMNS => {
                source.text(RAW, DURING).await?;
                Self::TableColumns(source.text(RAW, DURING).await?)
            }
            other => return Err(Error::protocol(format!("the unknown server packet {other}"))),
        }))
    }
}

fn put_hello(hello: &ServerHello, revision: u64, out: &mut BytesMut) {
    put::varuint(out, HELLO);
    put::string(out, &hello.name);
    put::varuint(out, hello.version.major);
    put::varuint(out, hello.version.minor);
    put::varuint(out, hello.revision);
    if revision >= since::SERVER_TIMEZONE {
        put::string(out, &hello.timezone);
    }
    if revision >= since::SERVER_DISPLAY_NAME {
        put::string(out, &hello.display_name);
    }
    if revision >= since::VERSION_PATCH {
        put::varuint(out, hello.version.patch);
    }
    if revision >= since::NONCE {
        // The nonce signs queries with a cluster's secret, which is not supported.
        out.put_u64_le(0);
    }
}

/// The gates are on the revision that the client announced (protocol.md A3).
async fn read_hello<R: AsyncRead + Unpin>(source: &mut Source<R>, announced: u64) -> Result<ServerHello, Error> {
    let name = source.text(RAW, DURING).await?;
    let major = source.varuint(RAW, DURING).await?;
    let minor = source.varuint(RAW, DURING).await?;
    let revision = source.varuint(RAW, DURING).await?;
    let common = announced.min(revision);
    let timezone = if common >= since::SERVER_TIMEZONE { source.text(RAW, DURING).await? } else { String::new() };
    let display_name =
        if common >= since::SERVER_DISPLAY_NAME { source.text(RAW, DURING).await? } else { String::new() };
    let patch = if common >= since::VERSION_PATCH { source.varuint(RAW, DURING).await? } else { 0 };
    if common >= since::NONCE {
        source.u64(RAW, DURING).await?;
    }
    Ok(ServerHello { name, version: Version { major, minor, patch }, revision, timezone, display_name })
}

async fn read_exception<R: AsyncRead + Unpin>(source: &mut Source<R>) -> Result<ServerException, Error> {
    let mut chain: Option<ServerException> = None;
    for _ in 0..MAX_NESTED_EXCEPTIONS {
        let next = ServerException {
            code: source.i32(RAW, DURING).await?,
            name: source.text(RAW, DURING).await?,
            message: source.text(RAW, DURING).await?,
            stack_trace: source.text(RAW, DURING).await?,
        };
        let is_last = source.u8(RAW, DURING).await? == 0;
        let exception = match chain.take() {
            None => next,
            Some(mut outer) => {
                outer.message.push_str("; caused by: ");
                outer.message.push_str(&next.message);
                outer
            }
        };
        if is_last {
            return Ok(exception);
        }
        chain = Some(exception);
    }
    Err(Error::protocol("an exception that nests without end"))
}

async fn read_statuses<R: AsyncRead + Unpin>(source: &mut Source<R>) -> Result<Vec<TableStatus>, Error> {
    let n_tables = source.varuint(RAW, DURING).await?;
    limits::check("the number of tables", source.limits().max_entries, n_tables)?;
    let mut statuses = Vec::new();
    for _ in 0..n_tables {
        let table = TableName { database: source.string(RAW, DURING).await?, name: source.string(RAW, DURING).await? };
        let is_replicated = source.u8(RAW, DURING).await? != 0;
        let delay_seconds = if is_replicated { source.varuint(RAW, DURING).await? } else { 0 };
        statuses.push(TableStatus { table, is_replicated, delay_seconds });
    }
    Ok(statuses)
}
