//! The plan: what will be done, in one sentence, then what endangers it, then every step; as a table, as text, as a
//! graph, and what changed from one revision to the next.

mod compare;
mod definition;
mod diff;
mod editor;
mod findings;
mod graph;
mod head;
mod revisions;
mod row;
mod step;
mod table;
mod text;

use ferry_console::PlanPage;
use ferry_model::messages::{plan_page as words, ui};
use ferry_model::{FerryError, MigrationId};
use leptos::prelude::*;

use super::address::link;
use super::{Asked, sheet};
use crate::api::sheet::Sheet;
use crate::parts::empty::Empty;

/// One plan and how its pages are addressed.
struct Shown<'a> {
    asked: &'a Asked,
    id: &'a MigrationId,
    page: PlanPage,
    /// The revision that the address names; the draft or the newest one otherwise.
    revision: &'a str,
}

impl Shown<'_> {
    /// The address of another part of the same plan.
    fn link(&self, query: &[(&str, &str)]) -> String {
        let revision = [("revision", self.revision)];
        let query: Vec<(&str, &str)> = query.iter().copied().chain(revision).collect();
        link(&base(self.id), &query)
    }

    fn step_link(&self, step: ferry_model::StepNumber) -> String {
        self.link(&[("step", &step.to_string())])
    }
}

/// Where a migration's plan is.
fn base(id: &MigrationId) -> String {
    format!("/migrations/{id}")
}

pub(super) async fn draw(asked: &Asked, id: &MigrationId) -> Result<Sheet, FerryError> {
    let revision = asked.address.get("revision");
    let number = match revision {
        "" => None,
        text => Some(text.parse::<u32>().map_err(|_| no_revision(text))?),
    };
    let Some(page) = asked.console.plan_page(&asked.caller, id, number).await? else {
        let empty = view! { <Empty icon="list-checks" title=ui::NO_PLAN text=ui::NO_PLAN_REMEDY /> };
        return Ok(sheet("", empty));
    };
    let shown = Shown { asked, id, page, revision };
    let content = match (asked.address.get("part"), asked.address.get("view"), asked.address.get("step")) {
        ("head", ..) => head::draw(&shown),
        (_, "yaml", _) => text::draw(&shown),
        (_, "graph", _) => graph::draw(&shown),
        (_, "revisions", _) => revisions::draw(&shown).await?,
        (_, "diff", _) => diff::draw(&shown).await?,
        (_, _, "") => table::draw(&shown),
        (_, _, step) => step::draw(&shown, step)?,
    };
    Ok(sheet("", content))
}

fn no_revision(text: &str) -> FerryError {
    FerryError::NotFound { what: words::REVISION.to_lowercase(), id: text.into() }
}

/// A form that changes the caller's draft and comes back to where it was sent from; only its content for those who may
/// not edit.
fn edit_form(shown: &Shown<'_>, action: &str, fields: &[(&'static str, String)], inner: AnyView) -> AnyView {
    if !shown.page.may_edit {
        return view! { <div class="plan-form">{inner}</div> }.into_any();
    }
    let fields = fields.iter().map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone() /> });
    view! {
        <form method="post" action=format!("/api/{action}") class="plan-form">
            <input type="hidden" name="id" value=shown.id.to_string() />
            {fields.collect_view()}
            {inner}
        </form>
    }
    .into_any()
}

fn submit(label: &str) -> AnyView {
    view! {
        <button type="submit" class="button">
            {label.to_owned()}
        </button>
    }
    .into_any()
}
