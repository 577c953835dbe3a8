//! Changing a plan's text in single places.
#![cfg(feature = "yaml")]

mod support;

use std::collections::BTreeSet;

use ferry_model::{CompareLevel, Definition, ResourceKind, StepAction, StepNumber};
use ferry_plan::{EditError, IfExists, InnerRows, Plan, PlanDocument, PlanEdit, Settings};
use proptest::prelude::*;
use support::{plan_of, snapshot};

fn plan() -> Plan {
    let source = snapshot(
        &[
            "CREATE DATABASE d",
            "CREATE STREAM d.s (`a b` string, `_tp_time` datetime64(3, 'UTC'))\nSETTINGS x = '# no comment: y'",
            "CREATE VIEW d.v AS\nSELECT\n  *\nFROM\n  d.s",
            "CREATE MATERIALIZED VIEW d.m AS SELECT * FROM d.v",
        ],
        &[(ResourceKind::Dashboard, serde_json::json!({"name": "b", "panels": [{"w": 80, "l": "80"}]}))],
    );
    plan_of(&source, Some(&snapshot(&[], &[])), Settings::default())
}

/// A plan as somebody left it: remarks in many places, and another layout here and there.
fn remarked() -> PlanDocument {
    let text = plan().to_yaml();
    let text = text
        .replace("    kind: ", "    # a remark\n    kind: ")
        .replace("needs: [1]", "needs:\n    - 1 # the database");
    let text = text
        .replace("max_block_size: 10", "max_block_size:   10   # the vendor's")
        .replace("      threads: 8", "      threads: 8 # all");
    PlanDocument::parse(text).expect("a plan")
}

fn find(plan: &Plan, action: StepAction, kind: ResourceKind) -> StepNumber {
    plan.steps.iter().find(|step| step.action == action && step.resource.kind == kind).expect("a step").number
}

fn edited(document: &PlanDocument, edit: PlanEdit) -> PlanDocument {
    document.edited(&edit).unwrap_or_else(|error| panic!("{edit:?}: {error}\n{}", document.text())).0
}

/// The lines that only one of two texts has.
fn changed_lines<'a>(before: &'a str, after: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (before.lines().collect(), after.lines().collect());
    (old.difference(&new).copied().collect(), new.difference(&old).copied().collect())
}

#[test]
fn a_step_switched_off_and_on_again_leaves_the_same_bytes() {
    let document = remarked();
    for step in &document.plan().steps {
        let steps = vec![step.number];
        let off = edited(&document, PlanEdit::Enable { steps: steps.clone(), enabled: false });
        assert_eq!(off.text().len(), document.text().len() + "    enabled: false\n".len());
        let on = edited(&off, PlanEdit::Enable { steps, enabled: true });
        assert_eq!(on.text(), document.text());
    }
}

#[test]
fn a_comment_behind_a_switched_off_step_stays() {
    let document = remarked();
    let first = document.plan().steps[0].number;
    let off = edited(&document, PlanEdit::Enable { steps: vec![first], enabled: false });
    let text = off.text().replace("enabled: false", "enabled: false # not this month");
    let (off, _) = PlanDocument::parse_unchecked(text).expect("a plan");
    let on = edited(&off, PlanEdit::Enable { steps: vec![first], enabled: true });
    assert!(on.text().contains("    enabled: true # not this month\n"), "{}", on.text());
}

#[test]
fn each_change_concerns_one_line() {
    let document = remarked();
    let plan = document.plan();
    let copy = find(plan, StepAction::Copy, ResourceKind::Stream);
    let view = find(plan, StepAction::Create, ResourceKind::MaterializedView);
    let plain = find(plan, StepAction::Create, ResourceKind::View);
    let cases = [
        (PlanEdit::InnerRows { step: view, rows: InnerRows::LeaveOut }, "    inner_rows: leave_out"),
        (PlanEdit::IfExists { step: plain, choice: IfExists::SkipIfEqual }, "    if_exists: skip_if_equal"),
        (PlanEdit::Threads { step: copy, threads: 2 }, "      threads: 2 # all"),
        (
            PlanEdit::OrderBy { step: copy, columns: vec!["a b".into(), "true".into()] },
            "      order_by: [a b, \"true\"]",
        ),
        (PlanEdit::MaxBlockSize { rows: 20_000 }, "  max_block_size:   20000   # the vendor's"),
    ];
    for (edit, line) in cases {
        let after = edited(&document, edit);
        let (_, new) = changed_lines(document.text(), after.text());
        assert_eq!(new, [line]);
        assert_ne!(after.plan().digest(), document.plan().digest());
    }
    let stands = edited(&document, PlanEdit::IfExists { step: plain, choice: IfExists::SkipIfEqual });
    assert_eq!(edited(&stands, PlanEdit::IfExists { step: plain, choice: IfExists::Refuse }).text(), document.text());
    let compare = find(plan, StepAction::Compare, ResourceKind::Stream);
    let way = |level, accepts_movement| PlanEdit::Compare { step: compare, level, accepts_movement };
    let counted = edited(&document, way(CompareLevel::Count, true));
    let (_, new) = changed_lines(document.text(), counted.text());
    assert_eq!(new, ["      accepts_movement: true", "      level: count"]);
    assert_eq!(edited(&counted, way(CompareLevel::Checksum, false)).text(), document.text());
    let ordered = edited(&document, PlanEdit::OrderBy { step: copy, columns: vec!["a b".into()] });
    assert_eq!(edited(&ordered, PlanEdit::OrderBy { step: copy, columns: vec![] }).text(), document.text());
}

#[test]
fn a_definition_is_replaced_and_its_neighbours_stay() {
    let document = remarked();
    let view = find(document.plan(), StepAction::Create, ResourceKind::View);
    let sql = "CREATE VIEW d.v AS\nSELECT 1\n\n-- the end: # really\n";
    let definition = Definition::Sql(sql.into());
    let after = edited(&document, PlanEdit::Definition { step: view, definition: definition.clone() });
    assert_eq!(after.plan().step(view).and_then(|step| step.definition.clone()), Some(definition));
    let back = Definition::Sql("CREATE VIEW d.v AS\nSELECT\n  *\nFROM\n  d.s".into());
    assert_eq!(edited(&after, PlanEdit::Definition { step: view, definition: back }).text(), document.text());

    let dashboard = find(document.plan(), StepAction::Create, ResourceKind::Dashboard);
    let definition = Definition::Json(serde_json::json!({"name": "b", "panels": []}));
    let after = edited(&document, PlanEdit::Definition { step: dashboard, definition: definition.clone() });
    assert_eq!(after.plan().step(dashboard).and_then(|step| step.definition.clone()), Some(definition));
}

#[test]
fn a_definition_that_does_not_parse_is_kept_and_named() {
    let document = remarked();
    let view = find(document.plan(), StepAction::Create, ResourceKind::View);
    let edit = PlanEdit::Definition { step: view, definition: Definition::Sql("CREATE VIEV".into()) };
    let (after, problems) = document.edited(&edit).expect("kept");
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(after.text().contains("CREATE VIEV"));
}

#[test]
fn what_is_not_there_cannot_be_changed_and_a_strange_layout_is_refused() {
    let document = remarked();
    let none = StepNumber(999);
    let enable = PlanEdit::Enable { steps: vec![none], enabled: false };
    assert_eq!(document.edited(&enable).err(), Some(EditError::NoSuchStep(none)));
    assert_eq!(
        document.edited(&PlanEdit::Threads { step: document.plan().steps[0].number, threads: 2 }).err(),
        Some(EditError::NoSuchStep(document.plan().steps[0].number))
    );
    let head = document.text().split("\nsteps:").next().expect("a head");
    let flow = format!(
        "{head}\nsteps: [{{step: 1, action: create, kind: database, name: d, definition: CREATE DATABASE d}}]\n"
    );
    let flow = PlanDocument::parse(flow).expect("a plan");
    let edit = PlanEdit::Enable { steps: vec![StepNumber(1)], enabled: false };
    assert_eq!(flow.edited(&edit).err(), Some(EditError::Layout));
}

#[test]
fn what_a_step_drags_along_is_everything_that_needs_it() {
    let document = remarked();
    let plan = document.plan();
    let stream = find(plan, StepAction::Create, ResourceKind::Stream);
    let only = BTreeSet::from([stream]);
    let dragged = plan.dragged_off(&only);
    for kind in [ResourceKind::View, ResourceKind::MaterializedView] {
        assert!(dragged.contains(&find(plan, StepAction::Create, kind)), "{dragged:?}");
    }
    assert!(!dragged.contains(&find(plan, StepAction::Create, ResourceKind::Database)));
    let all: Vec<StepNumber> = dragged.iter().copied().chain(only.iter().copied()).collect();
    let (off, problems) = document.edited(&PlanEdit::Enable { steps: all.clone(), enabled: false }).expect("edited");
    assert_eq!(problems, []);
    let view = find(plan, StepAction::Create, ResourceKind::View);
    assert_eq!(off.plan().dragged_on(&BTreeSet::from([view])), only);
    let on = edited(&off, PlanEdit::Enable { steps: all, enabled: true });
    assert_eq!(on.text(), document.text());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any definition can be written and written back, whatever it holds.
    #[test]
    fn any_definition_can_be_written_and_taken_back(sql in "[ -~\n\t]{0,120}", crlf in any::<bool>()) {
        let plain = remarked();
        let text = if crlf { plain.text().replace('\n', "\r\n") } else { plain.text().to_owned() };
        let document = PlanDocument::parse(text).expect("a plan");
        let view = find(document.plan(), StepAction::Create, ResourceKind::View);
        let old = document.plan().step(view).and_then(|step| step.definition.clone()).expect("a definition");
        let edit = PlanEdit::Definition { step: view, definition: Definition::Sql(sql) };
        let (after, _) = document.edited(&edit).expect("edited");
        let (back, _) = after.edited(&PlanEdit::Definition { step: view, definition: old }).expect("edited");
        prop_assert_eq!(back.text(), document.text());
    }
}
