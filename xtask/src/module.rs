//! The WebAssembly module as it is delivered: the smallest form after compression, within its bound.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bundle::brotli;
use crate::chores::{Attempt, Failure, Profile, is_installed, step};
use crate::paths;

/// What the browser may have to download, as brotli.
const BOUND_BYTES: usize = 400_000;

/// Passes of binaryen that help after compression. Its `-Oz` makes the module smaller before and larger after it.
const PASSES: [&str; 3] = ["--duplicate-function-elimination", "--remove-unused-module-elements", "--vacuum"];

/// The content of the module; for a release the form that is smallest as brotli.
pub fn smallest(module: &Path, profile: Profile) -> Result<Vec<u8>, Failure> {
    let plain = fs::read(module).attempt("read the module")?;
    if profile == Profile::Dev {
        return Ok(plain);
    }
    let plain_size = brotli(&plain)?.len();
    let (best, size_bytes) = match shrink(module)? {
        Some(small) => {
            let small_size = brotli(&small)?.len();
            println!("    the module as brotli: {plain_size} bytes as linked, {small_size} bytes after wasm-opt");
            if small_size < plain_size { (small, small_size) } else { (plain, plain_size) }
        }
        None => {
            println!("    wasm-opt is missing (npm ci in end2end, or Debian's binaryen): the module stays larger");
            (plain, plain_size)
        }
    };
    within_bound(size_bytes)?;
    Ok(best)
}

fn within_bound(size_bytes: usize) -> Result<(), Failure> {
    if size_bytes > BOUND_BYTES {
        let advice = "see docs/performance.md for what a screen may cost";
        return Err(Failure::new(format!(
            "the module has {size_bytes} bytes as brotli, {BOUND_BYTES} allowed: {advice}"
        )));
    }
    println!("    the module has {size_bytes} bytes as brotli, {BOUND_BYTES} allowed");
    Ok(())
}

/// Runs binaryen's `wasm-opt`, from `PATH` or from the browser tests' packages; `None` where it is missing.
fn shrink(module: &Path) -> Result<Option<Vec<u8>>, Failure> {
    let local = paths::end2end().join("node_modules/.bin/wasm-opt");
    let program = if is_installed("wasm-opt") {
        PathBuf::from("wasm-opt")
    } else if local.is_file() {
        local
    } else {
        return Ok(None);
    };
    let small = module.with_extension("small.wasm");
    let mut command = Command::new(program);
    command.args(PASSES).args(["--all-features", "--output"]).arg(&small).arg(module);
    step("shrink the module", &mut command)?;
    fs::read(&small).attempt("read the smaller module").map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_above_the_bound_is_refused() {
        assert!(within_bound(BOUND_BYTES).is_ok());
        assert!(within_bound(BOUND_BYTES + 1).is_err_and(|failure| failure.to_string().contains("400001")));
    }
}
