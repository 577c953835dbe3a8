//! Every address and its page.

use ferry_model::messages::ui;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::path;

// Every component in every state; only builds for work have it. The tree of routes is the same in all builds: a route
// that is left out as `()` would match every path.
#[cfg(debug_assertions)]
use crate::pages::DesignPage;
#[cfg(not(debug_assertions))]
use crate::pages::NotFound as DesignPage;
use crate::pages::{
    CleanPage, ConnectPage, InventoryPage, MigrationPage, MigrationsPage, NewMigrationPage, NotFoundPage, PlanPage,
    ResultPage, RunRoomPage, RunsPage, SignInPage, WelcomePage,
};
use crate::parts::frame::Frame;

/// The console's screens.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let with_product = |title: String| {
        if title.is_empty() { ui::PRODUCT.to_owned() } else { format!("{title} · {}", ui::PRODUCT) }
    };
    view! {
        <Title formatter=with_product />
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/sign-in") view=SignInPage />
                <Route path=path!("/welcome/:link") view=WelcomePage />
                <ParentRoute path=path!("/") view=Frame>
                    <Route path=path!("") view=|| view! { <Redirect path="/migrations" /> } />
                    <Route path=path!("design") view=DesignPage />
                    <Route path=path!("migrations") view=MigrationsPage />
                    <Route path=path!("migrations/new") view=NewMigrationPage />
                    <ParentRoute path=path!("migrations/:migration") view=MigrationPage>
                        <Route path=path!("") view=PlanPage />
                        <Route path=path!("runs") view=RunsPage />
                        <Route path=path!("runs/:run") view=RunRoomPage />
                        <Route path=path!("result") view=ResultPage />
                        <Route path=path!("clean") view=CleanPage />
                        <Route path=path!("connect/*rest") view=ConnectPage />
                        <Route path=path!("inventory/*rest") view=InventoryPage />
                    </ParentRoute>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
