//! A number and how we know it.

use serde::{Deserialize, Serialize};

/// How a number is known; screens show the three differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Counted.
    Exact,
    /// Derived from statistics or from a part.
    Estimated,
    /// Nobody knows; the value means nothing.
    Unknown,
}

/// A count of rows or bytes with its basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Count {
    /// The number; 0 where the basis is unknown.
    pub value: u64,
    /// How it is known.
    pub basis: Basis,
}

impl Count {
    /// A number nobody knows.
    pub const UNKNOWN: Self = Self { value: 0, basis: Basis::Unknown };

    /// A number that was counted.
    pub const fn exact(value: u64) -> Self {
        Self { value, basis: Basis::Exact }
    }

    /// A number that was derived.
    pub const fn estimated(value: u64) -> Self {
        Self { value, basis: Basis::Estimated }
    }

    /// The number, unless nobody knows it.
    pub const fn known(self) -> Option<u64> {
        match self.basis {
            Basis::Unknown => None,
            Basis::Exact | Basis::Estimated => Some(self.value),
        }
    }
}

impl Default for Count {
    fn default() -> Self {
        Self::UNKNOWN
    }
}
