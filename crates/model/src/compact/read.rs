//! Values out of compact text.
//!
//! Written for a small module: what does not depend on the type that is read lies in functions without type
//! parameters, and no type is ever asked for the names of its fields.

use serde::de::value::U64Deserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};

use super::CompactError;

/// How deep values may lie in each other.
const DEEPEST: u32 = 100;

/// Reads from the front of a text.
pub struct Reader<'de> {
    rest: &'de str,
    depth: u32,
}

/// One value without its content.
enum Token<'de> {
    Nothing,
    Bool(bool),
    Unsigned(u64),
    Negative(i64),
    Float(f64),
    Text(&'de str),
    List,
    Map,
    Variant(u32),
    VariantWith(u32),
}

type Read<T> = Result<T, CompactError>;

const WRONG: CompactError = CompactError("a value has the wrong type");
const BROKEN: CompactError = CompactError("the text is broken");

impl<'de> Reader<'de> {
    pub const fn new(text: &'de str) -> Self {
        Self { rest: text, depth: 0 }
    }

    /// Nothing may follow.
    pub fn end(self) -> Read<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(BROKEN) }
    }

    fn token(&mut self) -> Read<Token<'de>> {
        let kind = self.peek()?;
        if kind.is_ascii_digit() {
            return Ok(Token::Text(self.text()?));
        }
        self.rest = self.rest.get(1..).ok_or(BROKEN)?;
        Ok(match kind {
            b'n' => Token::Nothing,
            b't' => Token::Bool(true),
            b'f' => Token::Bool(false),
            b'[' => Token::List,
            b'{' => Token::Map,
            b'v' => Token::Variant(self.number(b';')?.try_into().map_err(|_| BROKEN)?),
            b'V' => Token::VariantWith(self.number(b';')?.try_into().map_err(|_| BROKEN)?),
            b'd' => Token::Float(f64::from_bits(self.number(b';')?)),
            b'i' if self.peek()? == b'-' => {
                self.rest = self.rest.get(1..).ok_or(BROKEN)?;
                Token::Negative(0_i64.checked_sub_unsigned(self.number(b';')?).ok_or(BROKEN)?)
            }
            b'i' => Token::Unsigned(self.number(b';')?),
            _ => return Err(BROKEN),
        })
    }

    fn peek(&self) -> Read<u8> {
        self.rest.as_bytes().first().copied().ok_or(BROKEN)
    }

    /// Digits and what ends them.
    fn number(&mut self, end: u8) -> Read<u64> {
        let mut number = 0_u64;
        for (place, digit) in self.rest.bytes().enumerate() {
            if digit == end && place > 0 {
                self.rest = self.rest.get(place + 1..).ok_or(BROKEN)?;
                return Ok(number);
            }
            if !digit.is_ascii_digit() {
                break;
            }
            number = number.checked_mul(10).and_then(|n| n.checked_add(u64::from(digit - b'0'))).ok_or(BROKEN)?;
        }
        Err(BROKEN)
    }

    fn text(&mut self) -> Read<&'de str> {
        let n_bytes = usize::try_from(self.number(b':')?).map_err(|_| BROKEN)?;
        let (text, rest) = self.rest.split_at_checked(n_bytes).ok_or(BROKEN)?;
        self.rest = rest;
        Ok(text)
    }

    /// Takes the end of a list or map, where it is next.
    fn take_end(&mut self, end: u8) -> Read<bool> {
        let is_end = self.peek()? == end;
        if is_end {
            self.rest = self.rest.get(1..).ok_or(BROKEN)?;
            self.depth -= 1;
        }
        Ok(is_end)
    }

    fn go_deeper(&mut self) -> Read<()> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(BROKEN) } else { Ok(()) }
    }

    /// Begins a list. `false` where a field was skipped instead.
    fn begin_list(&mut self) -> Read<bool> {
        match self.token()? {
            Token::List => self.go_deeper().map(|()| true),
            Token::Nothing => Ok(false),
            _ => Err(WRONG),
        }
    }

    fn list<V: Visitor<'de>>(&mut self, visitor: V) -> Read<V::Value> {
        let is_open = self.begin_list()?;
        self.list_content(visitor, is_open)
    }

    fn list_content<V: Visitor<'de>>(&mut self, visitor: V, is_open: bool) -> Read<V::Value> {
        let mut content = Content { reader: self, is_open, end: b']' };
        let value = visitor.visit_seq(&mut content)?;
        content.finish()?;
        Ok(value)
    }

    fn map_content<V: Visitor<'de>>(&mut self, visitor: V, is_open: bool) -> Read<V::Value> {
        let mut content = Content { reader: self, is_open, end: b'}' };
        let value = visitor.visit_map(&mut content)?;
        content.finish()?;
        Ok(value)
    }

    fn unsigned(&mut self) -> Read<u64> {
        match self.token()? {
            Token::Unsigned(number) => Ok(number),
            Token::Nothing => Ok(0),
            _ => Err(WRONG),
        }
    }

    fn signed(&mut self) -> Read<i64> {
        match self.token()? {
            Token::Unsigned(number) => number.try_into().map_err(|_| WRONG),
            Token::Negative(number) => Ok(number),
            Token::Nothing => Ok(0),
            _ => Err(WRONG),
        }
    }

    fn float(&mut self) -> Read<f64> {
        match self.token()? {
            Token::Float(number) => Ok(number),
            Token::Nothing => Ok(0.0),
            _ => Err(WRONG),
        }
    }

    fn string(&mut self) -> Read<&'de str> {
        match self.token()? {
            Token::Text(text) => Ok(text),
            Token::Nothing => Ok(""),
            _ => Err(WRONG),
        }
    }
}

/// What is left of a list or map.
struct Content<'a, 'de> {
    reader: &'a mut Reader<'de>,
    is_open: bool,
    end: u8,
}

impl Content<'_, '_> {
    fn has_more(&mut self) -> Read<bool> {
        if self.is_open && self.reader.take_end(self.end)? {
            self.is_open = false;
        }
        Ok(self.is_open)
    }

    fn finish(mut self) -> Read<()> {
        if self.has_more()? { Err(BROKEN) } else { Ok(()) }
    }
}

impl<'de> de::SeqAccess<'de> for &mut Content<'_, 'de> {
    type Error = CompactError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if self.has_more()? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
}

impl<'de> de::MapAccess<'de> for &mut Content<'_, 'de> {
    type Error = CompactError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if self.has_more()? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        seed.deserialize(&mut *self.reader)
    }
}

/// A variant whose index was read.
struct Variant<'a, 'de> {
    reader: &'a mut Reader<'de>,
    index: u32,
    has_fields: bool,
}

impl<'de> de::EnumAccess<'de> for Variant<'_, 'de> {
    type Error = CompactError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Self)> {
        let index: U64Deserializer<CompactError> = u64::from(self.index).into_deserializer();
        Ok((seed.deserialize(index)?, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, 'de> {
    type Error = CompactError;

    fn unit_variant(self) -> Read<()> {
        if self.has_fields { Err(WRONG) } else { Ok(()) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        if self.has_fields { seed.deserialize(self.reader) } else { Err(WRONG) }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        if self.has_fields { self.reader.list(visitor) } else { Err(WRONG) }
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Read<V::Value> {
        if self.has_fields { self.reader.list(visitor) } else { Err(WRONG) }
    }
}

/// A variant for those who do not know the type: a map of its index to its content.
impl<'de> de::MapAccess<'de> for Variant<'_, 'de> {
    type Error = CompactError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if self.index == u32::MAX {
            return Ok(None);
        }
        let index: U64Deserializer<CompactError> = u64::from(self.index).into_deserializer();
        self.index = u32::MAX;
        seed.deserialize(index).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        if self.has_fields { seed.deserialize(&mut *self.reader) } else { seed.deserialize(().into_deserializer()) }
    }
}

macro_rules! numbers {
    ($($method:ident $read:ident $visit:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            visitor.$visit(self.$read()?)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = CompactError;

    fn is_human_readable(&self) -> bool {
        false
    }

    /// For types that must see a value before they know what it is.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.token()? {
            Token::Nothing => visitor.visit_unit(),
            Token::Bool(value) => visitor.visit_bool(value),
            Token::Unsigned(number) => visitor.visit_u64(number),
            Token::Negative(number) => visitor.visit_i64(number),
            Token::Float(number) => visitor.visit_f64(number),
            Token::Text(text) => visitor.visit_borrowed_str(text),
            Token::List => {
                self.go_deeper()?;
                self.list_content(visitor, true)
            }
            Token::Map => {
                self.go_deeper()?;
                self.map_content(visitor, true)
            }
            Token::Variant(index) => visitor.visit_map(Variant { reader: self, index, has_fields: false }),
            Token::VariantWith(index) => {
                self.go_deeper()?;
                let value = visitor.visit_map(Variant { reader: &mut *self, index, has_fields: true })?;
                self.depth -= 1;
                Ok(value)
            }
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.token()? {
            Token::Bool(value) => visitor.visit_bool(value),
            Token::Nothing => visitor.visit_bool(false),
            _ => Err(WRONG),
        }
    }

    numbers! {
        deserialize_u8 unsigned visit_u64,
        deserialize_u16 unsigned visit_u64,
        deserialize_u32 unsigned visit_u64,
        deserialize_u64 unsigned visit_u64,
        deserialize_i8 signed visit_i64,
        deserialize_i16 signed visit_i64,
        deserialize_i32 signed visit_i64,
        deserialize_i64 signed visit_i64,
        deserialize_f32 float visit_f64,
        deserialize_f64 float visit_f64,
        deserialize_char string visit_borrowed_str,
        deserialize_str string visit_borrowed_str,
        deserialize_string string visit_borrowed_str,
    }

    /// A name stands where a type has names in maps, the place of a variant everywhere else.
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.token()? {
            Token::Variant(index) => visitor.visit_u64(index.into()),
            Token::Text(name) => visitor.visit_borrowed_str(name),
            _ => Err(WRONG),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
        Err(WRONG)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
        Err(WRONG)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.peek()? == b'n' {
            self.token()?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.token()? {
            Token::Nothing => visitor.visit_unit(),
            _ => Err(WRONG),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Read<V::Value> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.token()? {
            Token::Map => {
                self.go_deeper()?;
                self.map_content(visitor, true)
            }
            Token::Nothing => self.map_content(visitor, false),
            _ => Err(WRONG),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.list(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        match self.token()? {
            Token::Variant(index) => visitor.visit_enum(Variant { reader: self, index, has_fields: false }),
            Token::VariantWith(index) => {
                self.go_deeper()?;
                let value = visitor.visit_enum(Variant { reader: &mut *self, index, has_fields: true })?;
                self.depth -= 1;
                Ok(value)
            }
            _ => Err(WRONG),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_any(visitor)
    }
}
