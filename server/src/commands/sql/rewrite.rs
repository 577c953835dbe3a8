//! `ferry sql rewrite`: definitions for another release.

use ferry_model::messages::sql as text;
use ferry_sql::rewrite::{Applied, Attention, Migration, rewrite};
use serde::Serialize;

use super::{input, line, report_problems};
use crate::cli::SqlRewriteArgs;
use crate::exit::{Exit, Failure};

/// One statement.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    kind: &'a str,
    database: Option<&'a str>,
    name: Option<&'a str>,
    changed: bool,
    sql: &'a str,
    rules: &'a [Applied],
}

pub(super) fn run(args: &SqlRewriteArgs) -> Result<Exit, Failure> {
    let script = input::read_script(&args.input.file, &args.input.database)?;
    report_problems(&args.input.file, &script);
    let path = args.input.file.display().to_string();
    let mut migration = Migration::new(args.from, args.to);
    migration.target_nodes = args.nodes;
    migration.renames.clone_from(&args.rename_databases);
    for item in script.items().iter().filter(|item| item.errors.is_empty()) {
        let Some(statement) = &item.statement else { continue };
        migration.default_database.clone_from(&item.database);
        let Ok(result) = rewrite(statement.span.text(script.text(item)), &migration) else { continue };
        for applied in result.applied.iter().filter(|applied| applied.attention != Attention::None) {
            crate::say::err(text::advice(&path, &item.id, &applied.rule, &applied.explanation));
        }
        if result.is_changed() || args.all {
            let head = item.head();
            line(&Line {
                id: &item.id,
                kind: &head.kind,
                database: head.database.as_deref(),
                name: head.name.as_deref(),
                changed: result.is_changed(),
                sql: &result.sql,
                rules: &result.applied,
            })?;
        }
    }
    Ok(if script.is_ok() { Exit::Done } else { Exit::Failed })
}
