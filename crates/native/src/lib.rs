#![doc = include_str!("../README.md")]

#[cfg(target_endian = "big")]
compile_error!("columns are moved between the wire and memory as they are, which needs little-endian numbers");

#[cfg(feature = "arrow")]
pub mod arrow;
mod block;
pub mod client;
mod error;
mod limits;
mod packet;
pub mod relay;
pub mod server;
mod types;
mod wire;

pub use block::{Block, BlockInfo, Column, RawBlock, Rows};
pub use client::{
    CancelHandle, ConnectOptions, Connection, InsertStream, Query, QueryEvent, QueryStream, RowStream, Summary,
    TlsOptions,
};
pub use error::{Error, ServerException};
pub use limits::Limits;
pub use packet::query::{ClientInfo, QueryKind, Setting, Stage};
pub use packet::{
    CLIENT_REVISION, ProfileInfo, Progress, SERVER_REVISION, ServerHello, TableName, TableStatus, Version,
};
pub use types::{DataType, Element, IntervalUnit, TypeError};
