//! Definitions in the words of the target's release: the rules T1 to T22 (resources.md 3.8), which `ferry_sql` applies.

use ferry_model::messages::plan as text;
use ferry_model::{Definition, DeploymentInfo, Product, ResourceKind, SecretReference, Version};
use ferry_sql::edit::{Edit, apply};
use ferry_sql::rewrite::rest::{self, RestObject};
use ferry_sql::rewrite::{Applied, Attention, Migration, RULES, Release, rewrite, rewrite_query_text};
use serde_json::Value;

use super::findings::finding;
use super::{Captured, PlanInput};
use crate::facts::{DEFAULT_DATABASE, each_query};
use crate::{Finding, Severity};

/// A definition for the target, and what was changed.
pub(crate) struct ForTarget {
    pub definition: Definition,
    /// Secrets that nobody has yet: a person must supply them.
    pub secrets: Vec<SecretReference>,
    pub findings: Vec<Finding>,
}

/// The definition of a captured resource as the target takes it. Without a target, or where it cannot be read, it stays.
pub(crate) fn for_target(captured: &Captured<'_>, input: &PlanInput<'_>) -> ForTarget {
    let resource = captured.resource;
    let mut result = ForTarget { definition: resource.definition.clone(), secrets: vec![], findings: vec![] };
    let Some(target) = input.target.filter(|_| captured.facts.error.is_none()) else { return result };
    let mut migration = Migration::new(release(&input.source.deployment), release(&target.deployment));
    migration.is_printed = true;
    migration.default_database = resource.name.database.clone().unwrap_or_else(|| DEFAULT_DATABASE.to_owned());
    let applied = match &mut result.definition {
        Definition::Sql(sql) => match rewrite(sql, &migration) {
            Ok(rewritten) => {
                *sql = rewritten.sql;
                rewritten.applied
            }
            Err(_) => return result,
        },
        Definition::Json(value) => in_json(resource.name.kind, value, &migration),
    };
    if let Definition::Sql(sql) = &mut result.definition {
        let prefix = format!("{}.{}", resource.name.kind.as_str(), resource.name.path()).replace('}', "_");
        result.secrets = take_masked(sql, &prefix);
    }
    result.findings = applied.iter().map(explained).collect();
    result
}

fn release(deployment: &DeploymentInfo) -> Release {
    Release { product: deployment.product, version: deployment.version }
}

/// What a reviewer reads about one rule.
fn explained(applied: &Applied) -> Finding {
    let severity = match applied.attention {
        Attention::None => Severity::Note,
        Attention::Review | Attention::NeedsValue => Severity::Caution,
        Attention::Blocks => Severity::Blocks,
    };
    let rule = format!("rewrite-{}", applied.rule.to_ascii_lowercase());
    finding(&rule, severity, text::rewritten(&applied.explanation, applied.changed))
}

/// Values that a rule asks for become placeholders, as captured ones are.
fn take_masked(sql: &mut String, prefix: &str) -> Vec<SecretReference> {
    let Ok(statement) = ferry_sql::parse_one(sql) else { return vec![] };
    let masked = ferry_sql::secrets(&statement, sql).into_iter().filter(|secret| secret.masked);
    let (mut references, mut edits): (Vec<SecretReference>, Vec<Edit>) = (vec![], vec![]);
    for secret in masked {
        let reference = SecretReference { key: format!("{prefix}.{}", secret.key), readable_on_source: false };
        edits.push(Edit::new(secret.span, format!("'{}'", reference.placeholder())));
        references.push(reference);
    }
    match apply(sql, edits) {
        Ok(text) => {
            *sql = text;
            references
        }
        Err(_) => vec![],
    }
}

/// Rule T15: what may replace alerts of the app server, where the target has alerts in SQL.
pub(crate) fn of_alerts(alerts: &[Value], input: &PlanInput<'_>) -> Vec<Finding> {
    let Some(target) = input.target.filter(|target| has_sql_alerts(release(&target.deployment))) else { return vec![] };
    let Some(rule) = RULES.iter().find(|rule| rule.id == "T15") else { return vec![] };
    let one = |alert: &Value| {
        let of = |key: &str| alert.get(key).and_then(Value::as_str).unwrap_or_default();
        let properties = properties_of(alert);
        let object =
            RestObject { name: of("name"), ty: of("action"), query: of("trigger_sql"), properties: &properties };
        let explanation = match rest::alert(&object, DEFAULT_DATABASE) {
            Some(draft) => ferry_model::messages::rewrite::draft(&draft.explanation, &draft.statements),
            None => ferry_model::messages::rewrite::alert_by_hand(of("name"), &target.deployment.version.to_string()),
        };
        explained(&Applied {
            rule: rule.id.to_owned(),
            name: rule.name.to_owned(),
            explanation,
            attention: Attention::Review,
            changed: false,
        })
    };
    alerts.iter().map(one).collect()
}

fn has_sql_alerts(release: Release) -> bool {
    match release.product {
        Product::Enterprise => release.version >= Version::new(2, 9, 0),
        Product::Proton => release.version >= Version::new(3, 0, 0),
    }
}

fn properties_of(value: &Value) -> Vec<(String, String)> {
    let fields = value.get("properties").and_then(Value::as_object).into_iter().flatten();
    fields.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// Rule T18: release 2.9 has another way to send messages to HTTP and Slack.
fn replaced_sink(value: &Value, migration: &Migration) -> Option<Applied> {
    let of = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let is_new = |release: Release| release.product == Product::Enterprise && has_sql_alerts(release);
    if is_new(migration.from) || !is_new(migration.to) {
        return None;
    }
    let properties = properties_of(value);
    let sink = RestObject { name: of("name"), ty: of("type"), query: of("query"), properties: &properties };
    let draft = rest::sink(&sink, &migration.default_database)?;
    let rule = RULES.iter().find(|rule| rule.id == "T18")?;
    Some(Applied {
        rule: rule.id.to_owned(),
        name: rule.name.to_owned(),
        explanation: ferry_model::messages::rewrite::draft(&draft.explanation, &draft.statements),
        attention: Attention::Review,
        changed: false,
    })
}

/// The queries of sinks, saved queries and dashboards.
fn in_json(kind: ResourceKind, value: &mut Value, migration: &Migration) -> Vec<Applied> {
    let mut applied = Vec::new();
    each_query(kind, value, &mut |sql| {
        let rewritten = rewrite_query_text(sql, migration);
        if rewritten.is_changed() {
            *sql = rewritten.sql;
            applied.extend(rewritten.applied.into_iter().filter(|applied| applied.changed));
        }
    });
    if kind == ResourceKind::Sink {
        applied.extend(replaced_sink(value, migration));
    }
    applied
}
