//! A run survives anything: processes are killed and connections broken at moments that a seed decides, and afterwards
//! both sides must hold the same rows, each once, without the record ever having called something done too early.
//!
//! `cargo xtask test chaos` runs more seeds than the few here. The oracle reads both sandboxes itself.
#![cfg(feature = "sandbox")]

mod choice;
mod commands;
mod dice;
mod full_disk;
mod half_open;
mod oracle;
#[path = "../../../crates/store/tests/support/postgres.rs"]
mod postgres;
mod proxy;
mod record;
mod sandbox;
mod second_console;
mod table;
mod trial;
mod world;

use std::time::Duration;

use choice::Choice;
use table::Table;
use world::World;

/// Longer than anything takes that works, on a machine that does other things too, with 20 million rows as well.
pub const PATIENCE: Duration = Duration::from_secs(600);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_survives_kills_and_faults_without_losing_doubling_or_claiming_anything() {
    let choice = Choice::of_environment();
    let mut world = World::new(choice.size).await;
    let mut table = Table::default();
    for (seed, kind) in choice.seeds() {
        let outcome = trial::run(&mut world, seed, kind).await;
        println!("{outcome}");
        table.add(outcome);
    }
    println!("{table}");
    assert!(table.n_failed() == 0, "{} seeds failed; each line says how to repeat it", table.n_failed());
}
