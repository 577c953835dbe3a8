//! From a query's tree to rows.
//!
//! A query is resolved and typed against the function table and the catalogue ([`plan`]), and
//! only then becomes a DataFusion plan, so that names and types are Timeplus's.

mod catalog;
pub mod cell;
mod conform;
mod error;
mod execute;
mod expression;
pub mod functions;
pub mod insert;
mod plan;
mod source;
mod typed;
pub mod types;

pub use catalog::{
    Catalog, ColumnDef, ColumnDefault, DefaultKind, QueryContext, QueryMode, Relation, RemoteRelation, SqlFunction,
};
pub use error::{ErrorCode, SqlError};
pub use execute::{QueryProgress, QueryResult, columns_of, execute};
pub use expression::{RowCondition, StreamExpression, predicate};
pub use plan::{column_name, is_stateless};
pub use typed::Typed;
