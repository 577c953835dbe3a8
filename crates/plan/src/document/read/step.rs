//! Reading one step.

use std::collections::BTreeMap;

use ferry_model::{
    Basis, CompareLevel, Count, Definition, Problem, ResourceKind, ResourceName, SecretReference, Side, StepAction,
    StepNumber, StreamMode, moment_of_text,
};

use super::{read_findings, word};
use crate::plan::check::PlanProblem;
use crate::yaml::{Fields, Node, NodeKind, Place};
use crate::{CompareSpec, CopySpec, IfExists, InnerRows, Redo, Step, config};

/// Where a step and its keys stand.
#[derive(Debug, Clone)]
pub(in crate::document) struct ReadStep {
    /// Where its first key stands.
    pub place: Place,
    /// Where each of its keys stands; the keys inside `copy` are called `copy.threads` and so on.
    pub keys: BTreeMap<String, Place>,
    /// Where the definition's first line stands, if it is a block of lines.
    definition_lines: Option<(u32, u32)>,
}

impl ReadStep {
    /// The place of a problem: inside the definition if it says where, else at the key, else at the step.
    pub fn place_of(&self, problem: &PlanProblem) -> Place {
        let key = self.keys.get(problem.field).copied().unwrap_or(self.place);
        match (problem.place_in_field, self.definition_lines) {
            (Some((line, column)), Some((first_line, indent))) => {
                Place { line: first_line + line - 1, column: indent + column }
            }
            _ => key,
        }
    }
}

const ACTIONS: [StepAction; 5] =
    [StepAction::Create, StepAction::Copy, StepAction::Compare, StepAction::Stop, StepAction::Drop];

pub(super) fn read(node: &Node, problems: &mut Vec<Problem>) -> Option<(Step, ReadStep)> {
    let mut fields = Fields::of(node, "a step", problems)?;
    let Some(number) = fields.number("step", 1, problems) else {
        if !fields.has("step") {
            fields.missing("step", problems);
        }
        return None;
    };
    let number = StepNumber(u32::try_from(number).unwrap_or(u32::MAX));
    fields.call(format!("step {number}"));
    let action = word(&mut fields, "action", problems, |text| ACTIONS.into_iter().find(|one| one.as_str() == text));
    let kind = word(&mut fields, "kind", problems, |text| ResourceKind::from_stored(text).ok());
    let database = fields.optional_text("database", problems);
    let name = fields.text("name", problems);
    let source_database = fields.optional_text("source_database", problems);
    let source_name = fields.optional_text("source_name", problems);
    let source_kind = match fields.node("source_kind") {
        Some(_) => word(&mut fields, "source_kind", problems, |text| ResourceKind::from_stored(text).ok()),
        None => None,
    };
    let side = match fields.node("side") {
        Some(_) => word(&mut fields, "side", problems, side_of).unwrap_or(Side::Target),
        None => Side::Target,
    };
    let (action, kind, name) = (action?, kind?, name?);
    if kind.has_database() && database.is_none() {
        fields.missing("database", problems);
    }
    let mut step = Step::new(number, action, ResourceName { kind, database, name });
    step.side = side;
    step.source = called_otherwise(&step.resource, source_kind, source_database, source_name);
    step.server_id = fields.optional_text("server_id", problems);
    step.running = fields.has("running").then(|| fields.boolean("running", false, problems));
    step.enabled = fields.boolean("enabled", true, problems);
    step.needs = read_needs(&mut fields, problems);
    step.if_exists = match fields.node("if_exists") {
        Some(_) => word(&mut fields, "if_exists", problems, IfExists::of_word).unwrap_or_default(),
        None => IfExists::default(),
    };
    step.inner_rows = match fields.node("inner_rows") {
        Some(_) => word(&mut fields, "inner_rows", problems, InnerRows::of_word),
        None => None,
    };
    let inner_database = fields.optional_text("inner_target_database", problems);
    let inner_target = fields.optional_text("inner_target", problems);
    step.inner_target = inner_target.map(|name| ResourceName {
        kind: ResourceKind::Stream,
        database: inner_database.or_else(|| step.resource.database.clone()),
        name,
    });
    step.definition = fields.node("definition").map(read_definition);
    step.secrets = fields.list("secrets", problems).iter().filter_map(|node| read_secret(node, problems)).collect();
    let mut keys = fields.places();
    step.copy = fields.node("copy").and_then(|node| read_copy(node, number, &mut keys, problems));
    step.compare = fields.node("compare").and_then(|node| read_compare(node, number, &mut keys, problems));
    step.findings = read_findings(&mut fields, problems);
    let read = ReadStep { place: node.place, keys, definition_lines: definition_lines(&mut fields) };
    fields.finish(problems);
    Some((step, read))
}

/// What the source calls a resource, if the step says so and it is something else.
fn called_otherwise(
    resource: &ResourceName,
    kind: Option<ResourceKind>,
    database: Option<String>,
    name: Option<String>,
) -> Option<ResourceName> {
    let source = ResourceName {
        kind: kind.unwrap_or(resource.kind),
        database: database.or_else(|| resource.database.clone()),
        name: name.unwrap_or_else(|| resource.name.clone()),
    };
    (source != *resource).then_some(source)
}

fn side_of(text: &str) -> Option<Side> {
    match text {
        "source" => Some(Side::Source),
        "target" => Some(Side::Target),
        _ => None,
    }
}

fn read_needs(fields: &mut Fields<'_>, problems: &mut Vec<Problem>) -> Vec<StepNumber> {
    let mut needs = Vec::new();
    for item in fields.list("needs", problems) {
        let number = match &item.kind {
            NodeKind::Scalar { text, plain: true } => text.parse::<u32>().ok(),
            _ => None,
        };
        match number {
            Some(number) => needs.push(StepNumber(number)),
            None => problems.push(item.place.problem("`needs` must list numbers of steps.")),
        }
    }
    needs
}

/// A text is SQL, a mapping is a REST object.
fn read_definition(node: &Node) -> Definition {
    match &node.kind {
        NodeKind::Scalar { text, .. } => Definition::Sql(text.clone()),
        _ => Definition::Json(node.to_json()),
    }
}

/// The first line of a literal block and how far its lines are indented.
fn definition_lines(fields: &mut Fields<'_>) -> Option<(u32, u32)> {
    let node = fields.node("definition")?;
    let key = fields.places().get("definition").copied()?;
    let is_block = matches!(&node.kind, NodeKind::Scalar { text, plain: false } if text.contains('\n'));
    // A block begins on the line after its key; its lines are indented by two more than the key.
    is_block.then_some((key.line + 1, key.column + 1))
}

fn read_secret(node: &Node, problems: &mut Vec<Problem>) -> Option<SecretReference> {
    let mut fields = Fields::of(node, "an entry of `secrets`", problems)?;
    let key = fields.text("key", problems);
    let readable_on_source = fields.boolean("readable_on_source", false, problems);
    fields.finish(problems);
    Some(SecretReference { key: key?, readable_on_source })
}

fn read_copy(
    node: &Node,
    number: StepNumber,
    keys: &mut BTreeMap<String, Place>,
    problems: &mut Vec<Problem>,
) -> Option<CopySpec> {
    let mut fields = Fields::of(node, format!("`copy` of step {number}"), problems)?;
    keys.extend(fields.places().into_iter().map(|(key, place)| (format!("copy.{key}"), place)));
    let columns = fields.texts("columns", problems);
    let mode = word(&mut fields, "mode", problems, StreamMode::from_server);
    let rows = read_count(&mut fields, "rows", problems);
    let bytes = read_count(&mut fields, "bytes", problems);
    let order_by = fields.texts("order_by", problems);
    let threads = fields.number("threads", 1, problems).unwrap_or(1);
    let helper = fields.text("helper", problems);
    let slice_rows = fields.has("slice_rows").then(|| fields.number("slice_rows", 1, problems)).flatten();
    let redo = match fields.has("redo") {
        true => word(&mut fields, "redo", problems, |text| Redo::ALL.into_iter().find(|one| one.as_str() == text))?,
        false => Redo::default(),
    };
    let through = config::read_through(&mut fields, "through", problems);
    fields.finish(problems);
    let (mode, helper) = (mode?, helper?);
    Some(CopySpec { columns, mode, rows, bytes, order_by, threads, helper, slice_rows, redo, through })
}

fn read_compare(
    node: &Node,
    number: StepNumber,
    keys: &mut BTreeMap<String, Place>,
    problems: &mut Vec<Problem>,
) -> Option<CompareSpec> {
    let mut fields = Fields::of(node, format!("`compare` of step {number}"), problems)?;
    keys.extend(fields.places().into_iter().map(|(key, place)| (format!("compare.{key}"), place)));
    let level =
        word(&mut fields, "level", problems, |text| CompareLevel::ALL.into_iter().find(|one| one.as_str() == text));
    let from_ms = match fields.optional_text("from", problems) {
        Some(text) => match moment_of_text(&text) {
            Some(at_ms) => Some(at_ms),
            None => {
                let place = fields.node("from").map_or(fields.place(), |node| node.place);
                problems.push(place.problem("`from` must be a moment in UTC, such as `2026-01-31 00:00:00`."));
                None
            }
        },
        None => None,
    };
    let accepts_movement = fields.boolean("accepts_movement", false, problems);
    fields.finish(problems);
    Some(CompareSpec { level: level?, from_ms, accepts_movement })
}

/// `250000` or `about 250000`.
fn read_count(fields: &mut Fields<'_>, key: &str, problems: &mut Vec<Problem>) -> Count {
    let Some(text) = fields.optional_text(key, problems) else { return Count::UNKNOWN };
    let (digits, basis) = match text.strip_prefix("about ") {
        Some(digits) => (digits, Basis::Estimated),
        None => (text.as_str(), Basis::Exact),
    };
    match digits.parse() {
        Ok(value) => Count { value, basis },
        Err(_) => {
            let place = fields.node(key).map_or(fields.place(), |node| node.place);
            problems.push(place.problem(format!("`{key}` must be a whole number, with or without `about`.")));
            Count::UNKNOWN
        }
    }
}
