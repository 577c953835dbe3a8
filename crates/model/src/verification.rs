//! How far a stream's rows were compared on both sides, and where they differ.

use serde::{Deserialize, Serialize};

use crate::{Count, Side, TimeRange};

/// How much of a stream is compared; each level includes those before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompareLevel {
    /// The number of rows.
    #[default]
    Count,
    /// The number of rows in each bucket of time, or of keys.
    Buckets,
    /// In each bucket a checksum over every value, too.
    Checksum,
}

impl CompareLevel {
    /// Every level, the cheapest first.
    pub const ALL: [Self; 3] = [Self::Count, Self::Buckets, Self::Checksum];

    /// As plans spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Buckets => "buckets",
            Self::Checksum => "checksum",
        }
    }
}

/// A part of a stream's rows that is compared as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompareBucket {
    /// The rows of an interval of `_tp_time`.
    Time(TimeRange),
    /// The rows whose key, or where there is none whose values, fall into one of so many parts by their hash.
    Part {
        /// Which part, counted from 0.
        part: u64,
        /// Of how many.
        of: u64,
    },
}

/// One bucket whose rows are not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketDifference {
    /// Which rows.
    pub bucket: CompareBucket,
    /// Its rows, or keys, on the source.
    pub source: Count,
    /// Its rows, or keys, on the target.
    pub target: Count,
    /// Rows that only the source has; unknown where values were not compared.
    pub only_source: Count,
    /// Rows that only the target has; a row that was changed counts on both sides.
    pub only_target: Count,
    /// Some of the rows that one side has alone.
    pub samples: Vec<RowSample>,
}

/// A row that one side has alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSample {
    /// The side that has it.
    pub side: Side,
    /// By what it can be found: its key, or its time and its first value.
    pub row: String,
}

/// What a comparison that ended well has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// How much was compared.
    pub level: CompareLevel,
    /// Rows, or keys, of the target that were compared and are the source's.
    pub n_rows: u64,
    /// Rows that reached the source after the copy and are not covered (copy-safety 29).
    pub n_late: u64,
    /// Rows of the source before the plan's horizon, which were not compared (copy-safety 28).
    pub n_before_horizon: u64,
}
