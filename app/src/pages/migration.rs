//! One migration: its header and stages, around the page of one stage.

mod header;
mod next;

use ferry_model::messages::ui;
use ferry_model::{MigrationId, MigrationState, MigrationSummary, RunSummary};
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_params_map;

use self::header::Header;
use crate::api::migrations::{GetMigration, MakePlan};
use crate::parts::crumbs::{Crumb, Crumbs};
use crate::parts::form::FormAction;
use crate::parts::loaded::Loaded;
use crate::parts::stages::{Stage, Stages};
use crate::remote::Remote;

/// What the header and every stage of one migration share.
#[derive(Clone, Copy)]
pub struct OneMigration {
    /// Which migration.
    pub id: Signal<MigrationId>,
    /// The migration as lists show it.
    pub summary: Remote<MigrationSummary>,
    /// Captures the source and makes a plan.
    pub make_plan: FormAction,
    /// The run that a stage shows right now, fresher than the summary.
    pub watched: RwSignal<Option<RunSummary>>,
}

/// Header, stages, and the stage that was chosen.
#[component]
pub fn MigrationPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| MigrationId::new(params.read().get("migration").unwrap_or_default()));
    let make_plan = FormAction::of::<MakePlan>();
    let version = make_plan.version();
    let summary = Remote::after(move || version.get(), move || GetMigration { id: id.get() });
    let shared = OneMigration { id: id.into(), summary, make_plan, watched: RwSignal::new(None) };
    provide_context(shared);
    let content = move |migration: MigrationSummary| {
        let crumbs = vec![Crumb::link(ui::MIGRATIONS, "/migrations"), Crumb::here(migration.name.clone())];
        let stages = stages(&migration);
        view! {
            <Crumbs crumbs=crumbs />
            <Header migration=migration />
            <Stages stages=stages />
        }
        .into_any()
    };
    view! {
        <Loaded resource=summary n_lines=3 content=content />
        <Outlet />
    }
}

/// Whether a path is of a stage of any migration: `/migrations/ID/connect/change` is of `connect`.
pub fn is_stage(path: &str, stage: &str) -> bool {
    path.split('/').nth(3) == Some(stage)
}

/// The stages that this version has are links; the others say so.
fn stages(migration: &MigrationSummary) -> Vec<Stage> {
    let plan = format!("/migrations/{}", migration.id);
    let runs = match migration.state {
        MigrationState::NoPlan | MigrationState::Planning | MigrationState::PlanFailed { .. } => Err(ui::STAGE_NO_RUN),
        MigrationState::Planned { .. } | MigrationState::Run { .. } => Ok(format!("{plan}/runs")),
    };
    let target_of = |label: &str| match label {
        "Inventory" => Ok(format!("{plan}/inventory")),
        "Connect" => Ok(format!("{plan}/connect")),
        "Plan" => Ok(plan.clone()),
        "Run" => runs.clone(),
        "Result" => runs.clone().map(|_| format!("{plan}/result")),
        _ => Err(ui::STAGE_NOT_BUILT),
    };
    ui::STAGES.map(|label| Stage { label, target: target_of(label), exact: label == "Plan" }).to_vec()
}
