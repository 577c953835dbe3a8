//! A part of a stream's rows, by time.

use serde::{Deserialize, Serialize};

/// A half-open interval of `_tp_time` in milliseconds since 1970, open to all sides where it has no bound
/// (copy-safety 9).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TimeRange {
    /// The first moment that belongs to it.
    pub from_ms: Option<i64>,
    /// The first moment that no longer belongs to it.
    pub until_ms: Option<i64>,
}

impl TimeRange {
    /// Every moment.
    pub const ALL: Self = Self { from_ms: None, until_ms: None };

    /// The intervals that bounds cut all time into: one more than there are bounds, the first and the last
    /// without an end.
    pub fn between(bounds: &[i64]) -> Vec<Self> {
        let from = std::iter::once(None).chain(bounds.iter().copied().map(Some));
        let until = bounds.iter().copied().map(Some).chain(std::iter::once(None));
        from.zip(until).map(|(from_ms, until_ms)| Self { from_ms, until_ms }).collect()
    }

    /// Whether it is everything.
    pub fn is_all(self) -> bool {
        self == Self::ALL
    }

    /// Whether a moment belongs to it.
    pub fn contains(self, at_ms: i64) -> bool {
        self.from_ms.is_none_or(|from_ms| from_ms <= at_ms) && self.until_ms.is_none_or(|until_ms| at_ms < until_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_belongs_to_exactly_one_interval() {
        for bounds in [vec![], vec![0], vec![-5, 0, 7]] {
            let ranges = TimeRange::between(&bounds);
            assert_eq!(ranges.len(), bounds.len() + 1);
            for at_ms in [i64::MIN, -6, -5, -1, 0, 6, 7, 8, i64::MAX] {
                assert_eq!(ranges.iter().filter(|range| range.contains(at_ms)).count(), 1, "{at_ms} of {bounds:?}");
            }
        }
    }
}
