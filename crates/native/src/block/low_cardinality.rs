//! What is common to all readers and writers of low-cardinality columns.

use crate::types::DataType;

/// The only version of their layout.
pub(crate) const VERSION: u64 = 1;
/// The dictionary of the whole part, which is never on the network.
const GLOBAL: u64 = 1 << 8;
/// Keys stand before the indexes.
pub(crate) const KEYS: u64 = 1 << 9;
/// The dictionary starts anew with this block.
#[cfg(feature = "arrow")]
pub(crate) const UPDATE: u64 = 1 << 10;

/// The bytes of an index, from a low-cardinality column's flags.
pub(crate) fn index_width(flags: u64) -> Result<u64, String> {
    if flags & GLOBAL != 0 {
        return Err("its dictionary was sent earlier, which the network never does".to_owned());
    }
    if flags & KEYS == 0 {
        return Err("its dictionary is missing".to_owned());
    }
    match flags & 0xff {
        kind @ 0..=3 => Ok(1 << kind),
        kind => Err(format!("its indexes have the unknown kind {kind}")),
    }
}

/// Keys are written without their null map: key 0 stands for NULL.
pub(crate) fn keys_type(inner: &DataType) -> &DataType {
    match inner {
        DataType::Nullable(base) => base,
        other => other,
    }
}

/// How many low-cardinality columns a type contains.
pub(crate) fn count_prefixes(data_type: &DataType) -> usize {
    match data_type.storage() {
        DataType::LowCardinality(_) => 1,
        DataType::Array(inner) | DataType::Nullable(inner) => count_prefixes(inner),
        DataType::Map(key, value) => count_prefixes(key) + count_prefixes(value),
        DataType::Tuple(elements) | DataType::Nested(elements) => {
            elements.iter().map(|element| count_prefixes(&element.data_type)).sum()
        }
        _ => 0,
    }
}
