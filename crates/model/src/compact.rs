//! The compact form in which console and browser of the same build talk to each other.
//!
//! Fields and variants travel by their place, not by their name: the browser's module then needs no table of names
//! and no buffering for any type, which is most of what reading JSON would cost it. What is stored, and what people or
//! other programs read, is JSON; this form is for server functions, for what a page knows already, and for the
//! websocket. A text begins with a mark of the build, so that a page of another build is told to reload and never
//! misreads an answer.
//!
//! A type that is read without knowing its shape before (`#[serde(tag)]`, `flatten`, `untagged`) works too, at the
//! cost that the others avoid, as long as none of its fields is skipped when it is written; an enum with both `tag`
//! and `content` must not have variants without fields.
//!
//! | value | text |
//! |---|---|
//! | nothing, `None`, a field that is skipped | `n` |
//! | boolean | `t`, `f` |
//! | whole number | `i-42;` |
//! | number with a fraction | `d` and its bits as a whole number, `;` |
//! | text | its bytes of UTF-8 counted, then the text: `5:hello` |
//! | list, tuple, struct | `[` values `]` |
//! | map | `{` key value key value `}` |
//! | variant without fields | `v3;` |
//! | variant with fields | `V3;` and one value, or a list |

mod read;
mod write;

use std::fmt;

use serde::{Deserialize, Serialize};

/// The version, and a digest of this crate's source: two builds of one version may still have different types.
const VERSION: &str = concat!("ferry ", env!("CARGO_PKG_VERSION"), " ", env!("FERRY_FORM"), "\n");

/// Writes a value.
///
/// # Errors
/// Fails where a type's own serialisation does, and for bytes and 128-bit numbers, which no type here has.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, CompactError> {
    let mut text = VERSION.to_owned();
    value.serialize(write::Writer(&mut text))?;
    Ok(text)
}

/// Reads what [`to_string`] wrote in the same build.
///
/// # Errors
/// Fails for the text of another version, and for a text that does not hold exactly one such value.
pub fn from_str<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, CompactError> {
    let mut reader = read::Reader::new(after_version(text)?);
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

fn after_version(text: &str) -> Result<&str, CompactError> {
    text.strip_prefix(VERSION).ok_or(CompactError("the console has another version than this page"))
}

/// Why a text could not be read or a value not be written. It has no details: both sides are the same program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompactError(&'static str);

impl fmt::Display for CompactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for CompactError {}

impl serde::ser::Error for CompactError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("a value cannot be written")
    }
}

/// Each kind of error has a fixed text: composing one would need the names that this form leaves out.
impl serde::de::Error for CompactError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("a value is not allowed here")
    }

    fn invalid_type(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self("a value has the wrong type")
    }

    fn invalid_value(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self("a value is out of bounds")
    }

    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self("a list is too short")
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self("a variant is not known")
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self("a field is not known")
    }

    fn missing_field(_: &'static str) -> Self {
        Self("a field is missing")
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self("a field is there twice")
    }
}

#[cfg(test)]
mod tests;
