//! The app server's objects.

use std::sync::Arc;

use serde_json::Value;

use super::Deployment;
use crate::catalog::entry::now_ms;
use crate::catalog::{RestKind, RestObject};
use crate::fault::Fault;
use crate::rest::objects::rules::Rules;

impl Deployment {
    /// Creates an object with an id of its own; sources and sinks start at once (rest.md 2.4).
    pub fn create_rest_object(self: &Arc<Self>, kind: RestKind, body: Value, owner: &str) -> Result<RestObject, Fault> {
        let rules = Rules::of(kind);
        let body = Value::Object(rules.readable_fields(body)?);
        rules.check(&body)?;
        if kind == RestKind::Source {
            // Sources have no `db` parameter: the stream is one of the default database (rest.md 1.3).
            let stream = body["stream"].as_str().unwrap_or_default();
            if self.catalog().relation("default", stream).is_none() {
                return Err(Fault::unknown_stream("default", stream));
            }
        }
        let now = now_ms();
        let object = {
            let mut catalog = self.catalog_mut();
            let object = RestObject {
                kind,
                id: uuid::Uuid::new_v4().to_string(),
                sequence: catalog.next_rest_sequence(),
                body,
                running: rules.runs,
                started_s: now / 1000,
                created_ms: now,
                updated_ms: now,
                owner: owner.to_owned(),
                updated_by: owner.to_owned(),
            };
            catalog.put_rest(object.clone())?;
            object
        };
        if kind == RestKind::Source {
            crate::random::run_source(self, &object.id);
        }
        Ok(object)
    }
}
