//! Words of the list of migrations, of making one, and of its connections.

/// A form was refused, for a reason that was too long to be repeated in full.
pub const REFUSED: &str = "This was refused:";
/// What to do about a refused form.
pub const REFUSED_REMEDY: &str = "Nothing was changed. Correct it and send it again; going back in the browser brings \
                                  back what you typed.";

/// The empty list.
pub const NO_MIGRATIONS_REMEDY: &str = "A migration needs a source and a target. Try one between two sandboxes that \
                                        this console starts for you, or connect your own deployments.";
/// Starts two sandboxes and makes a migration between them.
pub const TRY_SANDBOXES: &str = "Try it with two sandboxes";
/// Leads to the form.
pub const CONNECT_YOURS: &str = "Connect your deployments";
/// A group of migrations.
pub const UNDER_WAY: &str = "Under way";
/// A group of migrations.
pub const READY: &str = "Ready for the next step";
/// A group of migrations.
pub const OVER: &str = "Over";
/// The list of what was archived.
pub const ARCHIVED: &str = "Archived migrations";
/// The empty archive.
pub const NOTHING_ARCHIVED: &str = "Nothing is archived";
/// What to do about it.
pub const NOTHING_ARCHIVED_REMEDY: &str =
    "A migration that is no longer needed can be archived at the end of its Connect page.";

/// The link to the archive.
pub fn n_archived(n: usize) -> String {
    if n == 1 { "1 archived migration".into() } else { format!("{n} archived migrations") }
}

/// The name of a progress bar.
pub fn progress_of(name: &str) -> String {
    format!("Steps of {name} that are done")
}

/// One of two ways to make a migration.
pub const BY_FILE: &str = "Paste a configuration file";
/// The other way.
pub const BY_FORM: &str = "Fill in a form";
/// What the two ways are.
pub const WAYS: &str = "Ways to give the deployments";
/// The field that takes a file.
pub const UPLOAD: &str = "Or choose the file";

/// A deployment's heading.
pub const SOURCE: &str = "Source";
/// Under it.
pub const SOURCE_HINT: &str = "Where resources and rows come from. Ferry only reads there.";
/// A deployment's heading.
pub const TARGET: &str = "Target";
/// Under it.
pub const TARGET_HINT: &str = "Where they go to. Leave it empty to capture definitions only.";
/// A field's name.
pub const TIMEPLUSD: &str = "timeplusd";
/// A field's hint.
pub const TIMEPLUSD_HINT: &str = "Host and native port, for example staging.example.com:8463.";
/// A field's name.
pub const APP_SERVER: &str = "App server";
/// A field's hint.
pub const APP_SERVER_HINT: &str = "For example http://staging.example.com:8000. Proton has none.";
/// A field's name.
pub const USER: &str = "User";
/// What becomes of a secret.
pub const SECRET_NEW: &str = "Kept encrypted, and never shown again.";
/// What becomes of a secret that is stored.
pub const SECRET_STORED: &str = "One is stored. Leave this empty to keep it as long as address and user stay the same.";
/// Folds the rarer fields.
pub const MORE: &str = "More settings";
/// A field's name.
pub const SECURE: &str = "Speak to timeplusd over TLS";
/// A field's name.
pub const HTTP_ADDRESS: &str = "timeplusd over HTTP";
/// A field's hint.
pub const HTTP_HINT: &str = "For functions of Proton, for example http://staging.example.com:3218.";
/// A field's name.
pub const WORKSPACE: &str = "Workspace";
/// A field's hint.
pub const WORKSPACE_HINT: &str = "Of Timeplus Cloud.";
/// A field's name.
pub const API_KEY: &str = "API key";
/// A field's name.
pub const CA_FILE: &str = "File of trusted certificates";
/// A field's hint.
pub const CA_FILE_HINT: &str = "PEM, on the machine of this console.";
/// A field's name.
pub const ADDRESS_FOR_TARGET: &str = "timeplusd as the target sees it";
/// A field's hint.
pub const ADDRESS_FOR_TARGET_HINT: &str = "Where that differs, for example inside one network.";
/// A field's name.
pub const MAX_BLOCK_SIZE: &str = "Rows of one inserted block";
/// A field's hint.
pub const MAX_BLOCK_SIZE_HINT: &str = "Empty means 10, as documented. Thousands are much faster where rows are small.";

/// The heading of the form.
pub const CHANGE_CONNECTION: &str = "Change the connections";
/// Under it.
pub const CHANGE_CONNECTION_LEAD: &str =
    "Plans that were made stay as they are; a plan for other deployments has to be made again.";
/// The button.
pub const SAVE_CONNECTION: &str = "Save and check the connections";
/// The way out.
pub const KEEP_CONNECTION: &str = "Keep them as they are";
