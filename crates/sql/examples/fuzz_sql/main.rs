//! Feeds the lexer, the parser and the rewriter with texts that nobody wrote:
//! `cargo xtask fuzz sql --seconds 60`.
//!
//! It is guided by what a text makes the reader do: a mutated text that brings out a pair of tokens, a
//! kind of statement, an error or a rule which no text brought out before is kept and mutated further.
//! It needs no instrumented build and so runs on the stable toolchain. A text that breaks a promise is
//! printed in full, and the program ends with code 1.

mod mutate;
mod promises;
mod reading;

use std::collections::HashSet;
use std::io::Write;
use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use mutate::Mutator;

/// What is begun with where the shared corpus is absent.
const SEEDS: [&str; 6] = [
    "CREATE STREAM db.s (a int DEFAULT 1 CODEC(LZ4), INDEX i a TYPE minmax) PARTITION BY a TTL a + INTERVAL 1 DAY SETTINGS shards = 3 COMMENT 'c'",
    "CREATE MATERIALIZED VIEW mv INTO t AS WITH c AS (SELECT 1) SELECT raw:a.b::int, x[1], CASE WHEN a THEN b END FROM tumble(s, 5s) GROUP BY window_start EMIT AFTER WATERMARK",
    "CREATE DICTIONARY d (k int) PRIMARY KEY k SOURCE(TIMEPLUS(STREAM 's' USER 'u' PASSWORD 'p')) LAYOUT(FLAT()) LIFETIME(MIN 0 MAX 1)",
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE PYTHON AS $$def f(a): return a$$; GRANT SELECT ON a.* TO u",
    "CREATE STREAM e (raw string) ENGINE = ExternalStream SETTINGS type = 'kafka', password = '[HIDDEN]'",
    "INSERT INTO t VALUES (1, 'a'); ALTER STREAM s ADD COLUMN b int; SYSTEM PAUSE MATERIALIZED VIEW mv; SELECT {{x}}",
];

fn main() {
    let seconds = std::env::args().nth(1).and_then(|seconds| seconds.parse().ok()).unwrap_or(10);
    let seed = std::env::args().nth(2).and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut corpus = seeds();
    let mut mutator = Mutator::new(seed);
    let mut known: HashSet<u64> = HashSet::new();
    for text in &corpus {
        known.extend(run(text));
    }
    let (begun, mut spoken) = (Instant::now(), Instant::now());
    let (mut runs, mut slowest) = (0u64, Duration::ZERO);
    while begun.elapsed() < Duration::from_secs(seconds) {
        let text = mutator.next(&corpus);
        let (features, took) = timed(&text);
        if took > slowest {
            // The quicker of two: a busy machine makes any text slow once.
            slowest = slowest.max(took.min(timed(&text).1));
        }
        runs += 1;
        let before = known.len();
        known.extend(features);
        if known.len() > before {
            corpus.push(text);
        }
        if spoken.elapsed() > Duration::from_secs(10) {
            spoken = Instant::now();
            println!("{runs} texts, {} kept, {} features, slowest {slowest:?}", corpus.len(), known.len());
        }
    }
    let kept = corpus.len();
    println!("{runs} texts in {seconds} s, seed {seed}: no promise broken; {kept} kept, slowest {slowest:?}");
}

fn timed(text: &str) -> (Vec<u64>, Duration) {
    let started = Instant::now();
    let features = run(text);
    (features, started.elapsed())
}

/// What the text brought out; the end of the program if a promise was broken.
fn run(text: &str) -> Vec<u64> {
    match catch_unwind(|| promises::check(text)) {
        Ok(features) => features,
        Err(_) => {
            let mut out = std::io::stdout();
            // The panic's own message is on standard error; nothing is left to be done if this fails.
            let _ = writeln!(out, "this text breaks a promise:\n{text}\n({text:?})");
            std::process::exit(1);
        }
    }
}

fn seeds() -> Vec<String> {
    let here = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let beside = ["../../../shared", "../../../../shared"].map(|it| here.join(it).join("corpus/ddl.jsonl"));
    let text = beside.iter().find_map(|path| std::fs::read_to_string(path).ok());
    let sql = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(value["sql"].as_str()?.to_owned())
    };
    let found: Vec<String> = text.iter().flat_map(|text| text.lines()).filter_map(sql).collect();
    if found.is_empty() { SEEDS.map(str::to_owned).to_vec() } else { found }
}
