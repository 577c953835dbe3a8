//! Keyed modes: what `table()` shows of a key.

use std::sync::Arc;

use ferry_sandbox::engine::QueryContext;
use ferry_sandbox::storage::{Mode, Stream};

use super::support::{World, check, columns, insert, spec};

fn keyed(mode: Mode, version: Option<&str>, shards: u32) -> (QueryContext, Arc<Stream>) {
    let defs = columns(&[
        ("id", "int32", ""),
        ("v", "int64", ""),
        ("name", "string", ""),
        ("_tp_delta", "int8", "1"),
        ("_tp_time", "datetime64(3, 'UTC')", "now64(3, 'UTC')"),
    ]);
    let mut spec = spec(&defs, mode);
    spec.primary_key = vec!["id".to_owned()];
    spec.version_column = version.map(str::to_owned);
    spec.shards = shards;
    let stream = Stream::open(spec).expect("a stream");
    let mut world = World::new();
    world.stream("s", defs, stream.clone());
    (world.context(), stream)
}

#[tokio::test]
async fn a_mutable_stream_shows_the_last_row_of_each_key() {
    let (context, stream) = keyed(Mode::Mutable, None, 3);
    insert(&context, "INSERT INTO s (id, v, name) VALUES (1, 1, 'a'), (2, 1, 'b'), (1, 2, 'c')").expect("rows");
    insert(&context, "INSERT INTO s (id, v, name) VALUES (2, 0, 'd')").expect("rows");
    check(
        &context,
        "SELECT id, v, name FROM table(s) ORDER BY id",
        "id int32, v int64, name string\n1 | 2 | c\n2 | 0 | d",
    )
    .await;
    assert_eq!(stream.visible_rows().expect("a count"), 2);
}

#[tokio::test]
async fn the_larger_version_wins_whatever_the_order() {
    let (context, _) = keyed(Mode::VersionedKv, Some("v"), 1);
    insert(&context, "INSERT INTO s (id, v, name) VALUES (1, 5, 'new')").expect("rows");
    insert(&context, "INSERT INTO s (id, v, name) VALUES (1, 3, 'old'), (2, -1, 'x')").expect("rows");
    insert(&context, "INSERT INTO s (id, v, name) VALUES (2, -1, 'same version, later')").expect("rows");
    check(
        &context,
        "SELECT id, name FROM table(s) ORDER BY id",
        "id int32, name string\n1 | new\n2 | same version, later",
    )
    .await;
}

#[tokio::test]
async fn a_removal_takes_the_key_out_of_a_changelog_kv_stream() {
    let (context, _) = keyed(Mode::ChangelogKv, None, 1);
    insert(&context, "INSERT INTO s (id, v, name, _tp_delta) VALUES (1, 1, 'a', 1), (2, 1, 'b', 1)").expect("rows");
    insert(&context, "INSERT INTO s (id, v, name, _tp_delta) VALUES (1, 1, 'a', -1)").expect("rows");
    check(&context, "SELECT id FROM table(s)", "id int32\n2").await;
}

#[tokio::test]
async fn a_changelog_stream_keeps_every_row() {
    let (context, _) = keyed(Mode::Changelog, None, 1);
    insert(&context, "INSERT INTO s (id, v, name, _tp_delta) VALUES (1, 1, 'a', 1), (1, 1, 'a', -1)").expect("rows");
    check(&context, "SELECT count(), sum(_tp_delta) FROM table(s)", "count() uint64, sum(_tp_delta) int64\n2 | 0")
        .await;
}

#[tokio::test]
async fn merging_keeps_the_latest_rows_and_the_index() {
    let (context, stream) = keyed(Mode::Mutable, None, 1);
    for round in 0..200 {
        insert(
            &context,
            &format!("INSERT INTO s (id, v, name) VALUES ({}, {round}, 'x'), (1000, {round}, 'y')", round % 50),
        )
        .expect("rows");
        if round % 40 == 0 {
            stream.optimize().expect("a merge");
        }
    }
    stream.optimize().expect("a merge");
    check(
        &context,
        "SELECT count(), sum(v), max(v) FROM table(s)",
        "count() uint64, sum(v) int64, max(v) int64\n51 | 8924 | 199",
    )
    .await;
    insert(&context, "INSERT INTO s (id, v, name) VALUES (1000, 7, 'z')").expect("rows");
    check(&context, "SELECT v FROM table(s) WHERE id = 1000", "v int64\n7").await;
}
