//! Reading Timeplus SQL.

pub mod ast;
pub mod error;
pub mod lexer;
pub mod print;
pub mod span;

pub use ast::*;
pub use error::SyntaxError;
pub use span::Span;
