//! CREATE FUNCTION in every language.

use ferry_sql::{CreateFunction, ExprKind, FunctionBody};
use serde_json::{Value, json};

use super::written::Written;
use crate::catalog::{Entry, EntryKind};
use crate::fault::{Fault, FaultCode};
use ferry_sql::print::{quote_identifier, quote_string};

/// The definition that a CREATE FUNCTION asks for. Functions are global (resources.md 2.6). Only SQL functions run
/// here; those in other languages are kept, and a query that calls one is refused by name.
pub fn define(create: &CreateFunction, written: &Written<'_>, owner: &str) -> Result<Entry, Fault> {
    let name = &create.name.value;
    let mut entry = Entry::named(EntryKind::Function, "", name, owner);
    entry.comment = create.comment.as_ref().map(|comment| comment.value.clone()).unwrap_or_default();
    let quoted = quote_identifier(name);
    match &create.body {
        FunctionBody::Sql(body) => {
            let ExprKind::Lambda { .. } = &body.kind else {
                return Err(Fault::new(
                    FaultCode::SyntaxError,
                    format!("Function {name} must be written as arguments -> expression"),
                ));
            };
            let text = written.piece(body.span);
            entry.statement = format!("CREATE FUNCTION {quoted} AS {text}");
            entry.details = json!({"language": "sql", "body": text});
        }
        FunctionBody::Code(code) => {
            let language = language(create)?;
            let head = if create.aggregate { "CREATE AGGREGATE FUNCTION" } else { "CREATE FUNCTION" };
            // Up to 2.x the formatter leaves LANGUAGE JAVASCRIPT out, so that its own output does not parse
            // (resources.md 3.8 T5); Python is printed.
            let printed = if language == "python" { " LANGUAGE PYTHON" } else { "" };
            let arguments = arguments_text(create, written);
            let returns = returns(create, written)?;
            let code = &code.value;
            let body = code.trim_matches('\n');
            entry.statement = format!("{head} {quoted}({arguments}) RETURNS {returns}{printed} AS $$\n{body}\n$$");
            entry.details = json!({
                "language": language,
                "arguments": arguments_json(create, written),
                "return_type": returns,
                "is_aggregation": create.aggregate,
                "source": code,
            });
        }
        FunctionBody::Remote { url, auth_method, auth_header, auth_key } => {
            let arguments = arguments_text(create, written);
            let returns = returns(create, written)?;
            let mut text = format!(
                "CREATE REMOTE FUNCTION {quoted}({arguments}) RETURNS {returns}\nURL {}",
                quote_string(&url.value)
            );
            let parts = [("AUTH_METHOD", auth_method), ("AUTH_HEADER", auth_header), ("AUTH_KEY", auth_key)];
            for (words, value) in parts {
                if let Some(value) = value {
                    text.push_str(&format!("\n{words} {}", quote_string(&value.value)));
                }
            }
            if let Some(timeout) = &create.execution_timeout {
                text.push_str(&format!("\nEXECUTION_TIMEOUT {timeout}"));
            }
            let part = |value: &Option<ferry_sql::Text>| value.as_ref().map(|text| text.value.clone());
            entry.statement = text;
            entry.details = json!({
                "language": "remote",
                "arguments": arguments_json(create, written),
                "return_type": returns,
                "is_aggregation": create.aggregate,
                "url": url.value,
                "auth_method": part(auth_method).unwrap_or_else(|| "none".to_owned()),
                "auth_header": part(auth_header),
                "auth_key": part(auth_key),
            });
        }
        FunctionBody::Missing => {
            return Err(Fault::new(FaultCode::SyntaxError, format!("Function {name} has no body")));
        }
    }
    Ok(entry)
}

/// The `LANGUAGE` of a function with code. A server refuses code without one (resources.md 3.8 T5).
fn language(create: &CreateFunction) -> Result<&'static str, Fault> {
    let written = create.language.as_ref().map(|language| language.value.to_ascii_lowercase());
    match written.as_deref() {
        Some("javascript") => Ok("javascript"),
        Some("python") => Ok("python"),
        Some(other) => Err(Fault::bad(format!("Unknown function language {other}"))),
        None => Err(Fault::new(
            FaultCode::SyntaxError,
            format!("Expected LANGUAGE before the body of function {}", create.name.value),
        )),
    }
}

fn returns(create: &CreateFunction, written: &Written<'_>) -> Result<String, Fault> {
    let returns = create.returns.as_ref().map(|returns| written.piece(returns.span));
    returns.ok_or_else(|| {
        Fault::new(FaultCode::SyntaxError, format!("Expected RETURNS in function {}", create.name.value))
    })
}

fn arguments_text(create: &CreateFunction, written: &Written<'_>) -> String {
    let arguments = create
        .args
        .iter()
        .map(|argument| format!("{} {}", quote_identifier(&argument.name.value), written.piece(argument.ty.span)));
    arguments.collect::<Vec<_>>().join(", ")
}

fn arguments_json(create: &CreateFunction, written: &Written<'_>) -> Value {
    let arguments = create
        .args
        .iter()
        .map(|argument| json!({"name": argument.name.value, "type": written.piece(argument.ty.span)}));
    Value::Array(arguments.collect())
}
