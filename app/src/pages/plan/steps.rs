//! Every step of a plan, grouped by phase.

use ferry_model::messages::{step_action, ui};
use ferry_model::{StepAction, StepSummary};
use leptos::prelude::*;

use crate::format;
use crate::parts::name::NameOf;
use crate::parts::table::TableFrame;

/// The table of steps.
#[component]
pub fn PlanSteps(
    /// The steps in order.
    steps: Vec<StepSummary>,
) -> impl IntoView {
    let groups = by_phase(steps).into_iter().map(|(phase, steps)| {
        let n_steps = steps.len();
        view! {
            <tbody>
                <tr class="phase">
                    <th colspan="5" scope="rowgroup">
                        {phase} <span class="count">{n_steps}</span>
                    </th>
                </tr>
                {steps.into_iter().map(row).collect_view()}
            </tbody>
        }
    });
    view! {
        <TableFrame label=ui::STEPS>
            <table class="table table-steps">
                <thead>
                    <tr>
                        <th scope="col" class="number">{ui::STEP}</th>
                        <th scope="col">{ui::RESOURCE}</th>
                        <th scope="col">{ui::ACTION}</th>
                        <th scope="col" class="number">{ui::ROWS}</th>
                        <th scope="col">{ui::AFTER}</th>
                    </tr>
                </thead>
                {groups.collect_view()}
            </table>
        </TableFrame>
    }
}

fn row(step: StepSummary) -> impl IntoView {
    let StepSummary { number, action, resource, rows_total, after } = step;
    let rows = if action == StepAction::Copy { format::count(rows_total) } else { String::new() };
    let after: Vec<String> = after.iter().map(ToString::to_string).collect();
    view! {
        <tr id=format!("step-{number}")>
            <td class="number quiet">{number.to_string()}</td>
            <td>
                <NameOf resource=resource />
            </td>
            <td>{step_action(action)}</td>
            <td class="number">{rows}</td>
            <td class="quiet after">{after.join(", ")}</td>
        </tr>
    }
}

/// The steps of each phase, phases in the order in which they begin.
fn by_phase(steps: Vec<StepSummary>) -> Vec<(&'static str, Vec<StepSummary>)> {
    let mut groups: Vec<(&'static str, Vec<StepSummary>)> = Vec::new();
    for step in steps {
        let phase = ui::phase(step.action, step.resource.kind);
        match groups.iter_mut().find(|(known, _)| *known == phase) {
            Some((_, group)) => group.push(step),
            None => groups.push((phase, vec![step])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferry_model::{Count, ResourceKind, ResourceName, StepNumber};

    #[test]
    fn steps_that_alternate_are_shown_phase_by_phase() {
        let step = |number, action| StepSummary {
            number: StepNumber(number),
            action,
            resource: ResourceName::in_database(ResourceKind::Stream, "market", "trades"),
            rows_total: Count::UNKNOWN,
            after: vec![],
        };
        let actions = [StepAction::Copy, StepAction::Compare, StepAction::Copy, StepAction::Compare];
        let steps = (1..).zip(actions).map(|(number, action)| step(number, action)).collect();
        let groups = by_phase(steps);
        let numbers: Vec<Vec<u32>> =
            groups.iter().map(|(_, steps)| steps.iter().map(|step| step.number.0).collect()).collect();
        assert_eq!(numbers, [vec![1, 3], vec![2, 4]]);
    }
}
