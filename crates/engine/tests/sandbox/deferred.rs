//! Creations that need an external system which only the source can reach.

use std::sync::Arc;
use std::time::Duration;

use ferry_engine::{Control, Wish};
use ferry_model::{Definition, EventBody, ResourceKind, ResourceName, RunId, RunState, StepState};
use ferry_plan::{Plan, Settings};
use ferry_sandbox::Workload;
use tokio::net::TcpSocket;

use crate::pair::Pair;

const WORKLOAD: &str = "
    CREATE STREAM orders (id int64) SETTINGS flush_threshold_ms = 50;
    CREATE EXTERNAL STREAM outgoing (id int64)
        SETTINGS type = 'kafka', brokers = 'kafka.example.net:9092', topic = 'orders';
    CREATE EXTERNAL TABLE archive
        SETTINGS type = 'clickhouse', address = 'clickhouse.example.net:9000', table = 'orders';
    CREATE MATERIALIZED VIEW sends INTO outgoing AS SELECT id FROM orders;
    INSERT INTO orders (id) VALUES (1), (2), (3);";

/// The plan, whose external systems are at an address of this machine on the target.
async fn plan(pair: &mut Pair, address: &str) -> Arc<Plan> {
    let mut plan = Arc::unwrap_or_clone(pair.plan().await);
    for step in &mut plan.steps {
        if let Some(Definition::Sql(sql)) = &mut step.definition {
            *sql = sql.replace("kafka.example.net:9092", address).replace("clickhouse.example.net:9000", address);
        }
    }
    Arc::new(plan)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_26_what_the_target_cannot_reach_is_deferred_and_follows_when_it_can() {
    // It has a port, and nobody listens there yet.
    let broker = TcpSocket::new_v4().unwrap();
    broker.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = broker.local_addr().unwrap().to_string();
    let settings = Settings { deferred_rounds: 1, use_timeplusd_for_data_migration: true, ..Settings::default() };
    let mut pair = Pair::new(Workload::Sql(WORKLOAD.into()), settings).await;
    pair.deferred = Duration::from_millis(10);
    let plan = plan(&mut pair, &address).await;

    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Deferred, "{run:#?}");
    for step in &run.steps {
        let expected = match step.resource.kind {
            ResourceKind::ExternalStream | ResourceKind::ExternalTable => StepState::Deferred,
            ResourceKind::MaterializedView => StepState::Waiting,
            _ => StepState::Done,
        };
        assert_eq!(step.state, expected, "{step:#?}");
        if let Some(error) = &step.error {
            let text = error.to_string();
            assert!(text.contains(&format!("cannot reach `{address}`")), "{text}");
        }
    }
    let rounds = |body: &EventBody| matches!(body, EventBody::DeferredTriedAgain { .. });
    assert_eq!(pair.journal.bodies(&RunId::new("r-1")).iter().filter(|body| rounds(body)).count(), 1);

    let _listens = broker.listen(64).unwrap();
    let run = pair.wish("r-1", &plan, &Control::default(), Wish::GoOn).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    let orders = ResourceName::in_database(ResourceKind::Stream, "default", "orders");
    assert_eq!(pair.counts(&orders).await, (3, 3));
    assert!(pair.target_names().await.contains(&"default.sends".to_owned()));
}
