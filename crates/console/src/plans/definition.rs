//! Definitions as people edit them: what is wrong with one, and how it is coloured.

use ferry_model::messages::{plan as text, plan_page as page};
use ferry_model::{Caller, Definition, FerryError, MigrationId, Permission, Problem, StepNumber};
use ferry_plan::{PlanDocument, PlanEdit};

use crate::Console;
use crate::error::from_store;

/// Longer texts are not coloured while somebody types: it would not be done before the next key.
const LONGEST_COLOURED: usize = 400_000;

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
        // Forms send line ends as CR LF.
        let new_text = new_text.replace("\r\n", "\n");
        let definition = match known {
            Some(Definition::Json(_)) => Definition::Json(serde_json::from_str(&new_text).map_err(|error| {
                FerryError::Invalid { what: "definition".into(), problems: vec![json_problem(&error)] }
            })?),
            _ => Definition::Sql(new_text),
        };
        self.edit_plan(caller, id, &[PlanEdit::Definition { step, definition }]).await
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

/// What an editor shows of a text while somebody types: one line for each coloured piece (`class start end`, counted
/// in UTF-16 units as browsers do) and for each problem (`! line column message`).
pub fn editor_marks(language: &str, text: &str) -> String {
    let mut out = String::new();
    let problems = match language {
        "sql" => sql_problems(text),
        "json" => serde_json::from_str::<serde_json::Value>(text).err().iter().map(json_problem).collect(),
        _ => PlanDocument::parse(text).err().unwrap_or_default(),
    };
    for Problem { line, column, message } in problems {
        out.push_str(&format!("! {line} {column} {}\n", message.replace('\n', " ")));
    }
    if language == "sql" && text.len() <= LONGEST_COLOURED {
        let mut units = Units { text, byte: 0, unit: 0 };
        for (span, class) in ferry_sql::highlight(text) {
            let (start, end) = (units.at(span.start), units.at(span.end));
            out.push_str(&format!("{} {start} {end}\n", format!("{class:?}").to_lowercase()));
        }
    }
    out
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

fn json_problem(error: &serde_json::Error) -> Problem {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    Problem { line: number(error.line()), column: number(error.column()), message: page::not_json(&error.to_string()) }
}

/// Counts UTF-16 units up to growing byte places.
struct Units<'text> {
    text: &'text str,
    byte: usize,
    unit: usize,
}

impl Units<'_> {
    fn at(&mut self, byte: usize) -> usize {
        if let Some(piece) = self.text.get(self.byte..byte) {
            self.unit += piece.encode_utf16().count();
            self.byte = byte;
        }
        self.unit
    }
}

#[cfg(test)]
mod tests {
    use super::editor_marks;

    #[test]
    fn pieces_count_as_browsers_do_and_problems_have_their_place() {
        let marks = editor_marks("sql", "SELECT '\u{1f6a2}', a");
        assert!(marks.contains("keyword 0 6\n") && marks.contains("string 7 11\n"), "{marks}");
        assert!(
            editor_marks("sql", "CREATE\nVIEV v").starts_with("! 2 1 "),
            "{}",
            editor_marks("sql", "CREATE\nVIEV v")
        );
        assert!(
            editor_marks("json", "{\n  \"a\": }").starts_with("! 2 8 "),
            "{}",
            editor_marks("json", "{\n  \"a\": }")
        );
        assert!(editor_marks("yaml", "format: 1\nsteps: 3\n").starts_with("! "));
        assert_eq!(editor_marks("json", "{}"), "");
    }
}
