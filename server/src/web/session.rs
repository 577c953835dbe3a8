//! Sessions: the session layer's storage on our own record, and opening and ending one.

use std::time::Duration;

use async_trait::async_trait;
use ferry_console::{SignInSessions, SignedIn};
use ferry_model::{FerryError, SessionId, UserId};
use ferry_store::{SessionRecord, Store, StoreError};
use futures::FutureExt;
use futures::future::BoxFuture;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, SessionStore};
use tower_sessions::{Expiry, Session, SessionManagerLayer};

/// How long a session may rest before it ends.
const IDLE: Duration = Duration::from_secs(12 * 3600);

/// How long a session lives whatever happens.
const ABSOLUTE: time::Duration = time::Duration::days(7);

/// Where a session keeps who is signed in.
pub(super) const USER_KEY: &str = "user";

/// How often sessions that have ended are removed from the record.
const REMOVAL_INTERVAL: Duration = Duration::from_secs(3600);

/// How session cookies travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookies {
    /// Only over TLS or to this machine itself: `__Host-` cookies.
    Secure,
    /// Over plain HTTP too.
    Plain,
}

pub(super) fn layer(store: Store, cookies: Cookies) -> SessionManagerLayer<Sessions> {
    let (name, secure) = match cookies {
        Cookies::Secure => ("__Host-ferry", true),
        Cookies::Plain => ("ferry", false),
    };
    SessionManagerLayer::new(Sessions(store))
        .with_name(name)
        .with_secure(secure)
        .with_http_only(true)
        // Strict would greet people who follow a link from a chat with the sign-in page; the Origin check and POST
        // protect what changes something.
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(ABSOLUTE))
}

/// Removes sessions that have ended, at once and then every hour. Nobody can use them; they only take room.
pub(super) async fn remove_ended(store: Store) {
    let mut due = tokio::time::interval(REMOVAL_INTERVAL);
    loop {
        due.tick().await;
        match store.delete_ended_sessions().await {
            Ok(n_removed) => tracing::debug!(n_removed, "removed sessions that had ended"),
            Err(error) => tracing::warn!(cause = %error.chain(), "sessions that had ended could not be removed"),
        }
    }
}

/// The id under which a session is stored: reading the record gives nobody a session.
pub(super) fn stored_id(id: &Id) -> SessionId {
    let digest = Sha256::digest(id.to_string().as_bytes());
    SessionId::new(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// The session layer's storage.
#[derive(Clone)]
pub(super) struct Sessions(Store);

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Sessions").field(&self.0.place()).finish()
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        while !self.0.create_session(&stored(record)?, IDLE).await.map_err(backend)? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.0.save_session(&stored(record)?).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Some(found) = self.0.use_session(&stored_id(id), IDLE).await.map_err(backend)? else { return Ok(None) };
        let data = serde_json::from_str(&found.data).map_err(|e| session_store::Error::Decode(e.to_string()))?;
        let seconds = found.absolute_end_ms / 1000;
        let expiry_date =
            OffsetDateTime::from_unix_timestamp(seconds).map_err(|e| session_store::Error::Decode(e.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.0.delete_session(&stored_id(id)).await.map_err(backend)
    }
}

fn stored(record: &Record) -> session_store::Result<SessionRecord> {
    let data = serde_json::to_string(&record.data).map_err(|e| session_store::Error::Encode(e.to_string()))?;
    let user = record.data.get(USER_KEY).and_then(|value| value.as_str()).map(UserId::new);
    let absolute_end_ms = record.expiry_date.unix_timestamp().saturating_mul(1000);
    Ok(SessionRecord { id: stored_id(&record.id), user, data, absolute_end_ms })
}

fn backend(error: StoreError) -> session_store::Error {
    session_store::Error::Backend(error.chain())
}

/// The session of one request, as the console sees it.
pub(super) struct RequestSession(pub(super) Session);

impl SignInSessions for RequestSession {
    fn open<'a>(&'a self, caller: &'a SignedIn) -> BoxFuture<'a, Result<(), FerryError>> {
        async move {
            self.0.cycle_id().await.map_err(|e| fault(&e))?;
            self.0.insert(USER_KEY, caller.user.as_str()).await.map_err(|e| fault(&e))
        }
        .boxed()
    }

    fn end(&self) -> BoxFuture<'_, Result<(), FerryError>> {
        async move { self.0.flush().await.map_err(|e| fault(&e)) }.boxed()
    }
}

fn fault(error: &tower_sessions::session::Error) -> FerryError {
    let reference = uuid::Uuid::new_v4().to_string();
    tracing::error!(reference, cause = %error, "a session could not be changed");
    FerryError::Internal { what: "Changing the session".into(), reference }
}
