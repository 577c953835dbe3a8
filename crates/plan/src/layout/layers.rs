//! Which layer each node is in, and in which order the nodes of a layer stand.

use std::collections::BTreeMap;

use super::Graph;

/// How often the order is improved from left to right and back.
const N_SWEEPS: usize = 6;

/// Lines over several layers are led past the boxes in between as long as this many turns are enough.
const MOST_TURNS: usize = 4_000;

/// The nodes by layer. Numbers from the number of nodes on are turns: places where a long line passes a layer.
pub(super) struct Layers {
    /// The members of each layer from top to bottom.
    pub members: Vec<Vec<usize>>,
    /// The places that each edge leads through, its ends included; empty for an edge that is not drawn.
    chains: Vec<Vec<usize>>,
    /// The neighbours of each member in the layers beside it, on the left and on the right.
    pub left: Vec<Vec<usize>>,
    pub right: Vec<Vec<usize>>,
}

impl Layers {
    pub fn of(graph: &Graph<'_>) -> Self {
        let n_nodes = graph.widths.len();
        let is_drawn = |&(from, to): &(usize, usize)| from != to && from < n_nodes && to < n_nodes;
        let forward = without_circles(n_nodes, graph.edges.iter().copied().filter(|edge| is_drawn(edge)));
        let layer_of = longest_paths(n_nodes, &forward);
        let n_layers = layer_of.iter().max().map_or(0, |last| last + 1);
        let mut members = vec![Vec::new(); n_layers];
        for (node, layer) in layer_of.iter().enumerate() {
            members[*layer].push(node);
        }
        let span = |&(from, to): &(usize, usize)| layer_of[from].abs_diff(layer_of[to]);
        let n_turns: usize =
            graph.edges.iter().filter(|edge| is_drawn(edge)).map(|edge| span(edge).saturating_sub(1)).sum();
        let mut all =
            Self { members, chains: Vec::new(), left: vec![Vec::new(); n_nodes], right: vec![Vec::new(); n_nodes] };
        let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for edge in graph.edges {
            let chain = match *edge {
                _ if !is_drawn(edge) => Vec::new(),
                (from, to) if n_turns > MOST_TURNS => vec![from, to],
                (from, to) => all.lead(from, to, &layer_of, &mut shared),
            };
            all.chains.push(chain);
        }
        all.connect();
        for sweep in 0..N_SWEEPS {
            all.sort(sweep % 2 == 0);
        }
        all
    }

    /// The places that an edge leads through.
    pub fn chain(&self, edge: usize) -> &[usize] {
        &self.chains[edge]
    }

    /// Leads a line through the layers between its ends; lines from one node share their turns.
    fn lead(
        &mut self,
        from: usize,
        to: usize,
        layer_of: &[usize],
        shared: &mut BTreeMap<(usize, usize), usize>,
    ) -> Vec<usize> {
        let (first, last) = (layer_of[from], layer_of[to]);
        let between: Vec<usize> =
            if first < last { (first + 1..last).collect() } else { (last + 1..first).rev().collect() };
        let mut chain = vec![from];
        for layer in between {
            let turn = *shared.entry((from, layer)).or_insert_with(|| {
                let turn = self.left.len();
                self.left.push(Vec::new());
                self.right.push(Vec::new());
                self.members[layer].push(turn);
                turn
            });
            chain.push(turn);
        }
        chain.push(to);
        chain
    }

    fn connect(&mut self) {
        let mut layer_of = vec![0; self.left.len()];
        for (layer, members) in self.members.iter().enumerate() {
            for member in members {
                layer_of[*member] = layer;
            }
        }
        for pair in self.chains.iter().flat_map(|chain| chain.windows(2)) {
            let (mut left, mut right) = (pair[0], pair[1]);
            if layer_of[left] > layer_of[right] {
                std::mem::swap(&mut left, &mut right);
            }
            self.right[left].push(right);
            self.left[right].push(left);
        }
    }

    /// Puts every member where its neighbours on one side are on average.
    fn sort(&mut self, rightward: bool) {
        let mut rank = vec![0usize; self.left.len()];
        for members in &self.members {
            for (position, member) in members.iter().enumerate() {
                rank[*member] = position;
            }
        }
        let n_layers = self.members.len();
        let order: Vec<usize> = if rightward { (0..n_layers).collect() } else { (0..n_layers).rev().collect() };
        for layer in order {
            let neighbours = if rightward { &self.left } else { &self.right };
            let mut members = std::mem::take(&mut self.members[layer]);
            // In 1024ths, so that whole numbers are exact enough; the sort is stable.
            members.sort_by_key(|member| match neighbours[*member].len() {
                0 => rank[*member] * 1024,
                n => neighbours[*member].iter().map(|other| rank[*other]).sum::<usize>() * 1024 / n,
            });
            for (position, member) in members.iter().enumerate() {
                rank[*member] = position;
            }
            self.members[layer] = members;
        }
    }
}

/// The edges with those turned round that would close a circle.
fn without_circles(n_nodes: usize, edges: impl Iterator<Item = (usize, usize)>) -> Vec<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Open,
        Done,
    }
    let mut next = vec![Vec::new(); n_nodes];
    for (from, to) in edges {
        next[from].push(to);
    }
    let mut seen = vec![Seen::No; n_nodes];
    let mut forward = Vec::new();
    for start in 0..n_nodes {
        if seen[start] != Seen::No {
            continue;
        }
        seen[start] = Seen::Open;
        let mut path = vec![(start, 0)];
        while let Some((node, position)) = path.last_mut() {
            let node = *node;
            let Some(to) = next[node].get(*position).copied() else {
                seen[node] = Seen::Done;
                path.pop();
                continue;
            };
            *position += 1;
            forward.push(if seen[to] == Seen::Open { (to, node) } else { (node, to) });
            if seen[to] == Seen::No {
                seen[to] = Seen::Open;
                path.push((to, 0));
            }
        }
    }
    forward
}

/// The layer of each node: one more than the highest of what it uses.
fn longest_paths(n_nodes: usize, forward: &[(usize, usize)]) -> Vec<usize> {
    let mut next = vec![Vec::new(); n_nodes];
    let mut n_before = vec![0usize; n_nodes];
    for (from, to) in forward {
        next[*from].push(*to);
        n_before[*to] += 1;
    }
    let mut layer = vec![0; n_nodes];
    let mut ready: Vec<usize> = (0..n_nodes).filter(|node| n_before[*node] == 0).collect();
    while let Some(node) = ready.pop() {
        for to in &next[node] {
            layer[*to] = layer[*to].max(layer[node] + 1);
            n_before[*to] -= 1;
            if n_before[*to] == 0 {
                ready.push(*to);
            }
        }
    }
    layer
}
