//! Prints trees as text: definitions in the layout of SHOW CREATE (protocol.md F2, F3), queries and
//! expressions on one line or on several.
//!
//! What is printed parses to the same tree. Comments inside a statement are not part of the tree and
//! so are not printed: a text that a person wrote is changed by [`crate::edit`] instead.

mod call;
mod command;
mod create;
mod dictionary;
mod expr;
mod from;
mod name;
mod query;
mod stream;

pub use name::{needs_quotes, quote_identifier, quote_identifier_always, quote_string};

use crate::ast::{Expr, ObjectName, Query, Statement, StatementKind, TypeName};
use name::Quoting;

/// Which release's SHOW CREATE is imitated (protocol.md F2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// 1.x: external streams print as `CREATE STREAM` with `ENGINE = ExternalStream`.
    V1,
    /// 3.x: external, random, null and mutable streams print with their word.
    #[default]
    V3,
}

/// Prints an expression on one line, names quoted where needed.
pub fn expr(expr: &Expr) -> String {
    let mut printer = Printer::new(Layout::OneLine, Quoting::Needed);
    printer.expr(expr);
    printer.out
}

/// Prints a query over several lines, as SHOW CREATE does.
pub fn query(query: &Query) -> String {
    let mut printer = Printer::new(Layout::Lines, Quoting::Needed);
    printer.query(query);
    printer.out
}

/// Prints a query on one line, names quoted where needed.
pub fn query_one_line(query: &Query) -> String {
    let mut printer = Printer::new(Layout::OneLine, Quoting::Needed);
    printer.query(query);
    printer.out
}

/// Prints a query on one line with every name in back quotes, as a server sends it to another one
/// (protocol.md E, `formattedAST`).
pub fn remote_query(query: &Query) -> String {
    let mut printer = Printer::new(Layout::OneLine, Quoting::Always);
    printer.query(query);
    printer.out
}

/// Prints a type in lower case where it is one of the server's own names.
pub fn type_name(ty: &TypeName) -> String {
    let mut printer = Printer::new(Layout::OneLine, Quoting::Needed);
    printer.type_name(ty);
    printer.out
}

/// Prints `database.name`, quoted where needed.
pub fn object_name(name: &ObjectName) -> String {
    let mut printer = Printer::new(Layout::OneLine, Quoting::Needed);
    printer.object_name(name);
    printer.out
}

/// Prints a statement: CREATE in the layout of SHOW CREATE, queries over several lines.
///
/// `source` is the text that the statement was parsed from: parts that the tree keeps only as places
/// (a row policy's rest, raw ALTER actions, inserted data) are taken from it.
pub fn statement(statement: &Statement, source: &str, dialect: Dialect) -> String {
    let mut printer = Printer::new(Layout::Lines, Quoting::Needed);
    printer.dialect = dialect;
    printer.source = source;
    printer.statement(statement);
    printer.out
}

/// Prints what SHOW CREATE would give for a CREATE: without OR REPLACE, IF NOT EXISTS, UUID.
pub fn show_create(kind: &StatementKind, source: &str, dialect: Dialect) -> String {
    let mut printer = Printer::new(Layout::Lines, Quoting::Needed);
    printer.dialect = dialect;
    printer.source = source;
    printer.stored = true;
    printer.kind(kind, crate::span::Span::default());
    printer.out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    OneLine,
    Lines,
}

struct Printer<'a> {
    out: String,
    layout: Layout,
    quoting: Quoting,
    dialect: Dialect,
    source: &'a str,
    indent: usize,
    /// What only matters at creation is left out.
    stored: bool,
    /// Levels of CASE around: `end` is a keyword there.
    cases: usize,
}

impl Printer<'_> {
    fn new(layout: Layout, quoting: Quoting) -> Self {
        Self {
            out: String::new(),
            layout,
            quoting,
            dialect: Dialect::default(),
            source: "",
            indent: 0,
            stored: false,
            cases: 0,
        }
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// A line break with indentation, or a space.
    fn line(&mut self) {
        match self.layout {
            Layout::OneLine => self.out.push(' '),
            Layout::Lines => {
                self.out.push('\n');
                self.out.extend(std::iter::repeat_n("  ", self.indent));
            }
        }
    }

    fn separated<T>(&mut self, items: &[T], mut print: impl FnMut(&mut Self, &T)) {
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                self.push(", ");
            }
            print(self, item);
        }
    }
}
