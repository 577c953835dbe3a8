//! Changing a plan's text in single places, so that everything else keeps its bytes.

mod lines;

use ferry_model::{CompareLevel, Definition, Problem, StepNumber};

use self::lines::{Change, Lines};
use super::PlanDocument;
use crate::renames::is_of_rename;
use crate::yaml::{Emitter, Place, one_line};
use crate::{IfExists, InnerRows, Plan, Step};

/// One change that people make to a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanEdit {
    /// Switches steps on or off.
    Enable {
        /// Which steps.
        steps: Vec<StepNumber>,
        /// On or off.
        enabled: bool,
    },
    /// Decides what happens where the target has the resource already.
    IfExists {
        /// The creating step.
        step: StepNumber,
        /// The decision.
        choice: IfExists,
    },
    /// Decides about the rows of a materialized view without INTO.
    InnerRows {
        /// The step that creates the view.
        step: StepNumber,
        /// The decision.
        rows: InnerRows,
    },
    /// Sets the threads of a copy.
    Threads {
        /// The copying step.
        step: StepNumber,
        /// At least 1.
        threads: u64,
    },
    /// Sets the columns in whose order a copy reads; none for any order.
    OrderBy {
        /// The copying step.
        step: StepNumber,
        /// Their names.
        columns: Vec<String>,
    },
    /// Sets how closely rows are compared.
    Compare {
        /// The comparing step.
        step: StepNumber,
        /// How closely.
        level: CompareLevel,
        /// Whether rows may reach the source meanwhile although nobody can pause what writes them (copy-safety 24).
        accepts_movement: bool,
    },
    /// Replaces a definition.
    Definition {
        /// The creating step.
        step: StepNumber,
        /// The new one.
        definition: Definition,
    },
    /// Sets the most rows of one inserted block.
    MaxBlockSize {
        /// At least 1.
        rows: u64,
    },
}

/// Why a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// There is no such step, or it has nothing of the kind.
    #[error("step {0} has nothing like that to change")]
    NoSuchStep(StepNumber),
    /// The text is laid out in a way that cannot be changed in one place.
    #[error("the plan's text is laid out in a way that can only be edited as text")]
    Layout,
    /// The definition names something by the name that `rename` takes away.
    #[error("the definition names something by a name that the plan's `rename` changes")]
    OldName,
}

impl PlanDocument {
    /// The document with one change, and what keeps the changed plan from being run. Whatever the change does not
    /// concern stays as it is, byte for byte; the result is read again, and says exactly what was asked for.
    ///
    /// # Errors
    /// [`EditError`].
    pub fn edited(&self, edit: &PlanEdit) -> Result<(Self, Vec<Problem>), EditError> {
        let mut wanted = self.plan.clone();
        apply(&mut wanted, edit)?;
        if wanted == self.plan {
            let (same, problems) = Self::parse_unchecked(self.text.clone()).map_err(|_| EditError::Layout)?;
            return Ok((same, problems));
        }
        let lines = Lines::of(&self.text);
        let changes = self.changes(&lines, edit, &wanted).ok_or(EditError::Layout)?;
        let text = lines.changed(changes);
        let (document, problems) = Self::parse_unchecked(text).map_err(|_| EditError::Layout)?;
        match edit {
            _ if document.plan == wanted => Ok((document, problems)),
            PlanEdit::Definition { step, .. } | PlanEdit::InnerRows { step, .. } => {
                said_as_wanted(&document.plan, wanted, *step).map(|()| (document, problems))
            }
            _ => Err(EditError::Layout),
        }
    }

    fn changes(&self, lines: &Lines<'_>, edit: &PlanEdit, wanted: &Plan) -> Option<Vec<Change>> {
        let place = |step: StepNumber, key: &str| self.place(step, key);
        match edit {
            PlanEdit::Enable { steps, enabled } => self.switched(lines, steps, *enabled),
            PlanEdit::IfExists { step, choice } => {
                let entry = format!("if_exists: {}", choice.as_str());
                let change = match place(*step, "if_exists") {
                    Some(key) if *choice == IfExists::Refuse => lines.without(key),
                    Some(key) => lines.with_value(key, choice.as_str())?,
                    None => lines.after(place(*step, "name")?, &entry)?,
                };
                Some(vec![change])
            }
            PlanEdit::InnerRows { step, rows } => {
                let change = match place(*step, "inner_rows") {
                    Some(key) => lines.with_value(key, rows.as_str()),
                    None => lines.after(place(*step, "name")?, &format!("inner_rows: {}", rows.as_str())),
                };
                let mut changes = vec![change?];
                let of_stream = wanted.steps_of_inner_target(*step);
                changes.extend(self.switched(lines, &of_stream, *rows == InnerRows::ExplicitTarget)?);
                let definition = |plan: &'_ Plan| plan.step(*step).and_then(|step| step.definition.clone());
                if let Some(definition) = definition(wanted).filter(|new| definition(&self.plan).as_ref() != Some(new))
                {
                    changes.push(self.defined(lines, *step, &definition)?);
                }
                Some(changes)
            }
            PlanEdit::Threads { step, threads } => {
                let change = match place(*step, "copy.threads") {
                    Some(key) => lines.with_value(key, &threads.to_string()),
                    None => lines.after(place(*step, "copy.mode")?, &format!("threads: {threads}")),
                };
                Some(vec![change?])
            }
            PlanEdit::OrderBy { step, columns } => {
                let names: Vec<String> = columns.iter().map(|name| one_line(name)).collect();
                let entry = format!("order_by: [{}]", names.join(", "));
                let change = match place(*step, "copy.order_by") {
                    Some(key) if columns.is_empty() => Some(lines.without(key)),
                    Some(key) => lines.replaced(key, &format!("{entry}\n")),
                    None => lines.after(place(*step, "copy.mode")?, &entry),
                };
                Some(vec![change?])
            }
            PlanEdit::Compare { step, level, accepts_movement } => {
                let level = place(*step, "compare.level").and_then(|key| lines.with_value(key, level.as_str()))?;
                let entry = format!("accepts_movement: {accepts_movement}");
                let movement = match place(*step, "compare.accepts_movement") {
                    Some(key) if !accepts_movement && lines.is_bare(key, "accepts_movement: true") => {
                        Some(lines.without(key))
                    }
                    Some(key) => Some(lines.with_value(key, &accepts_movement.to_string())?),
                    None if !accepts_movement => None,
                    None => Some(lines.after(place(*step, "compare.level")?, &entry)?),
                };
                Some(std::iter::once(level).chain(movement).collect())
            }
            PlanEdit::Definition { step, definition } => Some(vec![self.defined(lines, *step, definition)?]),
            PlanEdit::MaxBlockSize { rows } => {
                let key = self.places.settings.get("max_block_size").copied()?;
                Some(vec![lines.with_value(key, &rows.to_string())?])
            }
        }
    }

    fn place(&self, step: StepNumber, key: &str) -> Option<Place> {
        self.places.steps.get(&step)?.keys.get(key).copied()
    }

    /// Switches those of the steps that are not yet as wanted.
    fn switched(&self, lines: &Lines<'_>, steps: &[StepNumber], enabled: bool) -> Option<Vec<Change>> {
        let off = steps.iter().filter(|step| self.plan.step(**step).is_some_and(|one| one.enabled != enabled));
        let change = |step: &StepNumber| match (self.place(*step, "enabled"), enabled) {
            (Some(key), true) if lines.is_bare(key, "enabled: false") => Some(lines.without(key)),
            (Some(key), _) => lines.with_value(key, if enabled { "true" } else { "false" }),
            (None, _) => lines.after(self.place(*step, "name")?, "enabled: false"),
        };
        off.map(change).collect()
    }

    fn defined(&self, lines: &Lines<'_>, step: StepNumber, definition: &Definition) -> Option<Change> {
        let key = self.place(step, "definition")?;
        let mut out = Emitter::new();
        let lead = " ".repeat(key.column as usize - 1);
        match definition {
            Definition::Sql(text) => out.text(&lead, "definition", text),
            Definition::Json(value) => out.json(&lead, "definition", value),
        }
        lines.replaced(key, out.finish().trim_start_matches(' '))
    }
}

/// Whether a plan says what was wanted, but for what it tells of its renames: they find nothing to change any more in
/// a definition that was written with the new names.
fn said_as_wanted(plan: &Plan, mut wanted: Plan, number: StepNumber) -> Result<(), EditError> {
    let said = plan.step(number).ok_or(EditError::Layout)?;
    let told = said.findings.clone();
    let step = wanted.steps.iter_mut().find(|step| step.number == number).ok_or(EditError::Layout)?;
    let is_other = step.definition != said.definition;
    step.findings = told;
    match *plan == wanted {
        true => Ok(()),
        false if is_other && said.findings.iter().any(is_of_rename) => Err(EditError::OldName),
        false => Err(EditError::Layout),
    }
}

/// What the plan says after the change.
fn apply(plan: &mut Plan, edit: &PlanEdit) -> Result<(), EditError> {
    let mut with = |number: StepNumber, change: &dyn Fn(&mut Step) -> Option<()>| {
        let step = plan.steps.iter_mut().find(|step| step.number == number);
        step.and_then(change).ok_or(EditError::NoSuchStep(number))
    };
    match edit {
        PlanEdit::Enable { steps, enabled } => {
            let wanted: std::collections::BTreeSet<StepNumber> = steps.iter().copied().collect();
            let mut found = 0;
            for step in plan.steps.iter_mut().filter(|step| wanted.contains(&step.number)) {
                step.enabled = *enabled;
                found += 1;
            }
            match wanted.first() {
                Some(first) if found < wanted.len() => Err(EditError::NoSuchStep(*first)),
                _ => Ok(()),
            }
        }
        PlanEdit::IfExists { step, choice } => with(*step, &|step| {
            step.definition.as_ref()?;
            step.if_exists = *choice;
            Some(())
        }),
        PlanEdit::InnerRows { step, rows } => plan.decide_inner_rows(*step, *rows).ok_or(EditError::NoSuchStep(*step)),
        PlanEdit::Threads { step, threads } => {
            with(*step, &|step| step.copy.as_mut().map(|copy| copy.threads = (*threads).max(1)))
        }
        PlanEdit::OrderBy { step, columns } => {
            with(*step, &|step| step.copy.as_mut().map(|copy| copy.order_by.clone_from(columns)))
        }
        PlanEdit::Compare { step, level, accepts_movement } => with(*step, &|step| {
            let compare = step.compare.as_mut()?;
            (compare.level, compare.accepts_movement) = (*level, *accepts_movement);
            Some(())
        }),
        PlanEdit::Definition { step, definition } => {
            with(*step, &|step| step.definition.as_mut().map(|one| *one = definition.clone()))
        }
        PlanEdit::MaxBlockSize { rows } => {
            plan.settings.max_block_size = (*rows).max(1);
            Ok(())
        }
    }
}
