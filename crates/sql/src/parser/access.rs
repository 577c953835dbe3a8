//! Users, roles, row policies, quotas, profiles, grants.

use super::create::Head;
use super::{Parse, Parser};
use crate::ast::{AccessKind, AccessUse, CreateAccess, Grant, Ident, ObjectName, Quote, StatementKind};
use crate::lexer::TokenKind;
use crate::span::Span;

impl Parser<'_> {
    /// After the word that tells the kind.
    pub(super) fn create_access(&mut self, head: Head, kind: AccessKind) -> Parse<StatementKind> {
        let or_replace = self.eat("OR REPLACE") || head.or_replace;
        let if_not_exists = self.if_not_exists() || self.eat("IF EXISTS");
        let names = self.comma_list(Self::global_name)?;
        let mut access = CreateAccess {
            kind,
            alter: false,
            or_replace,
            if_not_exists,
            names,
            on: Vec::new(),
            using: None,
            uses: Vec::new(),
            default_database: None,
            secrets: Vec::new(),
            rest: Span::default(),
        };
        self.access_rest(&mut access)?;
        Ok(StatementKind::CreateAccess(Box::new(access)))
    }

    /// Everything after the names: what refers to something is read, the rest passed over.
    pub(super) fn access_rest(&mut self, access: &mut CreateAccess) -> Parse<()> {
        let start = self.here();
        while !self.at_end() {
            match () {
                () if access.kind == AccessKind::RowPolicy && self.eat("ON") => {
                    access.on.extend(self.comma_list(Self::object_name)?);
                }
                () if access.kind == AccessKind::RowPolicy && self.eat("USING") => {
                    access.using = Some(self.expr()?);
                }
                () if self.eat("DEFAULT ROLE") => self.access_uses(access, Some(AccessKind::Role))?,
                () if self.eat("DEFAULT DATABASE") => {
                    if !self.eat("NONE") {
                        access.default_database = Some(self.global_name()?);
                    }
                }
                () if self.eat("GRANTEES") || self.eat("TO") => self.access_uses(access, None)?,
                () if self.at_any(&["PROFILE", "INHERIT"]) => {
                    self.at += 1;
                    let name = self.global_name()?;
                    access.uses.push(AccessUse { kind: Some(AccessKind::SettingsProfile), name });
                }
                () if self.eat("IDENTIFIED") => self.identified(access)?,
                () => self.skip_one(),
            }
        }
        access.rest = self.span_from(start);
        Ok(())
    }

    /// `IDENTIFIED [WITH method] BY '..'`: every string is a secret.
    fn identified(&mut self, access: &mut CreateAccess) -> Parse<()> {
        if self.eat("WITH") {
            self.string_or_word()?;
        }
        while self.eat("BY") || self.eat("SALT") {
            // `BY KEY 'x' TYPE 'ssh-rsa', KEY ..`: public keys.
            if self.at_words("KEY") {
                break;
            }
            access.secrets.push(self.string()?);
        }
        Ok(())
    }

    /// Names of users and roles; ALL, NONE, ANY, CURRENT_USER and what follows EXCEPT are none.
    fn access_uses(&mut self, access: &mut CreateAccess, kind: Option<AccessKind>) -> Parse<()> {
        loop {
            if self.at_any(&["ALL", "NONE", "ANY", "CURRENT_USER"]) {
                self.at += 1;
            } else {
                let name = self.global_name()?;
                access.uses.push(AccessUse { kind, name });
            }
            if self.eat("EXCEPT") {
                // Whoever is excepted must exist too.
                continue;
            }
            if !self.eat_kind(TokenKind::Comma) {
                return Ok(());
            }
        }
    }

    /// GRANT and REVOKE.
    pub(super) fn grant(&mut self) -> Parse<StatementKind> {
        let revoke = self.at_words("REVOKE");
        self.at += 1;
        let start = self.here();
        let mut grant = Grant {
            revoke,
            privileges: Vec::new(),
            roles: Vec::new(),
            on: Vec::new(),
            to: Vec::new(),
            with_option: self.eat("GRANT OPTION FOR") || self.eat("ADMIN OPTION FOR"),
            rest: Span::default(),
        };
        self.optional_cluster()?;
        let mut granted = self.granted()?;
        loop {
            if self.eat("ON") {
                grant.on.push(self.grant_target()?);
                grant.privileges.extend(granted.drain(..).map(|name| name.value.to_ascii_uppercase()));
            }
            if !self.eat_kind(TokenKind::Comma) {
                break;
            }
            granted.extend(self.granted()?);
        }
        grant.roles = granted;
        if !self.eat("TO") {
            self.expect("FROM")?;
        }
        loop {
            if !self.eat("CURRENT_USER") && !self.eat("ALL") {
                grant.to.push(self.global_name()?);
            }
            if self.eat("EXCEPT") {
                continue;
            }
            if !self.eat_kind(TokenKind::Comma) {
                break;
            }
        }
        while self.eat("WITH GRANT OPTION") || self.eat("WITH ADMIN OPTION") || self.eat("WITH REPLACE OPTION") {
            grant.with_option = true;
        }
        grant.rest = self.span_from(start);
        Ok(StatementKind::Grant(Box::new(grant)))
    }

    /// One privilege, of any number of words, with its columns; or a role.
    fn granted(&mut self) -> Parse<Vec<Ident>> {
        let mut name = self.global_name()?;
        while !self.at_any(&["ON", "TO", "FROM"]) {
            let Some(word) = self.word() else {
                break;
            };
            name.value = format!("{} {word}", name.value);
            self.at += 1;
            name.span.end = self.last_end();
        }
        if self.at_kind(TokenKind::LeftParen) {
            self.skip_one();
        }
        Ok(vec![name])
    }

    /// `*`, `*.*`, `db.*`, `db.name`, `name`.
    fn grant_target(&mut self) -> Parse<ObjectName> {
        if !self.at_operator("*") {
            let mut name = self.object_name()?;
            // `db.prefix*`: everything that begins so.
            if self.at_operator("*") && self.touches_last() {
                self.at += 1;
                name.name = star(Span::new(name.name.span.start, self.last_end()));
                name.span.end = self.last_end();
                if name.database.is_none() {
                    name.database = Some(star(name.span));
                }
            }
            return Ok(name);
        }
        let start = self.here();
        self.at += 1;
        let mut database = None;
        if self.eat_kind(TokenKind::Dot) {
            database = Some(star(Span::new(start, start + 1)));
            self.expect_operator("*")?;
        }
        let end = self.last_end();
        Ok(ObjectName { database, name: star(Span::new(end - 1, end)), span: Span::new(start, end) })
    }
}

fn star(span: Span) -> Ident {
    Ident { value: "*".into(), quote: Quote::Bare, span }
}
