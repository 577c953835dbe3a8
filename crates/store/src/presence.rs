//! Which processes live. Each that holds runs keeps a locked file in the data directory, and the system unlocks it the
//! moment the process ends, however it ends: another process of the same machine then need not wait until a lease runs
//! out. A process whose file is not here (another machine, another folder) is not judged: its leases run out.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ferry_model::LeaseOwner;

/// What the names of the files begin with.
const PREFIX: &str = "alive-";
/// Files of processes that ended without removing theirs stay this long: no lease of theirs holds any more.
const STALE_AFTER: Duration = Duration::from_secs(60 * 60);

/// The files of this process, and a look at those of others.
#[derive(Default)]
pub(crate) struct Presence {
    /// None where nothing may be written, and nobody is judged.
    folder: Option<PathBuf>,
    own: Mutex<BTreeMap<PathBuf, File>>,
    /// Whether this process may leave leases behind.
    owes: AtomicBool,
}

impl Presence {
    pub(crate) fn in_data_dir(data_dir: &Path) -> Self {
        Self { folder: Some(data_dir.to_owned()), ..Self::default() }
    }

    /// Shows that the owner lives for as long as this process does. Where that fails, leases run out by themselves.
    pub(crate) fn show(&self, owner: &LeaseOwner) {
        let Some(path) = self.path_of(owner.as_str()) else { return };
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if own.contains_key(&path) {
            return;
        }
        remove_stale(&path);
        if let Ok(file) = locked_file(&path) {
            own.insert(path, file);
        }
    }

    /// Whether the owner is known to have ended.
    pub(crate) fn has_ended(&self, owner: &str) -> bool {
        let Some(path) = self.path_of(owner) else { return false };
        File::open(path).is_ok_and(|file| file.try_lock_shared().is_ok())
    }

    /// Says that a lease could not be given back: then the file stays, and tells by being unlocked that its process ended.
    pub(crate) fn owe(&self) {
        self.owes.store(true, Ordering::SeqCst);
    }

    /// Removes the files of this process, which gave its leases back.
    pub(crate) fn leave(&self) {
        let own = std::mem::take(&mut *self.own.lock().unwrap_or_else(PoisonError::into_inner));
        if self.owes.load(Ordering::SeqCst) {
            return;
        }
        for path in own.keys() {
            // One that stays is noticed as unlocked.
            let _ = std::fs::remove_file(path);
        }
    }

    fn path_of(&self, owner: &str) -> Option<PathBuf> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let name: String = owner.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
        self.folder.as_ref().map(|folder| folder.join(format!("{PREFIX}{name}")))
    }
}

/// A file that nobody else can lock while it is open.
fn locked_file(path: &Path) -> std::io::Result<File> {
    let file = File::create(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(std::io::ErrorKind::WouldBlock.into()),
        Err(TryLockError::Error(error)) => {
            // A file system without locks: an unlocked file would look like a process that has ended.
            std::fs::remove_file(path)?;
            Err(error)
        }
    }
}

fn remove_stale(beside: &Path) {
    let Some(Ok(files)) = beside.parent().map(std::fs::read_dir) else { return };
    let is_ours = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with(PREFIX);
    for path in files.flatten().filter(is_ours).map(|entry| entry.path()) {
        let age = path.metadata().and_then(|metadata| metadata.modified()).map(|at| at.elapsed().unwrap_or_default());
        let is_old = age.is_ok_and(|age| age > STALE_AFTER);
        if is_old && File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
            // The next process tries again.
            let _ = std::fs::remove_file(path);
        }
    }
}
