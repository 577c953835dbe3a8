//! The demo migration from end to end, as `ferry plan`, `ferry run` and `ferry clean` do it: seconds for each way to
//! copy, and the highest resident memory of every process.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::chores::{Attempt, Failure, Profile};
use crate::paths;
use crate::sandbox::Sandbox;

/// One way to copy.
struct Way {
    name: &'static str,
    through_timeplusd: bool,
    max_block_size: u32,
    goal_seconds: f64,
}

/// Both copy paths, each with a large block and with the vendor's default of 10.
const WAYS: [Way; 4] = [
    Way { name: "timeplusd, blocks of 20000", through_timeplusd: true, max_block_size: 20_000, goal_seconds: 8.0 },
    Way { name: "app server, blocks of 20000", through_timeplusd: false, max_block_size: 20_000, goal_seconds: 8.0 },
    Way { name: "timeplusd, blocks of 10", through_timeplusd: true, max_block_size: 10, goal_seconds: 40.0 },
    Way { name: "app server, blocks of 10", through_timeplusd: false, max_block_size: 10, goal_seconds: 40.0 },
];

/// The one secret of the demo workload that an app server never gives back (rest.md 2.5).
const SECRETS: &str = "secrets:\n  sink.Speeding to chat.properties.url: https://chat.example.net/hooks/demo\n";

/// Measures every way and prints a table.
pub fn run() -> Result<(), Failure> {
    let folder = paths::target().join("bench-demo");
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).attempt(format_args!("make {}", folder.display()))?;
    let began = Instant::now();
    let source = Sandbox::start(Profile::Release, "demo")?;
    println!("the source was loaded in {:.1} s", began.elapsed().as_secs_f64());

    println!("| way | run s | goal s | ferry MiB | source MiB | target MiB |");
    println!("|---|---|---|---|---|---|");
    for way in &WAYS {
        let target = Sandbox::start(Profile::Release, "empty")?;
        let files = Files::write(&folder, way, &source, &target)?;
        ferry(&["plan", "-f", &files.config, "-p", &files.plan], &files)?;
        let began = Instant::now();
        let peak_mib = ferry(&["run", "-p", &files.plan], &files)?;
        let seconds = began.elapsed().as_secs_f64();
        println!(
            "| {} | {seconds:.1} | {:.0} | {peak_mib} | {} | {} |",
            way.name,
            way.goal_seconds,
            peak_mib_of(source.id()),
            peak_mib_of(target.id()),
        );
    }
    Ok(())
}

/// What one way needs on disk.
struct Files {
    config: String,
    plan: String,
    data_dir: PathBuf,
}

impl Files {
    fn write(folder: &Path, way: &Way, source: &Sandbox, target: &Sandbox) -> Result<Self, Failure> {
        let stem = way.name.replace([' ', ','], "_");
        let config = folder.join(format!("{stem}.yaml"));
        let text = format!(
            "{}{}use_timeplusd_for_data_migration: {}\nmax_block_size: {}\n{SECRETS}",
            source.side("source"),
            target.side("target"),
            way.through_timeplusd,
            way.max_block_size,
        );
        fs::write(&config, text).attempt(format_args!("write {}", config.display()))?;
        let plan = folder.join(format!("{stem}.plan.yaml"));
        Ok(Self {
            config: config.to_string_lossy().into_owned(),
            plan: plan.to_string_lossy().into_owned(),
            data_dir: folder.join(format!("{stem}.data")),
        })
    }
}

/// Runs a command of ferry to its end and gives back its highest resident memory in MiB.
fn ferry(arguments: &[&str], files: &Files) -> Result<u64, Failure> {
    let mut command = Command::new(paths::binary(Profile::Release));
    command.args(arguments).env("FERRY_DATA_DIR", &files.data_dir).stdout(Stdio::null());
    let mut child = command.spawn().attempt("start ferry")?;
    let mut peak_mib = 0;
    loop {
        peak_mib = peak_mib.max(peak_mib_of(child.id()));
        match child.try_wait().attempt("wait for ferry")? {
            Some(status) if status.success() => return Ok(peak_mib),
            Some(status) => return Err(Failure::new(format!("ferry {} ended with {status}", arguments.join(" ")))),
            None => std::thread::sleep(std::time::Duration::from_millis(20)),
        }
    }
}

/// The highest resident memory of a process so far, in MiB; 0 where the system does not tell.
fn peak_mib_of(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|rest| rest.split_whitespace().next()).and_then(|number| number.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}
