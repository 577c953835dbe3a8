//! Streams: columns and the clauses after them.

use super::{Dialect, Layout, Printer};
use crate::ast::{
    Column, CreateSource, CreateStream, Elements, Engine, Expr, Index, Setting, StreamFlavor, Text, TtlAction, TtlItem,
};

impl Printer<'_> {
    pub(super) fn create_stream(&mut self, create: &CreateStream, word: &str) {
        self.create_head(create.or_replace, create.attach);
        if create.temporary {
            self.push("TEMPORARY ");
        }
        let is_table = word == "TABLE";
        // What 1.x printed without its word is an external stream all the same.
        let flavor = match create.flavor {
            StreamFlavor::Plain if self.stored && self.dialect == Dialect::V3 && create.is_external() => {
                StreamFlavor::External
            }
            flavor => flavor,
        };
        let flavor_words = self.flavor_words(flavor, is_table);
        self.push(flavor_words);
        self.push(word);
        self.push(" ");
        self.if_not_exists(create.if_not_exists);
        self.object_name(&create.name);
        self.uuid(create.uuid.as_ref());
        if let Some(from) = &create.attach_from
            && !self.stored
        {
            self.push(" FROM ");
            self.text(from);
        }
        if let Some(cluster) = &create.on_cluster
            && !self.stored
        {
            self.push(" ON CLUSTER ");
            self.ident(cluster);
        }
        // A body of code stands before the clauses, a query after them.
        self.elements(&create.elements);
        if let Some(CreateSource::Body(body)) = &create.source {
            self.line();
            self.push("AS ");
            self.body(body);
        }
        self.stream_engine(create, flavor, is_table);
        self.key_clause("PARTITION BY", create.partition_by.as_ref());
        self.key_clause("PRIMARY KEY", create.primary_key.as_ref());
        self.key_clause("ORDER BY", create.order_by.as_ref());
        self.key_clause("SAMPLE BY", create.sample_by.as_ref());
        self.ttl(&create.ttl);
        self.stream_settings("SETTINGS", &create.settings);
        self.stream_source(create);
        self.comment(create.comment.as_ref());
    }

    fn stream_engine(&mut self, create: &CreateStream, flavor: StreamFlavor, is_table: bool) {
        if let Some(engine) = &create.engine {
            let repeated = self.stored
                && self.dialect == Dialect::V3
                && flavor == StreamFlavor::External
                && create.has_engine("ExternalStream")
                && engine.args.is_none();
            if !repeated {
                self.engine(engine);
            }
        } else if self.stored && self.dialect == Dialect::V1 && flavor == StreamFlavor::External && !is_table {
            // 1.x stores the engine of an external stream (protocol.md F2).
            self.line();
            self.push("ENGINE = ExternalStream");
        }
    }

    fn stream_source(&mut self, create: &CreateStream) {
        match &create.source {
            None | Some(CreateSource::Body(_)) => {}
            Some(CreateSource::Query(query)) => {
                self.as_query(query, create.comment.is_some());
            }
            Some(CreateSource::Like(name)) => {
                self.push(" AS ");
                self.object_name(name);
            }
            Some(CreateSource::Function(function)) => {
                self.push(" AS ");
                self.table_function(function);
            }
        }
    }

    /// ` AS` and the query; in parentheses where a comment follows (protocol.md F2).
    pub(super) fn as_query(&mut self, query: &crate::ast::Query, parens: bool) {
        self.push(" AS");
        if parens {
            self.push(if self.layout == Layout::Lines { "" } else { " " });
            self.push("(");
            self.line_unless_one();
            self.query(query);
            self.line_unless_one();
            self.push(")");
        } else {
            self.line();
            self.query(query);
        }
    }

    fn line_unless_one(&mut self) {
        if self.layout == Layout::Lines {
            self.line();
        }
    }

    pub(super) fn uuid(&mut self, uuid: Option<&Text>) {
        if let Some(uuid) = uuid
            && !self.stored
        {
            self.push(" UUID ");
            self.text(uuid);
        }
    }

    pub(super) fn comment(&mut self, comment: Option<&Text>) {
        if let Some(comment) = comment {
            self.line();
            self.push("COMMENT ");
            self.text(comment);
        }
    }

    pub(super) fn engine(&mut self, engine: &Engine) {
        self.line();
        self.push("ENGINE = ");
        self.bare(&engine.name);
        if let Some(args) = &engine.args {
            self.list("(", args, ")");
        }
    }

    pub(super) fn key_clause(&mut self, words: &str, key: Option<&Expr>) {
        if let Some(key) = key {
            self.line();
            self.push(words);
            self.push(" ");
            self.expr(key);
        }
    }

    pub(super) fn stream_settings(&mut self, word: &str, settings: &[Setting]) {
        if !settings.is_empty() {
            self.line();
            self.push(word);
            self.push(" ");
            self.settings(settings);
        }
    }

    pub(super) fn ttl(&mut self, items: &[TtlItem]) {
        if items.is_empty() {
            return;
        }
        self.line();
        self.push("TTL ");
        self.separated(items, Self::ttl_item);
    }

    fn ttl_item(&mut self, item: &TtlItem) {
        self.expr(&item.expr);
        match &item.action {
            TtlAction::Default => {}
            TtlAction::Delete => self.push(" DELETE"),
            TtlAction::Recompress(codecs) => self.list(" RECOMPRESS CODEC(", codecs, ")"),
            TtlAction::ToDisk(disk) => {
                self.push(" TO DISK ");
                self.text(disk);
            }
            TtlAction::ToVolume(volume) => {
                self.push(" TO VOLUME ");
                self.text(volume);
            }
            TtlAction::GroupBy(span) => {
                self.push(" ");
                let text = span.text(self.source);
                self.push(text);
            }
        }
        if let Some(filter) = &item.filter {
            self.push(" WHERE ");
            self.expr(filter);
        }
    }

    /// The list in parentheses, one element a line.
    pub(super) fn elements(&mut self, elements: &Elements) {
        let count = elements.columns.len()
            + elements.indexes.len()
            + elements.constraints.len()
            + elements.families.len()
            + elements.projections.len();
        if count == 0 {
            return;
        }
        self.line();
        self.push("(");
        self.indent += 1;
        let mut printed = 0;
        for column in &elements.columns {
            self.element_start(&mut printed);
            self.column(column);
        }
        for index in &elements.indexes {
            self.element_start(&mut printed);
            self.index(index);
        }
        for constraint in &elements.constraints {
            self.element_start(&mut printed);
            self.push("CONSTRAINT ");
            self.ident(&constraint.name);
            self.push(if constraint.assume { " ASSUME " } else { " CHECK " });
            self.expr(&constraint.expr);
        }
        for family in &elements.families {
            self.element_start(&mut printed);
            self.push("FAMILY ");
            self.ident(&family.name);
            self.push(" (");
            self.separated(&family.columns, Self::ident);
            self.push(")");
        }
        for projection in &elements.projections {
            self.element_start(&mut printed);
            let text = projection.span.text(self.source);
            self.push(text);
        }
        self.indent -= 1;
        self.line_unless_one();
        self.push(")");
    }

    fn element_start(&mut self, printed: &mut usize) {
        if *printed > 0 {
            self.push(",");
        }
        if *printed > 0 || self.layout == Layout::Lines {
            self.line();
        }
        *printed += 1;
    }

    pub(super) fn column(&mut self, column: &Column) {
        match column.name.quote {
            crate::ast::Quote::Template => self.push(&column.name.value),
            _ => self.push(&super::quote_identifier_always(&column.name.value)),
        }
        if let Some(ty) = &column.ty {
            self.push(" ");
            self.type_name(ty);
        }
        match column.nullable {
            Some(true) => self.push(" NULL"),
            Some(false) => self.push(" NOT NULL"),
            None => {}
        }
        if let Some(default) = &column.default {
            self.push(" ");
            self.push(default.kind.word());
            if let Some(expr) = &default.expr {
                self.push(" ");
                self.expr(expr);
            }
        }
        if column.auto_increment {
            self.push(" AUTO_INCREMENT");
        }
        if column.primary_key {
            self.push(" PRIMARY KEY");
        }
        if let Some(comment) = &column.comment {
            self.push(" COMMENT ");
            self.text(comment);
        }
        if !column.codec.is_empty() {
            self.list(" CODEC(", &column.codec, ")");
        }
        if let Some(ttl) = &column.ttl {
            self.push(" TTL ");
            self.expr(ttl);
        }
        for other in &column.others {
            self.push(" ");
            self.push(other.text(self.source));
        }
    }

    fn index(&mut self, index: &Index) {
        self.push("INDEX ");
        self.ident(&index.name);
        self.push(" ");
        // Mutable streams index columns: always in parentheses.
        let bare = index.ty.is_some() || matches!(index.expr.kind, crate::ast::ExprKind::Tuple(_));
        if bare {
            self.expr(&index.expr);
        } else {
            self.push("(");
            self.expr(&index.expr);
            self.push(")");
        }
        if let Some(ty) = &index.ty {
            self.push(" TYPE ");
            self.expr(ty);
        }
        if let Some(granularity) = &index.granularity {
            self.push(" GRANULARITY ");
            self.push(granularity);
        }
        if index.unique {
            self.push(" UNIQUE");
        }
        if !index.storing.is_empty() {
            self.push(" STORING (");
            self.separated(&index.storing, Self::ident);
            self.push(")");
        }
    }
}
