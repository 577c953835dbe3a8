//! The one error that crosses the wire between server and browser.

use serde::{Deserialize, Serialize};

use crate::Permission;

/// One thing that is wrong with an input, with its place where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Line in the input, counted from 1; 0 where the input has no lines.
    pub line: u32,
    /// Column in the line, counted from 1; 0 where the input has no columns.
    pub column: u32,
    /// What is wrong and what to do, in one or two sentences.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line > 0 {
            write!(f, "line {}, column {}: ", self.line, self.column)?;
        }
        f.write_str(&self.message)
    }
}

/// What can go wrong for a person who uses the console or the command line. The text of each is made in
/// [`crate::messages`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(remote = "Self", rename_all = "snake_case")]
pub enum FerryError {
    /// Nobody is signed in, or the session has ended.
    #[error("{}", crate::messages::error_text(self))]
    NotSignedIn,
    /// Name or password is wrong, or the one-time link was used or is too old.
    #[error("{}", crate::messages::error_text(self))]
    SignInRefused,
    /// The caller lacks a permission.
    #[error("{}", crate::messages::error_text(self))]
    Forbidden {
        /// What would have been needed.
        permission: Permission,
    },
    /// There is no such thing, or the caller may not know of it.
    #[error("{}", crate::messages::error_text(self))]
    NotFound {
        /// The glossary's word for what was looked for.
        what: String,
        /// The id or name that was asked for.
        id: String,
    },
    /// The input is wrong; nothing was changed.
    #[error("{}", crate::messages::error_text(self))]
    Invalid {
        /// What was read: a file's name, a field.
        what: String,
        /// Everything that is wrong with it.
        problems: Vec<Problem>,
    },
    /// The request does not fit what is there now; nothing was changed.
    #[error("{}", crate::messages::error_text(self))]
    Conflict {
        /// What stands in the way, in one sentence.
        why: String,
        /// What to do about it.
        remedy: String,
    },
    /// A deployment did not do what was asked.
    #[error("{}", crate::messages::error_text(self))]
    Deployment {
        /// What was attempted, on which resource.
        what: String,
        /// The cause, secrets removed.
        why: String,
        /// What to do about it.
        remedy: String,
    },
    /// The connection between browser and console failed.
    #[error("{}", crate::messages::error_text(self))]
    Transport {
        /// The cause.
        why: String,
    },
    /// A fault of Ferry itself; the log has the rest under the reference.
    #[error("{}", crate::messages::error_text(self))]
    Internal {
        /// What was attempted.
        what: String,
        /// What to look for in the log.
        reference: String,
    },
}

// In JSON: {"error": "not_found", "what": ..}.
crate::tagged::tagged_in_json!(FerryError, "error");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_holds_the_name_of_the_error_beside_its_fields() {
        let error = FerryError::NotFound { what: "run".into(), id: "r1".into() };
        let json = r#"{"error":"not_found","what":"run","id":"r1"}"#;
        assert_eq!(serde_json::to_string(&error).expect("plain JSON"), json);
        assert_eq!(serde_json::from_str::<FerryError>(json).expect("its own output"), error);
        let json = r#"{"error":"not_signed_in"}"#;
        assert_eq!(serde_json::to_string(&FerryError::NotSignedIn).expect("plain JSON"), json);
        assert_eq!(serde_json::from_str::<FerryError>(json).expect("its own output"), FerryError::NotSignedIn);
        assert!(serde_json::from_str::<FerryError>(r#"{"what":"run"}"#).is_err());
    }
}
