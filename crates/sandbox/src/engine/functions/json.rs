//! Values inside JSON text.

use ferry_native::DataType;
use serde_json::Value;

use super::{Arguments, Function, scalar};
use crate::engine::cell::Cell;
use crate::engine::typed::{Nulls, RowFunction, Typed};
use crate::engine::{SqlError, types};

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!(
        "json_extract_string",
        "json_extract_string(json, key | position, ..) -> string",
        "The text at a path; empty where there is none.",
        Some(("json_extract_string('{\"a\":{\"b\":\"x\"}}', 'a', 'b')", "x")),
        |a| extract(a, DataType::String, |value| match value {
            Some(Value::String(text)) => Cell::string(text.clone()),
            _ => Cell::string(""),
        })
    ),
    scalar!(
        "json_extract_int",
        "json_extract_int(json, key | position, ..) -> int64",
        "The whole number at a path; 0 where there is none.",
        Some(("json_extract_int('{\"a\":[1,2]}', 'a', 2)", "2")),
        |a| extract(a, DataType::Int64, |value| {
            Cell::Int(value.and_then(|value| value.as_i64().or(value.as_f64().map(|f| f as i64))).unwrap_or(0).into())
        })
    ),
    scalar!(
        "json_extract_uint",
        "json_extract_uint(json, key | position, ..) -> uint64",
        "The whole number without sign at a path.",
        None,
        |a| extract(a, DataType::UInt64, |value| Cell::Int(value.and_then(Value::as_u64).unwrap_or(0).into()))
    ),
    scalar!(
        "json_extract_float",
        "json_extract_float(json, key | position, ..) -> float64",
        "The number at a path.",
        Some(("json_extract_float('{\"a\":1.5}', 'a')", "1.5")),
        |a| extract(a, DataType::Float64, |value| Cell::Float(value.and_then(Value::as_f64).unwrap_or(0.0)))
    ),
    scalar!(
        "json_extract_bool",
        "json_extract_bool(json, key | position, ..) -> bool",
        "The truth value at a path.",
        None,
        |a| extract(a, DataType::Bool, |value| Cell::Bool(value.and_then(Value::as_bool).unwrap_or(false)))
    ),
    scalar!(
        "json_extract_raw",
        "json_extract_raw(json, key | position, ..) -> string",
        "What is at a path, as JSON.",
        Some(("json_extract_raw('{\"a\":[1, 2]}', 'a')", "[1,2]")),
        |a| extract(a, DataType::String, |value| Cell::string(value.map(Value::to_string).unwrap_or_default()))
    ),
    scalar!(
        "json_extract_array",
        "json_extract_array(json, key | position, ..) -> array(string)",
        "The elements of the array at a path, each as JSON.",
        Some(("json_extract_array('{\"a\":[1,\"x\"]}', 'a')", "['1','\"x\"']")),
        |a| extract(a, DataType::Array(Box::new(DataType::String)), |value| {
            let items = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            Cell::List(items.iter().map(|item| Cell::string(item.to_string())).collect())
        })
    ),
    scalar!(
        "json_extract_keys",
        "json_extract_keys(json, key | position, ..) -> array(string)",
        "The keys of the object at a path.",
        None,
        |a| extract(a, DataType::Array(Box::new(DataType::String)), |value| {
            let keys = value.and_then(Value::as_object).map(|object| object.keys().map(Cell::string).collect());
            Cell::List(keys.unwrap_or_default())
        })
    ),
    scalar!(
        "json_has",
        "json_has(json, key | position, ..) -> bool",
        "Whether something is at a path.",
        Some(("json_has('{\"a\":1}', 'b')", "false")),
        |a| extract(a, DataType::Bool, |value| Cell::Bool(value.is_some()))
    ),
    scalar!(
        "json_length",
        "json_length(json, key | position, ..) -> uint64",
        "Elements of the array or object at a path.",
        None,
        |a| extract(a, DataType::UInt64, |value| Cell::Int(match value {
            Some(Value::Array(items)) => items.len() as i128,
            Some(Value::Object(entries)) => entries.len() as i128,
            _ => 0,
        }))
    ),
    scalar!(
        "json_value",
        "json_value(json, '$.path') -> string",
        "The value at a path such as $.a.b[0] as text; empty where there is none.",
        Some(("json_value('{\"a\":{\"b\":[7]}}', '$.a.b[0]')", "7")),
        |a| {
            a.expect(2, 2)?;
            a.require(0, types::is_text, "a string")?;
            a.rows(DataType::String, |cells| {
                let document = serde_json::from_str::<Value>(&cells[0].as_str()).ok();
                let path = dollar_path(&cells[1].as_str());
                let found = document.as_ref().and_then(|document| walk(document, &path));
                Ok(Cell::string(plain_text(found)))
            })
        }
    ),
    scalar!(
        "is_valid_json",
        "is_valid_json(string) -> bool",
        "Whether it is JSON.",
        Some(("is_valid_json('{')", "false")),
        |a| {
            a.expect(1, 1)?;
            a.rows(DataType::Bool, |cells| Ok(Cell::Bool(serde_json::from_str::<Value>(&cells[0].as_str()).is_ok())))
        }
    ),
];

/// A step into JSON: a key, or a position counted from 0.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Key(String),
    Position(i64),
}

/// The path operator `raw:a.b`: the value as text. Numbers count array positions from 1.
pub fn json_path(value: Typed, path: &[String]) -> Result<Typed, SqlError> {
    let steps: Vec<Step> = path
        .iter()
        .map(|part| match part.parse::<i64>() {
            Ok(number) => Step::Position(number - 1),
            Err(_) => Step::Key(part.clone()),
        })
        .collect();
    RowFunction {
        name: "json_path",
        parameters: path.join("."),
        returns: DataType::String,
        nulls: Nulls::Propagate,
        volatility: datafusion::logical_expr::Volatility::Immutable,
    }
    .over(vec![value.plain()], move |cells| {
        let document = serde_json::from_str::<Value>(&cells[0].as_str()).ok();
        let found = document.as_ref().and_then(|document| walk(document, &steps));
        Ok(Cell::string(plain_text(found)))
    })
}

fn extract(arguments: Arguments, returns: DataType, result: fn(Option<&Value>) -> Cell) -> Result<Typed, SqlError> {
    arguments.expect(1, usize::MAX)?;
    arguments.require(0, types::is_text, "a string")?;
    arguments.rows(returns, move |cells| {
        let document = serde_json::from_str::<Value>(&cells[0].as_str()).ok();
        let steps: Vec<Step> = cells[1..]
            .iter()
            .map(|cell| match cell {
                Cell::Text(_) => Step::Key(cell.as_str().into_owned()),
                other => {
                    let position = other.as_int().unwrap_or(0) as i64;
                    Step::Position(if position > 0 { position - 1 } else { position })
                }
            })
            .collect();
        Ok(result(document.as_ref().and_then(|document| walk(document, &steps))))
    })
}

fn walk<'a>(document: &'a Value, steps: &[Step]) -> Option<&'a Value> {
    steps.iter().try_fold(document, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Position(position) => {
            let items = value.as_array()?;
            let index = if *position < 0 { items.len() as i64 + position } else { *position };
            items.get(usize::try_from(index).ok()?)
        }
    })
}

fn dollar_path(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in path.trim_start_matches('$').split('.') {
        let mut pieces = part.split('[');
        if let Some(key) = pieces.next()
            && !key.is_empty()
        {
            steps.push(Step::Key(key.trim_matches('"').to_owned()));
        }
        for piece in pieces {
            let inside = piece.trim_end_matches(']');
            steps.push(match inside.parse() {
                Ok(position) => Step::Position(position),
                Err(_) => Step::Key(inside.trim_matches(['"', '\'']).to_owned()),
            });
        }
    }
    steps
}

fn plain_text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
