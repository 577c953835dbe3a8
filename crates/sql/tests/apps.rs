//! References and order over whole applications of the shared corpus.

mod support;

use ferry_sql::order::{Namespace, Node, order, provides};
use ferry_sql::{QualifiedName, References, parse, references};
use std::collections::{BTreeSet, HashMap};

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
                })
            })
            .collect();
        if let Err(cycle) = order(&nodes) {
            println!("{}: {cycle}", app.name);
        }
    }
    for line in &forward {
        println!("{line}");
    }
    println!("{edges} edges, {} forward", forward.len());
}
