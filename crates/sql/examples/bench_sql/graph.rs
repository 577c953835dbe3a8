//! From definitions to an ordered graph.

use ferry_sql::script::{Script, Source};
use std::process::Command;
use std::time::Instant;

/// Starts this program again, so that its peak of memory is the graph's alone.
pub fn in_own_process(count: usize) {
    let program = std::env::current_exe().expect("this program has a path");
    let status = Command::new(program).args(["graph", &count.to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()), "the graph of {count} definitions");
}

/// Reads, refers and orders, and prints one line.
pub fn report(count: usize) {
    let sources = definitions(count);
    let (begun, processor) = (Instant::now(), processor_seconds());
    let script = Script::read(sources, "default");
    let order = script.order().expect("no circle was made");
    let seconds = begun.elapsed().as_secs_f64();
    let processor = processor.zip(processor_seconds()).map(|(before, after)| format!("{:.2}", after - before));
    let processor = processor.unwrap_or_else(|| "unknown".to_owned());
    assert!(script.is_ok() && order.len() == count);
    let edges: usize = script.items().iter().map(|item| script.references(item).items.len()).sum();
    let peak = peak_megabytes().map_or_else(|| "unknown".to_owned(), |megabytes| format!("{megabytes:.0}"));
    let each = seconds * 1e6 / count as f64;
    println!("{count:>11} {seconds:>10.3} {processor:>12} {each:>14.1} {edges:>10} {peak:>12}");
}

/// Streams, views over views, and materialized views into targets, the last first.
fn definitions(count: usize) -> Vec<Source> {
    let mut sources: Vec<Source> = (0..count).map(|n| Source::with_id(format!("id{n:06}"), definition(n))).collect();
    sources.reverse();
    sources
}

fn definition(n: usize) -> String {
    let stream = n / 5 * 5;
    let view = stream + 2;
    match n % 5 {
        0 | 1 => format!(
            "CREATE STREAM shop.s{n}\n(\n  `order_id` string,\n  `customer` low_cardinality(string),\n  `amount` decimal(18, 4),\n  `paid` bool DEFAULT false,\n  `ts` datetime64(3, 'UTC') DEFAULT now64(3, 'UTC'),\n  `_tp_time` datetime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(DoubleDelta, LZ4),\n  INDEX _tp_time_index _tp_time TYPE minmax GRANULARITY 32\n)\nPARTITION BY to_YYYYMMDD(_tp_time)\nORDER BY to_start_of_hour(_tp_time)\nTTL to_datetime(_tp_time) + INTERVAL 7 DAY\nSETTINGS index_granularity = 8192, logstore_retention_bytes = '107374182'"
        ),
        2 => format!(
            "CREATE VIEW shop.s{n} AS WITH recent AS (SELECT order_id, customer, amount, ts FROM shop.s{stream} WHERE ts > now() - 1h AND NOT paid) SELECT customer, count() AS orders, sum(amount) AS total FROM tumble(recent, ts, 5m) GROUP BY window_start, customer"
        ),
        3 => format!(
            "CREATE MATERIALIZED VIEW shop.s{n} INTO shop.s{} AS SELECT a.customer AS order_id, b.customer, a.total AS amount FROM shop.s{view} AS a INNER JOIN table(shop.s{stream}) AS b ON a.customer = b.customer SETTINGS seek_to = 'earliest', recovery_policy = 'best_effort'",
            stream + 1
        ),
        _ => {
            let other = n.saturating_sub(7).max(stream.min(2)) / 5 * 5;
            format!(
                "CREATE VIEW shop.s{n} AS SELECT * FROM shop.s{view} UNION ALL SELECT customer, 1, amount FROM shop.s{other}"
            )
        }
    }
}

/// How long this process computed, which other processes do not disturb; where the system tells it.
fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name in parentheses: the 12th and 13th are ticks of user and system time, a hundred a second.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// The most memory this process ever had, where the system tells it.
fn peak_megabytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}
