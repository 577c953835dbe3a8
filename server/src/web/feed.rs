//! The live feed of one run over a websocket: a snapshot, then numbered events, from wherever the client was.

use std::time::Duration;

use axum::Extension;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ferry_model::{Caller, Event, FeedMessage, FerryError, RunId, SessionId};
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tower_sessions::Session;

use super::caller::MaybeCaller;
use super::router::Web;
use super::session::stored_id;

/// Nothing that a browser sends here is larger; the default buffers would cost 128 KiB a viewer.
const BUFFER_BYTES: usize = 4 * 1024;
/// At most four batches a second.
const BATCH_INTERVAL: Duration = Duration::from_millis(250);
/// A batch is not made larger than this; the rest follows in the next one.
const N_BATCH_EVENTS: usize = 500;
/// How often it is asked whether the session still lives.
const SESSION_CHECK: Duration = Duration::from_secs(5);
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A viewer that takes nothing for so long is gone.
const SEND_PATIENCE: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
pub(super) struct FeedQuery {
    /// The last event that the client has; 0 asks for a snapshot.
    #[serde(default)]
    after: u64,
}

/// `GET /runs/{id}/events?after=N`.
pub(super) async fn run_events(
    State(web): State<Web>,
    Path(run): Path<String>,
    Query(query): Query<FeedQuery>,
    Extension(MaybeCaller(caller)): Extension<MaybeCaller>,
    session: Session,
    upgrade: WebSocketUpgrade,
) -> Response {
    let run = RunId::new(run);
    let (Some(caller), Some(session)) = (caller, session.id()) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    match web.console.run_view(&caller, &run).await {
        Ok(_) => {}
        Err(FerryError::NotFound { .. }) => return StatusCode::NOT_FOUND.into_response(),
        Err(FerryError::Forbidden { .. }) => return StatusCode::FORBIDDEN.into_response(),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
    let viewer = Viewer { web, caller, session: stored_id(&session), run, after: query.after };
    upgrade
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_message_size(BUFFER_BYTES)
        .max_frame_size(BUFFER_BYTES)
        .on_upgrade(move |socket| async move {
            let run = viewer.run.clone();
            match viewer.serve(socket).await {
                Ok(()) => tracing::debug!(run.id = %run, "a viewer left"),
                Err(error) => tracing::debug!(run.id = %run, %error, "a viewer was lost"),
            }
        })
}

struct Viewer {
    web: Web,
    caller: Caller,
    session: SessionId,
    run: RunId,
    after: u64,
}

/// Why a feed ends before its viewer leaves.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("the connection broke: {0}")]
    Socket(axum::Error),
    #[error("the viewer took nothing for {} s", SEND_PATIENCE.as_secs())]
    TooSlow,
    #[error("the record could not be read: {0}")]
    Record(#[from] FerryError),
}

impl Viewer {
    async fn serve(mut self, mut socket: WebSocket) -> Result<(), Lost> {
        let console = self.web.console.clone();
        if self.after == 0 {
            let view = console.run_view(&self.caller, &self.run).await?;
            self.after = view.last_seq;
            let snapshot = FeedMessage::Snapshot { seq: view.last_seq, view: Box::new(view) };
            send(&mut socket, &snapshot).await?;
        }
        let mut follower = console.follow(&self.caller, &self.run, self.after).await?;
        // The follower runs on its own, so that it never stands still in the middle of reading the record while this
        // task waits for the record too. It ends with this task.
        let (found, mut events) = mpsc::channel(N_BATCH_EVENTS);
        let mut reader = JoinSet::new();
        reader.spawn(async move {
            loop {
                let event = follower.next().await;
                let is_last = event.is_err();
                if found.send(event).await.is_err() || is_last {
                    return;
                }
            }
        });
        let mut batch: Vec<Event> = Vec::new();
        let mut batches = every(BATCH_INTERVAL);
        let mut session_checks = every(SESSION_CHECK);
        // The first sign of life tells the viewer that it has caught up.
        let mut last_sent: Option<Instant> = None;
        loop {
            tokio::select! {
                Some(event) = events.recv(), if batch.len() < N_BATCH_EVENTS => batch.push(event?),
                _ = batches.tick() => {
                    if !batch.is_empty() {
                        self.after = batch.last().map_or(self.after, |event| event.seq);
                        send(&mut socket, &FeedMessage::Events { events: std::mem::take(&mut batch) }).await?;
                        last_sent = Some(Instant::now());
                    } else if last_sent.is_none_or(|at| at.elapsed() >= HEARTBEAT) {
                        send(&mut socket, &FeedMessage::Heartbeat { seq: self.after }).await?;
                        last_sent = Some(Instant::now());
                    }
                }
                _ = session_checks.tick() => {
                    if !self.session_lives().await? {
                        send(&mut socket, &FeedMessage::SignedOut).await?;
                        return close(socket).await;
                    }
                }
                // Whatever a viewer sends is not for us; reading answers pings and notices the end.
                message = socket.recv() => match message {
                    Some(Ok(Message::Close(_))) | None => return Ok(()),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(Lost::Socket(error)),
                },
                () = self.web.ends.cancelled() => return close(socket).await,
            }
        }
    }

    async fn session_lives(&self) -> Result<bool, Lost> {
        let user = self.web.store.session_user(&self.session).await.map_err(ferry_console::from_store)?;
        Ok(user.is_some_and(|user| user == self.caller.user))
    }
}

async fn send(socket: &mut WebSocket, message: &FeedMessage) -> Result<(), Lost> {
    let text = ferry_model::compact::to_string(message).map_err(|e| Lost::Socket(axum::Error::new(e)))?;
    let sent = timeout(SEND_PATIENCE, socket.send(Message::Text(Utf8Bytes::from(text)))).await;
    sent.map_err(|_| Lost::TooSlow)?.map_err(Lost::Socket)
}

async fn close(mut socket: WebSocket) -> Result<(), Lost> {
    timeout(SEND_PATIENCE, socket.send(Message::Close(None))).await.map_err(|_| Lost::TooSlow)?.map_err(Lost::Socket)
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
