//! Rule T22: other names on the target.
#![cfg(feature = "yaml")]

mod support;

use ferry_model::{Definition, ResourceKind, ResourceName, Side, Snapshot, StepAction};
use ferry_plan::{Config, EditError, Plan, PlanDocument, PlanEdit, Renames, Settings, Step};
use support::{config, plan_with, snapshot};

fn source() -> Snapshot {
    snapshot(
        &[
            "CREATE DATABASE sales",
            "CREATE STREAM default.events (id int64, _tp_time datetime64(3, 'UTC'))",
            "CREATE STREAM default.out (id int64, _tp_time datetime64(3, 'UTC'))",
            "CREATE STREAM sales.orders (id int64 COMMENT 'from default.events', _tp_time datetime64(3, 'UTC'))",
            "CREATE VIEW sales.both AS SELECT events.id FROM default.events JOIN sales.orders ON events.id = orders.id",
            "CREATE MATERIALIZED VIEW default.mv INTO default.out AS SELECT id FROM default.events",
            "CREATE VIEW sales.alone AS SELECT 1",
        ],
        &[
            (ResourceKind::Source, serde_json::json!({"name": "feed", "type": "websocket", "stream": "events"})),
            (ResourceKind::SavedQuery, serde_json::json!({"name": "q", "sql": "SELECT * FROM events"})),
            (ResourceKind::SavedQuery, serde_json::json!({"name": "odd", "sql": "SELECT FROM ("})),
            (
                ResourceKind::Dashboard,
                serde_json::json!({"name": "board", "panels": [{"viz_content": "SELECT count() FROM table(default.events) WHERE id > {{least}}"}]}),
            ),
        ],
    )
}

fn renames() -> Renames {
    let mut renames = Renames::default();
    renames.add_database("default", "prod");
    renames.add_resource(("sales", "orders"), ("prod", "old orders"));
    renames
}

fn plan_renamed(renames: Renames, target: &Snapshot) -> Plan {
    plan_with(&Config { renames, ..config(Settings::default()) }, &source(), Some(target))
}

fn find<'a>(plan: &'a Plan, action: StepAction, path: &str) -> &'a Step {
    let found = plan.steps.iter().find(|step| step.action == action && step.resource.path() == path);
    found.unwrap_or_else(|| panic!("no {action:?} of {path}"))
}

fn text(step: &Step) -> String {
    match &step.definition {
        Some(Definition::Sql(sql)) => sql.clone(),
        Some(Definition::Json(value)) => value.to_string(),
        None => String::new(),
    }
}

fn said(step: &Step) -> Vec<&str> {
    let found = step.findings.iter().filter(|found| found.rule == "rewrite-t22");
    found.map(|found| found.message.as_str()).collect()
}

/// Everything that a plan says of the new names.
fn assert_renamed(plan: &Plan) {
    assert_eq!(plan.check(), []);
    let events = ResourceName::in_database(ResourceKind::Stream, "default", "events");
    for action in [StepAction::Create, StepAction::Copy, StepAction::Compare] {
        let step = find(plan, action, "prod.events");
        assert_eq!(step.on_source(), &events, "{action:?}");
        assert!(said(step)[0].contains("default.events") && said(step)[0].contains("prod.events"), "{step:#?}");
        assert_eq!(find(plan, action, "prod.old orders").on_source().path(), "sales.orders");
    }
    let definition = |path: &str| text(find(plan, StepAction::Create, path));
    assert!(definition("prod.events").starts_with("CREATE STREAM prod.events (id int64"));
    assert!(
        definition("prod.old orders")
            .starts_with("CREATE STREAM prod.`old orders` (id int64 COMMENT 'from default.events'")
    );
    assert_eq!(
        definition("sales.both"),
        "CREATE VIEW sales.both AS SELECT events.id FROM prod.events JOIN prod.`old orders` ON events.id = `old orders`.id"
    );
    assert!(
        definition("prod.mv")
            .starts_with("CREATE MATERIALIZED VIEW prod.mv INTO prod.out AS SELECT id FROM prod.events")
    );
    assert!(definition("board").contains("table(prod.events) WHERE id > {{least}}"), "{}", definition("board"));
    assert!(definition("q").contains("SELECT * FROM prod.events"), "{}", definition("q"));
    assert!(definition("feed").contains("\"stream\":\"prod.events\""), "{}", definition("feed"));
    assert_eq!(said(find(plan, StepAction::Create, "sales.both")).len(), 1);
    assert_eq!(said(find(plan, StepAction::Create, "feed")).len(), 2, "the app server does not document it");
    assert!(said(find(plan, StepAction::Create, "odd"))[0].contains("cannot be read"));
    let alone = find(plan, StepAction::Create, "sales.alone");
    assert_eq!((said(alone), &alone.source), (vec![], &None));
}

#[test]
fn a_configuration_gives_other_names_and_every_step_and_definition_follows() {
    let plan = plan_renamed(renames(), &snapshot(&[], &[]));
    assert_renamed(&plan);
    let database = find(&plan, StepAction::Create, "prod");
    assert_eq!(text(database), "CREATE DATABASE prod");
    for path in ["prod.events", "prod.old orders", "prod.mv"] {
        assert!(find(&plan, StepAction::Create, path).needs.contains(&database.number), "{path}");
    }
    // Nothing is made twice, and nothing that is there.
    let there = plan_renamed(renames(), &snapshot(&["CREATE DATABASE prod"], &[]));
    assert!(
        !there.steps.iter().any(|step| step.resource.kind == ResourceKind::Database && step.resource.name == "prod")
    );
    assert_eq!(there.check(), []);
}

#[test]
fn a_renamed_plan_reads_back_and_its_digest_knows_the_names_of_both_sides() {
    let plan = plan_renamed(renames(), &snapshot(&[], &[]));
    let yaml = plan.to_yaml();
    let document = PlanDocument::parse(&yaml).unwrap_or_else(|problems| panic!("{problems:#?}\n{yaml}"));
    assert_eq!(*document.plan(), plan);
    assert!(yaml.contains("    name: old orders\n    source_database: sales\n    source_name: orders\n"), "{yaml}");
    let other = yaml.replacen("    source_name: orders\n", "    source_name: others\n", 3);
    let Ok(other) = PlanDocument::parse(&other) else { panic!("it is read") };
    assert_ne!(other.plan().digest(), plan.digest());
    let plain = plan_renamed(Renames::default(), &snapshot(&[], &[]));
    assert!(!plain.to_yaml().contains("source_"));
}

#[test]
fn a_reviewer_renames_in_the_plan_itself() {
    let plain = plan_renamed(Renames::default(), &snapshot(&[], &[])).to_yaml();
    let added =
        "rename:\n  databases:\n    default: prod\n  resources:\n    sales.orders: prod.`old orders`\n\nsteps:\n";
    let edited = plain.replacen("steps:\n", added, 1);
    let document = PlanDocument::parse(&edited).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_renamed(document.plan());
    assert_eq!(document.text(), edited, "the text stays as the reviewer wrote it");
    let Ok(plain) = PlanDocument::parse(&plain) else { panic!("it is read") };
    assert_ne!(document.plan().digest(), plain.plan().digest());

    // Other edits still work on it, and are seen under the new names.
    let view = find(document.plan(), StepAction::Create, "sales.both").number;
    let definition = Definition::Sql("CREATE VIEW sales.both AS SELECT id FROM prod.events".into());
    for edit in [
        PlanEdit::Enable { steps: vec![view], enabled: false },
        PlanEdit::Definition { step: view, definition: definition.clone() },
    ] {
        let edited = document.edited(&edit).unwrap_or_else(|error| panic!("{error:?}")).0;
        let step = find(edited.plan(), StepAction::Create, "sales.both");
        assert!(!step.enabled || step.definition.as_ref() == Some(&definition));
    }
    let old = Definition::Sql("CREATE VIEW sales.both AS SELECT id FROM default.events".into());
    let refused = document.edited(&PlanEdit::Definition { step: view, definition: old });
    assert_eq!(refused.err(), Some(EditError::OldName));
}

#[test]
fn two_resources_of_one_name_and_what_the_target_has_are_told() {
    let mut taken = renames();
    taken.add_resource(("default", "out"), ("sales", "both"));
    let plan = plan_renamed(taken, &snapshot(&[], &[]));
    let problems: Vec<String> = plan.check().into_iter().map(|problem| problem.message).collect();
    assert!(problems.iter().any(|problem| problem.contains("has the name that step")), "{problems:?}");

    let target = snapshot(
        &["CREATE DATABASE prod", "CREATE STREAM prod.events (id int64)", "CREATE STREAM default.out (id int64)"],
        &[],
    );
    let plan = plan_renamed(renames(), &target);
    let on_target = |path: &str| {
        find(&plan, StepAction::Create, path).findings.iter().any(|found| found.rule == "exists-on-target")
    };
    assert!(on_target("prod.events"));
    assert!(!on_target("prod.out"), "its old name is taken, its new one is free");
}

#[test]
fn two_databases_may_become_one() {
    let mut renames = Renames::default();
    renames.add_database("default", "all");
    renames.add_database("sales", "all");
    let plan = plan_renamed(renames, &snapshot(&[], &[]));
    assert_eq!(plan.check(), []);
    let databases = plan.steps.iter().filter(|step| step.resource.kind == ResourceKind::Database);
    assert_eq!(databases.map(|step| step.resource.name.as_str()).collect::<Vec<_>>(), ["all"]);
}

#[test]
fn steps_that_stop_the_sources_own_keep_their_names() {
    let settings = Settings { stop_data_ingestion_on_source: true, ..Settings::default() };
    let config = Config { renames: renames(), ..config(settings) };
    let plan = plan_with(&config, &source(), Some(&snapshot(&[], &[])));
    let stops: Vec<&Step> = plan.steps.iter().filter(|step| step.side == Side::Source).collect();
    assert!(!stops.is_empty() && stops.iter().all(|step| step.source.is_none()));
}

#[test]
fn mistakes_in_a_rename_are_told_with_their_place() {
    let plain = plan_renamed(Renames::default(), &snapshot(&[], &[])).to_yaml();
    for (rename, expected) in [
        ("  resources:\n    orders: sales.o\n", "`orders` must be `database.name`"),
        ("  resources:\n    sales.orders: o\n", "`o` must be `database.name`"),
        ("  resources:\n    sales.orders: a.b\n    sales.both: a.b\n", "Two resources would be called `a.b`"),
        ("  databases:\n    system: mine\n", "belongs to the server"),
        ("  databases:\n    default: [a]\n", "must be a mapping from names"),
        ("  streams:\n    a: b\n", "`streams` is not a key of `rename`"),
        ("  resources:\n    sales.orders: sales.both\n", "has the name that step"),
    ] {
        let text = plain.replacen("steps:\n", &format!("rename:\n{rename}steps:\n"), 1);
        let problems = match PlanDocument::parse(&text) {
            Ok(document) => document.plan().check().into_iter().map(|problem| problem.message).collect(),
            Err(problems) => problems.iter().map(ToString::to_string).collect::<Vec<String>>(),
        };
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{expected}: {problems:?}");
    }
}
