//! Computes the mark by which console and browser know that they are of the same build.
//!
//! The compact form carries no names, so two builds whose types differ must never take each other's texts, also where
//! both have the same version. Every type that crosses is made of types of this crate: its source is what counts.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src");
    let mut files = BTreeMap::new();
    read_below(Path::new("src"), &mut files)?;
    // Made anew with the same keys each time: host and module get the same number.
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    println!("cargo::rustc-env=FERRY_FORM={:016x}", hasher.finish());
    Ok(())
}

fn read_below(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_below(&path, files)?;
        } else {
            files.insert(path.clone(), fs::read(&path)?);
        }
    }
    Ok(())
}
