//! What server functions refuse: the status, and the way back for forms without WebAssembly.

use crate::support::Served;

#[tokio::test]
async fn a_refusal_has_the_fitting_status() {
    let served = Served::start().await;
    let cookie = served.sign_in("anna").await;
    let cases = [
        ("/api/create_migration", "name=x&configuration=source%3A+1", 422),
        ("/api/create_migration", "configuration=x", 400),
        ("/api/rename_migration", "id=none&name=x", 404),
        ("/api/rename_migration", "id=none&name=", 422),
        ("/api/try_sandboxes", "", 409),
    ];
    for (path, body, status) in cases {
        let answer = served.form(path, body).header("Cookie", &cookie).send().await;
        assert_eq!(answer.status, status, "{path} {body}: {}", answer.body);
    }
    let stranger = served.form("/api/sign_in", "name=anna&password=wrong&next=").send().await;
    assert_eq!(stranger.status, 401, "{}", stranger.body);
    served.end().await;
}

#[tokio::test]
async fn a_refused_form_goes_back_to_its_page_which_says_why_once() {
    let served = Served::start().await;
    let cookie = served.sign_in("anna").await;
    let page = format!("{}/migrations", served.origin());
    let form = served.request("POST", "/api/rename_migration").header("Origin", &served.origin());
    let form = form.header("Content-Type", "application/x-www-form-urlencoded").header("Accept", "text/html");
    let refused =
        form.header("Referer", &page).header("Cookie", &cookie).body("id=none&name=another+name").send().await;
    assert_eq!(refused.status, 302);
    assert_eq!(refused.header("location"), Some(page.as_str()), "no error stands in the address");
    let reason = refused.header("set-cookie").and_then(|set| set.split(';').next()).expect("the reason").to_owned();
    assert!(refused.body.is_empty());

    let shown = served.request("GET", "/migrations").header("Cookie", &format!("{cookie}; {reason}")).send().await;
    assert!(shown.body.contains("There is no migration `none`."), "{}", shown.body);
    let forgotten = shown.headers.iter().any(|(name, value)| name == "set-cookie" && value.contains("Max-Age=0"));
    assert!(forgotten, "{:?}", shown.headers);
    let later = served.request("GET", "/migrations").header("Cookie", &cookie).send().await;
    assert!(!later.body.contains("There is no migration"));
    served.end().await;
}
