//! Evidence: everything that is recorded of one run in one file, which can be checked without Ferry's record.

mod check;

use std::collections::{BTreeMap, BTreeSet};

use ferry_model::{
    BucketDifference, Caller, Count, Event, EventBody, FerryError, Journal, Ledger, MigrationId, Permission,
    ResourceName, RunId, RunState, RunView, StepAction, StepNumber, StepState, Verification,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Console;
use crate::error::{from_journal, from_store};

pub use check::{EvidenceCheck, check_evidence};

/// The format that this version writes.
const EVIDENCE_FORMAT: u32 = 1;

/// What is recorded of one run. Definitions hold placeholders for secrets, and what servers said was scrubbed before it
/// was recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The version of this format.
    pub format: u32,
    /// The Ferry that wrote it.
    pub written_by: String,
    /// Which run.
    pub run: RunId,
    /// Whose run.
    pub migration: MigrationId,
    /// The migration's name.
    pub migration_name: String,
    /// The plan that it carried out; none for a clean.
    pub plan: Option<EvidencePlan>,
    /// Every event of the run.
    pub events: Vec<Event>,
    /// The last link of a chain of SHA-256 through the events.
    pub events_digest: String,
    /// What the run made and did not remove.
    pub ledger: Ledger,
    /// Where the run stands.
    pub state: RunState,
    /// What the comparisons found.
    pub comparisons: Vec<EvidenceComparison>,
    /// Streams that were copied and that no comparison vouches for.
    pub unverified: Vec<ResourceName>,
    /// SHA-256 over everything above.
    pub digest: String,
}

/// The revision of a plan that a run carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidencePlan {
    /// Counted from 1.
    pub revision: u32,
    /// The digest of what ran.
    pub digest: String,
    /// Who made the revision.
    pub made_by: String,
    /// When, in milliseconds since 1970.
    pub made_at_ms: i64,
    /// Its text.
    pub yaml: String,
}

/// What the newest comparison of one stream found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceComparison {
    /// The step that compared.
    pub step: StepNumber,
    /// Which stream.
    pub stream: ResourceName,
    /// Where the step stands.
    pub state: StepState,
    /// Rows on the source and on the target.
    pub rows: Option<(Count, Count)>,
    /// What was shown, where it ended well.
    pub verified: Option<Verification>,
    /// Where both sides differ; rows that came after the copy are among them.
    pub differences: Vec<BucketDifference>,
}

impl Console {
    /// Everything that is recorded of a run, to be kept in a file.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`].
    pub async fn evidence(&self, caller: &Caller, run: &RunId) -> Result<Evidence, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        let record = self.store().run(run).await.map_err(from_store)?;
        let migration = self.store().migration(&record.migration).await.map_err(from_store)?;
        let events = self.store().read(run, 0).await.map_err(from_journal)?;
        let plan = match &record.revision {
            Some(id) => {
                let revision = self.store().revision(id).await.map_err(from_store)?;
                let (digest, made_by, yaml) = (revision.digest, revision.made_by, revision.yaml);
                Some(EvidencePlan { revision: revision.number, digest, made_by, made_at_ms: revision.made_at_ms, yaml })
            }
            None => None,
        };
        Ok(Evidence::new(run.clone(), record.migration, migration.name, plan, events))
    }
}

impl Evidence {
    fn new(
        run: RunId,
        migration: MigrationId,
        migration_name: String,
        plan: Option<EvidencePlan>,
        events: Vec<Event>,
    ) -> Self {
        let view = RunView::fold(&events);
        let mut evidence = Self {
            format: EVIDENCE_FORMAT,
            written_by: format!("ferry {}", env!("CARGO_PKG_VERSION")),
            run,
            migration,
            migration_name,
            plan,
            events_digest: chain(&events),
            ledger: Ledger::fold(events.iter().map(|event| &event.body)),
            state: view.state,
            comparisons: comparisons(&events, &view),
            unverified: view.unverified().into_iter().cloned().collect(),
            events,
            digest: String::new(),
        };
        evidence.digest = evidence.digest_of_all();
        evidence
    }

    /// As it stands in its file.
    pub fn to_json(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or(Value::Null);
        format!("{value:#}\n")
    }

    fn digest_of_all(&self) -> String {
        let mut value = serde_json::to_value(self).unwrap_or(Value::Null);
        if let Value::Object(fields) = &mut value {
            fields.remove("digest");
        }
        ferry_plan::digest_of_json(&value)
    }
}

/// Each link is the SHA-256 of the link before it and an event, so that no event can be changed, left out or added
/// without changing the last link.
fn chain(events: &[Event]) -> String {
    let link = |before: String, event: &Event| {
        let event = serde_json::to_value(event).unwrap_or(Value::Null);
        ferry_plan::digest_of_json(&Value::Array(vec![Value::String(before), event]))
    };
    events.iter().fold(String::new(), link)
}

fn comparisons(events: &[Event], view: &RunView) -> Vec<EvidenceComparison> {
    let mut differences = differences(events);
    let compared = view.steps.iter().filter(|step| step.action == StepAction::Compare);
    let comparison = |step: &ferry_model::StepView| EvidenceComparison {
        step: step.number,
        stream: step.resource.clone(),
        state: step.state,
        rows: step.compared,
        verified: step.verified,
        differences: differences.remove(&step.number).unwrap_or_default(),
    };
    compared.map(comparison).collect()
}

/// The differences that the newest comparison of each step found.
pub(crate) fn differences(events: &[Event]) -> BTreeMap<StepNumber, Vec<BucketDifference>> {
    let mut found: BTreeMap<StepNumber, Vec<BucketDifference>> = BTreeMap::new();
    let mut over = BTreeSet::new();
    for event in events {
        match &event.body {
            EventBody::StepStarted { step, .. } if over.remove(step) => {
                found.remove(step);
            }
            EventBody::StepDone { step, .. } | EventBody::StepFailed { step, .. } => {
                over.insert(*step);
            }
            EventBody::BucketDiffers { step, difference } => found.entry(*step).or_default().push(difference.clone()),
            _ => {}
        }
    }
    found
}
