//! Definitions as people edit them, and what is wrong with one.

use ferry_model::messages::{plan as text, plan_page as page};
use ferry_model::{Caller, Definition, FerryError, MigrationId, Permission, Problem, StepNumber};
use ferry_plan::PlanEdit;

use super::reading::Readings;
use crate::Console;
use crate::error::from_store;

impl Console {
    /// Replaces a step's definition in the caller's draft: SQL, or JSON where the step has that. SQL that does not
    /// parse is kept, and what is wrong with it is said.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditPlans`]; [`FerryError::Invalid`] for a text that should
    /// be JSON and is not; as [`Console::edit_plan`] otherwise.
    pub async fn edit_plan_definition(
        &self,
        caller: &Caller,
        id: &MigrationId,
        step: StepNumber,
        new_text: &str,
    ) -> Result<(), FerryError> {
        caller.require(Permission::EditPlans)?;
        self.store().migration(id).await.map_err(from_store)?;
        let page = self.plan_page(caller, id, None).await?;
        let known = page.as_ref().and_then(|page| page.reading.plan()?.step(step)?.definition.as_ref());
        let definition = definition_from_form(known, new_text)?;
        self.edit_plan(caller, id, &[PlanEdit::Definition { step, definition }]).await
    }

    /// What is wrong with a text as it stands while somebody types: JSON, or the text of a whole plan. SQL is read in
    /// the browser itself.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`] for another language.
    pub async fn check_text(&self, caller: &Caller, language: &str, text: String) -> Result<Vec<Problem>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        match language {
            "json" => Ok(json_value(&text).err().into_iter().collect()),
            "yaml" => Ok(Readings::read(text).await.problems().to_vec()),
            other => Err(FerryError::NotFound { what: "language".into(), id: other.into() }),
        }
    }
}

/// A definition as a form sends it, of the same sort as the one that it replaces.
pub(super) fn definition_from_form(known: Option<&Definition>, text: &str) -> Result<Definition, FerryError> {
    // Forms send line ends as CR LF.
    let text = text.replace("\r\n", "\n");
    match known {
        Some(Definition::Json(_)) => {
            let value = json_value(&text);
            let invalid = |problem| FerryError::Invalid { what: "definition".into(), problems: vec![problem] };
            value.map(Definition::Json).map_err(invalid)
        }
        _ => Ok(Definition::Sql(text)),
    }
}

/// A definition as text: SQL as it is, anything else as JSON on several lines.
pub fn definition_text(definition: &Definition) -> String {
    match definition {
        Definition::Sql(text) => text.clone(),
        Definition::Json(value) => serde_json::to_string_pretty(value).unwrap_or_default(),
    }
}

/// What is wrong with a definition by itself, with its place in it.
pub fn definition_problems(definition: &Definition) -> Vec<Problem> {
    match definition {
        Definition::Sql(text) => sql_problems(text),
        Definition::Json(_) => Vec::new(),
    }
}

fn sql_problems(sql: &str) -> Vec<Problem> {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let problem = |error: ferry_sql::SyntaxError| Problem {
        line: number(error.line),
        column: number(error.column),
        message: text::does_not_parse(&error.message),
    };
    ferry_sql::parse_one(sql).err().map(problem).into_iter().collect()
}

fn json_value(text: &str) -> Result<serde_json::Value, Problem> {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    serde_json::from_str(text).map_err(|error| Problem {
        line: number(error.line()),
        column: number(error.column()),
        message: page::not_json(&error.to_string()),
    })
}
