//! Waiting for a condition on a deployment, with a bound.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Answer, Pace, SiteError};

/// Asks until the answer is yes or the bound has passed; says which.
///
/// A deployment that cannot be asked for a moment is asked again: only the last failure counts.
pub(crate) async fn until<'a>(
    pace: &Pace,
    bound: Duration,
    check: impl Fn() -> Answer<'a, bool>,
) -> Result<bool, SiteError> {
    let end = Instant::now() + bound;
    let mut pause = pace.poll_min;
    loop {
        let answer = check().await;
        if matches!(answer, Ok(true)) {
            return Ok(true);
        }
        if Instant::now() >= end {
            return answer;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(pace.poll_max);
    }
}

/// Watches a number until it has stood still for a while, and gives it. Ends at once where `enough` says so.
///
/// Rows are seen one flush interval after they were accepted at the latest (copy-safety 11). So it looks seldom before,
/// because every look costs what the deployment needs for other INSERTs, and often from that moment on.
pub(crate) async fn still<'a>(
    pace: &Pace,
    flush: Duration,
    still_for: Duration,
    count: impl Fn() -> Answer<'a, u64>,
    enough: impl Fn(u64) -> bool,
) -> Result<u64, SiteError> {
    let mut last = count().await?;
    let mut since = Instant::now();
    let flushed = since + flush;
    let mut pause = pace.first_poll(flush);
    while !enough(last) && since.elapsed() < still_for {
        let until_flushed = flushed.saturating_duration_since(Instant::now());
        if !until_flushed.is_zero() && until_flushed <= pause {
            tokio::time::sleep(until_flushed).await;
            pause = pace.poll_min;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(pace.poll(flush));
        let now = count().await?;
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
    Ok(last)
}
