//! What a resource reads from and feeds, as a small drawing: two steps in each direction.

use std::collections::BTreeMap;

use ferry_console::Inventory;
use ferry_console::layout::{Drawing, Graph, lay_out};
use ferry_model::MigrationId;
use ferry_model::messages::inventory as text;
use leptos::prelude::*;

use super::link_to;

/// Boxes that can still be read.
const MOST_NODES: usize = 24;
const LONGEST_NAME: usize = 30;
/// The width of a character of the small monospace face, rounded up.
const CHARACTER: u32 = 8;
const PADDING: u32 = 12;

/// A drawing; nothing where the resource has no neighbours.
pub(super) fn draw(id: &MigrationId, inventory: &Inventory, at: usize) -> Option<AnyView> {
    let (nodes, n_left_out) = around(inventory, at);
    if nodes.len() < 2 {
        return None;
    }
    let names: Vec<String> =
        nodes.iter().map(|node| shortened(&inventory.snapshot.resources[*node].name.path())).collect();
    let width = |name: &String| u32::try_from(name.chars().count()).unwrap_or(0) * CHARACTER + 2 * PADDING;
    let widths: Vec<u32> = names.iter().map(width).collect();
    let position: BTreeMap<usize, usize> = nodes.iter().enumerate().map(|(n, node)| (*node, n)).collect();
    let flows = inventory.links.flows.iter();
    let edges: Vec<(usize, usize)> =
        flows.filter_map(|(from, to)| Some((*position.get(from)?, *position.get(to)?))).collect();
    let drawing = lay_out(&Graph { widths: &widths, edges: &edges });
    Some(picture(id, inventory, at, &nodes, &names, &drawing, n_left_out))
}

/// The resource and its neighbours, the nearest first, and how many there was no room for.
fn around(inventory: &Inventory, at: usize) -> (Vec<usize>, usize) {
    let flows = &inventory.links.flows;
    let mut nodes = vec![at];
    let (mut before, mut after) = (vec![at], vec![at]);
    let mut n_left_out = 0;
    for _ in 0..2 {
        let sources: Vec<usize> = flows.iter().filter(|(_, to)| before.contains(to)).map(|(from, _)| *from).collect();
        let targets: Vec<usize> = flows.iter().filter(|(from, _)| after.contains(from)).map(|(_, to)| *to).collect();
        for node in sources.iter().chain(&targets) {
            if nodes.contains(node) {
                continue;
            }
            if nodes.len() < MOST_NODES {
                nodes.push(*node);
            } else {
                n_left_out += 1;
            }
        }
        (before, after) = (sources, targets);
    }
    (nodes, n_left_out)
}

/// The end of a name tells more than its middle.
fn shortened(path: &str) -> String {
    let n = path.chars().count();
    if n <= LONGEST_NAME {
        return path.to_owned();
    }
    let head: String = path.chars().take(LONGEST_NAME / 2 - 1).collect();
    let tail: String = path.chars().skip(n - LONGEST_NAME / 2).collect();
    format!("{head}…{tail}")
}

fn picture(
    id: &MigrationId,
    inventory: &Inventory,
    at: usize,
    nodes: &[usize],
    names: &[String],
    drawing: &Drawing,
    n_left_out: usize,
) -> AnyView {
    let Drawing { boxes, paths, width, height } = drawing;
    let lines = paths.iter().map(|d| view! { <path d=d.clone()></path> });
    let boxes = boxes.iter().zip(nodes).zip(names).map(|((place, node), name)| {
        let resource = &inventory.snapshot.resources[*node].name;
        let class = if *node == at { "graph-node graph-here" } else { "graph-node" };
        let middle = place.y + place.height / 2 + 4;
        view! {
            <a href=link_to(id, inventory, *node) class=class aria-label=resource.to_string()>
                <title>{resource.to_string()}</title>
                <rect
                    x=place.x.to_string()
                    y=place.y.to_string()
                    width=place.width.to_string()
                    height=place.height.to_string()
                    rx="6"
                ></rect>
                <text x=(place.x + PADDING).to_string() y=middle.to_string()>
                    {name.clone()}
                </text>
            </a>
        }
    });
    view! {
        <figure class="graph">
            <div class="graph-frame" tabindex="0" role="region" aria-label=text::GRAPH>
                <svg
                    viewBox=format!("-1 -1 {} {}", width + 2, height + 2)
                    width=(width + 2).to_string()
                    height=(height + 2).to_string()
                    role="group"
                    aria-label=text::GRAPH
                >
                    <g class="graph-lines">{lines.collect_view()}</g>
                    {boxes.collect_view()}
                </svg>
            </div>
            {(n_left_out > 0).then(|| view! { <figcaption class="hint">{text::not_drawn(n_left_out)}</figcaption> })}
        </figure>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(shortened("market.trades"), "market.trades");
        let short = shortened("market.a_very_long_name_of_a_stream_by_minute");
        assert!(short.starts_with("market.a_very") && short.ends_with("by_minute"), "{short}");
    }
}
