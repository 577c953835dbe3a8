//! From what to what.

use crate::rename::Rename;
use ferry_model::{Product, Version};
use std::fmt;
use std::str::FromStr;

/// A release of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// Which product.
    pub product: Product,
    /// Which version.
    pub version: Version,
}

impl Release {
    /// A release of Proton.
    pub const fn proton(major: u32, minor: u32, patch: u32) -> Self {
        Self { product: Product::Proton, version: Version::new(major, minor, patch) }
    }

    /// A release of Timeplus Enterprise.
    pub const fn enterprise(major: u32, minor: u32, patch: u32) -> Self {
        Self { product: Product::Enterprise, version: Version::new(major, minor, patch) }
    }

    /// Whether its engine is at least that of these releases; `None`: the product never has it.
    pub(crate) fn has(self, proton: Option<(u32, u32, u32)>, enterprise: Option<(u32, u32, u32)>) -> bool {
        let least = match self.product {
            Product::Proton => proton,
            Product::Enterprise => enterprise,
        };
        least.is_some_and(|(major, minor, patch)| self.version >= Version::new(major, minor, patch))
    }

    /// Proton 3 or Enterprise 3: the grammar that resources.md calls 3.x.
    pub(crate) fn is_v3(self) -> bool {
        self.version.major >= 3
    }

    /// Proton 1.x.
    pub(crate) fn is_v1(self) -> bool {
        self.version.major < 2
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.product.label(), self.version)
    }
}

/// A text that names no release.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no release: write 1.6.1, 2.8.2, proton-3.0.1 or enterprise-3.3.1")]
pub struct ReleaseError(pub String);

impl FromStr for Release {
    type Err = ReleaseError;

    /// Reads `1.6.1` (Proton), `2.8` (Enterprise), `proton-3.0.1`, `enterprise-3.3.1`. Without a product, 1.x is Proton
    /// and everything later Enterprise (resources.md 3.9).
    fn from_str(text: &str) -> Result<Self, ReleaseError> {
        let wrong = || ReleaseError(text.to_owned());
        let lower = text.trim().to_ascii_lowercase();
        let (product, number) = match lower.split_once(['-', ' ', ':']) {
            Some(("proton", number)) => (Some(Product::Proton), number),
            Some(("enterprise" | "timeplus" | "ee", number)) => (Some(Product::Enterprise), number),
            _ => (None, lower.as_str()),
        };
        let version: Version = number.parse().map_err(|_| wrong())?;
        let by_number = if version.major < 2 { Product::Proton } else { Product::Enterprise };
        Ok(Self { product: product.unwrap_or(by_number), version })
    }
}

/// What a rewrite is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Migration {
    /// Whose SHOW CREATE printed the definition.
    pub from: Release,
    /// What shall take it.
    pub to: Release,
    /// How many nodes the target has; `None` where nobody said.
    pub target_nodes: Option<u32>,
    /// What gets another name (rule T22).
    pub renames: Vec<Rename>,
    /// The database that names without one belong to.
    pub default_database: String,
    /// The definitions are what a server printed: what it prints by itself (rules T6 and T8) goes between equal
    /// releases too, because another server makes it anew.
    pub is_printed: bool,
}

impl Migration {
    /// From one release to another, nothing renamed, the target's nodes unknown.
    pub fn new(from: Release, to: Release) -> Self {
        let default_database = "default".to_owned();
        Self { from, to, target_nodes: None, renames: Vec::new(), default_database, is_printed: false }
    }

    /// Whether what a server prints by itself goes.
    pub(crate) fn replays(&self) -> bool {
        self.crosses() || self.is_printed
    }

    /// Whether both sides are different releases.
    pub(crate) fn crosses(&self) -> bool {
        self.from != self.to
    }
}
