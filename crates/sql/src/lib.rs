#![doc = include_str!("../README.md")]

pub mod ast;
pub mod change;
pub mod compare;
pub mod edit;
pub mod error;
pub mod highlight;
pub mod lexer;
pub mod lines;
pub mod normal;
pub mod order;
pub mod outline;
pub mod parser;
pub mod pretty;
pub mod print;
pub mod references;
pub mod rename;
pub mod rewrite;
pub mod script;
pub mod secrets;
pub mod span;
pub mod visit;

pub use ast::*;
pub use error::SyntaxError;
pub use highlight::{HighlightClass, highlight};
pub use outline::{Outline, OutlinePart, outline};
pub use parser::{Parsed, parse, parse_expr, parse_one, parse_query, parse_type, unquote};
pub use references::{Catalog, QualifiedName, Reference, References, Role, references, references_in_query_text};
pub use secrets::{SecretSpan, secrets};
pub use span::Span;

/// Whether two statements mean the same: they print the same, so layout, comments, the case of
/// keywords and needless quotes and parentheses make no difference.
pub fn normalized_eq(left: &Statement, left_source: &str, right: &Statement, right_source: &str) -> bool {
    let dialect = print::Dialect::default();
    print::statement(left, left_source, dialect) == print::statement(right, right_source, dialect)
}
