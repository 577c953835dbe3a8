//! Words of the gallery of components, which only builds for work have.

/// The page's title.
pub const TITLE: &str = "Design";
/// Under the title.
pub const LEAD: &str = "Every component in every state, in both themes.";
/// A heading.
pub const BADGES: &str = "Badges";
/// A heading.
pub const BUTTONS: &str = "Buttons";
/// A heading.
pub const PROGRESS: &str = "Progress";
/// A heading.
pub const NAMES: &str = "Names";
/// A heading.
pub const NOTICES: &str = "Notices";
/// A heading.
pub const FIELDS: &str = "Fields";
/// A heading.
pub const EMPTY: &str = "Empty";
/// A heading.
pub const LOADING: &str = "Loading";
/// A button's words.
pub const BUTTON: &str = "Run 118 steps";
/// A button's words while it waits.
pub const BUSY: &str = "Starting";
/// A link's words.
pub const LINK: &str = "Open the run";
/// What a curve shows.
pub const CURVE: &str = "Rows per second";
/// A notice's title.
pub const NOTICE: &str = "Could not read stream market.orders";
/// A notice's text.
pub const NOTICE_TEXT: &str = "The source closed the connection after 30 s. Try again, or exclude it.";
/// Why something failed.
pub const WHY: &str = "the connection was closed";
/// A field's name.
pub const FIELD: &str = "Name";
/// A field's hint.
pub const HINT: &str = "What people will call it.";
/// The title of an empty place.
pub const EMPTY_TITLE: &str = "Nothing was run yet";
/// The text of an empty place.
pub const EMPTY_TEXT: &str = "Look through the plan, then start it.";
