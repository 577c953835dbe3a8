//! `ferry sql order`: the ids in an order in which the statements can run.

use serde::Serialize;

use super::{input, line};
use crate::cli::SqlFileArgs;
use crate::exit::{Exit, Failure};

/// One line of the order.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    kind: &'a str,
    database: Option<&'a str>,
    name: Option<&'a str>,
}

pub(super) fn run(args: &SqlFileArgs) -> Result<Exit, Failure> {
    let script = input::read_script(&args.file, &args.database)?;
    super::report_problems(&args.file, &script);
    let order = match script.order() {
        Ok(order) => order,
        Err(cycle) => {
            line(&cycle)?;
            return Ok(Exit::Failed);
        }
    };
    for index in order {
        let head = script.items()[index].head();
        line(&Line {
            id: &script.items()[index].id,
            kind: &head.kind,
            database: head.database.as_deref(),
            name: head.name.as_deref(),
        })?;
    }
    Ok(if script.is_ok() { Exit::Done } else { Exit::Failed })
}
