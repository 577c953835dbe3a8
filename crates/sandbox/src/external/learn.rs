//! What CREATE asks of the other deployment: columns and shards (protocol.md E).

use std::str::FromStr;

use ferry_native::{Connection, DataType, Query, TableName};
use ferry_sql::StatementKind;
use serde_json::json;

use super::{RemoteStream, remote_fault, settings_of};
use crate::catalog::{Column, Entry};
use crate::fault::{Fault, FaultCode};
use crate::rest::json::rows_of_block;
use ferry_sql::print::quote_identifier;

/// A materialized view may write into another one; longer chains are a mistake.
const MAX_DEPTH: usize = 8;

/// Fills the columns and the number of shards of a new external stream of type timeplus. When either conversation
/// fails, so does the CREATE; what is learned is never learned again (protocol.md E).
pub async fn learn(entry: &mut Entry) -> Result<(), Fault> {
    let remote = RemoteStream::from_settings(&settings_of(entry))?;
    let address = remote.hosts.first().cloned().unwrap_or_default();
    let failed = |error| remote_fault(&address, error);
    let mut connection = Connection::connect(remote.connect_options(&address)).await.map_err(failed)?;

    let table = TableName { database: remote.database.clone(), name: remote.stream.clone() };
    let statuses = connection.tables_status(vec![table]).await.map_err(failed)?;
    if statuses.is_empty() {
        return Err(no_stream(&address, &remote));
    }
    let name = format!("{}.{}", quote_identifier(&remote.database), quote_identifier(&remote.stream));
    let described = texts(&mut connection, &format!("DESC STREAM {name}")).await.map_err(failed)?;
    let columns = columns(&described)?;
    entry.columns = columns;

    let mut asked = name;
    for _ in 0..MAX_DEPTH {
        let shown = texts(&mut connection, &format!("SHOW CREATE {asked}")).await.map_err(failed)?;
        let statement = shown.rows.first().and_then(|row| row.first()).cloned().unwrap_or_default();
        match shards(&statement)? {
            Shards::Are(shards) => {
                entry.details["remote_shards"] = json!(shards);
                return Ok(());
            }
            Shards::OfTarget(target) => asked = target,
        }
    }
    Err(Fault::bad(format!("The materialized views behind {asked} write into each other")))
}

enum Shards {
    Are(u64),
    OfTarget(String),
}

/// Shards are the first argument of `ENGINE = Stream(N, ...)`; of a materialized view with INTO those of its target;
/// otherwise 1.
fn shards(statement: &str) -> Result<Shards, Fault> {
    let statement = ferry_sql::parse_one(statement).map_err(|error| {
        Fault::new(FaultCode::SyntaxError, format!("The remote definition is not readable: {error}"))
    })?;
    Ok(match statement.kind {
        StatementKind::CreateStream(create) => Shards::Are(create.shards().unwrap_or(1).max(1)),
        StatementKind::CreateMaterializedView(view) => match view.into {
            Some(target) => {
                let database = target.database.as_ref().or(view.name.database.as_ref());
                let database = database.map_or("default", |database| database.value.as_str());
                Shards::OfTarget(format!("{}.{}", quote_identifier(database), quote_identifier(&target.name.value)))
            }
            None => Shards::Are(1),
        },
        _ => Shards::Are(1),
    })
}

struct Texts {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// All rows of a small query, as texts.
async fn texts(connection: &mut Connection, sql: &str) -> Result<Texts, ferry_native::Error> {
    let mut stream = connection.query(Query::new(sql).setting("query_mode", "table")).await?;
    let mut texts = Texts { names: Vec::new(), rows: Vec::new() };
    while let Some(block) = stream.next_block().await? {
        texts.names = block.columns.iter().map(|column| column.name.clone()).collect();
        for row in rows_of_block(&block)? {
            let cells = row.into_iter().map(|cell| match cell {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            });
            texts.rows.push(cells.collect());
        }
    }
    Ok(texts)
}

fn columns(described: &Texts) -> Result<Vec<Column>, Fault> {
    let position = |name: &str| {
        let found = described.names.iter().position(|column| column == name);
        found.ok_or_else(|| Fault::bad(format!("DESC of the remote stream has no column {name}")))
    };
    if described.rows.is_empty() {
        return Err(Fault::bad("The remote stream has no columns"));
    }
    let (name, type_name, default_type) = (position("name")?, position("type")?, position("default_type")?);
    let mut columns = Vec::new();
    for row in &described.rows {
        let data_type = DataType::from_str(&row[type_name])
            .map_err(|error| Fault::new(FaultCode::UnknownType, format!("Column {}: {error}", row[name])))?;
        // What is computed or never stored cannot be read through (protocol.md E).
        if !["ALIAS", "EPHEMERAL"].contains(&row[default_type].as_str()) {
            columns.push(Column::new(&row[name], data_type.to_string()));
        }
    }
    Ok(columns)
}

fn no_stream(address: &str, remote: &RemoteStream) -> Fault {
    let RemoteStream { database, stream, .. } = remote;
    Fault::new(FaultCode::UnknownStream, format!("There is no stream {database}.{stream} on {address}"))
}
