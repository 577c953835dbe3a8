//! How sign-in reaches the session layer without the console knowing HTTP.

use std::sync::Arc;

use ferry_model::FerryError;
use futures::future::BoxFuture;

use crate::SignedIn;

/// What the edge provides: opening and ending the session of the current request.
pub trait SignInSessions: Send + Sync {
    /// Opens a session under a new id, whatever the browser brought along (session fixation).
    fn open<'a>(&'a self, caller: &'a SignedIn) -> BoxFuture<'a, Result<(), FerryError>>;

    /// Ends the session.
    fn end(&self) -> BoxFuture<'_, Result<(), FerryError>>;
}

/// The session of the request that is being answered.
#[derive(Clone)]
pub struct SignInPort(Arc<dyn SignInSessions>);

impl SignInPort {
    /// Wraps the session layer of one request.
    pub fn new(sessions: impl SignInSessions + 'static) -> Self {
        Self(Arc::new(sessions))
    }

    /// Opens a session for somebody whose password or link was checked.
    ///
    /// # Errors
    /// [`FerryError`] where the session cannot be stored.
    pub async fn sign_in(&self, caller: &SignedIn) -> Result<(), FerryError> {
        self.0.open(caller).await
    }

    /// Ends the session; without one nothing happens.
    ///
    /// # Errors
    /// [`FerryError`] where the session cannot be removed.
    pub async fn sign_out(&self) -> Result<(), FerryError> {
        self.0.end().await
    }
}
