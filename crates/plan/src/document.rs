//! A plan as people edit it: YAML whose text is kept byte for byte.

mod edit;
mod read;
mod write;

pub(crate) use read::word;

use ferry_model::Problem;

pub use self::edit::{EditError, PlanEdit};
use self::read::Places;
use crate::Plan;

/// A plan with the text that it was read from. The text is never written anew, so comments, order and quotes stay.
#[derive(Debug, Clone)]
pub struct PlanDocument {
    text: String,
    plan: Plan,
    places: Places,
}

impl PlanDocument {
    /// Reads a plan.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line and column: no YAML, an unknown key or kind, a step that
    /// needs one that is not there, a cycle, a number used twice, a definition that does not parse or names
    /// another resource.
    pub fn parse(text: impl Into<String>) -> Result<Self, Vec<Problem>> {
        let (document, problems) = Self::parse_unchecked(text)?;
        if problems.is_empty() { Ok(document) } else { Err(problems) }
    }

    /// Reads a plan that somebody is still working on: it has the form of a plan, and what keeps it from being run
    /// (a step that needs one that is switched off, a definition that does not parse) is listed beside it.
    ///
    /// # Errors
    /// Everything that keeps the text from being a plan at all, each with line and column.
    pub fn parse_unchecked(text: impl Into<String>) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let text = text.into();
        let (plan, places, problems) = read::read(&text)?;
        Ok((Self { text, plan, places }, problems))
    }

    /// Where a step begins in the text: line and column, counted from 1.
    pub fn place_of_step(&self, number: ferry_model::StepNumber) -> Option<(u32, u32)> {
        self.places.steps.get(&number).map(|step| (step.place.line, step.place.column))
    }

    /// The text, byte for byte as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the text says.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The plan without its text.
    pub fn into_plan(self) -> Plan {
        self.plan
    }
}

impl Plan {
    /// The plan as YAML, for its first writing: with comments, SQL as literal blocks. From then on the text is what
    /// people make of it; see [`PlanDocument`].
    pub fn to_yaml(&self) -> String {
        write::write(self)
    }
}
