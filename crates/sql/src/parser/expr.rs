//! Expressions, by binding power.

use super::{MAX_HEIGHT, Parse, Parser};
use crate::ast::{BinaryOp, CastStyle, Expr, ExprKind, InSet, LikeOp, Literal};
use crate::lexer::TokenKind;
use crate::parser::names::object_name;
use crate::parser::reserved::INFIXES;
use crate::span::Span;

/// How tightly operators bind, as the server has it.
pub(super) mod power {
    pub const TERNARY: u8 = 5;
    pub const OR: u8 = 10;
    pub const XOR: u8 = 12;
    pub const AND: u8 = 20;
    pub const NOT: u8 = 25;
    pub const IS: u8 = 30;
    pub const BETWEEN: u8 = 32;
    pub const COMPARE: u8 = 40;
    pub const CONCAT: u8 = 50;
    pub const ADD: u8 = 60;
    pub const MULTIPLY: u8 = 70;
    pub const SIGN: u8 = 80;
}

impl Parser<'_> {
    /// An expression without a name of its own.
    pub(super) fn expr(&mut self) -> Parse<Expr> {
        self.expr_bp(0, false)
    }

    /// An expression that may be followed by `AS name`.
    pub(super) fn expr_as(&mut self) -> Parse<Expr> {
        self.expr_bp(0, true)
    }

    /// An expression that ends before any comparison, such as a setting's value.
    pub(super) fn value_expr(&mut self) -> Parse<Expr> {
        self.expr_bp(power::CONCAT, false)
    }

    /// Runs `inner` with colons meaning JSON paths again, inside brackets.
    pub(super) fn bracketed<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let colon_ends = std::mem::replace(&mut self.colon_ends, false);
        let cases = std::mem::replace(&mut self.cases, 0);
        let result = inner(self);
        self.colon_ends = colon_ends;
        self.cases = cases;
        result
    }

    pub(super) fn expr_bp(&mut self, min: u8, alias: bool) -> Parse<Expr> {
        self.nested(|parser| parser.expr_bp_inner(min, alias))
    }

    /// Everything nested in an expression goes through here, so `height` is right at the end:
    /// the highest of what was there before and this expression.
    fn expr_bp_inner(&mut self, min: u8, alias: bool) -> Parse<Expr> {
        let before = std::mem::replace(&mut self.height, 0);
        let mut left = self.prefix()?;
        let mut height = self.height + 1;
        loop {
            self.height = 0;
            let step = match self.may_go_on() {
                true => self.infix(left, min)?,
                false => Infix::Done(left),
            };
            let next = match step {
                Infix::More(expr) => expr,
                Infix::Done(expr) if alias && self.at_words("AS") && !self.is_word_at(1, "SELECT") => {
                    self.alias(expr)?
                }
                Infix::Done(expr) => {
                    self.height = before.max(height);
                    return Ok(expr);
                }
            };
            height = height.max(self.height) + 1;
            if height > MAX_HEIGHT {
                return self.error(
                    next.span,
                    format!("an expression of more than {MAX_HEIGHT} chained operators"),
                    Vec::new(),
                    Some("use IN (..), a function of many arguments, or parts named with WITH".into()),
                );
            }
            left = next;
        }
    }

    /// Whether the next token may go on with an expression: most do not, and are told by their first letter.
    fn may_go_on(&self) -> bool {
        match self.kind_at(0) {
            Some(TokenKind::Operator | TokenKind::LeftBracket | TokenKind::Dot) => true,
            Some(TokenKind::Word) => self.at_candidate(&INFIXES),
            _ => false,
        }
    }

    /// At AS.
    fn alias(&mut self, expr: Expr) -> Parse<Expr> {
        let start = expr.span.start;
        self.at += 1;
        let alias = self.ident()?;
        let kind = ExprKind::Alias { expr: Box::new(expr), alias };
        Ok(self.node(kind, start))
    }

    pub(super) fn node(&self, kind: ExprKind, start: usize) -> Expr {
        Expr { kind, span: self.span_from(start) }
    }

    /// The operator after `left`, if it binds at least as tightly as `min`.
    fn infix(&mut self, left: Expr, min: u8) -> Parse<Infix> {
        let Some(token) = self.peek() else {
            return Ok(Infix::Done(left));
        };
        match token.kind {
            TokenKind::Operator => self.symbol_infix(left, min),
            TokenKind::Word => self.word_infix(left, min),
            TokenKind::LeftBracket => self.subscript(left),
            TokenKind::Dot => self.element(left),
            _ => Ok(Infix::Done(left)),
        }
    }

    fn binary(&mut self, left: Expr, op: BinaryOp, power: u8, tokens: usize) -> Parse<Infix> {
        self.at += tokens;
        let right = self.expr_bp(power + 1, false)?;
        let start = left.span.start;
        let kind = ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) };
        Ok(Infix::More(self.node(kind, start)))
    }

    fn symbol_infix(&mut self, left: Expr, min: u8) -> Parse<Infix> {
        let Some(token) = self.peek() else {
            return Ok(Infix::Done(left));
        };
        let (op, power) = match self.text(token) {
            "=" | "==" => (BinaryOp::Eq, power::COMPARE),
            "!=" | "<>" => (BinaryOp::NotEq, power::COMPARE),
            "<=>" => (BinaryOp::NullSafeEq, power::COMPARE),
            "<" => (BinaryOp::Lt, power::COMPARE),
            "<=" => (BinaryOp::LtEq, power::COMPARE),
            ">" => (BinaryOp::Gt, power::COMPARE),
            ">=" => (BinaryOp::GtEq, power::COMPARE),
            "||" => (BinaryOp::Concat, power::CONCAT),
            "+" => (BinaryOp::Plus, power::ADD),
            "-" => (BinaryOp::Minus, power::ADD),
            "*" => (BinaryOp::Multiply, power::MULTIPLY),
            "/" => (BinaryOp::Divide, power::MULTIPLY),
            "%" => (BinaryOp::Modulo, power::MULTIPLY),
            "::" => return self.colon_cast(left),
            ":" if !self.colon_ends => return self.json_path(left),
            "?" if min <= power::TERNARY => return self.ternary(left),
            _ => return Ok(Infix::Done(left)),
        };
        if power < min {
            return Ok(Infix::Done(left));
        }
        self.binary(left, op, power, 1)
    }

    fn colon_cast(&mut self, left: Expr) -> Parse<Infix> {
        self.at += 1;
        let ty = Box::new(self.type_name()?);
        let start = left.span.start;
        let kind = ExprKind::Cast { expr: Box::new(left), ty, style: CastStyle::Colons };
        Ok(Infix::More(self.node(kind, start)))
    }

    fn ternary(&mut self, condition: Expr) -> Parse<Infix> {
        self.at += 1;
        let colon_ends = std::mem::replace(&mut self.colon_ends, true);
        let then = self.expr();
        self.colon_ends = colon_ends;
        let then = then?;
        self.expect_operator(":")?;
        let otherwise = self.expr_bp(power::TERNARY, false)?;
        let start = condition.span.start;
        let kind =
            ExprKind::Ternary { condition: Box::new(condition), then: Box::new(then), otherwise: Box::new(otherwise) };
        Ok(Infix::More(self.node(kind, start)))
    }

    pub(super) fn touches_last(&self) -> bool {
        self.here() == self.last_end()
    }

    fn subscript(&mut self, left: Expr) -> Parse<Infix> {
        self.at += 1;
        let index = match self.at_kind(TokenKind::RightBracket) {
            // `path[]`: every element of an array inside json.
            true => self.node(ExprKind::Array(Vec::new()), self.here()),
            false => self.bracketed(Self::expr_as)?,
        };
        self.expect_kind(TokenKind::RightBracket)?;
        let start = left.span.start;
        let kind = ExprKind::Subscript { expr: Box::new(left), index: Box::new(index) };
        Ok(Infix::More(self.node(kind, start)))
    }

    fn word_infix(&mut self, left: Expr, min: u8) -> Parse<Infix> {
        let word = self.keyword_at(0);
        let negated = usize::from(word.as_bytes() == b"NOT");
        let operator = match negated {
            0 => word,
            _ => self.keyword_at(1),
        };
        if negated == 0 {
            let found = match operator.as_bytes() {
                b"OR" => Some((BinaryOp::Or, power::OR)),
                b"XOR" => Some((BinaryOp::Xor, power::XOR)),
                b"AND" => Some((BinaryOp::And, power::AND)),
                b"MOD" => Some((BinaryOp::Modulo, power::MULTIPLY)),
                b"DIV" => Some((BinaryOp::IntDivide, power::MULTIPLY)),
                _ => None,
            };
            match found {
                Some((op, power)) if power >= min => return self.binary(left, op, power, 1),
                Some(_) => return Ok(Infix::Done(left)),
                None => {}
            }
        }
        match operator.as_bytes() {
            b"IS" if negated == 0 && min <= power::IS => self.is_null(left),
            b"BETWEEN" if min <= power::BETWEEN => self.between(left, negated),
            b"LIKE" if min <= power::COMPARE => self.like(left, negated, LikeOp::Like),
            b"ILIKE" if min <= power::COMPARE => self.like(left, negated, LikeOp::ILike),
            b"REGEXP" if min <= power::COMPARE => self.like(left, negated, LikeOp::Regexp),
            b"IN" if min <= power::COMPARE => {
                self.at += negated + 1;
                self.in_set(left, negated == 1, false)
            }
            b"GLOBAL" if min <= power::COMPARE && negated == 0 => self.global_in(left),
            _ => Ok(Infix::Done(left)),
        }
    }

    fn is_null(&mut self, left: Expr) -> Parse<Infix> {
        self.at += 1;
        let negated = self.eat("NOT");
        if self.eat("DISTINCT FROM") {
            let op = if negated { BinaryOp::NullSafeEq } else { BinaryOp::IsDistinctFrom };
            return self.binary(left, op, power::COMPARE, 0);
        }
        if self.at_any(&["TRUE", "FALSE", "UNKNOWN"]) {
            return self.is_truth(left, negated);
        }
        self.expect("NULL")?;
        let start = left.span.start;
        let kind = ExprKind::IsNull { expr: Box::new(left), negated };
        Ok(Infix::More(self.node(kind, start)))
    }

    /// `x IS [NOT] TRUE`: equal to it, where NULL is a value like others.
    fn is_truth(&mut self, left: Expr, negated: bool) -> Parse<Infix> {
        let at = self.here();
        let literal = match self.keyword_at(0).as_bytes() {
            b"TRUE" => Literal::Bool(true),
            b"FALSE" => Literal::Bool(false),
            _ => Literal::Null,
        };
        self.at += 1;
        let right = Box::new(self.node(ExprKind::Literal(literal), at));
        let start = left.span.start;
        let op = if negated { BinaryOp::IsDistinctFrom } else { BinaryOp::NullSafeEq };
        Ok(Infix::More(self.node(ExprKind::Binary { op, left: Box::new(left), right }, start)))
    }

    fn between(&mut self, left: Expr, negated: usize) -> Parse<Infix> {
        self.at += negated + 1;
        let low = self.expr_bp(power::COMPARE, false)?;
        self.expect("AND")?;
        let high = self.expr_bp(power::COMPARE, false)?;
        let start = left.span.start;
        let kind =
            ExprKind::Between { expr: Box::new(left), negated: negated == 1, low: Box::new(low), high: Box::new(high) };
        Ok(Infix::More(self.node(kind, start)))
    }

    fn like(&mut self, left: Expr, negated: usize, op: LikeOp) -> Parse<Infix> {
        self.at += negated + 1;
        let pattern = self.expr_bp(power::COMPARE + 1, false)?;
        let escape = match self.at_words("ESCAPE") && self.kind_at(1) == Some(TokenKind::String) {
            true => {
                self.at += 1;
                Some(Box::new(self.string()?))
            }
            false => None,
        };
        let start = left.span.start;
        let kind =
            ExprKind::Like { expr: Box::new(left), negated: negated == 1, op, pattern: Box::new(pattern), escape };
        Ok(Infix::More(self.node(kind, start)))
    }

    fn global_in(&mut self, left: Expr) -> Parse<Infix> {
        let negated = self.at_words("GLOBAL NOT IN");
        if !negated && !self.at_words("GLOBAL IN") {
            return Ok(Infix::Done(left));
        }
        self.at += 2 + usize::from(negated);
        self.in_set(left, negated, true)
    }

    fn in_set(&mut self, left: Expr, negated: bool, global: bool) -> Parse<Infix> {
        let set = if self.at_query_in_parens() {
            self.at += 1;
            let query = self.bracketed(|parser| parser.nested(Self::query))?;
            self.expect_kind(TokenKind::RightParen)?;
            InSet::Query(Box::new(query))
        } else if self.at_kind(TokenKind::LeftParen) {
            InSet::List(self.bracketed(|parser| parser.paren_list(Self::expr_as))?)
        } else {
            match self.expr_bp(power::COMPARE + 1, false)? {
                Expr { kind: ExprKind::Identifier(parts), .. } => InSet::Name(Box::new(object_name(parts))),
                expr => InSet::Expr(Box::new(expr)),
            }
        };
        let start = left.span.start;
        let kind = ExprKind::In { expr: Box::new(left), negated, global, set };
        Ok(Infix::More(self.node(kind, start)))
    }
}

pub(super) enum Infix {
    More(Expr),
    Done(Expr),
}

impl Expr {
    /// An expression made by a program; it has no place in a text.
    pub fn new(kind: ExprKind) -> Self {
        Self { kind, span: Span::default() }
    }
}
