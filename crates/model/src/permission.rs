//! Who asks, and what they may do. Every function of the console takes a [`Caller`] and names a [`Permission`].

use serde::{Deserialize, Serialize};

use crate::{FerryError, UserId};

/// One thing that a person may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See migrations, plans, runs and their events.
    ViewMigrations,
    /// Create a migration and change its settings.
    EditMigrations,
    /// Make and change plans.
    EditPlans,
    /// Start, pause, resume, retry and cancel a run.
    OperateRuns,
    /// Remove from a target what runs made.
    Clean,
    /// Create users and change their roles.
    ManageUsers,
}

/// A named set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything.
    Administrator,
    /// May plan, run and clean, but not manage people.
    Operator,
    /// May look.
    Viewer,
}

impl Role {
    /// Every role, the mightiest first.
    pub const ALL: [Self; 3] = [Self::Administrator, Self::Operator, Self::Viewer];

    /// Whether the role includes a permission.
    pub fn allows(self, permission: Permission) -> bool {
        match self {
            Self::Administrator => true,
            Self::Operator => permission != Permission::ManageUsers,
            Self::Viewer => permission == Permission::ViewMigrations,
        }
    }

    /// The role as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Operator => "operator",
            Self::Viewer => "viewer",
        }
    }

    /// Reads a stored role.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// The person or process on whose behalf something is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Who it is.
    pub user: UserId,
    /// The name people know them by, written into events.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

impl Caller {
    /// The operator of this machine's command line: may do everything, is named in events by `name`.
    pub fn command_line(name: impl Into<String>) -> Self {
        Self { user: UserId::new("command-line"), name: name.into(), role: Role::Administrator }
    }

    /// Succeeds only where the caller has the permission.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] that names the permission.
    pub fn require(&self, permission: Permission) -> Result<(), FerryError> {
        if self.role.allows(permission) { Ok(()) } else { Err(FerryError::Forbidden { permission }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewer_may_look_and_nothing_else() {
        let caller = Caller { user: UserId::new("u"), name: "Vera".into(), role: Role::Viewer };
        assert_eq!(caller.require(Permission::ViewMigrations), Ok(()));
        let refused = caller.require(Permission::Clean);
        assert_eq!(refused, Err(FerryError::Forbidden { permission: Permission::Clean }));
    }
}
