//! Which nodes lie on a circle together.

use super::Edge;

/// For each node the number of its component: two nodes have the same where each needs the other,
/// directly or not. Tarjan's algorithm without recursion: time grows with nodes and edges.
pub(super) fn components(count: usize, edges: &[Edge]) -> Vec<usize> {
    let mut walk = Walk::new(count, edges);
    for root in 0..count {
        if walk.index[root] == UNSEEN {
            walk.from(root);
        }
    }
    walk.component
}

const UNSEEN: usize = usize::MAX;

struct Walk {
    /// What each node needs.
    needs: Vec<Vec<usize>>,
    /// When each node was first seen.
    index: Vec<usize>,
    /// The earliest node on the stack that each reaches.
    low: Vec<usize>,
    component: Vec<usize>,
    stack: Vec<usize>,
    seen: usize,
    components: usize,
}

impl Walk {
    fn new(count: usize, edges: &[Edge]) -> Self {
        let mut needs = vec![Vec::new(); count];
        for edge in edges {
            needs[edge.from].push(edge.to);
        }
        Self {
            needs,
            index: vec![UNSEEN; count],
            low: vec![0; count],
            component: vec![UNSEEN; count],
            stack: Vec::new(),
            seen: 0,
            components: 0,
        }
    }

    fn from(&mut self, root: usize) {
        let mut path = vec![(root, 0)];
        self.enter(root);
        while let Some((node, next)) = path.pop() {
            match self.needs[node].get(next).copied() {
                Some(needed) => {
                    path.push((node, next + 1));
                    if self.index[needed] == UNSEEN {
                        self.enter(needed);
                        path.push((needed, 0));
                    } else if self.component[needed] == UNSEEN {
                        self.low[node] = self.low[node].min(self.index[needed]);
                    }
                }
                None => {
                    if let Some((parent, _)) = path.last() {
                        self.low[*parent] = self.low[*parent].min(self.low[node]);
                    }
                    if self.low[node] == self.index[node] {
                        self.close(node);
                    }
                }
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.index[node] = self.seen;
        self.low[node] = self.seen;
        self.seen += 1;
        self.stack.push(node);
    }

    /// Everything on the stack down to `node` is one component.
    fn close(&mut self, node: usize) {
        while let Some(member) = self.stack.pop() {
            self.component[member] = self.components;
            if member == node {
                break;
            }
        }
        self.components += 1;
    }
}
