//! Words for what goes wrong with a deployment, and for what capture finds.

/// After a connection that did not stand.
pub const REMEDY_NOT_REACHABLE: &str = "Check the address, the port and the firewall, and that the deployment is up.";
/// After a refused sign-in.
pub const REMEDY_SIGN_IN: &str = "Check user and password in the configuration.";
/// After an error of the deployment.
pub const REMEDY_REFUSED: &str = "Read what the deployment says, correct it there or in the plan, and try again.";
/// After a broken connection.
pub const REMEDY_UNKNOWN_OUTCOME: &str = "Look on the deployment before you try again: it may have been done.";
/// After an answer that cannot be understood.
pub const REMEDY_UNEXPECTED: &str = "Check that the address is that of Timeplus and that its release is supported.";
/// Where an app server would be needed.
pub const REMEDY_NO_APP_SERVER: &str = "Add `app_server_address` to the configuration.";
/// Where the source is too old.
pub const REMEDY_TOO_OLD: &str = "Upgrade the source first, or ask Timeplus for help with older releases.";

/// A listing failed.
pub const REMEDY_LISTING: &str =
    "The capture is incomplete. Give the user the right to see it, or leave it out knowingly.";
/// A definition could not be read.
pub const REMEDY_DEFINITION: &str = "Correct or remove it on the source and capture again, or create it by hand.";
/// A function's text is not known.
pub const REMEDY_FUNCTION: &str =
    "Add `timeplusd_http_address` of the source to the configuration, or create the function by hand.";
/// The catalogue moved.
pub const REMEDY_MOVED: &str = "Capture again when nobody creates or drops resources on the source.";

/// Why something is not carried.
pub fn not_carried(kind: &str) -> String {
    format!("This version of Ferry does not carry {kind}. Create it by hand on the target if it is needed.")
}

/// Why old alerts are not carried.
pub const OLD_ALERT: &str =
    "Alerts of the app server ended with Timeplus 2.9; there is no mechanical translation to SQL alerts.";
/// Why a sink's view is not carried.
pub const VIEW_OF_SINK: &str = "A sink owns it and makes it again.";
/// Why API keys are not carried.
pub const API_KEYS: &str = "API keys are shown once, when they are made, and cannot be moved.";
/// What a REST object may hide.
pub const HIDDEN_PROPERTIES: &str = "The API does not show sensitive properties. If it has any, add them to the \
    definition in the plan as ${secret:KEY} and supply the value.";
/// Why a temporary stream is not carried.
pub const TEMPORARY: &str = "It is temporary.";
/// Why a database of an external service is only named.
pub const HELPER: &str = "It is a helper of a migration.";
/// What a row policy does to a migration.
pub const ROW_POLICY: &str =
    "Row policies may hide rows from the user of the migration, from the copy and from the comparison.";

/// The catalogue changed while it was read.
pub fn moved_while_read(name: &str) -> String {
    format!("{name} was created, changed or dropped while the source was captured.")
}

/// An engine that nobody knows.
pub fn unknown_engine(engine: &str) -> String {
    format!("Its engine `{engine}` is not one that this version of Ferry knows.")
}

/// A row policy that may blind the migration.
pub fn row_policy_hides(policy: &str, on: &str) -> String {
    format!("Row policy `{policy}` on {on} may hide rows from the user of the migration.")
}

/// A mode that nobody knows.
pub fn unknown_mode(mode: &str) -> String {
    format!("Its mode `{mode}` is not one that this version of Ferry knows.")
}

/// A REST object that is none.
pub const NOT_AN_OBJECT: &str = "It is not a JSON object.";
/// No channel shows a function's text.
pub const FUNCTION_TEXT_UNKNOWN: &str =
    "This release shows the text of the function over timeplusd's HTTP only, which could not be asked.";
