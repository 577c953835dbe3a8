//! Encryption of what is secret before it is stored: ChaCha20-Poly1305 with a key that is not in the database.

use std::io::{ErrorKind, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, AeadCore, KeyInit, OsRng, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ferry_model::Secret;

use crate::StoreError;

/// The environment variable that replaces the key file: 32 bytes in base64.
const KEY_VARIABLE: &str = "FERRY_SECRET_KEY";

const NONCE_BYTES: usize = 24;

/// Seals and opens secret texts.
pub struct Seal {
    cipher: XChaCha20Poly1305,
    key_place: String,
}

impl Seal {
    /// Takes the key from `FERRY_SECRET_KEY`, else from the key file, else makes the file (mode 0600).
    ///
    /// # Errors
    /// [`StoreError::Unwritable`] or [`StoreError::Key`].
    pub fn open(key_file: &Path) -> Result<Self, StoreError> {
        if let Ok(text) = std::env::var(KEY_VARIABLE) {
            return Self::from_text(&text, KEY_VARIABLE.into());
        }
        let place = key_file.display().to_string();
        match std::fs::read_to_string(key_file) {
            Ok(text) => Self::from_text(&text, place),
            Err(e) if e.kind() == ErrorKind::NotFound => match write_new_key(key_file) {
                Ok(text) => Self::from_text(&text, place),
                // Another process was quicker: its key counts.
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {
                    let text = std::fs::read_to_string(key_file).map_err(|e| unwritable(key_file, &e))?;
                    Self::from_text(&text, place)
                }
                Err(e) => Err(unwritable(key_file, &e)),
            },
            Err(e) => Err(unwritable(key_file, &e)),
        }
    }

    /// The key that is there; `None` where there is none, and none is made.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_existing(key_file: &Path) -> Result<Option<Self>, StoreError> {
        match std::env::var(KEY_VARIABLE).is_ok() || key_file.exists() {
            true => Self::open(key_file).map(Some),
            false => Ok(None),
        }
    }

    fn from_text(text: &str, key_place: String) -> Result<Self, StoreError> {
        let key = STANDARD.decode(text.trim()).ok().filter(|key| key.len() == 32);
        let Some(key) = key else {
            return Err(StoreError::Key { key_place, why: "a key is 32 bytes in base64".into() });
        };
        let cipher = XChaCha20Poly1305::new(key.as_slice().into());
        Ok(Self { cipher, key_place })
    }

    /// Encrypts a text for one place in the record; `bound_to` names that place, and the text opens nowhere else.
    ///
    /// # Errors
    /// [`StoreError::Key`] when the text is too long to encrypt.
    pub fn seal(&self, text: &Secret, bound_to: &str) -> Result<String, StoreError> {
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let payload = Payload { msg: text.expose().as_bytes(), aad: bound_to.as_bytes() };
        let sealed = self.cipher.encrypt(&nonce, payload).map_err(|_| self.error("the text cannot be encrypted"))?;
        Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what [`Seal::seal`] made for the same place.
    ///
    /// # Errors
    /// [`StoreError::Key`] for another key, another place or a changed text.
    pub fn unseal(&self, sealed: &str, bound_to: &str) -> Result<Secret, StoreError> {
        let bytes = STANDARD.decode(sealed).map_err(|_| self.error("a sealed text is damaged"))?;
        let Some((nonce, sealed)) = bytes.split_at_checked(NONCE_BYTES) else {
            return Err(self.error("a sealed text is too short"));
        };
        let payload = Payload { msg: sealed, aad: bound_to.as_bytes() };
        let opened = self.cipher.decrypt(XNonce::from_slice(nonce), payload);
        let opened = opened.map_err(|_| self.error("it was made with another key, or changed"))?;
        String::from_utf8(opened).map(Secret::new).map_err(|_| self.error("a sealed text is not text"))
    }

    fn error(&self, why: &str) -> StoreError {
        StoreError::Key { key_place: self.key_place.clone(), why: why.into() }
    }
}

/// Writes a new key beside the final name and links it there, so that nobody ever reads half a key.
fn write_new_key(key_file: &Path) -> std::io::Result<String> {
    let text = STANDARD.encode(XChaCha20Poly1305::generate_key(&mut OsRng));
    let unique = uuid::Uuid::new_v4();
    let temporary = key_file.with_extension(format!("{unique}.new"));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&temporary, key_file);
    std::fs::remove_file(&temporary)?;
    linked.map(|()| text)
}

fn unwritable(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unwritable { path: path.to_owned(), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal_in(folder: &Path) -> Seal {
        Seal::open(&folder.join("secret.key")).expect("a writable folder")
    }

    #[test]
    fn a_sealed_text_opens_only_with_its_key_and_at_its_place() {
        let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
        let seal = seal_in(folders[0].path());
        let sealed = seal.seal(&Secret::new("hunter22"), "migration.1").expect("a short text");
        assert!(!sealed.contains("hunter22"));
        let again = seal_in(folders[0].path());
        assert_eq!(again.unseal(&sealed, "migration.1").expect("the same key").expose(), "hunter22");
        assert!(again.unseal(&sealed, "migration.2").is_err());
        assert!(seal_in(folders[1].path()).unseal(&sealed, "migration.1").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn the_key_file_belongs_to_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        seal_in(folder.path());
        let mode = std::fs::metadata(folder.path().join("secret.key")).expect("the key").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
