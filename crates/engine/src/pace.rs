//! How long the engine waits, and how much of one step it does at once.

use std::time::Duration;

/// Waiting times and limits. The defaults suit real deployments; tests shorten them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// The shortest time between two looks at a deployment.
    pub poll_min: Duration,
    /// The longest time between two looks at a deployment.
    pub poll_max: Duration,
    /// For how long a count must stand still, at least, before missing rows are believed to be lost; and how long a
    /// creation whose answer was lost is looked for before the step fails.
    pub still: Duration,
    /// How long a creation, removal, stop or cancelled query may take to be seen.
    pub settle: Duration,
    /// How often the copy of one stream is begun again from an empty stream before the step fails.
    pub n_copy_attempts: u32,
    /// How long nothing happens before deferred creations are tried again for the first time; each further pause is
    /// four times as long (copy-safety 26).
    pub deferred: Duration,
    /// The shortest time between two progress events of one step.
    pub progress: Duration,
    /// Rows of one part of a comparison, which an interruption loses at most.
    pub n_compared_at_once: u64,
    /// Rows that are asked for one by one where a bucket differs.
    pub n_rows_shown: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            poll_min: Duration::from_millis(25),
            poll_max: Duration::from_secs(1),
            still: Duration::from_secs(15),
            settle: Duration::from_secs(60),
            n_copy_attempts: 3,
            deferred: Duration::from_secs(5),
            progress: Duration::from_millis(250),
            n_compared_at_once: 5_000_000,
            n_rows_shown: 20_000,
        }
    }
}

impl Pace {
    /// The pause before a round of deferred creations, counted from 1.
    pub(crate) fn before_round(&self, round: u32) -> Duration {
        self.deferred.saturating_mul(4_u32.saturating_pow(round.saturating_sub(1)))
    }

    /// After how long to look for the first time for rows that a flush makes visible.
    pub(crate) fn first_poll(&self, flush: Duration) -> Duration {
        (flush / 16).clamp(self.poll_min, self.poll_max.max(self.poll_min))
    }

    /// How often to look for rows that a flush makes visible.
    pub(crate) fn poll(&self, flush: Duration) -> Duration {
        (flush / 4).clamp(self.poll_min, self.poll_max.max(self.poll_min))
    }
}
