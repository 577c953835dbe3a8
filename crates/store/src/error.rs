//! What can go wrong with the record.

use std::path::PathBuf;

use ferry_model::{MigrationId, RunId};

/// An error of the record. Its text names the place, so that an operator knows which disk or database to look at.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data directory, the database file or the key file cannot be written.
    #[error("{} cannot be written: {why}", path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system or SQLite said.
        why: String,
    },
    /// The disk under the database is full.
    #[error("the disk is full: {} could not be written", path.display())]
    Full {
        /// The database file.
        path: PathBuf,
    },
    /// The database could not be reached or refused a statement.
    #[error("the record in {place} could not be read or written")]
    Database {
        /// The database file, or the address of the PostgreSQL server without its password.
        place: String,
        /// The cause.
        #[source]
        source: sqlx::Error,
    },
    /// A newer Ferry has changed the tables.
    #[error("the record in {place} was written by a newer Ferry (schema {found}, this Ferry knows {known})")]
    NewerSchema {
        /// The database.
        place: String,
        /// The version found.
        found: i64,
        /// The newest version this Ferry knows.
        known: i64,
    },
    /// The key does not open what is stored, or the key file is damaged.
    #[error("the encryption key in {key_place} does not fit the record: {why}")]
    Key {
        /// The key file, or the environment variable.
        key_place: String,
        /// What is wrong.
        why: String,
    },
    /// A stored text cannot be understood.
    #[error("the record holds {what} that this Ferry cannot read")]
    Unreadable {
        /// What it is.
        what: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The address of the record is neither a folder nor a `postgres://` URL.
    #[error("`{0}` is not the address of a record: give a folder, or a URL that begins with postgres://")]
    Address(String),
    /// The name is taken.
    #[error("the name `{0}` is taken")]
    NameTaken(String),
    /// The migration has a run that is not over.
    #[error("run {run} of migration {migration} is not over")]
    RunUnderWay {
        /// Whose run.
        migration: MigrationId,
        /// Which run.
        run: RunId,
    },
    /// There is no such thing.
    #[error("there is no {what} {id}")]
    Missing {
        /// The glossary's word.
        what: &'static str,
        /// Its id.
        id: String,
    },
}

impl StoreError {
    /// The error and all its causes in one line, for logs.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}
