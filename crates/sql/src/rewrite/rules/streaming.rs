//! Rule T10: words of streaming SQL that changed.

use crate::ast::{ObjectName, Select, StatementKind, SystemAction, TableKind, TableRef};
use crate::edit::Edit;
use crate::rewrite::{Attention, Input, Outcome, emit};
use crate::visit::{Visitor, visit};
use ferry_model::messages::rewrite as text;

struct Finder<'a> {
    input: &'a Input<'a>,
    edits: Vec<Edit>,
    told: Vec<String>,
    attention: Attention,
    emits: bool,
    tables: bool,
}

impl Finder<'_> {
    /// `system.stream_state_log` is `system.introspection_state_log` since 3.0.
    fn name(&mut self, name: &ObjectName) {
        let is_system = name.database.as_ref().is_some_and(|database| database.value == "system");
        if self.tables && is_system && name.name.value == "stream_state_log" {
            self.edits.push(Edit::new(name.name.span, "introspection_state_log"));
            self.told.push(text::state_log_renamed());
        }
    }
}

impl Visitor for Finder<'_> {
    fn select(&mut self, select: &mut Select) {
        let Some(new) = emit::renewed(select, self.input).filter(|_| self.emits) else { return };
        self.told.push(text::emit_combination(&new.before, &new.after, new.seek_to.as_deref(), new.lost_period));
        self.edits.extend(new.edits);
        self.attention = Attention::Review;
    }

    fn table(&mut self, table: &mut TableRef) {
        match &table.kind {
            TableKind::Name(name) => self.name(name),
            TableKind::Function(function) => {
                if let Some(crate::ast::ExprKind::Identifier(parts)) = function.args.first().map(|arg| &arg.kind)
                    && let [database, name] = parts.as_slice()
                {
                    let span = database.span.to(name.span);
                    self.name(&ObjectName { database: Some(database.clone()), name: name.clone(), span });
                }
            }
            TableKind::Query(_) | TableKind::Nested(_) => {}
        }
    }
}

/// Rule T10: UNPAUSE (2.7), the state log's name (3.0), and EMIT combinations that 3.x rejects. What 3.x still takes
/// (`AFTER WATERMARK`, `PERIODIC x ON UPDATE`) stays as it is.
pub(super) fn streaming_syntax(input: &Input<'_>) -> Option<Outcome> {
    let to = input.migration.to;
    if let StatementKind::System(system) = &input.statement.kind {
        let SystemAction::Resume { unpause: true, .. } = system.action else { return None };
        let word = input.source.word_in(input.statement.span, "UNPAUSE")?;
        let has_resume = to.has(Some((3, 0, 0)), Some((2, 7, 0)));
        return has_resume.then(|| Outcome::changed(vec![Edit::new(word, "RESUME")], text::unpause())).flatten();
    }
    let mut finder = Finder {
        input,
        edits: Vec::new(),
        told: Vec::new(),
        attention: Attention::None,
        // The refactoring came with 2.7.6 and 2.8.1.
        emits: to.has(Some((3, 0, 0)), Some((2, 7, 6))) && !to.has(None, Some((2, 8, 0)))
            || to.has(Some((3, 0, 0)), Some((2, 8, 1))),
        tables: to.is_v3(),
    };
    visit(&mut input.statement.clone(), &mut finder);
    finder.told.dedup();
    Outcome::with(finder.edits, finder.told.join(" "), finder.attention)
}
