//! Reading and writing plan and configuration files.

use std::io::Write;
use std::path::{Path, PathBuf};

use ferry_model::messages::cli as text;

use crate::exit::Failure;

/// A file's text.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|e| Failure::usage(text::file_problem("read", &path.display().to_string(), &e.to_string())))
}

/// Writes a file whole or not at all: nobody ever finds half a plan.
pub(super) fn write_whole(path: &Path, content: &str) -> Result<(), Failure> {
    let failed =
        |e: std::io::Error| Failure::failed(text::file_problem("write", &path.display().to_string(), &e.to_string()));
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}.new", std::process::id()));
    let temporary = PathBuf::from(temporary);
    let written = std::fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(content.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)
    });
    if written.is_err() {
        // What is left of the attempt; the error that counts is the first one.
        let _ = std::fs::remove_file(&temporary);
    }
    written.map_err(failed)
}

/// The configuration of a plan: the one that was given, else the one that the plan names, as it stands or beside the
/// plan.
pub(super) fn config_of(plan_path: &Path, named: &str, given: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(given) = given {
        return Ok(given.to_owned());
    }
    let beside = plan_path.parent().map(|folder| folder.join(named));
    let candidates = [Some(PathBuf::from(named)), beside];
    let found = candidates.into_iter().flatten().find(|path| path.is_file());
    found.ok_or_else(|| Failure::usage(text::config_not_found(named)))
}
