//! Comparing the rows of both sides by what the deployments compute: counts and checksums in buckets, and where they
//! differ, single rows. It shares no code with the copying but the connection.

pub(crate) mod hash;
pub(crate) mod narrow;
mod question;
pub(crate) mod tally;

pub use question::{BucketDigest, Bucketing, HashedColumn, Part, Question, RowDigest, RowsBy};
