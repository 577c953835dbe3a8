//! Passwords: hashed with argon2, on threads that may be slow.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString, rand_core::OsRng};
use ferry_model::{FerryError, Secret};
use tokio::sync::Semaphore;

use crate::error::fault;

/// Each hash takes some 20 MiB and a core for some time: more at once would let strangers exhaust the machine.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// The hash of a password that nobody has, for names that nobody has: an answer must take as long for them.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$ZmVycnktbm9ib2R5LTAx$1q0dVRmdC9d6ZCGsvkV3HfE6tEHm7ZJd0CZ1f5d6B9k";

/// The hash of a new password, in PHC form.
pub(crate) async fn hash(password: Secret) -> Result<String, FerryError> {
    on_a_slow_thread(move || {
        let salt = SaltString::generate(&mut OsRng);
        let hashed = Argon2::default().hash_password(password.expose().as_bytes(), &salt);
        hashed.map(|hash| hash.to_string()).map_err(|e| e.to_string())
    })
    .await
}

/// Whether a password fits a stored hash; never for `None`, after the same time.
pub(crate) async fn fits(password: Secret, stored: Option<String>) -> Result<bool, FerryError> {
    on_a_slow_thread(move || {
        let known = stored.is_some();
        let text = stored.unwrap_or_else(|| NOBODY.into());
        let parsed = PasswordHash::new(&text).map_err(|e| e.to_string())?;
        let fits = Argon2::default().verify_password(password.expose().as_bytes(), &parsed).is_ok();
        Ok(fits && known)
    })
    .await
}

async fn on_a_slow_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, FerryError> {
    let _turn = AT_ONCE.acquire().await.map_err(|e| fault("Checking a password", &e.to_string()))?;
    let done = tokio::task::spawn_blocking(work).await.map_err(|e| e.to_string()).and_then(|result| result);
    done.map_err(|cause| fault("Checking a password", &cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other() {
        let stored = hash(Secret::new("correct horse")).await.expect("a hash");
        assert!(fits(Secret::new("correct horse"), Some(stored.clone())).await.expect("an answer"));
        assert!(!fits(Secret::new("wrong horse"), Some(stored)).await.expect("an answer"));
        assert!(!fits(Secret::new("correct horse"), None).await.expect("nobody's hash is well-formed"));
    }
}
