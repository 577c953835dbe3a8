//! The pages. Each holds the happy path only; loading and failing are the wrapper's.

mod clean;
mod connect;
#[cfg(debug_assertions)]
mod design;
mod inventory;
mod migration;
mod migrations;
mod new_migration;
mod not_found;
mod plan;
mod result;
mod run_room;
mod runs;
mod sign_in;
mod welcome;

pub use clean::CleanPage;
pub use connect::ConnectPage;
#[cfg(debug_assertions)]
pub use design::DesignPage;
pub use inventory::InventoryPage;
pub use migration::MigrationPage;
pub use migrations::MigrationsPage;
pub use new_migration::NewMigrationPage;
#[cfg(not(debug_assertions))]
pub use not_found::NotFound;
pub use not_found::NotFoundPage;
pub use plan::PlanPage;
pub use result::ResultPage;
pub use run_room::RunRoomPage;
pub use runs::RunsPage;
pub use sign_in::SignInPage;
pub use welcome::WelcomePage;
