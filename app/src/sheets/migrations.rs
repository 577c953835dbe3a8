//! The list of migrations: what needs somebody comes first.

use ferry_model::messages::{migration_state, migrations as text, ui};
use ferry_model::{FerryError, MigrationState, MigrationSummary, Permission, RunState};
use leptos::prelude::*;

use super::address::link;
use super::{Asked, ago, post_button, sheet};
use crate::api::sheet::Sheet;
use crate::parts::badge::Badge;
use crate::parts::crumbs::{Crumb, Crumbs};
use crate::parts::empty::Empty;
use crate::parts::route::RouteOf;
use crate::parts::table::TableFrame;

/// How soon a list with something under way is worth reading again.
const REFRESH_MS: u32 = 3_000;

pub(super) async fn draw(asked: &Asked) -> Result<Sheet, FerryError> {
    let all = asked.console.list_migrations(&asked.caller).await?;
    let (archived, used): (Vec<_>, Vec<_>) = all.into_iter().partition(|migration| migration.is_archived);
    if asked.address.get("show") == "archived" {
        return Ok(sheet(text::ARCHIVED, archive(archived)));
    }
    let n_archived = archived.len();
    let is_moving = used.iter().any(|migration| group_of(&migration.state) == Group::Running);
    let view = if used.is_empty() { nothing_yet(asked, n_archived) } else { list(asked, used, n_archived) };
    Ok(Sheet { refresh_ms: if is_moving { REFRESH_MS } else { 0 }, ..sheet(ui::MIGRATIONS, view) })
}

fn nothing_yet(asked: &Asked, n_archived: usize) -> AnyView {
    let actions = asked.may(Permission::EditMigrations).then(|| {
        view! {
            {try_sandboxes(asked, "button button-filled")}
            <a href="/migrations/new?by=form" class="button">
                {text::CONNECT_YOURS}
            </a>
        }
    });
    view! {
        <Crumbs crumbs=vec![Crumb::here(ui::MIGRATIONS)] />
        <h1 class="visually-hidden">{ui::MIGRATIONS}</h1>
        <Empty icon="arrow-left-right" title=ui::NO_MIGRATIONS text=text::NO_MIGRATIONS_REMEDY>
            {actions}
        </Empty>
        {link_to_archive(n_archived)}
    }
    .into_any()
}

fn list(asked: &Asked, mut migrations: Vec<MigrationSummary>, n_archived: usize) -> AnyView {
    let n_in = |group| migrations.iter().filter(|migration| group_of(&migration.state) == group).count();
    let sentence = ui::migrations_sentence(migrations.len(), n_in(Group::Running), n_in(Group::NeedsYou));
    migrations.sort_by_key(|migration| (group_of(&migration.state), -migration.updated_at_ms));
    let groups = Group::ALL.map(|group| {
        let of_group = migrations.iter().filter(|migration| group_of(&migration.state) == group).cloned();
        rows_of(group.title(), of_group.collect())
    });
    let actions = asked.may(Permission::EditMigrations).then(|| {
        view! {
            {try_sandboxes(asked, "button")}
            <a href="/migrations/new" class="button">
                {ui::NEW_MIGRATION}
            </a>
        }
    });
    view! {
        <Crumbs crumbs=vec![Crumb::here(ui::MIGRATIONS)] />
        <div class="page-head">
            <div>
                <h1>{ui::MIGRATIONS}</h1>
                <p class="sentence">{sentence}</p>
            </div>
            <div class="actions">{actions}</div>
        </div>
        {table(ui::MIGRATIONS, groups.collect_view())}
        {link_to_archive(n_archived)}
    }
    .into_any()
}

fn archive(migrations: Vec<MigrationSummary>) -> AnyView {
    let content = if migrations.is_empty() {
        view! { <Empty icon="arrow-left-right" title=text::NOTHING_ARCHIVED text=text::NOTHING_ARCHIVED_REMEDY /> }
            .into_any()
    } else {
        table(text::ARCHIVED, rows_of(text::ARCHIVED, migrations).into_any())
    };
    view! {
        <Crumbs crumbs=vec![Crumb::link(ui::MIGRATIONS, "/migrations"), Crumb::here(text::ARCHIVED)] />
        <div class="page-head">
            <h1>{text::ARCHIVED}</h1>
        </div>
        {content}
    }
    .into_any()
}

fn table(label: &'static str, groups: impl IntoView + 'static) -> AnyView {
    view! {
        <TableFrame label=label>
            <table class="table table-list">
                <thead>
                    <tr>
                        <th scope="col">{ui::MIGRATION}</th>
                        <th scope="col">{ui::ROUTE}</th>
                        <th scope="col">{ui::STATE}</th>
                        <th scope="col">{ui::LAST_ACTIVITY}</th>
                    </tr>
                </thead>
                {groups}
            </table>
        </TableFrame>
    }
    .into_any()
}

fn rows_of(title: &'static str, migrations: Vec<MigrationSummary>) -> impl IntoView {
    let n = migrations.len();
    (n > 0).then(|| {
        view! {
            <tbody>
                <tr class="phase">
                    <th colspan="4" scope="rowgroup">
                        {title} " " <span class="count">{n.to_string()}</span>
                    </th>
                </tr>
                {migrations.into_iter().map(row).collect_view()}
            </tbody>
        }
    })
}

fn row(migration: MigrationSummary) -> impl IntoView {
    let MigrationSummary { id, name, source, target, state, updated_at_ms, .. } = migration;
    let mark = (&state).into();
    let progress = match &state {
        MigrationState::Run { run } if !run.state.is_over() && run.n_steps > 0 => Some(view! {
            <progress
                class="progress"
                max=run.n_steps.to_string()
                value=run.n_done.to_string()
                aria-label=text::progress_of(&name)
            ></progress>
        }),
        _ => None,
    };
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/migrations/{id}") id=format!("migration-{id}")>
                    {name}
                </a>
            </th>
            <td>
                <RouteOf source=source target=target />
            </td>
            <td>
                <Badge mark=Signal::stored(mark) />
                <span class="cell-note">{migration_state(&state)}</span>
                {progress}
            </td>
            <td class="quiet">{ago(updated_at_ms)}</td>
        </tr>
    }
}

fn link_to_archive(n_archived: usize) -> impl IntoView {
    (n_archived > 0).then(|| {
        view! {
            <p class="aside">
                <a href=link("/migrations", &[("show", "archived")])>{text::n_archived(n_archived)}</a>
            </p>
        }
    })
}

fn try_sandboxes(asked: &Asked, class: &'static str) -> impl IntoView {
    asked.console.can_start_sandboxes().then(|| post_button("try_sandboxes", &[], class, text::TRY_SANDBOXES))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    NeedsYou,
    Running,
    Ready,
    Over,
}

impl Group {
    const ALL: [Self; 4] = [Self::NeedsYou, Self::Running, Self::Ready, Self::Over];

    const fn title(self) -> &'static str {
        match self {
            Self::NeedsYou => ui::NEEDS_YOU,
            Self::Running => text::UNDER_WAY,
            Self::Ready => text::READY,
            Self::Over => text::OVER,
        }
    }
}

fn group_of(state: &MigrationState) -> Group {
    match state {
        MigrationState::PlanFailed { .. } => Group::NeedsYou,
        MigrationState::Planning => Group::Running,
        MigrationState::NoPlan | MigrationState::Planned { .. } => Group::Ready,
        MigrationState::Run { run } => match run.state {
            RunState::Failed | RunState::Deferred | RunState::Paused | RunState::AwaitingCutOver => Group::NeedsYou,
            RunState::Done | RunState::Cancelled => Group::Over,
            _ => Group::Running,
        },
    }
}
