//! A plan as people edit it: YAML whose text is kept byte for byte.

mod read;
mod write;

use ferry_model::Problem;

use crate::Plan;

/// A plan with the text that it was read from. The text is never written anew, so comments, order and quotes stay.
#[derive(Debug, Clone)]
pub struct PlanDocument {
    text: String,
    plan: Plan,
}

impl PlanDocument {
    /// Reads a plan.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line and column: no YAML, an unknown key or kind, a step that
    /// needs one that is not there, a cycle, a number used twice, a definition that does not parse or names
    /// another resource.
    pub fn parse(text: impl Into<String>) -> Result<Self, Vec<Problem>> {
        let text = text.into();
        let plan = read::read(&text)?;
        Ok(Self { text, plan })
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
