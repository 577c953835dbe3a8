//! The live feed, over a real websocket.

use std::time::{Duration, Instant};

use ferry_model::{
    EventBody, FeedMessage, Fence, Journal, LeaseOwner, MigrationId, RunId, RunMode, RunState, Secret, SessionId,
};
use ferry_store::{NewMigration, NewRun};
use futures::StreamExt;

use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::{PATIENCE, Served};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const RUN: &str = "r1";

fn note(text: &str) -> EventBody {
    EventBody::Noted { step: None, text: text.into() }
}

/// A run with one event more than the given notes.
async fn store_run(served: &Served) -> Fence {
    let migration = NewMigration {
        id: MigrationId::new("m"),
        name: "demo".into(),
        source: "a:8463".into(),
        target: Some("b:8463".into()),
        config: Secret::new(""),
        created_by: "anna".into(),
    };
    served.store.save_migration(&migration).await.expect("a migration");
    let created = EventBody::RunCreated {
        migration: MigrationId::new("m"),
        mode: RunMode::Migrate,
        plan_digest: "d".into(),
        target: "b:8463".into(),
        started_by: "anna".into(),
        steps: vec![],
    };
    let lease = Duration::from_secs(600);
    let owner = LeaseOwner::new("the test");
    let run = NewRun { id: RunId::new(RUN), migration: MigrationId::new("m"), revision: None, owner, lease, created };
    served.store.create_run(run).await.expect("a run")
}

async fn connect(served: &Served, cookie: &str, path: &str) -> Result<Socket, Error> {
    let mut request = format!("ws://{}{path}", served.address).into_client_request().expect("an address");
    let headers = request.headers_mut();
    headers.insert("Origin", served.origin().parse().expect("a header"));
    headers.insert("Cookie", cookie.parse().expect("a header"));
    connect_async(request).await.map(|(socket, _)| socket)
}

/// The next message that is no sign of life.
async fn next(socket: &mut Socket) -> FeedMessage {
    loop {
        match next_of_any_kind(socket).await {
            FeedMessage::Heartbeat { .. } => {}
            message => return message,
        }
    }
}

async fn next_of_any_kind(socket: &mut Socket) -> FeedMessage {
    let message = tokio::time::timeout(PATIENCE, socket.next()).await.expect("a message in time");
    let message = message.expect("the feed goes on").expect("no broken connection");
    let Message::Text(text) = message else { panic!("not a text: {message:?}") };
    ferry_model::compact::from_str(&text).expect("a feed message")
}

fn numbers(message: &FeedMessage) -> Vec<u64> {
    match message {
        FeedMessage::Events { events } => events.iter().map(|event| event.seq).collect(),
        other => panic!("no events: {other:?}"),
    }
}

#[tokio::test]
async fn a_feed_begins_with_a_snapshot_and_goes_on_with_events() {
    let served = Served::start().await;
    let cookie = served.sign_in("Anna").await;
    let fence = store_run(&served).await;
    served.store.append(&RunId::new(RUN), fence, vec![note("a")]).await.expect("an event");
    let mut socket = connect(&served, &cookie, "/runs/r1/events").await.expect("a feed");
    let FeedMessage::Snapshot { view, seq } = next(&mut socket).await else { panic!("no snapshot") };
    assert_eq!((seq, view.last_seq, view.state), (2, 2, RunState::Created));
    let started = EventBody::RunStarted { owner: "a".into() };
    served.store.append(&RunId::new(RUN), fence, vec![started, note("b")]).await.expect("two events");
    assert_eq!(numbers(&next(&mut socket).await), [3, 4]);
    served.end().await;
}

#[tokio::test]
async fn a_client_that_comes_back_gets_the_events_after_the_last_it_saw() {
    let served = Served::start().await;
    let cookie = served.sign_in("Anna").await;
    let fence = store_run(&served).await;
    let notes = (0..9).map(|n| note(&n.to_string())).collect();
    served.store.append(&RunId::new(RUN), fence, notes).await.expect("events");
    let mut socket = connect(&served, &cookie, "/runs/r1/events?after=4").await.expect("a feed");
    let mut seen = Vec::new();
    while seen.len() < 6 {
        seen.extend(numbers(&next(&mut socket).await));
    }
    assert_eq!(seen, (5..=10).collect::<Vec<_>>());
    served.end().await;
}

#[tokio::test]
async fn at_most_four_batches_come_in_a_second() {
    let served = Served::start().await;
    let cookie = served.sign_in("Anna").await;
    let fence = store_run(&served).await;
    let mut socket = connect(&served, &cookie, "/runs/r1/events").await.expect("a feed");
    next(&mut socket).await;
    let (store, n_events) = (served.store.clone(), 40);
    let writer = tokio::spawn(async move {
        for n in 0..n_events {
            store.append(&RunId::new(RUN), fence, vec![note(&n.to_string())]).await.expect("an event");
        }
    });
    let began = Instant::now();
    let (mut n_batches, mut n_seen) = (0, 0);
    while n_seen < n_events {
        n_seen += numbers(&next(&mut socket).await).len();
        n_batches += 1;
    }
    writer.await.expect("no panic");
    let most = began.elapsed().as_millis() / 250 + 2;
    assert!(n_batches <= most, "{n_batches} batches in {:?}", began.elapsed());
    served.end().await;
}

#[tokio::test]
async fn a_feed_ends_with_its_session() {
    let served = Served::start().await;
    let cookie = served.sign_in("Anna").await;
    store_run(&served).await;
    let mut socket = connect(&served, &cookie, "/runs/r1/events").await.expect("a feed");
    next(&mut socket).await;
    served.form("/api/sign_out", "").header("Cookie", &cookie).send().await;
    assert_eq!(next(&mut socket).await, FeedMessage::SignedOut);
    served.end().await;
}

#[tokio::test]
async fn an_unknown_run_has_no_feed() {
    let served = Served::start().await;
    let cookie = served.sign_in("Anna").await;
    let refused = connect(&served, &cookie, "/runs/nothing/events").await;
    assert!(matches!(refused, Err(Error::Http(answer)) if answer.status() == 404));
    let forged = SessionId::new("AAAAAAAAAAAAAAAAAAAAAA");
    let refused = connect(&served, &format!("__Host-ferry={forged}"), "/runs/nothing/events").await;
    assert!(matches!(refused, Err(Error::Http(answer)) if answer.status() == 401));
    served.end().await;
}

#[tokio::test]
async fn a_large_message_from_a_browser_ends_its_feed() {
    let served = Served::start().await;
    let cookie = served.sign_in("Anna").await;
    store_run(&served).await;
    let mut socket = connect(&served, &cookie, "/runs/r1/events").await.expect("a feed");
    next(&mut socket).await;
    let sent = futures::SinkExt::send(&mut socket, Message::Text("x".repeat(64 * 1024).into())).await;
    drop(sent);
    let ended = tokio::time::timeout(PATIENCE, async {
        while let Some(Ok(message)) = socket.next().await {
            if matches!(message, Message::Close(_)) {
                break;
            }
        }
    });
    ended.await.expect("the feed ends");
    served.end().await;
}

#[tokio::test]
async fn a_feed_tells_where_it_stands_once_it_has_caught_up() {
    let served = Served::start().await;
    let cookie = served.sign_in("Anna").await;
    let fence = store_run(&served).await;
    served.store.append(&RunId::new(RUN), fence, vec![note("a"), note("b")]).await.expect("events");
    let mut socket = connect(&served, &cookie, "/runs/r1/events?after=3").await.expect("a feed");
    assert_eq!(next_of_any_kind(&mut socket).await, FeedMessage::Heartbeat { seq: 3 });
    served.end().await;
}
