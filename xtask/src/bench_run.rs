//! A copy of many rows, in slices, checked and recorded, beside one big `INSERT .. SELECT` of the same rows through the
//! same kind of external stream with the same settings; and its verification beside the copy.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use crate::chores::{Attempt, Failure, Profile, answer};
use crate::sandbox::Sandbox;
use crate::{paths, prepare};

/// Rows that are copied, unless `FERRY_BENCH_ROWS` says otherwise: no multiple of what a stream flushes at once, so that
/// the last rows of the one INSERT wait for a flush as those of slices do.
const N_ROWS: u64 = 20_000_003;
/// Flush intervals of the stream: those of append and of mutable streams (resources.md 3.2).
const FLUSH_MS: [u64; 2] = [2_000, 30_000];
/// Rows of one block.
const BLOCK_ROWS: u64 = 50_000;
/// What makes the one big INSERT, and waits until its rows are seen.
const ONE_INSERT: &str = "xtask/src/bench_run/one_insert.py";

/// Measures each flush interval and prints a table.
pub fn run() -> Result<(), Failure> {
    let n_rows = match std::env::var("FERRY_BENCH_ROWS") {
        Ok(text) => text.parse().attempt(format_args!("FERRY_BENCH_ROWS={text}"))?,
        Err(_) => N_ROWS,
    };
    let python = prepare::python()?;
    let folder = paths::target().join("bench-run");
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).attempt(format_args!("make {}", folder.display()))?;

    println!(
        "| rows | flush s | slices | one INSERT s | waited s | copy s | overhead | verification s | of the copy | run s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for flush_ms in FLUSH_MS {
        let bench = Bench { folder: &folder, n_rows, flush_ms };
        let source = bench.source()?;
        let one_insert = bench.one_insert(&python, &source)?;
        let copied = bench.migration(&source)?;
        println!(
            "| {n_rows} | {} | {} | {one_insert:.1} | {:.1} | {:.1} | {:+.1} % | {:.1} | {:.0} % | {:.1} |",
            flush_ms / 1_000,
            copied.n_slices,
            copied.waited_s,
            copied.copy_s,
            100.0 * (copied.copy_s / one_insert - 1.0),
            copied.verification_s,
            100.0 * copied.verification_s / copied.copy_s,
            copied.run_s,
        );
    }
    Ok(())
}

/// One row of the table.
struct Bench<'a> {
    folder: &'a Path,
    n_rows: u64,
    flush_ms: u64,
}

/// What the events of a run say, in seconds.
struct Copied {
    n_slices: usize,
    /// From the step's start to its first INSERT: a flush interval of the source, and the read test.
    waited_s: f64,
    /// From the first INSERT to the last row that was seen and recorded.
    copy_s: f64,
    verification_s: f64,
    run_s: f64,
}

impl Bench<'_> {
    fn definition(&self) -> String {
        format!(
            "CREATE STREAM bench.orders (id uint64, who nullable(string), paid nullable(uint8), price float64) \
             SETTINGS flush_threshold_ms = {}",
            self.flush_ms
        )
    }

    /// A sandbox that holds the rows, over twelve days.
    fn source(&self) -> Result<Sandbox, Failure> {
        let workload = self.folder.join("workload.sql");
        let text = format!(
            "CREATE DATABASE bench;\n{};\nINSERT INTO bench.orders (id, who, paid, price, _tp_time) \
             SELECT number, if(number % 7 = 0, NULL, concat('who ', to_string(number))), if(number % 3 = 0, NULL, 1), \
             (number % 1000) + 0.5, from_unix_timestamp64_milli(to_int64(1767225600000 + \
             (number % 12) * 86400000 + int_div(number, 12) % 80000000)) FROM numbers({});\n",
            self.definition(),
            self.n_rows
        );
        fs::write(&workload, text).attempt(format_args!("write {}", workload.display()))?;
        Sandbox::start(Profile::Release, &workload.to_string_lossy())
    }

    /// Seconds until the rows of one INSERT are seen.
    fn one_insert(&self, python: &Path, source: &Sandbox) -> Result<f64, Failure> {
        let target = Sandbox::start(Profile::Release, "empty")?;
        let mut insert = Command::new(python);
        insert.current_dir(paths::root()).arg(ONE_INSERT).args([&target.timeplusd, &source.timeplusd]);
        insert.args([Sandbox::USER, Sandbox::PASSWORD, &self.definition()]);
        insert.args([self.n_rows.to_string(), BLOCK_ROWS.to_string()]);
        let said = answer(&mut insert).ok_or_else(|| Failure::new(format!("{ONE_INSERT} failed: {insert:?}")))?;
        said.parse().attempt(format_args!("{ONE_INSERT} said `{said}`"))
    }

    /// The same rows as a migration.
    fn migration(&self, source: &Sandbox) -> Result<Copied, Failure> {
        let target = Sandbox::start(Profile::Release, "empty")?;
        let config = self.folder.join("config.yaml");
        let text = format!(
            "{}{}use_timeplusd_for_data_migration: true\nmax_block_size: {BLOCK_ROWS}\n",
            source.side("source"),
            target.side("target")
        );
        fs::write(&config, text).attempt(format_args!("write {}", config.display()))?;
        let data_dir = self.folder.join(format!("{}.data", self.flush_ms));
        let ferry = |arguments: &[&str]| {
            let mut command = Command::new(paths::binary(Profile::Release));
            command.current_dir(self.folder).args(arguments).env("FERRY_DATA_DIR", &data_dir);
            answer(&mut command).ok_or_else(|| Failure::new(format!("ferry {} failed", arguments.join(" "))))
        };
        let plan = format!("{}.plan.yaml", self.flush_ms);
        ferry(&["plan", "-f", "config.yaml", "-p", &plan])?;
        let began = Instant::now();
        ferry(&["run", "-p", &plan])?;
        let run_s = began.elapsed().as_secs_f64();
        let runs = ferry(&["runs"])?;
        let run = runs.split_whitespace().next().ok_or_else(|| Failure::new("ferry runs lists nothing"))?;
        let evidence: PathBuf = self.folder.join(format!("{}.evidence.json", self.flush_ms));
        ferry(&["evidence", run, "-o", &evidence.to_string_lossy(), "--yes"])?;
        let evidence = fs::read_to_string(&evidence).attempt("read the evidence")?;
        let evidence: Value = serde_json::from_str(&evidence).attempt("read the evidence")?;
        copied(&evidence, run_s).ok_or_else(|| Failure::new("the evidence tells no copy and no comparison"))
    }
}

/// Reads from the events how long copying and comparing took.
fn copied(evidence: &Value, run_s: f64) -> Option<Copied> {
    let events = evidence["events"].as_array()?;
    let of = |kind: &'static str| events.iter().filter(move |event| event["kind"] == kind);
    let steps = of("run_created").next()?["data"]["steps"].as_array()?;
    let at = |action: &str, kind| {
        let number = &steps.iter().find(|step| step["action"] == action)?["number"];
        of(kind).find(|event| event["data"]["step"] == *number)?["at_ms"].as_f64()
    };
    let seconds = |from: f64, to: f64| (to - from) / 1e3;
    let sent = at("copy", "query_sent")?;
    Some(Copied {
        n_slices: of("slice_done").count(),
        waited_s: seconds(at("copy", "step_started")?, sent),
        copy_s: seconds(sent, at("copy", "step_done")?),
        verification_s: seconds(at("compare", "step_started")?, at("compare", "step_done")?),
        run_s,
    })
}
