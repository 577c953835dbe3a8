//! Plans as YAML: what people see, edit and get wrong.
#![cfg(feature = "yaml")]

mod support;

use ferry_model::{CompareLevel, Problem, ResourceKind, SecretReference};
use ferry_plan::{CompareSpec, CopyThrough, InnerRows, Plan, PlanDocument, Settings};
use proptest::prelude::*;
use support::{plan_of, snapshot};

fn plan() -> Plan {
    let mut source = snapshot(
        &[
            "CREATE DATABASE d",
            "CREATE STREAM d.s (`a b` string, `_tp_time` datetime64(3, 'UTC'))\nSETTINGS x = '# no comment: y'",
            "CREATE VIEW d.v AS\nSELECT\n  *\nFROM\n  d.s",
            "CREATE MATERIALIZED VIEW d.m AS SELECT * FROM d.v",
        ],
        &[
            (ResourceKind::SavedQuery, serde_json::json!({"name": "q 1", "sql": "SELECT\n  1", "tags": []})),
            (ResourceKind::Dashboard, serde_json::json!({"name": "b", "panels": [{"w": 80, "l": "80", "x": 1.5}]})),
        ],
    );
    source.resources[1].secrets = vec![SecretReference { key: "a.b".into(), readable_on_source: false }];
    plan_of(&source, Some(&snapshot(&[], &[])), Settings { show_query_history: true, ..Settings::default() })
}

fn parse(text: &str) -> Result<PlanDocument, Vec<Problem>> {
    PlanDocument::parse(text)
}

fn problems(text: &str) -> Vec<String> {
    match parse(text) {
        Ok(_) => vec![],
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_written_plan_reads_back_as_the_same_plan_and_keeps_its_text() {
    let plan = plan();
    let text = plan.to_yaml();
    let document = parse(&text).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
    assert_eq!(*document.plan(), plan);
    assert_eq!(document.text(), text);
    assert!(text.contains("    definition: |-\n      CREATE VIEW d.v AS\n      SELECT\n"), "{text}");
}

#[test]
fn another_reader_of_yaml_understands_the_same() {
    let text = plan().to_yaml();
    let value: serde_yaml::Value = serde_yaml::from_str(&text).expect("valid YAML");
    let steps = value["steps"].as_sequence().expect("a list");
    assert_eq!(steps.len(), plan().steps.len());
    let stream = steps.iter().find(|step| step["kind"] == "stream" && step["action"] == "create").expect("a stream");
    let ferry_model::Definition::Sql(sql) = plan().steps[1].definition.clone().expect("a definition") else {
        panic!("a stream is SQL");
    };
    assert_eq!(stream["definition"].as_str(), Some(sql.as_str()));
}

#[test]
fn comments_and_layout_do_not_change_the_digest_and_definitions_do() {
    let text = plan().to_yaml();
    let digest = |text: &str| parse(text).unwrap_or_else(|problems| panic!("{problems:?}")).plan().digest();
    let commented = text.replace("steps:\n", "# a remark\nsteps: # here\n\n").replace("needs: [1]", "needs:   [ 1 ]");
    assert_ne!(text, commented);
    assert_eq!(digest(&text), digest(&commented));
    assert_eq!(digest(&text), digest(&text.replace("name: a test", "name: another")));
    assert_ne!(digest(&text), digest(&text.replace("  d.s", "  d.s  LIMIT 5")));
    assert_ne!(digest(&text), digest(&text.replace("max_block_size: 10", "max_block_size: 20")));
}

#[test]
fn a_switched_off_step_counts_like_a_deleted_one() {
    let text = plan().to_yaml();
    let last = text.rfind("\n  # create dashboard").into_iter().chain(text.rfind("\n  # create saved query")).max();
    let off = format!("{}    enabled: false\n", text.trim_end_matches('\n').to_owned() + "\n");
    let head = &text[..last.expect("a last step") + 1];
    let deleted = head.to_owned();
    let (off, deleted) = (parse(&insert_off(&off)).expect("reads"), parse(&deleted).expect("reads"));
    assert_eq!(off.plan().digest(), deleted.plan().digest());
}

/// The last step's `enabled: false` belongs before `left_out`, which follows the steps.
fn insert_off(text: &str) -> String {
    let text = text.replacen("    enabled: false\n", "", 1);
    match text.find("\n# What the source has and this plan does not carry.") {
        Some(at) => format!("{}    enabled: false\n{}", &text[..at], &text[at..]),
        None => format!("{text}    enabled: false\n"),
    }
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let text = plan().to_yaml();
    let line_of =
        |needle: &str| text[..text.find(needle).unwrap_or_else(|| panic!("{needle}\n{text}"))].lines().count();
    for (from, to, expected) in [
        ("    action: create\n    kind: view", "    action: make\n    kind: view", "`make` is no `action`".to_owned()),
        ("    kind: view\n", "    kind: window\n", "`window` is no `kind`".into()),
        ("    kind: view\n", "    kind: view\n    colour: red\n", "`colour` is not a key of step".into()),
        ("needs: [1, 2]", "needs: [1, 99]", "needs step 99, which is not in the plan".into()),
        ("  - step: 2\n", "  - step: 1\n", "Step number 1 is used twice".into()),
        ("CREATE VIEW d.v AS", "CREATE VIEW d.w AS", "The definition is of `view d.w`".into()),
        ("CREATE VIEW d.v AS", "CREATE VIEV d.v AS", format!("line {}, column 14:", line_of("CREATE VIEW d.v AS"))),
        ("inner_rows: undecided", "inner_rows: rebuild", "should compute its rows again".into()),
        ("format: 1", "format: 7", "line 6, column 9: The plan has format 7".into()),
    ] {
        let broken = text.replacen(from, to, 1);
        assert_ne!(broken, text, "{from}");
        let found = problems(&broken);
        assert!(found.iter().any(|problem| problem.contains(&expected)), "{to}: {found:#?}");
        assert!(found.iter().all(|problem| problem.starts_with("line ")), "{found:#?}");
    }
}

#[test]
fn a_removed_step_that_others_need_is_named_with_them() {
    let plan = plan();
    let mut edited = plan.clone();
    let stream = edited.steps.iter().position(|step| step.resource.kind == ResourceKind::Stream).expect("a stream");
    let number = edited.steps.remove(stream).number;
    let found = problems(&edited.to_yaml());
    assert!(found.iter().any(|problem| problem.contains(&format!("needs step {number}"))), "{found:#?}");
    let mut edited = plan;
    edited.steps[stream].enabled = false;
    let found = problems(&edited.to_yaml());
    assert!(found.iter().any(|problem| problem.contains("which is disabled")), "{found:#?}");
}

#[test]
fn a_decision_is_read() {
    let text = plan().to_yaml().replace("inner_rows: undecided", "inner_rows: leave_out");
    let document = parse(&text).expect("reads");
    assert!(document.plan().steps.iter().any(|step| step.inner_rows == Some(InnerRows::LeaveOut)));
    assert!(!document.plan().steps.iter().any(ferry_plan::Step::is_undecided));
}

#[test]
fn texts_that_are_no_plan_are_refused() {
    for text in ["", "- a\n- b\n", "steps: [", "a: 1\n---\nb: 2\n", "{}"] {
        assert!(!problems(text).is_empty(), "{text}");
    }
}

#[test]
fn no_secret_of_the_configuration_stands_in_a_plan() {
    let text = plan().to_yaml();
    assert!(!text.contains("very secret"), "{text}");
    assert!(!serde_json::to_string(&plan()).expect("plans are plain JSON").contains("very secret"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Names, comments and texts of any characters survive, and secrets of the configuration never appear.
    #[test]
    fn any_name_and_text_survives(name in "[^\u{0}]{1,30}", sql in "[ -~\n]{0,80}", message in any::<String>()) {
        let source = snapshot(&[], &[(ResourceKind::SavedQuery, serde_json::json!({"name": name, "sql": sql}))]);
        let mut plan = plan_of(&source, None, Settings::default());
        plan.query_history.push(message.clone());
        plan.name = message;
        let text = plan.to_yaml();
        let document = parse(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
        prop_assert_eq!(document.plan(), &plan);
        prop_assert!(!text.contains("very secret"));
    }
}

#[test]
fn how_closely_rows_are_compared_is_part_of_what_is_signed_off() {
    let text = plan().to_yaml();
    let level = "    compare:\n      level: checksum\n";
    assert!(text.contains(level), "a new plan compares by checksums: {text}");
    let parsed = |text: &str| parse(text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}")).plan().clone();
    let spec = |plan: &Plan| plan.steps.iter().find_map(|step| step.compare);
    let horizon = text.replace(level, &format!("{level}      from: 2026-01-31 00:00:00 UTC\n"));
    let with_horizon = parsed(&horizon);
    let expected =
        CompareSpec { level: CompareLevel::Checksum, from_ms: Some(1_769_817_600_000), ..CompareSpec::default() };
    assert_eq!(spec(&with_horizon), Some(expected));
    assert_eq!(parsed(&with_horizon.to_yaml()), with_horizon);
    let by_count = parsed(&text.replace(level, ""));
    assert_eq!(spec(&by_count), None, "plans from before there was a choice count");
    let digests = [&parsed(&text), &with_horizon, &by_count].map(Plan::digest);
    assert!(digests[0] != digests[1] && digests[1] != digests[2] && digests[0] != digests[2]);
    for (wrong, said) in [("level: closely", "level"), ("level: count\n      from: soon", "`from` must be a moment")] {
        let found = problems(&text.replace("level: checksum", wrong));
        assert!(found.iter().any(|problem| problem.contains(said)), "{wrong}: {found:?}");
    }
}

#[test]
fn rule_22_how_often_rows_follow_is_part_of_what_is_signed_off() {
    let without = plan();
    let mut with = without.clone();
    with.settings.catch_up_rounds = 3;
    let text = with.to_yaml();
    assert!(text.contains("  catch_up_rounds: 3\n") && !without.to_yaml().contains("catch_up_rounds"), "{text}");
    let document = parse(&text).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
    assert_eq!(*document.plan(), with);
    assert_ne!(with.digest(), without.digest());
    assert!(problems(&text.replace("rounds: 3", "rounds: often")).concat().contains("catch_up_rounds"));
}

#[test]
fn the_way_that_rows_take_is_written_read_and_part_of_what_is_signed_off() {
    let text = plan().to_yaml();
    assert!(!text.contains("through:"), "a plan with helpers says nothing, as before");
    let digest = parse(&text).unwrap().plan().digest();
    let relayed = text.replacen("\nsettings:\n", "\nsettings:\n  copy_through: relay\n", 1);
    let by_step = text.replacen("    copy:\n", "    copy:\n      through: helper_or_relay\n", 1);
    for (text, expected) in [(&relayed, CopyThrough::Relay), (&by_step, CopyThrough::HelperOrRelay)] {
        let document = parse(text).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let plan = document.plan();
        let copy = plan.steps.iter().find_map(|step| step.copy.as_ref()).unwrap();
        assert_eq!(plan.through(copy), expected);
        assert_ne!(plan.digest(), digest);
        let again = parse(&plan.to_yaml()).unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert_eq!(again.plan(), plan);
    }
    let wrong = problems(&text.replacen("\nsettings:\n", "\nsettings:\n  copy_through: magic\n", 1));
    assert!(wrong[0].contains("`copy_through` must be `helper`, `relay` or `helper_or_relay`."), "{wrong:?}");
}

#[test]
fn what_the_vendor_does_not_have_is_read_back_and_signed_off_only_where_it_is_used() {
    let without = plan();
    for (change, line) in [
        (&|settings: &mut Settings| settings.copies_at_once = 5, "  copies_at_once: 5\n"),
        (&|settings: &mut Settings| settings.comparisons_at_once = 1, "  comparisons_at_once: 1\n"),
        (&|settings: &mut Settings| settings.slices_in_flight = 16, "  slices_in_flight: 16\n"),
        (&|settings: &mut Settings| settings.stop_sinks_on_source = true, "  stop_sinks_on_source: true\n"),
        (
            &|settings: &mut Settings| settings.stop_materialized_views_on_source = true,
            "  stop_materialized_views_on_source: true\n",
        ),
    ] as [(&dyn Fn(&mut Settings), &str); 5]
    {
        let mut with = without.clone();
        change(&mut with.settings);
        let text = with.to_yaml();
        assert!(text.contains(line) && !without.to_yaml().contains(line), "{text}");
        let document = parse(&text).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
        assert_eq!((document.plan(), document.plan().digest()), (&with, with.digest()), "{line}");
        assert_ne!(with.digest(), without.digest(), "{line}");
    }
    for (wrong, said) in [
        ("copies_at_once: 0", "must be a whole number, at least 1,"),
        ("slices_in_flight: 0", "must be a whole number, at least 1 and at most 16"),
        ("slices_in_flight: 17", "must be a whole number, at least 1 and at most 16"),
    ] {
        let found = problems(&without.to_yaml().replace("settings:\n", &format!("settings:\n  {wrong}\n")));
        assert!(found.concat().contains(said), "{wrong}: {found:?}");
    }
}
