//! The order of creation: real dependencies first, rank as tie-break (resources.md 2.7).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use ferry_model::ResourceKind;

use super::{Captured, Index};

/// The order and what stood in its way.
pub(crate) struct CreationOrder {
    /// Positions of the captured resources, in the order of creation.
    pub positions: Vec<usize>,
    /// Names of resources that refer to each other in a circle; they come last, in the order of their rank.
    pub circle: Vec<String>,
}

pub(crate) fn creation_order(captured: &[Captured<'_>], index: &Index) -> CreationOrder {
    let mut waits_for: Vec<BTreeSet<usize>> = Vec::with_capacity(captured.len());
    let mut waited_for_by: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, one) in captured.iter().enumerate() {
        let needs: BTreeSet<usize> = index.needed_by(at, one).collect();
        for &need in &needs {
            waited_for_by.entry(need).or_default().push(at);
        }
        waits_for.push(needs);
    }
    let key = |at: usize| (captured[at].resource.name.kind.creation_rank(), captured[at].resource.name.clone(), at);
    let mut ready: BinaryHeap<Reverse<_>> =
        (0..captured.len()).filter(|&at| waits_for[at].is_empty()).map(|at| Reverse(key(at))).collect();
    let mut positions = Vec::with_capacity(captured.len());
    while let Some(Reverse((_, _, at))) = ready.pop() {
        positions.push(at);
        for &waiting in waited_for_by.get(&at).into_iter().flatten() {
            if waits_for[waiting].remove(&at) && waits_for[waiting].is_empty() {
                ready.push(Reverse(key(waiting)));
            }
        }
    }
    let placed: BTreeSet<usize> = positions.iter().copied().collect();
    let mut rest: Vec<usize> = (0..captured.len()).filter(|at| !placed.contains(at)).collect();
    rest.sort_by_key(|&at| key(at));
    let circle = rest.iter().map(|&at| captured[at].resource.name.to_string()).collect();
    positions.extend(rest);
    CreationOrder { positions, circle }
}

/// The positions whose steps stand behind the copies, and those before: materialized views and everything of a
/// later rank (resources.md 2.7), and whatever needs one of them.
pub(crate) fn split_at_copies(
    positions: &[usize],
    captured: &[Captured<'_>],
    index: &Index,
) -> (Vec<usize>, Vec<usize>) {
    let mut behind: BTreeSet<usize> = BTreeSet::new();
    for &at in positions {
        let by_kind = captured[at].resource.name.kind.creation_rank() >= ResourceKind::MaterializedView.creation_rank();
        if by_kind || index.needed_by(at, &captured[at]).any(|need| behind.contains(&need)) {
            behind.insert(at);
        }
    }
    positions.iter().partition(|at| behind.contains(at))
}
