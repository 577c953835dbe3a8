//! Logs: sentences with fields on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::Command;

/// Begins logging. Services tell what they do; other commands only what goes wrong, unless they are asked for more.
pub(crate) fn begin(verbose: u8, command: &Command) {
    let is_service = matches!(command, Command::Serve(_));
    let ours = match (verbose, is_service) {
        (0, false) => "error",
        (0, true) | (1, _) => "info",
        _ => "debug",
    };
    let fallback =
        format!("warn,ferry={ours},ferry_server={ours},ferry_console={ours},ferry_engine={ours},ferry_store={ours}");
    let quiet = if verbose == 0 && !is_service { "error".to_owned() } else { fallback };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(quiet));
    let colours = std::io::stderr().is_terminal();
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let subscriber = subscriber.with_ansi(colours).with_target(false);
    // A second call, as in tests, keeps the first subscriber.
    let _ = subscriber.try_init();
}
