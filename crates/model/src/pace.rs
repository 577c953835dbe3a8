//! How fast a run moves rows, folded from its progress events, and how long the rest may take.

use serde::{Deserialize, Serialize};

use crate::{Basis, Count};

/// The most points that are kept; when there are more, neighbours are joined.
const N_POINTS: usize = 60;
const FIRST_WIDTH_MS: i64 = 1_000;
/// What happened within so long is "recent".
const RECENT_MS: i64 = 10_000;
/// Before rows have moved for so long nothing is foretold.
const SETTLED_MS: i64 = 4_000;

/// Rows written over time, in parts of equal length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    began_at_ms: i64,
    width_ms: i64,
    rows: Vec<u64>,
    last_at_ms: i64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { began_at_ms: 0, width_ms: FIRST_WIDTH_MS, rows: Vec::new(), last_at_ms: 0 }
    }
}

/// How long the copies may still take, and from what that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Eta {
    /// The shorter estimate, in milliseconds.
    pub from_ms: i64,
    /// The longer estimate, in milliseconds.
    pub to_ms: i64,
    /// Rows per second in the recent past.
    pub recent: u64,
    /// Rows per second in all the time in which rows moved.
    pub overall: u64,
    /// The event from which this was worked out, in milliseconds since 1970.
    pub as_of_ms: i64,
}

impl Pace {
    /// Takes rows into account that a progress event reports beyond those known before.
    pub(crate) fn take(&mut self, at_ms: i64, n_rows: u64) {
        if self.rows.is_empty() {
            self.began_at_ms = at_ms;
        }
        self.last_at_ms = self.last_at_ms.max(at_ms);
        let passed_ms = (at_ms - self.began_at_ms).max(0);
        while passed_ms / self.width_ms >= N_POINTS as i64 {
            self.rows = self.rows.chunks(2).map(|pair| pair.iter().sum()).collect();
            self.width_ms *= 2;
        }
        let place = usize::try_from(passed_ms / self.width_ms).unwrap_or(0);
        if self.rows.len() <= place {
            self.rows.resize(place + 1, 0);
        }
        self.rows[place] = self.rows[place].saturating_add(n_rows);
    }

    /// Rows per second, oldest first, at even distances from the first row to the last. The newest part is left out as
    /// long as it is too short to say anything.
    pub fn rates(&self) -> Vec<u64> {
        let last = self.rows.len().saturating_sub(1);
        let is_short = last > 0 && self.last_width_ms() < self.width_ms / 4;
        let n_told = if is_short { last } else { self.rows.len() };
        let rate = |(place, n_rows): (usize, &u64)| {
            let width_ms = if place == last { self.last_width_ms() } else { self.width_ms };
            per_second(*n_rows, width_ms.max(self.width_ms / 4))
        };
        self.rows.iter().take(n_told).enumerate().map(rate).collect()
    }

    /// How long it takes to write what is left; `None` where that cannot be told.
    pub(crate) fn eta(&self, done: Count, total: Count) -> Option<Eta> {
        let left = total.known()?.saturating_sub(done.known()?);
        let moving_ms = self.width_ms.saturating_mul(self.rows.iter().filter(|n_rows| **n_rows > 0).count() as i64);
        if left == 0 || self.last_at_ms - self.began_at_ms < SETTLED_MS || moving_ms < SETTLED_MS {
            return None;
        }
        let overall = per_second(self.rows.iter().sum(), moving_ms);
        let n_recent = usize::try_from((RECENT_MS / self.width_ms).max(1)).unwrap_or(1) + 1;
        let recent_rows: u64 = self.rows.iter().rev().take(n_recent).sum();
        let recent_ms = self.width_ms * (n_recent.min(self.rows.len()) as i64 - 1) + self.last_width_ms();
        let recent = per_second(recent_rows, recent_ms);
        if recent == 0 || overall == 0 {
            return None;
        }
        let is_exact = total.basis == Basis::Exact && done.basis == Basis::Exact;
        let (shorter, longer) = if is_exact { (100, 100) } else { (80, 125) };
        let in_ms = |rate: u64, percent: u128| {
            let ms = u128::from(left) * 10 * percent / u128::from(rate);
            i64::try_from(ms).unwrap_or(i64::MAX)
        };
        let from_ms = in_ms(recent.max(overall), shorter);
        let to_ms = in_ms(recent.min(overall), longer);
        Some(Eta { from_ms, to_ms, recent, overall, as_of_ms: self.last_at_ms })
    }

    /// The newest part is not over yet.
    fn last_width_ms(&self) -> i64 {
        (self.last_at_ms - self.began_at_ms) % self.width_ms
    }
}

fn per_second(n_rows: u64, in_ms: i64) -> u64 {
    n_rows.saturating_mul(1000) / u64::try_from(in_ms).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hundred rows every half second.
    fn steady(seconds: i64) -> Pace {
        let mut pace = Pace::default();
        for half in 0..seconds * 2 {
            pace.take(5_000 + half * 500, 100);
        }
        pace
    }

    #[test]
    fn the_points_stay_few_and_keep_every_row() {
        let pace = steady(10_000);
        assert!(pace.rows.len() <= N_POINTS);
        assert_eq!(pace.rows.iter().sum::<u64>(), 100 * 20_000);
        for rate in pace.rates() {
            assert!((150..=250).contains(&rate), "{rate} is not about 200");
        }
    }

    #[test]
    fn a_pause_of_days_does_not_take_more_points() {
        let mut pace = steady(10);
        pace.take(5_000 + 3 * 86_400_000, 100);
        assert!(pace.rows.len() <= N_POINTS);
        assert_eq!(pace.rows.iter().sum::<u64>(), 2_100);
    }

    #[test]
    fn a_clock_that_jumps_loses_no_row_and_the_rest_is_foretold_again() {
        for jump_ms in [3_600_000, -3_600_000] {
            let mut pace = steady(20);
            for half in 0..7_200 {
                pace.take(25_000 + jump_ms + half * 500, 100);
            }
            assert_eq!(pace.rows.iter().sum::<u64>(), 100 * (40 + 7_200), "{jump_ms}");
            assert!(pace.rows.len() <= N_POINTS, "{jump_ms}");
            pace.rates();
            if let Some(eta) = pace.eta(Count::exact(724_000), Count::exact(800_000)) {
                assert!(0 < eta.from_ms && eta.from_ms <= eta.to_ms, "{jump_ms}: {eta:?}");
            }
        }
    }

    #[test]
    fn the_rest_is_foretold_as_a_range_from_two_rates() {
        let mut pace = steady(20);
        for half in 0..20 {
            pace.take(25_000 + half * 500, 50);
        }
        let eta = pace.eta(Count::exact(5_000), Count::exact(15_000)).expect("it is known");
        assert!(eta.recent < eta.overall, "{eta:?}");
        assert!(eta.from_ms < eta.to_ms, "{eta:?}");
        assert!((50_000..=70_000).contains(&eta.from_ms), "{eta:?}");
        assert!((80_000..=110_000).contains(&eta.to_ms), "{eta:?}");
    }

    #[test]
    fn nothing_is_foretold_where_it_is_not_known() {
        let (done, total) = (Count::exact(4_000), Count::exact(15_000));
        assert_eq!(steady(2).eta(done, total), None, "too early");
        assert_eq!(steady(20).eta(done, Count::UNKNOWN), None, "the total is unknown");
        assert_eq!(steady(20).eta(Count::UNKNOWN, total), None, "what is done is unknown");
        assert_eq!(steady(20).eta(total, total), None, "nothing is left");
        let mut standing = steady(20);
        standing.take(200_000, 0);
        assert_eq!(standing.eta(done, total), None, "no rows moved of late");
    }

    #[test]
    fn an_estimated_total_widens_the_range() {
        let (done, total) = (Count::exact(4_000), 14_000);
        let exact = steady(20).eta(done, Count::exact(total)).expect("known");
        let estimated = steady(20).eta(done, Count::estimated(total)).expect("known");
        assert!(estimated.from_ms < exact.from_ms && estimated.to_ms > exact.to_ms);
    }
}
