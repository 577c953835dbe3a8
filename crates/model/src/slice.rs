//! What the slices of a copy are cut at, beyond the bounds in time.

use serde::{Deserialize, Serialize};

/// Intervals of a copy that are cut further, by a hash of the row: too many of their rows have one moment
/// (copy-safety 9).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitByHash {
    /// The SQL expression of the hash, which both deployments compute; it is never NULL.
    pub hash: String,
    /// The intervals, in their order.
    pub intervals: Vec<SplitInterval>,
}

/// One interval that is cut further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitInterval {
    /// Which of the intervals between the bounds, counted from 0.
    pub interval: u32,
    /// Into how many slices.
    pub n_parts: u32,
}

/// Which of the slices of one interval: the rows whose hash leaves `part` when it is divided by `of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlicePart {
    /// Counted from 0.
    pub part: u32,
    /// How many there are.
    pub of: u32,
}

impl SplitByHash {
    /// The parts of an interval; one where it is not cut further.
    pub fn parts_of(&self, interval: u32) -> u32 {
        let split = self.intervals.iter().find(|split| split.interval == interval);
        split.map_or(1, |split| split.n_parts.max(1))
    }
}

/// How many slices bounds and intervals that are cut further make.
pub fn n_slices(bounds: &[i64], split: Option<&SplitByHash>) -> usize {
    let parts_of = |interval| split.map_or(1, |split| split.parts_of(interval) as usize);
    (0..=bounds.len()).zip(0..).map(|(_, interval)| parts_of(interval)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_that_is_cut_further_is_several_slices() {
        let split =
            SplitByHash { hash: "sip_hash64(`id`)".into(), intervals: vec![SplitInterval { interval: 1, n_parts: 4 }] };
        assert_eq!((n_slices(&[5, 6], Some(&split)), n_slices(&[5, 6], None), n_slices(&[], None)), (6, 3, 1));
    }
}
