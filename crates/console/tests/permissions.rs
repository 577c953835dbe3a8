//! Every function of the console refuses a caller who lacks its permission, before it looks at anything.

use ferry_console::{
    ConnectionForm, Console, PlanEdit, PlanFile, Timeplus, TypedText, Wish, dry_run_plan_file, plan_file,
};
use ferry_model::{
    Caller, FerryError, LogChoice, MigrationId, Permission, Role, RunId, Secret, SnapshotId, StepNumber, UserId,
};
use ferry_store::{Store, StoreLocation};

fn caller(role: Role) -> Caller {
    Caller { user: UserId::new(role.as_str()), name: role.as_str().into(), role }
}

async fn console() -> (tempfile::TempDir, Console) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&StoreLocation::in_data_dir(folder.path())).await.expect("a record");
    (folder, Console::new(store))
}

fn permission_missing<T>(answer: Result<T, FerryError>) -> Option<Permission> {
    match answer {
        Err(FerryError::Forbidden { permission }) => Some(permission),
        _ => None,
    }
}

/// Calls every function that takes a caller, on things that do not exist, and says which permission each found
/// missing. A new function belongs here.
async fn refusals(console: &Console, caller: &Caller) -> Vec<(&'static str, Permission, Option<Permission>)> {
    use Permission::{Clean, EditMigrations, EditPlans, ManageUsers, OperateRuns, ViewMigrations};
    let (migration, run) = (MigrationId::new("none"), RunId::new("none"));
    let (m, r) = (&migration, &run);
    let file = PlanFile { path: "p", text: "", config_path: "c", config_text: "" };
    let edit = PlanEdit::MaxBlockSize { rows: 1 };
    let typed = TypedText { step: None, text: "", known: "", stamp: "" };
    let form = ConnectionForm::default();
    let dry = dry_run_plan_file(Some(console), &Timeplus::default(), caller, &file).await;
    let planned = plan_file(&Timeplus::default(), caller, "n", "c", "").await;
    vec![
        (
            "create_one_time_link",
            ManageUsers,
            permission_missing(console.create_one_time_link(caller, Role::Viewer).await),
        ),
        ("create_first_link", ManageUsers, permission_missing(console.create_first_link(caller).await)),
        ("people", ManageUsers, permission_missing(console.people(caller).await)),
        ("list_migrations", ViewMigrations, permission_missing(console.list_migrations(caller).await)),
        ("migration", ViewMigrations, permission_missing(console.migration(caller, m).await)),
        ("create_migration", EditMigrations, permission_missing(console.create_migration(caller, "n", "").await)),
        ("rename_migration", EditMigrations, permission_missing(console.rename_migration(caller, m, "n").await)),
        ("archive_migration", EditMigrations, permission_missing(console.archive_migration(caller, m).await)),
        ("restore_migration", EditMigrations, permission_missing(console.restore_migration(caller, m).await)),
        (
            "create_migration_from_form",
            EditMigrations,
            permission_missing(console.create_migration_from_form(caller, "n", &form).await),
        ),
        ("capture_start", EditPlans, permission_missing(console.capture_start(caller, m).await)),
        ("capture_cancel", EditPlans, permission_missing(console.capture_cancel(caller, m).await)),
        ("capture_state", ViewMigrations, permission_missing(console.capture_state(caller, m).await)),
        ("snapshots", ViewMigrations, permission_missing(console.snapshots(caller, m).await)),
        ("inventory", ViewMigrations, permission_missing(console.inventory(caller, m, &SnapshotId::new("none")).await)),
        ("check_connection", EditMigrations, permission_missing(console.check_connection(caller, m).await)),
        ("connection_check", ViewMigrations, permission_missing(console.connection_check(caller, m).await)),
        ("connection", ViewMigrations, permission_missing(console.connection(caller, m).await)),
        ("change_connection", EditMigrations, permission_missing(console.change_connection(caller, m, &form).await)),
        ("try_with_sandboxes", EditMigrations, permission_missing(console.try_with_sandboxes(caller).await)),
        ("make_plan", EditPlans, permission_missing(console.make_plan(caller, m).await)),
        ("plan", ViewMigrations, permission_missing(console.plan(caller, m).await)),
        ("plan_page", ViewMigrations, permission_missing(console.plan_page(caller, m, None).await)),
        ("plan_revisions", ViewMigrations, permission_missing(console.plan_revisions(caller, m).await)),
        ("plan_diff", ViewMigrations, permission_missing(console.plan_diff(caller, m, 1, None).await)),
        ("edit_plan", EditPlans, permission_missing(console.edit_plan(caller, m, &[edit]).await)),
        (
            "edit_plan_text",
            EditPlans,
            permission_missing(console.edit_plan_text(caller, m, String::new(), false).await),
        ),
        (
            "edit_plan_definition",
            EditPlans,
            permission_missing(console.edit_plan_definition(caller, m, StepNumber(1), "").await),
        ),
        ("keep_typed_text", EditPlans, permission_missing(console.keep_typed_text(caller, m, &typed).await)),
        ("check_text", ViewMigrations, permission_missing(console.check_text(caller, "json", String::new()).await)),
        ("undo_plan_edit", EditPlans, permission_missing(console.undo_plan_edit(caller, m).await)),
        ("redo_plan_edit", EditPlans, permission_missing(console.redo_plan_edit(caller, m).await)),
        ("discard_plan_draft", EditPlans, permission_missing(console.discard_plan_draft(caller, m).await)),
        ("save_plan_draft", EditPlans, permission_missing(console.save_plan_draft(caller, m, 1).await)),
        ("plan_file", EditPlans, permission_missing(planned)),
        ("runs_of_migration", ViewMigrations, permission_missing(console.runs_of_migration(caller, m).await)),
        ("newest_runs", ViewMigrations, permission_missing(console.newest_runs(caller).await)),
        ("run_view", ViewMigrations, permission_missing(console.run_view(caller, r).await)),
        ("run_events", ViewMigrations, permission_missing(console.run_events(caller, r, 0).await)),
        ("run_log", ViewMigrations, permission_missing(console.run_log(caller, r, &LogChoice::default()).await)),
        ("run_result", ViewMigrations, permission_missing(console.run_result(caller, m, None).await)),
        ("follow", ViewMigrations, permission_missing(console.follow(caller, r, 0).await)),
        ("run_start", OperateRuns, permission_missing(console.run_start(caller, m, "d").await)),
        ("run_pause", OperateRuns, permission_missing(console.run_pause(caller, r).await)),
        ("run_resume", OperateRuns, permission_missing(console.run_resume(caller, r).await)),
        ("run_cancel", OperateRuns, permission_missing(console.run_cancel(caller, r).await)),
        ("run_retry", OperateRuns, permission_missing(console.run_retry(caller, r).await)),
        ("run_retry_step", OperateRuns, permission_missing(console.run_retry_step(caller, r, StepNumber(1)).await)),
        (
            "run_skip_step",
            OperateRuns,
            permission_missing(console.run_skip_step(caller, r, StepNumber(1), "why").await),
        ),
        ("run_verify", OperateRuns, permission_missing(console.run_verify(caller, r).await)),
        ("run_recopy_step", OperateRuns, permission_missing(console.run_recopy_step(caller, r, StepNumber(1)).await)),
        ("run_catch_up", OperateRuns, permission_missing(console.run_catch_up(caller, r).await)),
        ("run_cut_over", OperateRuns, permission_missing(console.run_cut_over(caller, r).await)),
        (
            "wish_of_plan_file",
            OperateRuns,
            permission_missing(console.wish_of_plan_file(caller, "p", "", Wish::Verify).await),
        ),
        ("run_plan_file", OperateRuns, permission_missing(console.run_plan_file(caller, &file).await)),
        ("dry_run_plan_file", OperateRuns, permission_missing(dry)),
        ("evidence", ViewMigrations, permission_missing(console.evidence(caller, r).await)),
        ("let_go", OperateRuns, permission_missing(console.let_go(caller, r))),
        ("held_run", ViewMigrations, permission_missing(console.held_run(caller, m).await)),
        ("wait_until_free", ViewMigrations, permission_missing(console.wait_until_free(caller, r).await)),
        ("keep_runs_going", OperateRuns, permission_missing(console.keep_runs_going(caller).await)),
        ("clean_preview", ViewMigrations, permission_missing(console.clean_preview(caller, m).await)),
        ("clean_start", Clean, permission_missing(console.clean_start(caller, m, "n").await)),
        (
            "migration_of_plan_file",
            ViewMigrations,
            permission_missing(console.migration_of_plan_file(caller, "p", "").await),
        ),
    ]
}

#[tokio::test]
async fn every_function_refuses_exactly_the_callers_without_its_permission() {
    let (_folder, console) = console().await;
    for role in Role::ALL {
        for (function, needed, missing) in refusals(&console, &caller(role)).await {
            let expected = (!role.allows(needed)).then_some(needed);
            assert_eq!(missing, expected, "{function} called by {}", role.as_str());
        }
    }
    console.shut_down().await;
}

/// The functions of the console that take a caller, read from its source: none may be missing from [`refusals`].
#[tokio::test]
async fn no_function_is_missing_from_the_walk() {
    let (_folder, console) = console().await;
    let walked: Vec<&str> =
        refusals(&console, &caller(Role::Viewer)).await.into_iter().map(|(name, ..)| name).collect();
    let sources = [
        include_str!("../src/access.rs"),
        include_str!("../src/captures.rs"),
        include_str!("../src/checks.rs"),
        include_str!("../src/clean.rs"),
        include_str!("../src/command_line.rs"),
        include_str!("../src/connection.rs"),
        include_str!("../src/console.rs"),
        include_str!("../src/dry_run.rs"),
        include_str!("../src/evidence.rs"),
        include_str!("../src/evidence/check.rs"),
        include_str!("../src/inventory.rs"),
        include_str!("../src/migrations.rs"),
        include_str!("../src/plans.rs"),
        include_str!("../src/plans/definition.rs"),
        include_str!("../src/results.rs"),
        include_str!("../src/run_log.rs"),
        include_str!("../src/plans/draft.rs"),
        include_str!("../src/run_control.rs"),
        include_str!("../src/runs.rs"),
        include_str!("../src/sandboxes.rs"),
        include_str!("../src/wishes.rs"),
    ];
    // What needs no caller, and why, stands at each of them.
    let without_caller = [
        "new",
        "with_deployments",
        "with_sandboxes",
        "tell",
        "engine",
        "position",
        "find",
        "key",
        "can_start_sandboxes",
        "shut_down",
        "record",
        "check_health",
        "sign_in",
        "one_time_link_is_good",
        "redeem_one_time_link",
        "caller_of_session",
        "work_ended",
        "check_evidence",
        "to_json",
        "next",
        "definition_text",
        "definition_problems",
        "text_digest",
    ];
    let mut n_found = 0;
    for source in sources {
        for line in source.lines() {
            let line = line.trim_start();
            let name = line.strip_prefix("pub async fn ").or_else(|| line.strip_prefix("pub fn "));
            let Some(name) = name.and_then(|rest| rest.split(['(', '<']).next()) else { continue };
            n_found += 1;
            assert!(walked.contains(&name) || without_caller.contains(&name), "{name} is not walked");
        }
    }
    assert!(n_found >= walked.len(), "the sources were not read");
}

#[tokio::test]
async fn a_one_time_link_makes_a_person_who_can_sign_in() {
    let (_folder, console) = console().await;
    let operator = Caller::command_line("anna");
    let link = console.create_first_link(&operator).await.expect("an answer").expect("nobody is there yet");
    assert!(console.one_time_link_is_good(&link).await.expect("an answer"));
    let short = console.redeem_one_time_link(&link, "Anna", Secret::new("short")).await;
    assert!(matches!(short, Err(FerryError::Invalid { .. })));
    let password = "correct horse battery";
    let made = console.redeem_one_time_link(&link, " Anna ", Secret::new(password)).await.expect("a good link");
    assert_eq!((made.name.as_str(), made.role), ("Anna", Role::Administrator));
    let again = console.redeem_one_time_link(&link, "Bert", Secret::new(password)).await;
    assert_eq!(again, Err(FerryError::SignInRefused));
    assert_eq!(console.sign_in("Anna", Secret::new(password)).await, Ok(made.clone()));
    for (name, password) in [("Anna", "wrong horse battery"), ("Nobody", password)] {
        assert_eq!(console.sign_in(name, Secret::new(password)).await, Err(FerryError::SignInRefused), "{name}");
    }
    assert!(console.create_first_link(&operator).await.expect("an answer").is_none(), "somebody is there now");
    assert_eq!(console.caller_of_session(&made.user).await, Ok(Some(made)));
}

#[tokio::test]
async fn a_configuration_with_mistakes_is_refused_with_their_places() {
    let (_folder, console) = console().await;
    let operator = Caller::command_line("anna");
    let refused = console.create_migration(&operator, "staging", "source:\n  usrename: a\n").await;
    let Err(FerryError::Invalid { problems, .. }) = refused else { panic!("it was taken: {refused:?}") };
    assert!(problems.iter().any(|problem| problem.line == 2), "{problems:?}");
    assert!(console.list_migrations(&operator).await.expect("a list").is_empty());
}
