//! The frame around every page of somebody who is signed in.

use ferry_model::messages::ui;
use ferry_model::{Caller, Permission};
use leptos::prelude::*;
use leptos_router::components::Outlet;

use super::rail::Rail;
use super::refused::RefusedNotice;
use super::time::Clock;
use super::top_bar::TopBar;
use crate::api::caller::WhoAmI;
use crate::remote::Remote;

/// Who is signed in; provided to every page in the frame.
#[derive(Clone, Copy)]
pub struct Me(pub Remote<Caller>);

impl Me {
    /// Whether the person may do something; also `false` while nobody knows. The console decides again.
    pub async fn may(self, permission: Permission) -> bool {
        self.0.await.is_ok_and(|caller| caller.role.allows(permission))
    }
}

/// Rail, top bar and page.
#[component]
pub fn Frame() -> impl IntoView {
    Clock::provide();
    provide_context(Me(Remote::new(|| WhoAmI {})));
    view! {
        <a class="skip" href="#content">
            {ui::SKIP_TO_CONTENT}
        </a>
        <div class="frame">
            <Rail />
            <TopBar />
            <main id="content" tabindex="-1">
                <RefusedNotice />
                <Outlet />
            </main>
        </div>
    }
}
