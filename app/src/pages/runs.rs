//! The runs of a migration, newest first.

use ferry_model::messages::{result as words, run_sentence, ui};
use ferry_model::{RunMode, RunState, RunSummary};
use leptos::prelude::*;

use super::migration::OneMigration;
use super::result::has_result;
use crate::api::runs::ListRuns;
use crate::format;
use crate::parts::badge::Badge;
use crate::parts::empty::Empty;
use crate::parts::loaded::Loaded;
use crate::parts::progress::RowsProgress;
use crate::parts::table::TableFrame;
use crate::parts::time::Ago;
use crate::remote::Remote;

/// Every run.
#[component]
pub fn RunsPage() -> impl IntoView {
    let shared = expect_context::<OneMigration>();
    let runs = Remote::new(move || ListRuns { migration: shared.id.get() });
    let content = |runs: Vec<RunSummary>| {
        if runs.is_empty() {
            view! { <Empty icon="activity" title=ui::NO_RUNS text=ui::NO_RUNS_REMEDY /> }.into_any()
        } else {
            view! {
                <h2 class="visually-hidden">{ui::RUNS}</h2>
                {run_table(runs)}
            }
            .into_any()
        }
    };
    view! { <Loaded resource=runs n_lines=4 content=content /> }
}

/// The table of runs.
pub fn run_table(runs: Vec<RunSummary>) -> impl IntoView {
    view! {
        <TableFrame label=ui::RUNS>
            <table class="table table-list">
                <thead>
                    <tr>
                        <th scope="col">{ui::STARTED}</th>
                        <th scope="col">{ui::STATE}</th>
                        <th scope="col">{ui::PROGRESS}</th>
                        <th scope="col">{ui::STARTED_BY}</th>
                        <th scope="col">{ui::LAST_ACTIVITY}</th>
                    </tr>
                </thead>
                <tbody>{runs.into_iter().map(row).collect_view()}</tbody>
            </table>
        </TableFrame>
    }
}

fn row(run: RunSummary) -> impl IntoView {
    let title = ui::run_title(run.mode, &format::utc(run.created_at_ms));
    let rows = (run.mode == RunMode::Migrate).then(|| {
        let rows = Signal::stored((run.rows_done, run.rows_total));
        view! { <RowsProgress rows=rows label=title.clone() is_open=Signal::stored(run.state != RunState::Done) /> }
    });
    let result = has_result(&run).then(|| {
        let href = format!("/migrations/{}/result?run={}", run.migration, run.id);
        view! { <a href=href class="cell-note">{words::RESULT_LINK}</a> }
    });
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/migrations/{}/runs/{}", run.migration, run.id)>{title.clone()}</a>
                {result}
            </th>
            <td>
                <Badge mark=Signal::stored(run.state.into()) />
                <span class="cell-note">{run_sentence(&run)}</span>
            </td>
            <td>{rows}</td>
            <td data-label=ui::STARTED_BY>{run.started_by}</td>
            <td class="quiet" data-label=ui::LAST_ACTIVITY>
                <Ago at_ms=run.updated_at_ms />
            </td>
        </tr>
    }
}
