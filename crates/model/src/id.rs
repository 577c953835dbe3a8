//! Typed ids: an id of one thing can never be passed where another is meant.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text of an id that was made or stored elsewhere.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as it is stored and shown in addresses.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// One migration: a source, a target, settings and people.
    MigrationId
);
text_id!(
    /// One numbered revision of a plan.
    RevisionId
);
text_id!(
    /// One execution of a plan revision, or one clean.
    RunId
);
text_id!(
    /// One snapshot of one deployment.
    SnapshotId
);
text_id!(
    /// One person who signs in.
    UserId
);
text_id!(
    /// One signed-in browser.
    SessionId
);
text_id!(
    /// One query on a deployment, chosen by Ferry and sent with the query (protocol.md A4).
    QueryId
);
text_id!(
    /// Who holds a run's lease: one process of Ferry.
    LeaseOwner
);

/// The number of a step in its plan, counted from 1. Stable within one revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepNumber(pub u32);

impl fmt::Display for StepNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
