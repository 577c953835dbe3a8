//! Who comes in: sign-in, one-time links, people.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ferry_model::messages::console as text;
use ferry_model::{Caller, FerryError, Permission, Problem, Role, Secret, UserId, UserSummary};
use ferry_plan::digest_of_text;
use ferry_store::{OneTimeLink, UserRecord};

use crate::error::from_store;
use crate::{Console, password};

/// How long a one-time link is good.
const LINK_LIFETIME: Duration = Duration::from_secs(24 * 3600);

const SHORTEST_PASSWORD: usize = 10;
const LONGEST_PASSWORD: usize = 1024;
const LONGEST_NAME: usize = 64;

/// Somebody whose password or link was checked: what a session may be opened for.
pub type SignedIn = Caller;

impl Console {
    /// Checks a name and a password. Needs no caller: it makes one.
    ///
    /// # Errors
    /// [`FerryError::SignInRefused`], after the same time for unknown names and wrong passwords.
    pub async fn sign_in(&self, name: &str, password: Secret) -> Result<SignedIn, FerryError> {
        if password.expose().len() > LONGEST_PASSWORD {
            return Err(FerryError::SignInRefused);
        }
        let user = self.store().user_by_name(name.trim()).await.map_err(from_store)?;
        let stored = user.as_ref().map(|user| user.password_hash.clone());
        match (password::fits(password, stored).await?, user) {
            (true, Some(user)) => {
                tracing::info!(user.name = user.name, "somebody signed in");
                Ok(caller_of(user))
            }
            _ => {
                tracing::warn!("a sign-in was refused");
                Err(FerryError::SignInRefused)
            }
        }
    }

    /// Whether a one-time link would let somebody in. Needs no caller: the link is the proof.
    ///
    /// # Errors
    /// [`FerryError`] where the record cannot be read.
    pub async fn one_time_link_is_good(&self, link: &str) -> Result<bool, FerryError> {
        Ok(self.store().good_link(&digest_of_text(link)).await.map_err(from_store)?.is_some())
    }

    /// Uses a one-time link up: makes the person, with the name and password that they chose. Needs no caller: the
    /// link is the proof.
    ///
    /// # Errors
    /// [`FerryError::SignInRefused`] for a link that is not good; [`FerryError::Invalid`] for an unusable name or
    /// password, and [`FerryError::Conflict`] for a taken name: the link stays good then.
    pub async fn redeem_one_time_link(&self, link: &str, name: &str, password: Secret) -> Result<SignedIn, FerryError> {
        let name = usable_name("name", name)?;
        let n_characters = password.expose().chars().count();
        if n_characters < SHORTEST_PASSWORD || password.expose().len() > LONGEST_PASSWORD {
            return Err(invalid("password", text::password_too_short(SHORTEST_PASSWORD)));
        }
        let digest = digest_of_text(link);
        if self.store().good_link(&digest).await.map_err(from_store)?.is_none() {
            return Err(FerryError::SignInRefused);
        }
        let user = UserRecord {
            id: UserId::new(uuid::Uuid::now_v7().to_string()),
            name,
            password_hash: password::hash(password).await?,
            role: Role::Viewer,
        };
        let made = self.store().redeem_link(&digest, user).await.map_err(from_store)?;
        let made = made.ok_or(FerryError::SignInRefused)?;
        tracing::info!(user.name = made.name, user.role = made.role.as_str(), "a one-time link was used");
        Ok(caller_of(made))
    }

    /// Makes a one-time link that lets one person in.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ManageUsers`].
    pub async fn create_one_time_link(&self, caller: &Caller, role: Role) -> Result<String, FerryError> {
        caller.require(Permission::ManageUsers)?;
        let random: [u8; 32] = rand::random();
        let link = URL_SAFE_NO_PAD.encode(random);
        let expires = SystemTime::now() + LINK_LIFETIME;
        let expires_ms = expires.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let stored = OneTimeLink {
            digest: digest_of_text(&link),
            role,
            expires_at_ms: i64::try_from(expires_ms).unwrap_or(i64::MAX),
        };
        self.store().create_link(&stored).await.map_err(from_store)?;
        Ok(link)
    }

    /// The link for the first administrator; `None` where people exist already.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ManageUsers`].
    pub async fn create_first_link(&self, caller: &Caller) -> Result<Option<String>, FerryError> {
        caller.require(Permission::ManageUsers)?;
        if self.store().count_users().await.map_err(from_store)? > 0 {
            return Ok(None);
        }
        self.create_one_time_link(caller, Role::Administrator).await.map(Some)
    }

    /// Everybody who may sign in.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ManageUsers`].
    pub async fn people(&self, caller: &Caller) -> Result<Vec<UserSummary>, FerryError> {
        caller.require(Permission::ManageUsers)?;
        let users = self.store().users().await.map_err(from_store)?;
        Ok(users.into_iter().map(|user| UserSummary { id: user.id, name: user.name, role: user.role }).collect())
    }

    /// The person of a session, with the role that they have now; `None` when they are gone.
    ///
    /// # Errors
    /// [`FerryError`] where the record cannot be read.
    pub async fn caller_of_session(&self, user: &UserId) -> Result<Option<Caller>, FerryError> {
        Ok(self.store().user(user).await.map_err(from_store)?.map(caller_of))
    }
}

fn caller_of(user: UserRecord) -> Caller {
    Caller { user: user.id, name: user.name, role: user.role }
}

/// A name without surrounding space, or what is wrong with it.
pub(crate) fn usable_name(what: &str, name: &str) -> Result<String, FerryError> {
    let name = name.trim();
    let n_characters = name.chars().count();
    if n_characters == 0 || n_characters > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(invalid(what, text::name_unusable(LONGEST_NAME)));
    }
    Ok(name.to_owned())
}

pub(crate) fn invalid(what: &str, message: String) -> FerryError {
    FerryError::Invalid { what: what.into(), problems: vec![Problem { line: 0, column: 0, message }] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(usable_name("name", "  Anna "), Ok("Anna".into()));
        for name in ["", "   ", "a\nb", &"x".repeat(65)] {
            assert!(usable_name("name", name).is_err(), "{name:?}");
        }
    }
}
