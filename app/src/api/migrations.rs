//! Migrations and their plans.

mod create;
mod get;
mod list;
mod make_plan;
mod plan;

pub use create::CreateMigration;
pub use get::get_migration;
pub use list::list_migrations;
pub use make_plan::MakePlan;
pub use plan::get_plan;
