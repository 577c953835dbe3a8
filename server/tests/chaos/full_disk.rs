//! The disk under the record is full: nothing is called done that was not recorded, one reason is given, and once there
//! is room the run goes on.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use ferry_model::StepState;
use tokio::process::Child;

use crate::PATIENCE;
use crate::choice::Size;
use crate::commands::{Carrier, Desk};
use crate::oracle::Oracle;
use crate::world::{Way, World, held_by};

/// What the record of a small run needs, several times.
const DISK_BYTES: usize = 48 << 20;
/// `ferry run` ends with it where something failed.
const FAILED: i32 = 1;

const NOT_POSSIBLE: &str = "SKIPPED: this user cannot make such a disk on this machine";

/// How a disk is made, where it can be.
type Making = fn(&Path) -> Option<Disk>;

/// A disk under a record that becomes full, and empty again.
enum Disk {
    /// A file system of its own, in memory: the system itself says that it is full.
    Own(PathBuf),
    /// The files of one process may not grow beyond a size. That can be done without any rights.
    Bounded,
}

impl Disk {
    /// A file system at this folder, where this user may mount one.
    fn own(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder).expect("a folder");
        let size = format!("size={DISK_BYTES}");
        let is_mounted = is_done(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(folder));
        is_mounted.then(|| Self::Own(folder.to_owned()))
    }

    /// Where the machine has the means.
    fn bounded(_: &Path) -> Option<Self> {
        is_done(Command::new("prlimit").arg("--version")).then_some(Self::Bounded)
    }

    /// From now on nothing more fits, or no file that is larger than this.
    fn fill(&self, process: &Child, n_bytes: u64) {
        match self {
            Self::Own(folder) => {
                let mut filler = File::create(folder.join("filler")).expect("a file");
                let full = loop {
                    if let Err(error) = filler.write_all(&[0; 4096]) {
                        break error;
                    }
                };
                assert_eq!(full.kind(), ErrorKind::StorageFull);
            }
            Self::Bounded => limit_files(process, &n_bytes.to_string()),
        }
    }

    fn make_room(&self, process: &Child) {
        match self {
            Self::Own(folder) => fs::remove_file(folder.join("filler")).expect("it is there"),
            Self::Bounded => limit_files(process, "unlimited"),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Self::Own(folder) = self {
            is_done(Command::new("umount").arg("--lazy").arg(folder));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_whose_disk_is_full_fails_the_step_with_its_reason_and_the_run_goes_on_once_there_is_room() {
    let mut world = World::new(Size::SHORT).await;
    for (disk, way) in [(Disk::own as Making, Way::Timeplusd), (Disk::bounded, Way::AppServer)] {
        world.prepare(way).await;
        let desk = Desk::new();
        match disk(&desk.target_dir()) {
            Some(disk) => fill_the_target(&world, &desk, &disk, way).await,
            None => println!("{NOT_POSSIBLE}"),
        }
    }
}

async fn fill_the_target(world: &World, desk: &Desk, disk: &Disk, way: Way) {
    let planned = world.plan(way);
    let mut target = world.new_target(desk).await;
    let oracle = Oracle::of(target.ports.native).await;
    world.network.count_from_zero();
    let pull = &world.network.pull.gate;
    pull.hold_at(planned.n_packets.pull / 3);
    let run = desk.start(Carrier::Command, planned);
    tokio::time::timeout(PATIENCE, pull.holds()).await.expect("rows are pulled");
    disk.fill(target.process(), 0);
    pull.open();
    let end = desk.end(Carrier::Command, run).await;
    assert_eq!(end, Err(format!("ferry run ended with Some({FAILED})")), "{}", desk.said());
    let record = desk.record().await;
    let failed: Vec<_> = record.view.steps.iter().filter(|step| step.state == StepState::Failed).collect();
    assert!(!failed.is_empty(), "{}", desk.said());
    disk.make_room(target.process());
    assert_eq!(record.claims_too_much(&world.held, &oracle).await, Vec::<String>::new());

    let run = desk.start(Carrier::Command, planned);
    desk.end(Carrier::Command, run).await.unwrap_or_else(|error| panic!("{error}: {}", desk.said()));
    assert_eq!(held_by(&oracle).await, world.held, "{}", desk.said());
    assert_eq!(oracle.leftovers().await, Vec::<String>::new(), "{}", desk.said());
    drop(oracle);
    // What was there when it was full is whole on the disk.
    target.kill().await;
    target.restart().await;
    assert_eq!(held_by(&Oracle::of(target.ports.native).await).await, world.held);
}

/// Bounds the files of a process, if it still runs.
fn limit_files(process: &Child, n_bytes: &str) {
    if let Some(id) = process.id() {
        let limit = format!("--fsize={n_bytes}:unlimited");
        assert!(is_done(Command::new("prlimit").args(["--pid", &id.to_string(), &limit])), "{limit}");
    }
}

/// Whether a command exists and does what it is told.
fn is_done(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_whose_record_has_no_room_says_so_and_goes_on_once_there_is_room() {
    let mut world = World::new(Size::SHORT).await;
    world.prepare(Way::Timeplusd).await;
    for disk in [Disk::own as Making, Disk::bounded] {
        for carrier in [Carrier::Command, Carrier::Console] {
            let desk = Desk::new();
            fs::create_dir_all(desk.data_dir()).expect("a folder");
            match disk(&desk.data_dir()) {
                Some(disk) => fill_in_the_middle(&world, &desk, &disk, carrier).await,
                None => println!("{NOT_POSSIBLE}"),
            }
        }
    }
}

async fn fill_in_the_middle(world: &World, desk: &Desk, disk: &Disk, carrier: Carrier) {
    let (planned, everywhere) = (world.plan(Way::Timeplusd), &world.network.everywhere);
    let target = world.new_target(desk).await;
    let oracle = Oracle::of(target.ports.native).await;
    world.network.count_from_zero();
    everywhere.hold_at(planned.n_packets.everywhere / 3);
    let mut process = desk.start(Carrier::Command, planned);
    tokio::time::timeout(PATIENCE, everywhere.holds()).await.expect("the run comes so far");
    if carrier == Carrier::Console {
        // A console takes up what a command began.
        process.kill().await.expect("it is killed");
        everywhere.hold_at(planned.n_packets.everywhere / 4);
        process = desk.start(carrier, planned);
        tokio::time::timeout(PATIENCE, everywhere.holds()).await.expect("the console goes on");
    }
    // What the process says is shorter than the record, and is written to the last.
    let sizes = fs::read_dir(desk.data_dir()).expect("a folder").flatten();
    let largest = sizes.map(|file| file.metadata().map_or(0, |file| file.len())).max();
    disk.fill(&process, largest.expect("the record"));
    everywhere.open();
    let told = async {
        if carrier == Carrier::Command {
            let code = process.wait().await.expect("its end").code();
            assert_eq!(code, Some(FAILED), "{}", desk.said());
            assert!(desk.said().contains("Nothing can be recorded now"), "{}", desk.said());
        }
        let mut looks = tokio::time::interval(Duration::from_millis(100));
        while !desk.said().contains("ferry.db") {
            looks.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, told).await.expect("one reason is given");
    disk.make_room(&process);
    let lies = desk.record().await.claims_too_much(&world.held, &oracle).await;
    assert_eq!(lies, Vec::<String>::new());

    let process = if carrier == Carrier::Command { desk.start(carrier, planned) } else { process };
    desk.end(carrier, process).await.unwrap_or_else(|error| panic!("{error}: {}", desk.said()));
    assert_eq!(held_by(&oracle).await, world.held, "{}", desk.said());
    assert_eq!(oracle.leftovers().await, Vec::<String>::new(), "{}", desk.said());
}
