//! WebAssembly modules as they are delivered: bound by wasm-bindgen as a library (so that its version always equals the
//! lock file's), in the smallest form after compression, each within its own bound.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use wasm_bindgen_cli_support::Bindgen;

use crate::bundle::brotli;
use crate::chores::{Attempt, Failure, Profile, cargo, is_installed, step};
use crate::paths;

const TARGET: &str = "wasm32-unknown-unknown";

/// Passes of binaryen that help after compression. Its `-Oz` makes the module smaller before and larger after it.
const PASSES: [&str; 3] = ["--duplicate-function-elimination", "--remove-unused-module-elements", "--vacuum"];

/// A package of the workspace that becomes a WebAssembly module with a script that binds it.
pub struct Module {
    /// The package.
    pub package: &'static str,
    /// The stem of its files.
    pub name: &'static str,
    /// What the browser may have to download of it, as brotli.
    pub bound_bytes: usize,
}

impl Module {
    /// Binds the compiled module. Gives the folder with `NAME.js` and `NAME_bg.wasm`.
    pub fn bind(&self, profile: Profile) -> Result<PathBuf, Failure> {
        let file = format!("{}.wasm", self.package.replace('-', "_"));
        let compiled = paths::target().join(TARGET).join(cargo_folder(profile)).join(file);
        let began = Instant::now();
        let folder = self.folder(profile);
        remove_if_there(&folder)?;
        let mut bindgen = Bindgen::new();
        bindgen.input_path(&compiled).out_name(self.name).typescript(false);
        bindgen.web(true).attempt("choose the web form of the bindings")?;
        if profile == Profile::Release {
            bindgen.remove_name_section(true).remove_producers_section(true);
        }
        bindgen.generate(&folder).attempt(format_args!("bind {}", compiled.display()))?;
        println!("<== bind {}: {:.1} s", self.name, began.elapsed().as_secs_f64());
        Ok(folder)
    }

    /// The content of the bound module; for a release the form that is smallest as brotli.
    pub fn smallest(&self, profile: Profile) -> Result<Vec<u8>, Failure> {
        let module = self.folder(profile).join(format!("{}_bg.wasm", self.name));
        let plain = fs::read(&module).attempt("read the module")?;
        if profile == Profile::Dev {
            return Ok(plain);
        }
        let name = self.name;
        let plain_size = brotli(&plain)?.len();
        let (best, size_bytes) = match shrink(&module)? {
            Some(small) => {
                let small_size = brotli(&small)?.len();
                println!("    {name} as brotli: {plain_size} bytes as linked, {small_size} bytes after wasm-opt");
                if small_size < plain_size { (small, small_size) } else { (plain, plain_size) }
            }
            None => {
                println!("    wasm-opt is missing (npm ci in end2end, or Debian's binaryen): {name} stays larger");
                (plain, plain_size)
            }
        };
        self.within_bound(size_bytes)?;
        Ok(best)
    }

    fn folder(&self, profile: Profile) -> PathBuf {
        paths::target().join("bound").join(profile.folder()).join(self.name)
    }

    fn within_bound(&self, size_bytes: usize) -> Result<(), Failure> {
        let Self { name, bound_bytes, .. } = self;
        let sizes = format!("{name} has {size_bytes} bytes as brotli, {bound_bytes} allowed");
        if size_bytes > *bound_bytes {
            return Err(Failure::new(format!("{sizes}: see docs/performance.md for what a screen may cost")));
        }
        println!("    {sizes}");
        Ok(())
    }
}

/// Compiles modules, all with one call of cargo, so that none builds the dependencies of another once more.
pub fn compile(modules: &[&Module], profile: Profile) -> Result<(), Failure> {
    let mut command = cargo();
    command.args(["build", "--lib", "--target", TARGET]);
    modules.iter().for_each(|module| {
        command.args(["--package", module.package]);
    });
    if profile == Profile::Release {
        command.args(["--profile", "wasm-release"]);
    }
    step("build the browser's part", &mut command)
}

/// Cargo's folder for a profile of the browser's part.
const fn cargo_folder(profile: Profile) -> &'static str {
    match profile {
        Profile::Dev => "debug",
        Profile::Release => "wasm-release",
    }
}

/// Removes a folder with everything in it.
pub fn remove_if_there(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::new(format!("remove {}: {error}", folder.display())))
        }
        _ => Ok(()),
    }
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
    fn each_module_has_its_own_bound_and_is_refused_above_it() {
        let small = Module { package: "small", name: "small", bound_bytes: 10 };
        let large = Module { package: "large", name: "large", bound_bytes: 400_000 };
        assert!(small.within_bound(10).is_ok() && large.within_bound(400_000).is_ok());
        assert!(small.within_bound(11).is_err_and(|failure| failure.to_string().contains("small has 11 bytes")));
        assert!(large.within_bound(400_001).is_err_and(|failure| failure.to_string().contains("400001")));
    }
}
