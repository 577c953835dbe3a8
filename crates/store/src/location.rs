//! Where the record is.

use std::path::{Path, PathBuf};

use crate::StoreError;

/// The folder of the data directory, and the database: SQLite in it, or PostgreSQL elsewhere.
#[derive(Clone)]
pub struct StoreLocation {
    /// Holds the key file and, with SQLite, the database.
    pub data_dir: PathBuf,
    /// `None` for SQLite; a `postgres://` URL otherwise. May hold a password: never printed.
    pub postgres_url: Option<String>,
}

impl StoreLocation {
    /// SQLite in a data directory.
    pub fn in_data_dir(data_dir: &Path) -> Self {
        Self { data_dir: data_dir.to_owned(), postgres_url: None }
    }

    /// PostgreSQL by URL; the key file stays in the data directory.
    ///
    /// # Errors
    /// [`StoreError::Address`] for a URL of another kind.
    pub fn on_postgres(data_dir: &Path, url: &str) -> Result<Self, StoreError> {
        let known = ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
        if !known {
            return Err(StoreError::Address(without_password(url)));
        }
        Ok(Self { data_dir: data_dir.to_owned(), postgres_url: Some(url.to_owned()) })
    }

    /// The database file, for SQLite.
    pub fn database_file(&self) -> PathBuf {
        self.data_dir.join("ferry.db")
    }

    /// The key file.
    pub fn key_file(&self) -> PathBuf {
        self.data_dir.join("secret.key")
    }

    /// The database for people, without a password.
    pub fn place(&self) -> String {
        match &self.postgres_url {
            Some(url) => without_password(url),
            None => self.database_file().display().to_string(),
        }
    }

    pub(crate) fn connection_url(&self) -> Result<String, StoreError> {
        self.url("rwc")
    }

    /// As [`Self::connection_url`], for a database that is there and stays as it is.
    pub(crate) fn read_only_url(&self) -> Result<String, StoreError> {
        self.url("ro")
    }

    fn url(&self, sqlite_mode: &str) -> Result<String, StoreError> {
        if let Some(url) = &self.postgres_url {
            return Ok(url.clone());
        }
        let file = self.database_file();
        let absolute =
            std::path::absolute(&file).map_err(|e| StoreError::Unwritable { path: file, why: e.to_string() })?;
        Ok(format!("sqlite://{}?mode={sqlite_mode}", percent_encoded(&absolute)))
    }
}

/// A URL with what stands between `://` and `@` removed.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "the given address".into() };
    let authority_end = rest.find('/').unwrap_or(rest.len());
    match rest[..authority_end].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

/// A path as it may stand in a URL: everything but letters, digits, `/`, `-`, `_`, `.` is written as `%XX`.
fn percent_encoded(path: &Path) -> String {
    let mut encoded = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => encoded.push(char::from(*byte)),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_postgres_record_has_no_password() {
        let dir = Path::new("data");
        let location = StoreLocation::on_postgres(dir, "postgres://ferry:hunter22@db:5432/ferry").expect("a good URL");
        assert_eq!(location.place(), "postgres://db:5432/ferry");
        let refused = StoreLocation::on_postgres(dir, "mysql://ferry:hunter22@db/ferry").map(|_| ());
        let text = refused.expect_err("another kind of database").to_string();
        assert!(!text.contains("hunter22"), "{text}");
    }
}
