//! Lines for people and scripts. A reader that has gone away (`ferry run | head`) never ends the work.

use std::fmt::Display;
use std::io::Write;

/// A line on standard output.
pub(crate) fn out(line: impl Display) {
    // Nobody is left to be told of a failure.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A line on standard error.
pub(crate) fn err(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
