//! Words of the screens.

use crate::{Permission, ResourceKind, RunMode, RunState, RunSummary, StepAction, StepSummary, StepView};

/// The product's name.
pub const PRODUCT: &str = "Ferry";
/// The first link of every page, for the keyboard.
pub const SKIP_TO_CONTENT: &str = "Skip to content";
/// The rail's and the list's title.
pub const MIGRATIONS: &str = "Migrations";
/// The button that ends the session.
pub const SIGN_OUT: &str = "Sign out";
/// The page and the button that begin a session.
pub const SIGN_IN: &str = "Sign in";
/// Under the title of the sign-in page.
pub const SIGN_IN_LEAD: &str = "Move Timeplus deployments, and see every step.";
/// While a session begins.
pub const SIGNING_IN: &str = "Signing in";
/// A field's name.
pub const NAME: &str = "Name";
/// A field's name.
pub const PASSWORD: &str = "Password";
/// The title of the first administrator's page.
pub const WELCOME: &str = "Make the first administrator";
/// Under that title.
pub const WELCOME_LEAD: &str = "This link works once. The person you name here may do everything, and can sign in \
                                with this name and password from now on.";
/// What a password must be.
pub const PASSWORD_HINT: &str = "10 characters or more. A sentence is easy to remember.";
/// The button on that page.
pub const CREATE_AND_SIGN_IN: &str = "Create and sign in";
/// A one-time link that cannot be used.
pub const LINK_USED: &str = "This link was used before or is too old.";
/// What to do about it.
pub const LINK_USED_REMEDY: &str = "Sign in with your name and password, or start Ferry again: it prints a new link \
                                    as long as nobody has an account.";

/// Shown where an address leads nowhere.
pub const NOT_FOUND: &str = "There is no page at this address";
/// What to do about it.
pub const NOT_FOUND_REMEDY: &str = "The link may be old. Everything that exists starts at the list of migrations.";
/// A link to the list.
pub const ALL_MIGRATIONS: &str = "All migrations";
/// The button beside an error that may pass.
pub const TRY_AGAIN: &str = "Try again";
/// Read out while something loads.
pub const LOADING: &str = "Loading";

/// The theme button's name.
pub const THEME: &str = "Theme";
/// A theme.
pub const THEME_SYSTEM: &str = "System";
/// A theme.
pub const THEME_LIGHT: &str = "Light";
/// A theme.
pub const THEME_DARK: &str = "Dark";

/// The empty list's title.
pub const NO_MIGRATIONS: &str = "No migrations yet";
/// What to do about it.
pub const NO_MIGRATIONS_REMEDY: &str = "A migration needs a source, a target and a name. Paste the configuration file \
                                        that you use with the command line, or start ferry demo to try one with \
                                        two sandboxes.";
/// The button and the page for a new migration.
pub const NEW_MIGRATION: &str = "New migration";
/// Under that page's title.
pub const NEW_MIGRATION_LEAD: &str = "Paste the configuration file. Passwords are kept encrypted and are never shown \
                                      again.";
/// A field's name.
pub const CONFIGURATION: &str = "Configuration (YAML)";
/// A field's hint.
pub const CONFIGURATION_HINT: &str = "The same file that ferry plan -f reads.";
/// A field's hint.
pub const MIGRATION_NAME_HINT: &str = "What people will call it, for example: market, staging to production.";
/// The button on that page.
pub const CREATE_MIGRATION: &str = "Create the migration";
/// While it is made.
pub const CREATING: &str = "Creating";

/// A column's title.
pub const MIGRATION: &str = "Migration";
/// A column's title.
pub const ROUTE: &str = "Source and target";
/// A column's title.
pub const STATE: &str = "State";
/// A column's title.
pub const LAST_ACTIVITY: &str = "Last activity";
/// Where only definitions are captured.
pub const NO_TARGET: &str = "definitions only";
/// Read out between source and target.
pub const TO: &str = "to";

/// The stages of a migration, in order.
pub const STAGES: [&str; 6] = ["Connect", "Inventory", "Plan", "Review", "Run", "Result"];
/// The name of the stages' navigation.
pub const STAGES_LABEL: &str = "Stages";
/// Why a stage cannot be opened: Ferry does not have it.
pub const STAGE_NOT_BUILT: &str = "This version of Ferry has no page for this stage.";
/// Why the run cannot be opened.
pub const STAGE_NO_RUN: &str = "Nothing was run yet.";

/// The plan's tab where no plan exists.
pub const NO_PLAN: &str = "No plan yet";
/// What to do about it.
pub const NO_PLAN_REMEDY: &str = "Ferry reads every resource of the source and orders what must be done into steps. \
                                  Nothing is changed on either side.";
/// While a plan is made.
pub const CAPTURING: &str = "Capturing the source";
/// While a run is being started.
pub const STARTING: &str = "Starting";
/// Makes another revision.
pub const PLAN_AGAIN: &str = "Capture again";
/// A heading.
pub const FINDINGS: &str = "Findings";
/// A heading.
pub const NOT_READ: &str = "Could not be read";
/// A heading.
pub const LEFT_OUT: &str = "Seen and left out";
/// A heading.
pub const STEPS: &str = "Steps";
/// A column's title.
pub const STEP: &str = "Step";
/// A column's title.
pub const RESOURCE: &str = "Resource";
/// A column's title.
pub const ACTION: &str = "Action";
/// A column's title.
pub const ROWS: &str = "Rows";
/// A column's title.
pub const AFTER: &str = "After";
/// A column's title.
pub const SPEED: &str = "Speed";
/// A column's title.
pub const ELAPSED: &str = "Elapsed";
/// A column's title.
pub const NOTE: &str = "Note";
/// A severity.
pub const BLOCKS: &str = "Blocks";
/// A severity.
pub const RISK: &str = "Risk";

/// The tab of runs and a heading.
pub const RUNS: &str = "Runs";
/// Where nothing was run.
pub const NO_RUNS: &str = "Nothing was run yet";
/// What to do about it.
pub const NO_RUNS_REMEDY: &str = "Look through the plan; the button above starts it.";
/// A column's title.
pub const STARTED: &str = "Started";
/// A column's title.
pub const STARTED_BY: &str = "By";
/// A column's title.
pub const PROGRESS: &str = "Progress";
/// The log's heading.
pub const LOG: &str = "Log";
/// Where the log is empty.
pub const LOG_EMPTY: &str = "Nothing has happened yet.";
/// Ends the filter.
pub const SHOW_ALL_STEPS: &str = "Show all steps";
/// The heading of what failed.
pub const NEEDS_YOU: &str = "Needs you";
/// A button.
pub const PAUSE: &str = "Pause";
/// A button.
pub const RESUME: &str = "Resume";
/// A button.
pub const CANCEL_RUN: &str = "Cancel the run";
/// A button.
pub const RETRY: &str = "Try failed steps again";
/// A button.
pub const RETRY_DEFERRED: &str = "Try deferred creations again";
/// A button.
pub const CUT_OVER: &str = "Cut over now";
/// A link.
pub const CLEAN_LINK: &str = "Remove what it made";
/// A link to the log of one step.
pub const SHOW_LOG: &str = "Show its log";
/// Steps that were blocked.
pub const NOT_TRIED: &str = "not tried";
/// The run room's connection.
pub const LIVE: &str = "Live";
/// The run room's connection.
pub const CATCHING_UP: &str = "Catching up";
/// The run room's connection.
pub const DISCONNECTED: &str = "Disconnected";
/// The run room's connection.
pub const SIGNED_OUT: &str = "Signed out";
/// The run room without WebAssembly, or before it.
pub const NOT_LIVE: &str = "As loaded";

/// The clean page's heading.
pub const CLEAN_TITLE: &str = "Remove what runs made";
/// Where nothing is to be removed.
pub const NOTHING_TO_CLEAN: &str = "Nothing is left to remove";
/// Why.
pub const NOTHING_TO_CLEAN_REMEDY: &str = "No run of this migration made anything that still exists.";
/// While a clean begins.
pub const REMOVING: &str = "Removing";
/// The kind of an entry in the ledger whose making was not confirmed.
pub const PERHAPS_MADE: &str = "perhaps made";
/// The kind of an entry in the ledger.
pub const MADE: &str = "made";

/// Beside "Disconnected": `for 12 s`.
pub fn for_seconds(seconds: u64) -> String {
    format!("for {seconds} s")
}

/// `3 migrations, 1 running.`
pub fn migrations_sentence(n_all: usize, n_running: usize, n_failed: usize) -> String {
    let mut parts = vec![counted(n_all, "migration", "migrations")];
    if n_running > 0 {
        parts.push(format!("{n_running} running"));
    }
    if n_failed > 0 {
        parts.push(format!("{n_failed} failed"));
    }
    format!("{}.", parts.join(", "))
}

/// `118 steps: 96 create, 12 copy 1,100,000 rows, 10 compare rows.`
pub fn plan_sentence(steps: &[StepSummary], rows: &str) -> String {
    let actions = [StepAction::Stop, StepAction::Create, StepAction::Copy, StepAction::Compare, StepAction::Drop];
    let n_of = |action| steps.iter().filter(|step| step.action == action).count();
    let parts: Vec<String> = actions
        .into_iter()
        .map(|action| (action, n_of(action)))
        .filter(|(_, n)| *n > 0)
        .map(|(action, n)| match action {
            StepAction::Copy => format!("{n} copy {rows} rows"),
            other => format!("{n} {}", super::step_action(other)),
        })
        .collect();
    format!("{}: {}.", counted(steps.len(), "step", "steps"), parts.join(", "))
}

/// The part of a plan that a step belongs to, in the words of its heading.
pub fn phase(action: StepAction, kind: ResourceKind) -> &'static str {
    match action {
        StepAction::Stop => "Stop what writes",
        StepAction::Create if kind.creation_rank() < ResourceKind::MaterializedView.creation_rank() => {
            "Create what holds and describes data"
        }
        StepAction::Create => "Create what runs and reads, after the copies",
        StepAction::Copy => "Copy rows",
        StepAction::Compare => "Compare rows",
        StepAction::Drop => "Remove",
    }
}

/// `62 of 118 steps done, copying 3 streams at 410,000 rows/s.` `speed` is empty while no rows move.
pub fn run_room_sentence(run: &RunSummary, n_copying: usize, speed: &str) -> String {
    let sentence = super::run_sentence(run);
    if run.state != RunState::Running || n_copying == 0 {
        return sentence;
    }
    let copying = format!("copying {}", counted(n_copying, "stream", "streams"));
    let at = if speed.is_empty() { String::new() } else { format!(" at {speed}") };
    format!("{}, {copying}{at}.", sentence.trim_end_matches('.'))
}

/// `Run 3`: the title of a run's page.
pub fn run_title(mode: RunMode, started: &str) -> String {
    match mode {
        RunMode::Migrate => format!("Run of {started}"),
        RunMode::Clean => format!("Clean of {started}"),
    }
}

/// `Step 8 failed: copy rows, stream market.quotes.`
pub fn failed_step(step: &StepView) -> String {
    format!("Step {} failed: {}, {}.", step.number, super::step_action(step.action), step.resource)
}

/// `Step 8, external stream market.kafka_trades:`
pub fn deferred_step(step: &StepView) -> String {
    format!("Step {}, {}:", step.number, step.resource)
}

/// A note as a sentence of its own.
pub fn sentence(note: &str) -> String {
    let mut letters = note.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

/// `Log of step 12`.
pub fn log_of_step(step: &str) -> String {
    format!("Log of step {step}")
}

/// `1,204 of 2,000 rows`, read out beside a progress bar.
pub fn rows_of(done: &str, total: &str) -> String {
    format!("{done} of {total} rows")
}

/// What the counts of both sides say.
pub fn compared(source: &str, target: &str, equal: bool) -> String {
    if equal {
        format!("{target} rows on both sides")
    } else {
        format!("{source} rows on the source, {target} on the target")
    }
}

/// `Revision 3, made by anna`.
pub fn revision(number: u32, made_by: &str) -> String {
    format!("Revision {number}, made by {made_by}")
}

/// What a clean would do.
pub fn clean_sentence(n: usize, target: &str) -> String {
    format!("{} on {target} would be removed, and nothing else.", counted(n, "resource", "resources"))
}

/// The title over everything that is wrong with an input.
pub fn cannot_be_used(what: &str) -> String {
    format!("This {what} cannot be used:")
}

/// What must be typed.
pub fn type_to_confirm(name: &str) -> String {
    format!("Type {name} to confirm")
}

/// The button that removes.
pub fn remove_button(n: usize, target: &str) -> String {
    format!("Remove {} from {target}", counted(n, "resource", "resources"))
}

/// Why a button is missing.
pub fn may_not(permission: Permission) -> String {
    super::error_text(&crate::FerryError::Forbidden { permission })
}

/// `1 stream`, `3 streams`.
pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Count, ResourceName, StepNumber};

    fn step(number: u32, action: StepAction) -> StepSummary {
        let resource = ResourceName::in_database(ResourceKind::Stream, "market", "trades");
        StepSummary { number: StepNumber(number), action, resource, rows_total: Count::UNKNOWN, after: vec![] }
    }

    #[test]
    fn the_plan_is_told_in_one_sentence() {
        let steps = [step(1, StepAction::Create), step(2, StepAction::Create), step(3, StepAction::Copy)];
        assert_eq!(plan_sentence(&steps, "2,000"), "3 steps: 2 create, 1 copy 2,000 rows.");
    }

    #[test]
    fn the_list_says_what_needs_attention_first() {
        assert_eq!(migrations_sentence(1, 0, 0), "1 migration.");
        assert_eq!(migrations_sentence(3, 1, 1), "3 migrations, 1 running, 1 failed.");
    }
}
