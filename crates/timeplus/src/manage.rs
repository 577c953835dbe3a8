//! Making, finding and removing single resources.

use ferry_model::{ResourceKind, ResourceName};
use ferry_native::Query;
use serde_json::Value;

use crate::rest::Rest;
use crate::{Deployment, Error, FilledDefinition, assumed, identifier, qualified, string_literal};

/// A source or sink as the app server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connector {
    /// The id that the app server gave it.
    pub id: String,
    /// Its name; several may have the same.
    pub name: String,
    /// Whether it takes part in the flow of rows.
    pub running: bool,
}

/// What to do with a materialized view (resources.md 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaterializedViewSwitch {
    /// Stop it, also over a restart of the server.
    PausePermanently,
    /// Let it go on.
    Resume,
}

impl Deployment {
    /// Whether a resource of this kind and name is there.
    ///
    /// # Errors
    /// The deployment cannot be asked.
    pub async fn exists(&self, resource: &ResourceName) -> Result<bool, Error> {
        let name = &resource.name;
        match resource.kind {
            kind if kind.is_rest_only() => Ok(!self.find_ids(resource).await?.is_empty()),
            ResourceKind::Database => self.is_listed("databases", name).await,
            ResourceKind::Function | ResourceKind::AggregateFunction => self.is_listed("functions", name).await,
            ResourceKind::FormatSchema => {
                let schemas = self.rows("SHOW FORMAT SCHEMAS").await?;
                Ok(schemas.iter().any(|schema| schema.cells().next().flatten() == Some(name)))
            }
            kind if kind.has_database() => Ok(self.engine_of(resource).await?.is_some()),
            kind => Err(not_possible("looking for", kind)),
        }
    }

    /// The engine of what stands under this name in `system.tables`.
    async fn engine_of(&self, resource: &ResourceName) -> Result<Option<String>, Error> {
        let database = resource.database.as_deref().unwrap_or("default");
        let sql = format!(
            "SELECT engine FROM system.tables WHERE database = {} AND name = {}",
            string_literal(database),
            string_literal(&resource.name)
        );
        Ok(self.rows(&sql).await?.single().map(str::to_owned))
    }

    /// The ids of all REST objects of this name.
    ///
    /// # Errors
    /// There is no app server, or it cannot be asked.
    pub async fn find_ids(&self, resource: &ResourceName) -> Result<Vec<String>, Error> {
        let (rest, path) = self.rest_path(resource.kind)?;
        let objects = rest.list(&["v1beta2", path], &format!("the list of {path}")).await?;
        let same_name = objects.iter().filter(|object| text_of(object, "name") == resource.name);
        Ok(same_name.map(|object| text_of(object, "id").to_owned()).collect())
    }

    /// Creates a resource and gives the id that the deployment chose, for kinds known by id.
    ///
    /// # Errors
    /// The deployment's error; [`Error::UnknownOutcome`] if the connection broke meanwhile.
    pub async fn create(
        &self,
        resource: &ResourceName,
        definition: &FilledDefinition,
    ) -> Result<Option<String>, Error> {
        match definition {
            FilledDefinition::Sql(text) => {
                self.wire().execute(Query::new(text.expose()), &format!("CREATE of {resource}")).await?;
                Ok(None)
            }
            FilledDefinition::Json(text) => {
                let (rest, path) = self.rest_path(resource.kind)?;
                let what = format!("POST of {resource}");
                let body: Value = serde_json::from_str(text.expose())
                    .map_err(|error| Error::Unexpected { what: what.clone(), why: error.to_string() })?;
                let answer = rest.post(&["v1beta2", path], Some(body), &what).await?.ok()?;
                let id = text_of(&answer.json()?, "id").to_owned();
                if id.is_empty() {
                    return Err(Error::Unexpected { what, why: "it has no id".to_owned() });
                }
                Ok(Some(id))
            }
        }
    }

    /// Asks for the removal of a resource. For kinds of SQL the name may stay for a while (copy-safety 25).
    ///
    /// # Errors
    /// The deployment's error; a database that holds anything is refused, because some releases would drop all of it.
    pub async fn drop(&self, resource: &ResourceName, server_id: Option<&str>) -> Result<(), Error> {
        if resource.kind.is_rest_only() {
            let (rest, path) = self.rest_path(resource.kind)?;
            let Some(id) = server_id else {
                let why = "its id is not known, and a name may be used twice".to_owned();
                return Err(Error::NotPossible { what: format!("removing {resource}"), why });
            };
            let leftovers = rest.delete(&["v1beta2", path, id], &format!("DELETE of {resource}")).await?;
            if !leftovers.is_empty() {
                tracing::warn!(%resource, leftovers = leftovers.join(", "), "the deployment left parts behind");
            }
            return Ok(());
        }
        if resource.kind == ResourceKind::Database {
            self.check_database_is_empty(resource).await?;
        }
        let sql = drop_statement(resource)?;
        // Streams above 50 GB are protected otherwise (resources.md 2.7); older releases pass over the setting.
        let query = Query::new(sql).setting("force_drop_big_stream", "true");
        self.wire().execute(query, &format!("DROP of {resource}")).await
    }

    async fn check_database_is_empty(&self, resource: &ResourceName) -> Result<(), Error> {
        let sql = format!("SELECT name FROM system.tables WHERE database = {}", string_literal(&resource.name));
        let rows = self.rows(&sql).await?;
        let Some(name) = rows.single() else { return Ok(()) };
        let why = format!("it still holds `{name}`");
        Err(Error::NotPossible { what: format!("removing {resource}"), why })
    }

    /// Sources of the app server.
    ///
    /// # Errors
    /// There is no app server, or it cannot be asked.
    pub async fn sources(&self) -> Result<Vec<Connector>, Error> {
        self.connectors(ResourceKind::Source).await
    }

    /// Sinks of the app server.
    ///
    /// # Errors
    /// There is no app server, or it cannot be asked.
    pub async fn sinks(&self) -> Result<Vec<Connector>, Error> {
        self.connectors(ResourceKind::Sink).await
    }

    async fn connectors(&self, kind: ResourceKind) -> Result<Vec<Connector>, Error> {
        let (rest, path) = self.rest_path(kind)?;
        let objects = rest.list(&["v1beta2", path], &format!("the list of {path}")).await?;
        let connector = |object: &Value| Connector {
            id: text_of(object, "id").to_owned(),
            name: text_of(object, "name").to_owned(),
            running: assumed::connector_is_running(text_of(object, "status")),
        };
        Ok(objects.iter().map(connector).collect())
    }

    /// Stops a source or sink.
    ///
    /// # Errors
    /// There is no app server, or it refuses.
    pub async fn stop(&self, resource: &ResourceName, server_id: &str) -> Result<(), Error> {
        self.switch(resource, server_id, "stop").await
    }

    /// Starts a source or sink.
    ///
    /// # Errors
    /// There is no app server, or it refuses.
    pub async fn start(&self, resource: &ResourceName, server_id: &str) -> Result<(), Error> {
        self.switch(resource, server_id, "start").await
    }

    async fn switch(&self, resource: &ResourceName, server_id: &str, verb: &str) -> Result<(), Error> {
        let (rest, path) = self.rest_path(resource.kind)?;
        rest.post(&["v1beta2", path, server_id, verb], None, &format!("{verb} of {resource}")).await?.ok()?;
        Ok(())
    }

    /// Pauses a materialized view or lets it go on. Proton 1.x cannot (resources.md 2.1).
    ///
    /// # Errors
    /// The deployment's error.
    pub async fn switch_materialized_view(
        &self,
        view: &ResourceName,
        switch: MaterializedViewSwitch,
    ) -> Result<(), Error> {
        let name = qualified(view.database.as_deref(), &view.name);
        let sql = match switch {
            MaterializedViewSwitch::PausePermanently => format!("SYSTEM PAUSE MATERIALIZED VIEW {name} PERMANENT"),
            MaterializedViewSwitch::Resume => format!("SYSTEM RESUME MATERIALIZED VIEW {name}"),
        };
        self.execute(&sql).await
    }

    /// Whether a materialized view runs: the app server says so (rest.md 2.2).
    ///
    /// # Errors
    /// There is no app server, or it refuses.
    pub async fn materialized_view_runs(&self, view: &ResourceName) -> Result<bool, Error> {
        let rest = self.app_server(view.kind.label())?;
        let what = format!("the state of {view}");
        let path = ["v1beta2", "materialized_views", &view.name];
        let found = rest.get_in(&path, view.database.as_deref(), &what).await?;
        let found = found.ok_or_else(|| Error::Unexpected { what, why: "the app server does not know it".into() })?;
        let found = found.get("data").unwrap_or(&found);
        Ok(assumed::materialized_view_runs(text_of(found, "status")))
    }

    /// The text of SHOW CREATE of a resource of SQL.
    ///
    /// # Errors
    /// The deployment's error.
    pub async fn show_create(&self, resource: &ResourceName) -> Result<String, Error> {
        let name = identifier(&resource.name);
        let sql = match resource.kind {
            ResourceKind::Database => format!("SHOW CREATE DATABASE {name}"),
            ResourceKind::FormatSchema => format!("SHOW CREATE FORMAT SCHEMA {name}"),
            ResourceKind::Function | ResourceKind::AggregateFunction => format!("SHOW CREATE FUNCTION {name}"),
            kind if kind.has_database() => {
                format!("SHOW CREATE {}", qualified(resource.database.as_deref(), &resource.name))
            }
            kind => return Err(not_possible("reading the definition of", kind)),
        };
        self.statement(&sql).await
    }

    pub(crate) fn rest_path(&self, kind: ResourceKind) -> Result<(&Rest, &'static str), Error> {
        let path = match kind {
            ResourceKind::Source => "sources",
            ResourceKind::Sink => "sinks",
            ResourceKind::Dashboard => "dashboards",
            ResourceKind::SavedQuery => "savedqueries",
            other => return Err(not_possible("asking the app server for", other)),
        };
        Ok((self.app_server(kind.label())?, path))
    }
}

/// The statement that drops a resource of SQL (resources.md 2.1).
fn drop_statement(resource: &ResourceName) -> Result<String, Error> {
    let words = match resource.kind {
        ResourceKind::Database => "DATABASE",
        ResourceKind::Function | ResourceKind::AggregateFunction => "FUNCTION",
        ResourceKind::FormatSchema => "FORMAT SCHEMA",
        ResourceKind::Stream
        | ResourceKind::MutableStream
        | ResourceKind::RandomStream
        | ResourceKind::NullStream
        | ResourceKind::ExternalStream
        | ResourceKind::ExternalTable => "STREAM",
        ResourceKind::View | ResourceKind::MaterializedView => "VIEW",
        ResourceKind::Dictionary => "DICTIONARY",
        kind => return Err(not_possible("removing", kind)),
    };
    Ok(format!("DROP {words} IF EXISTS {}", qualified(resource.database.as_deref(), &resource.name)))
}

fn not_possible(what: &str, kind: ResourceKind) -> Error {
    Error::NotPossible { what: format!("{what} a {kind}"), why: "this version of Ferry does not carry the kind".into() }
}

/// A text field of a REST object; empty if there is none.
pub(crate) fn text_of<'a>(object: &'a Value, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}
