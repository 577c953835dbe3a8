//! `ferry sql check`: what each statement is and what is wrong with it.

use super::{input, line};
use crate::cli::SqlFileArgs;
use crate::exit::{Exit, Failure};

pub(super) fn run(args: &SqlFileArgs) -> Result<Exit, Failure> {
    let script = input::read_script(&args.file, &args.database)?;
    for report in script.reports() {
        line(&report)?;
    }
    Ok(if script.is_ok() { Exit::Done } else { Exit::Failed })
}
