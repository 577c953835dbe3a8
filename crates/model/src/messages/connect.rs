//! Words of the check of both deployments.

use crate::{CheckItem, CheckState, ConnectionCheck, Side};

/// The heading of the page.
pub const CONNECT: &str = "Are these the right two deployments?";
/// Begins a check.
pub const CHECK: &str = "Check the connections";
/// Begins another check.
pub const CHECK_AGAIN: &str = "Check again";
/// Where nothing was checked.
pub const NEVER_CHECKED: &str = "Nothing was checked yet.";
/// A link.
pub const CHANGE: &str = "Change the connections";
/// A link to the next stage.
pub const TO_INVENTORY: &str = "See what is there";
/// A fact's name.
pub const PASSWORD_STORED: &str = "stored, never shown";
/// A fact's value.
pub const NO_PASSWORD: &str = "none";
/// A list's name.
pub const CHECKS_OF_SOURCE: &str = "Checks of the source";
/// A list's name.
pub const CHECKS_OF_TARGET: &str = "Checks of the target";
/// The target's column where there is none.
pub const NO_TARGET: &str = "There is no target: this migration captures definitions only.";
/// A heading.
pub const NAME_AND_ARCHIVE: &str = "Name and archive";
/// A button.
pub const RENAME: &str = "Rename";
/// A field's name.
pub const NEW_NAME: &str = "Name of this migration";
/// A button.
pub const ARCHIVE: &str = "Archive this migration";
/// A button.
pub const RESTORE: &str = "Put it back into the list";
/// What archiving does.
pub const ARCHIVE_HINT: &str = "It leaves the list; its plans, runs and snapshots are kept.";
/// Where an archived migration is.
pub const IS_ARCHIVED: &str = "This migration is archived.";

/// What is checked, as a title.
pub const fn item(item: CheckItem) -> &'static str {
    match item {
        CheckItem::Tcp => "Network",
        CheckItem::SignIn => "Sign-in",
        CheckItem::Version => "Version",
        CheckItem::AppServer => "App server",
        CheckItem::Privileges => "Privileges",
        CheckItem::Clock => "Clock",
        CheckItem::ReachesSource => "Reaches the source",
    }
}

/// How it stands, in a word.
pub const fn state(state: CheckState) -> &'static str {
    match state {
        CheckState::Waiting => "waiting",
        CheckState::Running => "checking",
        CheckState::Passed => "passed",
        CheckState::Noted => "passed, with a note",
        CheckState::Failed => "failed",
        CheckState::Skipped => "not tried",
    }
}

/// The check in one sentence.
pub fn sentence(check: &ConnectionCheck) -> String {
    let n_all = check.lines.len();
    let n_noted = check.n_in(CheckState::Noted);
    let n_passed = check.n_in(CheckState::Passed) + n_noted;
    let n_failed = check.n_in(CheckState::Failed);
    if !check.is_over {
        return format!("Checking: {n_passed} of {n_all} passed so far.");
    }
    let notes = match n_noted {
        0 => String::new(),
        1 => ", one with a note".to_owned(),
        n => format!(", {n} with notes"),
    };
    if n_passed == n_all {
        return format!("Both sides are ready: all {n_all} checks passed{notes}.");
    }
    let n_skipped = check.n_in(CheckState::Skipped);
    format!("Not ready: {n_failed} of {n_all} checks failed, {n_skipped} not tried, {n_passed} passed{notes}.")
}

/// The port accepts connections.
pub fn answers(address: &str, elapsed_ms: u128) -> String {
    format!("{address} accepts connections, after {elapsed_ms} ms.")
}

/// The user was taken.
pub fn signed_in(user: &str) -> String {
    format!("Signed in as `{user}`.")
}

/// Product and release.
pub fn runs(product: &str, version: &str, name: &str) -> String {
    if name.is_empty() { format!("{product} {version}.") } else { format!("{product} {version}, called {name}.") }
}

/// The app server answers.
pub fn app_server_answers(address: &str) -> String {
    format!("{address} answers and takes the same sign-in.")
}

/// There is no app server.
pub const NO_APP_SERVER: &str = "None is configured.";
/// What that means.
pub fn no_app_server_remedy(side: Side) -> &'static str {
    match side {
        Side::Source => {
            "Right for Proton. For Timeplus Enterprise add it: sources, sinks, dashboards and saved queries live there."
        }
        Side::Target => {
            "Right for Proton. For Timeplus Enterprise add it: copies run through it, and dashboards live there."
        }
    }
}

/// What the user sees.
pub fn sees(n_relations: usize) -> String {
    let what = if n_relations == 1 { "1 stream or view".into() } else { format!("{n_relations} streams and views") };
    format!("The user sees {what}, and no row policy hides rows.")
}

/// Rows may be hidden.
pub const ROW_POLICY_REMEDY: &str = "Give the user of the migration a policy that lets every row through; otherwise copy and comparison are blind alike.";

/// The clocks of both sides.
pub fn clocks(difference_ms: u64) -> String {
    format!("Source and target differ by {}.", duration_ms(difference_ms))
}

/// What to do about clocks that differ.
pub const CLOCK_REMEDY: &str = "Synchronise both machines (NTP): default times and expiry of rows depend on the clock.";

/// The target reads from the source.
pub fn reads(stream: &str, address: &str) -> String {
    format!("The target opened {address} and read the columns of `{stream}` there. The helper it took is gone again.")
}

/// The target reaches the source, which has nothing to read.
pub fn reaches(address: &str) -> String {
    format!("The target opened {address}. The source holds no stream that could be read.")
}

/// The helper is still there.
pub fn helper_left(name: &str, why: &str) -> String {
    format!("The target reads from the source, but the helper `{name}` could not be dropped: {why}.")
}

/// Why a helper counts as left.
pub const STILL_LISTED: &str = "it is still listed";

/// What to do about it.
pub const HELPER_LEFT_REMEDY: &str = "Drop it on the target: its definition holds the source's password.";

/// The target does not reach the source.
pub fn does_not_reach(address: &str, why: &str) -> String {
    format!("The target could not read from {address}: {why}.")
}

/// What to do about it.
pub const DOES_NOT_REACH_REMEDY: &str = "Open the source's native port for the target, or name the address that the \
    target must use as `address_for_target` (timeplusd as the target sees it). The target must be Timeplus Enterprise, \
    or Proton 1.6.9 or newer.";

fn duration_ms(ms: u64) -> String {
    if ms < 1_000 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1_000, ms % 1_000 / 100) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_says_whether_one_can_go_on() {
        let mut check = ConnectionCheck::begun(0, false);
        assert_eq!(sentence(&check), "Checking: 0 of 5 passed so far.");
        check.lines[0].state = CheckState::Failed;
        check.end();
        assert_eq!(sentence(&check), "Not ready: 1 of 5 checks failed, 4 not tried, 0 passed.");
        check.lines.iter_mut().for_each(|line| line.state = CheckState::Noted);
        assert_eq!(sentence(&check), "Both sides are ready: all 5 checks passed, 5 with notes.");
        assert_eq!(duration_ms(61_250), "61.2 s");
    }
}
