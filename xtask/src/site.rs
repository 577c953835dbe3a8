//! The site: what the browser downloads. WebAssembly through wasm-bindgen as a library (so that its version always
//! equals the lock file's), one style sheet, and the files of `public`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use wasm_bindgen_cli_support::Bindgen;

use crate::bundle;
use crate::chores::{Attempt, Failure, Profile, cargo, step};
use crate::module;
use crate::paths;

/// The stem of every file's name, as `LEPTOS_OUTPUT_NAME` in `.cargo/config.toml` says.
const NAME: &str = "ferry";

/// Builds the site folder of a profile.
pub fn build(profile: Profile) -> Result<(), Failure> {
    let module = compile(profile)?;
    let site = paths::site(profile);
    let staging = site.with_extension("new");
    remove_if_there(&staging)?;
    let package = staging.join("pkg");
    bundle::copy_folder(&paths::root().join("public"), &staging)?;
    fs::create_dir_all(&package).attempt(format_args!("make {}", package.display()))?;

    let bound = bind(&module, profile)?;
    let script = fs::read(bound.join(format!("{NAME}.js"))).attempt("read the bound script")?;
    let wasm = module::smallest(&bound.join(format!("{NAME}_bg.wasm")), profile)?;
    let styles = bundle::style_sheet(&paths::root().join("style/main.css"))?;
    let snippets = bound.join("snippets");
    if snippets.is_dir() {
        bundle::copy_folder(&snippets, &package.join("snippets"))?;
    }

    let manifest = serde_json::json!({
        "js": format!("pkg/{}", bundle::write_hashed(&package, NAME, "js", &script)?),
        "wasm": format!("pkg/{}", bundle::write_hashed(&package, NAME, "wasm", &wasm)?),
        "css": format!("pkg/{}", bundle::write_hashed(&package, NAME, "css", styles.as_bytes())?),
    });
    bundle::write(&staging.join("manifest.json"), format!("{manifest:#}\n").as_bytes())?;
    if profile == Profile::Release {
        for (name, size_bytes) in bundle::compress_all(&staging)? {
            println!("    {name}: {size_bytes} bytes as brotli");
        }
    }
    // A running console never sees half a site.
    remove_if_there(&site)?;
    fs::rename(&staging, &site).attempt(format_args!("move the site to {}", site.display()))?;
    println!("    the site is in {}", site.display());
    Ok(())
}

fn compile(profile: Profile) -> Result<PathBuf, Failure> {
    let target = "wasm32-unknown-unknown";
    let mut command = cargo();
    command.args(["build", "--package", "ferry-frontend", "--lib", "--target", target]);
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            command.args(["--profile", "wasm-release"]);
            "wasm-release"
        }
    };
    step("build the browser's part", &mut command)?;
    Ok(paths::target().join(target).join(folder).join("ferry_frontend.wasm"))
}

fn bind(module: &Path, profile: Profile) -> Result<PathBuf, Failure> {
    let began = Instant::now();
    let folder = paths::target().join("bound").join(profile.folder());
    remove_if_there(&folder)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name(NAME).typescript(false);
    bindgen.web(true).attempt("choose the web form of the bindings")?;
    if profile == Profile::Release {
        bindgen.remove_name_section(true).remove_producers_section(true);
    }
    bindgen.generate(&folder).attempt(format_args!("bind {}", module.display()))?;
    println!("<== bind: {:.1} s", began.elapsed().as_secs_f64());
    Ok(folder)
}

fn remove_if_there(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::new(format!("remove {}: {error}", folder.display())))
        }
        _ => Ok(()),
    }
}
