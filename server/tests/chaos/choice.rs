//! Which seeds are tried, and what each does.

use std::fmt;

use crate::dice::Dice;

/// Seeds of the short set that every test run takes: each kind once.
const N_SHORT: u64 = Kind::ALL.len() as u64;

/// How much of the workload of 100,000 rows there is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub times: u64,
    pub divided_by: u64,
}

impl Size {
    /// A tenth, as the short set has it.
    pub const SHORT: Self = Self { times: 1, divided_by: 10 };

    /// So many in the whole workload are so many in this one.
    pub const fn of(self, n: u64) -> u64 {
        n * self.times / self.divided_by
    }
}

/// What a seed does to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `kill -9` of the process that carries the run out.
    Console,
    /// A fault between console and source.
    NetSource,
    /// A fault between console and target.
    NetTarget,
    /// A fault where the target pulls from the source.
    NetPull,
    /// `kill -9` of the source, which then starts again.
    KillSource,
    /// `kill -9` of the target, which then starts again.
    KillTarget,
    /// One of these, on either side, while rows travel through the console.
    Relay,
}

impl Kind {
    pub const ALL: [Self; 7] = [
        Self::Console,
        Self::NetSource,
        Self::NetTarget,
        Self::NetPull,
        Self::KillSource,
        Self::KillTarget,
        Self::Relay,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::NetSource => "net-source",
            Self::NetTarget => "net-target",
            Self::NetPull => "net-pull",
            Self::KillSource => "kill-source",
            Self::KillTarget => "kill-target",
            Self::Relay => "relay",
        }
    }

    /// What is disturbed; nothing is pulled where rows take the relay.
    pub fn fault(self, dice: &mut Dice) -> Self {
        const OF_RELAY: [Kind; 5] =
            [Kind::Console, Kind::NetSource, Kind::NetTarget, Kind::KillSource, Kind::KillTarget];
        if self == Self::Relay { dice.one_of(&OF_RELAY) } else { self }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The seeds to try.
pub struct Choice {
    from: u64,
    n_seeds: u64,
    only: Option<Kind>,
    /// How many rows are moved.
    pub size: Size,
}

impl Choice {
    /// As `cargo xtask test chaos` asks in the environment; without it, the short set.
    pub fn of_environment() -> Self {
        let number = |name: &str| {
            let text = std::env::var(name).ok()?;
            Some(text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
        };
        let only = std::env::var("FERRY_CHAOS_ONLY").ok().map(|name| {
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
            kind.unwrap_or_else(|| panic!("no kind {name}; there are {:?}", Kind::ALL.map(Kind::name)))
        });
        let (asked, from) = (number("FERRY_CHAOS_SEEDS"), number("FERRY_CHAOS_FROM").unwrap_or(1));
        let times = number("FERRY_CHAOS_TIMES").unwrap_or(1);
        let size = if asked.is_some() { Size { times, divided_by: 1 } } else { Size::SHORT };
        Self { from, n_seeds: asked.unwrap_or(N_SHORT), only, size }
    }

    pub fn seeds(&self) -> impl Iterator<Item = (u64, Kind)> {
        let kind_of = |seed: u64| {
            let n_kinds = Kind::ALL.len() as u64;
            self.only.unwrap_or(Kind::ALL[usize::try_from(seed % n_kinds).expect("it is small")])
        };
        (self.from..self.from + self.n_seeds).map(move |seed| (seed, kind_of(seed)))
    }
}

/// The dice of one seed: the same for a seed and its kind, whatever else is tried.
pub fn dice(seed: u64, kind: Kind) -> Dice {
    Dice::of(seed.wrapping_mul(31).wrapping_add(kind as u64))
}
