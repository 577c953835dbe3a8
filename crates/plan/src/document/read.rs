//! Reading a plan that people may have edited.

mod step;

use std::collections::BTreeMap;

use ferry_model::{CaptureProblem, LeftOut, MigrationId, Problem, Product, StepNumber, Version};

use crate::plan::check::PlanProblem;
use crate::yaml::{Fields, Node, Place, load};
use crate::{ConfigReference, DeploymentSummary, Finding, PLAN_FORMAT, Plan, Severity, config};
pub(super) use step::ReadStep;

/// The plan, where its parts stand, and what keeps it from being run; or what keeps the text from being a plan.
pub(super) fn read(text: &str) -> Result<(Plan, Places, Vec<Problem>), Vec<Problem>> {
    let root = load(text)?;
    let mut problems = Vec::new();
    let read = Fields::of(&root, "the plan", &mut problems).and_then(|fields| read_plan(fields, &mut problems));
    let in_order = |mut problems: Vec<Problem>| {
        problems.sort_by_key(|problem| (problem.line, problem.column));
        problems
    };
    match read {
        Some((plan, places)) if problems.is_empty() => {
            let found = plan.check().into_iter().map(|problem| placed(problem, &places)).collect();
            Ok((plan, places, in_order(found)))
        }
        _ => Err(in_order(problems)),
    }
}

/// Where the steps, the settings and their keys stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    pub steps: BTreeMap<StepNumber, ReadStep>,
    pub settings: BTreeMap<String, Place>,
}

fn placed(problem: PlanProblem, places: &Places) -> Problem {
    let start = Place { line: 1, column: 1 };
    let place = problem.step.and_then(|number| places.steps.get(&number)).map_or(start, |step| step.place_of(&problem));
    place.problem(problem.message)
}

fn read_plan(mut fields: Fields<'_>, problems: &mut Vec<Problem>) -> Option<(Plan, Places)> {
    let format = read_format(&mut fields, problems);
    let migration = fields.text("migration", problems);
    let name = fields.text("name", problems);
    let config = fields.node("config").and_then(|node| read_config(node, problems));
    if config.is_none() && !fields.has("config") {
        fields.missing("config", problems);
    }
    let source = match fields.node("source") {
        Some(node) => read_deployment(node, "source", problems),
        None => {
            fields.missing("source", problems);
            None
        }
    };
    let target = fields.node("target").and_then(|node| read_deployment(node, "target", problems));
    let mut places = Places::default();
    let settings = fields.node("settings").and_then(|node| {
        let mut inner = Fields::of(node, "`settings`", problems)?;
        places.settings = inner.places();
        let settings = config::read_settings(&mut inner, problems);
        inner.finish(problems);
        Some(settings)
    });
    let findings = read_findings(&mut fields, problems);
    let mut steps = Vec::new();
    for node in fields.list("steps", problems) {
        if let Some((step, read)) = step::read(node, problems) {
            places.steps.entry(step.number).or_insert(read);
            steps.push(step);
        }
    }
    let renames = fields.node("rename").map(|node| crate::renames::read(node, problems)).unwrap_or_default();
    let left_out = fields.list("left_out", problems).iter().filter_map(|node| read_left_out(node, problems)).collect();
    let capture_problems =
        fields.list("problems", problems).iter().filter_map(|node| read_problem(node, problems)).collect();
    let query_history = fields.texts("query_history", problems);
    fields.finish(problems);
    let mut plan = Plan {
        format: format?,
        migration: MigrationId::new(migration?),
        name: name?,
        config: config?,
        source: source?,
        target,
        settings: settings.unwrap_or_default(),
        findings,
        steps,
        left_out,
        problems: capture_problems,
        query_history,
    };
    plan.rename(&renames);
    Some((plan, places))
}

fn read_format(fields: &mut Fields<'_>, problems: &mut Vec<Problem>) -> Option<u32> {
    if !fields.has("format") {
        fields.missing("format", problems);
        return None;
    }
    let place = fields.node("format").map_or(fields.place(), |node| node.place);
    let number = fields.number("format", 1, problems)?;
    if number == u64::from(PLAN_FORMAT) {
        return Some(PLAN_FORMAT);
    }
    let message = format!("The plan has format {number}; this version of Ferry reads format {PLAN_FORMAT}.");
    problems.push(place.problem(message));
    None
}

fn read_config(node: &Node, problems: &mut Vec<Problem>) -> Option<ConfigReference> {
    let mut fields = Fields::of(node, "`config`", problems)?;
    let file = fields.text("file", problems);
    let digest = fields.text("digest", problems);
    fields.finish(problems);
    Some(ConfigReference { file: file?, digest: digest? })
}

fn read_deployment(node: &Node, name: &str, problems: &mut Vec<Problem>) -> Option<DeploymentSummary> {
    let mut fields = Fields::of(node, format!("`{name}`"), problems)?;
    let product = word(&mut fields, "product", problems, |text| {
        [Product::Proton, Product::Enterprise].into_iter().find(|product| super::write::product(*product) == text)
    });
    let version = word(&mut fields, "version", problems, |text| text.parse::<Version>().ok());
    let timeplusd_address = fields.text("timeplusd_address", problems);
    fields.finish(problems);
    Some(DeploymentSummary { product: product?, version: version?, timeplusd_address: timeplusd_address? })
}

/// A text that must be one of a few.
pub(crate) fn word<T>(
    fields: &mut Fields<'_>,
    key: &str,
    problems: &mut Vec<Problem>,
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = fields.text(key, problems)?;
    let value = read(&text);
    if value.is_none() {
        let place = fields.node(key).map_or(fields.place(), |node| node.place);
        problems.push(place.problem(format!("`{text}` is no `{key}` that this version of Ferry knows.")));
    }
    value
}

fn read_findings(fields: &mut Fields<'_>, problems: &mut Vec<Problem>) -> Vec<Finding> {
    fields.list("findings", problems).iter().filter_map(|node| read_finding(node, problems)).collect()
}

fn read_finding(node: &Node, problems: &mut Vec<Problem>) -> Option<Finding> {
    let mut fields = Fields::of(node, "a finding", problems)?;
    let rule = fields.text("rule", problems);
    let severity = word(&mut fields, "severity", problems, |text| {
        Severity::ALL.into_iter().find(|severity| severity.as_str() == text)
    });
    let message = fields.text("message", problems);
    let remedy = fields.text("remedy", problems);
    let better_max_block_size = fields.number("better_max_block_size", 1, problems);
    fields.finish(problems);
    Some(Finding { rule: rule?, severity: severity?, message: message?, remedy: remedy?, better_max_block_size })
}

fn read_left_out(node: &Node, problems: &mut Vec<Problem>) -> Option<LeftOut> {
    let mut fields = Fields::of(node, "an entry of `left_out`", problems)?;
    let what = fields.text("what", problems);
    let why = fields.text("why", problems);
    fields.finish(problems);
    Some(LeftOut { what: what?, why: why?, alert: None })
}

fn read_problem(node: &Node, problems: &mut Vec<Problem>) -> Option<CaptureProblem> {
    let mut fields = Fields::of(node, "an entry of `problems`", problems)?;
    let what = fields.text("what", problems);
    let why = fields.text("why", problems);
    let remedy = fields.text("remedy", problems);
    let raw = fields.optional_text("raw", problems);
    fields.finish(problems);
    Some(CaptureProblem { what: what?, why: why?, remedy: remedy?, raw })
}
