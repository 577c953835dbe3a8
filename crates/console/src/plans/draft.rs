//! Editing a plan: each person has a draft, every edit is kept at once and can be taken back, and saving makes the
//! next revision.

use std::sync::Arc;

use ferry_model::messages::{console as text, plan_page as page};
use ferry_model::{Caller, FerryError, MigrationId, Permission, RevisionId, UserId};
use ferry_plan::PlanEdit;
use ferry_store::{DraftEdit, DraftRecord, NewRevision, RevisionEntry, RevisionRecord};

use super::change::{Begun, Changed, edited, moved, replaced, with_line_ends_of};
use super::diff::{self, PlanDiff};
use super::reading::{Reading, Readings};
use crate::Console;
use crate::error::from_store;

/// A plan as somebody looks at it: a revision, or their own draft of the next one.
#[derive(Debug, Clone)]
pub struct PlanPage {
    /// The revision that is shown, or that the draft began with.
    pub revision: u32,
    /// The newest revision's number.
    pub newest: u32,
    /// Who made the revision.
    pub made_by: String,
    /// When, in milliseconds since 1970.
    pub made_at_ms: i64,
    /// The digest that a run of the newest revision names.
    pub newest_digest: String,
    /// The caller's draft, where that is what is shown.
    pub draft: Option<DraftHead>,
    /// Whether the caller may edit what is shown: not an old revision.
    pub may_edit: bool,
    /// The text and what it says.
    pub reading: Arc<Reading>,
}

/// What is to be said about a draft besides its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftHead {
    /// How many edits it holds.
    pub n_edits: u32,
    /// What undo would take back.
    pub undo: Option<String>,
    /// What redo would make again.
    pub redo: Option<String>,
    /// Names this state of the draft.
    pub stamp: String,
    /// When it was last changed, in milliseconds since 1970.
    pub kept_at_ms: i64,
}

impl Console {
    /// The caller's draft where there is one, else the newest revision; or the revision of a number.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`].
    pub async fn plan_page(
        &self,
        caller: &Caller,
        id: &MigrationId,
        revision: Option<u32>,
    ) -> Result<Option<PlanPage>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        self.store().migration(id).await.map_err(from_store)?;
        let Some(newest) = self.store().newest_revision(id).await.map_err(from_store)? else { return Ok(None) };
        let may_edit = caller.role.allows(Permission::EditPlans);
        if let Some(number) = revision {
            let shown = self.store().revision_by_number(id, number).await.map_err(from_store)?;
            let reading = self.reading_of_revision(&shown).await;
            return Ok(Some(PlanPage { may_edit: false, ..page_of(&newest, &shown, reading) }));
        }
        let Some(draft) = self.store().draft(id, &caller.user).await.map_err(from_store)? else {
            let reading = self.reading_of_revision(&newest).await;
            return Ok(Some(PlanPage { may_edit, ..page_of(&newest, &newest, reading) }));
        };
        let base = match draft.base == newest.number {
            true => newest.clone(),
            false => self.store().revision_by_number(id, draft.base).await.map_err(from_store)?,
        };
        let reading = self.inner.readings.of(&draft_key(id, &caller.user, &draft.stamp), draft.yaml.clone()).await;
        let head = DraftHead {
            n_edits: draft.n_edits,
            undo: draft.undo.map(|edit| edit.summary),
            redo: draft.redo.map(|edit| edit.summary),
            stamp: draft.stamp,
            kept_at_ms: draft.updated_at_ms,
        };
        Ok(Some(PlanPage { may_edit, draft: Some(head), ..page_of(&newest, &base, reading) }))
    }

    /// Every revision of a plan, the newest first.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`].
    pub async fn plan_revisions(&self, caller: &Caller, id: &MigrationId) -> Result<Vec<RevisionEntry>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        self.store().migration(id).await.map_err(from_store)?;
        self.store().revisions(id).await.map_err(from_store)
    }

    /// What differs between a revision and another one, or the caller's draft.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`];
    /// [`FerryError::Invalid`] for a draft that is no plan.
    pub async fn plan_diff(
        &self,
        caller: &Caller,
        id: &MigrationId,
        from: u32,
        to: Option<u32>,
    ) -> Result<PlanDiff, FerryError> {
        let none = || FerryError::from(text::no_plan());
        let old = self.plan_page(caller, id, Some(from)).await?.ok_or_else(none)?;
        let new = self.plan_page(caller, id, to).await?.ok_or_else(none)?;
        let plan = |page: &PlanPage| page.reading.plan().cloned().ok_or_else(|| not_sound(&page.reading));
        Ok(diff::between(&plan(&old)?, &plan(&new)?))
    }

    /// Makes changes in the caller's draft that one undo takes back together; the first ones begin a draft.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditPlans`]; [`FerryError::Conflict`] where the text cannot be
    /// changed in one place, or somebody else was quicker.
    pub async fn edit_plan(&self, caller: &Caller, id: &MigrationId, edits: &[PlanEdit]) -> Result<(), FerryError> {
        caller.require(Permission::EditPlans)?;
        let begun = self.draft_or_newest(caller, id).await?;
        match edited(&begun.reading, edits)? {
            Some((changed, summary)) => self.keep_edit(caller, id, begun, changed, summary).await,
            None => Ok(()),
        }
    }

    /// Replaces the whole text of the caller's draft, whatever it says: what is typed is never lost, and what is
    /// wrong with it is said with its place.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditPlans`]; [`FerryError::Conflict`] where somebody else was
    /// quicker.
    pub async fn edit_plan_text(
        &self,
        caller: &Caller,
        id: &MigrationId,
        new_text: String,
        is_upload: bool,
    ) -> Result<(), FerryError> {
        caller.require(Permission::EditPlans)?;
        let begun = self.draft_or_newest(caller, id).await?;
        let new_text = if is_upload { new_text } else { with_line_ends_of(begun.reading.text(), new_text) };
        let changed = Readings::read(new_text).await;
        let summary = if is_upload { page::EDIT_UPLOAD } else { page::EDIT_TEXT };
        self.keep_edit(caller, id, begun, changed, summary.to_owned()).await
    }

    /// Takes the last edit of the caller's draft back.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditPlans`]; [`FerryError::Conflict`] where there is none.
    pub async fn undo_plan_edit(&self, caller: &Caller, id: &MigrationId) -> Result<(), FerryError> {
        self.move_edit(caller, id, false).await
    }

    /// Makes the edit again that was taken back last.
    ///
    /// # Errors
    /// As [`Self::undo_plan_edit`].
    pub async fn redo_plan_edit(&self, caller: &Caller, id: &MigrationId) -> Result<(), FerryError> {
        self.move_edit(caller, id, true).await
    }

    /// Throws the caller's draft away.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditPlans`].
    pub async fn discard_plan_draft(&self, caller: &Caller, id: &MigrationId) -> Result<(), FerryError> {
        caller.require(Permission::EditPlans)?;
        self.store().discard_draft(id, &caller.user).await.map_err(from_store)
    }

    /// Makes the caller's draft the next revision. `over` is the newest revision that the caller knows of.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditPlans`]; [`FerryError::Conflict`] without a draft, without
    /// a change, or where a newer revision exists; [`FerryError::Invalid`] where the draft cannot be run.
    pub async fn save_plan_draft(&self, caller: &Caller, id: &MigrationId, over: u32) -> Result<u32, FerryError> {
        caller.require(Permission::EditPlans)?;
        let none = || FerryError::from(page::nothing_to_save());
        let shown = self.plan_page(caller, id, None).await?.ok_or_else(none)?;
        if shown.draft.is_none() {
            return Err(none());
        }
        if shown.newest != over {
            return Err(page::newer_revision(shown.newest).into());
        }
        let base = self.store().revision_by_number(id, shown.revision).await.map_err(from_store)?;
        let plan = shown.reading.plan().filter(|_| shown.reading.problems().is_empty());
        let plan = plan.ok_or_else(|| not_sound(&shown.reading))?;
        if base.yaml == shown.reading.text() {
            return Err(none());
        }
        let before = self.reading_of_revision(&base).await;
        let summary = before.plan().map(|before| diff::between(before, plan).summary()).unwrap_or_default();
        let revision = NewRevision {
            id: RevisionId::new(uuid::Uuid::now_v7().to_string()),
            migration: id.clone(),
            yaml: shown.reading.text().to_owned(),
            digest: plan.digest(),
            secrets: self.store().revision_secrets(&base.id).await.map_err(from_store)?,
            made_by: caller.name.clone(),
            summary,
        };
        let number = self.store().add_revision(&revision).await.map_err(from_store)?;
        self.store().discard_draft(id, &caller.user).await.map_err(from_store)?;
        tracing::info!(migration.id = %id, user.name = caller.name, revision = number, "a plan was saved");
        Ok(number)
    }

    pub(crate) async fn reading_of_revision(&self, revision: &RevisionRecord) -> Arc<Reading> {
        self.inner.readings.of(&format!("revision {}", revision.id), revision.yaml.clone()).await
    }

    pub(super) async fn draft_or_newest(&self, caller: &Caller, id: &MigrationId) -> Result<Begun, FerryError> {
        self.store().migration(id).await.map_err(from_store)?;
        if let Some(draft) = self.store().draft(id, &caller.user).await.map_err(from_store)? {
            let key = draft_key(id, &caller.user, &draft.stamp);
            let reading = self.inner.readings.of(&key, draft.yaml.clone()).await;
            let base = draft.base;
            return Ok(Begun { known: Some(draft), base, reading });
        }
        let newest = self.store().newest_revision(id).await.map_err(from_store)?;
        let newest = newest.ok_or_else(|| FerryError::from(text::no_plan()))?;
        let reading = self.reading_of_revision(&newest).await;
        Ok(Begun { known: None, base: newest.number, reading })
    }

    async fn keep_edit(
        &self,
        caller: &Caller,
        id: &MigrationId,
        begun: Begun,
        after: Arc<Reading>,
        summary: String,
    ) -> Result<(), FerryError> {
        if begun.reading.text() == after.text() {
            return Ok(());
        }
        let n_edits = begun.known.as_ref().map_or(0, |draft| draft.n_edits) + 1;
        let changed = Changed { over: begun.reading.text(), after, n_edits, summary };
        self.store_edit(caller, id, begun.known.as_ref(), begun.base, &changed).await.map(|_| ())
    }

    /// Stores an edit; gives the stamp of the draft as it then is.
    pub(super) async fn store_edit(
        &self,
        caller: &Caller,
        id: &MigrationId,
        known: Option<&DraftRecord>,
        base: u32,
        changed: &Changed<'_>,
    ) -> Result<String, FerryError> {
        let Changed { over, after, n_edits, summary } = changed;
        let (at_byte, removed, inserted) = replaced(over, after.text());
        let (removed, inserted) = (removed.to_owned(), inserted.to_owned());
        let edit = DraftEdit { summary: summary.clone(), at_byte, removed, inserted };
        let draft = draft_record(base, after.text().to_owned(), *n_edits);
        let stored = self.store().add_draft_edit(id, &caller.user, known, &draft, &edit).await;
        if !stored.map_err(from_store)? {
            return Err(page::draft_changed().into());
        }
        self.inner.readings.keep(&draft_key(id, &caller.user, &draft.stamp), after.clone());
        Ok(draft.stamp)
    }

    pub(super) async fn move_edit(&self, caller: &Caller, id: &MigrationId, forward: bool) -> Result<(), FerryError> {
        caller.require(Permission::EditPlans)?;
        let draft = self.store().draft(id, &caller.user).await.map_err(from_store)?;
        let draft = draft.ok_or_else(|| FerryError::from(page::nothing_to_undo()))?;
        let yaml = moved(&draft, forward)?;
        let n_edits = if forward { draft.n_edits + 1 } else { draft.n_edits - 1 };
        let changed = draft_record(draft.base, yaml, n_edits);
        match self.store().move_draft(id, &caller.user, &draft, &changed).await.map_err(from_store)? {
            true => Ok(()),
            false => Err(page::draft_changed().into()),
        }
    }
}

fn draft_record(base: u32, yaml: String, n_edits: u32) -> DraftRecord {
    let stamp = uuid::Uuid::new_v4().to_string();
    DraftRecord { base, yaml, n_edits, stamp, updated_at_ms: 0, undo: None, redo: None }
}

fn page_of(newest: &RevisionRecord, shown: &RevisionRecord, reading: Arc<Reading>) -> PlanPage {
    PlanPage {
        revision: shown.number,
        newest: newest.number,
        made_by: shown.made_by.clone(),
        made_at_ms: shown.made_at_ms,
        newest_digest: newest.digest.clone(),
        draft: None,
        may_edit: false,
        reading,
    }
}

fn draft_key(id: &MigrationId, user: &UserId, stamp: &str) -> String {
    format!("draft {id} {user} {stamp}")
}

fn not_sound(reading: &Reading) -> FerryError {
    FerryError::Invalid { what: "plan".into(), problems: reading.problems().to_vec() }
}
