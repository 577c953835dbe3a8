//! Every page as the server renders it, over a real console and a record with a plan and runs in it.

mod browser;
mod inventory;
mod plan;
mod record;

use axum::http::StatusCode;
use ferry_model::Role;

use crate::browser::Browser;
use crate::record::Record;

/// What a strict Content-Security-Policy refuses.
fn assert_no_inline_script_or_style(html: &str) {
    assert!(!html.contains("style=\""), "a style attribute in {html}");
    assert!(!html.contains("<style"), "an inline style sheet in {html}");
    for script in html.split("<script").skip(1) {
        let (attributes, body) = script.split_once('>').expect("a whole tag");
        let is_data = attributes.contains("application/json");
        assert!(is_data || body.starts_with("</script>"), "an inline script: <script{attributes}>{body}");
    }
}

#[tokio::test]
async fn every_page_is_html_without_inline_scripts_and_styles() {
    let record = Record::with_a_plan_and_runs().await;
    let browser = Browser::of(&record, Some(Role::Administrator));
    for (path, expected) in record.pages() {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert_no_inline_script_or_style(&page.html);
        assert!(page.html.contains(r#"id="ferry-state""#), "{path} hands its state to the browser");
        assert!(page.html.contains(&expected), "{path} shows `{expected}`: {}", page.html);
    }
}

#[tokio::test]
async fn an_address_without_a_page_is_not_found() {
    let record = Record::with_a_plan_and_runs().await;
    let browser = Browser::of(&record, Some(Role::Administrator));
    for path in ["/nowhere", "/migrations/none", "/migrations/none/runs/none"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_stranger_sees_no_migration_and_is_led_to_the_sign_in_page() {
    let record = Record::with_a_plan_and_runs().await;
    let browser = Browser::of(&record, None);
    for (path, secret) in record.pages() {
        let page = browser.get(&path).await;
        assert!(!page.html.contains(&secret), "{path} shows `{secret}` to a stranger");
        assert!(page.html.contains(r#"href="/sign-in""#), "{path}");
    }
}

#[tokio::test]
async fn a_viewer_gets_no_buttons_that_change_something() {
    let record = Record::with_a_plan_and_runs().await;
    let browser = Browser::of(&record, Some(Role::Viewer));
    for (path, _) in record.pages() {
        let html = browser.get(&path).await.html;
        let forms: Vec<&str> = html.split("action=\"/api/").skip(1).filter_map(|form| form.split('"').next()).collect();
        assert_eq!(forms, ["sign_out"], "{path}");
    }
}

#[tokio::test]
async fn the_theme_of_the_cookie_is_in_the_first_html() {
    let record = Record::with_a_plan_and_runs().await;
    let browser = Browser::of(&record, Some(Role::Viewer));
    assert!(browser.with_cookie("ferry_theme=dark").get("/migrations").await.html.contains(r#"data-theme="dark""#));
    assert!(!browser.get("/migrations").await.html.contains("data-theme"));
}
