//! Secrets: a type that cannot be printed, serialised or compared by accident.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroize;

/// A password, key or token. It has no `Debug`, `Display` or `Serialize` (architecture, invariant 5) and its
/// memory is cleared when it is dropped.
///
/// ```compile_fail
/// println!("{:?}", ferry_model::Secret::new("hunter2"));
/// ```
/// ```compile_fail
/// println!("{}", ferry_model::Secret::new("hunter2"));
/// ```
/// ```compile_fail
/// serde_json::to_string(&ferry_model::Secret::new("hunter2"));
/// ```
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, for the one place that sends or encrypts it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the value is the empty string, as for a user without a password.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `text` with every occurrence of this secret replaced, for texts that a server sent back
    /// (copy-safety 6). Secrets shorter than four characters are left alone: they would hide ordinary words.
    pub fn scrub(&self, text: &str) -> String {
        const SHORTEST_SCRUBBED: usize = 4;
        if self.0.len() < SHORTEST_SCRUBBED {
            return text.to_owned();
        }
        text.replace(&self.0, "[secret]")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// Secrets by the key under which a plan refers to them. Cannot be printed or serialised either.
#[derive(Clone, Default)]
pub struct SecretMap(BTreeMap<String, Secret>);

impl SecretMap {
    /// Keeps a secret under its key; a later value replaces an earlier one.
    pub fn insert(&mut self, key: impl Into<String>, secret: Secret) {
        self.0.insert(key.into(), secret);
    }

    /// The secret of a key.
    pub fn get(&self, key: &str) -> Option<&Secret> {
        self.0.get(key)
    }

    /// The keys, in order. Keys are not secret.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Takes over all entries of another map.
    pub fn extend(&mut self, other: SecretMap) {
        self.0.extend(other.0);
    }

    /// `text` with every secret of the map replaced (copy-safety 6).
    pub fn scrub(&self, text: &str) -> String {
        self.0.values().fold(text.to_owned(), |scrubbed, secret| secret.scrub(&scrubbed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_a_server_text_is_replaced() {
        let mut secrets = SecretMap::default();
        secrets.insert("source.password", Secret::new("hunter22"));
        assert_eq!(secrets.scrub("user='a', password='hunter22'"), "user='a', password='[secret]'");
    }
}
