//! CREATE DICTIONARY.

use super::Printer;
use crate::ast::{CreateDictionary, DictionaryClause, DictionaryPair, DictionaryValue, Elements, Ident};

impl Printer<'_> {
    /// OR REPLACE is not in the printed form of 3.x (resources.md 2.5).
    pub(super) fn create_dictionary(&mut self, create: &CreateDictionary) {
        self.create_head(create.or_replace, create.attach);
        self.push("DICTIONARY ");
        self.if_not_exists(create.if_not_exists);
        self.object_name(&create.name);
        self.uuid(create.uuid.as_ref());
        self.dictionary_attributes(create);
        if !create.primary_key.is_empty() {
            self.line();
            self.push("PRIMARY KEY ");
            self.separated(&create.primary_key, Self::ident);
        }
        if let Some(source) = &create.source {
            self.dictionary_clause("SOURCE", source);
        }
        if let Some((min, max)) = &create.lifetime {
            self.line();
            match max {
                Some(max) => self.push(&format!("LIFETIME(MIN {min} MAX {max})")),
                None => self.push(&format!("LIFETIME({min})")),
            }
        }
        if let Some(layout) = &create.layout {
            self.dictionary_clause("LAYOUT", layout);
        }
        if let Some((min, max)) = &create.range {
            self.line();
            self.push("RANGE(MIN ");
            self.ident(min);
            self.push(" MAX ");
            self.ident(max);
            self.push(")");
        }
        if !create.settings.is_empty() {
            self.line();
            self.push("SETTINGS(");
            self.settings(&create.settings);
            self.push(")");
        }
        self.comment(create.comment.as_ref());
    }

    fn dictionary_attributes(&mut self, create: &CreateDictionary) {
        // The same layout as a stream's columns.
        let columns = create
            .attributes
            .iter()
            .map(|attribute| crate::ast::Column {
                name: attribute.name.clone(),
                ty: Some(attribute.ty.clone()),
                nullable: None,
                default: attribute
                    .default
                    .clone()
                    .map(|expr| crate::ast::ColumnDefault { kind: crate::ast::DefaultKind::Default, expr: Some(expr) }),
                auto_increment: false,
                codec: Vec::new(),
                ttl: None,
                comment: None,
                primary_key: false,
                others: Vec::new(),
                span: attribute.span,
            })
            .collect();
        let has_more =
            create.attributes.iter().any(|attribute| attribute.expression.is_some() || !attribute.flags.is_empty());
        if !has_more {
            let elements = Elements { columns, ..Elements::default() };
            return self.elements(&elements);
        }
        self.line();
        self.push("(");
        self.indent += 1;
        for (n, (attribute, column)) in create.attributes.iter().zip(&columns).enumerate() {
            if n > 0 {
                self.push(",");
            }
            self.line();
            self.column(column);
            if let Some(expression) = &attribute.expression {
                self.push(" EXPRESSION ");
                self.expr(expression);
            }
            for flag in &attribute.flags {
                self.push(" ");
                self.push(flag);
            }
        }
        self.indent -= 1;
        self.line();
        self.push(")");
    }

    fn dictionary_clause(&mut self, word: &str, clause: &DictionaryClause) {
        self.line();
        self.push(word);
        self.push("(");
        self.word(&clause.name);
        self.push("(");
        self.pairs(&clause.pairs);
        self.push("))");
    }

    /// A word of a language or a dictionary in upper case; what is more than a word stays as it is.
    pub(super) fn word(&mut self, word: &Ident) {
        let is_word = word.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_word && word.value.starts_with(|c: char| !c.is_ascii_digit()) {
            self.push(&word.value.to_ascii_uppercase());
        } else {
            self.ident(word);
        }
    }

    fn pairs(&mut self, pairs: &[DictionaryPair]) {
        for (n, pair) in pairs.iter().enumerate() {
            if n > 0 {
                self.push(" ");
            }
            self.word(&pair.key);
            match &pair.value {
                DictionaryValue::Expr(value) => {
                    self.push(" ");
                    self.expr(value);
                }
                DictionaryValue::Nested(inner) => {
                    self.push("(");
                    self.pairs(inner);
                    self.push(")");
                }
                DictionaryValue::Missing => {}
            }
        }
    }
}
