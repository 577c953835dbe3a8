//! Functions of every language. Which channel shows their text depends on product and release (rule T5).

mod rebuild;

use std::collections::BTreeMap;

use ferry_model::messages::deployment as text;
use ferry_model::{ResourceKind, ResourceName};
use serde_json::Value;

use super::found::Found;
use super::{each, globals};
use crate::manage::text_of;
use crate::{Deployment, Error};

/// What the channels say of one function.
#[derive(Default)]
struct Known {
    /// `system.functions.create_query`: only SQL functions have one (protocol.md F1).
    create_query: String,
    is_aggregate: bool,
    /// The JSON of the app server or of timeplusd's HTTP.
    json: Option<Value>,
}

pub(super) async fn capture(deployment: &Deployment) -> Found {
    let mut found = Found::default();
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    if let Err(error) = add_from_catalogue(deployment, &mut known).await {
        found.not_listed("functions", &error);
    }
    if let Err(error) = add_from_http(deployment, &mut known).await {
        // Only functions without another channel suffer: each of them says so below.
        tracing::debug!(error = %error.chain(), "functions could not be listed over HTTP");
    }
    found.merge(each(known, |(name, known)| read(deployment, name, known)).await);
    found
}

async fn add_from_catalogue(deployment: &Deployment, known: &mut BTreeMap<String, Known>) -> Result<(), Error> {
    let sql = "SELECT name, is_aggregate, create_query FROM system.functions WHERE origin != 'System'";
    let rows = deployment.rows(sql).await?;
    for row in rows.iter() {
        let one = known.entry(row.text("name").to_owned()).or_default();
        one.create_query = row.text("create_query").to_owned();
        one.is_aggregate = matches!(row.text("is_aggregate"), "1" | "true");
    }
    Ok(())
}

/// The app server lists functions; without one timeplusd's own HTTP does (protocol.md D).
async fn add_from_http(deployment: &Deployment, known: &mut BTreeMap<String, Known>) -> Result<(), Error> {
    const WHAT: &str = "the list of functions";
    let listed = match deployment.app_server_if_any() {
        Some(rest) => rest.list(&["v1beta2", "udfs"], WHAT).await?,
        None => {
            let rest = deployment.timeplusd_http();
            let listed = rest.list(&["timeplusd", "v1", "udfs"], WHAT).await?;
            if listed.is_empty() { rest.list(&["proton", "v1", "udfs"], WHAT).await? } else { listed }
        }
    };
    for json in listed {
        let name = text_of(&json, "name").to_owned();
        if !name.is_empty() {
            known.entry(name).or_default().json = Some(json);
        }
    }
    Ok(())
}

async fn read(deployment: &Deployment, name: String, known: Known) -> Found {
    let mut found = Found::default();
    let statement = match statement_of(deployment, &name, &known).await {
        Ok(Some(statement)) => statement,
        Ok(None) => {
            let why = text::FUNCTION_TEXT_UNKNOWN.to_owned();
            found.problem(&format!("function {name}"), why, text::REMEDY_FUNCTION, None);
            return found;
        }
        Err(error) => {
            found.not_read(&format!("function {name}"), &error);
            return found;
        }
    };
    let is_aggregate = match super::created::kind_of(&statement) {
        Some(kind) => kind == ResourceKind::AggregateFunction,
        None => known.is_aggregate,
    };
    let kind = if is_aggregate { ResourceKind::AggregateFunction } else { ResourceKind::Function };
    let mut resource = globals::of_sql(ResourceName::global(kind, name), &statement, &mut found);
    resource.owner = known.json.as_ref().map(|json| text_of(json, "created_by").to_owned()).filter(|o| !o.is_empty());
    found.resources.push(resource);
    found
}

/// The statement, by the best channel: the catalogue, SHOW CREATE FUNCTION (not in Proton 1.x), or the JSON.
async fn statement_of(deployment: &Deployment, name: &str, known: &Known) -> Result<Option<String>, Error> {
    if !known.create_query.is_empty() {
        return Ok(Some(known.create_query.clone()));
    }
    let resource = ResourceName::global(ResourceKind::Function, name);
    let shown = deployment.show_create(&resource).await;
    match shown {
        Ok(statement) => Ok(Some(statement)),
        Err(error) if error.is_refusal() => {
            let Some(json) = &known.json else { return Ok(None) };
            rebuild::from_json(json).map(Some)
        }
        Err(error) => Err(error),
    }
}
