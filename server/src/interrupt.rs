//! Ctrl-C and SIGTERM.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A file that may not grow any more (`ulimit -f`) becomes an error of whoever writes it, as a full disk is, instead of
/// ending the process.
pub(crate) fn outlive_file_limits() {
    #[cfg(unix)]
    {
        /// SIGXFSZ on Linux, macOS and the BSDs.
        const FILE_SIZE_LIMIT: i32 = 25;
        if let Err(error) = signal(SignalKind::from_raw(FILE_SIZE_LIMIT)) {
            tracing::debug!(%error, "a limit to the size of files would end the process");
        }
    }
}

/// Hears when somebody asks the process to end.
pub(crate) struct Interrupts {
    #[cfg(unix)]
    interrupt: Option<Signal>,
    #[cfg(unix)]
    terminate: Option<Signal>,
}

impl Interrupts {
    /// Begins to listen: from now on the process does not end by itself.
    pub(crate) fn listen() -> Self {
        #[cfg(unix)]
        {
            let interrupt = signal(SignalKind::interrupt()).ok();
            let terminate = signal(SignalKind::terminate()).ok();
            Self { interrupt, terminate }
        }
        #[cfg(not(unix))]
        Self {}
    }

    /// The next time that somebody asks.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        {
            tokio::select! {
                () = received(&mut self.interrupt) => {}
                () = received(&mut self.terminate) => {}
            }
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// A signal that cannot be listened to never comes.
#[cfg(unix)]
async fn received(signal: &mut Option<Signal>) {
    let came = match signal {
        Some(signal) => signal.recv().await.is_some(),
        None => false,
    };
    if !came {
        std::future::pending::<()>().await;
    }
}
