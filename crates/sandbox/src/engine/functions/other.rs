//! What fits nowhere else.

use datafusion::logical_expr::Volatility;
use ferry_native::DataType;

use super::{Function, scalar};
use crate::engine::cell::Cell;
use crate::engine::typed::{Nulls, RowFunction, Typed};

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!("version", "version() -> string", "The release that the sandbox presents.", None, |a| {
        a.expect(0, 0)?;
        Typed::constant(Cell::string(a.version.clone()), DataType::String)
    }),
    scalar!(
        "current_database" | "database",
        "current_database() -> string",
        "The database that bare names mean.",
        None,
        |a| {
            a.expect(0, 0)?;
            Typed::constant(Cell::string(a.database.clone()), DataType::String)
        }
    ),
    scalar!("current_user" | "user", "current_user() -> string", "Who asks.", None, |a| {
        a.expect(0, 0)?;
        Typed::constant(Cell::string(a.user.clone()), DataType::String)
    }),
    scalar!("host_name" | "hostname", "host_name() -> string", "The name of the host.", None, |a| {
        a.expect(0, 0)?;
        Typed::constant(Cell::string("sandbox"), DataType::String)
    }),
    scalar!("timezone" | "server_timezone", "timezone() -> string", "The time zone of times without one.", None, |a| {
        a.expect(0, 0)?;
        Typed::constant(Cell::string("UTC"), DataType::String)
    }),
    scalar!("identity", "identity(any) -> same", "Its argument.", Some(("identity(5)", "5")), |mut a| {
        a.expect(1, 1)?;
        Ok(a.args.remove(0))
    }),
    scalar!(
        "materialize",
        "materialize(any) -> same",
        "Its argument, no longer a constant.",
        Some(("materialize(5)", "5")),
        |a| {
            a.expect(1, 1)?;
            let returns = a.args[0].data_type.clone();
            RowFunction {
                name: "materialize",
                parameters: String::new(),
                returns,
                nulls: Nulls::Seen,
                volatility: Volatility::Volatile,
            }
            .over(a.args, |cells| Ok(cells[0].clone()))
        }
    ),
    scalar!(
        "ignore",
        "ignore(any, ..) -> uint8",
        "Zero, whatever the arguments.",
        Some(("ignore(1, 'a')", "0")),
        |a| { a.rows_with(DataType::UInt8, Nulls::Seen, |_| Ok(Cell::Int(0))) }
    ),
];
