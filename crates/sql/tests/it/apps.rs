//! References and order over whole applications of the shared corpus.

use crate::support;

use ferry_sql::order::{Namespace, Node, edges as order_edges, order, provides};
use ferry_sql::script::{Script, Source};
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

/// Whatever order the statements of an app are given in, they come out in the same one, and nothing comes before what it
/// refers to.
#[test]
fn shuffled_apps_are_put_into_one_order() {
    let Some(apps) = support::apps() else { return };
    let (mut shuffles, mut edges) = (0, 0);
    for app in &apps {
        let mut sources: Vec<Source> = creates_of(&app.statements);
        let expected = ids_in_order(&sources, &app.name);
        for turn in 0..5u64 {
            shuffle(&mut sources, turn.wrapping_mul(0x9E37_79B9).wrapping_add(app.statements.len() as u64));
            assert_eq!(ids_in_order(&sources, &app.name), expected, "{}", app.name);
            edges += met_needs(&sources, &expected, &app.name);
            shuffles += 1;
        }
    }
    println!("{shuffles} shuffles, {edges} needs met");
    assert!(edges > 2_000, "{edges}");
}

/// What creates something, each name once, with the number of the line as its id.
fn creates_of(statements: &[String]) -> Vec<Source> {
    let mut seen = BTreeSet::new();
    let mut sources = Vec::new();
    for (n, sql) in statements.iter().enumerate() {
        let parsed = parse(sql);
        let [statement] = parsed.statements.as_slice() else { continue };
        let names = provides(statement, "default");
        if !names.is_empty() && names.into_iter().all(|name| seen.insert(name)) {
            sources.push(Source::with_id(format!("{n:04}"), sql.clone()));
        }
    }
    sources
}

fn ids_in_order(sources: &[Source], app: &str) -> Vec<String> {
    let script = Script::read(sources.to_vec(), "default");
    let order = script.order().unwrap_or_else(|cycle| panic!("{app}: {cycle:?}"));
    order.into_iter().map(|n| script.items()[n].id.clone()).collect()
}

/// How many references are met, each by something that comes before.
fn met_needs(sources: &[Source], order: &[String], app: &str) -> usize {
    let script = Script::read(sources.to_vec(), "default");
    let place: HashMap<&str, usize> = order.iter().enumerate().map(|(place, id)| (id.as_str(), place)).collect();
    let mut makers: HashMap<(Namespace, QualifiedName), &str> = HashMap::new();
    for item in script.items() {
        let statement = item.statement.as_ref().expect("only statements were taken");
        makers.extend(provides(statement, "default").into_iter().map(|name| (name, item.id.as_str())));
    }
    let mut met = 0;
    for item in script.items() {
        for reference in script.references(item).items {
            for namespace in Namespace::of_role(reference.role) {
                let Some(maker) = makers.get(&(*namespace, reference.name.clone())) else { continue };
                // Functions may call functions that are created later (resources.md 2.1).
                let is_function = *namespace == Namespace::Function && item.head().kind.contains("function");
                if *maker != item.id && !is_function {
                    assert!(place[maker] < place[item.id.as_str()], "{app}: {} before {maker}", item.id);
                    met += 1;
                }
            }
        }
    }
    met
}

fn shuffle(sources: &mut [Source], seed: u64) {
    let mut state = seed | 1;
    for n in (1..sources.len()).rev() {
        // A linear congruential generator; its high bits are good enough here.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        sources.swap(n, (state >> 33) as usize % (n + 1));
    }
}
