//! Migrations and their plans.

mod archive;
mod create;
mod get;
mod make_plan;
mod rename;
mod try_sandboxes;

pub use create::CreateMigration;
pub use get::GetMigration;
pub use make_plan::MakePlan;
