use std::str::FromStr;

use super::{DataType, Element, IntervalUnit, TypeError};

/// How deep types may nest; the server's own parser stops long before real types do.
const MAX_DEPTH: usize = 64;

impl FromStr for DataType {
    type Err = TypeError;

    fn from_str(text: &str) -> Result<Self, TypeError> {
        let mut parser = Parser { text, position: 0 };
        let parsed = parser.data_type(0).and_then(|data_type| {
            parser.skip_space();
            match parser.peek() {
                None => Ok(data_type),
                Some(_) => Err(parser.unexpected("the end")),
            }
        });
        parsed.map_err(|fault| TypeError {
            type_name: text.to_owned(),
            reason: fault.reason,
            is_refused: fault.is_refused,
        })
    }
}

struct Fault {
    reason: String,
    is_refused: bool,
}

impl From<String> for Fault {
    fn from(reason: String) -> Self {
        Self { reason, is_refused: false }
    }
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
}

impl Parser<'_> {
    fn data_type(&mut self, depth: usize) -> Result<DataType, Fault> {
        if depth > MAX_DEPTH {
            return Err(format!("nests deeper than {MAX_DEPTH}").into());
        }
        let family = self.word()?;
        if let Some(simple) = simple_type(&family) {
            return Ok(simple);
        }
        // These names are registered without regard to case (protocol.md B).
        let insensitive = family.to_ascii_lowercase();
        match insensitive.as_str() {
            "decimal" => return self.decimal(None),
            "decimal32" => return self.decimal(Some(9)),
            "decimal64" => return self.decimal(Some(18)),
            "decimal128" => return self.decimal(Some(38)),
            "decimal256" => return self.decimal(Some(76)),
            "datetime" | "datetime32" => return self.datetime(),
            "datetime64" => return self.datetime64(),
            "json" => return Err(refused(&family)),
            _ => {}
        }
        match family.as_str() {
            "fixed_string" => {
                let width = self.in_parentheses(|p| p.number::<u32>())?;
                if width == 0 {
                    return Err("a fixed string has at least one byte".to_owned().into());
                }
                Ok(DataType::FixedString(width))
            }
            "enum8" => Ok(DataType::Enum8(self.enum_values()?)),
            "enum16" => Ok(DataType::Enum16(self.enum_values()?)),
            "enum" => {
                let values = self.enum_values::<i16>()?;
                let narrow = values
                    .iter()
                    .map(|(name, value)| Some((name.clone(), i8::try_from(*value).ok()?)))
                    .collect::<Option<Vec<_>>>();
                Ok(narrow.map_or(DataType::Enum16(values), DataType::Enum8))
            }
            "array" => Ok(DataType::Array(self.boxed(depth)?)),
            "nullable" => {
                let inner = self.boxed(depth)?;
                match inner.storage() {
                    DataType::Nullable(_)
                    | DataType::LowCardinality(_)
                    | DataType::Array(_)
                    | DataType::Map(..)
                    | DataType::Tuple(_)
                    | DataType::Nested(_) => Err(format!("`{inner}` cannot be inside nullable").into()),
                    _ => Ok(DataType::Nullable(inner)),
                }
            }
            "low_cardinality" => {
                let inner = self.boxed(depth)?;
                let base = match inner.as_ref() {
                    DataType::Nullable(base) => base,
                    other => other,
                };
                match base {
                    DataType::LowCardinality(_)
                    | DataType::Array(_)
                    | DataType::Map(..)
                    | DataType::Tuple(_)
                    | DataType::Nested(_)
                    | DataType::Nothing
                    | DataType::SimpleAggregateFunction { .. } => {
                        Err(format!("`{inner}` cannot be inside low_cardinality").into())
                    }
                    _ => Ok(DataType::LowCardinality(inner)),
                }
            }
            "map" => self.in_parentheses(|p| {
                let key = p.data_type(depth + 1)?;
                p.expect(',')?;
                let value = p.data_type(depth + 1)?;
                Ok(DataType::Map(Box::new(key), Box::new(value)))
            }),
            "tuple" => Ok(DataType::Tuple(self.elements(depth, false)?)),
            "nested" => Ok(DataType::Nested(self.elements(depth, true)?)),
            "simple_aggregate_function" => self.in_parentheses(|p| {
                let function = p.function_text()?;
                let mut arguments = Vec::new();
                while p.eat(',') {
                    arguments.push(p.data_type(depth + 1)?);
                }
                if arguments.is_empty() {
                    return Err("an aggregate function needs a type".to_owned().into());
                }
                Ok(DataType::SimpleAggregateFunction { function, arguments })
            }),
            "aggregate_function" | "dynamic" | "variant" | "object" => Err(refused(&family)),
            _ => Err(format!("`{family}` is not a type of Timeplus").into()),
        }
    }

    fn boxed(&mut self, depth: usize) -> Result<Box<DataType>, Fault> {
        self.in_parentheses(|p| Ok(Box::new(p.data_type(depth + 1)?)))
    }

    fn decimal(&mut self, implied: Option<u8>) -> Result<DataType, Fault> {
        let (precision, scale) = self.in_parentheses(|p| {
            let first = p.number::<u8>()?;
            match implied {
                Some(precision) => Ok((precision, first)),
                None if p.eat(',') => Ok((first, p.number::<u8>()?)),
                None => Ok((first, 0)),
            }
        })?;
        if !(1..=76).contains(&precision) || scale > precision {
            return Err(format!("decimal({precision}, {scale}) is out of range").into());
        }
        Ok(DataType::Decimal { precision, scale })
    }

    fn datetime(&mut self) -> Result<DataType, Fault> {
        let timezone = if self.is_at('(') { Some(self.in_parentheses(|p| p.quoted('\''))?) } else { None };
        Ok(DataType::DateTime { timezone })
    }

    fn datetime64(&mut self) -> Result<DataType, Fault> {
        // Three digits are the server's default.
        let (precision, timezone) = if self.is_at('(') {
            self.in_parentheses(|p| {
                let precision = p.number::<u8>()?;
                let timezone = if p.eat(',') { Some(p.quoted('\'')?) } else { None };
                Ok((precision, timezone))
            })?
        } else {
            (3, None)
        };
        if precision > 9 {
            return Err(format!("{precision} digits after the second, more than 9").into());
        }
        Ok(DataType::DateTime64 { precision, timezone })
    }

    fn enum_values<T>(&mut self) -> Result<Vec<(String, T)>, Fault>
    where
        T: FromStr + TryFrom<i64>,
    {
        self.in_parentheses(|p| {
            let mut values = Vec::new();
            let mut next = 1;
            loop {
                let name = p.quoted('\'')?;
                if p.eat('=') {
                    next = p.number::<i64>()?;
                }
                let value = T::try_from(next).map_err(|_| format!("{next} does not fit this enum"))?;
                values.push((name, value));
                next += 1;
                if !p.eat(',') {
                    return Ok(values);
                }
            }
        })
    }

    fn elements(&mut self, depth: usize, is_name_needed: bool) -> Result<Vec<Element>, Fault> {
        self.in_parentheses(|p| {
            let mut elements = Vec::new();
            loop {
                let name = p.element_name()?;
                if is_name_needed && name.is_none() {
                    return Err("an element of nested needs a name".to_owned().into());
                }
                elements.push(Element { name, data_type: p.data_type(depth + 1)? });
                if !p.eat(',') {
                    return Ok(elements);
                }
            }
        })
    }

    /// The name before an element's type: a back-quoted text, or a word that is
    /// followed by the start of another word.
    fn element_name(&mut self) -> Result<Option<String>, Fault> {
        if self.is_at('`') {
            return self.quoted('`').map(Some);
        }
        let start = self.position;
        let word = self.word()?;
        let after_word = self.position;
        self.skip_space();
        let is_name = self.position > after_word && self.peek().is_some_and(is_word_start);
        if is_name {
            return Ok(Some(word));
        }
        self.position = start;
        Ok(None)
    }

    /// `sum` or `group_array_array(10)`, kept as text.
    fn function_text(&mut self) -> Result<String, Fault> {
        let mut text = self.word()?;
        if self.is_at('(') {
            let start = self.position;
            self.in_parentheses(|p| {
                while p.peek().is_some_and(|c| c != ')' && c != '(') {
                    p.advance();
                }
                Ok(())
            })?;
            text.push_str(&self.text[start..self.position]);
        }
        Ok(text)
    }

    fn in_parentheses<T>(&mut self, inside: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.expect('(')?;
        let value = inside(self)?;
        self.expect(')')?;
        Ok(value)
    }

    fn word(&mut self) -> Result<String, Fault> {
        self.skip_space();
        let start = self.position;
        while self.peek().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
            self.advance();
        }
        if start == self.position {
            return Err(self.unexpected("a name"));
        }
        Ok(self.text[start..self.position].to_owned())
    }

    fn number<T: FromStr>(&mut self) -> Result<T, Fault> {
        self.skip_space();
        let start = self.position;
        if self.peek() == Some('-') {
            self.advance();
        }
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.advance();
        }
        let digits = &self.text[start..self.position];
        digits.parse().map_err(|_| format!("`{digits}` at byte {start} is not a number that fits").into())
    }

    fn quoted(&mut self, quote: char) -> Result<String, Fault> {
        self.expect(quote)?;
        let mut text = String::new();
        loop {
            let Some(c) = self.advance() else {
                return Err(self.unexpected("a closing quote"));
            };
            if c == quote {
                // A doubled quote stands for one.
                if self.peek() != Some(quote) {
                    return Ok(text);
                }
                self.advance();
                text.push(quote);
            } else if c == '\\' {
                let Some(escaped) = self.advance() else {
                    return Err(self.unexpected("an escaped character"));
                };
                text.push(match escaped {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    '0' => '\0',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    other => other,
                });
            } else {
                text.push(c);
            }
        }
    }

    fn expect(&mut self, wanted: char) -> Result<(), Fault> {
        if self.eat(wanted) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{wanted}`")))
    }

    fn eat(&mut self, wanted: char) -> bool {
        let is_there = self.is_at(wanted);
        if is_there {
            self.advance();
        }
        is_there
    }

    fn is_at(&mut self, wanted: char) -> bool {
        self.skip_space();
        self.peek() == Some(wanted)
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.advance();
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.position..].chars().next()
    }

    fn advance(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.position += c.len_utf8();
        Some(c)
    }

    fn unexpected(&self, wanted: &str) -> Fault {
        let found = match self.peek() {
            Some(c) => format!("`{c}`"),
            None => "the end".to_owned(),
        };
        format!("{wanted} expected at byte {}, found {found}", self.position).into()
    }
}

fn is_word_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn refused(family: &str) -> Fault {
    Fault { reason: format!("`{family}` cannot be carried over the native protocol by Ferry"), is_refused: true }
}

/// Types without arguments and their aliases. Names are lower-case, except for the
/// families that the server registers without regard to case (protocol.md B).
fn simple_type(family: &str) -> Option<DataType> {
    let exact = match family {
        "int8" | "byte" => DataType::Int8,
        "int16" | "smallint" => DataType::Int16,
        "int32" | "int" | "integer" => DataType::Int32,
        "int64" | "bigint" => DataType::Int64,
        "int128" => DataType::Int128,
        "int256" => DataType::Int256,
        "uint8" => DataType::UInt8,
        "uint16" => DataType::UInt16,
        "uint32" | "uint" => DataType::UInt32,
        "uint64" => DataType::UInt64,
        "uint128" => DataType::UInt128,
        "uint256" => DataType::UInt256,
        "float32" | "float" => DataType::Float32,
        "float64" | "double" => DataType::Float64,
        "bool" | "boolean" => DataType::Bool,
        "string" => DataType::String,
        "uuid" => DataType::Uuid,
        "nothing" => DataType::Nothing,
        _ => {
            if let Some(unit) = family.strip_prefix("interval_") {
                let unit = IntervalUnit::ALL.into_iter().find(|u| u.as_str() == unit)?;
                return Some(DataType::Interval(unit));
            }
            return match family.to_ascii_lowercase().as_str() {
                "date" => Some(DataType::Date),
                "date32" => Some(DataType::Date32),
                "ipv4" | "inet4" => Some(DataType::Ipv4),
                "ipv6" | "inet6" => Some(DataType::Ipv6),
                "varchar" => Some(DataType::String),
                _ => None,
            };
        }
    };
    Some(exact)
}
