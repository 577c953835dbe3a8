//! The site: what the browser downloads. WebAssembly, one style sheet, the editor apart, and the files of `public`.

use std::fs;

use crate::chores::{Attempt, Failure, Profile};
use crate::module::{self, Module, remove_if_there};
use crate::{bundle, editor, paths};

/// The stem of every file's name, as `LEPTOS_OUTPUT_NAME` in `.cargo/config.toml` says.
const NAME: &str = "ferry";

/// The console's own module. Every page loads it, so it has a bound; the editor's is not counted in.
pub const CONSOLE: Module = Module { package: "ferry-frontend", name: NAME, bound_bytes: 400_000 };

/// Builds the site folder of a profile.
pub fn build(profile: Profile) -> Result<(), Failure> {
    let has_editor = editor::prepare()?;
    let modules = if has_editor { vec![&CONSOLE, &editor::SQL] } else { vec![&CONSOLE] };
    module::compile(&modules, profile)?;
    let bound = CONSOLE.bind(profile)?;
    let editor = if has_editor { Some(editor::build(profile)?) } else { None };
    let site = paths::site(profile);
    let staging = site.with_extension("new");
    remove_if_there(&staging)?;
    let package = staging.join("pkg");
    bundle::copy_folder(&paths::root().join("public"), &staging)?;
    fs::create_dir_all(&package).attempt(format_args!("make {}", package.display()))?;

    let script = fs::read(bound.join(format!("{NAME}.js"))).attempt("read the bound script")?;
    let wasm = CONSOLE.smallest(profile)?;
    let styles = bundle::style_sheet(&paths::root().join("style/main.css"))?;
    let snippets = bound.join("snippets");
    if snippets.is_dir() {
        bundle::copy_folder(&snippets, &package.join("snippets"))?;
    }

    let editor = match editor {
        Some(editor) => Some(serde_json::json!({
            "js": format!("pkg/{}", bundle::write_hashed(&package, "editor", "js", &editor.script)?),
            "wasm": format!("pkg/{}", bundle::write_hashed(&package, "sql", "wasm", &editor.module)?),
        })),
        None => None,
    };
    let manifest = serde_json::json!({
        "editor": editor,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_that_of_the_console_alone() {
        assert_eq!((CONSOLE.name, CONSOLE.bound_bytes), ("ferry", 400_000));
        assert_ne!(CONSOLE.package, editor::SQL.package);
        let frontend = fs::read_to_string(paths::root().join("frontend/Cargo.toml")).expect("its manifest");
        let app = fs::read_to_string(paths::root().join("app/Cargo.toml")).expect("its manifest");
        for part in ["ferry-sql", editor::SQL.package] {
            assert!(![&frontend, &app].iter().any(|manifest| manifest.contains(part)), "{part} would be counted in");
        }
    }
}
