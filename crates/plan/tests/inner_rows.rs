//! Rows of materialized views without INTO (copy-safety 15), from the snapshot to a plan that a person decided.
#![cfg(feature = "yaml")]

mod support;

use ferry_model::{Definition, ResourceKind, ResourceName, StepAction, StepNumber};
use ferry_plan::{InnerRows, Plan, PlanDocument, PlanEdit, Renames, Settings, Severity, Step};
use support::{config, plan_of, plan_with, snapshot};

const VIEW: &str = "CREATE MATERIALIZED VIEW d.totals (n uint64, `_tp_time` datetime64(3, 'UTC')) AS\n\
                    SELECT count() AS n FROM d.s";

fn plan(view: &str) -> Plan {
    let stream = "CREATE STREAM d.s (a string, `_tp_time` datetime64(3, 'UTC'))";
    let taken = "CREATE VIEW d.totals_rows AS SELECT 1";
    let source = snapshot(&["CREATE DATABASE d", stream, taken, view], &[]);
    plan_of(&source, Some(&snapshot(&[], &[])), Settings::default())
}

fn view_of(plan: &Plan) -> &Step {
    plan.steps.iter().find(|step| step.inner_rows.is_some()).expect("the view")
}

fn stream() -> ResourceName {
    ResourceName::in_database(ResourceKind::Stream, "d", "totals_rows_2")
}

fn steps_of_stream(plan: &Plan) -> Vec<&Step> {
    plan.steps.iter().filter(|step| step.resource == stream()).collect()
}

fn decided(document: &PlanDocument, rows: InnerRows) -> PlanDocument {
    let edit = PlanEdit::InnerRows { step: view_of(document.plan()).number, rows };
    document.edited(&edit).unwrap_or_else(|error| panic!("{rows:?}: {error}\n{}", document.text())).0
}

fn problems(plan: &Plan) -> Vec<String> {
    plan.check().into_iter().map(|problem| problem.message).collect()
}

fn sql(step: &Step) -> &str {
    match &step.definition {
        Some(Definition::Sql(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rule_15_a_plan_holds_the_steps_for_a_stream_of_its_own_and_leaves_them_off() {
    let plan = plan(VIEW);
    assert_eq!(view_of(&plan).inner_target, Some(stream()), "a name that nothing has");
    let steps = steps_of_stream(&plan);
    let actions: Vec<StepAction> = steps.iter().map(|step| step.action).collect();
    assert_eq!(actions, [StepAction::Create, StepAction::Copy, StepAction::Compare]);
    assert!(steps.iter().all(|step| !step.enabled));
    assert_eq!(plan.set_aside(), steps.iter().map(|step| step.number).collect());
    assert!(sql(steps[0]).contains("`n` ") && !sql(steps[0]).contains("_tp_time"), "{}", sql(steps[0]));
    let copy = steps[1].copy.as_ref().expect("a copy");
    assert_eq!(copy.columns, ["n", "_tp_time"]);
    for step in &steps[1..] {
        assert_eq!(step.on_source(), &view_of(&plan).resource, "its rows come from the view");
    }
    let remedy = &view_of(&plan).findings.iter().find(|found| found.rule == "inner-rows").expect("a finding").remedy;
    assert!(remedy.contains("explicit_target"), "{remedy}");
}

#[test]
fn rule_15_carrying_rows_switches_the_steps_on_and_tells_the_view_where_to_write() {
    let (document, _) = PlanDocument::parse_unchecked(plan(VIEW).to_yaml()).expect("a plan");
    let carried = decided(&document, InnerRows::ExplicitTarget);
    let plan = carried.plan();
    assert_eq!(problems(plan), [""; 0]);
    assert!(steps_of_stream(plan).iter().all(|step| step.enabled) && plan.set_aside().is_empty());
    let view = view_of(plan);
    assert!(sql(view).starts_with("CREATE MATERIALIZED VIEW d.totals INTO `d`.`totals_rows_2` AS"), "{}", sql(view));
    let after = plan.after(view);
    let ends = steps_of_stream(plan).into_iter().filter(|step| step.action != StepAction::Copy);
    let needed: Vec<StepNumber> = ends.map(|step| step.number).collect();
    assert!(needed.iter().all(|number| after.contains(number)), "{after:?} needs {needed:?}");
    assert_ne!(plan.digest(), document.plan().digest());
    let blocks = |plan: &Plan| plan.all_findings().filter(|(_, found)| found.severity == Severity::Blocks).count();
    assert_eq!((blocks(document.plan()), blocks(plan)), (1, 0), "what was decided is asked no more");
    // The same with other words, and back without a trace.
    assert_eq!(PlanDocument::parse(plan.to_yaml()).expect("a plan").plan(), plan);
    for other in [InnerRows::LeaveOut, InnerRows::Undecided] {
        let other = decided(&carried, other);
        assert_eq!(sql(view_of(other.plan())), sql(view_of(document.plan())));
    }
    assert_eq!(decided(&carried, InnerRows::Undecided).text(), document.text());
}

#[test]
fn rule_15_a_choice_that_its_definition_or_its_steps_contradict_is_a_problem() {
    let (document, _) = PlanDocument::parse_unchecked(plan(VIEW).to_yaml()).expect("a plan");
    let carried = decided(&document, InnerRows::ExplicitTarget);
    let changed = |change: &dyn Fn(&mut Plan)| {
        let mut plan = carried.plan().clone();
        change(&mut plan);
        problems(&plan).join("\n")
    };
    let view = view_of(carried.plan()).number;
    let at = |plan: &Plan, number: StepNumber| plan.steps.iter().position(|step| step.number == number).expect("it");
    let without_into = changed(&|plan| {
        let index = at(plan, view);
        plan.steps[index].definition = Some(Definition::Sql(VIEW.into()));
    });
    assert!(without_into.contains("must say INTO d.totals_rows_2"), "{without_into}");
    let left_out = changed(&|plan| {
        let index = at(plan, view);
        plan.steps[index].inner_rows = Some(InnerRows::LeaveOut);
    });
    assert!(left_out.contains("exists only with") && left_out.contains("must be switched off"), "{left_out}");
    let copy = steps_of_stream(carried.plan())[1].number;
    let not_copied = changed(&|plan| {
        let index = at(plan, copy);
        plan.steps[index].enabled = false;
    });
    assert!(not_copied.contains("must be switched on"), "{not_copied}");
    let not_compared = changed(&|plan| {
        let index = at(plan, copy) + 1;
        plan.steps[index].enabled = false;
    });
    assert_eq!(not_compared, "", "a comparison may be left out");
    let without_stream = changed(&|plan| {
        let index = at(plan, view);
        plan.steps[index].inner_target = None;
    });
    assert!(without_stream.contains("no steps for a stream of its own"), "{without_stream}");
    let again = changed(&|plan| {
        let index = at(plan, view);
        let text = format!("{} SETTINGS seek_to = 'earliest'", sql(&plan.steps[index]));
        plan.steps[index].definition = Some(Definition::Sql(text));
    });
    assert!(again.contains("would be doubled"), "{again}");
}

#[test]
fn rule_15_a_view_that_no_plain_stream_can_stand_in_for_gets_none_and_the_reason_is_said() {
    for (view, why) in [
        ("CREATE MATERIALIZED VIEW d.totals (window_start datetime) AS SELECT 1 FROM d.s", "window_start"),
        ("CREATE MATERIALIZED VIEW d.totals (n int, `_tp_delta` int8) AS SELECT 1 FROM d.s", "_tp_delta"),
        ("CREATE MATERIALIZED VIEW d.totals AS SELECT 1 FROM d.s", "columns are not known"),
        ("CREATE MATERIALIZED VIEW d.totals (n int) AS (SELECT 1 FROM d.s) TTL _tp_time + INTERVAL 1 DAY", "TTL"),
    ] {
        let plan = plan(view);
        assert_eq!(view_of(&plan).inner_target, None, "{view}");
        let found = view_of(&plan).findings.iter().find(|found| found.rule == "inner-rows").expect("a finding");
        assert!(found.message.contains(why) && !found.remedy.contains("explicit_target"), "{found:?}");
        let (document, _) = PlanDocument::parse_unchecked(plan.to_yaml()).expect("a plan");
        let edit = PlanEdit::InnerRows { step: view_of(&plan).number, rows: InnerRows::ExplicitTarget };
        assert!(document.edited(&edit).is_err(), "{view}");
    }
}

#[test]
fn rule_15_the_configuration_decides_where_its_wish_fits() {
    let stream = "CREATE STREAM d.s (a string, `_tp_time` datetime64(3, 'UTC'))";
    let again = "CREATE MATERIALIZED VIEW d.again (n int) AS SELECT 1 AS n FROM d.s SETTINGS seek_to = 'earliest'";
    let source = snapshot(&["CREATE DATABASE d", stream, VIEW, again], &[]);
    for (wish, totals, other) in [
        (InnerRows::ExplicitTarget, InnerRows::ExplicitTarget, InnerRows::Undecided),
        (InnerRows::Rebuild, InnerRows::Undecided, InnerRows::Rebuild),
        (InnerRows::LeaveOut, InnerRows::LeaveOut, InnerRows::LeaveOut),
    ] {
        let mut config = config(Settings::default());
        config.inner_rows = wish;
        let plan = plan_with(&config, &source, Some(&snapshot(&[], &[])));
        for (name, expected) in [("totals", totals), ("again", other)] {
            let view = plan.steps.iter().find(|step| step.inner_rows.is_some() && step.resource.name == name);
            let view = view.expect("the view");
            assert_eq!(view.inner_rows, Some(expected), "{wish:?} {name}");
            let blocks = view.findings.iter().any(|found| found.severity == Severity::Blocks);
            assert_eq!(blocks, expected == InnerRows::Undecided, "{:?}", view.findings);
        }
        assert_eq!(problems(&plan), [""; 0]);
    }
}

#[test]
fn a_renamed_database_takes_the_stream_along() {
    let mut plan = plan(VIEW);
    let mut renames = Renames::default();
    renames.add_database("d", "e");
    plan.rename(&renames);
    let renamed = ResourceName { database: Some("e".into()), ..stream() };
    assert_eq!(view_of(&plan).inner_target, Some(renamed.clone()));
    let (document, _) = PlanDocument::parse_unchecked(plan.to_yaml()).expect("a plan");
    let carried = decided(&document, InnerRows::ExplicitTarget);
    let copies = carried.plan().steps.iter().filter(|step| step.resource == renamed && step.copy.is_some());
    let sources: Vec<String> = copies.map(|step| step.on_source().to_string()).collect();
    assert_eq!(sources, ["materialized view d.totals"]);
    assert_eq!(problems(carried.plan()), [""; 0]);
}
