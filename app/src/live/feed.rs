//! The websocket of a run: it reconnects for ever, asks for the events after the last one it has, and paints at
//! most four times a second.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use ferry_model::{Event, FeedMessage, RunId};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{MessageEvent, WebSocket};

use super::backoff::wait_ms;
use super::{Link, RunStore};
use crate::parts::time::now_ms;

/// The shortest time between two paints.
const PAINT_MS: i64 = 250;
/// A connection that was silent for so long is taken for dead; the server says something every few seconds.
const SILENCE_MS: i64 = 45_000;

/// Keeps a store up to date until the page is left. The signals say how well that goes and since when.
pub fn follow(run: &RunId, store: RunStore, link: RwSignal<Link>, since_ms: RwSignal<i64>) {
    let feed = Rc::new(Feed {
        path: format!("/runs/{run}/events"),
        store,
        link,
        since_ms,
        socket: RefCell::new(None),
        inbox: RefCell::new(Vec::new()),
        is_left: Cell::new(false),
        is_paint_due: Cell::new(false),
        n_failed: Cell::new(0),
        painted_at_ms: Cell::new(0),
        heard_at_ms: Cell::new(0),
    });
    connect(&feed);
    let watched = Rc::clone(&feed);
    let watch = set_interval_with_handle(move || lose_if_silent(&watched), Duration::from_secs(5)).ok();
    let kept = StoredValue::new_local(feed);
    on_cleanup(move || {
        kept.with_value(|feed| feed.leave());
        if let Some(watch) = watch {
            watch.clear();
        }
    });
}

struct Feed {
    path: String,
    store: RunStore,
    link: RwSignal<Link>,
    since_ms: RwSignal<i64>,
    socket: RefCell<Option<Socket>>,
    inbox: RefCell<Vec<Event>>,
    is_left: Cell<bool>,
    is_paint_due: Cell<bool>,
    n_failed: Cell<u32>,
    painted_at_ms: Cell<i64>,
    heard_at_ms: Cell<i64>,
}

/// A connection with its listeners, which must live as long as it does.
struct Socket {
    socket: WebSocket,
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut()>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // Closing a socket without a code cannot fail.
        self.socket.close().ok();
    }
}

fn connect(feed: &Rc<Feed>) {
    if feed.is_left.get() {
        return;
    }
    let Ok(socket) = WebSocket::new(&feed.address()) else {
        lose(feed);
        return;
    };
    feed.heard_at_ms.set(now_ms());
    let opened = Rc::clone(feed);
    let on_open = Closure::<dyn FnMut()>::new(move || opened.show(Link::CatchingUp));
    let hearing = Rc::clone(feed);
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        if let Some(text) = message.data().as_string() {
            hear(&hearing, &text);
        }
    });
    let closed = Rc::clone(feed);
    let on_close = Closure::<dyn FnMut()>::new(move || lose(&closed));
    socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
    let socket = Socket { socket, _on_open: on_open, _on_message: on_message, _on_close: on_close };
    *feed.socket.borrow_mut() = Some(socket);
}

fn hear(feed: &Rc<Feed>, text: &str) {
    feed.heard_at_ms.set(now_ms());
    feed.n_failed.set(0);
    let Ok(message) = ferry_model::compact::from_str::<FeedMessage>(text) else {
        leptos::logging::error!("the console sent something that this page does not understand; reload the page");
        return;
    };
    match message {
        FeedMessage::Snapshot { view, .. } => {
            feed.inbox.borrow_mut().clear();
            feed.store.replace(*view);
            feed.show(Link::Live);
        }
        FeedMessage::Events { events } => {
            feed.inbox.borrow_mut().extend(events);
            paint_soon(feed);
        }
        FeedMessage::Heartbeat { .. } if feed.inbox.borrow().is_empty() => feed.show(Link::Live),
        FeedMessage::Heartbeat { .. } => {}
        FeedMessage::SignedOut => {
            feed.leave();
            feed.show(Link::SignedOut);
        }
    }
}

fn paint_soon(feed: &Rc<Feed>) {
    if feed.is_paint_due.replace(true) {
        return;
    }
    let passed_ms = now_ms() - feed.painted_at_ms.get();
    let wait = Duration::from_millis((PAINT_MS - passed_ms).clamp(0, PAINT_MS).unsigned_abs());
    let painting = Rc::clone(feed);
    set_timeout(move || paint(&painting), wait);
}

fn paint(feed: &Rc<Feed>) {
    feed.is_paint_due.set(false);
    if feed.is_left.get() {
        return;
    }
    feed.painted_at_ms.set(now_ms());
    let events = feed.inbox.take();
    if feed.store.apply(&events) {
        feed.show(Link::Live);
    } else {
        // Something is missing: ask for everything after the last event that is known.
        lose(feed);
    }
}

/// Gives a connection up and tries again later.
fn lose(feed: &Rc<Feed>) {
    if feed.is_left.get() {
        return;
    }
    // wasm-bindgen frees a listener that is dropped while it runs only when it has returned.
    feed.socket.take();
    feed.inbox.borrow_mut().clear();
    feed.show(Link::Disconnected);
    let n_failed = feed.n_failed.get();
    feed.n_failed.set(n_failed.saturating_add(1));
    let wait = Duration::from_millis(wait_ms(n_failed, js_sys::Math::random()).into());
    let again = Rc::clone(feed);
    set_timeout(move || connect(&again), wait);
}

/// A connection that died without a word is never closed by the browser.
fn lose_if_silent(feed: &Rc<Feed>) {
    let silent_ms = now_ms() - feed.heard_at_ms.get();
    if silent_ms > SILENCE_MS && feed.socket.borrow().is_some() {
        lose(feed);
    }
}

impl Feed {
    fn address(&self) -> String {
        let location = window().location();
        let is_secure = location.protocol().is_ok_and(|protocol| protocol == "https:");
        let scheme = if is_secure { "wss" } else { "ws" };
        let host = location.host().unwrap_or_default();
        format!("{scheme}://{host}{}?after={}", self.path, self.store.last_seq())
    }

    fn show(&self, link: Link) {
        if self.link.get_untracked() != link {
            self.since_ms.set(now_ms());
            self.link.set(link);
        }
    }

    /// Ends the feed.
    fn leave(&self) {
        self.is_left.set(true);
        self.socket.take();
    }
}
