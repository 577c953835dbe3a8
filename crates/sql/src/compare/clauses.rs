//! The clauses of a statement, with their places.

use crate::ast::{
    CreateSource, CreateStream, DictionaryClause, Elements, FunctionBody, Insert, InsertSource, Query, Security,
    Select, Setting, Statement, StatementKind, TtlItem, With,
};
use crate::edit::{self, Edit};
use crate::secrets::{MASKED, Secrecy, secrets};
use crate::span::Span;

/// One clause, column or setting.
pub(crate) struct Clause {
    pub clause: String,
    pub name: Option<String>,
    /// How many of the same clause and name stand before it.
    pub nth: usize,
    pub text: String,
    /// The text without secrets.
    pub shown: String,
    /// Where it stands; `None` for what is told in a word of ours.
    pub span: Option<Span>,
}

/// The clauses of a normal form.
pub(super) fn of(text: &str) -> Vec<Clause> {
    let Ok(statement) = crate::parse_one(text) else {
        let shown = text.to_owned();
        let (clause, text) = ("statement".to_owned(), text.to_owned());
        return vec![Clause { clause, name: None, nth: 0, text, shown, span: None }];
    };
    of_statement(&statement, text)
}

/// The clauses of a statement of a text.
pub(crate) fn of_statement(statement: &Statement, text: &str) -> Vec<Clause> {
    let hidden = secrets(statement, text);
    let hidden = hidden.into_iter().filter(|secret| secret.secrecy == Secrecy::Secret).map(|secret| secret.span);
    let mut collector = Collector { text, hidden: hidden.collect(), clauses: Vec::new() };
    collector.statement(statement);
    collector.clauses
}

/// The names of columns in their order.
pub(super) fn order(clauses: &[Clause]) -> String {
    let columns = clauses.iter().filter(|clause| clause.clause == "columns");
    columns.filter_map(|clause| clause.name.as_deref()).collect::<Vec<_>>().join(", ")
}

struct Collector<'a> {
    text: &'a str,
    hidden: Vec<Span>,
    clauses: Vec<Clause>,
}

impl Collector<'_> {
    fn add(&mut self, clause: &str, name: Option<&str>, span: Span) {
        let text = span.text(self.text).to_owned();
        let inside = self.hidden.iter().filter(|secret| span.contains(**secret));
        let edits = inside.map(|secret| {
            let quoted = secret.text(self.text).starts_with('\'');
            let place = Span::new(secret.start - span.start, secret.end - span.start);
            Edit::new(place, if quoted { format!("'{MASKED}'") } else { MASKED.to_owned() })
        });
        let shown = edit::apply(&text, edits.collect()).unwrap_or_else(|_| MASKED.to_owned());
        let nth = self.clauses.iter().filter(|other| other.clause == clause && other.name.as_deref() == name).count();
        let (clause, name) = (clause.to_owned(), name.map(str::to_owned));
        self.clauses.push(Clause { clause, name, nth, text, shown, span: Some(span) });
    }

    fn word(&mut self, clause: &str, text: String) {
        let clause = clause.to_owned();
        self.clauses.push(Clause { clause, name: None, nth: 0, shown: text.clone(), text, span: None });
    }

    fn each<'t>(&mut self, clause: &str, spans: impl IntoIterator<Item = &'t Option<crate::ast::Expr>>) {
        for expr in spans.into_iter().flatten() {
            self.add(clause, None, expr.span);
        }
    }

    fn text(&mut self, clause: &str, text: Option<&crate::ast::Text>) {
        text.into_iter().for_each(|text| self.add(clause, None, text.span));
    }

    fn statement(&mut self, statement: &Statement) {
        let Some(created) = statement.kind.created() else {
            return match &statement.kind {
                StatementKind::Select(query) => self.query("query", query),
                _ => self.add("statement", None, statement.span),
            };
        };
        self.word("kind", created.kind.words().to_owned());
        self.word("name", created.name.to_string());
        match &statement.kind {
            StatementKind::CreateDatabase(create) => {
                create.engine.iter().for_each(|engine| self.add("engine", None, engine.span));
                self.settings("settings", &create.settings);
                self.text("comment", create.comment.as_ref());
            }
            StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => self.stream(create),
            StatementKind::CreateView(create) => {
                self.elements(&create.elements);
                self.word("live", create.live.is_some().to_string());
                if let Some(live) = &create.live {
                    live.into.iter().for_each(|into| self.add("into", None, into.span));
                    self.each("timeout", [&live.timeout]);
                    self.each("refresh", [&live.refresh]);
                }
                self.security(create.security.as_deref());
                self.query("query", &create.query);
                self.settings("settings", &create.settings);
                self.text("comment", create.comment.as_ref());
            }
            StatementKind::CreateMaterializedView(create) => {
                self.word("scheduled", create.scheduled.to_string());
                create.into.iter().for_each(|into| self.add("into", None, into.span));
                if let Some(refresh) = &create.refresh {
                    self.add("refresh", None, refresh.schedule);
                    let names = refresh.depends_on.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                    self.word("refresh.depends_on", names);
                    self.word("refresh.append", refresh.append.to_string());
                }
                self.elements(&create.elements);
                create.engine.iter().for_each(|engine| self.add("engine", None, engine.span));
                self.each("partition_by", [&create.partition_by]);
                self.each("primary_key", [&create.primary_key]);
                self.each("order_by", [&create.order_by]);
                self.security(create.security.as_deref());
                self.query("query", &create.query);
                self.settings("settings", &create.settings);
                self.settings("storage_settings", &create.storage_settings);
                self.ttl(&create.ttl);
                self.text("comment", create.comment.as_ref());
            }
            StatementKind::CreateDictionary(create) => {
                for attribute in &create.attributes {
                    self.add("columns", Some(&attribute.name.value), attribute.span);
                }
                create.primary_key.iter().for_each(|key| self.add("primary_key", Some(&key.value), key.span));
                for (name, clause) in [("source", &create.source), ("layout", &create.layout)] {
                    clause.iter().for_each(|clause| self.dictionary_clause(name, clause));
                }
                create.range.iter().for_each(|(from, to)| self.add("range", None, from.span.to(to.span)));
                if let Some((least, most)) = &create.lifetime {
                    self.word("lifetime", format!("{least} {}", most.as_deref().unwrap_or_default()));
                }
                self.settings("settings", &create.settings);
                self.text("comment", create.comment.as_ref());
            }
            _ => self.others(statement),
        }
    }

    fn others(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::CreateFunction(create) => {
                for arg in &create.args {
                    self.add("arguments", Some(&arg.name.value), arg.name.span.to(arg.ty.span));
                }
                create.returns.iter().for_each(|ty| self.add("returns", None, ty.span));
                create.language.iter().for_each(|language| self.word("language", language.value.to_ascii_uppercase()));
                match &create.body {
                    FunctionBody::Sql(body) => self.add("body", None, body.span),
                    FunctionBody::Code(body) => self.add("body", None, body.span),
                    FunctionBody::Remote { url, auth_method, auth_header, auth_key } => {
                        self.add("url", None, url.span);
                        self.text("auth_method", auth_method.as_ref());
                        self.text("auth_header", auth_header.as_ref());
                        self.text("auth_key", auth_key.as_ref());
                    }
                    FunctionBody::Missing => {}
                }
                create.execution_timeout.iter().for_each(|timeout| self.word("execution_timeout", timeout.clone()));
                self.settings("settings", &create.settings);
                self.text("comment", create.comment.as_ref());
            }
            StatementKind::CreateFormatSchema(create) => {
                self.add("body", None, create.body.span);
                create.ty.iter().for_each(|ty| self.add("type", None, ty.span));
            }
            StatementKind::CreateNamedCollection(create) => {
                for entry in &create.entries {
                    self.add("entries", Some(&entry.setting.name.value), entry.setting.span);
                    if let Some(overridable) = entry.overridable {
                        self.word(
                            &format!("entries.{}.overridable", entry.setting.name.value),
                            overridable.to_string(),
                        );
                    }
                }
            }
            StatementKind::CreateDisk(create) => self.settings("settings", &create.settings),
            StatementKind::CreateStoragePolicy(create) => self.add("body", None, create.body.span),
            StatementKind::CreateTask(create) => {
                self.each("schedule", [&create.schedule]);
                self.each("timeout", [&create.timeout]);
                self.text("checkpoint", create.checkpoint.as_ref());
                create.into.iter().for_each(|into| self.add("into", None, into.span));
                create.query.iter().for_each(|query| self.query("query", query));
                create.insert.iter().for_each(|insert| self.insert(insert));
                self.settings("settings", &create.settings);
                self.text("comment", create.comment.as_ref());
            }
            StatementKind::CreateAlert(create) => {
                for (name, clause) in [("batch", &create.batch), ("limit", &create.limit)] {
                    if let Some((count, interval)) = clause {
                        let end = interval.as_ref().map_or(count.span, |interval| interval.span);
                        self.add(name, None, count.span.to(end));
                    }
                }
                create.call.iter().for_each(|call| self.word("call", call.name.value.clone()));
                create.query.iter().for_each(|query| self.query("query", query));
                self.settings("settings", &create.settings);
                self.text("comment", create.comment.as_ref());
            }
            StatementKind::CreateInput(create) => {
                self.settings("settings", &create.settings);
                self.text("comment", create.comment.as_ref());
            }
            StatementKind::CreateAccess(create) => {
                let names: Vec<&str> = create.names.iter().map(|name| name.value.as_str()).collect();
                self.word("names", names.join(", "));
                self.add("rest", None, create.rest);
            }
            _ => self.add("statement", None, statement.span),
        }
    }

    fn security(&mut self, security: Option<&Security>) {
        let parts = security.map(|security| [("definer", &security.definer), ("sql_security", &security.mode)]);
        for (clause, word) in parts.into_iter().flatten() {
            word.iter().for_each(|word| self.add(clause, None, word.span));
        }
    }

    fn stream(&mut self, create: &CreateStream) {
        self.word("temporary", create.temporary.to_string());
        self.elements(&create.elements);
        create.engine.iter().for_each(|engine| self.add("engine", None, engine.span));
        self.each("partition_by", [&create.partition_by]);
        self.each("primary_key", [&create.primary_key]);
        self.each("order_by", [&create.order_by]);
        self.each("sample_by", [&create.sample_by]);
        self.ttl(&create.ttl);
        self.settings("settings", &create.settings);
        match &create.source {
            Some(CreateSource::Query(query)) => self.query("query", query),
            Some(CreateSource::Like(name)) => self.add("as", None, name.span),
            Some(CreateSource::Function(function)) => self.add("as", None, function.span),
            Some(CreateSource::Body(body)) => self.add("body", None, body.span),
            None => {}
        }
        self.text("comment", create.comment.as_ref());
    }

    fn elements(&mut self, elements: &Elements) {
        elements.columns.iter().for_each(|column| self.add("columns", Some(&column.name.value), column.span));
        elements.indexes.iter().for_each(|index| self.add("indexes", Some(&index.name.value), index.span));
        for constraint in &elements.constraints {
            self.add("constraints", Some(&constraint.name.value), constraint.span);
        }
        elements.families.iter().for_each(|family| self.add("families", Some(&family.name.value), family.span));
        for projection in &elements.projections {
            self.add("projections", Some(&projection.name.value), projection.span);
        }
    }

    fn settings(&mut self, clause: &str, settings: &[Setting]) {
        settings.iter().for_each(|setting| self.add(clause, Some(&setting.name.value), setting.span));
    }

    fn ttl(&mut self, items: &[TtlItem]) {
        if let (Some(first), Some(last)) = (items.first(), items.last()) {
            self.add("ttl", None, first.span.to(last.span));
        }
    }

    fn dictionary_clause(&mut self, name: &str, clause: &DictionaryClause) {
        self.add(name, Some("type"), clause.name.span);
        clause.pairs.iter().for_each(|pair| self.add(name, Some(&pair.key.value.to_ascii_lowercase()), pair.span));
    }

    fn insert(&mut self, insert: &Insert) {
        self.add("into", None, insert.function.as_ref().map_or(insert.table.span, |function| function.span));
        let columns: Vec<&str> = insert.columns.iter().flatten().map(|column| column.value.as_str()).collect();
        self.word("into.columns", columns.join(", "));
        self.settings("into.settings", &insert.settings);
        match &insert.source {
            InsertSource::Query(query) => self.query("query", query),
            InsertSource::Values { data, .. } => self.add("values", None, *data),
            InsertSource::Format { data, .. } | InsertSource::Infile(data) => self.add("data", None, *data),
            InsertSource::None => {}
        }
    }

    fn query(&mut self, prefix: &str, query: &Query) {
        let Some(select) = query.as_select().filter(|_| query.tail.is_none()) else {
            return self.add(prefix, None, query.span);
        };
        self.select(prefix, select);
        query.format.iter().for_each(|format| self.add(&format!("{prefix}.format"), None, format.span));
        self.settings(&format!("{prefix}.settings"), &query.settings);
    }

    fn select(&mut self, prefix: &str, select: &Select) {
        let at = |clause: &str| format!("{prefix}.{clause}");
        for with in &select.with {
            match with {
                With::Query { name, query, .. } => self.add(&at("with"), Some(&name.value), name.span.to(query.span)),
                With::Expr { expr, alias } => {
                    self.add(&at("with"), alias.as_ref().map(|alias| alias.value.as_str()), expr.span);
                }
            }
        }
        self.word(&at("distinct"), format!("{} {}", select.distinct, select.distinct_on.len()));
        for item in &select.items {
            let text = item.expr.span.text(self.text).to_owned();
            let name = item.alias.as_ref().map_or(text, |alias| alias.value.clone());
            self.add(&at("select"), Some(&name), item.span);
        }
        select.from.iter().for_each(|from| self.add(&at("from"), None, from.span));
        self.each(&at("prewhere"), [&select.prewhere]);
        self.each(&at("where"), [&select.filter]);
        select.group_by.iter().for_each(|group_by| self.add(&at("group_by"), None, group_by.span));
        for (clause, keys) in [("partition_by", &select.partition_by), ("shuffle_by", &select.shuffle_by)] {
            if let (Some(first), Some(last)) = (keys.first(), keys.last()) {
                self.add(&at(clause), None, first.span.to(last.span));
            }
        }
        self.each(&at("having"), [&select.having]);
        select.windows.iter().for_each(|(name, window)| self.add(&at("window"), Some(&name.value), window.span));
        self.each(&at("qualify"), [&select.qualify]);
        if let (Some(first), Some(last)) = (select.order_by.first(), select.order_by.last()) {
            self.add(&at("order_by"), None, first.span.to(last.span));
        }
        if let Some(items) = &select.interpolate
            && let (Some(first), Some(last)) = (items.first(), items.last())
        {
            self.add(&at("interpolate"), None, first.span.to(last.span));
        }
        if let Some(limit_by) = &select.limit_by {
            let end = limit_by.keys.last().map_or(limit_by.limit.span, |key| key.span);
            self.add(&at("limit_by"), None, limit_by.limit.span.to(end));
        }
        self.each(&at("limit"), [&select.limit]);
        self.each(&at("offset"), [&select.offset]);
        select.emit.iter().for_each(|emit| self.add(&at("emit"), None, emit.span));
        self.settings(&at("settings"), &select.settings);
    }
}
