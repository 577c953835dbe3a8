//! The plan: what will be done, as ordered steps.

pub(crate) mod check;
mod drag;
mod inner_rows;
mod order;
mod step;

use std::collections::BTreeSet;

use ferry_model::{
    CaptureProblem, Count, DeploymentInfo, LeftOut, MigrationId, Product, ResourceName, SecretReference, StepNumber,
    StepSummary, Version,
};
use serde::{Deserialize, Serialize};

pub use step::{CompareSpec, CopySpec, IfExists, InnerRows, Redo, Step};
pub(crate) use step::{EXISTS_RULE, INNER_ROWS_RULE, can_stand};

use crate::{CopyThrough, Settings, placeholders};

/// The format of plans that this version writes and reads (docs/plan-format.md).
pub const PLAN_FORMAT: u32 = 1;

/// What will be done. It holds no secret: definitions have placeholders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// [`PLAN_FORMAT`].
    pub format: u32,
    /// Whose plan.
    pub migration: MigrationId,
    /// A name for people.
    pub name: String,
    /// The configuration that it was made from.
    pub config: ConfigReference,
    /// Where resources and rows come from.
    pub source: DeploymentSummary,
    /// Where they go to; none for a `resource_only` plan without a target.
    pub target: Option<DeploymentSummary>,
    /// How to migrate.
    pub settings: Settings,
    /// What planning noticed about the whole.
    pub findings: Vec<Finding>,
    /// The steps, in an order that works.
    pub steps: Vec<Step>,
    /// What the source's catalogue lists and the plan does not carry, and why.
    pub left_out: Vec<LeftOut>,
    /// What could not be captured.
    pub problems: Vec<CaptureProblem>,
    /// Statements people ran on the source; never migrated.
    pub query_history: Vec<String>,
}

/// The configuration file that a plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigReference {
    /// Its path as it was given.
    pub file: String,
    /// [`crate::Config::digest`] at that time.
    pub digest: String,
}

/// A deployment as a plan names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentSummary {
    /// Which product.
    pub product: Product,
    /// Its version.
    pub version: Version,
    /// timeplusd's native address.
    pub timeplusd_address: String,
}

impl From<&DeploymentInfo> for DeploymentSummary {
    fn from(info: &DeploymentInfo) -> Self {
        Self { product: info.product, version: info.version, timeplusd_address: info.timeplusd_address.clone() }
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// May go wrong, or change what people see.
    Caution,
    /// The run will stop because of it, unless something changes.
    Blocks,
}

impl Severity {
    /// Every severity, mildest first.
    pub const ALL: [Self; 3] = [Self::Note, Self::Caution, Self::Blocks];

    /// As plans spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Caution => "caution",
            Self::Blocks => "blocks",
        }
    }
}

/// A risk or problem that planning noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The id of the rule that noticed it.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// What it is, in plain language.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// A better value for `max_block_size`, where that is the remedy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub better_max_block_size: Option<u64>,
}

impl Plan {
    /// The step of a number.
    pub fn step(&self, number: StepNumber) -> Option<&Step> {
        self.steps.iter().find(|step| step.number == number)
    }

    /// The way that the rows of a copy take.
    pub fn through(&self, copy: &CopySpec) -> CopyThrough {
        copy.through.unwrap_or(self.settings.copy_through)
    }

    /// The steps that take part in a run.
    pub fn enabled_steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.enabled)
    }

    /// The enabled steps as a run's first event lists them, with everything that each must wait for.
    pub fn step_summaries(&self) -> Vec<StepSummary> {
        let stages = order::Stages::of(self);
        let summary = |step: &Step| StepSummary {
            number: step.number,
            action: step.action,
            resource: step.resource.clone(),
            rows_total: step.copy.as_ref().map_or(Count::UNKNOWN, |copy| copy.rows),
            after: stages.after(step),
        };
        self.enabled_steps().map(summary).collect()
    }

    /// Everything that a step must wait for: what it needs, and the stages that safety demands whatever the
    /// plan's text says (copy-safety 21). Stops come before every copy, materialized views after every copy and
    /// comparison, and what writes (sources, sinks, inputs, tasks, alerts) after those; sources and inputs also
    /// after every materialized view.
    pub fn after(&self, step: &Step) -> Vec<StepNumber> {
        order::Stages::of(self).after(step)
    }

    /// The steps for streams of their own that no view is to have: nobody needs to look at them.
    pub fn set_aside(&self) -> BTreeSet<StepNumber> {
        let views = self.steps.iter().filter(|step| step.chosen_inner_target().is_none());
        let streams: BTreeSet<&ResourceName> = views.filter_map(|step| step.inner_target.as_ref()).collect();
        let of_one = |step: &&Step| !step.enabled && streams.contains(&step.resource);
        self.steps.iter().filter(of_one).map(|step| step.number).collect()
    }

    /// The keys of all secrets that the enabled steps need.
    pub fn required_secrets(&self) -> Vec<SecretReference> {
        let mut found: Vec<SecretReference> = Vec::new();
        for step in self.enabled_steps() {
            for key in step.definition.iter().flat_map(placeholders) {
                let known = step.secrets.iter().find(|secret| secret.key == key);
                let reference =
                    SecretReference { key, readable_on_source: known.is_some_and(|s| s.readable_on_source) };
                if !found.iter().any(|other| other.key == reference.key) {
                    found.push(reference);
                }
            }
        }
        found
    }

    /// SHA-256 over everything that will run, in hexadecimal: both addresses, the settings and the
    /// enabled steps. The migration, names, findings, comments and layout are not part of it.
    pub fn digest(&self) -> String {
        let summaries = self.step_summaries();
        let steps: Vec<_> = self.enabled_steps().zip(summaries).map(|(step, summary)| runs(step, &summary)).collect();
        crate::digest::of_json(&serde_json::json!({
            "format": self.format,
            "source": self.source.timeplusd_address,
            "target": self.target.as_ref().map(|target| &target.timeplusd_address),
            "settings": self.settings,
            "steps": steps,
        }))
    }

    /// Everything that is wrong with the plan as it stands: a step that needs one that is gone, a cycle, a number
    /// used twice, a definition that does not parse or names another resource. Empty means that it can run.
    pub fn check(&self) -> Vec<check::PlanProblem> {
        check::check(self)
    }

    /// All findings that still say something, those of the whole plan first.
    pub fn all_findings(&self) -> impl Iterator<Item = (Option<&Step>, &Finding)> {
        let of_steps = self.steps.iter().flat_map(|step| step.open_findings().map(move |found| (Some(step), found)));
        self.findings.iter().map(|found| (None, found)).chain(of_steps)
    }
}

fn runs(step: &Step, summary: &StepSummary) -> serde_json::Value {
    let mut runs = serde_json::json!({
        "number": step.number,
        "action": step.action,
        "side": step.side,
        "resource": step.resource,
        "after": summary.after,
        "definition": step.definition,
        "copy": step.copy.as_ref().map(|copy| serde_json::json!({
            "columns": copy.columns,
            "mode": copy.mode,
            "order_by": copy.order_by,
            "threads": copy.threads,
            "helper": copy.helper,
            "slice_rows": copy.slice_rows,
            "redo": copy.redo,
        })),
        "inner_rows": step.inner_rows,
        "server_id": step.server_id,
    });
    // Plans from before there was a choice keep their digest, here and below.
    if let Some(source) = &step.source {
        runs["source"] = serde_json::json!(source);
    }
    if step.if_exists != IfExists::Refuse {
        runs["if_exists"] = step.if_exists.as_str().into();
    }
    if let Some(through) = step.copy.as_ref().and_then(|copy| copy.through) {
        runs["copy"]["through"] = through.as_str().into();
    }
    if let Some(CompareSpec { level, from_ms, accepts_movement }) = step.compare {
        runs["compare"] = serde_json::json!({ "level": level, "from_ms": from_ms });
        if accepts_movement {
            runs["compare"]["accepts_movement"] = accepts_movement.into();
        }
    }
    runs
}
