//! Reads tokens into the tree of [`crate::ast`].
//!
//! A recursive-descent parser that never goes back over what it read, so time grows with the text.
//! Nesting is bounded by [`MAX_DEPTH`]; a chain of operators by [`MAX_HEIGHT`], so that whoever
//! walks the tree may recurse.

mod access;
mod alter;
mod command;
mod create;
mod create_dictionary;
mod create_more;
mod create_stream;
mod create_view;
mod cursor;
mod emit;
mod expr;
mod from;
mod function;
mod interval;
mod lexeme;
mod names;
mod outline;
mod path;
mod primary;
mod reserved;
mod select;
mod set;
mod settings;
mod show;
mod statement;
mod system;
mod types;
mod wildcard;
mod window;
#[cfg(test)]
mod work;

pub use names::unquote;

use crate::ast::{Expr, Query, Statement};
use crate::error::{SyntaxError, line_column};
use crate::lexer::BYTE_ORDER_MARK;
use crate::span::Span;
use lexeme::{Lexeme, Lexemes, significant};

/// How deep parentheses, subqueries, types and CASEs may nest.
pub const MAX_DEPTH: usize = 80;

/// How high an expression's tree may grow, chains such as `a + b + c ..` included.
pub const MAX_HEIGHT: usize = 400;

/// What a text holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The statements in the order of the text. A statement with errors is here as far as it was
    /// understood; one whose head was not understood is [`crate::StatementKind::Other`].
    pub statements: Vec<Statement>,
    /// What is wrong, in the order of the text.
    pub errors: Vec<SyntaxError>,
    /// What was read although no server takes it, in the order of the text: `..` where something is
    /// left out, a placeholder of a program, a forgotten `;`.
    pub remarks: Vec<SyntaxError>,
}

impl Parsed {
    /// Why this is not exactly one statement: the first thing that is wrong with `sql`, the text that was read, or that
    /// it is none or more than one.
    pub fn why_not_one(&self, sql: &str) -> Option<SyntaxError> {
        match (self.errors.first(), self.statements.as_slice()) {
            (Some(error), _) => Some(error.clone()),
            (None, [_]) => None,
            (None, [_, second, ..]) => {
                Some(error_at(sql, second.span, "one statement was expected, here begins another"))
            }
            (None, []) => Some(error_at(sql, Span::empty(sql.len()), "a statement was expected, the text is empty")),
        }
    }

    /// Whether everything was understood.
    pub fn is_ok(&self) -> bool {
        self.errors.is_empty()
    }
}

/// Reads a text of any number of statements, separated by `;`. After an error reading goes on with
/// the next clause or statement.
pub fn parse(sql: &str) -> Parsed {
    let mut parser = Parser::new(sql);
    parser.note_omissions();
    let statements = parser.statements();
    Parsed { statements, errors: place(sql, parser.errors), remarks: place(sql, parser.remarks) }
}

/// Reads exactly one statement (a `;` may follow).
///
/// # Errors
/// The first thing that is wrong with it, or that it is none or more than one.
pub fn parse_one(sql: &str) -> Result<Statement, SyntaxError> {
    let mut parsed = parse(sql);
    match parsed.why_not_one(sql) {
        Some(error) => Err(error),
        None => Ok(parsed.statements.swap_remove(0)),
    }
}

/// Reads one query.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse_query(sql: &str) -> Result<Query, SyntaxError> {
    let mut parser = Parser::new(sql);
    let query = parser.query();
    parser.finish(query)
}

/// Reads one expression, such as a column's default.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse_expr(sql: &str) -> Result<Expr, SyntaxError> {
    let mut parser = Parser::new(sql);
    let expr = parser.expr_as();
    parser.finish(expr)
}

/// Reads one type name, as DESCRIBE gives it.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse_type(sql: &str) -> Result<crate::ast::TypeName, SyntaxError> {
    let mut parser = Parser::new(sql);
    let ty = parser.type_name();
    parser.finish(ty)
}

fn error_at(sql: &str, span: Span, message: &str) -> SyntaxError {
    let (line, column) = line_column(sql, span.start);
    SyntaxError { span, line, column, message: message.into(), expected: Vec::new(), hint: None }
}

/// The error is already in [`Parser::errors`].
#[derive(Debug)]
pub(crate) struct Failed;

pub(crate) type Parse<T> = Result<T, Failed>;

pub(crate) struct Parser<'a> {
    sql: &'a str,
    /// Without spaces and comments.
    tokens: Vec<Lexeme>,
    /// Whether templates, or `..`, are among them.
    has_templates: bool,
    at: usize,
    errors: Vec<SyntaxError>,
    remarks: Vec<SyntaxError>,
    /// Levels of nesting around `at`.
    depth: usize,
    /// The highest expression finished since this was last reset; see `expr_bp`.
    height: usize,
    /// A colon ends the expression (inside `? :` and map literals) instead of starting a JSON path.
    colon_ends: bool,
    /// Levels of CASE around `at`: END is a keyword there.
    cases: usize,
    /// How often a token was looked at.
    #[cfg(test)]
    looks: std::cell::Cell<usize>,
}

impl<'a> Parser<'a> {
    fn new(sql: &'a str) -> Self {
        let mut errors = Vec::new();
        let Lexemes { tokens, has_templates } = match significant(sql) {
            Some(lexemes) => lexemes,
            None => {
                errors.push(error_at(sql, Span::empty(0), "a text of more than 4 GiB is not read"));
                Lexemes::default()
            }
        };
        Self {
            sql,
            tokens,
            has_templates,
            at: 0,
            errors,
            remarks: Vec::new(),
            depth: 0,
            height: 0,
            colon_ends: false,
            cases: 0,
            #[cfg(test)]
            looks: std::cell::Cell::new(0),
        }
    }

    /// Ends reading a single thing: nothing may follow it.
    fn finish<T>(mut self, result: Parse<T>) -> Result<T, SyntaxError> {
        if self.errors.is_empty() && self.peek().is_some() {
            let _ = self.fail::<()>("the end");
        }
        if self.errors.is_empty() {
            if let Ok(value) = result {
                return Ok(value);
            }
            return Err(error_at(self.sql, Span::empty(0), "it could not be read"));
        }
        Err(place(self.sql, self.errors).swap_remove(0))
    }
}

/// Orders errors by place and gives them their lines and columns, in one pass over the text.
fn place(sql: &str, mut errors: Vec<SyntaxError>) -> Vec<SyntaxError> {
    errors.sort_by_key(|error| error.span.start);
    let mark = sql.strip_prefix(BYTE_ORDER_MARK).map_or(0, |rest| sql.len() - rest.len());
    let (mut line, mut column, mut seen) = (1, 1, mark);
    for error in &mut errors {
        let end = error.span.start.max(seen);
        for c in sql[seen..end].chars() {
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        seen = end;
        error.line = line;
        error.column = column;
    }
    errors
}
