//! What went wrong, why, and what to do.

use crate::{FerryError, Permission};

/// The sentence for an error.
pub fn error_text(error: &FerryError) -> String {
    match error {
        FerryError::NotSignedIn => "You are not signed in, or your session has ended. Sign in again.".into(),
        FerryError::SignInRefused => {
            "Name or password is wrong, or the link was used before. Check both, or ask an administrator.".into()
        }
        FerryError::Forbidden { permission } => {
            format!("You may not {}. An administrator can give you a role that may.", permission_text(*permission))
        }
        FerryError::NotFound { what, id } => format!("There is no {what} `{id}`."),
        FerryError::Invalid { what, problems } => {
            let listed: Vec<String> = problems.iter().map(ToString::to_string).collect();
            format!("{what} cannot be used. {}", listed.join(" "))
        }
        FerryError::Conflict { why, remedy } => format!("{why} {remedy}"),
        FerryError::Deployment { what, why, remedy } => format!("{what}: {why} {remedy}"),
        FerryError::Transport { why } => {
            format!("The console could not be reached: {why}. Nothing you typed is lost; try again.")
        }
        FerryError::Internal { what, reference } => {
            format!("{what} failed because of a fault in Ferry. The log says more under `{reference}`.")
        }
    }
}

fn permission_text(permission: Permission) -> &'static str {
    match permission {
        Permission::ViewMigrations => "see migrations",
        Permission::EditMigrations => "change migrations",
        Permission::EditPlans => "change plans",
        Permission::OperateRuns => "start or control runs",
        Permission::Clean => "remove what runs made",
        Permission::ManageUsers => "manage people",
    }
}
