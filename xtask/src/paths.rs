//! Where things are.

use std::path::{Path, PathBuf};

use crate::chores::Profile;

/// The project's root: the folder above this crate, as the cargo that runs the chore says. Several checkouts may share
/// one target folder, so what the compiler saw comes second.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().map(Path::to_path_buf).unwrap_or(here)
}

/// Cargo's target folder: `CARGO_TARGET_DIR`, or `target` under the root.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(chosen) => root().join(chosen),
        None => root().join("target"),
    }
}

/// Where the site is written: beside the binary of the profile, where the binary looks for it first.
pub fn site(profile: Profile) -> PathBuf {
    target().join(profile.folder()).join("site")
}

/// The binary `ferry` of a profile.
pub fn binary(profile: Profile) -> PathBuf {
    target().join(profile.folder()).join("ferry")
}

/// The folder of the browser tests.
pub fn end2end() -> PathBuf {
    root().join("end2end")
}

/// The folder of the editor's script.
pub fn editor() -> PathBuf {
    root().join("frontend/editor")
}

/// The Python environment of the benchmark of SQL.
pub fn bench_python_environment() -> PathBuf {
    target().join("python-bench")
}

/// The Python environment of the driver tests.
pub fn python_environment() -> PathBuf {
    target().join("python")
}
