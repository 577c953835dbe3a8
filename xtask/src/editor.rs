//! The editor of texts: CodeMirror in one script, and the reader of SQL as a WebAssembly module of its own. Pages load
//! both only where something is edited.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::chores::{Attempt, Failure, Profile, step};
use crate::module::Module;
use crate::{paths, prepare};

/// The reader of SQL in the browser.
pub const SQL: Module = Module { package: "ferry-sql-web", name: "sql", bound_bytes: 200_000 };

/// What the browser downloads where something is edited.
pub struct Editor {
    /// The script.
    pub script: Vec<u8>,
    /// The module that it starts.
    pub module: Vec<u8>,
}

/// Installs what the editor is built with. `false` on a machine without npm: it gets plain areas of text, and is told so.
pub fn prepare() -> Result<bool, Failure> {
    let is_there = prepare::editor_packages()?;
    if !is_there {
        println!("    npm is missing (Node 20 or newer): texts are edited in plain areas, without the editor");
    }
    Ok(is_there)
}

/// Builds the editor out of the compiled module and the script's sources.
pub fn build(profile: Profile) -> Result<Editor, Failure> {
    let binding = SQL.bind(profile)?.join(format!("{}.js", SQL.name));
    Ok(Editor { script: bundle(&binding)?, module: SQL.smallest(profile)? })
}

/// One script out of the editor's sources, its packages, and the script that binds the module.
fn bundle(binding: &Path) -> Result<Vec<u8>, Failure> {
    let outfile = binding.with_file_name("editor.js");
    let mut npm = Command::new("npm");
    npm.current_dir(paths::editor()).args(["run", "--silent", "build", "--"]);
    npm.arg(format!("--alias:ferry-sql={}", binding.display())).arg(format!("--outfile={}", outfile.display()));
    step("bundle the editor", &mut npm)?;
    fs::read(&outfile).attempt(format_args!("read {}", outfile.display()))
}
