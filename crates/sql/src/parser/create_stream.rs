//! CREATE STREAM, CREATE TABLE, CREATE EXTERNAL TABLE.

use super::create::Head;
use super::{Parse, Parser};
use crate::ast::{
    Column, ColumnDefault, Constraint, CreateSource, CreateStream, DefaultKind, Elements, Expr, Family, Index,
    RawElement, StreamFlavor, Text, TtlAction, TtlItem,
};
use crate::lexer::TokenKind;

const CLAUSES: [&str; 11] = [
    "ENGINE",
    "PARTITION",
    "PRIMARY",
    "ORDER",
    "SAMPLE",
    "TTL",
    "SETTINGS",
    "AS",
    "COMMENT",
    "EMPTY",
    "STORAGE_SETTINGS",
];

/// Words that follow a column's name or type.
const COLUMN_WORDS: [&str; 13] = [
    "DEFAULT",
    "ALIAS",
    "MATERIALIZED",
    "EPHEMERAL",
    "CODEC",
    "COLLATE",
    "TTL",
    "COMMENT",
    "NULL",
    "NOT",
    "AUTO_INCREMENT",
    "PRIMARY",
    "REMOVE",
];

impl Parser<'_> {
    /// After the word STREAM or TABLE.
    pub(super) fn create_stream(&mut self, head: Head, flavor: StreamFlavor) -> Parse<Box<CreateStream>> {
        let if_not_exists = self.if_not_exists();
        let mut create = CreateStream {
            flavor,
            attach: head.attach,
            or_replace: head.or_replace,
            temporary: head.temporary,
            if_not_exists,
            name: self.object_name()?,
            ..CreateStream::default()
        };
        create.uuid = self.optional_uuid()?;
        self.clauses(&mut create, &CLAUSES, |parser, create| parser.stream_clause(create));
        Ok(Box::new(create))
    }

    fn stream_clause(&mut self, create: &mut CreateStream) -> Parse<bool> {
        match () {
            () if self.at_kind(TokenKind::LeftParen) && create.elements.span.is_none() => {
                let (elements, primary_key) = self.elements(create.flavor)?;
                create.elements = elements;
                create.primary_key = primary_key;
            }
            () if self.at_words("ENGINE") => create.engine = Some(self.engine()?),
            () if self.eat("PARTITION BY") => create.partition_by = Some(self.expr()?),
            () if self.eat("PRIMARY KEY") => create.primary_key = Some(self.expr()?),
            () if self.eat("ORDER BY") => create.order_by = Some(self.expr()?),
            () if self.eat("SAMPLE BY") => create.sample_by = Some(self.expr()?),
            () if self.eat("TTL") => create.ttl = self.ttl_items()?,
            () if self.at_words("SETTINGS") => create.settings.extend(self.settings_clause()?),
            () if self.at_words("COMMENT") => create.comment = Some(self.comment_text()?),
            () if self.eat("AS") || self.eat("EMPTY AS") || self.eat("CLONE AS") => {
                create.source = Some(self.create_source()?);
            }
            () if self.eat_foreign_options() => {}
            () if self.eat("ON CLUSTER") => create.on_cluster = Some(self.cluster()?),
            () if create.attach && create.attach_from.is_none() && self.eat("FROM") => {
                create.attach_from = Some(self.string()?);
            }
            () if create.uuid.is_none() && self.at_words("UUID") => {
                create.uuid = self.optional_uuid()?;
            }
            () => return Ok(false),
        }
        Ok(true)
    }

    fn create_source(&mut self) -> Parse<CreateSource> {
        if self.at_any(&["SELECT", "WITH"]) || self.at_kind(TokenKind::LeftParen) {
            return Ok(CreateSource::Query(Box::new(self.query()?)));
        }
        let is_text = matches!(self.kind_at(0), Some(TokenKind::DollarString | TokenKind::String));
        if is_text {
            return Ok(CreateSource::Body(self.string()?));
        }
        let start = self.here();
        let name = self.object_name()?;
        if self.at_kind(TokenKind::LeftParen) {
            return Ok(CreateSource::Function(self.table_function(name, start)?));
        }
        Ok(CreateSource::Like(name))
    }

    /// `(columns, indexes, ..)`; a PRIMARY KEY among them is given back beside.
    pub(super) fn elements(&mut self, flavor: StreamFlavor) -> Parse<(Elements, Option<Expr>)> {
        let start = self.here();
        self.expect_kind(TokenKind::LeftParen)?;
        let mut elements = Elements::default();
        let mut primary_key = None;
        while !matches!(self.kind_at(0), None | Some(TokenKind::RightParen | TokenKind::Semicolon)) {
            let before = self.at;
            if self.at_omission() {
                self.at += 1;
                self.eat_kind(TokenKind::Comma);
                continue;
            }
            let read = self.element_of(flavor, &mut elements, &mut primary_key);
            if read.is_ok() && matches!(self.kind_at(0), Some(TokenKind::Comma | TokenKind::RightParen)) {
                self.eat_kind(TokenKind::Comma);
                continue;
            }
            if read.is_ok() && self.at_omission() {
                continue;
            }
            if read.is_ok() {
                let _ = self.fail::<()>("`,` or `)`");
            }
            self.skip_element(before);
        }
        self.expect_kind(TokenKind::RightParen)?;
        elements.columns.shrink_to_fit();
        // `()` and `(..)` say nothing about the columns.
        let says_nothing = elements == Elements::default() && primary_key.is_none();
        elements.span = (!says_nothing).then(|| self.span_from(start));
        Ok((elements, primary_key))
    }

    /// Passes over the rest of a wrong element and the comma after it.
    fn skip_element(&mut self, before: usize) {
        if self.at == before {
            self.skip_one();
        }
        while !matches!(self.kind_at(0), None | Some(TokenKind::Comma | TokenKind::RightParen | TokenKind::Semicolon)) {
            self.skip_one();
        }
        self.eat_kind(TokenKind::Comma);
    }

    fn element_of(
        &mut self,
        flavor: StreamFlavor,
        elements: &mut Elements,
        primary_key: &mut Option<Expr>,
    ) -> Parse<()> {
        let third = self.kind_at(2);
        let third_ends = |parser: &Self| {
            matches!(third, None | Some(TokenKind::Comma | TokenKind::RightParen))
                || COLUMN_WORDS.iter().any(|word| parser.is_word_at(2, word))
        };
        match () {
            () if self.at_words("INDEX") && self.kind_at(1) != Some(TokenKind::LeftParen) && !third_ends(self) => {
                elements.indexes.push(self.index()?);
            }
            () if self.at_words("CONSTRAINT") && (self.is_word_at(2, "CHECK") || self.is_word_at(2, "ASSUME")) => {
                elements.constraints.push(self.constraint()?);
            }
            () if self.eat("PRIMARY KEY") => *primary_key = Some(self.expr()?),
            () if self.at_words("PROJECTION") && third == Some(TokenKind::LeftParen) => {
                let start = self.here();
                self.at += 1;
                let name = self.ident()?;
                self.skip_one();
                let span = self.span_from(start);
                elements.projections.push(RawElement { name, span });
            }
            () if flavor == StreamFlavor::Mutable && self.at_words("FAMILY") && third == Some(TokenKind::LeftParen) => {
                let start = self.here();
                self.at += 1;
                let name = self.ident()?;
                let columns = self.paren_list(Self::dotted_ident)?;
                let span = self.span_from(start);
                elements.families.push(Family { name, columns, span });
            }
            () => elements.columns.push(self.column()?),
        }
        Ok(())
    }

    /// At INDEX.
    pub(super) fn index(&mut self) -> Parse<Index> {
        let start = self.here();
        self.expect("INDEX")?;
        let if_not_exists = self.if_not_exists();
        let mut index = Index {
            if_not_exists,
            name: self.ident()?,
            expr: self.expr()?,
            ty: None,
            granularity: None,
            unique: false,
            storing: Vec::new(),
            span: crate::span::Span::default(),
        };
        loop {
            match () {
                () if self.eat("TYPE") => index.ty = Some(self.value_expr()?),
                () if self.eat("GRANULARITY") => index.granularity = Some(self.string_or_word()?.value),
                () if self.eat("UNIQUE") => index.unique = true,
                () if self.eat("STORING") => index.storing = self.ident_list()?,
                () => break,
            }
        }
        index.span = self.span_from(start);
        Ok(index)
    }

    /// At CONSTRAINT.
    pub(super) fn constraint(&mut self) -> Parse<Constraint> {
        let start = self.here();
        self.expect("CONSTRAINT")?;
        self.if_not_exists();
        let name = self.ident()?;
        let assume = self.eat("ASSUME");
        if !assume {
            self.expect("CHECK")?;
        }
        Ok(Constraint { name, assume, expr: self.expr()?, span: self.span_from(start) })
    }

    pub(super) fn column(&mut self) -> Parse<Column> {
        let start = self.here();
        let name = self.dotted_ident()?;
        let has_type = matches!(
            self.kind_at(0),
            Some(TokenKind::Word | TokenKind::QuotedIdent | TokenKind::Template | TokenKind::LeftBrace)
        ) && !self.at_any(&COLUMN_WORDS)
            || self.angle_length(0).is_some();
        let ty = match has_type {
            true => Some(self.type_name()?),
            false => None,
        };
        let mut column = Column {
            name,
            ty,
            nullable: None,
            default: None,
            auto_increment: false,
            codec: Vec::new(),
            ttl: None,
            comment: None,
            primary_key: false,
            others: Vec::new(),
            span: crate::span::Span::default(),
        };
        while self.column_modifier(&mut column)? {}
        column.span = self.span_from(start);
        Ok(column)
    }

    fn column_modifier(&mut self, column: &mut Column) -> Parse<bool> {
        let default = match () {
            () if self.eat("DEFAULT") => Some(DefaultKind::Default),
            () if self.eat("ALIAS") => Some(DefaultKind::Alias),
            () if self.eat("MATERIALIZED") => Some(DefaultKind::Materialized),
            () if self.eat("EPHEMERAL") => Some(DefaultKind::Ephemeral),
            () => None,
        };
        if let Some(kind) = default {
            let bare = kind == DefaultKind::Ephemeral
                && (matches!(self.kind_at(0), None | Some(TokenKind::Comma | TokenKind::RightParen))
                    || self.at_any(&COLUMN_WORDS));
            let expr = match bare {
                true => None,
                false => Some(self.expr()?),
            };
            column.default = Some(ColumnDefault { kind, expr });
            return Ok(true);
        }
        match () {
            () if self.eat("NOT NULL") => column.nullable = Some(false),
            () if self.eat("NULL") => column.nullable = Some(true),
            () if self.eat("AUTO_INCREMENT") => column.auto_increment = true,
            () if self.eat("CODEC") => {
                column.codec = self.bracketed(|parser| parser.paren_list(Self::expr))?;
            }
            () if self.eat("TTL") => column.ttl = Some(self.expr()?),
            () if self.eat("COMMENT") => column.comment = Some(self.string()?),
            () if self.eat("PRIMARY KEY") => column.primary_key = true,
            () if self.at_words("COLLATE") => {
                let start = self.here();
                self.at += 1;
                self.string_or_word()?;
                column.others.push(self.span_from(start));
            }
            () if self.at_words("STATISTICS") && self.kind_at(1) == Some(TokenKind::LeftParen) => {
                let start = self.here();
                self.at += 1;
                self.paren_list(Self::ident)?;
                column.others.push(self.span_from(start));
            }
            () => return Ok(false),
        }
        Ok(true)
    }

    /// After the word TTL.
    pub(super) fn ttl_items(&mut self) -> Parse<Vec<TtlItem>> {
        self.comma_list(Self::ttl_item)
    }

    /// `[IF EXISTS] 'name'`
    fn volume(&mut self) -> Parse<Text> {
        self.eat("IF EXISTS");
        self.string()
    }

    fn ttl_item(&mut self) -> Parse<TtlItem> {
        let start = self.here();
        let expr = self.expr()?;
        let mut action = match () {
            () if self.eat("DELETE") => TtlAction::Delete,
            () if self.eat("RECOMPRESS CODEC") => {
                TtlAction::Recompress(self.bracketed(|parser| parser.paren_list(Self::expr))?)
            }
            () if self.eat("TO DISK") => TtlAction::ToDisk(self.volume()?),
            () if self.eat("TO VOLUME") => TtlAction::ToVolume(self.volume()?),
            () => TtlAction::Default,
        };
        let filter = match self.eat("WHERE") {
            true => Some(self.expr()?),
            false => None,
        };
        if self.at_words("GROUP BY") {
            let group_start = self.here();
            while !self.at_end() && !self.at_any(&CLAUSES) {
                self.skip_one();
            }
            action = TtlAction::GroupBy(self.span_from(group_start));
        }
        Ok(TtlItem { expr, action, filter, span: self.span_from(start) })
    }
}
