//! Kills and faults over whole migrations, as many as one likes.

use clap::Args;

use crate::chores::{Failure, HOST_PACKAGES, Profile, build_binary, cargo, step};
use crate::paths;
use crate::postgres::Postgres;

/// Which seeds to try.
#[derive(Debug, Args)]
pub struct Chaos {
    /// How many seeds
    #[arg(long, default_value_t = 60)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Only one kind: console, net-source, net-target, net-pull, kill-source, kill-target or relay
    #[arg(long)]
    only: Option<String>,
    /// How many times the workload of 100,000 rows: 200 for 20 million
    #[arg(long, default_value_t = 1)]
    times: u64,
    /// Disturb the optimised binary
    #[arg(long)]
    release: bool,
    /// Keep every record in SQLite; otherwise every second one is on a PostgreSQL server that this command starts
    #[arg(long)]
    without_postgres: bool,
}

/// Builds what is disturbed, tries each seed, and prints a table.
pub fn run(chaos: &Chaos) -> Result<(), Failure> {
    let mut tests = cargo();
    tests.arg("test").args(HOST_PACKAGES).args(["--test", "chaos", "--", "--nocapture", "a_run_survives"]);
    if chaos.release {
        build_binary(Profile::Release)?;
        tests.env("FERRY_CHAOS_BINARY", paths::binary(Profile::Release));
    }
    tests.env("FERRY_CHAOS_SEEDS", chaos.seeds.to_string()).env("FERRY_CHAOS_FROM", chaos.from.to_string());
    tests.env("FERRY_CHAOS_TIMES", chaos.times.to_string());
    if let Some(only) = &chaos.only {
        tests.env("FERRY_CHAOS_ONLY", only);
    }
    let postgres = Postgres::unless(chaos.without_postgres)?;
    tests.envs(postgres.iter().map(Postgres::variable));
    step("kill and disturb runs", &mut tests)
}
