//! Types.

use super::{Ident, Literal, Text};
use crate::span::Span;

/// A type: `low_cardinality(nullable(string))`. `Display` prints it as the server does.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeName {
    /// Its name as written (`datetime64`, `DateTime64`, `double precision`).
    pub name: Ident,
    /// Its arguments, `None` without parentheses.
    pub args: Option<Vec<TypeArg>>,
    /// Its text.
    pub span: Span,
}

/// An argument of a type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeArg {
    /// A type, or a name that looks like one (`sum` of `aggregate_function(sum, int)`).
    Type(TypeName),
    /// `name type` of a tuple or nested.
    Named {
        /// The element's name.
        name: Ident,
        /// Its type.
        ty: TypeName,
    },
    /// A number or string: precision, scale, time zone, length.
    Literal(Literal),
    /// `'a' = 1` of an enum.
    EnumValue {
        /// The name.
        name: Text,
        /// The number as written, sign included.
        value: String,
    },
    /// `max_types = 3`.
    Setting {
        /// The parameter.
        name: Ident,
        /// Its value.
        value: Literal,
    },
    /// Anything else, as written.
    Raw(String),
}
