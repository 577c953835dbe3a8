//! The plan's pages, as they read without WebAssembly.

use axum::http::StatusCode;
use ferry_console::{PlanEdit, Step};
use ferry_model::{Caller, MigrationId, ResourceKind, Role, StepAction, StepNumber};

use crate::browser::Browser;
use crate::record::Record;

fn migration() -> MigrationId {
    MigrationId::new("m1")
}

async fn step_of(record: &Record, action: StepAction, name: &str) -> StepNumber {
    let anna = Caller::command_line("anna");
    let page = record.console.plan_page(&anna, &migration(), None).await.expect("an answer").expect("a plan");
    let fits = |step: &&Step| step.action == action && step.resource.name == name;
    page.reading.plan().and_then(|plan| plan.steps.iter().find(fits)).expect("a step").number
}

#[tokio::test]
async fn every_part_of_the_plan_has_an_address_and_is_whole_without_scripts() {
    let record = Record::with_a_plan_and_runs().await;
    let anna = Caller::command_line("anna");
    let trades = step_of(&record, StepAction::Copy, "trades").await;
    let edit = PlanEdit::Threads { step: trades, threads: 3 };
    record.console.edit_plan(&anna, &migration(), &[edit]).await.expect("edited");
    record.console.save_plan_draft(&anna, &migration(), 1).await.expect("saved");
    let browser = Browser::of(&record, Some(Role::Administrator));
    for (query, expected) in [
        ("", "data-step=\"1\""),
        ("?q=copy+TRADES", "1 of 11 steps"),
        ("?only=excluded", "0 of 11 steps"),
        (&format!("?step={trades}"), "Read in the order of"),
        ("?step=3", "CREATE STREAM market."),
        ("?view=yaml", "threads: 3"),
        ("?view=graph", "class=\"graph\""),
    ] {
        let page = browser.get(&format!("/migrations/m1{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        crate::assert_no_inline_script_or_style(&page.html);
        assert!(page.html.contains(expected), "{query} shows `{expected}`: {}", page.html);
    }
}

#[tokio::test]
async fn what_a_step_drags_along_is_shown_before_anything_is_changed() {
    let record = Record::with_a_plan_and_runs().await;
    let browser = Browser::of(&record, Some(Role::Administrator));
    let stream = step_of(&record, StepAction::Create, "trades").await;
    let html = browser.get(&format!("/migrations/m1?pick={stream}&do=exclude")).await.html;
    assert!(html.contains("Excluding 1 step also excludes 3 steps"), "{html}");
    assert!(html.contains("would go along") && html.contains("Exclude all 4"), "{html}");
    assert!(html.contains("action=\"/api/plan_enable\""));
    let copy = step_of(&record, StepAction::Compare, "trades").await;
    let html = browser.get(&format!("/migrations/m1?pick={copy}&do=exclude")).await.html;
    assert!(html.contains("can be excluded alone"), "{html}");
}

#[tokio::test]
async fn a_viewer_reads_everything_and_can_change_nothing() {
    let record = Record::with_a_plan_and_runs().await;
    let browser = Browser::of(&record, Some(Role::Viewer));
    for query in ["", "?step=3", "?view=yaml", "?view=revisions", "?pick=3&do=exclude"] {
        let html = browser.get(&format!("/migrations/m1{query}")).await.html;
        let forms: Vec<&str> = html.split("action=\"/api/").skip(1).filter_map(|form| form.split('"').next()).collect();
        assert_eq!(forms, ["sign_out"], "{query}");
        assert!(!html.contains("enctype="), "{query}");
    }
    let kind = ResourceKind::Stream.label();
    assert!(browser.get("/migrations/m1").await.html.contains(kind));
}
