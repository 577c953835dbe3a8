//! A plan as a table: filtered, by phase, the risky steps first, one page at a time.

use std::collections::BTreeSet;

use ferry_model::messages::ui;
use ferry_model::{Count, ResourceName, StepAction, StepNumber};
use ferry_plan::{InnerRows, Plan, Severity, Step};

use super::reading::Reading;

/// Rows of one page: more than a screen holds, few enough to be drawn anew with every key in the filter
/// (docs/performance.md).
const PAGE_SIZE: usize = 50;

/// Which steps are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableQuery {
    /// Every word must occur in the step's number, action, kind or name.
    pub words: String,
    /// A further condition.
    pub only: Option<Only>,
    /// Counted from 0; too high a number is the last page.
    pub page: usize,
    /// Show the page with this step.
    pub with_step: Option<StepNumber>,
    /// Steps that somebody is about to switch on or off.
    pub picked: BTreeSet<StepNumber>,
    /// On or off.
    pub enable: bool,
}

/// A condition on steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// With findings that block or endanger.
    Risky,
    /// That a person must decide about.
    Undecided,
    /// That are switched off.
    Excluded,
}

/// One page of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanTable {
    /// The rows, phases in the order in which they begin.
    pub rows: Vec<PlanRow>,
    /// How many steps fit the query.
    pub n_matching: usize,
    /// How many steps the plan has.
    pub n_steps: usize,
    /// Which page this is, counted from 0.
    pub page: usize,
    /// How many pages there are.
    pub n_pages: usize,
    /// What switching the picked steps would drag along, where steps are picked.
    pub drag: Option<Drag>,
}

/// What would be switched together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drag {
    /// On or off.
    pub enable: bool,
    /// What was picked and is not yet as wanted.
    pub picked: Vec<PlanRow>,
    /// What it drags along.
    pub dragged: Vec<PlanRow>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    /// Its number.
    pub number: StepNumber,
    /// The part of the plan it belongs to.
    pub phase: &'static str,
    /// What it does.
    pub action: StepAction,
    /// To what.
    pub resource: ResourceName,
    /// Whether it takes part in a run.
    pub enabled: bool,
    /// Whether a person must decide something first.
    pub undecided: bool,
    /// Rows to copy.
    pub rows: Count,
    /// What it needs.
    pub needs: Vec<StepNumber>,
    /// How many enabled steps need it.
    pub n_needed_by: usize,
    /// How many findings it has, and the worst.
    pub n_findings: usize,
    /// The worst finding.
    pub worst: Option<Severity>,
}

impl PlanTable {
    /// The page that a query asks for.
    pub fn of(reading: &Reading, query: &TableQuery) -> Self {
        let words: Vec<String> = query.words.split_whitespace().map(str::to_lowercase).collect();
        let set_aside = reading.set_aside();
        let is_shown = |step: &Step| query.only == Some(Only::Excluded) || !set_aside.contains(&step.number);
        let fits = |(step, text): &(&Step, &str)| {
            is_shown(step)
                && words.iter().all(|word| text.contains(word.as_str()))
                && query.only.is_none_or(|only| only.fits(step))
        };
        let steps: Vec<&Step> = reading.searchable().filter(fits).map(|(step, _)| step).collect();
        let steps = by_phase(steps);
        let n_pages = steps.len().div_ceil(PAGE_SIZE).max(1);
        let wanted = query.with_step.and_then(|wanted| steps.iter().position(|step| step.number == wanted));
        let page = wanted.map_or(query.page, |position| position / PAGE_SIZE).min(n_pages - 1);
        let rows = steps.iter().skip(page * PAGE_SIZE).take(PAGE_SIZE).map(|step| PlanRow::of(reading, step)).collect();
        let drag = reading.plan().and_then(|plan| Drag::of(reading, plan, query));
        let n_steps = reading.plan().map_or(0, |plan| plan.steps.len() - set_aside.len());
        Self { rows, n_matching: steps.len(), n_steps, page, n_pages, drag }
    }
}

impl Only {
    fn fits(self, step: &Step) -> bool {
        match self {
            Self::Risky => severity(step).is_some_and(|worst| worst > Severity::Note),
            Self::Undecided => step.is_undecided(),
            Self::Excluded => !step.enabled,
        }
    }
}

impl PlanRow {
    /// The row of a step.
    pub fn of(reading: &Reading, step: &Step) -> Self {
        Self {
            number: step.number,
            phase: ui::phase(step.action, step.resource.kind),
            action: step.action,
            resource: step.resource.clone(),
            enabled: step.enabled,
            undecided: step.is_undecided() && step.inner_rows == Some(InnerRows::Undecided),
            rows: step.copy.as_ref().map_or(Count::UNKNOWN, |copy| copy.rows),
            needs: step.needs.clone(),
            n_needed_by: reading.n_needed_by(step.number),
            n_findings: step.open_findings().count(),
            worst: severity(step),
        }
    }
}

impl Drag {
    fn of(reading: &Reading, plan: &Plan, query: &TableQuery) -> Option<Self> {
        let open: BTreeSet<StepNumber> = plan
            .steps
            .iter()
            .filter(|step| query.picked.contains(&step.number) && step.enabled != query.enable)
            .map(|step| step.number)
            .collect();
        if open.is_empty() {
            return None;
        }
        let dragged = if query.enable { plan.dragged_on(&open) } else { plan.dragged_off(&open) };
        let rows = |numbers: &BTreeSet<StepNumber>| {
            let steps = plan.steps.iter().filter(|step| numbers.contains(&step.number));
            steps.map(|step| PlanRow::of(reading, step)).collect()
        };
        Some(Self { enable: query.enable, picked: rows(&open), dragged: rows(&dragged) })
    }

    /// The numbers of everything that would be switched.
    pub fn numbers(&self) -> Vec<StepNumber> {
        self.picked.iter().chain(&self.dragged).map(|row| row.number).collect()
    }
}

fn severity(step: &Step) -> Option<Severity> {
    step.open_findings().map(|finding| finding.severity).max()
}

/// Steps by phase, phases in the order in which they begin; in each the risky ones first, else as in the plan.
fn by_phase(steps: Vec<&Step>) -> Vec<&Step> {
    let mut phases: Vec<&'static str> = Vec::new();
    let mut keyed: Vec<(usize, u8, &Step)> = Vec::with_capacity(steps.len());
    for step in steps {
        let phase = ui::phase(step.action, step.resource.kind);
        let position = phases.iter().position(|known| *known == phase).unwrap_or_else(|| {
            phases.push(phase);
            phases.len() - 1
        });
        let calm = match severity(step).filter(|_| step.enabled) {
            Some(Severity::Blocks) => 0,
            Some(Severity::Caution) => 1,
            Some(Severity::Note) | None => 2,
        };
        keyed.push((position, calm, step));
    }
    keyed.sort_by_key(|(phase, calm, _)| (*phase, *calm));
    keyed.into_iter().map(|(_, _, step)| step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "\
format: 1
migration: m
name: n
config: {file: f, digest: d}
source: {product: enterprise, version: 2.8.2, timeplusd_address: \"a:8463\"}
steps:
  - {step: 1, action: create, kind: stream, database: d, name: m_rows, enabled: false, definition: CREATE STREAM d.m_rows (a int)}
  - {step: 2, action: create, kind: stream, database: d, name: off, enabled: false, definition: CREATE STREAM d.off (a int)}
  - step: 3
    action: create
    kind: materialized_view
    database: d
    name: m
    inner_rows: undecided
    inner_target: m_rows
    definition: CREATE MATERIALIZED VIEW d.m AS SELECT 1 AS a FROM d.s
";

    #[test]
    fn steps_for_a_stream_that_no_view_is_to_have_are_seen_only_among_what_is_off() {
        let shown = |text: &str, only: Option<Only>| {
            let reading = Reading::of(text.to_owned());
            assert!(reading.plan().is_some(), "{:?}", reading.problems());
            let table = PlanTable::of(&reading, &TableQuery { only, ..TableQuery::default() });
            let mut numbers: Vec<u32> = table.rows.iter().map(|row| row.number.0).collect();
            numbers.sort_unstable();
            (numbers, table.n_steps)
        };
        assert_eq!(shown(PLAN, None), (vec![2, 3], 2));
        assert_eq!(shown(PLAN, Some(Only::Excluded)), (vec![1, 2], 2));
        let carried = PLAN.replace("undecided", "explicit_target");
        assert_eq!(shown(&carried, None), (vec![1, 2, 3], 3));
    }
}
