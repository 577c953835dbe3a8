//! Pictures of every page, in both themes and two widths, for people to look at.

use std::fs;
use std::process::Command;

use crate::chores::{Attempt, Failure, Profile, build_binary, step};
use crate::{paths, prepare, site};

/// Builds, walks through the console with a demo, and writes the pictures into `target/screenshots`.
pub fn run() -> Result<(), Failure> {
    prepare::node_packages()?;
    let chromium = prepare::chromium()?;
    prepare::wasm_target()?;
    site::build(Profile::Dev)?;
    build_binary(Profile::Dev)?;
    let folder = paths::target().join("screenshots");
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).attempt(format_args!("make {}", folder.display()))?;
    let mut browser = browser(&chromium, Profile::Dev, "screenshots.config.ts");
    step("take the pictures", browser.env("FERRY_SCREENSHOTS", &folder))?;
    println!("    the pictures are in {}", folder.display());
    Ok(())
}

/// Playwright with one of its configurations, over the binary and the site of a profile.
pub fn browser(chromium: &std::path::Path, profile: Profile, config: &str) -> Command {
    let mut browser = Command::new("npx");
    browser.current_dir(paths::end2end()).args(["playwright", "test", "--config", config]);
    browser.env("FERRY_CHROMIUM", chromium).env("FERRY_BIN", paths::binary(profile));
    browser.env("FERRY_SITE", paths::site(profile));
    browser
}
