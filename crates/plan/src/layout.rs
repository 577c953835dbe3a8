//! Where the boxes and lines of a graph are drawn: in layers from left to right, with few crossings.
//!
//! What others use stands left of what uses it. Pure arithmetic on whole pixels: the same graph is always drawn in the
//! same way, on the server and in tests.

mod layers;
mod places;

use layers::Layers;

/// The height of a box in pixels.
pub const BOX_HEIGHT: u32 = 32;

/// A graph to be drawn. Nodes are known by their position in `widths`.
#[derive(Debug, Clone, Copy)]
pub struct Graph<'a> {
    /// How wide each node's box is, in pixels.
    pub widths: &'a [u32],
    /// From the node that is used to the node that uses it. Circles are allowed; ends that are no node are not drawn.
    pub edges: &'a [(usize, usize)],
}

/// A drawing, in pixels from its upper left corner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// One box a node, in their order.
    pub boxes: Vec<Placed>,
    /// One line an edge, in their order, as the `d` of an SVG path; empty for an edge from a node to itself.
    pub paths: Vec<String>,
    /// How wide it is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
}

/// A box of a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Placed {
    /// Its left edge.
    pub x: u32,
    /// Its upper edge.
    pub y: u32,
    /// How wide it is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
}

/// Draws a graph.
pub fn lay_out(graph: &Graph<'_>) -> Drawing {
    let layers = Layers::of(graph);
    let spots = places::place(graph, &layers);
    let boxes: Vec<Placed> = spots[..graph.widths.len()].to_vec();
    let paths = (0..graph.edges.len()).map(|edge| path(layers.chain(edge), &spots)).collect();
    let width = boxes.iter().map(|one| one.x + one.width).max().unwrap_or(0);
    let height = spots.iter().map(|one| one.y + one.height).max().unwrap_or(0);
    Drawing { boxes, paths, width, height }
}

/// A line through all places of a chain: a curve between layers, straight past the boxes of a layer.
fn path(chain: &[usize], spots: &[Placed]) -> String {
    let middle = |spot: &Placed| spot.y + spot.height / 2;
    let mut d = String::new();
    for pair in chain.windows(2) {
        let (from, to) = (&spots[pair[0]], &spots[pair[1]]);
        // A line that runs against the layers (part of a circle) leaves on the left and arrives on the right.
        let (x1, x2) = if from.x <= to.x { (from.x + from.width, to.x) } else { (from.x, to.x + to.width) };
        let (y1, y2) = (middle(from), middle(to));
        let bend = x1.midpoint(x2);
        let start = if d.is_empty() { 'M' } else { 'L' };
        d.push_str(&format!("{start}{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}"));
    }
    d
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(n_nodes: usize, edges: &[(usize, usize)]) -> Drawing {
        lay_out(&Graph { widths: &vec![100; n_nodes], edges })
    }

    #[test]
    fn what_is_used_stands_left_of_what_uses_it() {
        let edges = [(0, 1), (1, 2), (0, 2), (3, 2)];
        let drawing = drawing(4, &edges);
        for ((from, to), path) in edges.iter().zip(&drawing.paths) {
            assert!(drawing.boxes[*from].x + 100 < drawing.boxes[*to].x, "{drawing:?}");
            assert!(path.starts_with('M'), "{path}");
        }
    }

    #[test]
    fn boxes_never_touch() {
        let edges: Vec<(usize, usize)> = (0..60).flat_map(|n| [(n, (n * 7 + 3) % 61), (n, (n * 5 + 1) % 61)]).collect();
        let drawing = drawing(61, &edges);
        for (n, one) in drawing.boxes.iter().enumerate() {
            for other in &drawing.boxes[n + 1..] {
                let apart = one.x + one.width <= other.x
                    || other.x + other.width <= one.x
                    || one.y + one.height <= other.y
                    || other.y + other.height <= one.y;
                assert!(apart, "{one:?} {other:?}");
            }
            assert!(one.x + one.width <= drawing.width && one.y + one.height <= drawing.height);
        }
    }

    #[test]
    fn circles_loops_and_ends_outside_are_drawn_without_harm() {
        let drawing = drawing(3, &[(0, 1), (1, 2), (2, 0), (1, 1), (1, 9), (0, 1)]);
        let drawn: Vec<bool> = drawing.paths.iter().map(|path| !path.is_empty()).collect();
        assert_eq!(drawn, [true, true, true, false, false, true]);
    }

    #[test]
    fn nothing_is_an_empty_drawing() {
        assert_eq!(drawing(0, &[]), Drawing { boxes: vec![], paths: vec![], width: 0, height: 0 });
    }

    #[test]
    fn two_chains_that_need_not_cross_do_not() {
        // 0 → 2 and 1 → 3, given in the crossed order.
        let drawing = drawing(4, &[(0, 3), (1, 2)]);
        let below = |one: usize, other: usize| drawing.boxes[one].y > drawing.boxes[other].y;
        assert_eq!(below(0, 1), below(3, 2), "{drawing:?}");
    }
}
