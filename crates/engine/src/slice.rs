//! The rows of one slice.

use std::sync::Arc;

use ferry_model::{SlicePart, SplitByHash, TimeRange};

/// The rows of one slice: those of a time range, or a part of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SliceRows {
    /// The time range.
    pub range: TimeRange,
    /// The part of it, where too many rows have one moment (copy-safety 9).
    pub part: Option<HashedPart>,
}

/// The rows whose hash leaves a rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashedPart {
    /// Which rest of which division.
    pub part: SlicePart,
    /// The SQL expression of the hash.
    pub hash: Arc<str>,
}

impl SliceRows {
    /// Every row.
    pub const ALL: Self = Self { range: TimeRange::ALL, part: None };

    /// The slices that bounds, and intervals that are cut further, cut all rows into: every row belongs to exactly one.
    pub(crate) fn cut(bounds: &[i64], split: Option<&SplitByHash>) -> Vec<Self> {
        let hash: Option<Arc<str>> = split.map(|split| split.hash.as_str().into());
        let parts_of = |(range, interval)| {
            let of = split.map_or(1, |split| split.parts_of(interval));
            let hash = hash.clone().filter(|_| of > 1);
            (0..of).map(move |part| {
                let part = hash.clone().map(|hash| HashedPart { part: SlicePart { part, of }, hash });
                Self { range, part }
            })
        };
        TimeRange::between(bounds).into_iter().zip(0..).flat_map(parts_of).collect()
    }
}

impl From<TimeRange> for SliceRows {
    fn from(range: TimeRange) -> Self {
        Self { range, part: None }
    }
}
