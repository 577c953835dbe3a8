//! The hash of a row, as both deployments compute it.

use ferry_model::CapturedColumn;
use ferry_timeplus::identifier;

use super::{HashedColumn, RowsBy};

/// Types whose values a hash function takes as they are; all others are hashed by their text.
const PLAIN_TYPES: [&str; 17] = [
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float32",
    "float64",
    "string",
    "date",
    "date32",
    "datetime",
    "datetime64",
    "fixed_string",
    "uuid",
];

/// The expression that hashes a row. A hash of a NULL is NULL, and a sum skips it; so a nullable value counts as two:
/// whether it is NULL, and the hash of what it is (copy-safety 27).
///
/// Assumed: `sip_hash64` of several arguments combines the hashes of each in the same way on every release. Both sides
/// must agree on constants before rows are compared: see [`constants_sql`].
pub(crate) fn of_row(columns: &[HashedColumn]) -> String {
    let values: Vec<String> = columns.iter().map(of_column).collect();
    format!("sip_hash64({})", values.join(", "))
}

/// Hashes of constants of every shape that [`of_row`] uses.
pub(crate) fn constants_sql() -> String {
    let time = "to_datetime64('2020-01-02 03:04:05.678', 3, 'UTC')";
    let one_each = format!("to_int64(-7), to_uint8(1), to_float64(0.5), 'ferry', to_date('2020-01-02'), {time}");
    let texts = "to_string([1, 2]), to_string(to_decimal64('1.25', 3)), to_string(true)";
    let nothing = "if(is_null(to_nullable(1)), 1, 0), if_null(sip_hash64(to_nullable('x')), 0)";
    format!(
        "SELECT to_string(sip_hash64({one_each})), to_string(sip_hash64({texts})), to_string(sip_hash64({nothing}))"
    )
}

/// The columns whose values can be compared: what the server assigns or computes again is left out (copy-safety 13).
pub(crate) fn comparable(columns: &[CapturedColumn], by: &RowsBy) -> Vec<HashedColumn> {
    let is_comparable = |column: &&CapturedColumn| {
        let is_computed =
            matches!(column.default_kind.to_ascii_uppercase().as_str(), "ALIAS" | "MATERIALIZED" | "EPHEMERAL");
        let is_stored = match column.name.as_str() {
            // A retraction has a time of its own, and a delta that its row's sum takes into account.
            "_tp_time" => !matches!(by, RowsBy::Net { .. }),
            "_tp_delta" => *by == RowsBy::Each,
            name => !name.starts_with("_tp_"),
        };
        is_stored && !is_computed
    };
    let hashed =
        |column: &CapturedColumn| HashedColumn { name: column.name.clone(), data_type: column.data_type.clone() };
    columns.iter().filter(is_comparable).map(hashed).collect()
}

fn of_column(column: &HashedColumn) -> String {
    let name = identifier(&column.name);
    let (base, is_nullable) = base_of(&column.data_type);
    let value = if is_plain(base) { name.clone() } else { format!("to_string({name})") };
    match is_nullable {
        true => format!("if(is_null({name}), 1, 0), if_null(sip_hash64({value}), 0)"),
        false => value,
    }
}

fn is_plain(base: &str) -> bool {
    let name = base.split('(').next().unwrap_or(base).trim();
    PLAIN_TYPES.contains(&name)
}

/// The type without `low_cardinality` and `nullable`, and whether it may be NULL.
fn base_of(data_type: &str) -> (&str, bool) {
    let inside = |text: &'_ str, wrapper: &str| -> Option<(usize, usize)> {
        let rest = text.strip_prefix(wrapper)?.strip_prefix('(')?;
        rest.strip_suffix(')').map(|inner| (wrapper.len() + 1, inner.len()))
    };
    let (mut base, mut is_nullable) = (data_type.trim(), false);
    loop {
        if let Some((from, length)) = inside(base, "nullable") {
            (base, is_nullable) = (&base[from..from + length], true);
        } else if let Some((from, length)) = inside(base, "low_cardinality") {
            base = &base[from..from + length];
        } else {
            return (base, is_nullable);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_27_a_nullable_value_counts_as_a_flag_and_a_hash() {
        for (data_type, expected) in [
            ("int64", "sip_hash64(`a`)"),
            ("low_cardinality(string)", "sip_hash64(`a`)"),
            ("datetime64(3, 'UTC')", "sip_hash64(`a`)"),
            ("nullable(string)", "sip_hash64(if(is_null(`a`), 1, 0), if_null(sip_hash64(`a`), 0))"),
            ("low_cardinality(nullable(string))", "sip_hash64(if(is_null(`a`), 1, 0), if_null(sip_hash64(`a`), 0))"),
            ("array(nullable(int8))", "sip_hash64(to_string(`a`))"),
            ("decimal(10, 2)", "sip_hash64(to_string(`a`))"),
            ("nullable(decimal(10, 2))", "sip_hash64(if(is_null(`a`), 1, 0), if_null(sip_hash64(to_string(`a`)), 0))"),
        ] {
            let column = HashedColumn { name: "a".into(), data_type: data_type.into() };
            assert_eq!(of_row(&[column]), expected, "{data_type}");
        }
    }
}
