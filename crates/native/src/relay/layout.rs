//! Whether blocks of one deployment are blocks for the other.

use crate::block::{Block, RawBlock};
use crate::error::Error;
use crate::types::{DataType, Element};

/// How the blocks of the source become blocks for the target.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// They are passed on byte by byte.
    Same,
    /// They are written anew under the target's names of the types; values keep their bytes.
    Written(Vec<(String, DataType)>),
}

impl Layout {
    /// Compares what the source announced with what the target asks for. A server takes blocks only with the types
    /// that it asked for, so differing types are an error here, before a row is sent.
    pub(super) fn between(source: &RawBlock, target: &Block, has_one_revision: bool) -> Result<Self, Error> {
        let given = source.columns();
        let wanted: Vec<(String, DataType)> =
            target.columns.iter().map(|column| (column.name.clone(), column.data_type.clone())).collect();
        let names = |columns: &mut dyn Iterator<Item = &String>| {
            columns.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        let is_named_alike = given.iter().map(|(name, _)| name).eq(wanted.iter().map(|(name, _)| name));
        if !is_named_alike {
            let given = names(&mut given.iter().map(|(name, _)| name));
            let wanted = names(&mut wanted.iter().map(|(name, _)| name));
            return Err(Error::Invalid { what: format!("the source gives {given} and the target asks for {wanted}") });
        }
        for ((name, given), (_, wanted)) in given.iter().zip(&wanted) {
            let known = given.parse::<DataType>().map_err(|error| Error::column(name, error))?;
            if !are_alike(&known, wanted) {
                let what = format!("column `{name}` is {given} on the source and {wanted} on the target");
                return Err(Error::Invalid { what });
            }
        }
        // What the target itself would print, letter by letter: then nothing has to be written anew.
        let is_spelt_alike = given.iter().zip(&wanted).all(|((_, given), (_, wanted))| *given == wanted.to_string());
        Ok(if has_one_revision && is_spelt_alike { Self::Same } else { Self::Written(wanted) })
    }
}

/// Whether the values of two types have the same bytes and the same meaning: time zones are for showing only, and so
/// are the names of a tuple's elements.
fn are_alike(one: &DataType, other: &DataType) -> bool {
    use DataType as T;
    let elements_are_alike = |one: &[Element], other: &[Element]| {
        let pairs = one.iter().zip(other);
        one.len() == other.len() && pairs.clone().all(|(a, b)| are_alike(&a.data_type, &b.data_type))
    };
    match (one, other) {
        (T::DateTime { .. }, T::DateTime { .. }) => true,
        (T::DateTime64 { precision: a, .. }, T::DateTime64 { precision: b, .. }) => a == b,
        (T::Array(a), T::Array(b))
        | (T::Nullable(a), T::Nullable(b))
        | (T::LowCardinality(a), T::LowCardinality(b)) => are_alike(a, b),
        (T::Map(k, v), T::Map(l, w)) => are_alike(k, l) && are_alike(v, w),
        (T::Tuple(a), T::Tuple(b)) | (T::Nested(a), T::Nested(b)) => elements_are_alike(a, b),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(columns: &[(&str, &str)]) -> Block {
        Block::header(columns.iter().map(|(name, data_type)| (*name, data_type.parse().unwrap())))
    }

    fn between(source: &[(&str, &str)], target: &[(&str, &str)]) -> Result<Layout, String> {
        let source = RawBlock::from_block(&header(source), false);
        Layout::between(&source, &header(target), true).map_err(|error| error.to_string())
    }

    #[test]
    fn equal_columns_are_passed_on_and_others_are_written_anew_or_refused_by_name() {
        let columns = [("a", "uint64"), ("t", "datetime64(3, 'UTC')")];
        assert_eq!(between(&columns, &columns), Ok(Layout::Same));
        let zoneless = [("a", "uint64"), ("t", "datetime64(3)")];
        assert!(matches!(between(&zoneless, &columns), Ok(Layout::Written(_))));
        for (target, reason) in [
            ([("a", "uint32"), ("t", "datetime64(3, 'UTC')")], "column `a` is uint64 on the source and uint32 on the"),
            ([("a", "uint64"), ("t", "datetime64(6, 'UTC')")], "column `t` is datetime64(3, 'UTC') on the source"),
            ([("t", "uint64"), ("a", "datetime64(3, 'UTC')")], "the source gives `a`, `t` and the target asks for `t`"),
        ] {
            let error = between(&columns, &target).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn another_revision_on_one_side_has_blocks_written_anew() {
        let columns = header(&[("a", "uint64")]);
        let layout = Layout::between(&RawBlock::from_block(&columns, false), &columns, false).unwrap();
        assert!(matches!(layout, Layout::Written(_)));
    }
}
