//! Carrying out what was decided about the rows of a materialized view without INTO (copy-safety 15).

use ferry_model::{Definition, ResourceName, Side, StepNumber};
use ferry_sql::change::{Change, ChangeError, change};
use ferry_sql::print::quote_identifier_always;

use super::{InnerRows, Plan};

impl Plan {
    /// Decides about a view's rows: switches the steps of its own stream on or off, and gives its definition INTO or
    /// takes it away. None where the step creates no such view, or the choice needs a stream and there is none.
    pub fn decide_inner_rows(&mut self, view: StepNumber, choice: InnerRows) -> Option<()> {
        let of_stream = self.steps_of_inner_target(view);
        let step = self.steps.iter_mut().find(|step| step.number == view)?;
        let is_chosen = choice == InnerRows::ExplicitTarget;
        if is_chosen && step.inner_target.is_none() {
            return None;
        }
        *step.inner_rows.as_mut()? = choice;
        if let (Some(stream), Some(Definition::Sql(sql))) = (&step.inner_target, &mut step.definition) {
            // A text that cannot be read stays: the plan's check says so.
            if let Ok(changed) = written_into(sql, stream, is_chosen) {
                *sql = changed;
            }
        }
        for step in self.steps.iter_mut().filter(|step| of_stream.contains(&step.number)) {
            step.enabled = is_chosen;
        }
        Some(())
    }

    /// The steps that create, fill and compare a view's stream of its own.
    pub fn steps_of_inner_target(&self, view: StepNumber) -> Vec<StepNumber> {
        let Some(stream) = self.step(view).and_then(|step| step.inner_target.as_ref()) else { return Vec::new() };
        let of_stream = self.steps.iter().filter(|step| step.resource == *stream && step.side == Side::Target);
        of_stream.map(|step| step.number).collect()
    }
}

/// A view's definition with INTO, or without it where it names this stream.
fn written_into(sql: &str, stream: &ResourceName, is_chosen: bool) -> Result<String, ChangeError> {
    let names = stream.database.iter().chain([&stream.name]).map(|name| quote_identifier_always(name));
    let with = change(sql, &[Change::Into(Some(names.collect::<Vec<_>>().join(".")))])?;
    match is_chosen {
        true => Ok(with),
        // What a person wrote instead stays.
        false if with != sql => Ok(sql.to_owned()),
        false => change(sql, &[Change::Into(None)]),
    }
}
