//! What an editor keeps by itself while somebody types: always in the caller's draft, never as a revision.

use std::sync::Arc;

use ferry_model::messages::plan_page as page;
use ferry_model::{Caller, FerryError, Keeping, MigrationId, Permission, StepNumber};
use ferry_plan::{PlanEdit, digest_of_text};

use super::change::{Begun, Changed, edited, moved, with_line_ends_of};
use super::definition::{definition_from_form, definition_text};
use super::reading::{Reading, Readings};
use crate::Console;

/// Of a digest, in hexadecimal digits: 128 bits tell texts apart, and every page with an editor carries one.
const DIGEST_LENGTH: usize = 32;

/// A text as it stands in an editor.
#[derive(Debug, Clone, Copy)]
pub struct TypedText<'a> {
    /// The step whose definition it is; the text of the whole plan without one.
    pub step: Option<StepNumber>,
    /// The text, with the line ends of a form.
    pub text: &'a str,
    /// The digest of the text that the editor knows to be kept.
    pub known: &'a str,
    /// The stamp that the editor was given when it kept a text last; empty before that. While nothing else changed the
    /// draft, what is typed goes on being the same edit.
    pub stamp: &'a str,
}

impl Console {
    /// Keeps what somebody types in their draft, whatever it says. One stay in an editor is one edit, which undo takes
    /// back as a whole.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditPlans`]; [`FerryError::Conflict`] where the kept text is not
    /// the one that the editor knows; [`FerryError::Invalid`] for a definition that should be JSON and is not.
    pub async fn keep_typed_text(
        &self,
        caller: &Caller,
        id: &MigrationId,
        typed: &TypedText<'_>,
    ) -> Result<Keeping, FerryError> {
        caller.require(Permission::EditPlans)?;
        let begun = self.draft_or_newest(caller, id).await?;
        if text_digest(&text_of(&begun.reading, typed.step)?) != typed.known {
            return Err(page::draft_changed().into());
        }
        let summary = match typed.step {
            None => page::EDIT_TEXT.to_owned(),
            Some(step) => page::edit_summary(&page::Edit::Definition { step }),
        };
        let Begun { known, base, reading } = begun;
        // The same edit goes on where it is the last one and nothing came after it: then it is made anew over what stood
        // there before it.
        let goes_on = known.as_ref().filter(|draft| {
            draft.stamp == typed.stamp && draft.undo.as_ref().is_some_and(|edit| edit.summary == summary)
        });
        let over = match goes_on {
            Some(draft) => Readings::read(moved(draft, false)?).await,
            None => reading.clone(),
        };
        let after = with_typed(&over, typed).await?;
        let digest = text_digest(&text_of(&after, typed.step)?);
        if reading.text() == after.text() {
            return Ok(Keeping::Kept { digest, stamp: typed.stamp.to_owned() });
        }
        if over.text() == after.text() {
            self.move_edit(caller, id, false).await?;
            return Ok(Keeping::Kept { digest, stamp: String::new() });
        }
        let n_edits = known.as_ref().map_or(0, |draft| draft.n_edits) + u32::from(goes_on.is_none());
        let changed = Changed { over: over.text(), after, n_edits, summary };
        let stamp = self.store_edit(caller, id, known.as_ref(), base, &changed).await?;
        Ok(Keeping::Kept { digest, stamp })
    }
}

/// A plan with what was typed in it.
async fn with_typed(over: &Arc<Reading>, typed: &TypedText<'_>) -> Result<Arc<Reading>, FerryError> {
    let Some(step) = typed.step else {
        return Ok(Readings::read(with_line_ends_of(over.text(), typed.text.to_owned())).await);
    };
    let known = over.plan().and_then(|plan| plan.step(step)?.definition.as_ref());
    let definition = definition_from_form(known, typed.text)?;
    let changed = edited(over, &[PlanEdit::Definition { step, definition }])?;
    Ok(changed.map_or_else(|| over.clone(), |(after, _)| after))
}

/// The text that an editor shows of a plan, or of one step.
fn text_of(reading: &Reading, step: Option<StepNumber>) -> Result<String, FerryError> {
    let Some(number) = step else { return Ok(reading.text().to_owned()) };
    let plan = reading.plan().ok_or_else(|| FerryError::from(page::text_is_no_plan()))?;
    let definition = plan.step(number).and_then(|step| step.definition.as_ref());
    let missing = || FerryError::NotFound { what: "step".into(), id: number.to_string() };
    definition.map(definition_text).ok_or_else(missing)
}

/// Tells texts apart: an editor says by it which text it has in hand.
pub fn text_digest(text: &str) -> String {
    let mut digest = digest_of_text(text);
    digest.truncate(DIGEST_LENGTH);
    digest
}
