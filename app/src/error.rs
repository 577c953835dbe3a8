//! The error of server functions.

use ferry_model::FerryError;
use serde::{Deserialize, Serialize};
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

use crate::compact::CompactEncoding;

/// What a server function answers instead of a result: Ferry's own error, or the failure to reach the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(transparent)]
#[error(transparent)]
pub struct AppError(#[from] pub FerryError);

/// Why the form that was sent last was refused; the server provides it to the page that the form goes back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub FerryError);

impl FromServerFnError for AppError {
    type Encoder = CompactEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(FerryError::Transport { why: error.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_crosses_the_wire_unchanged() {
        let error = AppError(FerryError::Conflict { why: "A run is under way.".into(), remedy: "Wait.".into() });
        assert_eq!(AppError::de(error.ser()), error);
    }

    #[test]
    fn a_console_that_cannot_be_reached_is_a_transport_error() {
        let error = AppError::from_server_fn_error(ServerFnErrorErr::Request("refused".into()));
        assert!(matches!(error.0, FerryError::Transport { .. }));
    }
}
