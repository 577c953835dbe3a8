//! How the data of the current query is to be read.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

/// What a query decides about the data packets that answer it. It changes only while none is on its way.
#[derive(Debug, Default)]
pub(crate) struct DataForm {
    is_compressed: AtomicBool,
    places: Mutex<Option<Arc<Semaphore>>>,
}

impl DataForm {
    /// Blocks of the coming query are compressed or not. With places they are not decoded, and as many of them are
    /// in memory at once as there are places.
    pub(crate) fn set(&self, is_compressed: bool, places: Option<Arc<Semaphore>>) {
        self.is_compressed.store(is_compressed, Ordering::SeqCst);
        *self.places.lock().unwrap_or_else(PoisonError::into_inner) = places;
    }

    pub(crate) fn is_compressed(&self) -> bool {
        self.is_compressed.load(Ordering::SeqCst)
    }

    pub(crate) fn places(&self) -> Option<Arc<Semaphore>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
