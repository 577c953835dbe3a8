//! What is asked of one deployment about the rows of a stream, and the statements that ask it.

use ferry_model::{ResourceName, TimeRange};
use ferry_timeplus::{identifier, qualified, string_literal};

use super::hash;

/// Added to milliseconds since 1970 so that a whole quotient never rounds towards a moment after it: a multiple of
/// every width, and larger than any `datetime64` before 1970.
const OFFSET_MS: i64 = 86_400_000 * 1_000_000;
/// Samples are shown with so many characters at most.
const MOST_SHOWN: usize = 120;

/// What is compared of a stream: each of its rows, or one state for each of its keys (copy-safety 14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowsBy {
    /// Every row counts, duplicates too.
    Each,
    /// The latest version of each key: compaction and kept versions make no difference.
    Latest {
        /// The expressions of the primary key.
        key: Vec<String>,
        /// The column that says which version is the latest; none where a key has one row.
        version: Option<String>,
    },
    /// What is left of each key when retractions are taken away from the rows that they retract.
    Net {
        /// The expressions of the primary key.
        key: Vec<String>,
    },
}

/// A column whose values go into checksums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashedColumn {
    /// Its name.
    pub name: String,
    /// Its type as DESC lists it.
    pub data_type: String,
}

/// Rows by the hash of their key or, without one, of their values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Which part, counted from 0.
    pub part: u64,
    /// Of how many.
    pub of: u64,
}

/// How rows fall into buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucketing {
    /// By `_tp_time`, in intervals of so many milliseconds.
    Time {
        /// The length of an interval.
        width_ms: i64,
    },
    /// By hash, into so many parts.
    Parts {
        /// How many.
        of: u64,
    },
}

/// A question about the rows of one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which stream.
    pub stream: ResourceName,
    /// What counts as a row.
    pub by: RowsBy,
    /// The columns of the checksums.
    pub columns: Vec<HashedColumn>,
    /// Whether checksums are wanted, and not only counts.
    pub checksums: bool,
    /// Only rows of this time.
    pub range: TimeRange,
    /// Only rows of this part.
    pub part: Option<Part>,
}

/// One bucket on one side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BucketDigest {
    /// Its first moment in milliseconds since 1970, or the number of the part.
    pub bucket: i64,
    /// Its rows or keys.
    pub n_rows: u64,
    /// The wrapping sum of the hashes of its rows; 0 where rows are only counted.
    pub digest: u64,
}

/// Rows of one side that are alike, or one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDigest {
    /// The hash of the key or, without one, of the row.
    pub place: u64,
    /// The hash of the row.
    pub digest: u64,
    /// How often it is there.
    pub n_rows: u64,
    /// By what a person finds it.
    pub shown: String,
}

impl Question {
    /// Counts and checksums of buckets: columns `ferry_bucket`, `ferry_rows`, `ferry_sum`.
    pub(crate) fn buckets_sql(&self, bucketing: Bucketing) -> String {
        let bucket = match bucketing {
            Bucketing::Time { width_ms } => {
                format!("int_div(to_unix_timestamp64_milli(`_tp_time`) + {OFFSET_MS}, {width_ms})")
            }
            Bucketing::Parts { of } => format!("modulo({}, {of})", self.place()),
        };
        let digest = match (&self.by, self.checksums) {
            (_, false) => "0".to_owned(),
            (RowsBy::Each, true) => format!("sum({})", self.row_hash()),
            (_, true) => "sum(ferry_digest)".to_owned(),
        };
        format!(
            "SELECT {bucket} AS ferry_bucket, count() AS ferry_rows, {digest} AS ferry_sum FROM {} \
             GROUP BY ferry_bucket",
            self.rows(false)
        )
    }

    /// Single rows: columns `ferry_place`, `ferry_digest`, `ferry_rows`, `ferry_shown`.
    pub(crate) fn rows_sql(&self, limit: u64) -> String {
        let from = self.rows(true);
        match self.by {
            RowsBy::Each => format!(
                "SELECT {hash} AS ferry_place, count() AS ferry_rows, any({}) AS ferry_shown FROM {from} \
                 GROUP BY ferry_place LIMIT {limit}",
                shown_text(&self.shown()),
                hash = self.row_hash(),
            ),
            _ => format!("SELECT ferry_place, ferry_digest, ferry_shown FROM {from} LIMIT {limit}"),
        }
    }

    /// The first moment of a bucket, or the number of a part, from what the statement gives.
    pub(crate) fn bucket_of(bucketing: Bucketing, number: i64) -> i64 {
        match bucketing {
            Bucketing::Time { width_ms } => number.saturating_mul(width_ms).saturating_sub(OFFSET_MS),
            Bucketing::Parts { .. } => number,
        }
    }

    /// By what a person finds a row: the key, or its time and its first value.
    fn shown(&self) -> Vec<String> {
        match &self.by {
            RowsBy::Latest { key, .. } | RowsBy::Net { key } => key.clone(),
            RowsBy::Each => {
                let first = self.columns.iter().find(|column| !column.name.starts_with("_tp_"));
                let time = self.columns.iter().find(|column| column.name == "_tp_time");
                time.into_iter().chain(first).map(|column| identifier(&column.name)).collect()
            }
        }
    }

    /// What stands after FROM: rows of the stream, or one row for each key.
    fn rows(&self, with_shown: bool) -> String {
        let table = format!("table({})", qualified(self.stream.database.as_deref(), &self.stream.name));
        let mut conditions = time_conditions(self.range);
        let part = self.part.map(|Part { part, of }| format!("modulo({}, {of}) = {part}", self.place()));
        let (key, per_key, having) = match &self.by {
            RowsBy::Each => {
                conditions.extend(part);
                return format!("{table}{}", where_all(&conditions));
            }
            RowsBy::Latest { key, version: Some(version) } => {
                (key, format!("arg_max({}, {version})", self.row_hash()), "")
            }
            RowsBy::Latest { key, version: None } => (key, format!("any({})", self.row_hash()), ""),
            RowsBy::Net { key } => {
                let hash = self.row_hash();
                let net = format!("sum_if({hash}, `_tp_delta` > 0) - sum_if({hash}, `_tp_delta` < 0)");
                (key, net, " HAVING count_if(`_tp_delta` > 0) > count_if(`_tp_delta` < 0)")
            }
        };
        let shown =
            if with_shown { format!(", any({}) AS ferry_shown", shown_text(&self.shown())) } else { String::new() };
        let inner = format!(
            "SELECT sip_hash64({}) AS ferry_place, {per_key} AS ferry_digest{shown} FROM {table}{} \
             GROUP BY ferry_place{having}",
            key.join(", "),
            where_all(&conditions),
        );
        format!("({inner}){}", where_all(&part.into_iter().collect::<Vec<_>>()))
    }

    /// The hash by which rows fall into parts.
    fn place(&self) -> String {
        if self.by == RowsBy::Each { self.row_hash() } else { "ferry_place".to_owned() }
    }

    fn row_hash(&self) -> String {
        hash::of_row(&self.columns)
    }
}

fn shown_text(shown: &[String]) -> String {
    let values: Vec<String> = shown
        .iter()
        .enumerate()
        .map(|(n, expression)| {
            let separator = if n == 0 { "" } else { ", " };
            let label = string_literal(&format!("{separator}{} = ", expression.trim_matches('`')));
            format!("{label}, if_null(to_string({expression}), 'NULL')")
        })
        .collect();
    format!(
        "substring(concat({}), 1, {MOST_SHOWN})",
        if values.is_empty() { "''".to_owned() } else { values.join(", ") }
    )
}

/// Bounds of `_tp_time`. Assumed: a comparison of `datetime64` values of two precisions compares moments.
fn time_conditions(range: TimeRange) -> Vec<String> {
    let moment = |at_ms: i64| format!("from_unix_timestamp64_milli(to_int64({at_ms}))");
    let from = range.from_ms.map(|at_ms| format!("`_tp_time` >= {}", moment(at_ms)));
    let until = range.until_ms.map(|at_ms| format!("`_tp_time` < {}", moment(at_ms)));
    from.into_iter().chain(until).collect()
}

fn where_all(conditions: &[String]) -> String {
    if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferry_model::ResourceKind;

    fn question(by: RowsBy) -> Question {
        let column = |name: &str, data_type: &str| HashedColumn { name: name.into(), data_type: data_type.into() };
        Question {
            stream: ResourceName::in_database(ResourceKind::Stream, "d", "s"),
            by,
            columns: vec![column("id", "int64"), column("who", "nullable(string)")],
            checksums: true,
            range: TimeRange { from_ms: Some(0), until_ms: None },
            part: None,
        }
    }

    #[test]
    fn every_row_is_summed_in_buckets_of_time() {
        let sql = question(RowsBy::Each).buckets_sql(Bucketing::Time { width_ms: 1_000 });
        assert_eq!(
            sql,
            "SELECT int_div(to_unix_timestamp64_milli(`_tp_time`) + 86400000000000, 1000) AS ferry_bucket, \
             count() AS ferry_rows, sum(sip_hash64(`id`, if(is_null(`who`), 1, 0), if_null(sip_hash64(`who`), 0))) \
             AS ferry_sum FROM table(`d`.`s`) WHERE `_tp_time` >= from_unix_timestamp64_milli(to_int64(0)) \
             GROUP BY ferry_bucket"
        );
    }

    #[test]
    fn keys_are_taken_by_their_latest_version() {
        let by = RowsBy::Latest { key: vec!["`id`".into()], version: Some("`_tp_time`".into()) };
        let sql = question(by).buckets_sql(Bucketing::Parts { of: 4 });
        assert!(sql.contains("arg_max(sip_hash64(") && sql.contains("GROUP BY ferry_place)"), "{sql}");
        assert!(sql.starts_with("SELECT modulo(ferry_place, 4) AS ferry_bucket"), "{sql}");
    }

    #[test]
    fn a_bucket_before_1970_begins_at_its_first_moment() {
        let bucketing = Bucketing::Time { width_ms: 1_000 };
        let number = (-1 + OFFSET_MS) / 1_000;
        assert_eq!(Question::bucket_of(bucketing, number), -1_000);
    }
}
