//! Beginning and ending a session.

mod redeem_link;
mod sign_in;
mod sign_out;

pub use redeem_link::{LinkIsGood, RedeemLink};
pub use sign_in::SignIn;
pub use sign_out::SignOut;

/// The page after signing in: only a path of this console, never an address elsewhere.
#[cfg(feature = "ssr")]
fn safe_path(wanted: &str) -> &str {
    let is_path = wanted.starts_with('/') && !wanted.starts_with("//") && !wanted.contains(['\\', '\n', '\r', '\t']);
    if is_path { wanted } else { "/migrations" }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::safe_path;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        assert_eq!(safe_path("/migrations/m1?step=3"), "/migrations/m1?step=3");
        for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nb"] {
            assert_eq!(safe_path(elsewhere), "/migrations", "{elsewhere}");
        }
    }
}
