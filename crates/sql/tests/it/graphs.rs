//! Orders of graphs that nobody drew.

use ferry_sql::script::{Script, Source};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Which views each view reads, and where each stands in the file.
fn graph() -> impl Strategy<Value = (Vec<BTreeSet<usize>>, Vec<usize>)> {
    (2usize..14).prop_flat_map(|count| {
        let reads = prop::collection::vec(prop::collection::btree_set(0..count, 0..4), count);
        (reads, Just((0..count).collect::<Vec<_>>()).prop_shuffle())
    })
}

fn script(reads: &[BTreeSet<usize>], places: &[usize]) -> Script {
    let sources = places.iter().map(|&n| {
        let tables: Vec<String> = std::iter::once("numbers(1)".to_owned())
            .chain(reads[n].iter().map(|read| format!("(SELECT * FROM v{read:02}) AS a{read}")))
            .collect();
        Source::with_id(format!("v{n:02}"), format!("CREATE VIEW v{n:02} AS SELECT 1 FROM {}", tables.join(", ")))
    });
    Script::read(sources.collect(), "d")
}

fn number(id: &str) -> usize {
    id[1..].parse().expect("an id of `script`")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_order_respects_every_need_and_every_circle_is_one((reads, places) in graph()) {
        let script = script(&reads, &places);
        match script.order() {
            Ok(order) => {
                let ids: Vec<usize> = order.iter().map(|&n| number(&script.items()[n].id)).collect();
                let place: BTreeMap<usize, usize> = ids.iter().enumerate().map(|(place, &n)| (n, place)).collect();
                prop_assert_eq!(place.len(), reads.len());
                for (n, needed) in reads.iter().enumerate() {
                    // What reads itself cannot come after itself.
                    for read in needed.iter().filter(|&&read| read != n) {
                        prop_assert!(place[read] < place[&n], "v{n} reads v{read}");
                    }
                }
            }
            Err(circle) => {
                let path: Vec<usize> = circle.cycle.iter().map(|id| number(id)).collect();
                prop_assert!(path.len() > 2 && path.first() == path.last());
                for pair in path.windows(2) {
                    prop_assert!(reads[pair[0]].contains(&pair[1]), "{path:?}");
                }
            }
        }
    }

    #[test]
    fn the_order_is_the_same_from_every_order_of_the_lines((mut reads, places) in graph()) {
        for (n, needed) in reads.iter_mut().enumerate() {
            needed.retain(|&read| read < n);
        }
        let straight: Vec<usize> = (0..reads.len()).collect();
        let ids = |script: &Script| -> Vec<String> {
            let order = script.order().expect("views that read earlier ones form no circle");
            order.iter().map(|&n| script.items()[n].id.clone()).collect()
        };
        prop_assert_eq!(ids(&script(&reads, &places)), ids(&script(&reads, &straight)));
    }
}
