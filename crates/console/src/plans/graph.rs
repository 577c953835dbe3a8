//! The dependencies of a plan as a drawing.

use std::collections::{BTreeMap, BTreeSet};

use ferry_model::{ResourceName, StepNumber};
use ferry_plan::Plan;
use ferry_plan::layout::{self, Placed};

/// A drawing with more resources than this cannot be read; a part of it is drawn then.
const MOST_NODES: usize = 150;
/// How wide a character of a name is drawn.
const CHARACTER_WIDTH: usize = 8;
/// The longest name that is drawn whole.
const LONGEST_NAME: usize = 36;
/// What a box holds besides the name.
const BOX_PADDING: usize = 20;

/// Resources and what they need, placed on a drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanGraph {
    /// The resources.
    pub nodes: Vec<GraphNode>,
    /// The lines: from, to, and the `d` of its path.
    pub edges: Vec<(usize, usize, String)>,
    /// The drawing's width.
    pub width: u32,
    /// The drawing's height.
    pub height: u32,
    /// How many resources the plan has.
    pub n_resources: usize,
}

/// One resource with all its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphNode {
    /// Which resource.
    pub resource: ResourceName,
    /// What is written in its box.
    pub label: String,
    /// The first of its steps.
    pub step: StepNumber,
    /// How many steps it has.
    pub n_steps: usize,
    /// Whether any of them takes part in a run.
    pub enabled: bool,
    /// Where its box is.
    pub place: Placed,
}

impl PlanGraph {
    /// Draws what a plan creates. Around one step, or where there is too much to be seen at once, only what it needs
    /// and what needs it.
    pub fn of(plan: &Plan, around: Option<StepNumber>) -> Self {
        let mut known: BTreeMap<&ResourceName, usize> = BTreeMap::new();
        let mut nodes: Vec<GraphNode> = Vec::new();
        let mut node_of: BTreeMap<StepNumber, usize> = BTreeMap::new();
        let set_aside = plan.set_aside();
        let steps = || plan.steps.iter().filter(|step| !set_aside.contains(&step.number));
        for step in steps() {
            let node = *known.entry(&step.resource).or_insert_with(|| {
                nodes.push(GraphNode {
                    resource: step.resource.clone(),
                    label: shortened(&step.resource.path()),
                    step: step.number,
                    n_steps: 0,
                    enabled: false,
                    place: Placed::default(),
                });
                nodes.len() - 1
            });
            nodes[node].n_steps += 1;
            nodes[node].enabled |= step.enabled;
            node_of.insert(step.number, node);
        }
        let mut edges: BTreeSet<(usize, usize)> = BTreeSet::new();
        for step in steps() {
            let written = step.chosen_inner_target().and_then(|stream| known.get(stream));
            let needed = step.needs.iter().filter_map(|need| node_of.get(need)).chain(written);
            edges.extend(needed.map(|from| (*from, node_of[&step.number])).filter(|(from, to)| from != to));
        }
        let n_resources = nodes.len();
        let around = around.and_then(|step| node_of.get(&step).copied());
        let wanted = match around {
            Some(node) => related(node, &edges),
            None => (0..nodes.len()).take(MOST_NODES).collect(),
        };
        draw(nodes, &edges, &wanted, n_resources)
    }
}

fn draw(
    nodes: Vec<GraphNode>,
    edges: &BTreeSet<(usize, usize)>,
    wanted: &BTreeSet<usize>,
    n_resources: usize,
) -> PlanGraph {
    let position: BTreeMap<usize, usize> = wanted.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let mut nodes: Vec<GraphNode> =
        nodes.into_iter().enumerate().filter(|(node, _)| wanted.contains(node)).map(|(_, node)| node).collect();
    let edges: Vec<(usize, usize)> =
        edges.iter().filter_map(|(from, to)| Some((*position.get(from)?, *position.get(to)?))).collect();
    let width = |node: &GraphNode| node.label.chars().count() * CHARACTER_WIDTH + BOX_PADDING;
    let widths: Vec<u32> = nodes.iter().map(|node| u32::try_from(width(node)).unwrap_or(u32::MAX)).collect();
    let drawing = layout::lay_out(&layout::Graph { widths: &widths, edges: &edges });
    for (node, place) in nodes.iter_mut().zip(drawing.boxes) {
        node.place = place;
    }
    let edges = edges.into_iter().zip(drawing.paths).map(|((from, to), path)| (from, to, path)).collect();
    PlanGraph { nodes, edges, width: drawing.width, height: drawing.height, n_resources }
}

/// A node, everything that it needs and everything that needs it, as many as can be seen at once, the nearest first.
fn related(node: usize, edges: &BTreeSet<(usize, usize)>) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([node]);
    for backwards in [true, false] {
        let mut open = std::collections::VecDeque::from([node]);
        while let Some(next) = open.pop_front() {
            for (from, to) in edges {
                let other = match backwards {
                    true if *to == next => *from,
                    false if *from == next => *to,
                    _ => continue,
                };
                if found.len() < MOST_NODES && found.insert(other) {
                    open.push_back(other);
                }
            }
        }
    }
    found
}

fn shortened(path: &str) -> String {
    let n_characters = path.chars().count();
    if n_characters <= LONGEST_NAME {
        return path.to_owned();
    }
    let half = (LONGEST_NAME - 1) / 2;
    let head: String = path.chars().take(half).collect();
    let tail: String = path.chars().skip(n_characters - half).collect();
    format!("{head}…{tail}")
}
