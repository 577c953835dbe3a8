//! Values as compact text.

use std::fmt::Write;

use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::CompactError;

/// Appends one value to a text.
pub struct Writer<'a>(pub &'a mut String);

/// A list or map that has begun.
pub struct Open<'a> {
    text: &'a mut String,
    end: char,
}

type Done = Result<(), CompactError>;

impl<'a> Writer<'a> {
    fn number(self, kind: char, number: impl std::fmt::Display) -> Done {
        write!(self.0, "{kind}{number};").map_err(|_| CompactError("out of memory"))
    }

    fn open(self, begin: char, end: char) -> Result<Open<'a>, CompactError> {
        self.0.push(begin);
        Ok(Open { text: self.0, end })
    }

    fn put(self, text: char) -> Done {
        self.0.push(text);
        Ok(())
    }

    fn open_variant(self, index: u32) -> Result<Open<'a>, CompactError> {
        Writer(&mut *self.0).number('V', index)?;
        self.open('[', ']')
    }
}

impl Open<'_> {
    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(Writer(&mut *self.text))
    }

    fn close(self) -> Done {
        self.text.push(self.end);
        Ok(())
    }
}

impl<'a> ser::Serializer for Writer<'a> {
    type Ok = ();
    type Error = CompactError;
    type SerializeSeq = Open<'a>;
    type SerializeTuple = Open<'a>;
    type SerializeTupleStruct = Open<'a>;
    type SerializeTupleVariant = Open<'a>;
    type SerializeMap = Open<'a>;
    type SerializeStruct = Open<'a>;
    type SerializeStructVariant = Open<'a>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Done {
        self.put(if value { 't' } else { 'f' })
    }

    fn serialize_i8(self, value: i8) -> Done {
        self.number('i', value)
    }

    fn serialize_i16(self, value: i16) -> Done {
        self.number('i', value)
    }

    fn serialize_i32(self, value: i32) -> Done {
        self.number('i', value)
    }

    fn serialize_i64(self, value: i64) -> Done {
        self.number('i', value)
    }

    fn serialize_u8(self, value: u8) -> Done {
        self.number('i', value)
    }

    fn serialize_u16(self, value: u16) -> Done {
        self.number('i', value)
    }

    fn serialize_u32(self, value: u32) -> Done {
        self.number('i', value)
    }

    fn serialize_u64(self, value: u64) -> Done {
        self.number('i', value)
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Done {
        self.number('d', value.to_bits())
    }

    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Done {
        write!(self.0, "{}:{value}", value.len()).map_err(|_| CompactError("out of memory"))
    }

    fn serialize_bytes(self, _: &[u8]) -> Done {
        Err(CompactError("bytes have no compact form"))
    }

    fn serialize_none(self) -> Done {
        self.put('n')
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.put('n')
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.put('n')
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Done {
        self.number('v', index)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Done {
        Writer(&mut *self.0).number('V', index)?;
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'a>, CompactError> {
        self.open('[', ']')
    }

    fn serialize_tuple(self, _: usize) -> Result<Open<'a>, CompactError> {
        self.open('[', ']')
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'a>, CompactError> {
        self.open('[', ']')
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Open<'a>, CompactError> {
        self.open_variant(index)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'a>, CompactError> {
        self.open('{', '}')
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'a>, CompactError> {
        self.open('[', ']')
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Open<'a>, CompactError> {
        self.open_variant(index)
    }
}

/// The six shapes of a list differ in names only.
macro_rules! list {
    ($shape:ident, $add:ident $(, $key:ident)?) => {
        impl $shape for Open<'_> {
            type Ok = ();
            type Error = CompactError;

            fn $add<T: Serialize + ?Sized>(&mut self, $($key: &'static str,)? value: &T) -> Done {
                $(let _ = $key;)?
                self.add(value)
            }

            $(
                // A place must not stay empty: those behind it would move up.
                fn skip_field(&mut self, $key: &'static str) -> Done {
                    let _ = $key;
                    self.add(&())
                }
            )?

            fn end(self) -> Done {
                self.close()
            }
        }
    };
}

list!(SerializeSeq, serialize_element);
list!(SerializeTuple, serialize_element);
list!(SerializeTupleStruct, serialize_field);
list!(SerializeTupleVariant, serialize_field);
list!(SerializeStruct, serialize_field, key);
list!(SerializeStructVariant, serialize_field, key);

impl SerializeMap for Open<'_> {
    type Ok = ();
    type Error = CompactError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.add(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.add(value)
    }

    fn end(self) -> Done {
        self.close()
    }
}
