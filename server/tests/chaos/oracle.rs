//! What both sides hold, asked of each directly over its native port, with SQL that the product does not use.

use std::net::SocketAddr;

use ferry_model::Secret;
use ferry_timeplus::{Deployment, Endpoint, Timeouts};

use crate::sandbox::{PASSWORD, USER};

/// A stream of the workload.
pub struct Stream {
    pub name: &'static str,
    /// What tells its rows apart.
    key: &'static str,
    /// Every column, NULL apart from every value.
    row: &'static str,
    /// What orders the versions of a key.
    version: &'static str,
    /// How many keys the whole workload has in it, those that it deletes again left out.
    pub n_keys: u64,
}

/// Every stream that holds rows.
pub const STREAMS: [Stream; 6] = [
    Stream {
        name: "orders",
        key: "id",
        row: "id, is_null(who), if_null(who, ''), is_null(paid), if_null(paid, 0), to_string(price), _tp_time",
        version: "_tp_time",
        n_keys: 50_000,
    },
    Stream {
        name: "cheap_orders",
        key: "id",
        row: "id, to_string(price), _tp_time",
        version: "_tp_time",
        n_keys: 5_000,
    },
    Stream {
        name: "customers",
        key: "id",
        row: "id, is_null(name), if_null(name, ''), version, _tp_time",
        version: "version",
        n_keys: 8_000,
    },
    Stream { name: "stock", key: "id", row: "id, n, _tp_delta, _tp_time", version: "_tp_time", n_keys: 9_000 },
    Stream {
        name: "moves",
        key: "id, _tp_delta",
        row: "id, n, _tp_delta, _tp_time",
        version: "_tp_time",
        n_keys: 12_000,
    },
    Stream {
        name: "prices",
        key: "id",
        row: "id, is_null(note), if_null(note, ''), price, _tp_time",
        version: "_tp_time",
        n_keys: 9_000,
    },
];

/// What one side holds of one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub n_rows: u64,
    pub n_keys: u64,
    /// A sum of hashes over all rows.
    rows: u64,
    /// A sum of hashes over the latest version of each key.
    latest: u64,
}

/// What one side holds of one stream, whatever its keys are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    n_rows: u64,
    rows: u64,
}

impl Held {
    /// The same without its keys.
    pub const fn all_rows(&self) -> Rows {
        Rows { n_rows: self.n_rows, rows: self.rows }
    }
}

impl Stream {
    /// A remainder keeps the sum below 2^63, so that it cannot wrap.
    fn hash(&self) -> String {
        format!("city_hash64({}) % 1000000007", self.row)
    }
}

/// What a stream misses or has too much of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Difference {
    pub n_lost: u64,
    pub n_doubled: u64,
    /// Whether values differ where numbers agree.
    pub differs: bool,
}

impl Difference {
    pub fn between(source: &Held, target: &Held) -> Self {
        let n_lost = source.n_keys.saturating_sub(target.n_keys);
        let surplus = |held: &Held| held.n_rows - held.n_keys;
        let n_doubled = surplus(target).saturating_sub(surplus(source));
        Self { n_lost, n_doubled, differs: source != target }
    }
}

/// A deployment, asked directly.
pub struct Oracle(Deployment);

impl Oracle {
    pub async fn of(address: SocketAddr) -> Self {
        let endpoint = Endpoint::new(address.to_string(), USER, Secret::new(PASSWORD));
        let connected = Deployment::connect(endpoint, Timeouts::default()).await;
        Self(connected.unwrap_or_else(|error| panic!("{address} does not answer: {}", error.chain())))
    }

    /// Number and hashes of all rows, at the cost of one pass; `None` where the stream is not there.
    pub async fn rows(&self, stream: &Stream) -> Option<Rows> {
        let Stream { name, .. } = stream;
        let exists = format!("SELECT count() FROM system.tables WHERE database = 'sales' AND name = '{name}'");
        if self.number(&exists).await == 0 {
            return None;
        }
        let all = format!("SELECT count(), sum({}) FROM table(sales.{name})", stream.hash());
        let [n_rows, rows] = self.numbers(&all).await[..] else { panic!("two numbers: {all}") };
        Some(Rows { n_rows, rows })
    }

    /// How many rows there are, at next to no cost.
    pub async fn n_rows(&self, stream: &Stream) -> u64 {
        self.number(&format!("SELECT count() FROM table(sales.{})", stream.name)).await
    }

    /// `None` where the stream is not there. Keys are grouped: that takes long where there are millions.
    pub async fn held(&self, stream: &Stream) -> Option<Held> {
        let Stream { name, key, version, .. } = stream;
        let Rows { n_rows, rows } = self.rows(stream).await?;
        let hash = stream.hash();
        let by_key = format!(
            "SELECT count(), sum(h) FROM (SELECT arg_max({hash}, {version}) AS h FROM table(sales.{name}) GROUP BY {key})"
        );
        let [n_keys, latest] = self.numbers(&by_key).await[..] else { panic!("two numbers: {by_key}") };
        Some(Held { n_rows, n_keys, rows, latest })
    }

    /// Rows of a slice.
    pub async fn rows_between(&self, stream: &str, from_ms: Option<i64>, until_ms: Option<i64>) -> u64 {
        let moment = "to_unix_timestamp64_milli(_tp_time)";
        let from = from_ms.map_or(String::new(), |ms| format!(" AND {moment} >= {ms}"));
        let until = until_ms.map_or(String::new(), |ms| format!(" AND {moment} < {ms}"));
        self.number(&format!("SELECT count() FROM table(sales.{stream}) WHERE 1 = 1{from}{until}")).await
    }

    /// What Ferry left for itself: helpers and the marker.
    pub async fn leftovers(&self) -> Vec<String> {
        let sql = "SELECT name FROM system.tables WHERE name LIKE 'ferry_%'";
        let rows = self.0.rows(sql).await.unwrap_or_else(|error| panic!("{sql}: {}", error.chain()));
        rows.iter().map(|row| row.text("name").to_owned()).collect()
    }

    async fn number(&self, sql: &str) -> u64 {
        self.numbers(sql).await[0]
    }

    async fn numbers(&self, sql: &str) -> Vec<u64> {
        let rows = self.0.rows(sql).await.unwrap_or_else(|error| panic!("{sql}: {}", error.chain()));
        let row = rows.iter().next().unwrap_or_else(|| panic!("no row: {sql}"));
        row.cells().map(|cell| cell.and_then(|text| text.parse().ok()).unwrap_or(0)).collect()
    }
}
