//! Arrays, maps and tuples.

use ferry_native::{DataType, Element};

use super::math::order;
use super::{Arguments, Function, scalar};
use crate::engine::cell::{self, Cell};
use crate::engine::typed::{Nulls, Typed};
use crate::engine::{ErrorCode, SqlError, types};

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!("array", "array(T, ..) -> array(T)", "An array of its arguments.", Some(("array(1, 2)", "[1,2]")), array),
    scalar!(
        "length" | "len",
        "length(string | array | map) -> uint64",
        "Bytes of a text, elements of an array or map.",
        Some(("length('abc')", "3")),
        |a| {
            a.expect(1, 1)?;
            a.require(
                0,
                |t| types::is_text(t) || matches!(t, DataType::Array(_) | DataType::Map(..) | DataType::Nested(_)),
                "a string, array or map",
            )?;
            a.rows(DataType::UInt64, |cells| Ok(Cell::Int(size(&cells[0]) as i128)))
        }
    ),
    scalar!(
        "empty",
        "empty(string | array | map) -> bool",
        "Whether it holds nothing.",
        Some(("empty('')", "true")),
        |a| {
            a.expect(1, 1)?;
            a.rows(DataType::Bool, |cells| Ok(Cell::Bool(size(&cells[0]) == 0)))
        }
    ),
    scalar!(
        "not_empty",
        "not_empty(string | array | map) -> bool",
        "Whether it holds something.",
        Some(("not_empty([1])", "true")),
        |a| {
            a.expect(1, 1)?;
            a.rows(DataType::Bool, |cells| Ok(Cell::Bool(size(&cells[0]) > 0)))
        }
    ),
    scalar!(
        "array_element",
        "array_element(array, position) -> T; array_element(map, key) -> V",
        "The element at a position counted from 1, or from the end where negative; the value of a map's key. The type's default where it is missing.",
        Some(("array_element([5, 6], -1)", "6")),
        element
    ),
    scalar!(
        "has",
        "has(array, value) -> bool",
        "Whether an array holds a value.",
        Some(("has([1, 2], 2)", "true")),
        |a| find(a, DataType::Bool, |at| Cell::Bool(at > 0))
    ),
    scalar!(
        "index_of",
        "index_of(array, value) -> uint64",
        "Where the value is first, counted from 1; 0 where it is missing.",
        Some(("index_of(['a', 'b'], 'b')", "2")),
        |a| find(a, DataType::UInt64, |at| Cell::Int(at as i128))
    ),
    scalar!(
        "array_concat",
        "array_concat(array, ..) -> array",
        "The arrays one after another.",
        Some(("array_concat([1], [2, 3])", "[1,2,3]")),
        |a| {
            a.expect(1, usize::MAX)?;
            let mut common = a.args[0].data_type.clone();
            for arg in &a.args {
                common = types::common(&common, &arg.data_type)?;
            }
            let sources: Vec<DataType> = a.args.iter().map(|arg| arg.data_type.clone()).collect();
            let target = common.clone();
            a.rows(common, move |cells| {
                let mut items = Vec::new();
                for (value, source) in cells.iter().zip(&sources) {
                    if let Cell::List(more) = cell::convert(value.clone(), source, &target)? {
                        items.extend(more);
                    }
                }
                Ok(Cell::List(items))
            })
        }
    ),
    scalar!(
        "array_slice",
        "array_slice(array, position [, length]) -> array",
        "A part of an array.",
        Some(("array_slice([1, 2, 3], 2)", "[2,3]")),
        |a| {
            a.expect(2, 3)?;
            let returns = a.base(0);
            a.rows(returns, |cells| {
                let Cell::List(items) = &cells[0] else { return Ok(Cell::Null) };
                let start = cells[1].as_int().unwrap_or(1);
                let first = if start < 0 { (items.len() as i128 + start).max(0) } else { (start - 1).max(0) };
                let length = cells.get(2).and_then(Cell::as_int).unwrap_or(i128::MAX >> 1);
                Ok(Cell::List(items.iter().skip(first as usize).take(length.max(0) as usize).cloned().collect()))
            })
        }
    ),
    scalar!(
        "array_distinct",
        "array_distinct(array) -> array",
        "Each value once, in the order of its first place.",
        Some(("array_distinct([1, 2, 1])", "[1,2]")),
        |a| list(a, |items| {
            let mut kept: Vec<Cell> = Vec::new();
            for item in items {
                if !kept.contains(&item) {
                    kept.push(item);
                }
            }
            kept
        })
    ),
    scalar!(
        "array_sort",
        "array_sort(array) -> array",
        "From the smallest to the largest.",
        Some(("array_sort([3, 1, 2])", "[1,2,3]")),
        |a| list(a, |mut items| {
            items.sort_by(order);
            items
        })
    ),
    scalar!(
        "array_reverse_sort",
        "array_reverse_sort(array) -> array",
        "From the largest to the smallest.",
        Some(("array_reverse_sort([3, 1, 2])", "[3,2,1]")),
        |a| list(a, |mut items| {
            items.sort_by(|left, right| order(right, left));
            items
        })
    ),
    scalar!(
        "array_reverse",
        "array_reverse(array) -> array",
        "From the last to the first.",
        Some(("array_reverse([1, 2])", "[2,1]")),
        |a| list(a, |mut items| {
            items.reverse();
            items
        })
    ),
    scalar!(
        "array_sum",
        "array_sum(array(number)) -> number",
        "The sum of its elements.",
        Some(("array_sum([1, 2, 3])", "6")),
        |a| {
            let inner = number_elements(&a)?;
            let returns = super::aggregate::sum_type(&inner);
            let target = returns.clone();
            a.rows(returns, move |cells| {
                let Cell::List(items) = &cells[0] else { return Ok(Cell::Null) };
                if types::integer(&inner).is_some() {
                    let sum: i128 = items.iter().filter_map(Cell::as_int).sum();
                    return cell::convert(Cell::Int(sum), &DataType::Int128, &target);
                }
                let sum: f64 = items.iter().filter_map(Cell::as_float).sum();
                cell::convert(Cell::Float(sum), &DataType::Float64, &target)
            })
        }
    ),
    scalar!(
        "array_avg",
        "array_avg(array(number)) -> float64",
        "The mean of its elements.",
        Some(("array_avg([1, 2])", "1.5")),
        |a| {
            number_elements(&a)?;
            a.rows(DataType::Float64, |cells| {
                let Cell::List(items) = &cells[0] else { return Ok(Cell::Null) };
                let values: Vec<f64> = items.iter().filter_map(Cell::as_float).collect();
                Ok(Cell::Float(values.iter().sum::<f64>() / values.len() as f64))
            })
        }
    ),
    scalar!("array_min", "array_min(array) -> T", "Its smallest element.", Some(("array_min([3, 1])", "1")), |a| best(
        a,
        |items| items.iter().min_by(|x, y| order(x, y)).cloned()
    )),
    scalar!("array_max", "array_max(array) -> T", "Its largest element.", Some(("array_max([3, 1])", "3")), |a| best(
        a,
        |items| items.iter().max_by(|x, y| order(x, y)).cloned()
    )),
    scalar!(
        "array_string_concat",
        "array_string_concat(array(string) [, separator]) -> string",
        "Its elements as one text.",
        Some(("array_string_concat(['a', 'b'], '-')", "a-b")),
        |a| {
            a.expect(1, 2)?;
            a.require(0, |t| matches!(t, DataType::Array(_)), "an array")?;
            a.rows(DataType::String, |cells| {
                let Cell::List(items) = &cells[0] else { return Ok(Cell::Null) };
                let separator = cells.get(1).map_or(String::new(), |cell| cell.as_str().into_owned());
                let texts: Vec<String> = items.iter().map(|item| item.as_str().into_owned()).collect();
                Ok(Cell::string(texts.join(&separator)))
            })
        }
    ),
    scalar!(
        "range",
        "range([start,] end [, step]) -> array(uint64 | int64)",
        "The whole numbers from start to before end.",
        Some(("range(3)", "[0,1,2]")),
        range
    ),
    scalar!(
        "map",
        "map(key, value, ..) -> map",
        "A map from its keys and values.",
        Some(("map('a', 1, 'b', 2)", "{'a':1,'b':2}")),
        map
    ),
    scalar!("map_keys", "map_keys(map) -> array", "Its keys.", Some(("map_keys(map('a', 1))", "['a']")), |a| {
        let (key, _) = map_types(&a)?;
        a.rows(DataType::Array(Box::new(key)), |cells| {
            Ok(match &cells[0] {
                Cell::Map(entries) => Cell::List(entries.iter().map(|(key, _)| key.clone()).collect()),
                _ => Cell::Null,
            })
        })
    }),
    scalar!("map_values", "map_values(map) -> array", "Its values.", Some(("map_values(map('a', 1))", "[1]")), |a| {
        let (_, value) = map_types(&a)?;
        a.rows(DataType::Array(Box::new(value)), |cells| {
            Ok(match &cells[0] {
                Cell::Map(entries) => Cell::List(entries.iter().map(|(_, value)| value.clone()).collect()),
                _ => Cell::Null,
            })
        })
    }),
    scalar!(
        "map_contains",
        "map_contains(map, key) -> bool",
        "Whether a map has a key.",
        Some(("map_contains(map('a', 1), 'a')", "true")),
        |mut a| {
            a.expect(2, 2)?;
            let DataType::Map(key, _) = a.base(0) else { return Err(a.illegal(0, "a map")) };
            let wanted = a.args.remove(1).cast_to(&key)?;
            a.args.push(wanted);
            a.rows(DataType::Bool, |cells| {
                Ok(Cell::Bool(match &cells[0] {
                    Cell::Map(entries) => entries.iter().any(|(key, _)| *key == cells[1]),
                    _ => false,
                }))
            })
        }
    ),
    scalar!("tuple", "tuple(any, ..) -> tuple", "A tuple of its arguments.", Some(("tuple(1, 'a')", "(1,'a')")), |a| {
        a.expect(1, usize::MAX)?;
        let elements = a.args.iter().map(|arg| Element { name: None, data_type: arg.data_type.clone() }).collect();
        a.rows_with(DataType::Tuple(elements), Nulls::Seen, |cells| Ok(Cell::Tuple(cells.to_vec())))
    }),
    scalar!(
        "tuple_element",
        "tuple_element(tuple, number | 'name') -> element",
        "One element of a tuple.",
        Some(("tuple_element((1, 'a'), 2)", "a")),
        tuple_element
    ),
];

fn array(arguments: Arguments) -> Result<Typed, SqlError> {
    let mut common = DataType::Nothing;
    for arg in &arguments.args {
        common =
            if common == DataType::Nothing { arg.data_type.clone() } else { types::common(&common, &arg.data_type)? };
    }
    let sources: Vec<DataType> = arguments.args.iter().map(|arg| arg.data_type.clone()).collect();
    let target = common.clone();
    arguments.rows_with(DataType::Array(Box::new(common)), Nulls::Seen, move |cells| {
        let items = cells.iter().zip(&sources).map(|(value, source)| cell::convert(value.clone(), source, &target));
        Ok(Cell::List(items.collect::<Result<_, _>>()?))
    })
}

pub(super) fn map(arguments: Arguments) -> Result<Typed, SqlError> {
    if arguments.args.is_empty() {
        let empty = DataType::Map(Box::new(DataType::String), Box::new(DataType::Nothing));
        return Typed::constant(Cell::Map(Vec::new()), empty);
    }
    if !arguments.args.len().is_multiple_of(2) {
        return Err(SqlError::new(ErrorCode::NumberOfArguments, "Function map takes keys and values in turn"));
    }
    let mut key = arguments.args[0].data_type.clone();
    let mut value = arguments.args[1].data_type.clone();
    for pair in arguments.args.chunks_exact(2) {
        key = types::common(&key, &pair[0].data_type)?;
        value = types::common(&value, &pair[1].data_type)?;
    }
    let sources: Vec<DataType> = arguments.args.iter().map(|arg| arg.data_type.clone()).collect();
    let (to_key, to_value) = (key.clone(), value.clone());
    arguments.rows_with(DataType::Map(Box::new(key), Box::new(value)), Nulls::Seen, move |cells| {
        let mut entries = Vec::with_capacity(cells.len() / 2);
        for (pair, sources) in cells.chunks_exact(2).zip(sources.chunks_exact(2)) {
            let key = cell::convert(pair[0].clone(), &sources[0], &to_key)?;
            let value = cell::convert(pair[1].clone(), &sources[1], &to_value)?;
            entries.push((key, value));
        }
        Ok(Cell::Map(entries))
    })
}

fn size(value: &Cell) -> usize {
    match value {
        Cell::Text(bytes) => bytes.len(),
        Cell::List(items) => items.len(),
        Cell::Map(entries) => entries.len(),
        _ => 0,
    }
}

fn element(mut arguments: Arguments) -> Result<Typed, SqlError> {
    arguments.expect(2, 2)?;
    match arguments.base(0) {
        DataType::Array(inner) => {
            arguments.require(1, |t| types::integer(t).is_some(), "a position")?;
            let default = Cell::default_of(&inner);
            arguments.rows(*inner, move |cells| {
                let Cell::List(items) = &cells[0] else { return Ok(Cell::Null) };
                let position = cells[1].as_int().unwrap_or(0);
                let index = if position < 0 { items.len() as i128 + position } else { position - 1 };
                let found = usize::try_from(index).ok().and_then(|index| items.get(index));
                Ok(found.cloned().unwrap_or_else(|| default.clone()))
            })
        }
        DataType::Map(key, value) => {
            let wanted = arguments.args.remove(1).cast_to(&key)?;
            arguments.args.push(wanted);
            let default = Cell::default_of(&value);
            arguments.rows(*value, move |cells| {
                let Cell::Map(entries) = &cells[0] else { return Ok(Cell::Null) };
                let found = entries.iter().find(|(key, _)| *key == cells[1]);
                Ok(found.map_or_else(|| default.clone(), |(_, value)| value.clone()))
            })
        }
        DataType::Tuple(_) => tuple_element(arguments),
        _ => Err(arguments.illegal(0, "an array or map")),
    }
}

fn tuple_element(mut arguments: Arguments) -> Result<Typed, SqlError> {
    arguments.expect(2, 2)?;
    let DataType::Tuple(elements) = arguments.base(0) else {
        return Err(arguments.illegal(0, "a tuple"));
    };
    let index = match &arguments.args[1].constant {
        Some(name @ Cell::Text(_)) => {
            let name = name.as_str();
            elements.iter().position(|element| element.name.as_deref() == Some(&*name))
        }
        _ => usize::try_from(arguments.constant_int(1)?).ok().and_then(|number| number.checked_sub(1)),
    };
    let found = index.and_then(|index| elements.get(index).map(|element| (index, element.data_type.clone())));
    let Some((index, returns)) = found else {
        return Err(arguments.illegal(1, "an element of the tuple"));
    };
    arguments.args.truncate(1);
    arguments.parameters = index.to_string();
    arguments.rows(returns, move |cells| {
        Ok(match &cells[0] {
            Cell::Tuple(items) => items.get(index).cloned().unwrap_or(Cell::Null),
            _ => Cell::Null,
        })
    })
}

fn find(mut arguments: Arguments, returns: DataType, result: fn(usize) -> Cell) -> Result<Typed, SqlError> {
    arguments.expect(2, 2)?;
    let DataType::Array(inner) = arguments.base(0) else {
        return Err(arguments.illegal(0, "an array"));
    };
    let wanted = arguments.args.remove(1);
    let source = wanted.data_type.clone();
    let common = types::common(&inner, &source)?;
    arguments.args.push(wanted);
    arguments.rows(returns, move |cells| {
        let Cell::List(items) = &cells[0] else { return Ok(Cell::Null) };
        let wanted = cell::convert(cells[1].clone(), &source, &common)?;
        for (index, item) in items.iter().enumerate() {
            if *item != Cell::Null && cell::convert(item.clone(), &inner, &common)? == wanted {
                return Ok(result(index + 1));
            }
        }
        Ok(result(0))
    })
}

fn list(arguments: Arguments, change: fn(Vec<Cell>) -> Vec<Cell>) -> Result<Typed, SqlError> {
    arguments.expect(1, 1)?;
    arguments.require(0, |t| matches!(t, DataType::Array(_)), "an array")?;
    let returns = arguments.base(0);
    arguments.rows(returns, move |cells| {
        Ok(match &cells[0] {
            Cell::List(items) => Cell::List(change(items.clone())),
            other => other.clone(),
        })
    })
}

fn best(arguments: Arguments, choose: fn(&[Cell]) -> Option<Cell>) -> Result<Typed, SqlError> {
    arguments.expect(1, 1)?;
    let DataType::Array(inner) = arguments.base(0) else {
        return Err(arguments.illegal(0, "an array"));
    };
    let default = Cell::default_of(&inner);
    arguments.rows(*inner, move |cells| {
        Ok(match &cells[0] {
            Cell::List(items) => choose(items).unwrap_or_else(|| default.clone()),
            other => other.clone(),
        })
    })
}

fn number_elements(arguments: &Arguments) -> Result<DataType, SqlError> {
    arguments.expect(1, 1)?;
    match arguments.base(0) {
        DataType::Array(inner) if types::is_number(&inner) => Ok(inner.base().clone()),
        _ => Err(arguments.illegal(0, "an array of numbers")),
    }
}

fn map_types(arguments: &Arguments) -> Result<(DataType, DataType), SqlError> {
    arguments.expect(1, 1)?;
    match arguments.base(0) {
        DataType::Map(key, value) => Ok((*key, *value)),
        _ => Err(arguments.illegal(0, "a map")),
    }
}

fn range(arguments: Arguments) -> Result<Typed, SqlError> {
    arguments.expect(1, 3)?;
    let mut signed = false;
    for index in 0..arguments.args.len() {
        arguments.require(index, |t| types::integer(t).is_some(), "an integer")?;
        signed |= types::integer(&arguments.base(index)).is_some_and(|integer| integer.1);
    }
    let inner = types::integer_of(64, signed);
    arguments.rows(DataType::Array(Box::new(inner)), |cells| {
        let numbers: Vec<i128> = cells.iter().filter_map(Cell::as_int).collect();
        let (start, end, step) = match numbers[..] {
            [end] => (0, end, 1),
            [start, end] => (start, end, 1),
            [start, end, step, ..] => (start, end, step),
            [] => (0, 0, 1),
        };
        if step <= 0 || (end - start) / step > 1_000_000 {
            return Err(SqlError::new(
                ErrorCode::ArgumentOutOfBound,
                "range is too long or its step is not above zero",
            ));
        }
        Ok(Cell::List((start..end).step_by(step as usize).map(Cell::Int).collect()))
    })
}
