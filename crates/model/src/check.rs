//! What is checked about the deployments of a migration before anything else.

use serde::{Deserialize, Serialize};

use crate::Side;

/// One thing that is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckItem {
    /// timeplusd's native port accepts connections.
    Tcp,
    /// timeplusd takes user and password.
    SignIn,
    /// The product and its release.
    Version,
    /// The app server answers and takes the same user, or the key.
    AppServer,
    /// What the user may see.
    Privileges,
    /// How far the clocks are apart.
    Clock,
    /// The target opens a connection to the source and reads from it.
    ReachesSource,
}

impl CheckItem {
    /// What is checked of a source, or of a target, in order.
    pub const fn of(side: Side) -> &'static [Self] {
        match side {
            Side::Source => &[Self::Tcp, Self::SignIn, Self::Version, Self::AppServer, Self::Privileges],
            Side::Target => &[
                Self::Tcp,
                Self::SignIn,
                Self::Version,
                Self::AppServer,
                Self::Privileges,
                Self::Clock,
                Self::ReachesSource,
            ],
        }
    }
}

/// How one check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// It was not begun.
    Waiting,
    /// It is going on.
    Running,
    /// It is as it should be.
    Passed,
    /// It works, and somebody should know something.
    Noted,
    /// It does not work.
    Failed,
    /// It could not be tried, because one before it failed.
    Skipped,
}

/// One line of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckLine {
    /// Which deployment.
    pub side: Side,
    /// What is checked.
    pub item: CheckItem,
    /// How it stands.
    pub state: CheckState,
    /// What was found, in a sentence, secrets removed; empty before.
    pub finding: String,
    /// What to do about it; empty where nothing is to be done.
    pub remedy: String,
}

/// A check of both deployments, under way or over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionCheck {
    /// When it began, in milliseconds since 1970.
    pub began_at_ms: i64,
    /// Whether it is over.
    pub is_over: bool,
    /// Its lines, the source's first, each in its order.
    pub lines: Vec<CheckLine>,
}

impl ConnectionCheck {
    /// A check that has just begun.
    pub fn begun(began_at_ms: i64, has_target: bool) -> Self {
        let sides = if has_target { [Side::Source, Side::Target].as_slice() } else { &[Side::Source] };
        let waiting = |side: Side| {
            CheckItem::of(side).iter().map(move |item| CheckLine {
                side,
                item: *item,
                state: CheckState::Waiting,
                finding: String::new(),
                remedy: String::new(),
            })
        };
        Self { began_at_ms, is_over: false, lines: sides.iter().copied().flat_map(waiting).collect() }
    }

    /// Takes over what is known about one line.
    pub fn tell(&mut self, told: CheckLine) {
        if let Some(line) = self.lines.iter_mut().find(|line| (line.side, line.item) == (told.side, told.item)) {
            *line = told;
        }
    }

    /// Ends the check: what was not reached was skipped.
    pub fn end(&mut self) {
        self.is_over = true;
        for line in &mut self.lines {
            if matches!(line.state, CheckState::Waiting | CheckState::Running) {
                line.state = CheckState::Skipped;
            }
        }
    }

    /// How many lines stand so.
    pub fn n_in(&self, state: CheckState) -> usize {
        self.lines.iter().filter(|line| line.state == state).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_reached_is_skipped_at_the_end() {
        let mut check = ConnectionCheck::begun(0, true);
        let passed = |item| CheckLine {
            side: Side::Source,
            item,
            state: CheckState::Passed,
            finding: "It answers.".into(),
            remedy: String::new(),
        };
        check.tell(passed(CheckItem::Tcp));
        check.tell(passed(CheckItem::ReachesSource));
        check.end();
        assert_eq!((check.n_in(CheckState::Passed), check.n_in(CheckState::Skipped)), (1, 11));
        assert_eq!(ConnectionCheck::begun(0, false).lines.len(), 5);
    }
}
