//! Runs, leases and events, on every database.

mod support;

use std::time::Duration;

use ferry_model::{
    EventBody, Fence, Journal, JournalError, LeaseOwner, LedgerState, MigrationId, ResourceKind, ResourceName, RunId,
    RunMode, Secret, Side, StepNumber,
};
use ferry_store::{NewMigration, NewRun, Store, StoreError, StoreLocation};
use support::on_every_database;

const LEASE: Duration = Duration::from_secs(60);

async fn store_migration(store: &Store) {
    let migration = NewMigration {
        id: MigrationId::new("m"),
        name: "demo".into(),
        source: "a:8463".into(),
        target: Some("b:8463".into()),
        config: Secret::new(""),
        created_by: "anna".into(),
    };
    store.save_migration(&migration).await.expect("a migration");
}

fn new_run(id: &str, lease: Duration) -> NewRun {
    let created = EventBody::RunCreated {
        migration: MigrationId::new("m"),
        mode: RunMode::Migrate,
        plan_digest: "d".into(),
        target: "b:8463".into(),
        started_by: "anna".into(),
        steps: vec![],
    };
    let owner = LeaseOwner::new("first process");
    NewRun { id: RunId::new(id), migration: MigrationId::new("m"), revision: None, owner, lease, created }
}

fn finished() -> EventBody {
    EventBody::RunFinished { n_done: 0, n_failed: 0, n_blocked: 0, n_deferred: 0 }
}

fn note(text: &str) -> EventBody {
    EventBody::Noted { step: None, text: text.into() }
}

#[tokio::test]
async fn events_are_numbered_without_gaps_and_read_back_after_any_number() {
    on_every_database(|store| async move {
        store_migration(&store).await;
        let run = RunId::new("r");
        let fence = store.create_run(new_run("r", LEASE)).await.expect("a run");
        let two = store.append(&run, fence, vec![note("a"), note("b")]).await.expect("two events");
        assert_eq!(two.iter().map(|event| event.seq).collect::<Vec<_>>(), [2, 3]);
        assert!(store.append(&run, fence, vec![]).await.expect("nothing").is_empty());
        store.append(&run, fence, vec![note("c")]).await.expect("one event");
        let all = store.read(&run, 0).await.expect("all events");
        assert_eq!(all.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(store.read(&run, 2).await.expect("the rest"), all[2..]);
        assert!(store.read(&run, 4).await.expect("nothing new").is_empty());
        assert!(matches!(all[0].body, EventBody::RunCreated { .. }));
    })
    .await;
}

#[tokio::test]
async fn a_process_that_lost_its_lease_can_write_nothing() {
    on_every_database(|store| async move {
        store_migration(&store).await;
        let run = RunId::new("r");
        let second = LeaseOwner::new("second process");
        let old = store.create_run(new_run("r", Duration::ZERO)).await.expect("a run");
        let new = store.acquire_lease(&run, &second, LEASE).await.expect("an answer").expect("the lease ran out");
        assert!(new > old);
        assert!(matches!(store.append(&run, old, vec![note("late")]).await, Err(JournalError::Fenced)));
        assert!(!store.renew_lease(&run, old, LEASE).await.expect("an answer"));
        store.release_lease(&run, old).await.expect("nothing happens");
        let held = store.run(&run).await.expect("the run").held_by;
        assert_eq!(held, Some(second.clone()), "an old fence releases nothing");
        assert!(store.acquire_lease(&run, &second, LEASE).await.expect("an answer").is_none(), "it is held");
        assert!(store.renew_lease(&run, new, LEASE).await.expect("an answer"));
        store.release_lease(&run, new).await.expect("an answer");
        assert_eq!(store.run(&run).await.expect("the run").held_by, None);
        assert!(store.acquire_lease(&run, &second, LEASE).await.expect("an answer").is_some(), "it is free");
        let nowhere = store.append(&RunId::new("x"), new, vec![note("")]).await;
        assert!(matches!(nowhere, Err(JournalError::NoSuchRun(_))));
        assert!(matches!(store.read(&RunId::new("x"), 0).await, Err(JournalError::NoSuchRun(_))));
        assert_eq!(store.read(&run, 0).await.expect("all events").len(), 1, "nothing refused was stored");
    })
    .await;
}

#[tokio::test]
async fn one_run_of_a_migration_at_a_time() {
    on_every_database(|store| async move {
        store_migration(&store).await;
        let fence = store.create_run(new_run("r1", LEASE)).await.expect("a run");
        let refused = store.create_run(new_run("r2", LEASE)).await;
        assert!(matches!(refused, Err(StoreError::RunUnderWay { run, .. }) if run.as_str() == "r1"));
        let ids =
            |runs: Vec<ferry_store::RunRecord>| runs.into_iter().map(|run| run.id.to_string()).collect::<Vec<_>>();
        assert_eq!(ids(store.unfinished_runs().await.expect("runs")), ["r1"]);
        store.append(&RunId::new("r1"), fence, vec![finished()]).await.expect("its end");
        assert!(store.unfinished_runs().await.expect("runs").is_empty());
        store.create_run(new_run("r2", LEASE)).await.expect("the next run");
        assert_eq!(ids(store.runs_of_migration(&MigrationId::new("m")).await.expect("runs")), ["r1", "r2"]);
        assert_eq!(store.newest_runs(1).await.expect("runs").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_run_that_was_begun_again_after_its_end_is_unfinished() {
    on_every_database(|store| async move {
        store_migration(&store).await;
        let fence = store.create_run(new_run("r", LEASE)).await.expect("a run");
        let started = EventBody::RunStarted { owner: "a".into() };
        store.append(&RunId::new("r"), fence, vec![finished(), started]).await.expect("two events");
        assert_eq!(store.unfinished_runs().await.expect("runs").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_ledger_of_a_migration_is_folded_over_its_runs() {
    on_every_database(|store| async move {
        store_migration(&store).await;
        let orders = ResourceName::in_database(ResourceKind::Stream, "sales", "orders");
        let (step, side) = (StepNumber(1), Side::Target);
        let intended =
            EventBody::CreateIntended { step, side, resource: orders.clone(), definition_digest: "d".into() };
        let created = EventBody::Created { step, side, resource: orders.clone(), server_id: None };
        let first = store.create_run(new_run("r1", LEASE)).await.expect("a run");
        store.append(&RunId::new("r1"), first, vec![intended, created, finished()]).await.expect("events");
        let ledger = store.ledger(&MigrationId::new("m")).await.expect("the ledger");
        assert_eq!(ledger.entries.len(), 1);
        assert_eq!(ledger.entries[0].state, LedgerState::Created);
        let second = store.create_run(new_run("r2", LEASE)).await.expect("a clean");
        let dropped = EventBody::Dropped { step, side, resource: orders };
        store.append(&RunId::new("r2"), second, vec![dropped]).await.expect("events");
        assert!(store.ledger(&MigrationId::new("m")).await.expect("the ledger").entries.is_empty());
        assert_eq!(store.events_of_migration(&MigrationId::new("m")).await.expect("events").len(), 6);
    })
    .await;
}

#[tokio::test]
async fn many_writers_at_once_leave_no_gap() {
    on_every_database(|store| async move {
        store_migration(&store).await;
        let run = RunId::new("r");
        let fence = store.create_run(new_run("r", LEASE)).await.expect("a run");
        let mut writers = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (store, run) = (store.clone(), run.clone());
            writers.spawn(async move { store.append(&run, fence, vec![note("a"), note("b")]).await.is_ok() });
        }
        assert!(writers.join_all().await.into_iter().all(|stored| stored));
        let numbers: Vec<u64> = store.read(&run, 0).await.expect("events").iter().map(|event| event.seq).collect();
        assert_eq!(numbers, (1..=41).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn two_processes_share_one_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = StoreLocation::in_data_dir(folder.path());
    let (one, other) = tokio::join!(Store::open(&location), Store::open(&location));
    let (one, other) = (one.expect("a record"), other.expect("the same record"));
    store_migration(&one).await;
    let fence = one.create_run(new_run("r", LEASE)).await.expect("a run");
    other.append(&RunId::new("r"), fence, vec![note("from the other")]).await.expect("an event");
    assert_eq!(one.read(&RunId::new("r"), 1).await.expect("events").len(), 1);
}

#[tokio::test]
async fn a_run_is_free_as_soon_as_its_process_has_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = StoreLocation::in_data_dir(folder.path());
    let (one, other) = (Store::open(&location).await.expect("a record"), Store::open(&location).await.expect("again"));
    store_migration(&one).await;
    let (run, second) = (RunId::new("r"), LeaseOwner::new("second process"));
    let old = one.create_run(new_run("r", LEASE)).await.expect("a run");
    assert!(other.run(&run).await.expect("the run").held_by.is_some(), "it lives");
    assert_eq!(other.acquire_lease(&run, &second, LEASE).await.expect("an answer"), None);
    // What a kill leaves: no word in the record, and the system's unlocking of the file.
    drop(one);
    assert_eq!(other.run(&run).await.expect("the run").held_by, None);
    let new = other.acquire_lease(&run, &second, LEASE).await.expect("an answer").expect("the lease");
    assert!(new > old);
    assert_eq!(other.run(&run).await.expect("the run").held_by, Some(second));
}

#[tokio::test]
async fn an_older_fence_than_the_first_is_refused() {
    on_every_database(|store| async move {
        store_migration(&store).await;
        store.create_run(new_run("r", LEASE)).await.expect("a run");
        let refused = store.append(&RunId::new("r"), Fence(0), vec![note("")]).await;
        assert!(matches!(refused, Err(JournalError::Fenced)));
    })
    .await;
}
