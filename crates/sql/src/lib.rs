#![doc = include_str!("../README.md")]

pub mod ast;
pub mod error;
pub mod lexer;
pub mod parser;
pub mod print;
pub mod span;

pub use ast::*;
pub use error::SyntaxError;
pub use parser::{Parsed, parse, parse_expr, parse_one, parse_query, parse_type};
pub use span::Span;
