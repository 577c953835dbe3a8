//! Who may sign in.

use std::collections::BTreeMap;

use ferry_model::Secret;

use crate::fault::{Fault, FaultCode};

/// The accounts of one deployment.
pub struct Users {
    passwords: BTreeMap<String, Secret>,
}

impl Users {
    /// The accounts that the options name; `default` without a password when they name none.
    pub fn new(accounts: &[(String, Secret)]) -> Self {
        let mut map = BTreeMap::new();
        for (name, password) in accounts {
            map.insert(name.clone(), password.clone());
        }
        if map.is_empty() {
            map.insert("default".to_owned(), Secret::new(""));
        }
        Self { passwords: map }
    }

    /// Whether this user has this password.
    pub fn check(&self, user: &str, password: &str) -> Result<(), Fault> {
        match self.passwords.get(user) {
            Some(known) if known.expose() == password => Ok(()),
            _ => Err(Fault::new(
                FaultCode::AuthenticationFailed,
                format!("{user}: Authentication failed: password is incorrect or there is no user with such name"),
            )),
        }
    }

    /// The names, in order. All are administrators.
    pub fn list(&self) -> Vec<&str> {
        self.passwords.keys().map(String::as_str).collect()
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
        assert_eq!(users.check("default", ""), Ok(()));
    }
}
