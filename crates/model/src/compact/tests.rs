use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::*;
use crate::{
    Count, Event, EventBody, FeedMessage, FerryError, LedgerEntry, LedgerState, NextAction, Permission, Problem,
    QueryId, ResourceKind, ResourceName, RunId, RunMode, RunView, Side, StepAction, StepNumber, StepSummary,
};

fn check<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let text = to_string(value).expect("writable");
    assert_eq!(from_str::<T>(&text).as_ref(), Ok(value), "{text}");
}

fn body(text: &str) -> &str {
    text.strip_prefix(VERSION).expect("the version comes first")
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Plain {
    a: i64,
    b: Option<String>,
    c: Vec<u8>,
    d: (bool, f64, char),
    e: BTreeMap<String, Option<u32>>,
    f: (),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct WithSkipped {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    list: Vec<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    maybe: Option<u32>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    text: String,
    last: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Named {
    Nothing,
    One(u32),
    Two(u32, String),
    Fields { kind: ResourceKind, inner: Option<Box<Named>> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Tagged {
    Nothing,
    Fields { named: Named, list: Vec<Named>, number: i32 },
    Struct(WithSkipped),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Flat {
    first: u32,
    #[serde(flatten)]
    rest: WithSkipped,
}

#[test]
fn values_of_every_shape_survive() {
    check(&Plain {
        a: i64::MIN,
        b: Some("é\n5:x]".into()),
        c: vec![0, 255],
        d: (true, -0.1, '字'),
        e: BTreeMap::from([("k".into(), None), (String::new(), Some(7))]),
        f: (),
    });
    check(&vec![u64::MAX, 0]);
    check(&WithSkipped { list: vec![], maybe: None, text: String::new(), last: 3 });
    check(&WithSkipped { list: vec![1], maybe: Some(2), text: "t".into(), last: 3 });
    check(&Flat { first: 1, rest: WithSkipped { list: vec![], maybe: Some(2), text: "t".into(), last: 3 } });
    let inner = Named::Fields { kind: ResourceKind::View, inner: None };
    let named = [Named::Nothing, Named::One(4), Named::Two(1, "x".into()), inner.clone()];
    named.iter().for_each(check);
    check(&Named::Fields { kind: ResourceKind::Stream, inner: Some(Box::new(inner)) });
    check(&Tagged::Nothing);
    check(&Tagged::Fields { named: named[3].clone(), list: named.to_vec(), number: -4 });
    check(&Tagged::Struct(WithSkipped { list: vec![1], maybe: None, text: "t".into(), last: 9 }));
}

#[test]
fn the_text_is_as_documented() {
    let value =
        (Some("hello"), -42, [true, false], None::<u32>, Named::One(3), Named::Nothing, BTreeMap::from([(1, 2)]));
    let text = to_string(&value).expect("writable");
    assert_eq!(body(&text), "[5:helloi-42;[tf]nV1;i3;v0;{i1;i2;}]");
}

#[test]
fn what_the_console_answers_survives() {
    let errors = [
        FerryError::NotSignedIn,
        FerryError::Forbidden { permission: Permission::OperateRuns },
        FerryError::Invalid {
            what: "file".into(),
            problems: vec![Problem { line: 1, column: 2, message: "m".into() }],
        },
    ];
    errors.iter().for_each(check);
    check(&Ok::<(), FerryError>(()));
    check(&NextAction::Retry { run: RunId::new("r"), n_steps: 3 });
    let name = ResourceName::in_database(ResourceKind::Stream, "market", "trades");
    check(&LedgerEntry {
        resource: name.clone(),
        step: StepNumber(3),
        side: Side::Target,
        state: LedgerState::Created,
        server_id: None,
        definition_digest: "d".into(),
    });
    let step = StepSummary {
        number: StepNumber(1),
        action: StepAction::Copy,
        resource: name.clone(),
        rows_total: Count::exact(7),
        after: vec![],
    };
    let created = EventBody::RunCreated {
        migration: crate::MigrationId::new("m"),
        mode: RunMode::Migrate,
        plan_digest: "d".into(),
        target: "t".into(),
        started_by: "anna".into(),
        steps: vec![step],
    };
    let bodies = [
        created,
        EventBody::RunPaused,
        EventBody::QuerySent { step: StepNumber(1), side: Side::Source, query: QueryId::new("q") },
        EventBody::StepFailed { step: StepNumber(1), error: errors[1].clone() },
        EventBody::Created { step: StepNumber(1), side: Side::Target, resource: name, server_id: None },
        EventBody::Noted { step: None, text: "n".into() },
    ];
    let events: Vec<Event> = (1..).zip(bodies).map(|(seq, body)| Event::new(seq, -1, body)).collect();
    check(&events);
    check(&FeedMessage::Snapshot { view: Box::new(RunView::fold(&events)), seq: 6 });
    check(&FeedMessage::Events { events });
    check(&FeedMessage::SignedOut);
}

#[test]
fn an_event_of_a_newer_ferry_keeps_its_kind_and_text() {
    let text = r#"{"seq":1,"at_ms":2,"version":9,"kind":"slice_moved","data":{"rows":5}}"#;
    let event: Event = serde_json::from_str(text).expect("a well-formed event");
    let read: Event = from_str(&to_string(&event).expect("writable")).expect("its own output");
    let EventBody::Unknown { kind, data } = read.body else { panic!("{read:?}") };
    assert_eq!((kind.as_str(), data.as_str()), ("slice_moved", Some(r#"{"rows":5}"#)));
}

#[test]
fn a_text_of_another_version_or_a_broken_one_is_refused() {
    assert!(from_str::<u32>("ferry 0.0.0\ni1;").is_err());
    let broken = [
        "",
        "i",
        "i;",
        "i1",
        "i1;i1;",
        "i-1;",
        "i99999999999999999999;",
        "5:abc",
        "99999999999999999999:a",
        "[i1;",
        "x",
        "4294967296:",
        "1:é",
    ];
    for text in broken {
        assert!(from_str::<u32>(&format!("{VERSION}{text}")).is_err(), "{text}");
        assert!(from_str::<String>(&format!("{VERSION}{text}")).is_err(), "{text}");
        assert!(from_str::<Plain>(&format!("{VERSION}{text}")).is_err(), "{text}");
    }
    let deep = format!("{VERSION}{}", "[".repeat(100_000));
    assert!(from_str::<serde::de::IgnoredAny>(&deep).is_err());
    let many = format!("{VERSION}[{}]", "i1;".repeat(300));
    assert_eq!(from_str::<Vec<u8>>(&many).map(|list| list.len()), Ok(300));
    assert!(from_str::<(u8, u8)>(&many).is_err());
}
