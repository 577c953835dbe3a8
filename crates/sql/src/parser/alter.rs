//! ALTER.

use super::create::Head;
use super::{Parse, Parser};
use crate::ast::{AccessKind, Alter, AlterAction, ObjectKind, StatementKind};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// At ALTER.
    pub(super) fn alter(&mut self) -> Parse<StatementKind> {
        self.at += 1;
        self.eat("TEMPORARY");
        let access = match () {
            () if self.at_words("USER") => Some(AccessKind::User),
            () if self.at_words("ROLE") => Some(AccessKind::Role),
            () if self.at_words("ROW POLICY") || self.at_words("POLICY") => Some(AccessKind::RowPolicy),
            () if self.at_words("QUOTA") => Some(AccessKind::Quota),
            () if self.at_words("SETTINGS PROFILE") || self.at_words("PROFILE") => Some(AccessKind::SettingsProfile),
            () => None,
        };
        if let Some(kind) = access {
            self.eat("ROW");
            self.eat("SETTINGS");
            self.at += 1;
            let mut statement = self.create_access(Head::default(), kind)?;
            if let StatementKind::CreateAccess(create) = &mut statement {
                create.alter = true;
            }
            return Ok(statement);
        }
        let Some(kind) = self.object_kind() else {
            return self.fail("STREAM, VIEW or another kind");
        };
        let if_exists = self.eat("IF EXISTS");
        let name = self.object_name()?;
        self.optional_cluster()?;
        let mut alter = Alter { kind, if_exists, name, actions: Vec::new(), settings: Vec::new() };
        loop {
            let start = self.here();
            // `ALTER STREAM s (ADD COLUMN a int), (DROP COLUMN b)`
            let in_parens = self.eat_kind(TokenKind::LeftParen);
            let action = self.alter_action(kind)?;
            if in_parens {
                self.expect_kind(TokenKind::RightParen)?;
            }
            alter.actions.push(match self.at_rare_tail() {
                true => AlterAction::Raw(self.rest_of_action(start)),
                false => action,
            });
            if !self.eat_kind(TokenKind::Comma) {
                break;
            }
        }
        alter.settings = self.optional_settings()?;
        Ok(StatementKind::Alter(Box::new(alter)))
    }

    /// Ends of actions that nothing needs to understand: `FIRST`, `AFTER x`, `IN PARTITION x`, ..
    fn at_rare_tail(&self) -> bool {
        self.at_any(&["FIRST", "AFTER"])
            || ["IN PARTITION", "MODIFY SETTING", "RESET SETTING"].iter().any(|words| self.at_words(words))
    }

    /// From `start` to the comma before the next action.
    fn rest_of_action(&mut self, start: usize) -> crate::span::Span {
        while !self.at_end() && !self.at_kind(TokenKind::Comma) && !self.at_words("SETTINGS") {
            self.skip_one();
        }
        self.span_from(start)
    }

    fn alter_action(&mut self, kind: ObjectKind) -> Parse<AlterAction> {
        match () {
            () if self.eat("ADD COLUMN") => {
                let if_not_exists = self.if_not_exists();
                let column = Box::new(self.column()?);
                let first = self.eat("FIRST");
                let after = match self.eat("AFTER") {
                    true => Some(self.dotted_ident()?),
                    false => None,
                };
                Ok(AlterAction::AddColumn { if_not_exists, column, after, first })
            }
            () if self.eat("DROP COLUMN") => {
                Ok(AlterAction::DropColumn { if_exists: self.eat("IF EXISTS"), name: self.dotted_ident()? })
            }
            () if self.eat("MODIFY COLUMN") || self.eat("ALTER COLUMN") => self.modify_column(),
            () if self.eat("RENAME COLUMN") => {
                let if_exists = self.eat("IF EXISTS");
                let from = self.dotted_ident()?;
                self.expect("TO")?;
                let to = self.dotted_ident()?;
                Ok(AlterAction::RenameColumn { if_exists, from, to })
            }
            () if self.eat("COMMENT COLUMN") => Ok(AlterAction::CommentColumn {
                if_exists: self.eat("IF EXISTS"),
                name: self.dotted_ident()?,
                comment: self.string()?,
            }),
            () if self.eat("CLEAR COLUMN") => {
                let if_exists = self.eat("IF EXISTS");
                let name = self.dotted_ident()?;
                let partition = match self.eat("IN PARTITION") {
                    true => Some(self.expr()?),
                    false => None,
                };
                Ok(AlterAction::ClearColumn { if_exists, name, partition })
            }
            () if self.at_any(&["MODIFY", "RESET", "REMOVE"]) => self.modify(),
            () if kind == ObjectKind::NamedCollection => Ok(self.alter_raw()),
            () => self.alter_other(),
        }
    }

    fn modify_column(&mut self) -> Parse<AlterAction> {
        let start = self.here();
        let if_exists = self.eat("IF EXISTS");
        if self.is_word_at(1, "TYPE") && self.kind_at(2) == Some(TokenKind::Word) {
            return Ok(AlterAction::Raw(self.rest_of_action(start)));
        }
        let name_only = self.is_word_at(1, "MODIFY") || self.is_word_at(1, "RESET");
        if name_only && self.is_word_at(2, "SETTING") {
            return Ok(AlterAction::Raw(self.rest_of_action(start)));
        }
        let column = Box::new(self.column()?);
        let remove = match self.eat("REMOVE") {
            true => {
                let words = self.head_words();
                let count = if words.first().is_some_and(|word| word == "PRIMARY") { 2 } else { 1 };
                self.at += count.min(words.len());
                Some(words[..count.min(words.len())].join(" "))
            }
            false => None,
        };
        Ok(AlterAction::ModifyColumn { if_exists, column, remove })
    }

    fn modify(&mut self) -> Parse<AlterAction> {
        match () {
            () if self.eat("MODIFY TTL") => Ok(AlterAction::ModifyTtl(self.ttl_items()?)),
            () if self.eat("REMOVE TTL") => Ok(AlterAction::RemoveTtl),
            () if self.eat("MODIFY QUERY SETTING") => Ok(AlterAction::ModifyQuerySetting(self.settings_list()?)),
            () if self.eat("RESET QUERY SETTING") => {
                Ok(AlterAction::ResetQuerySetting(self.comma_list(Self::dotted_ident)?))
            }
            () if self.eat("MODIFY SETTING") || self.eat("MODIFY SETTINGS") => {
                Ok(AlterAction::ModifySetting(self.settings_list()?))
            }
            () if self.eat("RESET SETTING") || self.eat("RESET SETTINGS") => {
                Ok(AlterAction::ResetSetting(self.comma_list(Self::dotted_ident)?))
            }
            () if self.eat("MODIFY QUERY") => Ok(AlterAction::ModifyQuery(Box::new(self.query()?))),
            () if self.eat("MODIFY ORDER BY") => Ok(AlterAction::ModifyOrderBy(self.expr()?)),
            () if self.eat("MODIFY COMMENT") => Ok(AlterAction::ModifyComment(self.string()?)),
            () => Ok(self.alter_raw()),
        }
    }

    fn alter_other(&mut self) -> Parse<AlterAction> {
        match () {
            () if self.at_words("ADD INDEX") => {
                self.at += 1;
                Ok(AlterAction::AddIndex(Box::new(self.index()?)))
            }
            () if self.eat("DROP INDEX") => {
                Ok(AlterAction::DropIndex { if_exists: self.eat("IF EXISTS"), name: self.ident()? })
            }
            () if self.eat("MATERIALIZE INDEX") => Ok(AlterAction::MaterializeIndex(self.ident()?)),
            () if self.at_words("ADD CONSTRAINT") => {
                self.at += 1;
                Ok(AlterAction::AddConstraint(Box::new(self.constraint()?)))
            }
            () if self.eat("DROP CONSTRAINT") => {
                Ok(AlterAction::DropConstraint { if_exists: self.eat("IF EXISTS"), name: self.ident()? })
            }
            () if self.at_words("DROP PARTITION ID") => {
                let start = self.here();
                Ok(AlterAction::Raw(self.rest_of_action(start)))
            }
            () if self.eat("DROP PARTITION") => Ok(AlterAction::DropPartition(self.expr()?)),
            () if self.at_words("DELETE IN PARTITION") => {
                self.at += 3;
                self.value_expr()?;
                self.expect("WHERE")?;
                Ok(AlterAction::Delete(self.expr()?))
            }
            () if self.eat("DELETE WHERE") => Ok(AlterAction::Delete(self.expr()?)),
            () if self.eat("UPDATE") => {
                let assignments = self.comma_list(|parser| {
                    let name = parser.dotted_ident()?;
                    parser.expect_operator("=")?;
                    Ok((name, parser.value_of_update()?))
                })?;
                if self.eat("IN PARTITION") {
                    self.expr()?;
                }
                let filter = match self.eat("WHERE") {
                    true => Some(self.expr()?),
                    false => None,
                };
                Ok(AlterAction::Update { assignments, filter })
            }
            () if self.eat("RENAME TO") => Ok(AlterAction::RenameTo(self.object_name()?)),
            () if self.word().is_some() => Ok(self.alter_raw()),
            () => self.fail("ADD, DROP, MODIFY, RENAME, DELETE or UPDATE"),
        }
    }

    /// `a = 1 IN PARTITION 5` is no set: the value ends before IN.
    fn value_of_update(&mut self) -> Parse<crate::ast::Expr> {
        let ahead = (0..8).take_while(|n| self.kind_at(*n).is_some()).find(|n| self.is_word_at(*n, "PARTITION"));
        match ahead {
            Some(n) if n > 0 && self.is_word_at(n - 1, "IN") => self.value_expr(),
            _ => self.expr(),
        }
    }

    /// Keeps everything up to the end as written.
    fn alter_raw(&mut self) -> AlterAction {
        AlterAction::Raw(self.skip_statement())
    }
}
