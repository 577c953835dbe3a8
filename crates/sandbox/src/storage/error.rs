//! What can go wrong while rows are kept.

use std::path::PathBuf;

use thiserror::Error;

/// Why rows could not be stored or read.
#[derive(Debug, Error)]
pub enum StorageError {
    /// One block is larger than a record of the log may be (resources.md 3.3).
    #[error("record is too large: {rows} rows take {size_bytes} bytes, the limit of one record is {limit_bytes} bytes")]
    TooLargeRecord {
        /// Rows of the refused block.
        rows: usize,
        /// Bytes of the refused block.
        size_bytes: usize,
        /// The limit in bytes.
        limit_bytes: usize,
    },
    /// A block does not have the columns of the stream.
    #[error("block does not fit the stream: {0}")]
    Schema(String),
    /// An expression of the stream (sharding, partition, TTL) failed.
    #[error("expression of the stream failed: {0}")]
    Expression(String),
    /// Arrow refused an operation.
    #[error("arrow operation failed")]
    Arrow(#[from] arrow::error::ArrowError),
    /// The stream's files could not be read or written.
    #[error("cannot {action} {path}")]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: std::io::Error,
    },
}

impl StorageError {
    /// Wraps an answer of the file system.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}
