//! SETTINGS and other lists of `name = value`.

use super::{Parse, Parser};
use crate::ast::Setting;
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// At SETTINGS.
    pub(super) fn settings_clause(&mut self) -> Parse<Vec<Setting>> {
        self.at += 1;
        self.settings_list()
    }

    /// `name = value, ..`
    pub(super) fn settings_list(&mut self) -> Parse<Vec<Setting>> {
        let mut settings = Vec::new();
        self.settings_into(&mut settings)?;
        Ok(settings)
    }

    fn settings_into(&mut self, settings: &mut Vec<Setting>) -> Parse<()> {
        loop {
            let is_outline = self.outline_of_settings(|parser| parser.settings_into(settings))?;
            if !is_outline {
                settings.push(self.setting()?);
            }
            let comma = self.eat_kind(TokenKind::Comma);
            let goes_on = match comma {
                true => !self.settings_are_over(),
                false => {
                    self.at_omission() || self.at_kind(TokenKind::LeftBracket) || (is_outline && self.at_setting())
                }
            };
            if !goes_on {
                return Ok(());
            }
        }
    }

    fn at_setting(&self) -> bool {
        self.word().is_some() && self.operator_at(1, "=")
    }

    pub(super) fn setting(&mut self) -> Parse<Setting> {
        let start = self.here();
        let name = self.setting_name()?;
        self.expect_operator("=")?;
        let mut value = self.bracketed(Self::value_expr)?;
        while self.eat_choice() {
            value = self.bracketed(Self::value_expr)?;
        }
        Ok(Setting { name, value, span: self.span_from(start) })
    }

    /// Dots and dashes belong to the name of a setting (`http_header_X-Key`).
    fn setting_name(&mut self) -> Parse<crate::ast::Ident> {
        let mut name = self.dotted_ident()?;
        while self.at_operator("-") && self.touches_last() && self.kind_at(1) == Some(TokenKind::Word) {
            self.at += 1;
            let part = self.ident()?;
            name.value = format!("{}-{}", name.value, part.value);
            name.span = name.span.to(part.span);
        }
        Ok(name)
    }

    /// `SETTINGS ..` if it follows.
    pub(super) fn optional_settings(&mut self) -> Parse<Vec<Setting>> {
        if self.at_words("SETTINGS") {
            return self.settings_clause();
        }
        Ok(Vec::new())
    }
}
