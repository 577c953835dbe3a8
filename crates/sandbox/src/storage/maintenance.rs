//! One background thread that looks after all streams of the process.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use super::Stream;

/// How often streams are looked after; flushes that readers wait for do not depend on it.
const PAUSE: Duration = Duration::from_millis(500);

type Watched = Mutex<Vec<Weak<Stream>>>;

/// Looks after a stream until its last owner drops it.
pub fn watch(stream: &Arc<Stream>) {
    static WATCHED: OnceLock<&'static Watched> = OnceLock::new();
    let watched = WATCHED.get_or_init(|| {
        let watched: &'static Watched = Box::leak(Box::default());
        let started = std::thread::Builder::new().name("sandbox-storage".to_owned()).spawn(|| run(watched));
        if let Err(error) = started {
            tracing::error!(%error, "small segments will not be merged: no thread");
        }
        watched
    });
    watched.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(stream));
}

fn run(watched: &Watched) {
    loop {
        std::thread::sleep(PAUSE);
        let streams: Vec<Arc<Stream>> = {
            let mut watched = watched.lock().unwrap_or_else(PoisonError::into_inner);
            watched.retain(|stream| stream.strong_count() > 0);
            watched.iter().filter_map(Weak::upgrade).collect()
        };
        for stream in streams {
            if let Err(error) = stream.maintain() {
                tracing::warn!(%error, "looking after a stream failed");
            }
        }
    }
}
