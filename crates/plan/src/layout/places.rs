//! From layers to pixels.

use super::layers::Layers;
use super::{BOX_HEIGHT, Graph, Placed};

/// Between two layers, for the lines.
const LAYER_GAP: u32 = 56;
/// Between two boxes of a layer.
const BOX_GAP: u32 = 12;
/// Around everything, so that lines and focus rings are not cut off.
const MARGIN: u32 = 4;
/// A turn is as high as a line needs.
const TURN_HEIGHT: u32 = 4;
/// How often boxes are moved towards their neighbours.
const N_PASSES: usize = 4;

/// The place of every node and turn.
pub(super) fn place(graph: &Graph<'_>, layers: &Layers) -> Vec<Placed> {
    let n_nodes = graph.widths.len();
    let mut spots = vec![Placed::default(); layers.left.len()];
    let mut x = MARGIN;
    for members in &layers.members {
        let widest = members.iter().filter_map(|member| graph.widths.get(*member)).copied().max().unwrap_or(0);
        let mut y = MARGIN;
        for member in members {
            let is_node = *member < n_nodes;
            let height = if is_node { BOX_HEIGHT } else { TURN_HEIGHT };
            let width = graph.widths.get(*member).copied().unwrap_or(widest);
            spots[*member] = Placed { x, y, width, height };
            y += height + BOX_GAP;
        }
        x += widest + LAYER_GAP;
    }
    for pass in 0..N_PASSES {
        let rightward = pass % 2 == 0;
        let neighbours = if rightward { &layers.left } else { &layers.right };
        let n_layers = layers.members.len();
        for step in 0..n_layers {
            let layer = if rightward { step } else { n_layers - 1 - step };
            move_towards(&layers.members[layer], neighbours, &mut spots);
        }
    }
    let top = spots.iter().map(|spot| spot.y).min().unwrap_or(0);
    for spot in &mut spots {
        spot.y = spot.y - top + MARGIN;
    }
    spots
}

/// Moves the members of a layer towards the middle of their neighbours without changing their order.
fn move_towards(members: &[usize], neighbours: &[Vec<usize>], spots: &mut [Placed]) {
    let wish = |member: usize, spots: &[Placed]| {
        let others = &neighbours[member];
        let n_others = u32::try_from(others.len()).unwrap_or(u32::MAX);
        let sum: u32 = others.iter().map(|other| spots[*other].y + spots[*other].height / 2).sum();
        sum.checked_div(n_others).map_or(spots[member].y, |middle| middle.saturating_sub(spots[member].height / 2))
    };
    let wishes: Vec<u32> = members.iter().map(|member| wish(*member, spots)).collect();
    let mut free_from = 0;
    for (member, wanted) in members.iter().zip(&wishes) {
        spots[*member].y = (*wanted).max(free_from);
        free_from = spots[*member].y + spots[*member].height + BOX_GAP;
    }
    // What was pushed down on average is taken back, as far as there is room above.
    let pushed: u32 = members.iter().zip(&wishes).map(|(member, wanted)| spots[*member].y - wanted).sum();
    let room = members.first().map_or(0, |first| spots[*first].y);
    let n_members = u32::try_from(members.len()).unwrap_or(u32::MAX);
    let back = pushed.checked_div(n_members).unwrap_or(0).min(room);
    for member in members {
        spots[*member].y -= back;
    }
}
