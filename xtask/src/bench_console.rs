//! The console over a plan of ten thousand steps: how soon it shows, how soon it answers, how well it scrolls.

use std::fs;

use crate::chores::{Attempt, Failure, Profile, step};
use crate::screenshots::browser;
use crate::{paths, prepare};

/// Streams of the source: each becomes three steps (create, copy, compare).
const N_STREAMS: usize = 2_000;
/// Views of the source: each becomes one step.
const N_VIEWS: usize = 3_999;

/// Measures the build that is there: the optimised one where it was built, otherwise the one for work.
pub fn run() -> Result<(), Failure> {
    prepare::node_packages()?;
    let chromium = prepare::chromium()?;
    let is_built = |profile: &Profile| paths::binary(*profile).is_file() && paths::site(*profile).is_dir();
    let profile = [Profile::Release, Profile::Dev].into_iter().find(is_built);
    let profile = profile.ok_or_else(|| {
        Failure::new("there is no build to measure: run `cargo xtask build --release`, or `cargo xtask build`")
    })?;
    let folder = paths::target().join("bench-console");
    fs::create_dir_all(&folder).attempt(format_args!("make {}", folder.display()))?;
    let workload = folder.join("workload.sql");
    fs::write(&workload, statements()).attempt(format_args!("write {}", workload.display()))?;
    println!("==> measure the {} build", profile.folder());
    let mut browser = browser(&chromium, profile, "bench.config.ts");
    browser.env("FERRY_BENCH_WORKLOAD", &workload).env("FERRY_BENCH_BUILD", profile.folder());
    step("measure the console", &mut browser)
}

/// A source whose plan has ten thousand steps, the database's own among them.
fn statements() -> String {
    let streams = (0..N_STREAMS)
        .map(|n| format!("CREATE STREAM large.stream_{n:04} (at datetime64(3), key string, value float64);\n"));
    let views = (0..N_VIEWS).map(|n| {
        let stream = n % N_STREAMS;
        format!("CREATE VIEW large.view_{n:04} AS SELECT key, max(value) AS highest FROM large.stream_{stream:04} GROUP BY key;\n")
    });
    std::iter::once("CREATE DATABASE large;\n".to_owned()).chain(streams).chain(views).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_has_ten_thousand_steps() {
        let n_steps = 1 + 3 * N_STREAMS + N_VIEWS;
        assert_eq!(n_steps, 10_000);
        assert_eq!(statements().lines().count(), 1 + N_STREAMS + N_VIEWS);
    }
}
