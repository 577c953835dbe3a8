//! Requests that change something, and websockets, must come from a page of this console.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses every request but GET and HEAD, and every upgrade, whose Origin is not the host it was sent to. Chromium
/// sends no Sec-Fetch headers with an upgrade, so the Origin decides.
pub(super) async fn require_own(request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_upgrade = request.headers().contains_key(header::UPGRADE);
    if (is_safe && !is_upgrade) || is_own(request.headers(), request.uri().authority().map(|a| a.as_str())) {
        return next.run(request).await;
    }
    tracing::warn!(method = %request.method(), path = request.uri().path(), "a request from elsewhere was refused");
    (StatusCode::FORBIDDEN, "This request did not come from a page of this console.\n").into_response()
}

fn is_own(headers: &HeaderMap, authority: Option<&str>) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(host) = text(header::HOST).or(authority) else { return false };
    let Some(origin) = text(header::ORIGIN) else { return false };
    let Some((scheme, origin_host)) = origin.split_once("://") else { return false };
    matches!(scheme, "http" | "https") && origin_host.eq_ignore_ascii_case(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_host_itself_is_its_own_origin() {
        let cases = [
            ("127.0.0.1:3000", Some("http://127.0.0.1:3000"), true),
            ("ferry.example", Some("https://ferry.example"), true),
            ("ferry.example", Some("https://FERRY.example"), true),
            ("127.0.0.1:3000", Some("http://127.0.0.1:3001"), false),
            ("ferry.example", Some("https://ferry.example.evil.example"), false),
            ("ferry.example", Some("null"), false),
            ("ferry.example", Some("file://ferry.example"), false),
            ("ferry.example", None, false),
        ];
        for (host, origin, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().expect("a header"));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().expect("a header"));
            }
            assert_eq!(is_own(&headers, None), expected, "{host} {origin:?}");
        }
    }
}
