#![doc = include_str!("../README.md")]

mod drafts;
mod error;
mod events;
mod lease;
mod links;
mod location;
mod migrations;
mod presence;
mod revisions;
mod runs;
mod schema;
mod seal;
mod sessions;
mod sightings;
mod snapshots;
mod store;
mod users;

pub use drafts::{DraftEdit, DraftRecord};
pub use error::StoreError;
pub use links::OneTimeLink;
pub use location::StoreLocation;
pub use migrations::{MigrationRecord, NewMigration};
pub use revisions::{NewRevision, RevisionEntry, RevisionRecord};
pub use runs::{NewRun, RunRecord};
pub use seal::Seal;
pub use sessions::SessionRecord;
pub use snapshots::{NewSnapshot, SnapshotRecord};
pub use store::Store;
pub use users::UserRecord;
