//! Why a run is refused before its first change.

use super::some_of;
use crate::{FerryError, Problem, Product, ResourceName, StepNumber, StepState, Version};

/// Things of the same name exist on the target (copy-safety 2).
pub fn already_exists(resources: &[ResourceName]) -> FerryError {
    let are = if resources.len() == 1 { "exists" } else { "exist" };
    FerryError::Conflict {
        why: format!("On the target there already {are} {}.", some_of(resources)),
        remedy: "Ferry touches nothing that it did not make: remove them, clean an earlier run, or switch off the \
                 steps that create them."
            .into(),
    }
}

/// What the plan would let stand means something else.
pub fn exists_otherwise(resource: &ResourceName, clauses: &[String]) -> FerryError {
    FerryError::Conflict {
        why: format!(
            "On the target there is {resource}, and it means something else than the plan's definition (it differs in: \
             {}).",
            clauses.join(", ")
        ),
        remedy: "The plan lets it stand only if it is equal: change the step's definition, or remove what is there."
            .into(),
    }
}

/// What the plan would let stand cannot be read.
pub fn cannot_be_compared(resource: &ResourceName) -> FerryError {
    FerryError::Conflict {
        why: format!("On the target there is {resource}, and whether it means the same as the plan's cannot be told."),
        remedy: "Take `if_exists` out of the step, and remove what is there or switch the step off.".into(),
    }
}

/// Renamed resources need databases that are not there.
pub fn databases_missing(names: &[String]) -> FerryError {
    FerryError::Conflict {
        why: format!(
            "Renamed resources live in databases that are not on the target, and no step makes them: {}.",
            names.join(", ")
        ),
        remedy: "Create them on the target, or add a step that does.".into(),
    }
}

/// Helpers would sign in with a named collection that the target does not have.
pub fn no_named_collection(name: &str, why: Option<&str>) -> FerryError {
    let why = why.map(|why| format!(" It said: {}", super::full_stop(why.to_owned()))).unwrap_or_default();
    FerryError::Conflict {
        why: format!("The target shows no named collection `{name}`, with which helpers would sign in.{why}"),
        remedy:
            "Create it there with hosts, user and password of the source (Enterprise 3.0 or Proton 3 and later), or \
                 take `helper_named_collection` out of the settings."
                .into(),
    }
}

/// Definitions need secrets that nobody supplied.
pub fn missing_secrets(keys: &[String]) -> FerryError {
    let problem = |key: &String| Problem {
        line: 0,
        column: 0,
        message: format!(
            "The secret `{key}` is missing: give it in the configuration under `secrets:` or in the environment."
        ),
    };
    FerryError::Invalid { what: "The configuration".into(), problems: keys.iter().map(problem).collect() }
}

/// A plan that only describes.
pub fn plan_only_describes() -> FerryError {
    FerryError::Conflict {
        why: "The plan was made with `mode: resource_only`: it describes the source and cannot run.".into(),
        remedy: "Make a plan with a target and without that mode.".into(),
    }
}

/// A run goes on with the plan that it began with.
pub fn plan_differs_from_run() -> FerryError {
    FerryError::Conflict {
        why: "The plan is not the one that this run began with.".into(),
        remedy: "Take the run up with its own plan, or clean it and start a new run.".into(),
    }
}

/// A plan whose steps do not fit together.
pub fn plan_cannot_run(problems: Vec<String>) -> FerryError {
    let problem = |message| Problem { line: 0, column: 0, message };
    FerryError::Invalid { what: "The plan".into(), problems: problems.into_iter().map(problem).collect() }
}

/// Rows of materialized views that nobody decided about (copy-safety 15).
pub fn undecided_views(views: &[ResourceName]) -> FerryError {
    FerryError::Conflict {
        why: format!("What happens to the rows of {} is not decided.", some_of(views)),
        remedy: "Choose for each: rebuild, or leave out.".into(),
    }
}

/// A target that cannot read from the source (copy-safety 8).
pub fn target_cannot_pull(product: Product, version: Version, first: Version) -> FerryError {
    FerryError::Conflict {
        why: format!(
            "The target runs {} {version}, which cannot read the streams of another deployment.",
            product.label()
        ),
        remedy: format!("Use a target of version {first} or newer. {TAKE_THE_RELAY}"),
    }
}

/// Columns of streams whose rows cannot travel through Ferry, each as `stream: column (type)`.
pub fn cannot_be_relayed(columns: &[String]) -> FerryError {
    FerryError::Conflict {
        why: format!("These columns cannot travel through Ferry: {}.", columns.join(", ")),
        remedy:
            "Write `through: helper` in the `copy` of these steps, so that the target pulls their rows, or leave the \
                 columns out."
                .into(),
    }
}

/// The way on where a target cannot pull.
const TAKE_THE_RELAY: &str = "Or let the rows travel through Ferry: write `copy_through: relay` under `settings` of the \
    plan, or `through: relay` in the `copy` of single steps.";

/// An error of a helper, with the relay as the way on (copy-safety 8).
pub fn or_take_the_relay(error: FerryError) -> FerryError {
    let and_relay = |remedy: String| format!("{} {TAKE_THE_RELAY}", remedy.trim_end()).trim_start().to_owned();
    match error {
        FerryError::Conflict { why, remedy } => FerryError::Conflict { why, remedy: and_relay(remedy) },
        FerryError::Deployment { what, why, remedy } => FerryError::Deployment { what, why, remedy: and_relay(remedy) },
        other => other,
    }
}

/// Row policies or grants that hide something (copy-safety 3).
pub fn rows_may_be_hidden(sentences: &[String]) -> FerryError {
    FerryError::Conflict {
        why: format!("The source may hide rows or resources from the configured user: {}.", some_of(sentences)),
        remedy: "Use a user that sees everything: copy and comparison would be blind alike.".into(),
    }
}

/// Another run works on the target (copy-safety 5).
pub fn target_in_use(holder: &str) -> FerryError {
    FerryError::Conflict {
        why: format!("The target carries the marker of {holder}."),
        remedy: "Wait until that run is over, take it up again, or clean it.".into(),
    }
}

/// A copy into a stream that the plan does not create.
pub fn copy_without_create(stream: &ResourceName) -> FerryError {
    FerryError::Conflict {
        why: format!(
            "The plan copies {stream} but does not create it, and Ferry writes to nothing that it did not make."
        ),
        remedy: "Switch on the step that creates it, or switch off the copy.".into(),
    }
}

/// A step without what it needs.
pub fn step_lacks(step: StepNumber, what: &str) -> FerryError {
    plan_cannot_run(vec![format!("Step {step} lacks {what}.")])
}

/// Only a clean removes.
pub fn plan_may_not_drop(step: StepNumber) -> FerryError {
    plan_cannot_run(vec![format!("Step {step} removes something; only a clean does that.")])
}

/// A clean has no source.
pub fn no_source() -> FerryError {
    plan_cannot_run(vec!["A clean has no step that needs the source.".into()])
}

/// A step that the run does not have.
pub fn no_such_step(step: StepNumber) -> FerryError {
    FerryError::Conflict {
        why: format!("The run has no step {step}."),
        remedy: "Look up its number in the plan or on the run's page.".into(),
    }
}

/// A step that needs no other turn.
pub fn nothing_to_retry_in(step: StepNumber, state: StepState) -> FerryError {
    FerryError::Conflict {
        why: format!("Step {step} is not one to try again: it is {}.", crate::messages::step_state(state)),
        remedy: "Only steps that failed, were not tried or were skipped can be tried again, and comparisons.".into(),
    }
}

/// A step that cannot be left out any more.
pub fn cannot_skip(step: StepNumber, state: StepState) -> FerryError {
    FerryError::Conflict {
        why: format!("Step {step} cannot be skipped: it is {}.", crate::messages::step_state(state)),
        remedy: "Steps can be skipped before they begin and after they failed.".into(),
    }
}

/// Nobody learns later why a step was left out.
pub fn skip_needs_reason(step: StepNumber) -> FerryError {
    FerryError::Conflict {
        why: format!("Step {step} is skipped without a reason."),
        remedy: "Say why: others read it in the run's record.".into(),
    }
}

/// A run without comparisons.
pub fn nothing_to_verify() -> FerryError {
    FerryError::Conflict {
        why: "The run compares nothing.".into(),
        remedy: "Switch the plan's comparisons on, and run it.".into(),
    }
}
