//! The catalogue on disk: one JSON change per line, synced before a statement is acknowledged.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::entry::{Entry, EntryKind, RestKind, RestObject};

const FILE_NAME: &str = "catalog.jsonl";

/// One change of the catalogue.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "change", content = "of", rename_all = "snake_case")]
pub enum Change {
    /// A definition was created or replaced.
    Put(Box<Entry>),
    /// A definition was dropped.
    Drop {
        /// What it was.
        kind: EntryKind,
        /// Its database.
        database: String,
        /// Its name.
        name: String,
    },
    /// A REST object was created or replaced.
    PutRest(Box<RestObject>),
    /// A REST object was deleted.
    DropRest {
        /// What it was.
        kind: RestKind,
        /// Its id.
        id: String,
    },
}

/// Why the catalogue could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system refused.
    #[error("the catalogue's file could not be read or written")]
    Io(#[from] io::Error),
    /// A line that is not the last is not a change.
    #[error("line {line} of the catalogue's file is not a change")]
    Damaged {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

/// The open file.
pub struct Journal {
    file: File,
}

impl Journal {
    /// Writes `changes` as a new file that replaces the old one whole, and keeps it open.
    pub fn create(directory: &Path, changes: &[Change]) -> Result<Self, JournalError> {
        let path = directory.join(FILE_NAME);
        let fresh = directory.join("catalog.jsonl.new");
        let mut text = Vec::new();
        for change in changes {
            write_line(&mut text, change)?;
        }
        let mut file = File::create(&fresh)?;
        file.write_all(&text)?;
        file.sync_all()?;
        std::fs::rename(&fresh, &path)?;
        File::open(directory)?.sync_all()?;
        let file = OpenOptions::new().append(true).open(&path)?;
        Ok(Self { file })
    }

    /// Adds one change; it is on disk when this returns.
    pub fn append(&mut self, change: &Change) -> Result<(), JournalError> {
        let mut line = Vec::new();
        write_line(&mut line, change)?;
        let size_bytes = self.file.metadata()?.len();
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_data());
        if written.is_err() {
            // A full disk takes a part of a line, and the next one would follow it.
            self.file.set_len(size_bytes)?;
        }
        Ok(written?)
    }
}

/// The changes that are kept in `directory`, which is made if it is not there. A torn last line was never
/// acknowledged and is left out.
pub fn read(directory: &Path) -> Result<Vec<Change>, JournalError> {
    std::fs::create_dir_all(directory)?;
    let bytes = match std::fs::read(directory.join(FILE_NAME)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let complete = bytes.iter().rposition(|byte| *byte == b'\n').map_or(&bytes[..0], |end| &bytes[..end]);
    let mut changes = Vec::new();
    for (index, line) in complete.split(|byte| *byte == b'\n').enumerate() {
        if line.is_empty() {
            continue;
        }
        let change =
            serde_json::from_slice(line).map_err(|source| JournalError::Damaged { line: index + 1, source })?;
        changes.push(change);
    }
    Ok(changes)
}

fn write_line(text: &mut Vec<u8>, change: &Change) -> Result<(), JournalError> {
    serde_json::to_writer(&mut *text, change).map_err(io::Error::from)?;
    text.push(b'\n');
    Ok(())
}
