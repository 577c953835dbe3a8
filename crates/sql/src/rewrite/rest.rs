//! Rules T15 and T18: what the REST API made and SQL makes now. The statements are a draft for a person: release 2.9 has
//! no mechanical translation of alerts (rest.md 2.8), and who received the messages is not known here.

use crate::edit::{self, Edit};
use crate::print::{quote_identifier, quote_string};
use ferry_model::messages::rewrite as text;

/// A sink or an alert of the REST API, as far as it is needed (rest.md 2.5, 2.8).
#[derive(Clone, Copy, Debug)]
pub struct RestObject<'a> {
    /// Its name.
    pub name: &'a str,
    /// The sink's type or the alert's action: `http`, `slack`.
    pub ty: &'a str,
    /// The sink's query or the alert's trigger.
    pub query: &'a str,
    /// Its properties: `url`, `template`, `payload_field`, ..
    pub properties: &'a [(String, String)],
}

/// Statements that do what the object did, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// In the order in which they must run.
    pub statements: Vec<String>,
    /// For a reviewer.
    pub explanation: String,
}

impl RestObject<'_> {
    fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Rule T18: an HTTP or Slack sink as an external stream and a materialized view. `None` for other types, and where the
/// template is more than names.
pub fn sink(object: &RestObject<'_>, database: &str) -> Option<Draft> {
    let is_slack = object.ty == "slack";
    if !is_slack && object.ty != "http" {
        return None;
    }
    let template = object.property(if is_slack { "template" } else { "payload_field" });
    let (column, format) = if is_slack { ("text", "JSONEachRow") } else { ("raw", "RawBLOB") };
    let message = message(template?, &|name: &str| quote_identifier(name))?;
    let out = qualified(database, &format!("{}_out", object.name));
    let mut settings = vec!["type = 'http'".to_owned(), format!("data_format = '{format}'")];
    settings.push(format!("url = {}", quote_string(object.property("url").unwrap_or(crate::secrets::MASKED))));
    if let Some(method) = object.property("http_method") {
        settings.push(format!("write_method = {}", quote_string(method)));
    }
    if let Some(content) = object.property("content_type") {
        settings.push(format!("`http_header_Content-Type` = {}", quote_string(content)));
    }
    let stream = format!("CREATE EXTERNAL STREAM {out} ({column} string) SETTINGS {}", settings.join(", "));
    let view = format!(
        "CREATE MATERIALIZED VIEW {} INTO {out} AS SELECT {message} AS {column} FROM ({})",
        qualified(database, object.name),
        object.query.trim().trim_end_matches(';')
    );
    checked(vec![stream, view], text::sink_as_statements(object.name))
}

/// Rule T15: an alert of the REST API as a Python function and CREATE ALERT.
pub fn alert(object: &RestObject<'_>, database: &str) -> Option<Draft> {
    let template = object.property("trigger_template")?;
    let function = format!("{}_notify", plain_name(object.name));
    let url = object.property("url").unwrap_or(crate::secrets::MASKED);
    let code = format!(
        "import json, urllib.request\n\ndef {function}(message):\n    for one in message:\n        body = \
         json.dumps({{\"text\": one}}).encode()\n        request = urllib.request.Request({}, data=body, \
         headers={{\"Content-Type\": \"application/json\"}})\n        urllib.request.urlopen(request, timeout=10)\n    \
         return [True] * len(message)\n",
        python_string(url)
    );
    let create = format!(
        "CREATE FUNCTION {}(message string) RETURNS bool LANGUAGE PYTHON AS $$\n{code}$$",
        quote_identifier(&function)
    );
    let alert = format!(
        "CREATE ALERT {} BATCH 1 EVENTS WITH TIMEOUT 5s LIMIT 1 ALERTS PER 1m CALL {} AS {}",
        qualified(database, object.name),
        quote_identifier(&function),
        selecting(object.query, template)?
    );
    checked(vec![create, alert], text::alert_as_statements(object.name))
}

fn qualified(database: &str, name: &str) -> String {
    format!("{}.{}", quote_identifier(database), quote_identifier(name))
}

/// A name that Python takes too.
fn plain_name(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if plain.starts_with(|c: char| c.is_ascii_digit()) { format!("_{plain}") } else { plain }
}

fn python_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// The trigger with the message in the place of what it selected: an alert reads one stream, and no subquery.
fn selecting(query: &str, template: &str) -> Option<String> {
    let query = query.trim().trim_end_matches(';');
    let parsed = crate::parse_query(query).ok()?;
    let items = &parsed.as_select()?.items;
    let place = items.first()?.span.to(items.last()?.span);
    let meant = |name: &str| {
        let item = items.iter().find(|item| item.alias.as_ref().is_some_and(|alias| alias.value == name));
        item.map_or_else(|| quote_identifier(name), |item| item.expr.span.text(query).to_owned())
    };
    let message = message(template, &meant)?;
    edit::apply(query, vec![Edit::new(place, format!("{message} AS message"))]).ok()
}

/// `City of {{ .city }}` as an expression; `None` where the braces hold more than a name.
fn message(template: &str, meant: &dyn Fn(&str) -> String) -> Option<String> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some(open) = rest.find("{{") {
        let close = open + rest[open..].find("}}")?;
        let name = rest[open + 2..close].trim().strip_prefix('.')?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name {
            return None;
        }
        if open > 0 {
            parts.push(quote_string(&rest[..open]));
        }
        parts.push(format!("to_string({})", meant(name)));
        rest = &rest[close + 2..];
    }
    if !rest.is_empty() {
        parts.push(quote_string(rest));
    }
    match parts.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some(format!("concat({})", parts.join(", "))),
    }
}

/// Statements that nobody could run are no draft.
fn checked(statements: Vec<String>, explanation: String) -> Option<Draft> {
    let all_read = statements.iter().all(|sql| crate::parse_one(sql).is_ok());
    all_read.then_some(Draft { statements, explanation })
}
