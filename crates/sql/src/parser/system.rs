//! SYSTEM.

use super::{Parse, Parser};
use crate::ast::{ObjectKind, ObjectName, StatementKind, System, SystemAction, Text};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// At SYSTEM.
    pub(super) fn system(&mut self) -> Parse<StatementKind> {
        self.at += 1;
        let start = self.here();
        if self.at_end() {
            return self.fail("a command such as PAUSE, RESUME, RELOAD");
        }
        let words = self.system_words();
        let action = self.system_action()?;
        self.skip_statement();
        Ok(StatementKind::System(Box::new(System { action, words, rest: self.span_from(start) })))
    }

    /// Up to four words; names that follow a kind are no longer among them.
    fn system_words(&self) -> Vec<String> {
        let mut words = self.head_words();
        words.truncate(4);
        words
    }

    fn system_action(&mut self) -> Parse<SystemAction> {
        match () {
            () if self.at_any(&["PAUSE", "RESUME", "UNPAUSE", "ABORT", "RECOVER"]) && !self.kind_follows() => {
                // `SYSTEM PAUSE name`: the kind is the server's to find.
                self.at += 1;
                self.object_name()?;
                Ok(SystemAction::Other)
            }
            () if self.at_words("PAUSE") => {
                let (kind, name) = self.system_target()?;
                Ok(SystemAction::Pause { kind, name, permanent: self.eat("PERMANENT") })
            }
            () if self.at_any(&["RESUME", "UNPAUSE"]) => {
                let unpause = self.at_words("UNPAUSE");
                let (kind, name) = self.system_target()?;
                Ok(SystemAction::Resume { kind, name, unpause, permanent: self.eat("PERMANENT") })
            }
            () if self.at_words("ABORT") => {
                let (kind, name) = self.system_target()?;
                Ok(SystemAction::Abort { kind, name })
            }
            () if self.at_words("RECOVER") => {
                let (kind, name) = self.system_target()?;
                Ok(SystemAction::Recover { kind, name })
            }
            () if self.eat("INSTALL PYTHON PACKAGE") => Ok(SystemAction::InstallPythonPackage(self.package()?)),
            () if self.eat("UNINSTALL PYTHON PACKAGE") => Ok(SystemAction::UninstallPythonPackage(self.package()?)),
            () if self.eat("LIST PYTHON PACKAGES") => Ok(SystemAction::ListPythonPackages),
            () if self.at_words("RELOAD DICTIONARY") && self.kind_at(2).is_some() => {
                self.at += 2;
                Ok(SystemAction::ReloadDictionary(self.object_name()?))
            }
            () => Ok(SystemAction::Other),
        }
    }

    /// Whether a kind comes after the next word.
    fn kind_follows(&mut self) -> bool {
        let before = self.at;
        self.at += 1;
        let found = self.object_kind().is_some();
        self.at = before;
        found
    }

    /// `COMMAND kind name`
    fn system_target(&mut self) -> Parse<(ObjectKind, ObjectName)> {
        self.at += 1;
        match self.object_kind() {
            Some(kind) => Ok((kind, self.object_name()?)),
            None => self.fail("MATERIALIZED VIEW, STREAM or TASK"),
        }
    }

    /// `'name==version'`, `'name' 'version'`, or a bare name.
    fn package(&mut self) -> Parse<Text> {
        let mut package = self.string_or_word()?;
        while self.at_operator("-") && self.touches_last() && self.kind_at(1) == Some(TokenKind::Word) {
            self.at += 1;
            let part = self.string_or_word()?;
            package.value = format!("{}-{}", package.value, part.value);
            package.span = package.span.to(part.span);
        }
        if self.at_kind(TokenKind::String) {
            let version = self.string()?;
            package.value = format!("{}=={}", package.value, version.value);
            package.span = package.span.to(version.span);
        }
        Ok(package)
    }
}
