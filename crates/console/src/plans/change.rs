//! What an edit of a draft is made of: what it begins from, the text that comes of it, and the piece in which both differ.

use std::sync::Arc;

use ferry_model::FerryError;
use ferry_model::messages::plan_page as page;
use ferry_plan::{EditError, PlanEdit};
use ferry_store::DraftRecord;

use super::diff;
use super::reading::Reading;

/// What an edit begins from: the caller's draft, or the newest revision.
pub(super) struct Begun {
    pub known: Option<DraftRecord>,
    pub base: u32,
    pub reading: Arc<Reading>,
}

/// An edit that is to be stored.
pub(super) struct Changed<'a> {
    /// The text that it replaces, and that undo brings back.
    pub over: &'a str,
    pub after: Arc<Reading>,
    pub n_edits: u32,
    pub summary: String,
}

/// A plan with changes in it, and what they are called; `None` without any.
pub(super) fn edited(before: &Reading, edits: &[PlanEdit]) -> Result<Option<(Arc<Reading>, String)>, FerryError> {
    let document = before.document().ok_or_else(|| FerryError::from(page::text_is_no_plan()))?;
    let mut changed = None;
    let mut summaries = Vec::new();
    for edit in edits {
        let before = changed.as_ref().map_or(document, |(document, _)| document);
        let edited = before.edited(edit).map_err(|error| match error {
            EditError::NoSuchStep(step) => FerryError::NotFound { what: "step".into(), id: step.to_string() },
            EditError::OldName => page::names_what_is_renamed().into(),
            EditError::Layout => page::layout_is_strange().into(),
        })?;
        if edited.0.text() != before.text() {
            summaries.push(page::edit_summary(&diff::describe(edit)));
        }
        changed = Some(edited);
    }
    let reading = |(document, problems)| (Arc::new(Reading::of_document(document, problems)), summaries.join(", "));
    Ok(changed.map(reading))
}

/// A text from a form, which sends line ends as CR LF, with the line ends of the text that it replaces.
pub(super) fn with_line_ends_of(before: &str, new_text: String) -> String {
    if before.contains("\r\n") { new_text } else { new_text.replace("\r\n", "\n") }
}

/// The text of a draft before its last edit, or with the edit that was taken back.
pub(super) fn moved(draft: &DraftRecord, forward: bool) -> Result<String, FerryError> {
    let edit = if forward { &draft.redo } else { &draft.undo };
    let edit = edit.as_ref().ok_or_else(|| FerryError::from(page::nothing_to_undo()))?;
    let (old, new) = if forward { (&edit.removed, &edit.inserted) } else { (&edit.inserted, &edit.removed) };
    let at = usize::try_from(edit.at_byte).unwrap_or(usize::MAX);
    let tail = draft.yaml.get(at..).and_then(|rest| rest.strip_prefix(old.as_str()));
    let tail = tail.ok_or_else(|| FerryError::from(page::draft_changed()))?;
    Ok(format!("{}{new}{tail}", &draft.yaml[..at]))
}

/// The piece in which two texts differ: where it begins, and how it reads in each.
pub(super) fn replaced<'a>(before: &'a str, after: &'a str) -> (u64, &'a str, &'a str) {
    let same = |pair: &(u8, u8)| pair.0 == pair.1;
    let mut head = before.bytes().zip(after.bytes()).take_while(same).count();
    while !before.is_char_boundary(head) || !after.is_char_boundary(head) {
        head -= 1;
    }
    let (old, new) = (&before[head..], &after[head..]);
    let mut tail = old.bytes().rev().zip(new.bytes().rev()).take_while(same).count();
    while !old.is_char_boundary(old.len() - tail) || !new.is_char_boundary(new.len() - tail) {
        tail -= 1;
    }
    (head as u64, &old[..old.len() - tail], &new[..new.len() - tail])
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_the_piece_that_differs_is_kept() {
        for (before, after, expected) in [
            ("abcd", "abxd", (2, "c", "x")),
            ("aaa", "aaaa", (3, "", "a")),
            ("", "x", (0, "", "x")),
            ("größe", "grüße", (2, "öß", "üß")),
            ("same", "same", (4, "", "")),
        ] {
            let (at, old, new) = replaced(before, after);
            assert_eq!(format!("{}{new}{}", &before[..at as usize], &before[at as usize + old.len()..]), after);
            if before.is_ascii() {
                assert_eq!((at, old, new), expected);
            }
        }
    }
}
