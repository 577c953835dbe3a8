//! Addresses of sheets: a path and a query, taken apart and put together.

use axum::extract::Query;
use axum::http::Uri;

/// A path with its query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Address {
    path: String,
    query: Vec<(String, String)>,
}

impl Address {
    pub fn parse(text: &str) -> Self {
        let path = text.split_once('?').map_or(text, |(path, _)| path).to_owned();
        let uri = text.parse::<Uri>().ok();
        let query = uri.and_then(|uri| Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
        Self { path, query: query.map(|Query(pairs)| pairs).unwrap_or_default() }
    }

    /// The parts of the path.
    pub fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|segment| !segment.is_empty()).collect()
    }

    /// The value of a key; the empty text where it is not given.
    pub fn get(&self, key: &str) -> &str {
        self.query.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value)
    }

    /// All values of a key that may be given several times.
    pub fn all(&self, key: &str) -> Vec<&str> {
        self.query.iter().filter(|(name, _)| name == key).map(|(_, value)| value.as_str()).collect()
    }
}

/// A path with a query; empty values are left out.
pub(super) fn link(path: &str, query: &[(&str, &str)]) -> String {
    let mut text = path.to_owned();
    let mut separator = '?';
    for (key, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        text.push(separator);
        text.push_str(key);
        text.push('=');
        encode(value, &mut text);
        separator = '&';
    }
    text
}

fn encode(value: &str, into: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => into.push(char::from(byte)),
            other => into.push_str(&format!("%{other:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_together_is_taken_apart_again() {
        let name = "a stream, really & größe?#=/%";
        let address = Address::parse(&link("/migrations/m1/inventory", &[("q", name), ("page", ""), ("kind", "view")]));
        assert_eq!(address.segments(), ["migrations", "m1", "inventory"]);
        assert_eq!((address.get("q"), address.get("page"), address.get("kind")), (name, "", "view"));
    }

    #[test]
    fn an_address_that_is_none_has_no_query() {
        assert_eq!(Address::parse("/a b?c=d").get("c"), "");
        assert_eq!(Address::parse("refused").segments(), ["refused"]);
    }
}
