//! The EMIT clause.

use super::{Parse, Parser};
use crate::ast::{Emit, EmitItem};
use crate::lexer::TokenKind;

const EMIT_ITEMS: &str = "CHANGELOG, STREAM, PERIODIC, ON UPDATE, AFTER WINDOW CLOSE or LAST";

impl Parser<'_> {
    pub(super) fn emit(&mut self) -> Parse<Emit> {
        let start = self.here();
        self.expect("EMIT")?;
        let mut items = Vec::new();
        while let Some(item) = self.emit_item()? {
            items.push(item);
        }
        if items.is_empty() {
            return self.fail(EMIT_ITEMS);
        }
        Ok(Emit { items, span: self.span_from(start) })
    }

    pub(super) fn emit_item(&mut self) -> Parse<Option<EmitItem>> {
        if !items_may_follow(self.kind_at(0)) {
            return Ok(None);
        }
        let ends = [
            "SETTINGS",
            "FORMAT",
            "UNION",
            "EXCEPT",
            "INTERSECT",
            "COMMENT",
            "STORAGE_SETTINGS",
            "TTL",
            "INTO",
            "LIMIT",
            "ORDER",
            "AS",
            "OFFSET",
        ];
        if self.at_any(&ends) {
            return Ok(None);
        }
        while self.eat("AND") || self.eat_kind(TokenKind::Comma) {}
        let item = match () {
            () if self.eat("STREAM") => EmitItem::Stream,
            () if self.eat("TABLE") => EmitItem::Table,
            () if self.at_words("CHANGES") => {
                let span = self.span_of_next();
                self.at += 1;
                self.remark(span, "EMIT CHANGES belongs to another stream processor", Some("take EMIT CHANGES away"));
                EmitItem::Changes
            }
            () if self.eat("CHANGELOG") => EmitItem::Changelog,
            () if self.eat("PERIODIC") => EmitItem::Periodic(self.value_expr()?),
            () if self.eat("REPEAT") => EmitItem::Repeat,
            () if self.eat("ON UPDATE") => EmitItem::OnUpdate,
            () if self.eat("WITH BATCH") => EmitItem::WithBatch(self.value_expr()?),
            () if self.eat("AFTER WATERMARK") => EmitItem::AfterWatermark,
            () if self.eat("AFTER WINDOW CLOSE") => EmitItem::AfterWindowClose,
            () if self.eat("AFTER SESSION CLOSE") => EmitItem::AfterSessionClose,
            () if self.eat("AFTER KEY EXPIRE") => EmitItem::AfterKeyExpire,
            () if self.eat("IDENTIFIED BY") => EmitItem::IdentifiedBy(self.value_expr()?),
            () if self.eat("WITH ONLY MAXSPAN") => EmitItem::WithOnlyMaxspan(self.value_expr()?),
            () if self.eat("WITH MAXSPAN") => EmitItem::WithMaxspan(self.value_expr()?),
            () if self.eat("WITH DELAY") => EmitItem::WithDelay(self.value_expr()?),
            () if self.eat("DELAY") => EmitItem::WithDelay(self.value_expr()?),
            () if self.eat("TIMEOUT") => EmitItem::Timeout(self.value_expr()?),
            () if self.eat("PER EVENT") => EmitItem::PerEvent,
            () if self.eat("LAST") => {
                let interval = self.value_expr()?;
                let on = match self.at_words("ON") && !self.at_words("ON UPDATE") {
                    true => {
                        self.at += 1;
                        Some(self.ident()?)
                    }
                    false => None,
                };
                EmitItem::Last { interval, on }
            }
            () => return self.fail(EMIT_ITEMS),
        };
        Ok(Some(item))
    }
}

fn items_may_follow(kind: Option<TokenKind>) -> bool {
    !matches!(
        kind,
        None | Some(TokenKind::Semicolon | TokenKind::RightParen | TokenKind::Unterminated | TokenKind::Unknown)
    )
}
