//! The log of a run, in parts.

use ferry_model::{Caller, Event, FerryError, Journal, LogChoice, LogLine, LogPage, Permission, RunId};

use crate::Console;
use crate::error::{from_journal, from_store};

/// How many lines one part has at most.
const N_LINES: usize = 400;
/// How many events from the end are looked through at first; most of a copy's events are progress without a line.
const FIRST_LOOK: u64 = 1_000;

impl Console {
    /// A part of a run's log: the latest lines, or those from an event on; of all steps, or of one.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`].
    pub async fn run_log(&self, caller: &Caller, run: &RunId, choice: &LogChoice) -> Result<LogPage, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        self.store().run(run).await.map_err(from_store)?;
        if let Some(from) = choice.from {
            let events = self.store().read(run, from.saturating_sub(1)).await.map_err(from_journal)?;
            return Ok(first_lines(&events, choice, from > 1));
        }
        let end = self.inner.views.of(self.store(), run).await?.last_seq;
        let mut look = FIRST_LOOK;
        loop {
            let after = end.saturating_sub(look);
            let events = self.store().read(run, after).await.map_err(from_journal)?;
            let page = last_lines(&events, choice, after > 0);
            if after == 0 || page.lines.len() >= N_LINES {
                return Ok(page);
            }
            look = look.saturating_mul(8);
        }
    }
}

fn lines<'a>(events: &'a [Event], choice: &'a LogChoice) -> impl Iterator<Item = LogLine> + 'a {
    events.iter().filter_map(LogLine::of).filter(|line| choice.includes(line))
}

fn first_lines(events: &[Event], choice: &LogChoice, has_earlier: bool) -> LogPage {
    let mut found: Vec<LogLine> = lines(events, choice).take(N_LINES + 1).collect();
    let is_cut = found.len() > N_LINES;
    found.truncate(N_LINES);
    let ends_before = choice.to.is_some_and(|to| events.last().is_some_and(|last| last.seq > to));
    LogPage { lines: found, last_seq: last_seq(events), has_earlier, has_later: is_cut || ends_before }
}

fn last_lines(events: &[Event], choice: &LogChoice, has_earlier: bool) -> LogPage {
    let mut found: Vec<LogLine> = lines(events, choice).collect();
    let n_cut = found.len().saturating_sub(N_LINES);
    found.drain(..n_cut);
    let has_later = choice.to.is_some_and(|to| last_seq(events) > to);
    LogPage { lines: found, last_seq: last_seq(events), has_earlier: has_earlier || n_cut > 0, has_later }
}

fn last_seq(events: &[Event]) -> u64 {
    events.last().map_or(0, |event| event.seq)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferry_model::EventBody;

    fn notes(seqs: std::ops::RangeInclusive<u64>) -> Vec<Event> {
        seqs.map(|seq| Event::new(seq, 0, EventBody::Noted { step: None, text: seq.to_string() })).collect()
    }

    #[test]
    fn the_latest_lines_come_without_a_range() {
        let page = last_lines(&notes(1..=1_000), &LogChoice::default(), false);
        assert_eq!(page.lines.len(), N_LINES);
        assert_eq!((page.lines[0].seq, page.last_seq), (601, 1_000));
        assert!(page.has_earlier && !page.has_later);
    }

    #[test]
    fn a_range_starts_where_it_says_and_ends_there() {
        let choice = LogChoice { from: Some(10), to: Some(12), step: None };
        let page = first_lines(&notes(10..=50), &choice, true);
        assert_eq!(page.lines.iter().map(|line| line.seq).collect::<Vec<_>>(), [10, 11, 12]);
        assert!(page.has_earlier && page.has_later);
        let open = LogChoice { from: Some(10), ..LogChoice::default() };
        assert_eq!(first_lines(&notes(10..=900), &open, true).lines.last().map(|line| line.seq), Some(409));
    }
}
