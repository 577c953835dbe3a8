//! What needs what: as a drawing, and the same as a table.

use ferry_console::{GraphNode, PlanGraph};
use ferry_model::StepNumber;
use ferry_model::messages::{plan_page as words, ui};
use leptos::prelude::*;

use super::Shown;
use crate::parts::name::NameOf;
use crate::parts::table::TableFrame;

pub(super) fn draw(shown: &Shown<'_>) -> AnyView {
    let Some(plan) = shown.page.reading.plan() else {
        return view! { <p class="quiet">{words::NO_PLAN_TEXT}</p> }.into_any();
    };
    let around = shown.asked.address.get("around").parse().ok().map(StepNumber);
    let graph = PlanGraph::of(plan, around);
    let whole = (graph.nodes.len() < graph.n_resources).then(|| {
        let link =
            around.is_some().then(|| view! { " " <a href=shown.link(&[("view", "graph")])>{words::WHOLE_GRAPH}</a> });
        view! { <p class="quiet">{words::part_of_graph(graph.nodes.len(), graph.n_resources)} {link}</p> }
    });
    view! {
        <div class="stack">
            {whole}
            {drawing(shown, &graph, around)}
            {table(shown, &graph)}
        </div>
    }
    .into_any()
}

fn drawing(shown: &Shown<'_>, graph: &PlanGraph, around: Option<StepNumber>) -> AnyView {
    let (width, height) = (graph.width + 4, graph.height + 4);
    let lines = graph.edges.iter().map(|(_, _, path)| view! { <path d=path.clone()></path> });
    let boxes = graph.nodes.iter().map(|node| {
        let place = node.place;
        let is_here = around == Some(node.step);
        view! {
            <a
                href=shown.link(&[("view", "graph"), ("around", &node.step.to_string())])
                class:is-off=!node.enabled
                aria-current=is_here.then_some("true")
            >
                <title>{node.resource.to_string()}</title>
                <rect x=place.x.to_string() y=place.y.to_string() width=place.width.to_string() height=place.height.to_string() rx="6"></rect>
                <text x=(place.x + 10).to_string() y=(place.y + 21).to_string()>{node.label.clone()}</text>
            </a>
        }
    });
    view! {
        <div class="graph-frame" role="region" aria-label=words::GRAPH_LABEL tabindex="0">
            <svg class="graph" width=width.to_string() height=height.to_string() viewBox=format!("0 0 {width} {height}") role="group" aria-label=words::GRAPH_LABEL>
                <g class="graph-lines" aria-hidden="true">{lines.collect_view()}</g>
                {boxes.collect_view()}
            </svg>
        </div>
    }
    .into_any()
}

/// The same content for those who read tables.
fn table(shown: &Shown<'_>, graph: &PlanGraph) -> AnyView {
    let link = |node: &GraphNode| {
        let (href, name) = (shown.step_link(node.step), node.resource.to_string());
        view! { <li><a href=href>{name}</a></li> }
    };
    let rows = graph.nodes.iter().enumerate().map(|(position, node)| {
        let needs = graph.edges.iter().filter(|(_, to, _)| *to == position).map(|(from, ..)| link(&graph.nodes[*from]));
        let needed =
            graph.edges.iter().filter(|(from, ..)| *from == position).map(|(_, to, _)| link(&graph.nodes[*to]));
        view! {
            <tr>
                <th scope="row">
                    <NameOf resource=node.resource.clone() />
                </th>
                <td class="number" data-label=ui::STEPS>
                    {node.n_steps}
                </td>
                <td data-label=words::NEEDS_THESE>
                    <ul>{needs.collect_view()}</ul>
                </td>
                <td data-label=words::NEEDED_BY_THESE>
                    <ul>{needed.collect_view()}</ul>
                </td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <TableFrame label=words::GRAPH_TABLE>
            <table class="table table-list">
                <thead>
                    <tr>
                        <th scope="col">{ui::RESOURCE}</th>
                        <th scope="col" class="number">{ui::STEPS}</th>
                        <th scope="col">{words::NEEDS_THESE}</th>
                        <th scope="col">{words::NEEDED_BY_THESE}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}
