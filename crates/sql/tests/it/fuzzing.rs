//! A short run of what `cargo xtask fuzz sql` does for as long as one likes.

#[path = "../../examples/fuzz_sql/mutate.rs"]
mod mutate;
#[path = "../../examples/fuzz_sql/promises.rs"]
mod promises;
#[path = "../../examples/fuzz_sql/reading.rs"]
mod reading;

use std::collections::HashSet;

#[test]
fn texts_that_nobody_wrote_break_no_promise() {
    let seeds = [
        "CREATE STREAM db.s (a int DEFAULT 1 CODEC(LZ4), INDEX i a TYPE minmax) TTL a + INTERVAL 1 DAY SETTINGS shards = 3",
        "CREATE MATERIALIZED VIEW mv INTO t AS WITH c AS (SELECT 1) SELECT raw:a.b::int, CASE WHEN a THEN b END FROM tumble(s, 5s)",
        "CREATE DICTIONARY d (k int) PRIMARY KEY k SOURCE(TIMEPLUS(STREAM 's' PASSWORD 'p')) LAYOUT(FLAT())",
        "CREATE STREAM e (raw string) ENGINE = ExternalStream SETTINGS type = 'kafka', password = '[HIDDEN]'",
    ];
    let mut corpus: Vec<String> = seeds.map(str::to_owned).to_vec();
    let mut mutator = mutate::Mutator::new(3);
    let mut known: HashSet<u64> = HashSet::new();
    for _ in 0..1_500 {
        let text = mutator.next(&corpus);
        let before = known.len();
        known.extend(promises::check(&text));
        if known.len() > before {
            corpus.push(text);
        }
    }
    assert!(corpus.len() > 50, "{} texts brought out something new", corpus.len());
}
