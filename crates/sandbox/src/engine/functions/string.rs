//! Text.

use datafusion::logical_expr::{Expr, Like};
use ferry_native::DataType;

use super::{Arguments, Function, scalar};
use crate::engine::cell::{self, Cell};
use crate::engine::typed::Typed;
use crate::engine::{SqlError, types};

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!(
        "concat",
        "concat(any, ..) -> string",
        "The texts one after another.",
        Some(("concat('a', 1, 'b')", "a1b")),
        |a| {
            a.expect(1, usize::MAX)?;
            let sources: Vec<DataType> = a.args.iter().map(|arg| arg.data_type.clone()).collect();
            a.rows(DataType::String, move |cells| {
                let texts = cells.iter().zip(&sources).map(|(value, source)| cell::text(value, source));
                Ok(Cell::string(texts.collect::<String>()))
            })
        }
    ),
    scalar!(
        "lower" | "lcase",
        "lower(string) -> string",
        "In small letters (ASCII).",
        Some(("lower('AbC')", "abc")),
        |a| text(a, |s| s.to_ascii_lowercase())
    ),
    scalar!(
        "upper" | "ucase",
        "upper(string) -> string",
        "In capital letters (ASCII).",
        Some(("upper('AbC')", "ABC")),
        |a| text(a, |s| s.to_ascii_uppercase())
    ),
    scalar!("lower_utf8", "lower_utf8(string) -> string", "In small letters.", None, |a| text(a, |s| s.to_lowercase())),
    scalar!("upper_utf8", "upper_utf8(string) -> string", "In capital letters.", None, |a| text(a, |s| s
        .to_uppercase())),
    scalar!(
        "reverse",
        "reverse(string) -> string",
        "Its letters from the last to the first.",
        Some(("reverse('abc')", "cba")),
        |a| text(a, |s| s.chars().rev().collect())
    ),
    scalar!(
        "trim" | "trim_both",
        "trim(string) -> string",
        "Without spaces at both ends.",
        Some(("trim('  a ')", "a")),
        |a| text(a, |s| s.trim_matches(' ').to_owned())
    ),
    scalar!("trim_left" | "ltrim", "trim_left(string) -> string", "Without spaces at the start.", None, |a| text(
        a,
        |s| s.trim_start_matches(' ').to_owned()
    )),
    scalar!("trim_right" | "rtrim", "trim_right(string) -> string", "Without spaces at the end.", None, |a| text(
        a,
        |s| s.trim_end_matches(' ').to_owned()
    )),
    scalar!(
        "length_utf8" | "char_length",
        "length_utf8(string) -> uint64",
        "Characters of the text.",
        Some(("length_utf8('aé')", "2")),
        |a| {
            strings(&a, 1)?;
            a.rows(DataType::UInt64, |cells| Ok(Cell::Int(cells[0].as_str().chars().count() as i128)))
        }
    ),
    scalar!(
        "substring" | "substr" | "mid",
        "substring(string, position [, length]) -> string",
        "A part of the text; positions count bytes from 1, negative ones from the end.",
        Some(("substring('hello', 2, 3)", "ell")),
        substring
    ),
    scalar!("left", "left(string, n) -> string", "The first n bytes.", Some(("left('hello', 2)", "he")), |a| {
        a.expect(2, 2)?;
        a.rows(DataType::String, |cells| Ok(Cell::Text(cut(&cells[0], 1, cells[1].as_int()))))
    }),
    scalar!("right", "right(string, n) -> string", "The last n bytes.", Some(("right('hello', 2)", "lo")), |a| {
        a.expect(2, 2)?;
        a.rows(DataType::String, |cells| {
            let n = cells[1].as_int().unwrap_or(0);
            Ok(Cell::Text(if n <= 0 { Vec::new() } else { cut(&cells[0], -n, None) }))
        })
    }),
    scalar!(
        "replace" | "replace_all",
        "replace(string, what, with) -> string",
        "Every occurrence replaced.",
        Some(("replace('aXbX', 'X', '-')", "a-b-")),
        |a| {
            strings(&a, 3)?;
            a.rows(DataType::String, |cells| {
                let (what, with) = (cells[1].as_str(), cells[2].as_str());
                let text = cells[0].as_str();
                Ok(Cell::string(if what.is_empty() { text.into_owned() } else { text.replace(&*what, &with) }))
            })
        }
    ),
    scalar!(
        "replace_one",
        "replace_one(string, what, with) -> string",
        "The first occurrence replaced.",
        Some(("replace_one('aXbX', 'X', '-')", "a-bX")),
        |a| {
            strings(&a, 3)?;
            a.rows(DataType::String, |cells| {
                Ok(Cell::string(cells[0].as_str().replacen(&*cells[1].as_str(), &cells[2].as_str(), 1)))
            })
        }
    ),
    scalar!(
        "split_by_string",
        "split_by_string(separator, string) -> array(string)",
        "The parts between separators.",
        Some(("split_by_string(', ', 'a, b')", "['a','b']")),
        |a| split(a, 0, 1)
    ),
    scalar!(
        "split_by_char",
        "split_by_char(separator, string) -> array(string)",
        "The parts between separators.",
        Some(("split_by_char(',', 'a,b')", "['a','b']")),
        |a| split(a, 0, 1)
    ),
    scalar!(
        "split",
        "split(string, separator) -> array(string)",
        "The parts between separators.",
        Some(("split('a-b', '-')", "['a','b']")),
        |a| split(a, 1, 0)
    ),
    scalar!(
        "position" | "locate",
        "position(string, part) -> uint64",
        "Where a part starts, counted in bytes from 1; 0 where it is missing.",
        Some(("position('hello', 'l')", "3")),
        |a| {
            strings(&a, 2)?;
            a.rows(DataType::UInt64, |cells| {
                let found = cells[0].as_str().find(&*cells[1].as_str());
                Ok(Cell::Int(found.map_or(0, |at| at as i128 + 1)))
            })
        }
    ),
    scalar!(
        "starts_with",
        "starts_with(string, prefix) -> bool",
        "Whether the text starts so.",
        Some(("starts_with('hello', 'he')", "true")),
        |a| {
            strings(&a, 2)?;
            a.rows(DataType::Bool, |cells| Ok(Cell::Bool(cells[0].as_str().starts_with(&*cells[1].as_str()))))
        }
    ),
    scalar!(
        "ends_with",
        "ends_with(string, suffix) -> bool",
        "Whether the text ends so.",
        Some(("ends_with('hello', 'lo')", "true")),
        |a| {
            strings(&a, 2)?;
            a.rows(DataType::Bool, |cells| Ok(Cell::Bool(cells[0].as_str().ends_with(&*cells[1].as_str()))))
        }
    ),
    scalar!(
        "lpad" | "left_pad",
        "lpad(string, length [, filling]) -> string",
        "Filled at the start, or cut, to a length.",
        Some(("lpad('7', 3, '0')", "007")),
        |a| pad(a, true)
    ),
    scalar!(
        "rpad" | "right_pad",
        "rpad(string, length [, filling]) -> string",
        "Filled at the end, or cut, to a length.",
        Some(("rpad('7', 3, '0')", "700")),
        |a| pad(a, false)
    ),
    scalar!("repeat", "repeat(string, n) -> string", "The text n times.", Some(("repeat('ab', 2)", "abab")), |a| {
        a.expect(2, 2)?;
        a.rows(DataType::String, |cells| {
            let n = usize::try_from(cells[1].as_int().unwrap_or(0)).unwrap_or(0).min(1_000_000);
            Ok(Cell::string(cells[0].as_str().repeat(n)))
        })
    }),
    scalar!("hex", "hex(integer | string) -> string", "Hexadecimal digits.", Some(("hex('AB')", "4142")), |a| {
        a.expect(1, 1)?;
        a.rows(DataType::String, |cells| {
            Ok(Cell::string(match &cells[0] {
                Cell::Text(bytes) => bytes.iter().map(|byte| format!("{byte:02X}")).collect(),
                other => format!("{:02X}", other.as_int().unwrap_or(0)),
            }))
        })
    }),
    scalar!(
        "like",
        "like(string, pattern) -> bool",
        "Whether the text fits a pattern with % and _.",
        Some(("like('hello', 'h%o')", "true")),
        |a| pattern(a, Pattern::Like)
    ),
    scalar!(
        "ilike",
        "ilike(string, pattern) -> bool",
        "The same without regard to case.",
        Some(("ilike('HELLO', 'h%o')", "true")),
        |a| pattern(a, Pattern::ILike)
    ),
    scalar!(
        "match",
        "match(string, regular expression) -> bool",
        "Whether a regular expression finds something.",
        Some(("match('hello', 'l+')", "true")),
        |a| pattern(a, Pattern::Regexp)
    ),
];

/// The operators that match patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// `LIKE`
    Like,
    /// `ILIKE`
    ILike,
    /// `REGEXP`, `match`
    Regexp,
}

/// Whether a text fits a pattern.
pub fn like(kind: Pattern, value: Typed, pattern: Typed, negated: bool) -> Result<Typed, SqlError> {
    let (value, pattern) = (value.plain(), pattern.plain());
    if !types::is_text(&value.data_type) || !types::is_text(&pattern.data_type) {
        return Err(SqlError::new(
            crate::engine::ErrorCode::IllegalType,
            format!("Illegal types {} and {} of arguments of function like", value.data_type, pattern.data_type),
        ));
    }
    let is_nullable = value.data_type.is_nullable() || pattern.data_type.is_nullable();
    let string = types::nullable_if(DataType::String, is_nullable);
    let (value, pattern) = (value.cast_to(&string)?, pattern.cast_to(&string)?);
    let expr = match kind {
        Pattern::Regexp => {
            let found = datafusion::functions::regex::expr_fn::regexp_like(value.expr, pattern.expr, None);
            if negated { Expr::Not(Box::new(found)) } else { found }
        }
        _ => Expr::Like(Like::new(negated, Box::new(value.expr), Box::new(pattern.expr), None, kind == Pattern::ILike)),
    };
    Ok(Typed::new(expr, types::nullable_if(DataType::Bool, is_nullable)))
}

fn pattern(mut arguments: Arguments, kind: Pattern) -> Result<Typed, SqlError> {
    arguments.expect(2, 2)?;
    let pattern = arguments.args.remove(1);
    like(kind, arguments.args.remove(0), pattern, false)
}

fn strings(arguments: &Arguments, n_args: usize) -> Result<(), SqlError> {
    arguments.expect(n_args, n_args)?;
    (0..n_args).try_for_each(|index| arguments.require(index, types::is_text, "a string"))
}

fn text(arguments: Arguments, change: fn(&str) -> String) -> Result<Typed, SqlError> {
    strings(&arguments, 1)?;
    arguments.rows(DataType::String, move |cells| Ok(Cell::string(change(&cells[0].as_str()))))
}

fn substring(arguments: Arguments) -> Result<Typed, SqlError> {
    arguments.expect(2, 3)?;
    arguments.require(0, types::is_text, "a string")?;
    arguments.rows(DataType::String, |cells| {
        let start = cells[1].as_int().unwrap_or(0);
        let length = cells.get(2).map(|length| length.as_int().unwrap_or(0));
        Ok(Cell::Text(cut(&cells[0], start, length)))
    })
}

/// Bytes from a position counted from 1, or from the end where it is negative.
fn cut(value: &Cell, start: i128, length: Option<i128>) -> Vec<u8> {
    let Cell::Text(bytes) = value else {
        return Vec::new();
    };
    let n_bytes = bytes.len() as i128;
    let first = match start {
        0 => return Vec::new(),
        start if start > 0 => start - 1,
        start => (n_bytes + start).max(0),
    };
    let last = match length {
        None => n_bytes,
        Some(length) if length < 0 => n_bytes + length,
        Some(length) => first.saturating_add(length),
    };
    let first = first.clamp(0, n_bytes) as usize;
    let last = last.clamp(0, n_bytes) as usize;
    bytes.get(first..last).unwrap_or_default().to_vec()
}

fn split(arguments: Arguments, separator: usize, text: usize) -> Result<Typed, SqlError> {
    strings(&arguments, 2)?;
    arguments.rows(DataType::Array(Box::new(DataType::String)), move |cells| {
        let (separator, text) = (cells[separator].as_str(), cells[text].as_str());
        let parts: Vec<Cell> = if separator.is_empty() {
            text.chars().map(|c| Cell::string(c.to_string())).collect()
        } else {
            text.split(&*separator).map(Cell::string).collect()
        };
        Ok(Cell::List(parts))
    })
}

fn pad(arguments: Arguments, at_start: bool) -> Result<Typed, SqlError> {
    arguments.expect(2, 3)?;
    arguments.require(0, types::is_text, "a string")?;
    arguments.rows(DataType::String, move |cells| {
        let text = cells[0].as_str();
        let length = usize::try_from(cells[1].as_int().unwrap_or(0)).unwrap_or(0).min(1_000_000);
        let filling = cells.get(2).map_or_else(|| " ".to_owned(), |cell| cell.as_str().into_owned());
        if text.len() >= length {
            return Ok(Cell::string(text.chars().take(length).collect::<String>()));
        }
        let missing: String = filling.chars().cycle().take(length - text.len()).collect();
        Ok(Cell::string(if at_start { missing + &text } else { text.into_owned() + &missing }))
    })
}
