//! Who comes in, and what every answer carries.

use ferry_model::{FerryError, SessionId};
use ferry_store::SessionRecord;

use crate::support::{PASSWORD, PATIENCE, Served};

#[tokio::test]
async fn strangers_are_turned_away_everywhere_but_at_the_door() {
    let served = Served::start().await;
    for page in ["/", "/migrations", "/migrations/m1?stage=plan", "/runs", "/nothing-here"] {
        let answer = served.request("GET", page).send().await;
        assert_eq!(answer.status, 303, "{page}");
        let location = answer.header("location").expect("an address");
        assert!(location.starts_with("/sign-in?next=%2F") || location.starts_with("/sign-in?next=/"), "{location}");
    }
    let upgrade = served.request("GET", "/runs/r1/events").header("Upgrade", "websocket");
    let answer = upgrade.header("Origin", &served.origin()).send().await;
    assert_eq!(answer.status, 401);

    let open = ["/api/sign_in", "/api/sign_out", "/api/redeem_link", "/api/link_is_good"];
    let functions: Vec<&str> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    assert!(functions.len() > open.len(), "the server functions are not registered");
    for function in functions.into_iter().filter(|path| !open.contains(path)) {
        let answer = served.form(function, "id=m1&run=r1").send().await;
        assert_eq!(answer.status, 401, "{function}");
        let error = ferry_model::compact::from_str::<FerryError>(&answer.body);
        assert_eq!(error, Ok(FerryError::NotSignedIn), "{function}: {}", answer.body);
    }
    for path in open {
        assert!(server_fn::axum::server_fn_paths().any(|(other, _)| other == path), "{path} is open and not there");
    }
    assert_eq!(served.request("GET", "/healthz").send().await.status, 200);
    assert_eq!(served.request("GET", "/sign-in").send().await.status, 200);
    served.end().await;
}

#[tokio::test]
async fn a_server_function_is_never_reached_by_get() {
    let served = Served::start().await;
    let cookie = served.sign_in("Anna").await;
    for (path, _) in server_fn::axum::server_fn_paths() {
        let answer = served.request("GET", path).header("Cookie", &cookie).send().await;
        assert_eq!(answer.status, 405, "{path}");
    }
    served.end().await;
}

#[tokio::test]
async fn every_answer_has_the_strict_policy_and_pages_obey_it() {
    let served = Served::start().await;
    let cookie = served.sign_in("Anna").await;
    for path in
        ["/sign-in", "/migrations", "/nothing-here", "/healthz", "/pkg/ferry.0123.js", "/start.js", "/welcome/x"]
    {
        let answer = served.request("GET", path).header("Cookie", &cookie).send().await;
        let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{path} has no policy"));
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
    }
    for path in ["/sign-in", "/migrations"] {
        let answer = served.request("GET", path).header("Cookie", &cookie).send().await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
        assert!(!answer.body.contains(" style="), "{path} has a style attribute");
        for script in answer.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap_or_default();
            assert!(tag.contains("src=") || tag.contains("application/json"), "{path} has an inline script: {tag}");
        }
        assert!(answer.body.contains("/pkg/ferry.0123.css"), "{path} does not name its style sheet");
    }
    served.end().await;
}

#[tokio::test]
async fn what_changes_something_must_come_from_a_page_of_this_console() {
    let served = Served::start().await;
    let cookie = served.sign_in("Anna").await;
    let foreign = [None, Some("http://evil.example"), Some("null"), Some("http://127.0.0.1:1")];
    for origin in foreign {
        for (method, path, upgrade) in [("POST", "/api/who_am_i", false), ("GET", "/runs/r1/events", true)] {
            let mut request = served.request(method, path).header("Cookie", &cookie);
            if let Some(origin) = origin {
                request = request.header("Origin", origin);
            }
            if upgrade {
                request = request.header("Upgrade", "websocket");
            }
            assert_eq!(request.send().await.status, 403, "{method} {path} from {origin:?}");
        }
    }
    let own = served.form("/api/who_am_i", "").header("Cookie", &cookie).send().await;
    assert_eq!(own.status, 200, "{}", own.body);
    served.end().await;
}

#[tokio::test]
async fn a_one_time_link_opens_a_session_that_ends_with_signing_out() {
    let served = Served::start().await;
    let operator = crate::support::operator();
    let link = served.console.create_first_link(&operator).await.expect("an answer").expect("nobody is there");
    assert_eq!(served.request("GET", &format!("/welcome/{link}")).send().await.status, 200);
    let body = format!("link={link}&name=Anna&password={}", PASSWORD.replace(' ', "+"));
    let answer = served.form("/api/redeem_link", &body).send().await;
    let set = answer.header("set-cookie").expect("a session").to_owned();
    for part in ["__Host-ferry=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(set.contains(part), "{part} is missing in {set}");
    }
    let cookie = answer.cookie().expect("a session");
    assert_eq!(served.request("GET", "/migrations").header("Cookie", &cookie).send().await.status, 200);

    let again = served.form("/api/redeem_link", &body).send().await;
    assert!(again.cookie().is_none(), "the link was good twice");
    let wrong = served.form("/api/sign_in", "name=Anna&password=wrong&next=/").send().await;
    assert!(wrong.cookie().is_none(), "{wrong:?}");
    assert_eq!(ferry_model::compact::from_str(&wrong.body), Ok(FerryError::SignInRefused), "{wrong:?}");
    let right = format!("name=Anna&password={}&next=/", PASSWORD.replace(' ', "+"));
    let other = served.form("/api/sign_in", &right).send().await.cookie().expect("a second session");
    assert_ne!(other, cookie);

    served.form("/api/sign_out", "").header("Cookie", &cookie).send().await;
    assert_eq!(served.request("GET", "/migrations").header("Cookie", &cookie).send().await.status, 303);
    assert_eq!(served.request("GET", "/migrations").header("Cookie", &other).send().await.status, 200);
    served.end().await;
}

#[tokio::test]
async fn signing_in_changes_the_session_id() {
    let served = Served::start().await;
    let first = served.sign_in("Anna").await;
    let body = format!("name=Anna&password={}&next=/", PASSWORD.replace(' ', "+"));
    let answer = served.form("/api/sign_in", &body).header("Cookie", &first).send().await;
    let second = answer.cookie().expect("a session");
    assert_ne!(first, second);
    let old = served.request("GET", "/migrations").header("Cookie", &first).send().await;
    assert_eq!(old.status, 303, "the old id still opens the door");
    served.end().await;
}

#[tokio::test]
async fn no_session_id_and_no_link_stand_in_the_record() {
    let served = Served::start().await;
    let cookie = served.sign_in("Anna").await;
    let id = cookie.trim_start_matches("__Host-ferry=").to_owned();
    assert!(id.len() >= 16);
    let data = served.folder.path().join("data");
    let files: Vec<_> = std::fs::read_dir(&data).expect("the record").flatten().map(|entry| entry.path()).collect();
    assert!(files.iter().any(|path| path.ends_with("ferry.db")));
    for path in files {
        let bytes = std::fs::read(&path).expect("a file");
        assert!(!bytes.windows(id.len()).any(|window| window == id.as_bytes()), "{} holds it", path.display());
    }
    served.end().await;
}

#[tokio::test]
async fn files_named_by_content_may_be_kept_for_ever() {
    let served = Served::start().await;
    let plain = served.request("GET", "/pkg/ferry.0123.js").send().await;
    assert_eq!((plain.status, plain.body.as_str()), (200, "// plain"));
    assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let small = served.request("GET", "/pkg/ferry.0123.js").header("Accept-Encoding", "gzip, br").send().await;
    assert_eq!((small.header("content-encoding"), small.body.as_str()), (Some("br"), "as brotli"));
    let wasm = served.request("GET", "/pkg/ferry.0123.wasm").send().await;
    assert_eq!(wasm.header("content-type"), Some("application/wasm"));
    let start = served.request("GET", "/start.js").send().await;
    assert_eq!((start.status, start.header("cache-control")), (200, Some("no-cache")));
    for (path, status) in [("/pkg/../manifest.json", 404), ("/manifest.json", 303), ("/pkg/ferry.9.js", 404)] {
        assert_eq!(served.request("GET", path).send().await.status, status, "{path} is no file for browsers");
    }
    served.end().await;
}

#[tokio::test]
async fn sessions_that_have_ended_are_removed() {
    let ended = SessionRecord { id: SessionId::new("ended"), user: None, data: "{}".into(), absolute_end_ms: 1 };
    let served = Served::start_after(async |store| {
        assert!(store.create_session(&ended, PATIENCE).await.expect("an answer"));
    })
    .await;
    // An id can be stored again once its record is gone.
    let gone = async {
        while !served.store.create_session(&ended, PATIENCE).await.expect("an answer") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.expect("the ended session is removed");
    served.end().await;
}
