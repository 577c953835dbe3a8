//! Words for plans: what is wrong with one, and what planning noticed (each finding as message and remedy).

mod inner_rows;

use crate::{ResourceName, StepNumber};

pub use inner_rows::*;

/// Two steps have one number.
pub fn number_used_twice(number: StepNumber) -> String {
    format!("Step number {number} is used twice. Give one of the two steps a number of its own.")
}

/// A step needs one that was taken out.
pub fn needs_missing_step(number: StepNumber, what: &str, need: StepNumber) -> String {
    format!(
        "Step {number} ({what}) needs step {need}, which is not in the plan. Take step {number} out too, put step \
         {need} back, or, if its resource is on the target already, take {need} out of `needs`."
    )
}

/// A step needs one that was switched off.
pub fn needs_disabled_step(number: StepNumber, what: &str, need: StepNumber, needed: &str) -> String {
    format!(
        "Step {number} ({what}) needs step {need} ({needed}), which is disabled. Disable step {number} too, enable \
         step {need}, or, if its resource is on the target already, take {need} out of `needs`."
    )
}

/// Steps wait for each other.
pub fn cycle(numbers: &str) -> String {
    format!("The steps {numbers} wait for each other. Take a number out of the `needs` of one of them.")
}

/// A create step has nothing to create from.
pub fn create_without_definition(resource: &ResourceName) -> String {
    format!("The step creates {resource} and has no `definition`.")
}

/// A copy step does not say how.
pub fn copy_without_spec(resource: &ResourceName) -> String {
    format!("The step copies {resource} and has no `copy`.")
}

/// A copy step copies nothing.
pub fn copy_without_columns(resource: &ResourceName) -> String {
    format!("The step copies {resource} and lists no columns. To carry no rows, disable the step.")
}

/// A definition is about something else.
pub fn defines_another(resource: &ResourceName, defined: &str) -> String {
    format!("The definition is of `{defined}`, and the step is about {resource}. Let both name the same resource.")
}

/// A definition creates nothing.
pub fn creates_nothing(resource: &ResourceName) -> String {
    format!("The definition of {resource} is not a CREATE statement.")
}

/// A definition is no valid SQL.
pub fn does_not_parse(error: &str) -> String {
    format!("The definition is not valid Timeplus SQL: {error}")
}

/// A finding's text: what it is, and what to do.
pub type FindingText = (String, String);

fn text(message: impl Into<String>, remedy: impl Into<String>) -> FindingText {
    (message.into(), remedy.into())
}

/// The target has a resource of this name.
pub fn exists_on_target(resource: &ResourceName) -> FindingText {
    text(
        format!("{resource} exists on the target already; the run will stop before its first change."),
        "Take this step and its copy out of the plan, or remove the resource from the target.",
    )
}

/// The target has a resource of this name that means the same; whether the plan may let it stand.
pub fn exists_alike_on_target(resource: &ResourceName, can_stand: bool) -> FindingText {
    let remedy = match can_stand {
        true => {
            "Set `if_exists` to `skip_if_equal`: the run then uses what is there, as long as it means the same. Rows are \
             not copied into a stream that is there already."
        }
        false => "Take this step out of the plan, or remove the resource from the target.",
    };
    text(
        format!(
            "{resource} exists on the target already, and its definition means the same; the run will stop before its \
             first change."
        ),
        remedy,
    )
}

/// A step may not let stand what is there.
pub fn may_not_stand(resource: &ResourceName) -> String {
    format!(
        "{resource} acts by itself or cannot be compared, so one that is there already cannot be used: take \
         `if_exists` out of the step."
    )
}

/// Rows would be copied into what the run did not make.
pub fn copies_into_what_stands(resource: &ResourceName) -> String {
    format!(
        "Rows are copied only into streams that the run makes, and {resource} may be there already (`if_exists`): switch \
         this copy off, or take `if_exists` out of the step that creates the stream."
    )
}

/// The target has a resource of this name that means something else.
pub fn exists_otherwise_on_target(resource: &ResourceName, clauses: &str) -> FindingText {
    text(
        format!(
            "{resource} exists on the target already, and its definition is another one ({clauses}); the run will stop \
             before its first change."
        ),
        "Take this step and its copy out of the plan, or remove the resource from the target.",
    )
}

/// A rule of rewriting had something to say about the definition.
pub fn rewritten(explanation: &str, changed: bool) -> FindingText {
    let remedy = if changed {
        "Nothing, if the step's definition is what you mean; otherwise change it."
    } else {
        "Change the step's definition, or switch the step off."
    };
    text(explanation.to_owned(), remedy)
}

/// The target has another kind of resource under this name.
pub fn name_taken_on_target(resource: &ResourceName, other: &ResourceName) -> FindingText {
    text(
        format!("The target has a {other} under the name of this {}; the run will stop.", resource.kind),
        "Take this step out of the plan, or rename or remove what is on the target.",
    )
}

/// Something outside must be reachable from the target.
pub fn needs_external_system(resource: &ResourceName, system: &str, address: &str) -> FindingText {
    let place = if address.is_empty() { String::new() } else { format!(" at {address}") };
    text(
        format!("{resource} talks to {system}{place}; the target must reach it, in part already when it is created."),
        "Check the route and the firewall from the target, or take the step out.",
    )
}

/// A definition names files of the source's machine.
pub fn names_local_files(resource: &ResourceName, settings: &str) -> FindingText {
    text(
        format!("{resource} names files on the source's machines ({settings})."),
        "Put the same files at the same paths on the target's machines, or change the definition.",
    )
}

/// A stream keeps no history.
pub fn keeps_no_history(storage_type: &str) -> FindingText {
    text(
        format!("The stream has storage_type = '{storage_type}': it keeps no history, so there are no rows to copy."),
        "Nothing to do if its rows may stay behind.",
    )
}

/// Rows expire.
pub fn rows_expire() -> FindingText {
    text(
        "The stream has a TTL: rows that are older vanish on the target soon after they are copied, so counts may differ.",
        "Create the stream without its TTL and add it after the copy, or compare only rows that will live longer than the run: `compare.from` in the step that compares.",
    )
}

/// Values of a column change.
pub fn auto_increment_changes(column: &str) -> FindingText {
    text(
        format!("Column `{column}` counts by itself (AUTO_INCREMENT): the target gives new values."),
        "Do not rely on the old values, or make it an ordinary column.",
    )
}

/// Blocks of ten rows are slow.
pub fn small_blocks(size: u64, better: u64) -> FindingText {
    text(
        format!("Rows are inserted in blocks of at most {size}: safe for very large rows, slow for all others."),
        format!("Set max_block_size to {better}, which suits the rows of this source."),
    )
}

/// Tasks of the source that nobody stops.
pub fn tasks_run_on(n: usize, names: &str) -> FindingText {
    let (tasks, run) = if n == 1 { ("1 task".to_owned(), "runs") } else { (format!("{n} tasks"), "run") };
    text(
        format!(
            "{tasks} of the source {run} on while rows are copied, and afterwards ({names}): rows may be written after the \
             copy of their stream, and from the cut-over on both sides do the same work."
        ),
        "Ferry does not stop tasks, because how their state is read is not public. Pause them on the source with SYSTEM \
         PAUSE TASK before the run, and resume them where the migration is given up; or let rows follow with \
         catch_up_rounds.",
    )
}

/// The source's password will stand in the target's catalogue.
pub fn helper_holds_password(drops: bool) -> FindingText {
    let lifetime = if drops { "until each helper is dropped after its copy" } else { "until they are dropped" };
    text(
        format!(
            "Helpers (migration external streams) hold the source's user and password in the target's catalogue {lifetime}."
        ),
        if drops {
            "Use a user of the source that may only read, and change its password afterwards; or keep both in a named \
             collection of the target, and name that in helper_named_collection."
        } else {
            "Set drop_migration_external_stream to true, and use a user of the source that may only read; or keep both in \
             a named collection of the target, and name that in helper_named_collection."
        },
    )
}

/// Helpers sign in with a named collection.
pub fn helper_uses_collection(name: &str) -> FindingText {
    text(
        format!(
            "Helpers (migration external streams) sign in to the source with the target's named collection {name}; no \
             definition holds the password."
        ),
        "See that the collection holds hosts, user and password of the source, as the target reaches it.",
    )
}

/// Two objects share a name.
pub fn duplicate_name(resource: &ResourceName, n: usize) -> FindingText {
    text(
        format!("The source has {n} of {resource}: the name alone does not tell them apart."),
        "Rename them on the source and plan again if it matters which is which.",
    )
}

/// A view with INTO reads from the start.
pub fn reads_from_earliest(target: &str) -> FindingText {
    text(
        format!(
            "The view reads from the earliest row and writes into {target}, which is copied too: rows would be doubled."
        ),
        "Take seek_to (or the condition on earliest_ts()) out of the definition to carry on from the copy, or disable \
         the copy of the target stream to compute everything again.",
    )
}

/// State does not travel.
pub fn loses_state() -> FindingText {
    text(
        "The view starts with new rows on the target: counts and windows that were open on the source are not carried.",
        "Pause the source's writers before the run if that matters.",
    )
}

/// A secret must be supplied.
pub fn secret_must_be_supplied(keys: &str) -> FindingText {
    text(
        format!("The source does not show these secrets: {keys}."),
        "Supply each under `secrets:` in the configuration file or in the environment; or correct the definition if \
         there is none.",
    )
}

/// A source or sink starts at once.
pub fn starts_at_once(resource: &ResourceName) -> FindingText {
    text(
        format!("{resource} starts as soon as it is created."),
        "Stop it on the source first, or set stop_data_ingestion_on_target, so that nothing is taken in twice.",
    )
}

/// A name that the definition uses was not captured.
pub fn uses_unknown(names: &str) -> FindingText {
    text(
        format!("The definition refers to {names}, which was not captured from the source."),
        "Make sure that it exists on the target, or take the step out.",
    )
}

/// The definition could not be read.
pub fn cannot_be_read(error: &str) -> FindingText {
    text(
        format!("The definition is not Timeplus SQL that Ferry can read: {error}"),
        "The step is disabled. Correct the definition and enable the step, or leave it out.",
    )
}

/// The target cannot have this kind.
pub fn kind_not_on_target(resource: &ResourceName, product: &str) -> FindingText {
    text(format!("{resource} cannot exist on {product}."), "Take the step out, or migrate to Timeplus Enterprise.")
}

/// The target cannot pull.
pub fn relay_because_of_target(version: &str) -> FindingText {
    text(
        format!(
            "The target is Proton {version}, which has no external streams of type timeplus and cannot pull rows: they \
             travel through Ferry (copy_through: relay). No helper is made, so the source's password never reaches the \
             target."
        ),
        RELAY_REMEDY,
    )
}

/// What to know where rows travel through Ferry.
const RELAY_REMEDY: &str = "Run Ferry near both deployments: every byte passes through its machine and its network. \
    Columns of type json, dynamic, variant and aggregate_function cannot travel so.";

/// Columns of a stream whose rows cannot be passed on.
pub fn cannot_be_relayed(columns: &str) -> FindingText {
    text(
        format!("Rows with these columns cannot travel through Ferry: {columns}."),
        "Let the target pull this stream through a helper (`through: helper` in the step's `copy`), or leave the columns out.",
    )
}

/// Somebody chose the relay.
pub fn relay_was_chosen() -> FindingText {
    text(
        "Rows travel through Ferry (copy_through: relay). No helper is made, so the source's password never reaches \
         the target, and the target need not reach the source."
            .to_owned(),
        RELAY_REMEDY,
    )
}

/// Somebody allowed the relay.
pub fn relay_where_needed() -> FindingText {
    text(
        "The target pulls rows through helpers; where it cannot, they travel through Ferry (copy_through: \
         helper_or_relay). The run's log says which way each stream took."
            .to_owned(),
        RELAY_REMEDY,
    )
}

/// References that form a circle.
pub fn refers_to_itself(names: &str) -> FindingText {
    text(
        format!("These resources refer to each other in a circle: {names}."),
        "Change one of the definitions so that one can be created first.",
    )
}

/// Why the database `default` has no step.
pub const EVERY_DEPLOYMENT_HAS_DEFAULT: &str = "Every deployment has it.";

/// Why a database has no step.
pub const DATABASE_IS_THERE: &str = "The target has this database already.";

/// The first lines of a new plan.
pub const PLAN_HEAD: &str = "\
# A migration plan of Ferry. Steps run in an order that their `needs` and safety allow.
# To leave something out, delete its steps or write `enabled: false`; definitions may be changed.
# `rename:` at the top level gives other names on the target, wherever a step names them.
# Findings inform and decide nothing. No secret stands here: ${secret:KEY} is filled in when the plan runs.
# docs/plan-format.md explains every key.
";
