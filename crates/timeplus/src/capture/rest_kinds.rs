//! Sources, sinks, dashboards and saved queries: what lives behind the app server only (rest.md 2.4 to 2.7).

use std::collections::BTreeMap;

use ferry_model::messages::deployment as text;
use ferry_model::{Count, Definition, Resource, ResourceKind, ResourceName, SecretReference};
use serde_json::Value;

use super::found::Found;
use super::{each, secrets};
use crate::manage::text_of;
use crate::{Deployment, assumed};

/// What the server assigns, and a replay must not send (rest.md 2).
const SERVER_ASSIGNED: [&str; 10] = [
    "id",
    "status",
    "message",
    "start_time",
    "plan",
    "created_at",
    "created_by",
    "last_updated_at",
    "last_updated_by",
    "instance",
];

pub(super) async fn capture(deployment: &Deployment) -> Found {
    if !deployment.has_app_server() {
        return Found::default();
    }
    const KINDS: [ResourceKind; 4] =
        [ResourceKind::Source, ResourceKind::Sink, ResourceKind::Dashboard, ResourceKind::SavedQuery];
    let mut found = each(KINDS, |kind| list(deployment, kind)).await;
    found.merge(others(deployment).await);
    found
}

async fn list(deployment: &Deployment, kind: ResourceKind) -> Found {
    let mut found = Found::default();
    let listed = match deployment.rest_path(kind) {
        Ok((rest, path)) => rest.list(&["v1beta2", path], &format!("the list of {path}")).await,
        Err(error) => Err(error),
    };
    match listed {
        Ok(mut objects) => {
            // Names may repeat, and keys of secrets are numbered in an order that stays.
            let age = |object: &Value| (text_of(object, "created_at").to_owned(), text_of(object, "id").to_owned());
            objects.sort_by_cached_key(age);
            let mut seen: BTreeMap<String, usize> = BTreeMap::new();
            for object in objects {
                let nth = seen.entry(text_of(&object, "name").to_owned()).or_default();
                *nth += 1;
                add(kind, object, *nth, &mut found);
            }
        }
        Err(error) => found.not_listed(&format!("{}s", kind.label()), &error),
    }
    found
}

fn add(kind: ResourceKind, object: Value, nth_of_its_name: usize, found: &mut Found) {
    let name = ResourceName::global(kind, text_of(&object, "name"));
    let server_id = text_of(&object, "id").to_owned();
    let status = text_of(&object, "status").to_owned();
    let owner = object.get("created_by").map(|by| text_of(by, "name").to_owned()).filter(|owner| !owner.is_empty());
    let Value::Object(mut fields) = object else {
        let raw = Some(object.to_string());
        found.problem(kind.label(), text::NOT_AN_OBJECT.to_owned(), text::REMEDY_DEFINITION, raw);
        return;
    };
    fields.retain(|key, _| !SERVER_ASSIGNED.contains(&key.as_str()));
    let mut definition = Value::Object(fields);
    // Several may share a name, and each has secrets of its own.
    let prefix = match nth_of_its_name {
        1 => secrets::key_prefix(&name),
        n => format!("{}.{n}", secrets::key_prefix(&name)),
    };
    let (mut references, values) = match definition.get_mut("properties") {
        Some(properties) => secrets::cut_from_json(&format!("{prefix}.properties"), properties),
        None => Default::default(),
    };
    found.secrets.extend(values);
    add_hidden_properties(&prefix, &mut definition, &mut references);
    let type_name = text_of(&definition, "type").to_owned();
    if matches!(kind, ResourceKind::Source | ResourceKind::Sink) && assumed::may_hide_properties(&type_name) {
        found.left_out(format!("hidden properties of {name}"), text::HIDDEN_PROPERTIES);
    }
    if kind == ResourceKind::Sink {
        found.sink_ids.push(server_id.clone());
    }
    found.resources.push(Resource {
        name,
        definition: Definition::Json(definition),
        secrets: references,
        columns: vec![],
        mode: None,
        rows: Count::UNKNOWN,
        bytes: Count::UNKNOWN,
        owner,
        server_id: Some(server_id).filter(|id| !id.is_empty()),
        running: (!status.is_empty()).then(|| assumed::connector_is_running(&status)),
    });
}

/// Properties that the type cannot do without and that the API never shows: each must be supplied.
fn add_hidden_properties(prefix: &str, definition: &mut Value, references: &mut Vec<SecretReference>) {
    let type_name = text_of(definition, "type").to_owned();
    for key in assumed::hidden_required_properties(&type_name) {
        let Some(fields) = definition.as_object_mut() else { return };
        let properties = fields.entry("properties").or_insert_with(|| Value::Object(Default::default()));
        let Some(properties) = properties.as_object_mut() else { return };
        if !properties.contains_key(*key) {
            let reference = SecretReference { key: format!("{prefix}.properties.{key}"), readable_on_source: false };
            properties.insert((*key).to_owned(), Value::String(reference.placeholder()));
            references.push(reference);
        }
    }
}

/// Kinds of the app server that are not carried: alerts of releases before 2.9, pipelines and apps.
async fn others(deployment: &Deployment) -> Found {
    let mut found = Found::default();
    let Some(rest) = deployment.app_server_if_any() else { return found };
    for (path, word) in [("alerts", "alerts"), ("pipelines", "pipelines"), ("apps", "apps")] {
        match rest.list(&["v1beta2", path], &format!("the list of {path}")).await {
            Ok(objects) => {
                for object in objects {
                    let what = format!("{word}: {}", text_of(&object, "name"));
                    match path {
                        "alerts" => found.old_alert(what, alert_of(object)),
                        _ => found.left_out(what, text::not_carried(word)),
                    }
                }
            }
            Err(error) if error.means_not_there() => {}
            Err(error) => found.not_listed(word, &error),
        }
    }
    found
}

/// What a person needs of an alert to write it anew (rest.md 2.8). Of its properties only the message is kept: the
/// others say where it goes, and addresses of webhooks are secrets.
fn alert_of(object: Value) -> Value {
    let Value::Object(mut fields) = object else { return object };
    fields.retain(|key, _| ["name", "action", "properties", "trigger_sql"].contains(&key.as_str()));
    if let Some(properties) = fields.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|key, _| key == "trigger_template");
    }
    Value::Object(fields)
}

/// What people ran, newest first as the app server lists it (rest.md 2.15).
pub(super) async fn query_history(deployment: &Deployment, is_wanted: bool) -> Found {
    let mut found = Found::default();
    let Some(rest) = deployment.app_server_if_any().filter(|_| is_wanted) else { return found };
    match rest.list(&["v1beta2", "queries"], "the query history").await {
        Ok(queries) => {
            let statements = queries.iter().map(|query| text_of(query, "sql")).filter(|sql| !sql.is_empty());
            found.query_history = statements.map(|sql| secrets::cut_from_sql("query_history", sql).text).collect();
        }
        Err(error) => found.not_listed("query history", &error),
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_old_alert_no_address_is_kept() {
        let object = serde_json::json!({
            "id": "a1", "name": "hot", "action": "slack", "severity": 1, "trigger_sql": "SELECT machine FROM t",
            "properties": {"url": "https://hooks.example/secret", "trigger_template": "{{ .machine }} is hot"}});
        let expected = serde_json::json!({"name": "hot", "action": "slack", "trigger_sql": "SELECT machine FROM t",
            "properties": {"trigger_template": "{{ .machine }} is hot"}});
        assert_eq!(alert_of(object), expected);
    }

    #[test]
    fn what_the_server_assigns_goes_and_a_hidden_url_must_be_supplied() {
        let object = serde_json::json!({
            "id": "e73dbc58-e534-4dd6-a45e-b62c5fc51000", "name": "to slack", "type": "slack", "query": "select 1",
            "properties": {"template": "x"}, "status": "running", "created_by": {"id": "b", "name": "Bob"}});
        let mut found = Found::default();
        add(ResourceKind::Sink, object, 1, &mut found);
        let resource = &found.resources[0];
        let expected = serde_json::json!({"name": "to slack", "type": "slack", "query": "select 1", "properties": {
            "template": "x", "url": "${secret:sink.to slack.properties.url}"}});
        assert_eq!(resource.definition, Definition::Json(expected));
        assert_eq!((resource.owner.as_deref(), resource.running), (Some("Bob"), Some(true)));
        assert!(!resource.secrets[0].readable_on_source);
    }
}
