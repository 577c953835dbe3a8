//! One step of a plan, and what it says about rows.

use ferry_model::{
    CompareLevel, Count, Definition, ResourceKind, ResourceName, SecretReference, Side, StepAction, StepNumber,
    StreamMode,
};
use serde::{Deserialize, Serialize};

use super::{Finding, Severity};
use crate::CopyThrough;

/// The rule that findings about what the target has already are of.
pub(crate) const EXISTS_RULE: &str = "exists-on-target";
/// The rule that findings about the rows of views without INTO are of.
pub(crate) const INNER_ROWS_RULE: &str = "inner-rows";

/// One action on one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number, stable while the plan is edited.
    pub number: StepNumber,
    /// What it does.
    pub action: StepAction,
    /// Where.
    pub side: Side,
    /// To which resource, as the step's side calls it.
    pub resource: ResourceName,
    /// What the source calls it, where that is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<ResourceName>,
    /// The steps whose results it uses. Stages come on top: see [`Plan::after`].
    pub needs: Vec<StepNumber>,
    /// From what it creates.
    pub definition: Option<Definition>,
    /// The secrets that the definition needs.
    pub secrets: Vec<SecretReference>,
    /// How it copies.
    pub copy: Option<CopySpec>,
    /// How much it compares; without it, the number of rows.
    #[serde(default)]
    pub compare: Option<CompareSpec>,
    /// What happens where the target has the resource already (copy-safety 2).
    #[serde(default, skip_serializing_if = "IfExists::is_refuse")]
    pub if_exists: IfExists,
    /// What happens to the rows of a materialized view without INTO (copy-safety 15).
    pub inner_rows: Option<InnerRows>,
    /// The stream that would keep those rows; the plan has steps that create, fill and compare it, which take part only
    /// with [`InnerRows::ExplicitTarget`]. None where there can be no such stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner_target: Option<ResourceName>,
    /// The id under which the deployment knows the resource, for steps that stop something.
    pub server_id: Option<String>,
    /// Whether the source's one was running, where known.
    pub running: Option<bool>,
    /// Whether the step takes part in a run.
    pub enabled: bool,
    /// What planning noticed about it. Findings inform; they decide nothing.
    pub findings: Vec<Finding>,
}

impl Step {
    /// A step with nothing but its identity.
    pub fn new(number: StepNumber, action: StepAction, resource: ResourceName) -> Self {
        Self {
            number,
            action,
            side: Side::Target,
            resource,
            source: None,
            needs: vec![],
            definition: None,
            secrets: vec![],
            copy: None,
            compare: None,
            if_exists: IfExists::Refuse,
            inner_rows: None,
            inner_target: None,
            server_id: None,
            running: None,
            enabled: true,
            findings: vec![],
        }
    }

    /// What the source calls the resource.
    pub fn on_source(&self) -> &ResourceName {
        self.source.as_ref().unwrap_or(&self.resource)
    }

    /// The stream that a view without INTO is told to write into, where that was decided.
    pub fn chosen_inner_target(&self) -> Option<&ResourceName> {
        self.inner_target.as_ref().filter(|_| self.inner_rows == Some(InnerRows::ExplicitTarget))
    }

    /// What planning noticed, without what a person has decided since.
    pub fn open_findings(&self) -> impl Iterator<Item = &Finding> {
        let is_decided = self.inner_rows.is_some_and(|rows| rows != InnerRows::Undecided);
        let may_stand = self.if_exists == IfExists::SkipIfEqual;
        let is_answered = move |found: &Finding| {
            let is_question = found.severity == Severity::Blocks;
            is_question && ((is_decided && found.rule == INNER_ROWS_RULE) || (may_stand && found.rule == EXISTS_RULE))
        };
        self.findings.iter().filter(move |found| !is_answered(found))
    }

    /// Whether the target is known to have the resource, in a form that the plan may let stand.
    pub fn may_stand(&self) -> bool {
        let is_there = self.findings.iter().any(|found| found.rule == EXISTS_RULE);
        can_stand(self.resource.kind) && (is_there || self.if_exists != IfExists::Refuse)
    }

    /// Whether a person must decide something before the step can run.
    pub fn is_undecided(&self) -> bool {
        self.enabled && self.inner_rows == Some(InnerRows::Undecided)
    }
}

/// How the rows of a stream are copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopySpec {
    /// The columns, explicitly: `_tp_time` included, `_tp_delta` for changelog modes, never `_tp_sn`, virtual or
    /// computed columns (copy-safety 13).
    pub columns: Vec<String>,
    /// How the stream keeps rows.
    pub mode: StreamMode,
    /// Rows on the source when it was captured.
    pub rows: Count,
    /// Bytes on the source when it was captured.
    pub bytes: Count,
    /// Columns that the rows are read in order of, for modes in which order matters (resources.md 3.2).
    pub order_by: Vec<String>,
    /// Threads of the INSERT: 1 where order matters, the setting otherwise.
    pub threads: u64,
    /// The helper's name, in the database `default` of the target (copy-safety 6).
    pub helper: String,
    /// Rows of one slice at most; without it the stream is copied whole.
    #[serde(default)]
    pub slice_rows: Option<u64>,
    /// What happens to a slice that came out short.
    #[serde(default)]
    pub redo: Redo,
    /// The way that its rows take, where that is not the one of the settings.
    #[serde(default)]
    pub through: Option<CopyThrough>,
}

impl CopySpec {
    /// Whether a part of the rows can be taken away and copied again: they are told apart by time, and the target
    /// deletes rows (copy-safety 14, 19).
    pub fn is_redone_in_part(&self) -> bool {
        self.slices_hold().is_some() && self.redo == Redo::Delete
    }

    /// Rows of one slice at most, where the stream may be copied in slices at all: counts by time mean nothing where
    /// keys replace each other (copy-safety 14).
    pub fn slices_hold(&self) -> Option<u64> {
        self.slice_rows.filter(|_| self.mode == StreamMode::Append)
    }
}

/// What a creation does where the target has a resource of the name already (copy-safety 2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IfExists {
    /// The run stops before its first change.
    #[default]
    Refuse,
    /// What is there is used if its definition means the same; otherwise the run stops before its first change.
    SkipIfEqual,
}

impl IfExists {
    /// Every choice.
    pub const ALL: [Self; 2] = [Self::Refuse, Self::SkipIfEqual];

    /// The choice that plans spell so.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// As plans spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::SkipIfEqual => "skip_if_equal",
        }
    }

    fn is_refuse(&self) -> bool {
        *self == Self::Refuse
    }
}

/// Whether one of these may stand on the target: it does nothing by itself, and its definition can be read.
pub(crate) fn can_stand(kind: ResourceKind) -> bool {
    use ResourceKind as K;
    let is_global = matches!(kind, K::Function | K::AggregateFunction | K::FormatSchema);
    let is_passive = matches!(kind, K::View | K::Dictionary | K::ExternalStream | K::ExternalTable);
    is_global || is_passive || matches!(kind, K::Stream | K::MutableStream | K::RandomStream | K::NullStream)
}

/// How a part of a copy that came out short is copied again without doubling a row (copy-safety 19, 20).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Redo {
    /// The stream that the run made is dropped, created and copied again, whole.
    #[default]
    Recreate,
    /// The rows of the slice are deleted, and the slice is copied again.
    Delete,
}

impl Redo {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::Recreate, Self::Delete];

    /// As plans spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recreate => "recreate",
            Self::Delete => "delete",
        }
    }
}

/// How much of a stream is compared after its copy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareSpec {
    /// How closely.
    pub level: CompareLevel,
    /// The horizon: rows before this moment may expire during a run and are not compared (copy-safety 28). In
    /// milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// Whether rows may reach the source while it is copied although nobody can pause what writes them there
    /// (copy-safety 24).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepts_movement: bool,
}

/// What happens to the rows of a materialized view that has no INTO: they lie in an inner stream that cannot be
/// written to (resources.md 2.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InnerRows {
    /// Nobody decided yet; the run refuses to start.
    #[default]
    Undecided,
    /// They are copied into a stream of its own, into which the view then writes: its definition says INTO.
    ExplicitTarget,
    /// The view computes them again: its definition must say `seek_to = 'earliest'`.
    Rebuild,
    /// They are not carried; the view starts empty on the target.
    LeaveOut,
}

impl InnerRows {
    /// Every choice.
    pub const ALL: [Self; 4] = [Self::Undecided, Self::ExplicitTarget, Self::Rebuild, Self::LeaveOut];

    /// The choice that plans spell so.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// As plans spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::ExplicitTarget => "explicit_target",
            Self::Rebuild => "rebuild",
            Self::LeaveOut => "leave_out",
        }
    }
}
