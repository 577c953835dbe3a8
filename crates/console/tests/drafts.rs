//! Editing a plan: nothing typed is lost, every edit can be taken back, and a revision is never changed.

use std::collections::BTreeSet;

use ferry_console::{
    Console, InnerRows, Only, PlanEdit, PlanTable, StepChangeKind, TableQuery, TypedText, text_digest,
};
use ferry_model::{Caller, FerryError, Keeping, MigrationId, RevisionId, Role, Secret, SecretMap, StepNumber, UserId};
use ferry_store::{NewMigration, NewRevision, Store, StoreLocation};

const PLAN: &str = r#"format: 1
migration: m
name: a plan # of mine
config: {file: a.yaml, digest: d}
source: {product: enterprise, version: 2.8.2, timeplusd_address: "a:8463"}
target: {product: enterprise, version: 2.8.2, timeplusd_address: "b:8463"}
settings:
  max_block_size: 10
steps:
  - step: 1
    action: create
    kind: database
    name: d
    definition: CREATE DATABASE d
  - step: 2
    action: create
    kind: stream
    database: d
    name: s
    needs: [1]
    definition: CREATE STREAM d.s (a int32) # a stream
  - step: 3
    action: copy
    kind: stream
    database: d
    name: s
    needs: [2]
    copy: {columns: [a], mode: append, threads: 8, helper: h}
    findings:
      - {rule: r, severity: caution, message: Careful, remedy: None}
  - step: 4
    action: create
    kind: materialized_view
    database: d
    name: m
    needs: [1, 2]
    inner_rows: undecided
    definition: CREATE MATERIALIZED VIEW d.m AS SELECT * FROM d.s
"#;

fn person(name: &str) -> Caller {
    Caller { user: UserId::new(name), name: name.into(), role: Role::Administrator }
}

struct Desk {
    console: Console,
    anna: Caller,
    id: MigrationId,
    _folder: tempfile::TempDir,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&StoreLocation::in_data_dir(folder.path())).await.expect("a record");
        let id = MigrationId::new("m");
        let migration = NewMigration {
            id: id.clone(),
            name: "first".into(),
            source: "a:8463".into(),
            target: Some("b:8463".into()),
            config: Secret::new(""),
            created_by: "anna".into(),
        };
        store.save_migration(&migration).await.expect("a migration");
        let mut secrets = SecretMap::default();
        secrets.insert("key", Secret::new("opensesame"));
        let revision = NewRevision {
            id: RevisionId::new("r1"),
            migration: id.clone(),
            yaml: PLAN.into(),
            digest: "d".into(),
            secrets,
            made_by: "anna".into(),
            summary: String::new(),
        };
        store.add_revision(&revision).await.expect("a revision");
        Self { console: Console::new(store), anna: person("anna"), id, _folder: folder }
    }

    async fn typed(&self, step: u32, text: &str, known: &str, stamp: &str) -> Result<Kept, FerryError> {
        let typed = TypedText { step: Some(StepNumber(step)), text, known, stamp };
        self.console.keep_typed_text(&self.anna, &self.id, &typed).await.map(kept)
    }

    async fn edit(&self, edit: PlanEdit) {
        self.console
            .edit_plan(&self.anna, &self.id, std::slice::from_ref(&edit))
            .await
            .unwrap_or_else(|error| panic!("{edit:?}: {error:?}"));
    }

    async fn text(&self) -> String {
        self.page().await.reading.text().to_owned()
    }

    async fn page(&self) -> ferry_console::PlanPage {
        self.console.plan_page(&self.anna, &self.id, None).await.expect("an answer").expect("a plan")
    }
}

struct Kept {
    digest: String,
    stamp: String,
}

fn kept(keeping: Keeping) -> Kept {
    match keeping {
        Keeping::Kept { digest, stamp } => Kept { digest, stamp },
        Keeping::Refused { why } => panic!("{why}"),
    }
}

fn off(steps: &[u32]) -> PlanEdit {
    PlanEdit::Enable { steps: steps.iter().map(|number| StepNumber(*number)).collect(), enabled: false }
}

#[tokio::test]
async fn every_edit_is_kept_and_can_be_taken_back_and_made_again() {
    let desk = Desk::new().await;
    desk.edit(off(&[3])).await;
    desk.edit(PlanEdit::InnerRows { step: StepNumber(4), rows: InnerRows::LeaveOut }).await;
    let edited = desk.text().await;
    assert!(edited.contains("enabled: false") && edited.contains("inner_rows: leave_out"), "{edited}");
    assert!(edited.contains("# of mine"), "comments stay");
    let draft = desk.page().await.draft.expect("a draft");
    assert_eq!((draft.n_edits, draft.undo.as_deref()), (2, Some("inner rows of step 4: leave_out")));

    for _ in 0..2 {
        desk.console.undo_plan_edit(&desk.anna, &desk.id).await.expect("undone");
    }
    assert_eq!(desk.text().await, PLAN);
    assert!(desk.console.undo_plan_edit(&desk.anna, &desk.id).await.is_err());
    for _ in 0..2 {
        desk.console.redo_plan_edit(&desk.anna, &desk.id).await.expect("made again");
    }
    assert_eq!(desk.text().await, edited);

    let other = desk.console.plan_page(&person("ben"), &desk.id, None).await.expect("an answer").expect("a plan");
    assert_eq!((other.draft, other.reading.text()), (None, PLAN), "a draft is one person's");
    desk.console.discard_plan_draft(&desk.anna, &desk.id).await.expect("discarded");
    assert_eq!(desk.text().await, PLAN);
}

#[tokio::test]
async fn what_one_form_changes_is_taken_back_as_one() {
    let desk = Desk::new().await;
    let exclude = off(&[3]);
    let leave_out = PlanEdit::InnerRows { step: StepNumber(4), rows: InnerRows::LeaveOut };
    let edits = [exclude.clone(), leave_out, exclude];
    desk.console.edit_plan(&desk.anna, &desk.id, &edits).await.expect("edited");
    let draft = desk.page().await.draft.expect("a draft");
    let summary = "excluded 1 step, inner rows of step 4: leave_out";
    assert_eq!((draft.n_edits, draft.undo.as_deref()), (1, Some(summary)));
    desk.console.undo_plan_edit(&desk.anna, &desk.id).await.expect("undone");
    assert_eq!(desk.text().await, PLAN);
}

#[tokio::test]
async fn a_draft_becomes_the_next_revision_and_the_old_one_stays() {
    let desk = Desk::new().await;
    desk.edit(off(&[3])).await;
    let saved = desk.text().await;
    let number = desk.console.save_plan_draft(&desk.anna, &desk.id, 1).await.expect("saved");
    let page = desk.page().await;
    assert_eq!((number, page.newest, page.draft, page.reading.text()), (2, 2, None, saved.as_str()));
    let revisions = desk.console.plan_revisions(&desk.anna, &desk.id).await.expect("a list");
    assert_eq!((revisions[0].number, revisions[0].summary.as_str()), (2, "excluded 1 step"));
    assert_ne!(revisions[0].digest, "d");
    let secrets = desk.console.record().revision_secrets(&revisions[0].id).await.expect("secrets");
    assert!(secrets.get("key").is_some(), "secrets of the capture go along");
    let old = desk.console.plan_page(&desk.anna, &desk.id, Some(1)).await.expect("an answer").expect("a plan");
    assert_eq!((old.reading.text(), old.may_edit), (PLAN, false));
    let diff = desk.console.plan_diff(&desk.anna, &desk.id, 1, Some(2)).await.expect("a comparison");
    assert_eq!((diff.n_same, diff.steps[0].kind, diff.steps[0].number), (3, StepChangeKind::Excluded, StepNumber(3)));
    let nothing = desk.console.save_plan_draft(&desk.anna, &desk.id, 2).await;
    assert!(matches!(nothing, Err(FerryError::Conflict { .. })), "{nothing:?}");
}

#[tokio::test]
async fn a_revision_that_somebody_else_saved_is_not_replaced_unseen() {
    let desk = Desk::new().await;
    let ben = person("ben");
    desk.edit(off(&[3])).await;
    desk.console.edit_plan(&ben, &desk.id, &[PlanEdit::MaxBlockSize { rows: 20_000 }]).await.expect("edited");
    desk.console.save_plan_draft(&ben, &desk.id, 1).await.expect("saved");
    let refused = desk.console.save_plan_draft(&desk.anna, &desk.id, 1).await;
    assert!(matches!(refused, Err(FerryError::Conflict { .. })), "{refused:?}");
    assert!(desk.text().await.contains("enabled: false"), "the draft is still there");
    assert_eq!(desk.console.save_plan_draft(&desk.anna, &desk.id, 2).await, Ok(3), "once it was seen");
}

#[tokio::test]
async fn a_text_that_is_no_plan_is_kept_with_its_problems_and_cannot_be_saved() {
    let desk = Desk::new().await;
    let broken = PLAN.replace("action: copy", "action: cpoy");
    desk.console.edit_plan_text(&desk.anna, &desk.id, broken.clone(), false).await.expect("kept");
    let page = desk.page().await;
    assert_eq!(page.reading.text(), broken);
    let line = broken.lines().position(|line| line.contains("cpoy")).expect("the mistake") + 1;
    let problem = &page.reading.problems()[0];
    assert_eq!((problem.line as usize, problem.column), (line, 13));
    assert!(matches!(desk.console.save_plan_draft(&desk.anna, &desk.id, 1).await, Err(FerryError::Invalid { .. })));
    let refused = desk.console.edit_plan(&desk.anna, &desk.id, &[off(&[3])]).await;
    assert!(matches!(refused, Err(FerryError::Conflict { .. })), "{refused:?}");
    desk.console.undo_plan_edit(&desk.anna, &desk.id).await.expect("undone");
    assert_eq!(desk.text().await, PLAN);
}

const CHANGED: &str = "CREATE STREAM d.s (a int32, b string)";

#[tokio::test]
async fn what_is_typed_is_kept_as_one_edit_that_undo_takes_back() {
    let desk = Desk::new().await;
    let before = text_digest("CREATE STREAM d.s (a int32)");
    let first = desk.typed(2, "CREATE STREAM d.s (a int32, b)", &before, "").await.expect("kept, though it is wrong");
    let second = desk.typed(2, CHANGED, &first.digest, &first.stamp).await.expect("kept");
    assert_eq!(second.digest, text_digest(CHANGED));
    let page = desk.page().await;
    let draft = page.draft.expect("a draft");
    assert_eq!((draft.n_edits, draft.undo.as_deref()), (1, Some("definition of step 2")));
    assert!(page.reading.text().contains(CHANGED), "{}", page.reading.text());
    assert_eq!(page.newest, 1, "nobody asked for a revision");
    desk.console.undo_plan_edit(&desk.anna, &desk.id).await.expect("undone");
    assert_eq!(desk.text().await, PLAN);
    desk.console.redo_plan_edit(&desk.anna, &desk.id).await.expect("made again");
    assert!(desk.text().await.contains(CHANGED));
}

#[tokio::test]
async fn another_edit_in_between_stays_an_edit_of_its_own() {
    let desk = Desk::new().await;
    let before = text_digest("CREATE STREAM d.s (a int32)");
    let first = desk.typed(2, "CREATE STREAM d.s (a int64)", &before, "").await.expect("kept");
    desk.edit(off(&[3])).await;
    desk.typed(2, CHANGED, &first.digest, &first.stamp).await.expect("kept");
    assert_eq!(desk.page().await.draft.expect("a draft").n_edits, 3);
}

#[tokio::test]
async fn typing_back_to_what_stood_there_leaves_no_edit() {
    let desk = Desk::new().await;
    let text = "CREATE STREAM d.s (a int32)";
    let first = desk.typed(2, CHANGED, &text_digest(text), "").await.expect("kept");
    let second = desk.typed(2, text, &first.digest, &first.stamp).await.expect("kept");
    assert_eq!(second.digest, text_digest(text));
    assert_eq!((desk.text().await.as_str(), desk.page().await.draft.expect("a draft").n_edits), (PLAN, 0));
    desk.typed(2, text, &second.digest, &second.stamp).await.expect("nothing to keep is kept");
    assert_eq!(desk.page().await.draft.expect("a draft").n_edits, 0);
}

#[tokio::test]
async fn what_another_tab_typed_is_not_replaced_unseen() {
    let desk = Desk::new().await;
    let before = text_digest("CREATE STREAM d.s (a int32)");
    desk.typed(2, CHANGED, &before, "").await.expect("kept");
    let refused = desk.typed(2, "CREATE STREAM d.s (c bool)", &before, "").await;
    assert!(matches!(refused, Err(FerryError::Conflict { .. })));
    assert!(desk.text().await.contains(CHANGED));
    let missing = desk.typed(77, "", &before, "").await;
    assert!(matches!(missing, Err(FerryError::NotFound { .. })));
}

#[tokio::test]
async fn the_text_of_the_whole_plan_is_kept_while_it_is_typed() {
    let desk = Desk::new().await;
    let broken = PLAN.replace("action: copy", "action: cpoy");
    let typed = TypedText { step: None, text: &broken.replace('\n', "\r\n"), known: &text_digest(PLAN), stamp: "" };
    let kept = kept(desk.console.keep_typed_text(&desk.anna, &desk.id, &typed).await.expect("kept"));
    assert_eq!((desk.text().await, kept.digest), (broken.clone(), text_digest(&broken)));
    let problems = desk.console.check_text(&desk.anna, "yaml", broken).await.expect("an answer");
    assert_eq!(problems, desk.page().await.reading.problems());
    assert_eq!(desk.console.check_text(&desk.anna, "yaml", PLAN.into()).await, Ok(vec![]));
    let json = desk.console.check_text(&desk.anna, "json", "{\n  \"a\": }".into()).await.expect("an answer");
    assert_eq!((json.len(), json[0].line, json[0].column), (1, 2, 8));
}

#[tokio::test]
async fn the_table_filters_shows_risk_first_and_says_what_is_dragged_along() {
    let desk = Desk::new().await;
    let page = desk.page().await;
    let table = |query: TableQuery| PlanTable::of(&page.reading, &query);
    let numbers = |table: &PlanTable| table.rows.iter().map(|row| row.number.0).collect::<Vec<u32>>();
    assert_eq!(numbers(&table(TableQuery::default())), [1, 2, 3, 4]);
    assert_eq!(numbers(&table(TableQuery { words: "STREAM d.s copy".into(), ..TableQuery::default() })), [3]);
    assert_eq!(numbers(&table(TableQuery { only: Some(Only::Undecided), ..TableQuery::default() })), [4]);
    assert_eq!(numbers(&table(TableQuery { only: Some(Only::Risky), ..TableQuery::default() })), [3]);
    let picked = BTreeSet::from([StepNumber(2)]);
    let drag = table(TableQuery { picked, ..TableQuery::default() }).drag.expect("dragged");
    assert_eq!(drag.numbers(), [2, 3, 4].map(StepNumber));
}
