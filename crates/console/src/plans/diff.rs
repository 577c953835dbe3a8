//! What differs between two plans, by step and by clause.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ferry_model::messages::plan_page as page;
use ferry_model::{Definition, ResourceName, Side, StepAction, StepNumber};
use ferry_plan::{Plan, PlanEdit, Settings, Step};
use similar::{ChangeTag, TextDiff};

/// How many changes a revision's summary names.
const N_NAMED: usize = 3;

/// What differs between two plans.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanDiff {
    /// The settings that differ.
    pub settings: Vec<FieldChange>,
    /// The steps that differ, in the order of the newer plan; those that are gone at the end.
    pub steps: Vec<StepChange>,
    /// How many steps are the same.
    pub n_same: usize,
}

/// One step that differs. Steps are matched by what they do to which resource, because a new capture gives new
/// numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepChange {
    /// How it differs.
    pub kind: StepChangeKind,
    /// Its number; in the newer plan where it is in both.
    pub number: StepNumber,
    /// What it does.
    pub action: StepAction,
    /// To which resource.
    pub resource: ResourceName,
    /// What differs in it.
    pub fields: Vec<FieldChange>,
}

/// How a step differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepChangeKind {
    /// Only the newer plan has it.
    Added,
    /// Only the older plan has it.
    Removed,
    /// It was switched off.
    Excluded,
    /// It was switched on.
    Included,
    /// Something else in it differs.
    Changed,
}

/// One key of a step, or one setting, that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The key, as the plan's text calls it.
    pub field: &'static str,
    /// Its lines before and after.
    pub lines: Vec<DiffLine>,
}

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiffLine {
    /// In both.
    Same(String),
    /// In the older one only.
    Old(String),
    /// In the newer one only.
    New(String),
}

impl PlanDiff {
    /// The differences in one short sentence.
    pub fn summary(&self) -> String {
        let mut parts: Vec<String> = self.settings.iter().map(|change| page::setting_changed(change.field)).collect();
        for kind in [StepChangeKind::Excluded, StepChangeKind::Included, StepChangeKind::Added, StepChangeKind::Removed]
        {
            let n_steps = self.steps.iter().filter(|step| step.kind == kind).count();
            if n_steps > 0 {
                parts.push(page::steps_changed(word(kind), n_steps));
            }
        }
        let changed = self.steps.iter().filter(|step| step.kind == StepChangeKind::Changed);
        parts.extend(changed.map(|step| {
            let fields: Vec<&str> = step.fields.iter().map(|field| field.field).collect();
            page::step_changed(&fields.join(", "), &step.resource.to_string())
        }));
        page::summary(&parts, N_NAMED)
    }
}

/// The word for a kind of change.
pub(crate) fn word(kind: StepChangeKind) -> &'static str {
    match kind {
        StepChangeKind::Added => page::ADDED,
        StepChangeKind::Removed => page::REMOVED,
        StepChangeKind::Excluded => page::EXCLUDED,
        StepChangeKind::Included => page::INCLUDED,
        StepChangeKind::Changed => page::CHANGED,
    }
}

impl StepChangeKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        word(self)
    }
}

/// Compares two plans.
pub(super) fn between(old: &Plan, new: &Plan) -> PlanDiff {
    let mut diff = PlanDiff { settings: settings(old, new), ..PlanDiff::default() };
    let mut left: BTreeMap<Identity<'_>, Vec<&Step>> = BTreeMap::new();
    for step in old.steps.iter().rev() {
        left.entry(identity(step)).or_default().push(step);
    }
    for step in &new.steps {
        let Some(before) = left.get_mut(&identity(step)).and_then(Vec::pop) else {
            diff.steps.push(change(StepChangeKind::Added, step, vec![]));
            continue;
        };
        let fields = fields(before, step);
        let kind = match (before.enabled, step.enabled) {
            (true, false) => StepChangeKind::Excluded,
            (false, true) => StepChangeKind::Included,
            _ if fields.is_empty() => {
                diff.n_same += 1;
                continue;
            }
            _ => StepChangeKind::Changed,
        };
        diff.steps.push(change(kind, step, fields));
    }
    let mut gone: Vec<&Step> = left.into_values().flatten().collect();
    gone.sort_by_key(|step| step.number);
    diff.steps.extend(gone.into_iter().map(|step| change(StepChangeKind::Removed, step, vec![])));
    diff
}

/// An edit in a few words.
pub(super) fn describe(edit: &PlanEdit) -> page::Edit {
    match edit {
        PlanEdit::Enable { steps, enabled } => page::Edit::Enable { n_steps: steps.len(), enabled: *enabled },
        PlanEdit::IfExists { step, choice } => page::Edit::IfExists { step: *step, choice: choice.as_str() },
        PlanEdit::InnerRows { step, rows } => page::Edit::InnerRows { step: *step, choice: rows.as_str() },
        PlanEdit::Threads { step, threads } => page::Edit::Threads { step: *step, threads: *threads },
        PlanEdit::OrderBy { step, .. } => page::Edit::OrderBy { step: *step },
        PlanEdit::Compare { step, level, .. } => page::Edit::Compare { step: *step, level: *level },
        PlanEdit::Definition { step, .. } => page::Edit::Definition { step: *step },
        PlanEdit::MaxBlockSize { rows } => page::Edit::MaxBlockSize { rows: *rows },
    }
}

/// By what the source calls it: a step whose resource gets another name on the target is the same step.
type Identity<'a> = (&'static str, bool, &'a ResourceName);

fn identity(step: &Step) -> Identity<'_> {
    (step.action.as_str(), step.side == Side::Source, step.on_source())
}

fn change(kind: StepChangeKind, step: &Step, fields: Vec<FieldChange>) -> StepChange {
    StepChange { kind, number: step.number, action: step.action, resource: step.resource.clone(), fields }
}

fn settings(old: &Plan, new: &Plan) -> Vec<FieldChange> {
    let (before, after) = (&old.settings, &new.settings);
    let mut changes = Vec::new();
    let mut compare = |field, before: String, after: String| changes.extend(field_change(field, &before, &after));
    let address = |plan: &Plan| plan.target.as_ref().map(|target| target.timeplusd_address.clone()).unwrap_or_default();
    compare("source", old.source.timeplusd_address.clone(), new.source.timeplusd_address.clone());
    compare("target", address(old), address(new));
    compare("mode", format!("{:?}", before.mode), format!("{:?}", after.mode));
    compare("cut_over", before.cut_over.as_str().into(), after.cut_over.as_str().into());
    compare("copy_through", before.copy_through.as_str().into(), after.copy_through.as_str().into());
    let collection = |settings: &Settings| settings.helper_named_collection.clone().unwrap_or_default();
    compare("helper_named_collection", collection(before), collection(after));
    compare("max_insert_threads", before.max_insert_threads.to_string(), after.max_insert_threads.to_string());
    compare("max_block_size", before.max_block_size.to_string(), after.max_block_size.to_string());
    for (field, before, after) in [
        ("catch_up_rounds", before.catch_up_rounds, after.catch_up_rounds),
        ("steps_on_source", before.steps_on_source, after.steps_on_source),
        ("steps_on_target", before.steps_on_target, after.steps_on_target),
        ("deferred_rounds", before.deferred_rounds, after.deferred_rounds),
        ("copies_at_once", before.copies_at_once, after.copies_at_once),
        ("comparisons_at_once", before.comparisons_at_once, after.comparisons_at_once),
        ("slices_in_flight", before.slices_in_flight, after.slices_in_flight),
    ] {
        compare(field, before.to_string(), after.to_string());
    }
    let flags = [
        ("show_query_history", before.show_query_history, after.show_query_history),
        ("stop_data_ingestion_on_source", before.stop_data_ingestion_on_source, after.stop_data_ingestion_on_source),
        ("stop_data_ingestion_on_target", before.stop_data_ingestion_on_target, after.stop_data_ingestion_on_target),
        ("stop_sinks_on_source", before.stop_sinks_on_source, after.stop_sinks_on_source),
        (
            "stop_materialized_views_on_source",
            before.stop_materialized_views_on_source,
            after.stop_materialized_views_on_source,
        ),
        ("drop_migration_external_stream", before.drop_migration_external_stream, after.drop_migration_external_stream),
        (
            "use_timeplusd_for_data_migration",
            before.use_timeplusd_for_data_migration,
            after.use_timeplusd_for_data_migration,
        ),
    ];
    for (field, before, after) in flags {
        compare(field, before.to_string(), after.to_string());
    }
    changes
}

/// What differs in a step that both plans have. The numbers of what it needs are not compared: a new capture gives
/// new ones.
fn fields(old: &Step, new: &Step) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let mut compare = |field, before: String, after: String| changes.extend(field_change(field, &before, &after));
    let inner = |step: &Step| step.inner_rows.map(|rows| rows.as_str().to_owned()).unwrap_or_default();
    compare("name", old.resource.path(), new.resource.path());
    compare("definition", definition(old), definition(new));
    compare("if_exists", old.if_exists.as_str().into(), new.if_exists.as_str().into());
    compare("inner_rows", inner(old), inner(new));
    let of_copy =
        |step: &Step, get: &dyn Fn(&ferry_plan::CopySpec) -> String| step.copy.as_ref().map(get).unwrap_or_default();
    compare("columns", of_copy(old, &|copy| copy.columns.join("\n")), of_copy(new, &|copy| copy.columns.join("\n")));
    compare("mode", of_copy(old, &|copy| copy.mode.as_str().into()), of_copy(new, &|copy| copy.mode.as_str().into()));
    compare("order_by", of_copy(old, &|copy| copy.order_by.join("\n")), of_copy(new, &|copy| copy.order_by.join("\n")));
    compare("threads", of_copy(old, &|copy| copy.threads.to_string()), of_copy(new, &|copy| copy.threads.to_string()));
    let through = |copy: &ferry_plan::CopySpec| copy.through.map(|way| way.as_str().to_owned()).unwrap_or_default();
    compare("through", of_copy(old, &through), of_copy(new, &through));
    let of_compare = |step: &Step| step.compare.unwrap_or_default();
    let (before, after) = (of_compare(old), of_compare(new));
    compare("level", before.level.as_str().into(), after.level.as_str().into());
    compare("accepts_movement", before.accepts_movement.to_string(), after.accepts_movement.to_string());
    compare("helper", of_copy(old, &|copy| copy.helper.clone()), of_copy(new, &|copy| copy.helper.clone()));
    changes
}

fn definition(step: &Step) -> String {
    match &step.definition {
        Some(Definition::Sql(text)) => text.clone(),
        Some(Definition::Json(value)) => serde_json::to_string_pretty(value).unwrap_or_default(),
        None => String::new(),
    }
}

fn field_change(field: &'static str, before: &str, after: &str) -> Option<FieldChange> {
    if before == after {
        return None;
    }
    let (before, after) = (whole_lines(before), whole_lines(after));
    let compared = TextDiff::from_lines(before.as_ref(), after.as_ref());
    let lines: Vec<DiffLine> = compared.iter_all_changes().map(|change| line_of(&change)).collect();
    Some(FieldChange { field, lines })
}

/// The lines of two texts that differ, with three lines around each of them.
pub fn lines_around_changes(before: &str, after: &str) -> Vec<DiffLine> {
    const CONTEXT: usize = 3;
    let (before, after) = (whole_lines(before), whole_lines(after));
    let compared = TextDiff::from_lines(before.as_ref(), after.as_ref());
    let groups = compared.grouped_ops(CONTEXT);
    groups.iter().flatten().flat_map(|op| compared.iter_changes(op)).map(|change| line_of(&change)).collect()
}

/// A text whose last line ends like the others: a line after it does not change it then.
fn whole_lines(text: &str) -> Cow<'_, str> {
    if text.is_empty() || text.ends_with('\n') { Cow::Borrowed(text) } else { Cow::Owned(format!("{text}\n")) }
}

fn line_of(change: &similar::Change<&str>) -> DiffLine {
    let text = change.value().trim_end_matches('\n').to_owned();
    match change.tag() {
        ChangeTag::Equal => DiffLine::Same(text),
        ChangeTag::Delete => DiffLine::Old(text),
        ChangeTag::Insert => DiffLine::New(text),
    }
}
