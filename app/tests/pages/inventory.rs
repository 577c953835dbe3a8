//! The inventory as the server draws it, and the connections beside it.

use std::time::Duration;

use axum::http::StatusCode;
use ferry_model::{Caller, MigrationId, Role, Side};

use crate::browser::Browser;
use crate::record::Record;

const PATIENCE: Duration = Duration::from_secs(60);

/// Captures twice, and waits for the end of each.
async fn captured() -> (Record, Browser, MigrationId) {
    let record = Record::with_a_plan_and_runs().await;
    let browser = Browser::of(&record, Some(Role::Viewer));
    let id = MigrationId::new("m1");
    let anna = Caller::command_line("anna");
    for _ in 0..2 {
        record.console.capture_start(&anna, &id).await.expect("begun");
        let ended = async {
            while record.console.capture_state(&anna, &id).await.expect("told").is_some() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, ended).await.expect("it ends in time");
    }
    (record, browser, id)
}

#[tokio::test]
async fn the_inventory_lists_filters_and_pages_what_was_captured() {
    let (_record, browser, _) = captured().await;
    let all = browser.get("/migrations/m1/inventory").await;
    assert_eq!(all.status, StatusCode::OK);
    assert!(all.html.contains("5 resources in 1 database, 3,612,000 rows; everything could be read."), "{}", all.html);
    let views = browser.get("/migrations/m1/inventory?kind=view").await;
    assert!(views.html.contains("1 of 5 resources."), "{}", views.html);
    let searched = browser.get("/migrations/m1/inventory?q=market.trades+select").await;
    assert!(searched.html.contains("1 of 5 resources.") && searched.html.contains("of_every_instrument"));
    assert!(browser.get("/migrations/m1/inventory?q=nowhere").await.html.contains("Nothing fits"));
    assert!(browser.get("/migrations/m1/inventory?page=9999").await.html.contains("All 5 resources."));
    assert_eq!(browser.get("/migrations/m1/inventory?snapshot=none").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_resource_and_two_snapshots_have_addresses_of_their_own() {
    let (record, browser, id) = captured().await;
    let anna = Caller::command_line("anna");
    let snapshots = record.console.snapshots(&anna, &id).await.expect("listed");
    let sources: Vec<&str> =
        snapshots.iter().filter(|one| one.side == Side::Source).map(|one| one.id.as_str()).collect();
    let targets: Vec<&str> =
        snapshots.iter().filter(|one| one.side == Side::Target).map(|one| one.id.as_str()).collect();
    let (first, last) = (sources[sources.len() - 1], sources[0]);
    let trades = format!("snapshot={last}&kind=stream&database=market&name=trades");
    let resource = browser.get(&format!("/migrations/m1/inventory/resource?{trades}")).await;
    assert_eq!(resource.status, StatusCode::OK);
    for expected in [r#"<span class="sql-keyword">CREATE</span>"#, "<svg", "Feeds", "float64"] {
        assert!(resource.html.contains(expected), "{expected} in {}", resource.html);
    }
    let missing = browser.get(&format!("/migrations/m1/inventory/resource?{}", trades.replace("trades", "none"))).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let same = browser.get(&format!("/migrations/m1/inventory/compare?from={first}&to={last}")).await;
    assert!(same.html.contains("0 added, 0 removed, 0 changed, 5 the same."), "{}", same.html);
    let other = browser.get(&format!("/migrations/m1/inventory/compare?from={last}&to={}", targets[0])).await;
    assert!(other.html.contains("0 added, 5 removed, 0 changed, 0 the same."), "{}", other.html);
}

#[tokio::test]
async fn a_failed_check_says_why_and_what_to_do() {
    let record = Record::with_a_plan_and_runs().await;
    let (anna, id) = (Caller::command_line("anna"), MigrationId::new("m1"));
    record.console.check_connection(&anna, &id).await.expect("begun");
    let ended = async {
        while !record.console.connection_check(&anna, &id).await.expect("told").is_some_and(|check| check.is_over) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, ended).await.expect("it ends in time");
    let html = Browser::of(&record, Some(Role::Viewer)).get("/migrations/m1/connect").await.html;
    for expected in ["1 of 12 checks failed", "staging:8463 refused the sign-in.", "Check user and password"] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
    assert!(!html.contains("secret\""), "{html}");
}
