//! The disk under the record is full: nothing is called done that was not recorded, one reason is given, and once there
//! is room the run goes on.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

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

/// A disk under a record that becomes full, and empty again.
enum Disk {
    /// A file system of its own, in memory: the system itself says that it is full.
    Own(PathBuf),
    /// No file of one process may grow. That can be done without any rights.
    Bounded(PathBuf),
}

impl Disk {
    /// A file system at this folder, where this user may mount one.
    fn own(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder).expect("a folder");
        let size = format!("size={DISK_BYTES}");
        let is_mounted = is_done(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(folder));
        is_mounted.then(|| Self::Own(folder.to_owned()))
    }

    /// This folder, where the machine has the means.
    fn bounded(folder: &Path) -> Option<Self> {
        is_done(Command::new("prlimit").arg("--version")).then(|| Self::Bounded(folder.to_owned()))
    }

    /// From now on nothing more fits.
    fn fill(&self, process: &Child) {
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
            Self::Bounded(folder) => {
                let sizes = fs::read_dir(folder)
                    .expect("a folder")
                    .flatten()
                    .map(|file| file.metadata().map_or(0, |m| m.len()));
                limit_files(process, &sizes.max().expect("the record").to_string());
            }
        }
    }

    fn make_room(&self, process: &Child) {
        match self {
            Self::Own(folder) => fs::remove_file(folder.join("filler")).expect("it is there"),
            Self::Bounded(_) => limit_files(process, "unlimited"),
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
    for disk in [Disk::own, Disk::bounded] {
        for carrier in [Carrier::Command, Carrier::Console] {
            let desk = Desk::new();
            fs::create_dir_all(desk.data_dir()).expect("a folder");
            match disk(&desk.data_dir()) {
                Some(disk) => fill_in_the_middle(&world, &desk, &disk, carrier).await,
                None => println!("SKIPPED: this user cannot make such a disk on this machine"),
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
    disk.fill(&process);
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
    assert_eq!(oracle.leftovers().await, 0);
}
