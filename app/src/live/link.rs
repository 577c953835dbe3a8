//! How up to date the page is.

use ferry_model::messages::ui;

use crate::parts::badge::{Mark, Tone};

/// The connection between the page and the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The page shows what was the case when it was loaded.
    AsLoaded,
    /// Connected; what was missed is on its way.
    CatchingUp,
    /// Connected and up to date.
    Live,
    /// Not connected; the next try is on its way.
    Disconnected,
    /// The session has ended.
    SignedOut,
}

impl Link {
    /// The badge.
    pub const fn mark(self) -> Mark {
        let (tone, icon, word) = match self {
            Self::AsLoaded => (Tone::Plain, "clock", ui::NOT_LIVE),
            Self::CatchingUp => (Tone::Active, "loader-circle", ui::CATCHING_UP),
            Self::Live => (Tone::Done, "activity", ui::LIVE),
            Self::Disconnected => (Tone::Risk, "wifi-off", ui::DISCONNECTED),
            Self::SignedOut => (Tone::Risk, "log-out", ui::SIGNED_OUT),
        };
        Mark { tone, icon, word }
    }
}
