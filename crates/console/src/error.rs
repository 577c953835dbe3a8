//! Errors of the record as people see them.

use ferry_model::messages::console as text;
use ferry_model::{FerryError, JournalError};
use ferry_store::StoreError;

/// Says what an error of the record means for the person who asked. Faults go to the log, once, under a reference.
pub fn from_store(error: StoreError) -> FerryError {
    match error {
        StoreError::Missing { what, id } => FerryError::NotFound { what: what.into(), id },
        StoreError::NameTaken(name) => text::name_taken(&name).into(),
        StoreError::RunUnderWay { run, .. } => text::run_under_way(&run).into(),
        StoreError::Unwritable { .. } | StoreError::Full { .. } | StoreError::Key { .. } => {
            text::record_not_writable(&error.to_string()).into()
        }
        other => fault("Reading or writing the record", &other.chain()),
    }
}

pub(crate) fn from_journal(error: JournalError) -> FerryError {
    match error {
        JournalError::NoSuchRun(run) => FerryError::NotFound { what: "run".into(), id: run.to_string() },
        JournalError::Storage(source) => match source.downcast::<StoreError>() {
            Ok(store) => from_store(*store),
            Err(other) => fault("Reading or writing the record", &other.to_string()),
        },
        JournalError::Fenced => fault("Reading the record", "fenced"),
    }
}

/// Logs a fault of Ferry and gives what may be shown of it.
pub(crate) fn fault(what: &str, cause: &str) -> FerryError {
    let reference = uuid::Uuid::new_v4().to_string();
    tracing::error!(reference, cause, "{what} failed");
    FerryError::Internal { what: what.into(), reference }
}
