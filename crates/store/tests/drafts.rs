//! Drafts of plans: every edit can be taken back, and nobody overwrites what they have not seen.

mod support;

use ferry_model::{MigrationId, Secret, UserId};
use ferry_store::{DraftEdit, DraftRecord, NewMigration, Store};
use support::on_every_database;

async fn with_migration(store: &Store) -> (MigrationId, UserId) {
    let migration = NewMigration {
        id: MigrationId::new("1"),
        name: "first".into(),
        source: "a:8463".into(),
        target: None,
        config: Secret::new("source: {}"),
        created_by: "anna".into(),
    };
    store.save_migration(&migration).await.expect("a migration");
    (migration.id, UserId::new("anna"))
}

fn draft(yaml: &str, n_edits: u32, stamp: &str) -> DraftRecord {
    DraftRecord { base: 1, yaml: yaml.into(), n_edits, stamp: stamp.into(), updated_at_ms: 0, undo: None, redo: None }
}

fn edit(removed: &str, inserted: &str) -> DraftEdit {
    DraftEdit {
        summary: format!("{removed} to {inserted}"),
        at_byte: 0,
        removed: removed.into(),
        inserted: inserted.into(),
    }
}

#[tokio::test]
async fn edits_are_taken_back_and_made_again_until_another_one_is_made() {
    on_every_database(|store| async move {
        let (migration, user) = with_migration(&store).await;
        let now = || async { store.draft(&migration, &user).await.expect("an answer") };
        assert_eq!(now().await, None);
        let add = |known: Option<DraftRecord>, changed: DraftRecord, edit: DraftEdit| {
            let (store, migration, user) = (&store, &migration, &user);
            async move {
                store.add_draft_edit(migration, user, known.as_ref(), &changed, &edit).await.expect("an answer")
            }
        };
        assert!(add(None, draft("b", 1, "s1"), edit("a", "b")).await);
        assert!(add(now().await, draft("c", 2, "s2"), edit("b", "c")).await);
        let second = now().await.expect("a draft");
        assert_eq!((second.yaml.as_str(), second.undo.clone(), second.redo.clone()), ("c", Some(edit("b", "c")), None));

        let back = draft("b", 1, "s3");
        assert!(store.move_draft(&migration, &user, &second, &back).await.expect("an answer"));
        let first = now().await.expect("a draft");
        assert_eq!((first.undo.clone(), first.redo.clone()), (Some(edit("a", "b")), Some(edit("b", "c"))));

        assert!(add(Some(first), draft("d", 2, "s4"), edit("b", "d")).await);
        let third = now().await.expect("a draft");
        assert_eq!((third.undo, third.redo), (Some(edit("b", "d")), None));
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_changed_meanwhile_is_not_overwritten() {
    on_every_database(|store| async move {
        let (migration, user) = with_migration(&store).await;
        let one = edit("a", "b");
        let add = |known: Option<DraftRecord>, changed: DraftRecord| {
            let (store, migration, user, one) = (&store, &migration, &user, &one);
            async move { store.add_draft_edit(migration, user, known.as_ref(), &changed, one).await.expect("an answer") }
        };
        assert!(add(None, draft("b", 1, "s1")).await);
        assert!(!add(None, draft("x", 1, "s2")).await, "there is one already");
        let stale = DraftRecord { stamp: "s0".into(), ..draft("b", 1, "") };
        assert!(!add(Some(stale.clone()), draft("x", 2, "s3")).await);
        assert!(!store.move_draft(&migration, &user, &stale, &draft("x", 0, "s4")).await.expect("an answer"));
        assert_eq!(store.draft(&migration, &user).await.expect("an answer").expect("a draft").yaml, "b");

        let other = UserId::new("ben");
        assert_eq!(store.draft(&migration, &other).await.expect("an answer"), None);
        store.discard_draft(&migration, &user).await.expect("discarded");
        assert_eq!(store.draft(&migration, &user).await.expect("an answer"), None);
        assert!(add(None, draft("c", 1, "s5")).await, "a new one begins without old edits");
        assert_eq!(store.draft(&migration, &user).await.expect("an answer").expect("a draft").redo, None);
    })
    .await;
}
