//! What can go wrong with a deployment.

use ferry_model::{FerryError, Version};

/// Why a deployment did not do what was asked. Texts of servers are in it with secrets removed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was sent: the deployment could not be reached, or did not greet.
    #[error("{address} could not be reached")]
    NotReachable {
        /// Where.
        address: String,
        /// The cause.
        #[source]
        source: BoxedError,
    },
    /// User, password or key was refused.
    #[error("{address} refused the sign-in: {message}")]
    SignInRefused {
        /// Where.
        address: String,
        /// What the server said.
        message: String,
    },
    /// The deployment answered with an error: the statement did not run, or ended with it.
    #[error("{message}")]
    Refused {
        /// What was asked, in a few words.
        what: String,
        /// timeplusd's error code, where there is one.
        code: Option<i32>,
        /// The HTTP status, where the answer came over REST.
        status: Option<u16>,
        /// What the server said.
        message: String,
    },
    /// The connection broke after something was sent: whether it was done is not known (copy-safety 16).
    #[error("the outcome of {what} is unknown")]
    UnknownOutcome {
        /// What was asked.
        what: String,
        /// What broke.
        #[source]
        source: BoxedError,
    },
    /// An answer that does not look as documented.
    #[error("the answer to {what} cannot be understood: {why}")]
    Unexpected {
        /// What was asked.
        what: String,
        /// What is odd about the answer.
        why: String,
    },
    /// The deployment has no app server, and what was asked lives there only.
    #[error("{what} lives in the app server, and no `app_server_address` is configured")]
    NoAppServer {
        /// What was asked.
        what: String,
    },
    /// The kind of resource cannot be handled so.
    #[error("{what} is not possible: {why}")]
    NotPossible {
        /// What was asked.
        what: String,
        /// Why not.
        why: String,
    },
    /// The release is older than the oldest that a migration can read.
    #[error("the source runs {product} {version}; the oldest release that can be migrated is {oldest}")]
    TooOld {
        /// The product's name.
        product: &'static str,
        /// Its release.
        version: Version,
        /// The oldest release that works.
        oldest: Version,
    },
    /// A relay ended on one of its sides.
    #[error("the relay ended while {side}")]
    Relay {
        /// On which, as a phrase that follows "while".
        side: &'static str,
        /// The cause.
        #[source]
        source: Box<Error>,
    },
    /// A person stopped it.
    #[error("cancelled")]
    Cancelled,
}

/// A cause of any type.
pub type BoxedError = Box<dyn std::error::Error + Send + Sync>;

/// What the error of a relay says when a block is larger than it holds: smaller blocks help.
pub const RELAY_BLOCK_TOO_LARGE: &str = "RELAY_BLOCK_TOO_LARGE";

/// timeplusd's code for a syntax error.
pub(crate) const SYNTAX_ERROR: i32 = 62;
/// timeplusd's code for a stream or table that does not exist.
pub(crate) const UNKNOWN_STREAM: i32 = 60;
/// timeplusd's code for a database that does not exist.
pub(crate) const UNKNOWN_DATABASE: i32 = 81;
/// timeplusd's code for what this release or edition does not have.
pub(crate) const NOT_IMPLEMENTED: i32 = 48;
/// timeplusd's code for a query that was ended on request.
pub(crate) const QUERY_WAS_CANCELLED: i32 = 394;

impl Error {
    /// timeplusd's error code, where the deployment gave one.
    pub fn code(&self) -> Option<i32> {
        match self {
            Self::Refused { code, .. } => *code,
            Self::Relay { source, .. } => source.code(),
            _ => None,
        }
    }

    /// Whether the deployment said no, so that the statement certainly is not running and did not succeed.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Relay { source, .. } => source.is_refusal(),
            error => matches!(error, Self::Refused { .. } | Self::SignInRefused { .. }),
        }
    }

    /// Whether it is not known if the statement ran.
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self, Self::UnknownOutcome { .. } | Self::Unexpected { .. })
    }

    /// Whether the release does not know the statement, table or endpoint at all.
    pub(crate) fn means_not_there(&self) -> bool {
        let code = self.code();
        let by_code = [SYNTAX_ERROR, UNKNOWN_STREAM, UNKNOWN_DATABASE, NOT_IMPLEMENTED];
        let by_status = matches!(self, Self::Refused { status: Some(404 | 405 | 501), .. });
        by_status || code.is_some_and(|code| by_code.contains(&code))
    }

    /// The error and its causes in one line.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }

    /// What a person can do about it.
    pub fn remedy(&self) -> &'static str {
        use ferry_model::messages::deployment as text;
        match self {
            Self::NotReachable { .. } => text::REMEDY_NOT_REACHABLE,
            Self::SignInRefused { .. } => text::REMEDY_SIGN_IN,
            Self::Refused { .. } => text::REMEDY_REFUSED,
            Self::UnknownOutcome { .. } => text::REMEDY_UNKNOWN_OUTCOME,
            Self::Unexpected { .. } => text::REMEDY_UNEXPECTED,
            Self::NoAppServer { .. } => text::REMEDY_NO_APP_SERVER,
            Self::Relay { source, .. } => source.remedy(),
            Self::NotPossible { .. } | Self::Cancelled => "",
            Self::TooOld { .. } => text::REMEDY_TOO_OLD,
        }
    }

    /// The error as people meet it, with what was attempted.
    pub fn for_people(&self, what: impl Into<String>) -> FerryError {
        FerryError::Deployment {
            what: what.into(),
            why: format!("{}.", self.chain()),
            remedy: self.remedy().to_owned(),
        }
    }
}

impl From<Error> for FerryError {
    fn from(error: Error) -> Self {
        error.for_people("The deployment did not do what was asked")
    }
}
