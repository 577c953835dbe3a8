//! Forms that change something: without WebAssembly the browser sends them, with it the page stays.
//!
//! One type serves every server function, where Leptos's own action forms would be made once for each.

use leptos::ev::SubmitEvent;
use leptos::form::form_data_from_event;
use leptos::prelude::*;
use leptos::server::ServerActionError;
use server_fn::codec::PostUrl;
use server_fn::error::ServerFnUrlError;
use server_fn::{Http, ServerFn};
use web_sys::UrlSearchParams;

use crate::AppError;
use crate::compact::Compact;
use crate::remote::ask;

/// What a form does, and how its latest try went.
#[derive(Clone, Copy)]
pub struct FormAction {
    address: &'static str,
    pending: RwSignal<bool>,
    value: RwSignal<Option<Result<(), AppError>>>,
    version: RwSignal<usize>,
}

impl FormAction {
    /// The form of a server function that answers nothing but where to go. An error of a try without WebAssembly is
    /// its first value.
    pub fn of<Asked>() -> Self
    where
        Asked: ServerFn<Output = (), Error = AppError, Protocol = Http<PostUrl, Compact>>,
    {
        Self::at(Asked::PATH, Asked::url())
    }

    fn at(path: &'static str, address: &'static str) -> Self {
        let error = use_context::<ServerActionError>().filter(|error| error.path() == path);
        let error = error.map(|error| Err(ServerFnUrlError::<AppError>::decode_err(error.err())));
        Self { address, pending: RwSignal::new(false), value: RwSignal::new(error), version: RwSignal::new(0) }
    }

    /// Whether the answer is awaited.
    pub const fn pending(self) -> RwSignal<bool> {
        self.pending
    }

    /// The latest answer.
    pub const fn value(self) -> RwSignal<Option<Result<(), AppError>>> {
        self.value
    }

    /// How often it was answered.
    pub const fn version(self) -> RwSignal<usize> {
        self.version
    }

    fn submit(self, event: &SubmitEvent) {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        let fields = form_data_from_event(event).ok();
        let fields = fields.and_then(|fields| UrlSearchParams::new_with_str_sequence_sequence(&fields).ok());
        let body = fields.map(|fields| String::from(fields.to_string())).unwrap_or_default();
        self.pending.set(true);
        self.value.set(None);
        leptos::task::spawn_local(async move {
            let answer = ask(self.address, body).await.map(|_| ());
            // The form may be gone by now.
            self.pending.try_set(false);
            self.value.try_set(Some(answer));
            self.version.try_update(|version| *version += 1);
        });
    }
}

/// A form that an action sends.
#[component]
pub fn ActionForm(
    /// What it does.
    action: FormAction,
    /// Its fields.
    children: Children,
) -> impl IntoView {
    let on_submit = move |event: SubmitEvent| action.submit(&event);
    view! {
        <form method="post" action=action.address on:submit=on_submit>
            {children()}
        </form>
    }
}
