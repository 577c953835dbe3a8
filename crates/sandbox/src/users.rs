//! Who may sign in.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use ferry_model::Secret;

use crate::fault::{Fault, FaultCode};

/// What a console user may do (rest.md 2.14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Admin,
    /// Reading only.
    ReadOnly,
}

impl Role {
    /// The role as REST spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::ReadOnly => "read_only",
        }
    }
}

struct Account {
    password: Secret,
    role: Role,
}

/// The accounts of one deployment.
pub struct Users {
    accounts: RwLock<BTreeMap<String, Account>>,
}

impl Users {
    /// The accounts that the options name; `default` without a password when they name none.
    pub fn new(accounts: &[(String, Secret)]) -> Self {
        let mut map = BTreeMap::new();
        for (name, password) in accounts {
            map.insert(
                name.clone(),
                Account {
                    password: password.clone(),
                    role: Role::Admin,
                },
            );
        }
        if map.is_empty() {
            map.insert(
                "default".to_owned(),
                Account {
                    password: Secret::new(""),
                    role: Role::Admin,
                },
            );
        }
        Self {
            accounts: RwLock::new(map),
        }
    }

    /// Whether this user has this password; what they may do if so.
    pub fn check(&self, user: &str, password: &str) -> Result<Role, Fault> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        match accounts.get(user) {
            Some(account) if account.password.expose() == password => Ok(account.role),
            _ => Err(Fault::new(
                FaultCode::AuthenticationFailed,
                format!(
                    "{user}: Authentication failed: password is incorrect or there is no user with such name"
                ),
            )),
        }
    }

    /// Names and roles, in order of name.
    pub fn list(&self) -> Vec<(String, Role)> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        accounts
            .iter()
            .map(|(name, account)| (name.clone(), account.role))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_password_and_an_unknown_user_are_refused_alike() {
        let users = Users::new(&[("ada".to_owned(), Secret::new("pass"))]);
        assert!(users.check("ada", "pass").is_ok());
        let wrong = users.check("ada", "other").expect_err("refused");
        assert_eq!(wrong.code.number(), 516);
        assert!(users.check("default", "").is_err());
    }

    #[test]
    fn without_named_users_the_default_user_has_no_password() {
        let users = Users::new(&[]);
        assert_eq!(users.check("default", ""), Ok(Role::Admin));
    }
}
