//! Leases that stand still. A holder that lives renews its lease every few seconds, and each renewal changes what is
//! stored. One that this process has seen unchanged for a while by its own steady clock belongs to nobody any more,
//! whatever moment is written in it: a clock that was set back, here or on another machine, would block a run until then.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For how long a lease must stand still: as long as one holds without being renewed, which is four renewals.
const PATIENCE: Duration = Duration::from_secs(20);

/// What this process has seen of leases.
pub(crate) struct Sightings {
    patience: Duration,
    seen: Mutex<HashMap<String, Sighting>>,
}

struct Sighting {
    owner: String,
    expires_ms: i64,
    since: Instant,
}

impl Default for Sightings {
    fn default() -> Self {
        Self::with_patience(PATIENCE)
    }
}

impl Sightings {
    pub(crate) fn with_patience(patience: Duration) -> Self {
        Self { patience, seen: Mutex::default() }
    }

    /// Takes note of a run's lease, and says whether it has stood still.
    pub(crate) fn stands_still(&self, run: &str, owner: &str, expires_ms: i64) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match seen.get(run) {
            Some(before) if before.owner == owner && before.expires_ms == expires_ms => {
                before.since.elapsed() >= self.patience
            }
            _ => {
                seen.insert(run.to_owned(), Sighting { owner: owner.to_owned(), expires_ms, since: Instant::now() });
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_that_is_renewed_never_stands_still() {
        let sightings = Sightings::with_patience(Duration::ZERO);
        for expires_ms in [20, 25, 30, 3_600_000, 40] {
            assert!(!sightings.stands_still("r", "a", expires_ms), "{expires_ms}");
        }
        assert!(sightings.stands_still("r", "a", 40), "seen twice");
        assert!(!sightings.stands_still("r", "b", 40), "another holder");
        assert!(!Sightings::default().stands_still("r", "a", 40));
    }
}
