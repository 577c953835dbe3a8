//! `ferry plan`: read the source, write the plan.

use std::path::Path;

use ferry_console::Timeplus;
use ferry_model::StepAction;
use ferry_model::messages::cli as text;
use ferry_plan::{Plan, Severity};

use super::plan_file::{read, write_whole};
use crate::ask;
use crate::cli::PlanArgs;
use crate::exit::{Exit, Failure};

pub(super) async fn run(args: PlanArgs) -> Result<Exit, Failure> {
    let plan_path = args.plan.display().to_string();
    if args.plan.exists() && !args.yes {
        if !ask::somebody_is_there() {
            return Err(Failure::needs_yes(text::overwrite_needs_yes(&plan_path)));
        }
        if !ask::yes(text::overwrite_question(&plan_path)).await {
            return Err(Failure::needs_yes(text::NOTHING_CHANGED));
        }
    }
    let config_path = args.config.display().to_string();
    let config = read(&args.config)?;
    let name = args.plan.file_stem().map_or_else(|| "plan".into(), |stem| stem.to_string_lossy().into_owned());
    let deployments = Timeplus::default();
    let plan = ferry_console::plan_file(&deployments, &super::operator(), &name, &config_path, &config).await?;
    write_whole(&args.plan, &plan.to_yaml())?;
    report(&args.plan, &plan);
    Ok(Exit::Done)
}

fn report(path: &Path, plan: &Plan) {
    let path = path.display().to_string();
    let n_with = |action| plan.enabled_steps().filter(|step| step.action == action).count();
    let n_blocking = plan.all_findings().filter(|(_, finding)| finding.severity == Severity::Blocks).count();
    let count = text::PlanCount {
        n_steps: plan.enabled_steps().count(),
        n_create: n_with(StepAction::Create),
        n_copy: n_with(StepAction::Copy),
        n_left_out: plan.left_out.len(),
        n_problems: plan.problems.len(),
        n_blocking,
    };
    crate::say::out(text::plan_written(&path, &count));
    for problem in &plan.problems {
        crate::say::err(format_args!("{}: {} {}", problem.what, problem.why, problem.remedy));
    }
    for (step, finding) in plan.all_findings().filter(|(_, finding)| finding.severity == Severity::Blocks) {
        let about = step.map(|step| format!("{}: ", step.resource)).unwrap_or_default();
        crate::say::err(format_args!("{about}{} {}", finding.message, finding.remedy));
    }
    crate::say::out(text::after_plan(&path));
}
