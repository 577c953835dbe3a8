//! CREATE VIEW, CREATE LIVE VIEW, CREATE MATERIALIZED VIEW.

use super::create::Head;
use super::{Parse, Parser};
use crate::ast::{
    CreateMaterializedView, CreateView, Elements, Expr, Live, Query, QueryBody, Refresh, Security, SetOperator,
    StatementKind, StreamFlavor,
};
use crate::lexer::TokenKind;
use crate::span::Span;

impl Parser<'_> {
    pub(super) fn create_view(&mut self, head: Head, live: Option<Box<Live>>) -> Parse<StatementKind> {
        let if_not_exists = self.if_not_exists();
        let mut create = CreateView {
            live,
            attach: head.attach,
            or_replace: head.or_replace,
            if_not_exists,
            name: self.object_name()?,
            uuid: self.optional_uuid()?,
            elements: Elements::default(),
            query: query_of(unread()),
            settings: Vec::new(),
            security: None,
            comment: None,
        };
        let mut has_query = false;
        self.clauses(&mut create, &["AS", "SETTINGS", "COMMENT"], |parser, create| {
            match () {
                () if parser.eat("AS") => {
                    has_query = true;
                    create.query = parser.view_query()?;
                }
                () if parser.at_kind(TokenKind::LeftParen) && create.elements.span.is_none() => {
                    create.elements = parser.elements(StreamFlavor::Plain)?.0;
                }
                () if parser.at_words("SETTINGS") => {
                    create.settings.extend(parser.settings_clause()?);
                }
                () if parser.at_words("COMMENT") => create.comment = Some(parser.comment_text()?),
                () if parser.eat("ON CLUSTER") => drop(parser.cluster()?),
                () if parser.security(&mut create.security)? => {}
                () => return parser.live_clause(create),
            }
            Ok(true)
        });
        settle(&mut create.query);
        if !has_query {
            let _ = self.fail::<()>("AS SELECT");
        }
        Ok(StatementKind::CreateView(Box::new(create)))
    }

    /// `TO target`, `WITH TIMEOUT 5 AND REFRESH 10` of a live view.
    fn live_clause(&mut self, create: &mut CreateView) -> Parse<bool> {
        let Some(live) = &mut create.live else { return Ok(false) };
        match () {
            () if self.eat("TO") || self.eat("INTO") => live.into = Some(self.object_name()?),
            () if self.eat("WITH") || self.eat("AND") => {
                self.eat("PERIODIC");
                if self.eat("TIMEOUT") {
                    live.timeout = Some(self.live_seconds()?);
                } else {
                    self.expect("REFRESH")?;
                    live.refresh = Some(self.live_seconds()?);
                }
            }
            () => return Ok(false),
        }
        Ok(true)
    }

    /// A number of seconds; the word alone stands for the server's own.
    fn live_seconds(&mut self) -> Parse<Expr> {
        match self.at_kind(TokenKind::Number) {
            true => self.value_expr(),
            false => Ok(Expr::new(crate::ast::ExprKind::Literal(crate::ast::Literal::Number("60".into())))),
        }
    }

    pub(super) fn create_materialized_view(&mut self, head: Head, scheduled: bool) -> Parse<StatementKind> {
        let if_not_exists = self.if_not_exists();
        let mut create = CreateMaterializedView {
            attach: head.attach,
            or_replace: head.or_replace,
            scheduled,
            if_not_exists,
            name: self.object_name()?,
            uuid: self.optional_uuid()?,
            into: None,
            into_inner_uuid: None,
            elements: Elements::default(),
            engine: None,
            partition_by: None,
            primary_key: None,
            order_by: None,
            populate: false,
            refresh: None,
            empty: false,
            query: query_of(unread()),
            settings: Vec::new(),
            storage_settings: Vec::new(),
            ttl: Vec::new(),
            security: None,
            comment: None,
        };
        let mut has_query = false;
        let words =
            ["AS", "INTO", "SETTINGS", "STORAGE_SETTINGS", "TTL", "COMMENT", "ENGINE", "ORDER", "PARTITION", "PRIMARY"];
        self.clauses(&mut create, &words, |parser, create| parser.materialized_view_clause(create, &mut has_query));
        settle(&mut create.query);
        if !has_query {
            let _ = self.fail::<()>("AS SELECT");
        }
        Ok(StatementKind::CreateMaterializedView(Box::new(create)))
    }

    fn materialized_view_clause(&mut self, create: &mut CreateMaterializedView, has_query: &mut bool) -> Parse<bool> {
        match () {
            () if self.eat("AS") => {
                *has_query = true;
                create.query = self.view_query()?;
            }
            () if self.eat("INTO INNER UUID") || self.eat("TO INNER UUID") => {
                create.into_inner_uuid = Some(self.string()?);
            }
            () if self.eat("INTO") || self.eat("TO") => create.into = Some(self.object_name()?),
            () if self.at_kind(TokenKind::LeftParen) && create.elements.span.is_none() => {
                create.elements = self.elements(StreamFlavor::Plain)?.0;
            }
            () if self.at_words("SETTINGS") => create.settings.extend(self.settings_clause()?),
            () if self.at_words("STORAGE_SETTINGS") => {
                create.storage_settings = self.settings_clause()?;
            }
            () if self.eat("TTL") => create.ttl = self.ttl_items()?,
            () if self.at_words("COMMENT") => create.comment = Some(self.comment_text()?),
            () if self.at_words("ENGINE") => create.engine = Some(self.engine()?),
            () if self.eat("PARTITION BY") => create.partition_by = Some(self.expr()?),
            () if self.eat("PRIMARY KEY") => create.primary_key = Some(self.expr()?),
            () if self.eat("ORDER BY") => create.order_by = Some(self.expr()?),
            () if self.eat("POPULATE") => create.populate = true,
            () if self.at_words("REFRESH") && create.refresh.is_none() => {
                create.refresh = Some(Box::new(self.refresh()?));
            }
            () if self.at_words("APPEND") && create.refresh.is_some() => {
                self.at += 1;
                create.refresh.iter_mut().for_each(|refresh| refresh.append = true);
            }
            () if self.at_words("EMPTY AS") => {
                self.at += 1;
                create.empty = true;
            }
            () if self.eat("ON CLUSTER") => drop(self.cluster()?),
            () if self.security(&mut create.security)? => {}
            () => return Ok(false),
        }
        Ok(true)
    }

    /// `DEFINER = user` or `SQL SECURITY mode`, if one comes next.
    fn security(&mut self, security: &mut Option<Box<Security>>) -> Parse<bool> {
        if self.at_words("DEFINER") && self.operator_at(1, "=") {
            self.at += 2;
            security.get_or_insert_default().definer = Some(self.ident()?);
            return Ok(true);
        }
        if !self.eat("SQL SECURITY") {
            return Ok(false);
        }
        if !self.at_any(&["DEFINER", "INVOKER", "NONE"]) {
            return self.fail("DEFINER, INVOKER or NONE");
        }
        security.get_or_insert_default().mode = Some(self.ident()?);
        Ok(true)
    }

    /// At `REFRESH EVERY|AFTER ..`.
    fn refresh(&mut self) -> Parse<Refresh> {
        let start = self.here();
        self.at += 1;
        if !self.eat("EVERY") {
            self.expect("AFTER")?;
        }
        self.refresh_interval()?;
        loop {
            match () {
                () if self.eat("OFFSET") || self.eat("RANDOMIZE FOR") => self.refresh_interval()?,
                () => break,
            }
        }
        let mut refresh = Refresh { schedule: self.span_from(start), ..Refresh::default() };
        if self.eat("DEPENDS ON") {
            refresh.depends_on = self.comma_list(Self::object_name)?;
        }
        Ok(refresh)
    }

    /// `1 DAY 2 HOUR`, `5m`
    fn refresh_interval(&mut self) -> Parse<()> {
        if self.eat_kind(TokenKind::Duration) {
            return Ok(());
        }
        loop {
            self.expect_kind(TokenKind::Number)?;
            if !self.unit_at(0) {
                return self.fail("a unit such as SECOND, DAY, MONTH");
            }
            self.at += 1;
            if !self.at_kind(TokenKind::Number) {
                return Ok(());
            }
        }
    }
}

/// Stands for the query until it is read, without memory of its own.
fn unread() -> QueryBody {
    QueryBody::Set { operator: SetOperator::Union, operands: Vec::new() }
}

/// Puts an empty SELECT where no query could be read; the error is recorded.
fn settle(query: &mut Query) {
    if query.body == unread() {
        *query = query_of(QueryBody::Select(Box::default()));
    }
}

fn query_of(body: QueryBody) -> Query {
    Query { body, tail: None, into_outfile: None, format: None, settings: Vec::new(), span: Span::default() }
}
