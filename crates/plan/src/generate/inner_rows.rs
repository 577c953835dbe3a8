//! A stream of its own for the rows of a materialized view without INTO (copy-safety 15). Its inner stream cannot be
//! written to by name (resources.md 2.4), so rows can only be carried into a stream that the view is then told to write
//! into. The plan holds the steps for that, switched off; [`crate::InnerRows`] decides.

use std::collections::BTreeSet;

use ferry_model::messages::plan as text;
use ferry_model::{CapturedColumn, Definition, Resource, ResourceKind, ResourceName, StepNumber};
use ferry_sql::print::quote_identifier_always;

use super::{Captured, PlanInput, finding};
use crate::facts::DEFAULT_DATABASE;
use crate::plan::INNER_ROWS_RULE;
use crate::plan::check::check_step;
use crate::{InnerRows, Plan, Severity};

/// Columns that a view may put out and a stream may not have (resources.md 2.2).
const RESERVED: [&str; 2] = ["window_start", "window_end"];

/// A stream that could keep the rows of a view.
pub(crate) struct InnerTarget {
    pub stream: ResourceName,
    pub definition: Definition,
}

/// Whether a view keeps its rows itself.
pub(crate) fn keeps_rows_inside(captured: &Captured<'_>) -> bool {
    let is_view = captured.resource.name.kind == ResourceKind::MaterializedView;
    is_view && captured.facts.into.is_none() && captured.facts.error.is_none()
}

/// The stream that could keep a view's rows.
///
/// # Errors
/// Why there can be none, as half a sentence.
pub(crate) fn inner_target(captured: &Captured<'_>, input: &PlanInput<'_>) -> Result<InnerTarget, String> {
    let view = captured.resource;
    if captured.facts.shapes_inner_stream {
        return Err(text::INNER_STREAM_IS_SHAPED.to_owned());
    }
    if let Some(reserved) = view.columns.iter().find(|column| is_reserved(&column.name)) {
        return Err(text::reserved_column(&reserved.name));
    }
    // What else begins so is the server's own, and it makes `_tp_time` by itself (resources.md 2.2).
    let columns: Vec<&CapturedColumn> = view.columns.iter().filter(|column| !column.name.starts_with("_tp_")).collect();
    if columns.is_empty() {
        return Err(text::COLUMNS_ARE_UNKNOWN.to_owned());
    }
    let database = view.name.database.as_deref().unwrap_or(DEFAULT_DATABASE);
    let name = free_name(&view.name, input);
    let column = |column: &&CapturedColumn| format!("  {} {}", quote_identifier_always(&column.name), column.data_type);
    let columns: Vec<String> = columns.iter().map(column).collect();
    let path = format!("{}.{}", quote_identifier_always(database), quote_identifier_always(&name));
    Ok(InnerTarget {
        stream: ResourceName::in_database(ResourceKind::Stream, database, &name),
        definition: Definition::Sql(format!("CREATE STREAM {path}\n(\n{}\n)", columns.join(",\n"))),
    })
}

/// Does with every view's rows what the configuration wants, where the plan can then run; the others stay undecided.
pub(crate) fn decide(plan: &mut Plan, choice: InnerRows) {
    let undecided: Vec<StepNumber> =
        plan.steps.iter().filter(|step| step.is_undecided()).map(|step| step.number).collect();
    for view in undecided.into_iter().filter(|_| choice != InnerRows::Undecided) {
        let is_decided = plan.decide_inner_rows(view, choice).is_some();
        if !is_decided || plan.step(view).is_none_or(|step| !check_step(plan, step).is_empty()) {
            plan.decide_inner_rows(view, InnerRows::Undecided);
        } else if let Some(step) = plan.steps.iter_mut().find(|step| step.number == view) {
            step.findings.retain(|found| found.rule != INNER_ROWS_RULE);
            step.findings.push(finding(INNER_ROWS_RULE, Severity::Note, text::inner_rows_decided(choice.as_str())));
        }
    }
}

/// `_tp_delta` says that rows take others back: a plain stream would keep both.
fn is_reserved(column: &str) -> bool {
    RESERVED.contains(&column) || column == "_tp_delta"
}

/// A name that nothing has, neither on the source nor on the target.
fn free_name(view: &ResourceName, input: &PlanInput<'_>) -> String {
    let resources = |resources: &'_ [Resource]| -> Vec<String> {
        let inside = resources.iter().filter(|one| one.name.database == view.database);
        inside.map(|one| one.name.name.clone()).collect()
    };
    let mut taken: BTreeSet<String> = resources(&input.source.resources).into_iter().collect();
    taken.extend(input.target.iter().flat_map(|target| resources(&target.resources)));
    let mut name = format!("{}_rows", view.name);
    let mut n = 1;
    while taken.contains(&name) {
        n += 1;
        name = format!("{}_rows_{n}", view.name);
    }
    name
}
