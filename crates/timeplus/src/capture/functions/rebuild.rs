//! CREATE FUNCTION from the JSON that releases give which have no SHOW CREATE FUNCTION (resources.md 3.8 T5).

use serde_json::Value;

use crate::manage::text_of;
use crate::{Error, identifier, string_literal};

/// A statement from the JSON of `GET /udfs` (rest.md 2.9) or `/v1/udfs` (protocol.md D).
pub(super) fn from_json(json: &Value) -> Result<String, Error> {
    let name = text_of(json, "name");
    let unexpected = |why: String| Error::Unexpected { what: format!("function {name}"), why };
    let returns = text_of(json, "return_type");
    if returns.is_empty() {
        return Err(unexpected("it has no `return_type`".to_owned()));
    }
    let arguments = arguments_of(json);
    match text_of(json, "type") {
        "javascript" => Ok(with_body(json, name, &arguments, returns, "JAVASCRIPT")),
        "python" => Ok(with_body(json, name, &arguments, returns, "PYTHON")),
        "remote" => Ok(remote(json, name, &arguments, returns)),
        other => Err(unexpected(format!("its type `{other}` is not known"))),
    }
}

fn arguments_of(json: &Value) -> String {
    let listed = json.get("arguments").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let one = |argument: &Value| {
        let name = text_of(argument, "name");
        let name = if name.is_empty() { String::new() } else { format!("{} ", identifier(name)) };
        format!("{name}{}", text_of(argument, "type"))
    };
    listed.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn with_body(json: &Value, name: &str, arguments: &str, returns: &str, language: &str) -> String {
    let aggregate = json.get("is_aggregation").and_then(Value::as_bool).unwrap_or(false);
    let kind = if aggregate { "AGGREGATE FUNCTION" } else { "FUNCTION" };
    let source = text_of(json, "source");
    let quote = if source.contains("$$") { "$function$" } else { "$$" };
    let name = identifier(name);
    format!("CREATE {kind} {name}({arguments}) RETURNS {returns} LANGUAGE {language} AS {quote}\n{source}\n{quote}")
}

fn remote(json: &Value, name: &str, arguments: &str, returns: &str) -> String {
    let mut statement = format!(
        "CREATE REMOTE FUNCTION {}({arguments}) RETURNS {returns} URL {}",
        identifier(name),
        string_literal(text_of(json, "url"))
    );
    let method = text_of(json, "auth_method");
    if method == "auth_header" {
        // The request's and the answer's field names differ (rest.md 2.9).
        let context = json.get("auth_context").cloned().unwrap_or_default();
        let either = |a: &str, b: &str| {
            let first = text_of(&context, a).to_owned();
            if first.is_empty() { text_of(&context, b).to_owned() } else { first }
        };
        let (header, value) = (either("auth_header", "key_name"), either("auth_value", "key_value"));
        // A value that is not shown must be supplied.
        let value = if value.is_empty() { ferry_sql::secrets::MASKED.to_owned() } else { value };
        statement.push_str(&format!(
            " AUTH_METHOD 'auth_header' AUTH_HEADER {} AUTH_KEY {}",
            string_literal(&header),
            string_literal(&value)
        ));
    }
    statement
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_rebuilt_from_what_http_gives() {
        let js = serde_json::json!({
            "name": "add_five", "type": "javascript", "return_type": "float32", "is_aggregation": true,
            "arguments": [{"name": "value", "type": "float32"}], "source": "{ process(v) {} }",
        });
        assert_eq!(
            from_json(&js).expect("rebuilt"),
            "CREATE AGGREGATE FUNCTION `add_five`(`value` float32) RETURNS float32 LANGUAGE JAVASCRIPT AS $$\n\
             { process(v) {} }\n$$"
        );
        let remote = serde_json::json!({
            "name": "sum_2", "type": "remote", "return_type": "float64", "url": "http://x/t",
            "arguments": [{"name": "val", "type": "float64"}], "auth_method": "auth_header",
            "auth_context": {"auth_header": "Authorization", "auth_value": ""},
        });
        let statement = from_json(&remote).expect("rebuilt");
        assert!(statement.ends_with("AUTH_HEADER 'Authorization' AUTH_KEY '[HIDDEN]'"), "{statement}");
    }
}
