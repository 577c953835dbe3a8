//! Whether a plan, as people left it, can run.

use std::collections::{BTreeMap, BTreeSet};

use ferry_model::{Definition, ResourceKind, ResourceName, Side, StepAction, StepNumber, messages};

use super::{IfExists, InnerRows, Plan, Step, can_stand};
use crate::facts::Facts;
use crate::generate::name_key;

/// One thing that is wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanProblem {
    /// The step, or the whole plan.
    pub step: Option<StepNumber>,
    /// The step's key that is wrong: `needs`, `definition`, ...
    pub field: &'static str,
    /// Line and column inside the definition, where that is what is wrong.
    pub place_in_field: Option<(u32, u32)>,
    /// What is wrong and what to do.
    pub message: String,
}

impl PlanProblem {
    fn of(step: &Step, field: &'static str, message: String) -> Self {
        Self { step: Some(step.number), field, place_in_field: None, message }
    }
}

pub(super) fn check(plan: &Plan) -> Vec<PlanProblem> {
    let mut problems = Vec::new();
    check_numbers(plan, &mut problems);
    check_needs(plan, &mut problems);
    check_names(plan, &mut problems);
    if problems.is_empty() {
        check_cycles(plan, &mut problems);
    }
    for step in plan.enabled_steps() {
        problems.extend(check_step(plan, step));
    }
    problems
}

/// What is wrong with one step, whatever it needs.
pub(crate) fn check_step(plan: &Plan, step: &Step) -> Vec<PlanProblem> {
    let mut problems = Vec::new();
    check_inner_target(plan, step, &mut problems);
    check_shape(plan, step, &mut problems);
    check_definition(step, &mut problems);
    problems
}

fn check_numbers(plan: &Plan, problems: &mut Vec<PlanProblem>) {
    let mut seen = BTreeSet::new();
    for step in &plan.steps {
        if !seen.insert(step.number) {
            let message = messages::plan::number_used_twice(step.number);
            problems.push(PlanProblem::of(step, "step", message));
        }
    }
}

fn check_needs(plan: &Plan, problems: &mut Vec<PlanProblem>) {
    let present: BTreeMap<StepNumber, &Step> = plan.steps.iter().map(|step| (step.number, step)).collect();
    for step in plan.enabled_steps() {
        for need in &step.needs {
            let message = match present.get(need) {
                Some(other) if other.enabled => continue,
                Some(other) => {
                    messages::plan::needs_disabled_step(step.number, &describe(step), other.number, &describe(other))
                }
                None => messages::plan::needs_missing_step(step.number, &describe(step), *need),
            };
            problems.push(PlanProblem::of(step, "needs", message));
        }
    }
}

/// Renames may lead to a name that another step makes, or that another step reads from elsewhere.
fn check_names(plan: &Plan, problems: &mut Vec<PlanProblem>) {
    let mut made: BTreeMap<_, &Step> = BTreeMap::new();
    let mut read: BTreeMap<&ResourceName, &Step> = BTreeMap::new();
    for step in plan.enabled_steps().filter(|step| step.side == Side::Target) {
        match step.action {
            StepAction::Create if !step.resource.kind.allows_duplicate_names() => {
                let other = *made.entry(name_key(&step.resource)).or_insert(step);
                if other.number != step.number && (other.source.is_some() || step.source.is_some()) {
                    let message = messages::renames::name_taken_by_step(&step.resource, other.number, &other.resource);
                    problems.push(PlanProblem::of(step, "name", message));
                }
            }
            StepAction::Copy | StepAction::Compare => {
                let other = *read.entry(&step.resource).or_insert(step);
                if other.on_source() != step.on_source() {
                    let message = messages::renames::sources_differ(&step.resource, other.number);
                    problems.push(PlanProblem::of(step, "name", message));
                }
            }
            _ => {}
        }
    }
}

fn check_cycles(plan: &Plan, problems: &mut Vec<PlanProblem>) {
    let summaries = plan.step_summaries();
    let mut waiting: BTreeMap<StepNumber, BTreeSet<StepNumber>> =
        summaries.iter().map(|summary| (summary.number, summary.after.iter().copied().collect())).collect();
    loop {
        let ready: Vec<StepNumber> =
            waiting.iter().filter(|(_, after)| after.is_empty()).map(|(number, _)| *number).collect();
        if ready.is_empty() {
            break;
        }
        for number in &ready {
            waiting.remove(number);
        }
        for after in waiting.values_mut() {
            after.retain(|number| !ready.contains(number));
        }
    }
    let Some(first) = waiting.keys().next().and_then(|number| plan.step(*number)) else { return };
    let numbers: Vec<String> = waiting.keys().map(ToString::to_string).collect();
    problems.push(PlanProblem::of(first, "needs", messages::plan::cycle(&numbers.join(", "))));
}

fn check_shape(plan: &Plan, step: &Step, problems: &mut Vec<PlanProblem>) {
    if step.action == StepAction::Create && step.definition.is_none() {
        problems.push(PlanProblem::of(step, "step", messages::plan::create_without_definition(&step.resource)));
    }
    if step.if_exists != IfExists::Refuse && !(step.action == StepAction::Create && can_stand(step.resource.kind)) {
        problems.push(PlanProblem::of(step, "if_exists", messages::plan::may_not_stand(&step.resource)));
    }
    if step.action == StepAction::Copy {
        let may_stand = |other: &&Step| {
            other.action == StepAction::Create && other.resource == step.resource && other.if_exists != IfExists::Refuse
        };
        if plan.enabled_steps().any(|other| may_stand(&other)) {
            problems.push(PlanProblem::of(step, "step", messages::plan::copies_into_what_stands(&step.resource)));
        }
        match &step.copy {
            None => problems.push(PlanProblem::of(step, "step", messages::plan::copy_without_spec(&step.resource))),
            Some(copy) if copy.columns.is_empty() => {
                problems.push(PlanProblem::of(step, "copy", messages::plan::copy_without_columns(&step.resource)));
            }
            Some(_) => {}
        }
    }
}

fn check_definition(step: &Step, problems: &mut Vec<PlanProblem>) {
    let Some(definition) = &step.definition else { return };
    match definition {
        Definition::Sql(text) => check_sql(step, text, problems),
        Definition::Json(value) => {
            let name = value.get("name").and_then(serde_json::Value::as_str);
            if name != Some(step.resource.name.as_str()) {
                let message = messages::plan::defines_another(&step.resource, name.unwrap_or(""));
                problems.push(PlanProblem::of(step, "definition", message));
            }
        }
    }
}

fn check_sql(step: &Step, text: &str, problems: &mut Vec<PlanProblem>) {
    let facts = match Facts::of_sql(text) {
        Ok(facts) => facts,
        Err(error) => {
            let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
            let mut problem = PlanProblem::of(step, "definition", messages::plan::does_not_parse(&error.message));
            problem.place_in_field = Some((number(error.line), number(error.column)));
            problems.push(problem);
            return;
        }
    };
    match &facts.created {
        Some(created) if created.is(&step.resource) => {}
        Some(created) => {
            let message = messages::plan::defines_another(&step.resource, &created.to_string());
            problems.push(PlanProblem::of(step, "definition", message));
        }
        None => {
            let message = messages::plan::creates_nothing(&step.resource);
            problems.push(PlanProblem::of(step, "definition", message));
        }
    }
    check_inner_rows(step, &facts, problems);
}

/// Whether what a view does with its rows and what its definition says go together (copy-safety 15, 22).
fn check_inner_rows(step: &Step, facts: &Facts, problems: &mut Vec<PlanProblem>) {
    use messages::plan as text;
    let Some(choice) = step.inner_rows.filter(|_| step.resource.kind == ResourceKind::MaterializedView) else { return };
    let writes_into = |stream: &ResourceName| {
        let written = facts.into.as_ref().map(|(database, name)| (Some(database.as_str()), name.as_str()));
        written == Some((stream.database.as_deref(), stream.name.as_str()))
    };
    let view = &step.resource;
    match (choice, &step.inner_target) {
        (InnerRows::ExplicitTarget, Some(stream)) if !writes_into(stream) => {
            problems.push(PlanProblem::of(step, "definition", text::inner_target_without_into(view, stream)));
        }
        (InnerRows::ExplicitTarget, Some(_)) if facts.reads_from_earliest => {
            problems.push(PlanProblem::of(step, "inner_rows", text::carried_and_read_again(view)));
        }
        (InnerRows::ExplicitTarget, _) => {}
        (_, Some(stream)) if writes_into(stream) => {
            problems.push(PlanProblem::of(step, "definition", text::into_without_inner_target(view, stream)));
        }
        (InnerRows::Rebuild, _) if facts.into.is_none() && !facts.reads_from_earliest => {
            problems.push(PlanProblem::of(step, "inner_rows", text::rebuild_needs_earliest(view)));
        }
        _ => {}
    }
}

/// Whether the steps for a view's stream of its own are on or off as the view needs it.
fn check_inner_target(plan: &Plan, view: &Step, problems: &mut Vec<PlanProblem>) {
    use messages::plan as text;
    let is_chosen = view.inner_rows == Some(InnerRows::ExplicitTarget);
    let Some(stream) = &view.inner_target else {
        if is_chosen {
            problems.push(PlanProblem::of(view, "inner_rows", text::no_inner_target(&view.resource)));
        }
        return;
    };
    // A comparison may be left out, as any other.
    let must_run = |step: &&Step| matches!(step.action, StepAction::Create | StepAction::Copy);
    let of_stream = plan.steps.iter().filter(|step| step.resource == *stream && step.side == Side::Target);
    let (mut is_created, mut is_copied) = (false, false);
    for step in of_stream {
        is_created |= step.action == StepAction::Create;
        is_copied |= step.action == StepAction::Copy;
        if step.enabled != is_chosen && (must_run(&step) || step.enabled) {
            let message = text::inner_target_step(&view.resource, stream, is_chosen);
            problems.push(PlanProblem::of(step, "enabled", message));
        }
    }
    if is_chosen && !(is_created && is_copied) {
        problems.push(PlanProblem::of(view, "inner_rows", text::no_inner_target(&view.resource)));
    }
}

fn describe(step: &Step) -> String {
    format!("{} {}", messages::step_action(step.action), step.resource)
}
