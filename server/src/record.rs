//! The data directory, and opening the console over it.

use std::path::PathBuf;

use ferry_console::{Console, from_store};
use ferry_model::messages::cli as text;
use ferry_store::{Store, StoreLocation};

use crate::cli::RecordArgs;
use crate::exit::Failure;

/// Opens the console over the record that the arguments name.
pub(crate) async fn open_console(args: &RecordArgs) -> Result<Console, Failure> {
    let location = location(args)?;
    let store = Store::open(&location).await.map_err(from_store)?;
    let console = Console::new(store);
    #[cfg(feature = "sandbox")]
    let console = console.with_sandboxes(std::sync::Arc::new(crate::sandboxes::ConsoleSandboxes::default()));
    Ok(console)
}

/// Opens the console over a record that is there and that nothing can change; `None` where there is no record.
pub(crate) async fn open_read_only(args: &RecordArgs) -> Result<Option<Console>, Failure> {
    let store = Store::open_read_only(&location(args)?).await.map_err(from_store)?;
    Ok(store.map(Console::new))
}

fn location(args: &RecordArgs) -> Result<StoreLocation, Failure> {
    let data_dir = data_dir(args)?;
    match &args.database_url {
        Some(url) => StoreLocation::on_postgres(&data_dir, url).map_err(|e| Failure::usage(e.to_string())),
        None => Ok(StoreLocation::in_data_dir(&data_dir)),
    }
}

/// Where the record is, for people.
pub(crate) fn place(args: &RecordArgs) -> Result<String, Failure> {
    Ok(data_dir(args)?.display().to_string())
}

/// The folder that was given, else `ferry` in the account's data folder (XDG base directories).
fn data_dir(args: &RecordArgs) -> Result<PathBuf, Failure> {
    if let Some(given) = &args.data_dir {
        return Ok(given.clone());
    }
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data_home = variable("XDG_DATA_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/share")));
    data_home.map(|folder| folder.join("ferry")).ok_or_else(|| Failure::usage(text::NO_DATA_DIR))
}
