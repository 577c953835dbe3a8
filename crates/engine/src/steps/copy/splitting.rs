//! Cutting one moment further where it has more rows than a slice shall have: by a hash of the row that both deployments
//! compute (copy-safety 9). What is finer than a millisecond belongs to its millisecond.

use ferry_model::{CapturedColumn, SplitByHash, SplitInterval};
use ferry_timeplus::identifier;

use super::Copy;
use crate::{Bucket, Site, SiteError};

impl Copy {
    /// How intervals between bounds are cut further, because one of these measured moments alone has too many rows.
    /// None where no moment has, or where both sides do not compute the same hash.
    pub(super) async fn split(
        &self,
        (source, target): (&dyn Site, &dyn Site),
        bounds: &[i64],
        buckets: &[Bucket],
        most_rows: u64,
    ) -> Result<Option<SplitByHash>, SiteError> {
        let intervals = crowded(bounds, buckets, most_rows);
        if intervals.is_empty() {
            return Ok(None);
        }
        let constants = constants_sql();
        let (on_source, on_target) =
            futures::future::try_join(source.first_row(&constants), target.first_row(&constants)).await?;
        if on_source != on_target {
            return Ok(None);
        }
        let columns = source.columns(&self.stream).await?;
        let copied = columns.iter().filter(|column| self.columns.contains(&column.name));
        Ok(Some(SplitByHash { hash: hash_of(copied), intervals }))
    }
}

/// The intervals of moments with too many rows. Such a moment is alone in its interval.
fn crowded(bounds: &[i64], buckets: &[Bucket], most_rows: u64) -> Vec<SplitInterval> {
    let is_crowded = |bucket: &&Bucket| bucket.n_rows > most_rows;
    let split = |bucket: &Bucket| {
        let n_parts = u32::try_from(bucket.n_rows.div_ceil(most_rows.max(1))).unwrap_or(u32::MAX);
        let interval = u32::try_from(bounds.partition_point(|bound| *bound <= bucket.from_ms)).ok()?;
        Some(SplitInterval { interval, n_parts })
    };
    buckets.iter().filter(is_crowded).filter_map(split).collect()
}

/// The expression of a row's hash. A hash of NULL is NULL, and no rest of a division would find the row: such a value
/// counts as 0, so that every row belongs to exactly one part.
///
/// Assumed: `sip_hash64` gives the same on every release for the values it takes here, which [`constants_sql`] asks of
/// both sides; and a DELETE takes any condition that a SELECT takes.
fn hash_of<'a>(columns: impl Iterator<Item = &'a CapturedColumn>) -> String {
    let hash = |column: &CapturedColumn| {
        let name = identifier(&column.name);
        let value = if is_hashed_as_it_is(&column.data_type) { name } else { format!("to_string({name})") };
        format!("if_null(sip_hash64({value}), 0)")
    };
    format!("sip_hash64({})", columns.map(hash).collect::<Vec<_>>().join(", "))
}

/// The same with constants of each sort.
fn constants_sql() -> String {
    let time = "to_datetime64('2020-01-02 03:04:05.678', 3, 'UTC')";
    let values = ["'ferry'", "to_int64(-7)", "to_float64(0.5)", time, "to_string([1, 2])", "to_nullable('x')"];
    let hashes = values.map(|value| format!("if_null(sip_hash64({value}), 0)")).join(", ");
    format!("SELECT to_string(modulo(sip_hash64({hashes}), 1000003))")
}

/// Numbers, texts and moments are hashed by what they are: a moment's text depends on the deployment's time zone. Everything
/// else is hashed by its text.
fn is_hashed_as_it_is(data_type: &str) -> bool {
    let mut base = data_type.trim();
    while let Some(inner) = base.strip_prefix("nullable(").or_else(|| base.strip_prefix("low_cardinality(")) {
        base = inner;
    }
    let name = base.split(['(', ')']).next().unwrap_or(base);
    let is_narrow_int =
        name.trim_start_matches('u').strip_prefix("int").is_some_and(|bits| matches!(bits, "8" | "16" | "32" | "64"));
    let others = ["date", "date32", "datetime", "datetime64", "fixed_string", "float32", "float64", "string", "uuid"];
    is_narrow_int || others.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_9_the_hash_of_a_row_is_never_null() {
        for (data_type, expected) in [
            ("int64", "sip_hash64(if_null(sip_hash64(`a`), 0))"),
            ("nullable(string)", "sip_hash64(if_null(sip_hash64(`a`), 0))"),
            ("low_cardinality(nullable(string))", "sip_hash64(if_null(sip_hash64(`a`), 0))"),
            ("datetime64(3, 'UTC')", "sip_hash64(if_null(sip_hash64(`a`), 0))"),
            ("uint256", "sip_hash64(if_null(sip_hash64(to_string(`a`)), 0))"),
            ("array(nullable(int8))", "sip_hash64(if_null(sip_hash64(to_string(`a`)), 0))"),
            ("nullable(decimal(10, 2))", "sip_hash64(if_null(sip_hash64(to_string(`a`)), 0))"),
        ] {
            let column = CapturedColumn {
                name: "a".into(),
                data_type: data_type.into(),
                default_kind: String::new(),
                default_expression: String::new(),
            };
            assert_eq!(hash_of([&column].into_iter()), expected, "{data_type}");
        }
    }

    #[test]
    fn rule_9_a_moment_with_too_many_rows_is_its_own_interval() {
        let bucket = |from_ms, n_rows| Bucket { from_ms, n_rows, n_partitions: 1 };
        let buckets = [bucket(0, 50), bucket(7, 250), bucket(8, 100), bucket(9, 101)];
        let found = crowded(&[7, 8, 9], &buckets, 100);
        let split = |interval, n_parts| SplitInterval { interval, n_parts };
        assert_eq!(found, [split(1, 3), split(3, 2)]);
        assert_eq!(crowded(&[], &[bucket(5, 1_000)], 100), [split(0, 10)], "all rows of a stream in one moment");
    }
}
