//! Statements.

use super::collect::Collector;
use super::{QualifiedName, Reference, References, Role};
use crate::ast::{
    AccessKind, AlterAction, Column, CreateSource, CreateStream, Elements, Engine, Expr, ExprKind, FunctionBody, Ident,
    Insert, InsertSource, ObjectKind, ObjectName, Security, StatementKind, SystemAction, Text, TtlAction, TtlItem,
};

impl Collector<'_> {
    pub(super) fn statement(&mut self, kind: &StatementKind) {
        if let Some(created) = kind.created()
            && created.kind.lives_in_database()
        {
            self.database_of(&created.name);
        }
        match kind {
            StatementKind::CreateDatabase(create) => self.settings(&create.settings),
            StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => {
                self.stream(create);
            }
            StatementKind::CreateView(create) => {
                self.relations(create.live.iter().filter_map(|live| live.into.as_ref()), Role::Writes);
                self.definer(create.security.as_deref());
                self.elements(&create.elements);
                self.query(&create.query);
                self.settings(&create.settings);
            }
            StatementKind::CreateMaterializedView(create) => {
                if let Some(into) = &create.into {
                    self.add_relation(into, Role::Writes);
                }
                self.definer(create.security.as_deref());
                self.relations(create.refresh.iter().flat_map(|refresh| &refresh.depends_on), Role::Reads);
                self.elements(&create.elements);
                self.query(&create.query);
                self.settings(&create.settings);
                self.settings(&create.storage_settings);
                self.ttl(&create.ttl);
            }
            StatementKind::CreateDictionary(create) => self.dictionary(create),
            StatementKind::CreateFunction(create) => {
                if let FunctionBody::Sql(body) = &create.body {
                    self.function_body(&create.name, body);
                }
                self.settings(&create.settings);
            }
            StatementKind::CreateFormatSchema(create) => self.imports(&create.body),
            StatementKind::CreateDisk(create) => self.settings(&create.settings),
            StatementKind::CreateStoragePolicy(create) => self.disks_of_policy(&create.body),
            StatementKind::CreateTask(create) => {
                self.relations(create.into.as_ref(), Role::Writes);
                create.query.iter().for_each(|query| self.query(query));
                create.insert.iter().for_each(|insert| self.insert(insert));
                self.settings(&create.settings);
            }
            StatementKind::CreateAlert(create) => {
                if let Some(call) = &create.call {
                    self.called_by_alert(&call.name);
                    self.exprs(&call.args);
                }
                create.query.iter().for_each(|query| self.query(query));
                self.settings(&create.settings);
            }
            StatementKind::CreateInput(create) => self.settings(&create.settings),
            _ => self.command(kind),
        }
    }

    /// `DEFINER = user`.
    fn definer(&mut self, security: Option<&Security>) {
        if let Some(user) = security.and_then(|security| security.definer.as_ref())
            && !user.is_word("CURRENT_USER")
        {
            self.add_global(user, Role::UsesUser);
        }
    }

    fn command(&mut self, kind: &StatementKind) {
        match kind {
            StatementKind::CreateAccess(create) => {
                self.relations(create.on.iter().filter(|name| name.name.value != "*"), Role::Reads);
                self.exprs(create.using.as_ref());
                if let Some(database) = &create.default_database {
                    self.add_global(database, Role::UsesDatabase);
                }
                for used in &create.uses {
                    let role = match used.kind {
                        Some(AccessKind::Role) => Role::UsesRole,
                        Some(AccessKind::User) => Role::UsesUser,
                        Some(AccessKind::SettingsProfile) => Role::UsesProfile,
                        _ => Role::UsesGrantee,
                    };
                    self.add_global(&used.name, role);
                }
            }
            StatementKind::Grant(grant) => {
                for name in &grant.on {
                    match (name.name.value.as_str(), &name.database) {
                        ("*", Some(database)) if database.value == "*" => {}
                        ("*", Some(database)) => self.add_global(database, Role::UsesDatabase),
                        ("*", None) => {}
                        _ => self.add_relation(name, Role::Reads),
                    }
                }
                grant.roles.iter().for_each(|role| self.add_global(role, Role::UsesRole));
                grant.to.iter().for_each(|name| self.add_global(name, Role::UsesGrantee));
            }
            StatementKind::Select(query) => self.query(query),
            StatementKind::Insert(insert) => self.insert(insert),
            StatementKind::Alter(alter) if alter.kind.lives_in_database() => {
                self.add_relation(&alter.name, Role::Writes);
                alter.actions.iter().for_each(|action| self.alter(action));
            }
            StatementKind::Delete(delete) => {
                self.add_relation(&delete.name, Role::Writes);
                self.exprs(delete.filter.as_ref());
            }
            StatementKind::Truncate(truncate) => self.add_relation(&truncate.name, Role::Writes),
            StatementKind::Optimize(optimize) => self.add_relation(&optimize.name, Role::Writes),
            StatementKind::Drop(drop) if drop.kind.lives_in_database() => {
                self.relations(std::iter::once(&drop.name).chain(&drop.more), Role::Writes);
            }
            StatementKind::Rename(rename) if rename.kind.lives_in_database() => {
                self.relations(rename.pairs.iter().map(|(from, _)| from), Role::Writes);
                if rename.exchange {
                    self.relations(rename.pairs.iter().map(|(_, to)| to), Role::Writes);
                }
            }
            StatementKind::ShowCreate(show) if show.kind.is_none_or(|kind| kind.lives_in_database()) => {
                self.relations(std::iter::once(&show.name).chain(&show.more), Role::Reads);
            }
            StatementKind::Alter(alter) => self.global_of(alter.kind, &alter.name),
            StatementKind::Drop(drop) => self.global_of(drop.kind, &drop.name),
            StatementKind::Describe(describe) => self.table_ref(&describe.table),
            StatementKind::Explain(explain) => self.statement(&explain.statement.kind),
            StatementKind::Use(using) => self.add_global(&using.database, Role::UsesDatabase),
            StatementKind::System(system) => match &system.action {
                SystemAction::Pause { name, .. }
                | SystemAction::Resume { name, .. }
                | SystemAction::Abort { name, .. }
                | SystemAction::Recover { name, .. } => self.add_relation(name, Role::Writes),
                SystemAction::ReloadDictionary(name) => {
                    self.add_relation(name, Role::UsesDictionary);
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn insert(&mut self, insert: &Insert) {
        match &insert.function {
            Some(function) => self.table_function(function),
            None => self.add_relation(&insert.table, Role::Writes),
        }
        self.exprs(insert.partition_by.as_ref());
        if let InsertSource::Query(query) = &insert.source {
            self.query(query);
        }
    }

    /// What is changed or dropped, of kinds that live in no database.
    fn global_of(&mut self, kind: ObjectKind, name: &ObjectName) {
        let role = match kind {
            ObjectKind::Function | ObjectKind::AggregateFunction | ObjectKind::RemoteFunction => Role::UsesFunction,
            ObjectKind::FormatSchema => Role::UsesFormatSchema,
            ObjectKind::NamedCollection => Role::UsesNamedCollection,
            ObjectKind::Disk => Role::UsesDisk,
            ObjectKind::StoragePolicy => Role::UsesStoragePolicy,
            ObjectKind::Database => Role::UsesDatabase,
            _ => return,
        };
        self.add_global(&name.name, role);
    }

    /// Functions live in no database (resources.md 2.6), though some alerts name one.
    fn called_by_alert(&mut self, name: &Ident) {
        let bare = name.value.rsplit('.').next().unwrap_or_default();
        self.add(QualifiedName::global(bare), Role::UsesFunction, name.span);
    }

    fn database_of(&mut self, name: &ObjectName) {
        let (database, span) = match &name.database {
            Some(database) => (database.value.clone(), database.span),
            None => (self.default_database.to_owned(), name.span),
        };
        self.add(QualifiedName::global(database), Role::UsesDatabase, span);
    }

    fn relations<'n>(&mut self, names: impl IntoIterator<Item = &'n ObjectName>, role: Role) {
        for name in names {
            self.add_relation(name, role);
        }
    }

    fn stream(&mut self, create: &CreateStream) {
        self.elements(&create.elements);
        if let Some(engine) = &create.engine {
            self.engine(engine);
        }
        self.exprs(create.partition_by.as_ref());
        self.exprs(create.primary_key.as_ref());
        self.exprs(create.order_by.as_ref());
        self.exprs(create.sample_by.as_ref());
        self.ttl(&create.ttl);
        self.settings(&create.settings);
        match &create.source {
            Some(CreateSource::Query(query)) => self.query(query),
            Some(CreateSource::Like(name)) => self.add_relation(name, Role::Reads),
            Some(CreateSource::Function(function)) => self.table_function(function),
            Some(CreateSource::Body(_)) | None => {}
        }
    }

    /// Engines of ClickHouse that pass rows on to another stream of the deployment name it by
    /// position: `Distributed(cluster, database, name, ..)`, `Buffer(database, name, ..)`.
    fn engine(&mut self, engine: &Engine) {
        let args = engine.args.as_deref().unwrap_or_default();
        let target = match engine.name.value.to_ascii_lowercase().as_str() {
            "distributed" => args.get(1..3),
            "buffer" => args.get(0..2),
            _ => None,
        };
        let Some([database, name]) = target else {
            return self.exprs(args);
        };
        let database_name = match &database.kind {
            ExprKind::Function(_) => self.default_database.to_owned(),
            _ => database.plain_text(),
        };
        let span = database.span.to(name.span);
        for role in [Role::Reads, Role::Writes] {
            self.add(QualifiedName::local(database_name.clone(), name.plain_text()), role, span);
        }
    }

    fn elements(&mut self, elements: &Elements) {
        elements.columns.iter().for_each(|column| self.column(column));
        for index in &elements.indexes {
            self.expr(&index.expr);
        }
        for constraint in &elements.constraints {
            self.expr(&constraint.expr);
        }
    }

    fn column(&mut self, column: &Column) {
        if let Some(default) = &column.default {
            self.exprs(default.expr.as_ref());
        }
        self.exprs(column.ttl.as_ref());
    }

    fn ttl(&mut self, items: &[TtlItem]) {
        for item in items {
            self.expr(&item.expr);
            self.exprs(item.filter.as_ref());
            if let TtlAction::ToDisk(disk) = &item.action {
                let name = QualifiedName::global(disk.value.clone());
                self.add(name, Role::UsesDisk, disk.span);
            }
        }
    }

    /// A function that calls itself does not need itself.
    fn function_body(&mut self, own: &Ident, body: &Expr) {
        let inner = {
            let mut inner = Collector::new(self.default_database, self.catalog);
            inner.expr(body);
            inner.finish()
        };
        let is_self = |item: &Reference| item.role == Role::UsesFunction && item.name.name == own.value;
        let items = inner.items.into_iter().filter(|item| !is_self(item)).collect();
        self.take(References { items, unresolved: inner.unresolved });
    }

    pub(super) fn take(&mut self, inner: References) {
        for item in inner.items {
            self.add(item.name, item.role, item.span);
        }
        for place in inner.unresolved {
            self.unresolved(place.text, &place.reason, place.span);
        }
    }

    /// `import "other.proto";` in a Protobuf schema. [Inferred in resources.md 2.1: it names the
    /// schema `other`.]
    fn imports(&mut self, body: &Text) {
        for line in body.value.lines() {
            let Some(rest) = line.trim_start().strip_prefix("import") else {
                continue;
            };
            let rest = rest.trim_start();
            let rest = rest.strip_prefix("public").unwrap_or(rest).trim_start();
            let file = rest.strip_prefix('"').and_then(|rest| rest.split('"').next());
            if let Some(file) = file
                && !file.starts_with("google/")
            {
                let schema = file.strip_suffix(".proto").unwrap_or(file);
                self.add(QualifiedName::global(schema), Role::UsesFormatSchema, body.span);
            }
        }
    }

    /// The values of `disk`, `disk2`, .. in a policy's YAML.
    fn disks_of_policy(&mut self, body: &Text) {
        for line in body.value.lines() {
            let line = line.trim_start().trim_start_matches("- ");
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let is_disk = key
                .trim()
                .strip_prefix("disk")
                .is_some_and(|rest| rest.trim_start_matches('_').bytes().all(|byte| byte.is_ascii_digit()));
            let value = value.split([' ', '\t', '#']).find(|part| !part.is_empty());
            let disk = value.unwrap_or_default().trim_matches(['\'', '"']);
            if is_disk && !disk.is_empty() && disk != "default" {
                self.add(QualifiedName::global(disk), Role::UsesDisk, body.span);
            }
        }
    }

    fn alter(&mut self, action: &AlterAction) {
        match action {
            AlterAction::AddColumn { column, .. } | AlterAction::ModifyColumn { column, .. } => {
                self.column(column);
            }
            AlterAction::ModifyTtl(items) => self.ttl(items),
            AlterAction::ModifySetting(settings) | AlterAction::ModifyQuerySetting(settings) => {
                self.settings(settings);
            }
            AlterAction::ModifyQuery(query) => self.query(query),
            AlterAction::Delete(filter) => self.expr(filter),
            AlterAction::Update { assignments, filter } => {
                self.exprs(assignments.iter().map(|(_, value)| value));
                self.exprs(filter.as_ref());
            }
            AlterAction::AddIndex(index) => self.expr(&index.expr),
            _ => {}
        }
    }
}
