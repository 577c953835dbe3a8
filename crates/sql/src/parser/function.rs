//! What an expression that starts with a word can be: names, functions, CASE, CAST.

use super::{Parse, Parser};
use crate::ast::{CastStyle, Expr, ExprKind, FunctionCall, Ident, IntervalUnit, Literal, Quote, TrimSide};
use crate::lexer::TokenKind;
use crate::parser::reserved::PREFIXES;

impl Parser<'_> {
    pub(super) fn word_prefix(&mut self) -> Parse<Expr> {
        let start = self.here();
        if let Some(expr) = self.keyword_prefix(start)? {
            return Ok(expr);
        }
        let name = match self.try_ident() {
            Some(name) => name,
            None => self.number_and_template()?,
        };
        if self.at_operator("->") {
            self.at += 1;
            return self.lambda(vec![name], start);
        }
        if self.at_kind(TokenKind::LeftParen) && name.quote != Quote::Template {
            return self.call(name, start);
        }
        if name.quote == Quote::Template
            && !self.at_kind(TokenKind::Dot)
            && name.value.starts_with("{{")
            && name.value.ends_with("}}")
        {
            return Ok(self.node(ExprKind::Template(name.value), start));
        }
        self.identifier(name, start)
    }

    /// `10{{x}}`
    fn number_and_template(&mut self) -> Parse<Ident> {
        let Some(number) = self.peek() else {
            return self.fail("a name");
        };
        self.at += 1;
        let rest = self.ident()?;
        let span = number.span.to(rest.span);
        Ok(Ident { value: span.text(self.sql).to_owned(), quote: Quote::Template, span })
    }

    fn identifier(&mut self, first: Ident, start: usize) -> Parse<Expr> {
        let mut parts = vec![first];
        while self.at_kind(TokenKind::Dot) {
            if self.operator_at(1, "*") {
                self.at += 1;
                return self.star(parts, start);
            }
            if self.is_word_at(1, "COLUMNS") && self.kind_at(2) == Some(TokenKind::LeftParen) {
                self.at += 2;
                return self.columns_matcher(parts, start);
            }
            match self.kind_at(1) {
                Some(TokenKind::Word | TokenKind::QuotedIdent | TokenKind::Template | TokenKind::Duration) => {
                    self.at += 1;
                    parts.push(self.name_part()?);
                }
                _ => break,
            }
        }
        if self.at_kind(TokenKind::LeftParen) && parts.len() > 1 && self.touches_last() {
            // `db.view(p = 1)` as an argument of a table function.
            let name = super::names::object_name(parts);
            let name = Ident { value: name.span.text(self.sql).to_owned(), quote: Quote::Bare, span: name.span };
            return self.call(name, start);
        }
        Ok(self.node(ExprKind::Identifier(parts), start))
    }

    /// Expressions that begin with a keyword; `None` if the word is a name after all.
    fn keyword_prefix(&mut self, start: usize) -> Parse<Option<Expr>> {
        if !self.at_candidate(&PREFIXES) {
            return Ok(None);
        }
        let word = self.word().unwrap_or_default();
        let followed_by_paren = self.kind_at(1) == Some(TokenKind::LeftParen);
        let literal = |literal| Some(ExprKind::Literal(literal));
        let constant = match self.keyword_at(0).as_bytes() {
            b"NULL" if !followed_by_paren => literal(Literal::Null),
            b"TRUE" if !followed_by_paren => literal(Literal::Bool(true)),
            b"FALSE" if !followed_by_paren => literal(Literal::Bool(false)),
            b"INF" | b"INFINITY" | b"NAN" if self.ends_operand(1) => {
                literal(Literal::Number(word.to_ascii_lowercase()))
            }
            b"DATE" | b"TIMESTAMP" if self.kind_at(1) == Some(TokenKind::String) => {
                return self.date_literal(start).map(Some);
            }
            b"INTERVAL" if self.at_interval() => return self.interval(start).map(Some),
            b"CASE" if self.at_case() => return self.case(start).map(Some),
            b"NOT" if !self.ends_operand(1) || followed_by_paren || self.is_word_at(1, "NOT") => {
                return self.not(start).map(Some);
            }
            b"EXISTS" if followed_by_paren && (self.is_word_at(2, "SELECT") || self.is_with_at(2)) => {
                self.at += 2;
                let query = self.bracketed(|parser| parser.nested(Self::query))?;
                self.expect_kind(TokenKind::RightParen)?;
                return Ok(Some(self.node(ExprKind::Exists(Box::new(query)), start)));
            }
            b"CAST" | b"TRY_CAST" if followed_by_paren => return self.cast(start).map(Some),
            b"EXTRACT" if followed_by_paren && self.is_word_at(3, "FROM") => {
                return self.extract(start).map(Some);
            }
            b"TRIM" if followed_by_paren => return self.trim(start),
            b"COLUMNS" if followed_by_paren => {
                self.at += 1;
                return self.columns_matcher(Vec::new(), start).map(Some);
            }
            _ => None,
        };
        if let Some(kind) = constant {
            self.at += 1;
            return Ok(Some(self.node(kind, start)));
        }
        // `and(a, b)`: the operators as functions, as servers name columns.
        let is_function = followed_by_paren && self.at_any(&["AND", "OR", "IN"]);
        if self.at_reserved() && !is_function {
            return self.fail("an expression");
        }
        Ok(None)
    }

    /// Whether what stands `ahead` cannot go on with an expression's first word.
    pub(super) fn ends_operand(&self, ahead: usize) -> bool {
        match self.kind_at(ahead) {
            None => true,
            Some(TokenKind::Operator) => !self.operator_at(ahead, "-") && !self.operator_at(ahead, "+"),
            Some(TokenKind::Word) => {
                let word = self.word_at(ahead).unwrap_or_default();
                ["AS", "FROM", "AND", "OR", "IN", "IS", "THEN", "ELSE", "END", "WHERE", "NOT"]
                    .iter()
                    .any(|reserved| word.eq_ignore_ascii_case(reserved))
            }
            Some(
                TokenKind::Number
                | TokenKind::Duration
                | TokenKind::String
                | TokenKind::QuotedIdent
                | TokenKind::Template
                | TokenKind::LeftParen
                | TokenKind::LeftBracket
                | TokenKind::LeftBrace,
            ) => false,
            Some(_) => true,
        }
    }

    fn date_literal(&mut self, start: usize) -> Parse<Expr> {
        let is_date = self.at_words("DATE");
        self.at += 1;
        let text = self.string()?.value;
        let literal = match is_date {
            true => Literal::Date(text),
            false => Literal::Timestamp(text),
        };
        Ok(self.node(ExprKind::Literal(literal), start))
    }

    fn at_case(&self) -> bool {
        match self.kind_at(1) {
            Some(TokenKind::Word) => self.is_word_at(1, "WHEN") || !self.ends_operand(1),
            Some(TokenKind::Operator | TokenKind::Comma | TokenKind::RightParen | TokenKind::Dot) | None => false,
            _ => true,
        }
    }

    fn case(&mut self, start: usize) -> Parse<Expr> {
        self.at += 1;
        self.cases += 1;
        let result = self.case_inner(start);
        self.cases = self.cases.saturating_sub(1);
        result
    }

    fn case_inner(&mut self, start: usize) -> Parse<Expr> {
        let operand = match self.at_words("WHEN") {
            true => None,
            false => Some(Box::new(self.expr()?)),
        };
        let mut branches = Vec::new();
        while self.eat("WHEN") {
            let condition = self.expr()?;
            self.expect("THEN")?;
            branches.push((condition, self.expr_as()?));
        }
        if branches.is_empty() {
            return self.fail("WHEN");
        }
        let otherwise = match self.eat("ELSE") {
            true => Some(Box::new(self.expr_as()?)),
            false => None,
        };
        self.expect("END")?;
        let kind = ExprKind::Case { operand, branches, otherwise };
        Ok(self.node(kind, start))
    }

    fn cast(&mut self, start: usize) -> Parse<Expr> {
        let name = self.ident()?;
        self.expect_kind(TokenKind::LeftParen)?;
        let expr = self.bracketed(Self::expr)?;
        if self.eat("AS") {
            let ty = Box::new(self.type_name()?);
            if self.eat_kind(TokenKind::RightParen) {
                let kind = ExprKind::Cast { expr: Box::new(expr), ty, style: CastStyle::Function };
                return Ok(self.node(kind, start));
            }
            let aliased = ExprKind::Alias { expr: Box::new(expr), alias: ty.name };
            let first = self.node(aliased, start);
            return self.finish_call(name, vec![first], start);
        }
        self.finish_call(name, vec![expr], start)
    }

    /// The rest of a call whose first argument was read.
    fn finish_call(&mut self, name: Ident, mut args: Vec<Expr>, start: usize) -> Parse<Expr> {
        while self.eat_kind(TokenKind::Comma) {
            args.push(self.bracketed(Self::expr_as)?);
        }
        self.expect_kind(TokenKind::RightParen)?;
        Ok(self.node(ExprKind::Function(Box::new(simple_call(name, args))), start))
    }

    fn extract(&mut self, start: usize) -> Parse<Expr> {
        let Some(unit) = self.word_at(2).and_then(IntervalUnit::from_word) else {
            self.at += 2;
            return self.fail("a unit such as YEAR, DAY, HOUR");
        };
        self.at += 4;
        let expr = Box::new(self.bracketed(Self::expr)?);
        self.expect_kind(TokenKind::RightParen)?;
        Ok(self.node(ExprKind::Extract { unit, expr }, start))
    }

    fn trim(&mut self, start: usize) -> Parse<Option<Expr>> {
        let side = match () {
            () if self.is_word_at(2, "BOTH") => TrimSide::Both,
            () if self.is_word_at(2, "LEADING") => TrimSide::Leading,
            () if self.is_word_at(2, "TRAILING") => TrimSide::Trailing,
            () => return Ok(None),
        };
        self.at += 3;
        let what = Box::new(self.bracketed(Self::expr)?);
        self.expect("FROM")?;
        let expr = Box::new(self.bracketed(Self::expr)?);
        self.expect_kind(TokenKind::RightParen)?;
        Ok(Some(self.node(ExprKind::Trim { side, what, expr }, start)))
    }

    /// `(` after a function's name.
    fn call(&mut self, name: Ident, start: usize) -> Parse<Expr> {
        let mut call = simple_call(name, Vec::new());
        self.expect_kind(TokenKind::LeftParen)?;
        self.bracketed(|parser| parser.call_args(&mut call))?;
        self.expect_kind(TokenKind::RightParen)?;
        if self.at_kind(TokenKind::LeftParen) {
            self.at += 1;
            call.parameters = Some(std::mem::take(&mut call.args));
            self.bracketed(|parser| parser.call_args(&mut call))?;
            self.expect_kind(TokenKind::RightParen)?;
        }
        self.call_tail(&mut call)?;
        Ok(self.node(ExprKind::Function(Box::new(call)), start))
    }

    fn call_args(&mut self, call: &mut FunctionCall) -> Parse<()> {
        if self.at_words("DISTINCT") && !matches!(self.kind_at(1), Some(TokenKind::Comma | TokenKind::RightParen)) {
            self.at += 1;
            call.distinct = true;
        }
        while !self.at_kind(TokenKind::RightParen) {
            let arg = self.call_arg(call.args.is_empty())?;
            call.args.push(arg);
            let special = call.args.len() == 1 && self.sql_standard_args(call)?;
            if special || !self.eat_kind(TokenKind::Comma) {
                break;
            }
        }
        if self.eat("ORDER BY") {
            call.order_by = self.comma_list(Self::order_item)?;
        }
        if self.eat("RESPECT NULLS") {
            call.respect_nulls = Some(true);
        } else if self.eat("IGNORE NULLS") {
            call.respect_nulls = Some(false);
        }
        Ok(())
    }

    fn call_arg(&mut self, first: bool) -> Parse<Expr> {
        let start = self.here();
        let is_query = self.at_words("SELECT") || (self.is_with_at(0) && first);
        if is_query {
            let query = self.nested(Self::query)?;
            return Ok(self.node(ExprKind::Subquery(Box::new(query)), start));
        }
        self.eat_foreign_table();
        self.expr_as()
    }

    /// `substring(x FROM a FOR b)`, `position(a IN b)`: as the plain function has its arguments.
    fn sql_standard_args(&mut self, call: &mut FunctionCall) -> Parse<bool> {
        if call.name.is_word("substring") && self.eat("FROM") {
            call.args.push(self.expr()?);
            if self.eat("FOR") {
                call.args.push(self.expr()?);
            }
            return Ok(true);
        }
        if call.name.is_word("position")
            && self.at_kind(TokenKind::RightParen)
            && let Some(Expr { kind: ExprKind::In { expr, negated: false, set, .. }, .. }) = call.args.first()
        {
            let inner = match set {
                crate::ast::InSet::Expr(inner) => Some((**inner).clone()),
                crate::ast::InSet::Name(name) => Some(Expr {
                    kind: ExprKind::Identifier(name.database.iter().chain([&name.name]).cloned().collect()),
                    span: name.span,
                }),
                _ => None,
            };
            if let Some(inner) = inner {
                call.args = vec![inner, (**expr).clone()];
                return Ok(true);
            }
        }
        Ok(false)
    }
}

pub(super) fn simple_call(name: Ident, args: Vec<Expr>) -> FunctionCall {
    FunctionCall {
        name,
        parameters: None,
        distinct: false,
        args,
        order_by: Vec::new(),
        respect_nulls: None,
        filter: None,
        over: None,
    }
}
