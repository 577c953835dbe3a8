//! What came of the seeds.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::choice::Kind;

/// What came of one seed.
pub struct Outcome {
    pub seed: u64,
    pub kind: Kind,
    /// What was done to it, and when.
    pub points: Vec<String>,
    pub took: Duration,
    pub n_lost: u64,
    pub n_doubled: u64,
    pub n_false_done: u64,
    /// Slices and whole streams whose copy was begun again.
    pub n_again: u64,
    /// Whether the run ended before its moment came.
    pub is_missed: bool,
    /// Everything that must not be.
    pub problems: Vec<String>,
    /// What the commands said, where something is wrong.
    pub said: String,
}

impl Outcome {
    pub fn new(seed: u64, kind: Kind) -> Self {
        Self {
            seed,
            kind,
            points: Vec::new(),
            took: Duration::ZERO,
            n_lost: 0,
            n_doubled: 0,
            n_false_done: 0,
            n_again: 0,
            is_missed: false,
            problems: Vec::new(),
            said: String::new(),
        }
    }

    pub fn is_failed(&self) -> bool {
        !self.problems.is_empty()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, kind, points, took, .. } = self;
        let verdict = match (self.is_failed(), self.is_missed) {
            (true, _) => "FAILED",
            (false, true) => "missed",
            (false, false) => "ok",
        };
        write!(f, "seed {seed:>4}  {kind:<11}  {:>5.1} s  {verdict:<6}  {}", took.as_secs_f64(), points.join("; "))?;
        if self.is_failed() {
            for problem in &self.problems {
                write!(f, "\n    {problem}")?;
            }
            write!(f, "\n    repeat: cargo xtask test chaos --seeds 1 --from {seed} --only {kind}")?;
        }
        if self.said.is_empty() { Ok(()) } else { write!(f, "\n{}", self.said) }
    }
}

/// All outcomes, summed up by kind.
#[derive(Default)]
pub struct Table {
    outcomes: Vec<Outcome>,
}

impl Table {
    pub fn add(&mut self, outcome: Outcome) {
        self.outcomes.push(outcome);
    }

    pub fn n_failed(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.is_failed()).count()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut kinds: BTreeMap<Kind, Vec<&Outcome>> = BTreeMap::new();
        for outcome in &self.outcomes {
            kinds.entry(outcome.kind).or_default().push(outcome);
        }
        writeln!(
            f,
            "| kind | seeds | missed | failed | rows lost | rows doubled | false done | copies begun again | median | longest |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|---|")?;
        for (kind, outcomes) in kinds {
            let sum = |of: fn(&Outcome) -> u64| outcomes.iter().map(|outcome| of(outcome)).sum::<u64>();
            let mut took: Vec<Duration> = outcomes.iter().map(|outcome| outcome.took).collect();
            took.sort_unstable();
            let seconds = |duration: Option<&Duration>| duration.map_or(0.0, Duration::as_secs_f64);
            writeln!(
                f,
                "| {kind} | {} | {} | {} | {} | {} | {} | {} | {:.1} s | {:.1} s |",
                outcomes.len(),
                outcomes.iter().filter(|outcome| outcome.is_missed).count(),
                outcomes.iter().filter(|outcome| outcome.is_failed()).count(),
                sum(|outcome| outcome.n_lost),
                sum(|outcome| outcome.n_doubled),
                sum(|outcome| outcome.n_false_done),
                sum(|outcome| outcome.n_again),
                seconds(took.get(took.len() / 2)),
                seconds(took.last()),
            )?;
        }
        Ok(())
    }
}
