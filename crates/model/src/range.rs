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

    /// The part of it that lies in another.
    pub fn within(self, other: Self) -> Self {
        let from_ms = self.from_ms.into_iter().chain(other.from_ms).max();
        let until_ms = self.until_ms.into_iter().chain(other.until_ms).min();
        Self { from_ms, until_ms }
    }

    /// Whether a moment belongs to both.
    pub fn overlaps(self, other: Self) -> bool {
        let both = self.within(other);
        both.from_ms.zip(both.until_ms).is_none_or(|(from_ms, until_ms)| from_ms < until_ms)
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
    fn intervals_that_only_touch_do_not_overlap() {
        let range = |from_ms, until_ms| TimeRange { from_ms, until_ms };
        for (a, b, expected) in [
            (range(None, Some(5)), range(Some(5), None), false),
            (range(None, Some(6)), range(Some(5), None), true),
            (range(Some(0), Some(9)), range(Some(3), Some(4)), true),
            (range(Some(3), Some(4)), range(Some(0), Some(3)), false),
            (TimeRange::ALL, range(Some(3), Some(4)), true),
        ] {
            assert_eq!((a.overlaps(b), b.overlaps(a)), (expected, expected), "{a:?} {b:?}");
        }
    }

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
