//! References and order over whole applications of the shared corpus.

use crate::support;

use ferry_sql::order::{Namespace, Node, edges as order_edges, order, provides};
use ferry_sql::{QualifiedName, References, parse, references};
use std::collections::{BTreeSet, HashMap};

/// Apps whose statements do not stand in a creation order.
const NO_ORDER: [(&str, &str); 3] = [
    ("cases/market_data ", "several files in the order of their names; the database comes from the second"),
    ("cases/ocsf ", "several files in the order of their names; the database comes from the last"),
    ("udf.sql ", "functions that call functions of later lines, which servers allow (resources.md 2.1)"),
];

#[test]
fn no_statement_of_an_app_needs_a_later_one() {
    let Some(apps) = support::apps() else {
        return;
    };
    let mut edges = 0;
    let mut forward = Vec::new();
    for app in &apps {
        let statements: Vec<_> = app.statements.iter().map(|sql| parse(sql).statements.into_iter().next()).collect();
        let functions: BTreeSet<String> = statements
            .iter()
            .flatten()
            .filter_map(|statement| statement.kind.created())
            .filter(|created| Namespace::of(created.kind) == Namespace::Function)
            .map(|created| created.name.name.value)
            .collect();
        let is_function = |name: &str| functions.contains(name);
        let mut providers: HashMap<(Namespace, QualifiedName), usize> = HashMap::new();
        for (n, statement) in statements.iter().enumerate() {
            for provided in statement.iter().flat_map(|found| provides(found, "default")) {
                providers.entry(provided).or_insert(n);
            }
        }
        for (n, statement) in statements.iter().enumerate() {
            let Some(statement) = statement else { continue };
            if statement.kind.created().is_none() {
                continue;
            }
            for item in references(statement, "default", &is_function).items {
                for namespace in Namespace::of_role(item.role) {
                    if let Some(&to) = providers.get(&(*namespace, item.name.clone())) {
                        edges += 1;
                        if to > n {
                            forward
                                .push(format!("{} statement {n} needs {to}: {:?} {}", app.name, item.role, item.name));
                        }
                    }
                }
            }
        }
        let all: Vec<References> = statements
            .iter()
            .map(|statement| match statement {
                Some(statement) => references(statement, "default", &is_function),
                None => References::default(),
            })
            .collect();
        let ids: Vec<String> = (0..statements.len()).map(|n| format!("{n:04}")).collect();
        let nodes: Vec<Node<'_>> = statements
            .iter()
            .enumerate()
            .filter_map(|(n, statement)| {
                let statement = statement.as_ref()?;
                Some(Node {
                    id: &ids[n],
                    rank: statement.kind.created()?.kind.rank(),
                    provides: provides(statement, "default"),
                    references: &all[n],
                    after: Vec::new(),
                })
            })
            .collect();
        let sorted = order(&nodes).unwrap_or_else(|cycle| panic!("{}: {cycle}", app.name));
        assert_eq!(sorted.len(), nodes.len());
        // Our own order respects every edge, those of functions to functions left out.
        let place: HashMap<usize, usize> = sorted.iter().enumerate().map(|(place, &node)| (node, place)).collect();
        for (needs, needed) in order_edges(&nodes) {
            let both_functions = nodes[needs].rank == 6 && nodes[needed].rank == 6;
            assert!(both_functions || place[&needed] < place[&needs], "{}: {needs} before {needed}", app.name);
        }
    }
    println!("{edges} edges, {} forward", forward.len());
    let unexpected: Vec<&String> =
        forward.iter().filter(|line| !NO_ORDER.iter().any(|(app, _)| line.starts_with(app))).collect();
    assert_eq!(unexpected, Vec::<&String>::new());
    assert!(edges > 600, "{edges} edges");
}
