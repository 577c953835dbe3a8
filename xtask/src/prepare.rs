//! Installs what is missing: the WebAssembly target, the browser tests' packages, Chromium, Python's driver, PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::chores::{Attempt, Failure, answer, cargo, is_installed, once, step};
use crate::paths;

/// Where a Chromium may be, in the order of preference.
const CHROMIUMS: [&str; 4] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

/// Prepares everything.
pub fn everything() -> Result<(), Failure> {
    wasm_target()?;
    node_packages()?;
    println!("    Chromium: {}", chromium()?.display());
    println!("    Python: {}", python()?.display());
    println!("    PostgreSQL: {}", postgres()?.display());
    Ok(())
}

/// Adds the target `wasm32-unknown-unknown` to the toolchain.
pub fn wasm_target() -> Result<(), Failure> {
    let target = "wasm32-unknown-unknown";
    let rustc = cargo_sibling("rustc");
    let libraries =
        answer(Command::new(rustc).current_dir(paths::root()).args(["--print", "target-libdir", "--target", target]));
    if libraries.is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    let mut rustup = Command::new("rustup");
    rustup.current_dir(paths::root()).args(["target", "add", target]);
    step("add the WebAssembly target", &mut rustup)
}

/// Sees to it that `wasm-opt` is there for a release build: from `PATH`, or with the browser tests' packages. A machine
/// that has neither it nor npm gets a larger module and is told so.
pub fn wasm_optimiser() -> Result<(), Failure> {
    if is_installed("wasm-opt") || !is_installed("npm") { Ok(()) } else { node_packages() }
}

/// Installs the npm packages of the browser tests, exactly as their lock file says.
pub fn node_packages() -> Result<(), Failure> {
    if !is_installed("npm") {
        return Err(Failure::new(
            "npm is missing. Install Node 20 or newer, or leave the browser out: --without-browser",
        ));
    }
    npm_ci("the browser tests' packages", &paths::end2end())
}

/// Installs the npm packages of the editor, exactly as their lock file says. `false` where there is no npm.
pub fn editor_packages() -> Result<bool, Failure> {
    if !is_installed("npm") {
        return Ok(false);
    }
    npm_ci("the editor's packages", &paths::editor()).map(|()| true)
}

/// Installs what a folder's lock file says, once for each state of it. No package may run anything while it is
/// installed: none needs to.
fn npm_ci(what: &str, folder: &Path) -> Result<(), Failure> {
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read_to_string(&lock).attempt(format_args!("read {}", lock.display()))?;
    once(&folder.join("node_modules/.prepared"), &wanted, || {
        let mut npm = Command::new("npm");
        npm.current_dir(folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        step(&format!("install {what}"), npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
    })
}

/// Finds Chromium, or installs Debian's package where this may be done.
pub fn chromium() -> Result<PathBuf, Failure> {
    if let Some(found) = find_chromium() {
        return Ok(found);
    }
    install_with_apt("Chromium", "chromium")?;
    find_chromium().ok_or_else(|| {
        Failure::new(
            "Chromium is missing. Install it (Debian: apt-get install chromium), or set FERRY_CHROMIUM to its path, \
             or leave the browser out: --without-browser",
        )
    })
}

/// Finds the folder of PostgreSQL's programs, or installs Debian's package where this may be done.
pub fn postgres() -> Result<PathBuf, Failure> {
    if let Some(found) = find_postgres() {
        return Ok(found);
    }
    install_with_apt("PostgreSQL", "postgresql")?;
    find_postgres().ok_or_else(|| {
        Failure::new(
            "PostgreSQL's programs (initdb, postgres) are missing. Install a server, version 13 or newer (Debian: \
             apt-get install postgresql), or put their folder into PATH, or leave it out: --without-postgres",
        )
    })
}

/// Installs a package of Debian's where there is apt and it may be used; does nothing elsewhere.
fn install_with_apt(what: &str, package: &str) -> Result<(), Failure> {
    println!("==> {what} is missing: trying to install Debian's package");
    let may_install = is_installed("apt-get") && answer(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    if !may_install {
        return Ok(());
    }
    // A package list can be old and an unpack can fail once: update first, and try twice.
    step("update the package lists", Command::new("apt-get").args(["update", "-q"]))?;
    let install = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        step(&format!("install {what}"), apt.args(["install", "-q", "-y", "--no-install-recommends", package]))
    };
    install().or_else(|_| install())
}

/// Makes a Python environment with the official driver in it.
pub fn python() -> Result<PathBuf, Failure> {
    python_with(&paths::python_environment(), "crates/sandbox/tests/python/requirements.txt")
}

/// Makes a Python environment with the reader of SQL that ours is measured beside.
pub fn bench_python() -> Result<PathBuf, Failure> {
    python_with(&paths::bench_python_environment(), "crates/sql/examples/bench_sql/requirements.txt")
}

fn python_with(environment: &Path, list: &str) -> Result<PathBuf, Failure> {
    let python = environment.join("bin/python");
    let list = paths::root().join(list);
    let wanted = std::fs::read_to_string(&list).attempt(format_args!("read {}", list.display()))?;
    if !is_installed("python3") {
        return Err(Failure::new("python3 is missing. Install Python 3.9 or newer, or leave it out: --without-python"));
    }
    once(&environment.join("prepared"), &wanted, || {
        let mut venv = Command::new("python3");
        step("make a Python environment", venv.args(["-m", "venv"]).arg(environment))?;
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        step("install Python packages", pip.arg(&list))
    })?;
    Ok(python)
}

fn find_chromium() -> Option<PathBuf> {
    let chosen = std::env::var_os("FERRY_CHROMIUM").map(PathBuf::from);
    let usual = CHROMIUMS.iter().map(PathBuf::from);
    chosen.into_iter().chain(usual).find(|path| path.is_file())
}

/// The folder that holds both `initdb` and `postgres`: one of `PATH`, or the newest of Debian's.
fn find_postgres() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut of_debian: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| {
            let version = version.ok()?;
            Some((version.file_name().to_str()?.parse().ok()?, version.path().join("bin")))
        })
        .collect();
    of_debian.sort();
    let of_debian = of_debian.into_iter().rev().map(|(_, folder)| folder);
    let has_both = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    std::env::split_paths(&path).chain(of_debian).find(has_both)
}

/// The program of the same toolchain as the cargo that runs.
fn cargo_sibling(program: &str) -> PathBuf {
    let cargo = cargo();
    match Path::new(cargo.get_program()).parent() {
        Some(folder) if folder.join(program).is_file() => folder.join(program),
        _ => PathBuf::from(program),
    }
}
