//! The list of migrations: what needs somebody comes first.

use ferry_model::messages::{migration_state, ui};
use ferry_model::{MigrationState, MigrationSummary, Permission, RunState};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use crate::api::migrations::list_migrations;
use crate::parts::badge::Badge;
use crate::parts::button::{LinkButton, Weight};
use crate::parts::crumbs::{Crumb, Crumbs};
use crate::parts::empty::Empty;
use crate::parts::frame::Me;
use crate::parts::loaded::Loaded;
use crate::parts::route::RouteOf;
use crate::parts::table::TableFrame;
use crate::parts::time::Ago;

/// Every migration.
#[component]
pub fn MigrationsPage() -> impl IntoView {
    let migrations = Resource::new(|| (), |()| list_migrations());
    let me = expect_context::<Me>();
    let may_create = Resource::new(|| (), move |()| me.may(Permission::EditMigrations));
    view! {
        <Title text=ui::MIGRATIONS />
        <Crumbs crumbs=vec![Crumb::here(ui::MIGRATIONS)] />
        <Loaded
            resource=migrations
            n_lines=6
            content=move |migrations| view! { <List migrations=migrations may_create=may_create /> }.into_any()
        />
    }
}

#[component]
fn List(migrations: Vec<MigrationSummary>, may_create: Resource<bool>) -> impl IntoView {
    let is_empty = migrations.is_empty();
    let create = move |weight| {
        Suspend::new(async move {
            may_create
                .await
                .then(|| view! { <LinkButton href="/migrations/new" weight=weight>{ui::NEW_MIGRATION}</LinkButton> })
        })
    };
    if is_empty {
        return view! {
            <h1 class="visually-hidden">{ui::MIGRATIONS}</h1>
            <Empty icon="arrow-left-right" title=ui::NO_MIGRATIONS text=ui::NO_MIGRATIONS_REMEDY>
                {create(Weight::Filled)}
            </Empty>
        }
        .into_any();
    }
    let n_running = migrations.iter().filter(|migration| rank(&migration.state) == Rank::Running).count();
    let n_failed = migrations.iter().filter(|migration| rank(&migration.state) == Rank::NeedsSomebody).count();
    let sentence = ui::migrations_sentence(migrations.len(), n_running, n_failed);
    let mut sorted = migrations;
    sorted.sort_by_key(|migration| (rank(&migration.state), -migration.updated_at_ms));
    view! {
        <div class="page-head">
            <div>
                <h1>{ui::MIGRATIONS}</h1>
                <p class="sentence">{sentence}</p>
            </div>
            <div class="actions">{create(Weight::Outlined)}</div>
        </div>
        <TableFrame label=ui::MIGRATIONS>
            <table class="table table-list">
                <thead>
                    <tr>
                        <th scope="col">{ui::MIGRATION}</th>
                        <th scope="col">{ui::ROUTE}</th>
                        <th scope="col">{ui::STATE}</th>
                        <th scope="col">{ui::LAST_ACTIVITY}</th>
                    </tr>
                </thead>
                <tbody>{sorted.into_iter().map(row).collect_view()}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

fn row(migration: MigrationSummary) -> impl IntoView {
    let MigrationSummary { id, name, source, target, state, updated_at_ms, .. } = migration;
    let mark = (&state).into();
    let sentence = migration_state(&state);
    view! {
        <tr>
            <th scope="row">
                <A href=format!("/migrations/{id}")>{name}</A>
            </th>
            <td>
                <RouteOf source=source target=target />
            </td>
            <td>
                <Badge mark=Signal::stored(mark) />
                <span class="cell-note">{sentence}</span>
            </td>
            <td class="quiet">
                <Ago at_ms=updated_at_ms />
            </td>
        </tr>
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    NeedsSomebody,
    Running,
    Ready,
    Over,
}

fn rank(state: &MigrationState) -> Rank {
    match state {
        MigrationState::PlanFailed { .. } => Rank::NeedsSomebody,
        MigrationState::Planning => Rank::Running,
        MigrationState::NoPlan | MigrationState::Planned { .. } => Rank::Ready,
        MigrationState::Run { run } => match run.state {
            RunState::Failed => Rank::NeedsSomebody,
            RunState::Done | RunState::Cancelled => Rank::Over,
            _ => Rank::Running,
        },
    }
}
