//! The record's contract, on every database.

mod support;

use std::time::Duration;

use ferry_model::{MigrationId, RevisionId, Role, Secret, SecretMap, SessionId, UserId};
use ferry_store::{
    NewMigration, NewRevision, OneTimeLink, SessionRecord, Store, StoreError, StoreLocation, UserRecord,
};
use support::on_every_database;

const IDLE: Duration = Duration::from_secs(3600);
const FAR_FUTURE_MS: i64 = 4_000_000_000_000;

fn user(name: &str) -> UserRecord {
    let password_hash = "$argon2id$".into();
    UserRecord { id: UserId::new(format!("id-{name}")), name: name.into(), password_hash, role: Role::Viewer }
}

fn migration(id: &str, name: &str) -> NewMigration {
    NewMigration {
        id: MigrationId::new(id),
        name: name.into(),
        source: "a:8463".into(),
        target: Some("b:8463".into()),
        config: Secret::new("source:\n  password: hunter22\n"),
        created_by: "anna".into(),
    }
}

#[tokio::test]
async fn people_are_found_by_name_and_names_are_unique() {
    on_every_database(|store| async move {
        store.create_user(&user("vera")).await.expect("a new name");
        store.create_user(&user("anna")).await.expect("a new name");
        let taken = store.create_user(&UserRecord { id: UserId::new("other"), ..user("vera") }).await;
        assert!(matches!(taken, Err(StoreError::NameTaken(name)) if name == "vera"));
        assert_eq!(store.count_users().await.expect("a count"), 2);
        let found = store.user_by_name("vera").await.expect("an answer").expect("vera");
        assert_eq!((found.id.as_str(), found.role), ("id-vera", Role::Viewer));
        assert!(store.user_by_name("nobody").await.expect("an answer").is_none());
        assert_eq!(store.user(&found.id).await.expect("an answer").expect("vera").name, "vera");
        let names: Vec<String> = store.users().await.expect("people").into_iter().map(|user| user.name).collect();
        assert_eq!(names, ["anna", "vera"]);
    })
    .await;
}

#[tokio::test]
async fn a_one_time_link_lets_exactly_one_person_in() {
    on_every_database(|store| async move {
        let link = |digest: &str, expires_at_ms| OneTimeLink {
            digest: digest.into(),
            role: Role::Administrator,
            expires_at_ms,
        };
        store.create_link(&link("good", FAR_FUTURE_MS)).await.expect("a link");
        store.create_link(&link("old", 1)).await.expect("a link");
        assert!(store.good_link("good").await.expect("an answer").is_some());
        assert!(store.good_link("old").await.expect("an answer").is_none());
        store.create_user(&user("taken")).await.expect("a new name");
        let refused = store.redeem_link("good", user("taken")).await;
        assert!(matches!(refused, Err(StoreError::NameTaken(_))));
        let first = store.redeem_link("good", user("first")).await.expect("an answer").expect("the link is still good");
        assert_eq!(first.role, Role::Administrator);
        assert!(store.redeem_link("good", user("second")).await.expect("an answer").is_none());
        assert!(store.redeem_link("old", user("third")).await.expect("an answer").is_none());
        assert_eq!(store.count_users().await.expect("a count"), 2);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_when_idle_at_its_absolute_end_and_when_deleted() {
    on_every_database(|store| async move {
        store.create_user(&user("anna")).await.expect("a new name");
        let anna = UserId::new("id-anna");
        let session = |id: &str, absolute_end_ms| SessionRecord {
            id: SessionId::new(id),
            user: None,
            data: "{}".into(),
            absolute_end_ms,
        };
        let good = session("good", FAR_FUTURE_MS);
        assert!(store.create_session(&good, IDLE).await.expect("an answer"));
        assert!(!store.create_session(&good, IDLE).await.expect("an answer"), "ids are unique");
        store.create_session(&session("idle", FAR_FUTURE_MS), Duration::ZERO).await.expect("an answer");
        store.create_session(&session("over", 1), IDLE).await.expect("an answer");

        let signed_in = SessionRecord { user: Some(anna.clone()), data: "{\"a\":1}".into(), ..good.clone() };
        store.save_session(&signed_in).await.expect("a session");
        let used = store.use_session(&good.id, IDLE).await.expect("an answer").expect("a living session");
        assert_eq!((used.user, used.data.as_str()), (Some(anna.clone()), "{\"a\":1}"));
        for ended in ["idle", "over"] {
            assert!(store.use_session(&SessionId::new(ended), IDLE).await.expect("an answer").is_none(), "{ended}");
        }
        assert_eq!(store.session_user(&good.id).await.expect("an answer"), Some(anna.clone()));
        assert_eq!(store.sessions_of_user(&anna).await.expect("sessions"), std::slice::from_ref(&good.id));
        assert_eq!(store.delete_ended_sessions().await.expect("a count"), 2);
        store.delete_session(&good.id).await.expect("an answer");
        assert!(store.session_user(&good.id).await.expect("an answer").is_none());
    })
    .await;
}

#[tokio::test]
async fn a_migration_keeps_its_configuration_sealed() {
    on_every_database(|store| async move {
        store.save_migration(&migration("1", "first")).await.expect("a migration");
        let again = NewMigration { source: "c:8463".into(), target: None, ..migration("1", "ignored") };
        store.save_migration(&again).await.expect("the same migration");
        let taken = store.save_migration(&migration("2", "first")).await;
        assert!(matches!(taken, Err(StoreError::NameTaken(name)) if name == "first"));
        let id = MigrationId::new("1");
        let found = store.migration(&id).await.expect("the migration");
        assert_eq!((found.name.as_str(), found.source.as_str(), found.target), ("first", "c:8463", None));
        assert_eq!(store.migrations().await.expect("a list").len(), 1);
        let config = store.migration_config(&id).await.expect("its configuration");
        assert!(config.expose().contains("hunter22"));
        let missing = store.migration(&MigrationId::new("9")).await;
        assert!(matches!(missing, Err(StoreError::Missing { what: "migration", .. })));
    })
    .await;
}

#[tokio::test]
async fn revisions_are_numbered_within_their_migration() {
    on_every_database(|store| async move {
        store.save_migration(&migration("1", "first")).await.expect("a migration");
        let id = MigrationId::new("1");
        assert!(store.newest_revision(&id).await.expect("an answer").is_none());
        for number in 1..=2 {
            let mut secrets = SecretMap::default();
            secrets.insert("external_stream.a.b.password", Secret::new("opensesame"));
            let revision = NewRevision {
                id: RevisionId::new(format!("r{number}")),
                migration: id.clone(),
                yaml: format!("# revision {number}\n"),
                digest: "d".into(),
                secrets,
                made_by: "anna".into(),
                summary: format!("change {number}"),
            };
            assert_eq!(store.add_revision(&revision).await.expect("a revision"), number);
        }
        let newest = store.newest_revision(&id).await.expect("an answer").expect("a revision");
        assert_eq!((newest.number, newest.yaml.as_str()), (2, "# revision 2\n"));
        let by_number = store.revision_by_number(&id, 1).await.expect("the first revision");
        assert_eq!(by_number.id.as_str(), "r1");
        assert!(matches!(store.revision_by_number(&id, 9).await, Err(StoreError::Missing { .. })));
        let listed = store.revisions(&id).await.expect("a list");
        let listed: Vec<(u32, &str)> = listed.iter().map(|one| (one.number, one.summary.as_str())).collect();
        assert_eq!(listed, [(2, "change 2"), (1, "change 1")]);
        let first = store.revision(&RevisionId::new("r1")).await.expect("the first revision");
        assert_eq!((first.number, first.yaml.as_str()), (1, "# revision 1\n"));
        let secrets = store.revision_secrets(&newest.id).await.expect("its secrets");
        let kept = secrets.get("external_stream.a.b.password").map(|secret| secret.expose() == "opensesame");
        assert_eq!(kept, Some(true));
    })
    .await;
}

#[tokio::test]
async fn no_secret_stands_in_the_database_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = StoreLocation::in_data_dir(folder.path());
    let store = Store::open(&location).await.expect("a record");
    store.save_migration(&migration("1", "first")).await.expect("a migration");
    store.close().await;
    for entry in std::fs::read_dir(folder.path()).expect("the folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a file");
        let found = bytes.windows(8).any(|window| window == b"hunter22");
        assert!(!found, "{} holds a password", path.display());
    }
}

#[tokio::test]
async fn an_unwritable_data_directory_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let in_the_way = folder.path().join("a-file");
    std::fs::write(&in_the_way, "not a folder").expect("a file");
    let refused = Store::open(&StoreLocation::in_data_dir(&in_the_way.join("data"))).await.map(|_| ());
    let text = refused.expect_err("a file is in the way").to_string();
    assert!(text.contains("a-file"), "{text}");
    assert!(text.contains("cannot be written"), "{text}");
}

#[tokio::test]
async fn a_database_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ferry.db"), "x".repeat(8192)).expect("a file");
    let refused = Store::open(&StoreLocation::in_data_dir(folder.path())).await.map(|_| ());
    let text = refused.expect_err("not a database").to_string();
    assert!(text.contains("ferry.db"), "{text}");
}

#[tokio::test]
async fn a_record_of_a_newer_ferry_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = StoreLocation::in_data_dir(folder.path());
    Store::open(&location).await.expect("a record").close().await;
    let url = format!("sqlite://{}", folder.path().join("ferry.db").display());
    let other = sqlx::AnyPool::connect(&url).await.expect("the same database");
    sqlx::query("INSERT INTO schema_version VALUES (99, 0)").execute(&other).await.expect("a newer version");
    other.close().await;
    let refused = Store::open(&location).await.map(|_| ());
    assert!(matches!(refused, Err(StoreError::NewerSchema { found: 99, .. })));
}

#[tokio::test]
async fn what_was_stored_is_there_after_opening_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = StoreLocation::in_data_dir(folder.path());
    let store = Store::open(&location).await.expect("a record");
    store.save_migration(&migration("1", "first")).await.expect("a migration");
    store.close().await;
    let store = Store::open(&location).await.expect("the record");
    let config = store.migration_config(&MigrationId::new("1")).await.expect("its configuration");
    assert!(config.expose().contains("hunter22"));
}
