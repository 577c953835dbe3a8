//! Styles in one file, names by content, and compressed copies beside the originals.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::chores::{Attempt, Failure};

/// One style sheet out of `main.css` and the files it imports, in their order.
///
/// Only `@import "./name.css";` on a line of its own is understood; a browser would otherwise fetch each file.
pub fn style_sheet(main: &Path) -> Result<String, Failure> {
    let text = read(main)?;
    let folder = main.parent().unwrap_or(main);
    let mut bundled = String::new();
    for line in text.lines() {
        match imported(line) {
            Some(name) => bundled.push_str(&style_sheet(&folder.join(name))?),
            None => bundled.push_str(line),
        }
        bundled.push('\n');
    }
    Ok(bundled)
}

/// Writes `content` as `STEM.HASH.EXTENSION` and gives back the file's name.
pub fn write_hashed(folder: &Path, stem: &str, extension: &str, content: &[u8]) -> Result<String, Failure> {
    let digest = Sha256::digest(content);
    let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("{stem}.{hash}.{extension}");
    write(&folder.join(&name), content)?;
    Ok(name)
}

/// Writes brotli and gzip copies beside every file that shrinks by it. Returns the brotli sizes by file name.
pub fn compress_all(folder: &Path) -> Result<Vec<(String, usize)>, Failure> {
    let mut sizes = Vec::new();
    for path in files(folder)? {
        let is_compressible =
            path.extension().is_some_and(|ending| ["js", "wasm", "css", "svg"].iter().any(|known| ending == *known));
        if !is_compressible {
            continue;
        }
        let content = fs::read(&path).attempt(format_args!("read {}", path.display()))?;
        let small = brotli(&content)?;
        sizes.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), small.len()));
        write(&with_ending(&path, "br"), &small)?;
        write(&with_ending(&path, "gz"), &gzip(&content)?)?;
    }
    Ok(sizes)
}

/// Copies a folder with everything in it, hidden files left out.
pub fn copy_folder(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to).attempt(format_args!("make {}", to.display()))?;
    for entry in fs::read_dir(from).attempt(format_args!("list {}", from.display()))? {
        let entry = entry.attempt(format_args!("list {}", from.display()))?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        let (source, goal) = (entry.path(), to.join(&name));
        if source.is_dir() {
            copy_folder(&source, &goal)?;
        } else {
            fs::copy(&source, &goal).attempt(format_args!("copy {}", source.display()))?;
        }
    }
    Ok(())
}

/// Writes a file.
pub fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    fs::write(path, content).attempt(format_args!("write {}", path.display()))
}

fn imported(line: &str) -> Option<&str> {
    line.trim().strip_prefix("@import \"./")?.strip_suffix("\";")
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).attempt(format_args!("read {}", path.display()))
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).attempt(format_args!("list {}", folder.display()))? {
        let path = entry.attempt(format_args!("list {}", folder.display()))?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// The highest compression that every browser reads.
pub fn brotli(content: &[u8]) -> Result<Vec<u8>, Failure> {
    const BUFFER_BYTES: usize = 64 * 1024;
    const HIGHEST_QUALITY: u32 = 11;
    const WINDOW_BITS: u32 = 22;
    let mut small = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut small, BUFFER_BYTES, HIGHEST_QUALITY, WINDOW_BITS);
    writer.write_all(content).attempt("compress")?;
    drop(writer);
    Ok(small)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(content).attempt("compress")?;
    writer.finish().attempt("compress")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_replaced_by_the_files_in_their_order() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write(&folder.path().join("main.css"), b"@import \"./a.css\";\n@import \"./b.css\";\n").expect("written");
        write(&folder.path().join("a.css"), b"a {}").expect("written");
        write(&folder.path().join("b.css"), b"b {}").expect("written");
        let bundled = style_sheet(&folder.path().join("main.css")).expect("bundled");
        assert_eq!(bundled, "a {}\n\nb {}\n\n");
    }

    #[test]
    fn a_name_changes_when_the_content_changes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let one = write_hashed(folder.path(), "ferry", "css", b"a {}").expect("written");
        let other = write_hashed(folder.path(), "ferry", "css", b"b {}").expect("written");
        assert_ne!(one, other);
        assert!(one.starts_with("ferry.") && one.ends_with(".css"), "{one}");
    }
}
