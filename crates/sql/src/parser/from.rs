//! FROM: tables and joins.

use super::{Parse, Parser};
use crate::ast::{
    ArrayJoin, Expr, From, FromItem, Ident, Join, JoinConstraint, JoinKind, JoinStrictness, ObjectName, Query,
    TableFunction, TableKind, TableRef,
};
use crate::lexer::TokenKind;

const JOIN_WORDS: [&str; 14] = [
    "GLOBAL", "ANY", "ALL", "ASOF", "SEMI", "ANTI", "LATEST", "RANGE", "INNER", "LEFT", "RIGHT", "FULL", "OUTER",
    "CROSS",
];

impl Parser<'_> {
    pub(super) fn tables_of_from(&mut self) -> Parse<From> {
        // A table costs more stack than an expression: it counts twice.
        self.nested(|parser| parser.nested(Self::tables_inner))
    }

    fn tables_inner(&mut self) -> Parse<From> {
        let start = self.here();
        let first = self.table_ref()?;
        let mut rest = Vec::new();
        loop {
            if self.at_words("ARRAY JOIN") || self.at_words("LEFT ARRAY JOIN") || self.at_words("INNER ARRAY JOIN") {
                rest.push(FromItem::ArrayJoin(self.array_join()?));
            } else if self.at_kind(TokenKind::Comma) || self.at_join() {
                rest.push(FromItem::Join(Box::new(self.join()?)));
            } else {
                break;
            }
        }
        Ok(From { first, rest, span: self.span_from(start) })
    }

    /// Whether words that end in JOIN come next.
    fn at_join(&self) -> bool {
        for ahead in 0..6 {
            let Some(word) = self.word_at(ahead) else {
                return false;
            };
            if word.eq_ignore_ascii_case("JOIN") {
                return true;
            }
            let known =
                JOIN_WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)) || word.eq_ignore_ascii_case("PASTE");
            if !known {
                return false;
            }
        }
        false
    }

    fn array_join(&mut self) -> Parse<ArrayJoin> {
        let start = self.here();
        let left = self.eat("LEFT");
        self.eat("INNER");
        self.expect("ARRAY JOIN")?;
        let items = self.comma_list(Self::select_item)?;
        Ok(ArrayJoin { left, items, span: self.span_from(start) })
    }

    fn join(&mut self) -> Parse<Join> {
        let start = self.here();
        let mut kind = JoinKind::Inner;
        let mut strictness = None;
        let mut global = false;
        if self.eat_kind(TokenKind::Comma) {
            kind = JoinKind::Comma;
        } else {
            loop {
                let word = self.keyword_at(0);
                self.at += 1;
                match word.as_bytes() {
                    b"GLOBAL" => global = true,
                    b"ANY" => strictness = Some(JoinStrictness::Any),
                    b"ALL" => strictness = Some(JoinStrictness::All),
                    b"ASOF" => strictness = Some(JoinStrictness::Asof),
                    b"SEMI" => strictness = Some(JoinStrictness::Semi),
                    b"ANTI" => strictness = Some(JoinStrictness::Anti),
                    b"LATEST" => strictness = Some(JoinStrictness::Latest),
                    b"RANGE" => strictness = Some(JoinStrictness::Range),
                    b"LEFT" => kind = JoinKind::Left,
                    b"RIGHT" => kind = JoinKind::Right,
                    b"FULL" => kind = JoinKind::Full,
                    b"CROSS" => kind = JoinKind::Cross,
                    b"PASTE" => kind = JoinKind::Paste,
                    b"INNER" | b"OUTER" => {}
                    _ => break,
                }
            }
        }
        let table = self.table_ref()?;
        let constraint = match () {
            () if self.eat("ON") => Some(JoinConstraint::On(self.expr_as()?)),
            () if self.eat("USING") => Some(JoinConstraint::Using(self.using()?)),
            () => None,
        };
        Ok(Join { kind, strictness, global, table, constraint, span: self.span_from(start) })
    }

    fn using(&mut self) -> Parse<Vec<Expr>> {
        if self.at_kind(TokenKind::LeftParen) {
            return self.bracketed(|parser| parser.paren_list(Self::expr_as));
        }
        self.comma_list(Self::expr)
    }

    pub(super) fn table_ref(&mut self) -> Parse<TableRef> {
        let start = self.here();
        let kind = self.table_kind()?;
        let mut is_final = self.eat("FINAL");
        self.eat_foreign_time()?;
        let mut columns = Vec::new();
        let alias = if self.at_words("AS") && !self.is_word_at(1, "SELECT") {
            self.at += 1;
            let alias = self.ident()?;
            if self.at_kind(TokenKind::LeftParen) {
                columns = self.paren_list(Self::ident)?;
            }
            Some(alias)
        } else if self.at_join() || self.at_words("ARRAY JOIN") {
            None
        } else {
            self.implicit_alias()
        };
        is_final |= self.eat("FINAL");
        let sample = match self.eat("SAMPLE") {
            true => Some(self.sample()?),
            false => None,
        };
        Ok(TableRef { kind, alias, columns, is_final, sample, span: self.span_from(start) })
    }

    fn sample(&mut self) -> Parse<(Expr, Option<Expr>)> {
        let ratio = self.value_expr()?;
        let offset = match self.eat("OFFSET") {
            true => Some(self.value_expr()?),
            false => None,
        };
        Ok((ratio, offset))
    }

    fn table_kind(&mut self) -> Parse<TableKind> {
        if self.at_query_in_parens() {
            self.at += 1;
            let query = self.bracketed(|parser| parser.nested(Self::query))?;
            self.expect_kind(TokenKind::RightParen)?;
            return Ok(TableKind::Query(Box::new(query)));
        }
        if self.at_kind(TokenKind::LeftParen) {
            return self.nested_table();
        }
        if self.at_clause_instead_of_table() {
            return self.fail("a stream, a view or a table function");
        }
        let start = self.here();
        let name = self.object_name()?;
        if self.at_kind(TokenKind::LeftParen) {
            return Ok(TableKind::Function(self.table_function(name, start)?));
        }
        Ok(TableKind::Name(name))
    }

    /// `SELECT a FROM WHERE ..`: the clause goes on, the stream is missing. In quotes such a word is a name.
    fn at_clause_instead_of_table(&self) -> bool {
        let by_follows = self.is_word_at(1, "BY");
        let is_name = matches!(self.kind_at(1), Some(TokenKind::Dot | TokenKind::LeftParen));
        (self.at_any(&["WHERE", "HAVING"]) && !is_name) || (self.at_any(&["GROUP", "ORDER"]) && by_follows)
    }

    /// `(a JOIN b)`, `((SELECT ..) UNION ALL ..)`, `((SELECT ..))`.
    fn nested_table(&mut self) -> Parse<TableKind> {
        let start = self.here();
        self.at += 1;
        let from = self.bracketed(Self::tables_of_from)?;
        let lone_query =
            from.rest.is_empty() && from.first.alias.is_none() && matches!(from.first.kind, TableKind::Query(_));
        if !lone_query {
            self.expect_kind(TokenKind::RightParen)?;
            return Ok(TableKind::Nested(Box::new(from)));
        }
        let TableKind::Query(first) = from.first.kind else {
            return self.fail("a query");
        };
        let mut query = self.query_after(Query { span: from.first.span, ..*first })?;
        self.expect_kind(TokenKind::RightParen)?;
        query.span = self.span_from(start);
        Ok(TableKind::Query(Box::new(query)))
    }

    /// At `(` after a table function's name.
    pub(super) fn table_function(&mut self, name: ObjectName, start: usize) -> Parse<TableFunction> {
        self.expect_kind(TokenKind::LeftParen)?;
        let (args, settings) = self.bracketed(Self::table_function_args)?;
        self.expect_kind(TokenKind::RightParen)?;
        Ok(TableFunction { name, args, settings, span: self.span_from(start) })
    }

    fn table_function_args(&mut self) -> Parse<(Vec<Expr>, Vec<crate::ast::Setting>)> {
        let mut args = Vec::new();
        let mut settings = Vec::new();
        while !self.at_kind(TokenKind::RightParen) {
            if self.at_words("SETTINGS") && self.kind_at(1) == Some(TokenKind::Word) {
                settings = self.settings_clause()?;
                break;
            }
            args.push(self.table_function_arg()?);
            if !self.eat_kind(TokenKind::Comma) {
                break;
            }
        }
        Ok((args, settings))
    }

    fn table_function_arg(&mut self) -> Parse<Expr> {
        let start = self.here();
        if self.at_words("SELECT") || (self.is_with_at(0) && !self.is_word_at(1, "AS")) {
            let query = self.nested(Self::query)?;
            return Ok(self.node(crate::ast::ExprKind::Subquery(Box::new(query)), start));
        }
        self.eat_foreign_table();
        self.expr_as()
    }

    /// `(a, b)` or `a`, as a list of names.
    pub(super) fn ident_list(&mut self) -> Parse<Vec<Ident>> {
        if self.at_kind(TokenKind::LeftParen) {
            return self.paren_list(Self::dotted_ident);
        }
        Ok(vec![self.dotted_ident()?])
    }
}
