//! Questions: asked only on a terminal.

use std::io::{BufRead, IsTerminal, Write};

/// Whether somebody can be asked: both directions must be a terminal.
pub(crate) fn somebody_is_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks a question whose answer is yes only where it begins with y.
pub(crate) async fn yes(question: String) -> bool {
    let answer = tokio::task::spawn_blocking(move || {
        eprint!("{question}");
        let _ = std::io::stderr().flush();
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    match answer.await {
        Ok(Ok(line)) => line.trim_start().to_lowercase().starts_with('y'),
        _ => false,
    }
}
