//! Plans from snapshots: order, copies, stages, findings.

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;

use ferry_model::{Product, ResourceKind, Side, Snapshot, StepAction, StepNumber, StreamMode, Version};
use ferry_plan::{ConfigMode, CopyThrough, IfExists, InnerRows, Plan, Settings, Severity, Step};
use support::{plan_of, snapshot};

const MARKET: [&str; 9] = [
    "CREATE DATABASE market",
    "CREATE FUNCTION mid AS (a, b) -> (a + b) / 2",
    "CREATE STREAM market.trades (`price` float64, `qty` float64, `cost` float64 ALIAS price * qty, `_tp_time` \
     datetime64(3, 'UTC'), `_tp_sn` int64)",
    "CREATE STREAM market.minutes (`at` datetime64(3), `mid` float64, `_tp_time` datetime64(3, 'UTC'))",
    "CREATE VIEW market.mids AS SELECT mid(price, price) AS mid FROM market.trades",
    "CREATE VIEW market.above AS SELECT * FROM market.mids WHERE mid > 1",
    "CREATE MATERIALIZED VIEW market.mv INTO market.minutes AS SELECT now64(3) AS at, mid FROM market.mids",
    "CREATE VIEW market.of_mv AS SELECT * FROM market.mv",
    "CREATE EXTERNAL STREAM market.out (a string) SETTINGS type = 'kafka', brokers = 'b:9092', topic = 't'",
];

fn market() -> Snapshot {
    let objects = [
        (ResourceKind::Source, serde_json::json!({"name": "feed", "type": "websocket", "stream": "market.trades"})),
        (
            ResourceKind::Sink,
            serde_json::json!({"name": "to http", "type": "http", "query": "SELECT * FROM market.mids"}),
        ),
        (
            ResourceKind::Dashboard,
            serde_json::json!({"name": "board", "panels": [{"viz_content": "SELECT * FROM market.above WHERE {{x}}"}]}),
        ),
        (ResourceKind::SavedQuery, serde_json::json!({"name": "q", "sql": "SELECT 1 FROM table(market.minutes)"})),
    ];
    snapshot(&MARKET, &objects)
}

fn find<'a>(plan: &'a Plan, action: StepAction, name: &str) -> &'a Step {
    let found = plan.steps.iter().find(|step| step.action == action && step.resource.name == name);
    found.unwrap_or_else(|| panic!("no {action:?} of {name}"))
}

fn rules(step: &Step) -> Vec<&str> {
    step.findings.iter().map(|finding| finding.rule.as_str()).collect()
}

/// Every step stands behind all that it waits for.
fn assert_ordered(plan: &Plan) {
    assert_eq!(plan.check(), [], "the plan can run");
    let place: BTreeMap<StepNumber, usize> = plan.steps.iter().enumerate().map(|(at, s)| (s.number, at)).collect();
    for summary in plan.step_summaries() {
        for after in &summary.after {
            assert!(place[after] < place[&summary.number], "{} stands before {after}", summary.resource);
        }
    }
}

#[test]
fn everything_is_created_after_what_it_needs() {
    let plan = plan_of(&market(), None, Settings::default());
    assert_ordered(&plan);
    let needs = |name: &str| {
        let step = find(&plan, StepAction::Create, name);
        let names = step.needs.iter().filter_map(|number| plan.step(*number)).map(|step| step.resource.name.as_str());
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names
    };
    assert_eq!(needs("mids"), ["market", "mid", "trades"]);
    assert_eq!(needs("mv"), ["market", "mids", "minutes"]);
    assert_eq!(needs("feed"), ["trades"]);
    assert_eq!(needs("to http"), ["mids"]);
    assert_eq!(needs("board"), ["above"]);
    assert_eq!(needs("q"), ["minutes"]);
}

#[test]
fn materialized_views_wait_for_every_copy_and_sources_for_them_too() {
    let plan = plan_of(&market(), None, Settings::default());
    let compares: Vec<StepNumber> =
        plan.steps.iter().filter(|step| step.action == StepAction::Compare).map(|step| step.number).collect();
    assert_eq!(compares.len(), 2);
    let view = find(&plan, StepAction::Create, "mv");
    assert!(compares.iter().all(|compare| plan.after(view).contains(compare)));
    let source = plan.after(find(&plan, StepAction::Create, "feed"));
    assert!(source.contains(&view.number) && compares.iter().all(|compare| source.contains(compare)));
    // A view that reads the materialized view stands behind it, whatever its kind's rank.
    assert!(find(&plan, StepAction::Create, "of_mv").number > view.number);
}

#[test]
fn a_stream_that_needs_a_materialized_view_is_copied_after_it() {
    let statements = [
        "CREATE STREAM a (x int, _tp_time datetime64(3))",
        "CREATE MATERIALIZED VIEW mv INTO a AS SELECT 1 AS x FROM a",
        "CREATE STREAM late (x int DEFAULT dict_get('mv', 'x', 1), _tp_time datetime64(3))",
    ];
    let plan = plan_of(&snapshot(&statements, &[]), None, Settings::default());
    assert_ordered(&plan);
    let view = find(&plan, StepAction::Create, "mv").number;
    assert!(find(&plan, StepAction::Create, "late").needs.contains(&view), "the test needs this dependency");
    assert!(find(&plan, StepAction::Copy, "late").number > view);
}

#[test]
fn a_copy_lists_its_columns_without_what_the_server_makes() {
    let plan = plan_of(&market(), None, Settings::default());
    let copy = find(&plan, StepAction::Copy, "trades").copy.as_ref().expect("a copy");
    assert_eq!(copy.columns, ["price", "qty", "_tp_time"]);
    assert_eq!((copy.threads, copy.order_by.len()), (8, 0));
    assert!(copy.helper.starts_with("ferry_helper_"));
}

#[test]
fn changelog_streams_carry_their_delta_in_order_and_keyed_ones_do_not() {
    let mut source = market();
    let trades = source.resources.iter_mut().find(|resource| resource.name.name == "trades").expect("trades");
    let mut delta = trades.columns[0].clone();
    delta.name = "_tp_delta".into();
    trades.columns.push(delta);
    for (mode, has_delta) in
        [(StreamMode::ChangelogKv, true), (StreamMode::Changelog, true), (StreamMode::VersionedKv, false)]
    {
        let trades = source.resources.iter_mut().find(|resource| resource.name.name == "trades").expect("trades");
        trades.mode = Some(mode);
        let plan = plan_of(&source, None, Settings::default());
        let copy = find(&plan, StepAction::Copy, "trades").copy.as_ref().expect("a copy");
        assert_eq!(copy.columns.contains(&"_tp_delta".to_owned()), has_delta, "{mode:?}");
        assert_eq!((copy.threads, copy.order_by.as_slice()), (1, ["_tp_time".to_owned()].as_slice()), "{mode:?}");
    }
}

#[test]
fn definitions_alone_are_carried_where_the_mode_says_so() {
    let settings = Settings { mode: ConfigMode::ResourceOnly, ..Settings::default() };
    let plan = plan_of(&market(), None, settings);
    assert!(plan.steps.iter().all(|step| step.action == StepAction::Create));
}

#[test]
fn running_sources_are_stopped_before_every_copy_where_the_settings_ask_for_it() {
    let settings = Settings { stop_data_ingestion_on_source: true, ..Settings::default() };
    let plan = plan_of(&market(), None, settings);
    let stop = find(&plan, StepAction::Stop, "feed");
    assert_eq!((stop.side, stop.server_id.as_deref()), (Side::Source, Some("id-feed")));
    assert!(plan.after(find(&plan, StepAction::Copy, "trades")).contains(&stop.number));
}

#[test]
fn sinks_and_materialized_views_of_the_source_are_stopped_where_somebody_asks_for_it() {
    let settings =
        Settings { stop_sinks_on_source: true, stop_materialized_views_on_source: true, ..Settings::default() };
    let stopped = |source: &Snapshot| -> Vec<ResourceKind> {
        let plan = plan_of(source, None, settings.clone());
        plan.steps.iter().filter(|step| step.action == StepAction::Stop).map(|step| step.resource.kind).collect()
    };
    let mut source = snapshot(
        &[
            "CREATE STREAM s (a int8)",
            "CREATE STREAM t (a int8)",
            "CREATE MATERIALIZED VIEW v INTO t AS SELECT a FROM s",
        ],
        &[],
    );
    source.deployment.product = Product::Enterprise;
    source.deployment.version = Version::new(2, 8, 1);
    assert_eq!(stopped(&source), [ResourceKind::MaterializedView]);
    source.deployment.version = Version::new(2, 6, 0);
    assert_eq!(stopped(&source), [], "a pause that a restart undoes is none");
}

#[test]
fn rule_23_tasks_that_nobody_stops_are_told() {
    let source = snapshot(&["CREATE STREAM s (a int8)", "CREATE TASK t SCHEDULE 1h INTO s AS SELECT 1 AS a"], &[]);
    let plan = plan_of(&source, None, Settings::default());
    let told = plan.findings.iter().find(|finding| finding.rule == "tasks-run-on").expect("a finding");
    assert!(
        told.message.starts_with("1 task of the source runs on") && told.message.contains("default.t"),
        "{}",
        told.message
    );
    assert!(plan_of(&market(), None, Settings::default()).findings.iter().all(|one| one.rule != "tasks-run-on"));
}

#[test]
fn what_exists_on_the_target_is_a_finding_and_its_databases_need_no_step() {
    let target = snapshot(&["CREATE DATABASE market", "CREATE VIEW market.trades AS SELECT 1"], &[]);
    let plan = plan_of(&market(), Some(&target), Settings::default());
    assert!(rules(find(&plan, StepAction::Create, "trades")).contains(&"exists-on-target"));
    assert!(!rules(find(&plan, StepAction::Create, "minutes")).contains(&"exists-on-target"));
    assert!(!plan.steps.iter().any(|step| step.resource.kind == ResourceKind::Database));
    assert!(plan.left_out.iter().any(|one| one.what == "database market"));
}

#[test]
fn rule_2_what_may_stand_is_a_choice_of_the_plan_and_rows_go_only_into_what_the_run_makes() {
    let target = snapshot(&["CREATE DATABASE market", "CREATE VIEW market.trades AS SELECT 1"], &[]);
    let mut plan = plan_of(&market(), Some(&target), Settings::default());
    let blocks = |plan: &Plan| plan.all_findings().filter(|(_, one)| one.rule == "exists-on-target").count();
    let position = plan.steps.iter().position(Step::may_stand).expect("a step for what is there");
    assert!(blocks(&plan) > 0);
    plan.steps[position].if_exists = IfExists::SkipIfEqual;
    assert_eq!(blocks(&plan), 0, "what was decided is asked no more");
    let digest = plan.digest();
    plan.steps[position].if_exists = IfExists::Refuse;
    assert_ne!(plan.digest(), digest);

    let with_choice = |action: StepAction, name: &str| {
        let mut plan = plan_of(&market(), None, Settings::default());
        let step = plan.steps.iter_mut().find(|step| step.action == action && step.resource.name == name);
        step.expect("the step").if_exists = IfExists::SkipIfEqual;
        plan.check().into_iter().map(|problem| problem.message).collect::<Vec<_>>().join("\n")
    };
    let copied = find(&plan, StepAction::Copy, "trades").resource.name.clone();
    assert!(with_choice(StepAction::Create, &copied).contains("Rows are copied only into streams that the run makes"));
    assert!(with_choice(StepAction::Copy, &copied).contains("take `if_exists` out"));
}

#[test]
fn rule_15_and_22_rows_of_a_view_without_into_must_be_decided_and_a_rebuild_needs_the_earliest_row() {
    let source = snapshot(&["CREATE MATERIALIZED VIEW v AS SELECT 1 FROM system.one"], &[]);
    let mut plan = plan_of(&source, None, Settings::default());
    assert_eq!(plan.steps[0].inner_rows, Some(InnerRows::Undecided));
    assert!(plan.steps[0].is_undecided());
    plan.steps[0].inner_rows = Some(InnerRows::Rebuild);
    assert!(plan.check()[0].message.contains("seek_to"), "a rebuild needs the earliest row");
    plan.steps[0].inner_rows = Some(InnerRows::LeaveOut);
    assert_eq!(plan.check(), []);
}

#[test]
fn a_stream_whose_values_the_relay_cannot_pass_on_blocks_where_its_rows_would_take_it() {
    let mut source = snapshot(&["CREATE STREAM s (b json)", "CREATE STREAM t (a tuple(json string))"], &[]);
    for (resource, data_type) in source.resources.iter_mut().zip(["json", "tuple(json string)"]) {
        resource.columns[0].data_type = data_type.into();
    }
    for (through, severity) in [
        (CopyThrough::Relay, Some(Severity::Blocks)),
        (CopyThrough::HelperOrRelay, Some(Severity::Caution)),
        (CopyThrough::Helper, None),
    ] {
        let plan = plan_of(&source, None, Settings { copy_through: through, ..Settings::default() });
        let found = |name| {
            let findings = &find(&plan, StepAction::Copy, name).findings;
            findings.iter().find(|finding| finding.rule == "not-relayable").cloned()
        };
        assert_eq!(found("s").map(|finding| finding.severity), severity, "{through:?}");
        assert!(found("s").is_none_or(|finding| finding.message.contains("b (json)")), "{through:?}");
        assert_eq!(found("t"), None, "a name is no type");
    }
}

#[test]
fn risks_are_findings_with_a_remedy() {
    let source = snapshot(
        &[
            "CREATE STREAM s (a int) SETTINGS storage_type = 'streaming'",
            "CREATE STREAM t (a int) TTL to_datetime(_tp_time) + INTERVAL 1 DAY",
            "CREATE MATERIALIZED VIEW v INTO t AS SELECT a FROM s SETTINGS seek_to = 'earliest'",
            "CREATE VIEW w AS SELECT * FROM nowhere",
            "CREATE EXTERNAL STREAM k (a string) SETTINGS type = 'kafka', brokers = 'b:9092', config_file = '/c'",
        ],
        &[],
    );
    let plan = plan_of(&source, None, Settings::default());
    for (action, name, rule) in [
        (StepAction::Create, "s", "no-history"),
        (StepAction::Copy, "t", "ttl"),
        (StepAction::Create, "v", "reads-from-earliest"),
        (StepAction::Create, "w", "unknown-name"),
        (StepAction::Create, "k", "external-system"),
        (StepAction::Create, "k", "local-files"),
    ] {
        assert!(rules(find(&plan, action, name)).contains(&rule), "{rule}");
    }
    assert!(!plan.steps.iter().any(|step| step.action == StepAction::Copy && step.resource.name == "s"));
    assert!(plan.all_findings().all(|(_, finding)| !finding.remedy.is_empty() && !finding.message.is_empty()));
    let whole: Vec<&str> = plan.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(whole, ["small-blocks", "helper-password"]);
    assert!(plan.findings[0].better_max_block_size.is_some_and(|better| better > 10));
}

#[test]
fn rule_8_a_target_that_cannot_pull_gets_a_plan_with_the_relay_and_a_finding_that_says_so() {
    let mut target = snapshot(&[], &[]);
    target.deployment.product = ferry_model::Product::Proton;
    for (version, through) in [("1.6.8", CopyThrough::Relay), ("1.6.9", CopyThrough::Helper)] {
        target.deployment.version = version.parse().unwrap();
        let plan = plan_of(&market(), Some(&target), Settings::default());
        assert_eq!(plan.settings.copy_through, through, "{version}");
        let found: Vec<&str> = plan.findings.iter().map(|finding| finding.rule.as_str()).collect();
        let is_relayed = through == CopyThrough::Relay;
        assert_eq!((found.contains(&"relay"), found.contains(&"helper-password")), (is_relayed, !is_relayed));
    }
}

#[test]
fn a_definition_that_cannot_be_read_is_shown_and_switched_off() {
    let mut source = market();
    source.resources[0].definition = ferry_model::Definition::Sql("CREATE DATABASE ((".into());
    let plan = plan_of(&source, None, Settings::default());
    let step = plan.steps.iter().find(|step| !step.enabled).expect("one is switched off");
    assert_eq!(step.findings[0].severity, Severity::Blocks);
}

#[test]
fn duplicate_names_and_circles_are_found() {
    let twice = serde_json::json!({"name": "board", "panels": []});
    let statements = ["CREATE VIEW a AS SELECT * FROM b", "CREATE VIEW b AS SELECT * FROM a"];
    let source = snapshot(&statements, &[(ResourceKind::Dashboard, twice.clone()), (ResourceKind::Dashboard, twice)]);
    let plan = plan_of(&source, None, Settings::default());
    let whole: Vec<&str> = plan.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(whole, ["circle", "duplicate-name"]);
}

#[test]
fn the_same_snapshots_give_the_same_plan() {
    let (a, b) = (plan_of(&market(), None, Settings::default()), plan_of(&market(), None, Settings::default()));
    assert_eq!(a, b);
    assert_eq!(a.digest(), b.digest());
}

/// Real applications, which lie beside the project and are not part of it.
#[test]
fn plans_of_real_applications_are_in_an_order_that_works() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let candidates = ["../../../shared/corpus/apps.jsonl", "../../../../shared/corpus/apps.jsonl"];
    let Some(text) = candidates.iter().find_map(|path| std::fs::read_to_string(root.join(path)).ok()) else {
        eprintln!("SKIPPED: the shared corpus is not beside the project");
        return;
    };
    let mut n_apps = 0;
    for line in text.lines() {
        let app: serde_json::Value = serde_json::from_str(line).expect("the corpus is JSON lines");
        let statements: Vec<&str> =
            app["statements"].as_array().expect("a list").iter().filter_map(|s| s.as_str()).collect();
        let mut source = snapshot(&statements, &[]);
        // An application may create a thing twice; a deployment holds it once.
        source.resources.dedup_by(|a, b| a.name == b.name);
        let mut plan = plan_of(&source, None, Settings::default());
        if plan.findings.iter().any(|finding| finding.rule == "circle") {
            continue;
        }
        // Streams without columns of their own (AS SELECT) have nothing to copy here.
        plan.steps.retain(|step| step.copy.as_ref().is_none_or(|copy| !copy.columns.is_empty()));
        let present: Vec<StepNumber> = plan.steps.iter().map(|step| step.number).collect();
        plan.steps.retain(|step| step.action != StepAction::Compare || step.needs.iter().all(|n| present.contains(n)));
        assert_ordered(&plan);
        n_apps += 1;
    }
    assert!(n_apps > 80, "only {n_apps} applications were planned");
}

#[test]
fn definitions_speak_as_the_targets_release_does_and_say_what_was_changed() {
    let source = snapshot(
        &[
            "CREATE STREAM a.s (a int32) ENGINE = Stream(2, 1, rand()) SETTINGS index_granularity = 8192",
            "CREATE EXTERNAL STREAM a.n (x string) SETTINGS type = 'nats_jetstream', nats_nkey_seed = '${secret:k}'",
        ],
        &[(
            ResourceKind::Sink,
            serde_json::json!({"name": "log", "type": "http", "query": "SELECT 1 FROM system.stream_state_log"}),
        )],
    );
    let mut target = snapshot(&["CREATE STREAM a.s (a int32) SETTINGS shards = 2"], &[]);
    target.deployment.version = ferry_model::Version::new(3, 3, 1);
    let plan = plan_of(&source, Some(&target), Settings::default());
    let create = |name: &str| {
        let found = plan.steps.iter().find(|step| step.resource.name == name && step.action == StepAction::Create);
        found.expect("a step that creates it")
    };
    let stream = create("s");
    let text = |step: &Step| match step.definition.as_ref().expect("a definition") {
        ferry_model::Definition::Sql(text) => text.clone(),
        ferry_model::Definition::Json(value) => value.to_string(),
    };
    assert_eq!(text(stream), "CREATE STREAM a.s (a int32) SETTINGS index_granularity = 8192, shards = 2");
    let told = stream.findings.iter().find(|found| found.rule == "rewrite-t1").expect("a finding");
    assert!(told.message.contains("Stream(2, 1, rand())"), "{}", told.message);
    // What is on the target is compared by meaning.
    let exists = stream.findings.iter().find(|found| found.rule == "exists-on-target").expect("a finding");
    assert!(exists.message.contains("means the same"), "{}", exists.message);
    let nats = create("n");
    assert!(text(nats).ends_with("nats_nkey = '${secret:external_stream.a.n.nats_nkey}'"), "{}", text(nats));
    let needed = nats.secrets.iter().find(|secret| secret.key == "external_stream.a.n.nats_nkey").expect("a secret");
    assert!(!needed.readable_on_source);
    assert!(text(create("log")).contains("system.introspection_state_log"));
}

#[test]
fn a_sink_of_an_older_release_comes_with_a_draft_of_what_replaced_it() {
    let sink = serde_json::json!({
        "name": "Hot", "type": "slack", "query": "SELECT city FROM t",
        "properties": {"url": "${secret:sink.Hot.properties.url}", "template": "{{ .city }} is hot"},
    });
    let source = snapshot(&[], &[(ResourceKind::Sink, sink)]);
    let mut target = snapshot(&[], &[]);
    target.deployment.version = ferry_model::Version::new(2, 9, 0);
    let plan = plan_of(&source, Some(&target), Settings::default());
    let step = plan.steps.iter().find(|step| step.resource.name == "Hot").expect("a step");
    let draft = step.findings.iter().find(|found| found.rule == "rewrite-t18").expect("a finding");
    assert_eq!(draft.severity, Severity::Caution);
    assert!(draft.message.contains("CREATE EXTERNAL STREAM default.Hot_out"), "{}", draft.message);
    assert!(draft.message.contains("${secret:sink.Hot.properties.url}"), "{}", draft.message);
}

/// The definition and the rules of a step, `rewrite-t4`.
fn rewritten(sql: &str, target: Version) -> (String, Vec<String>) {
    let (source, mut other) = (snapshot(&[sql], &[]), snapshot(&[], &[]));
    other.deployment.version = target;
    let plan = plan_of(&source, Some(&other), Settings::default());
    let step = plan.steps.iter().find(|step| step.action == StepAction::Create).expect("it is created");
    let Some(ferry_model::Definition::Sql(text)) = &step.definition else { panic!("no statement") };
    let applied = rules(step).into_iter().filter(|rule| rule.starts_with("rewrite-"));
    (text.clone(), applied.map(str::to_owned).collect())
}

#[test]
fn what_a_server_prints_by_itself_goes_by_rules_that_the_reviewer_sees() {
    let same = Version::new(2, 8, 2);
    let stream = "CREATE STREAM d.s UUID '00000000-0000-0000-0000-000000000001' (`a` int32, `_tp_sn` int64 CODEC(Delta(8), \
                  LZ4), INDEX _tp_sn_index _tp_sn TYPE minmax GRANULARITY 2)";
    let (text, applied) = rewritten(stream, same);
    assert_eq!(
        (text.as_str(), applied),
        ("CREATE STREAM d.s (`a` int32)", vec!["rewrite-t4".into(), "rewrite-t8".into()])
    );
    let view = "CREATE MATERIALIZED VIEW d.v INTO d.t\n(\n  `a` int32,\n  `_tp_time` datetime64(3, 'UTC') DEFAULT now64(3, \
                'UTC')\n) AS\nSELECT a FROM d.s";
    let (text, applied) = rewritten(view, same);
    assert_eq!(text, "CREATE MATERIALIZED VIEW d.v INTO d.t AS\nSELECT a FROM d.s");
    assert_eq!(applied, ["rewrite-t6"]);
    let function = "CREATE FUNCTION f(`a` string) RETURNS string AS $$\nfunction f(a) { return a; }\n$$";
    let (text, applied) = rewritten(function, same);
    assert!(text.contains("RETURNS string LANGUAGE JAVASCRIPT AS $$"), "{text}");
    assert_eq!(applied, ["rewrite-t5"]);
    // Everything else stays byte for byte.
    let odd = "CREATE VIEW d.v AS\nSELECT 1  -- odd   spacing";
    assert_eq!(rewritten(odd, same), (odd.to_owned(), vec![]));
}

#[test]
fn alerts_of_the_app_server_become_a_draft_where_the_target_has_alerts_in_sql() {
    let mut source = snapshot(&[], &[]);
    let alert = |template: &str| {
        serde_json::json!({
        "name": "too hot", "action": "slack", "trigger_sql": "SELECT machine, temp FROM readings WHERE temp > 98",
        "properties": {"trigger_template": template}})
    };
    for template in ["{{ .machine }} is at {{ .temp }}", "{{ if .x }}a{{ end }}"] {
        let (what, why) = ("alerts: too hot".to_owned(), "old".to_owned());
        source.left_out.push(ferry_model::LeftOut { what, why, alert: Some(alert(template)) });
    }
    let said = |version: Version| {
        let mut target = snapshot(&[], &[]);
        target.deployment.version = version;
        let plan = plan_of(&source, Some(&target), Settings::default());
        assert!(plan.left_out.iter().all(|one| one.alert.is_none()), "a plan keeps no copy of it");
        let found = plan.findings.into_iter().filter(|finding| finding.rule == "rewrite-t15");
        found.map(|finding| finding.message).collect::<Vec<String>>()
    };
    let [draft, by_hand] = &said(Version::new(3, 3, 1))[..] else { panic!("one for each") };
    assert!(draft.contains("CREATE ALERT default.`too hot`") && draft.contains("LANGUAGE PYTHON"), "{draft}");
    assert!(by_hand.contains("by hand") && !by_hand.contains("CREATE ALERT default"), "{by_hand}");
    assert_eq!(said(Version::new(2, 8, 2)), Vec::<String>::new());
}
