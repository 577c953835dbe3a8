//! Enums whose JSON holds the variant's name beside its fields, and whose compact form does not.
//!
//! `#[serde(tag = "..")]` alone would make every reader, the browser's too, buffer a value before it knows its
//! variant. Here only JSON pays for that.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// Writes `{"variant": {fields}}` or `"variant"` as `{tag: "variant", fields}`.
pub fn write<S: Serializer>(tag: &str, plain: Value, serializer: S) -> Result<S::Ok, S::Error> {
    let mut tagged = Map::new();
    match plain {
        Value::Object(variants) => {
            for (name, fields) in variants {
                tagged.insert(tag.to_owned(), Value::String(name));
                if let Value::Object(fields) = fields {
                    tagged.extend(fields);
                }
            }
        }
        name => {
            tagged.insert(tag.to_owned(), name);
        }
    }
    tagged.serialize(serializer)
}

/// Reads what [`write`] wrote, back into the form that serde derives.
pub fn read<'de, D: Deserializer<'de>>(tag: &'static str, deserializer: D) -> Result<Value, D::Error> {
    let mut fields = Map::deserialize(deserializer)?;
    match fields.remove(tag) {
        Some(Value::String(name)) if fields.is_empty() => Ok(Value::String(name)),
        Some(Value::String(name)) => Ok(Value::Object(Map::from_iter([(name, Value::Object(fields))]))),
        _ => Err(D::Error::missing_field(tag)),
    }
}

/// Implements `Serialize` and `Deserialize` for an enum that derives both under `#[serde(remote = "Self")]` and has
/// no variant with unnamed fields.
macro_rules! tagged_in_json {
    ($kind:ty, $tag:literal) => {
        impl serde::Serialize for $kind {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if !serializer.is_human_readable() {
                    return <$kind>::serialize(self, serializer);
                }
                let plain =
                    <$kind>::serialize(self, serde_json::value::Serializer).map_err(serde::ser::Error::custom)?;
                $crate::tagged::write($tag, plain, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $kind {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if !deserializer.is_human_readable() {
                    return <$kind>::deserialize(deserializer);
                }
                let plain = $crate::tagged::read($tag, deserializer)?;
                <$kind>::deserialize(plain).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use tagged_in_json;
