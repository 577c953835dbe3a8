//! `ferry demo`: two sandboxes, the console, and a migration that is ready to run.

use std::path::{Path, PathBuf};

use ferry_console::Console;
use ferry_model::Role;
use ferry_model::messages::cli as text;

use super::serve::{address_of, listen, serve_until_interrupted, web_options};
use crate::cli::{DemoArgs, RecordArgs};
use crate::exit::{Exit, Failure};
use crate::record;
use crate::sandboxes::SandboxPair;

const MIGRATION_NAME: &str = "demo: staging to production";

pub(super) async fn run(args: DemoArgs) -> Result<Exit, Failure> {
    let options = web_options(&args.site)?;
    let listener = listen(args.listen).await?;
    let pair = SandboxPair::start(args.scale, args.rows_per_second).await.map_err(|error| Failure::of(&error))?;
    let folder = DataFolder::of(args.data_dir)?;
    let record = RecordArgs { data_dir: Some(folder.path.clone()), database_url: None };
    let console = record::open_console(&record).await?;
    let link = prepare(&console, &pair.configuration(args.max_block_size)).await;
    let served = match link {
        Ok(link) => {
            crate::say::out(text::demo_ready(&format!("{}/welcome/{link}", address_of(&listener)?)));
            serve_until_interrupted(console.clone(), listener, options).await
        }
        Err(failure) => Err(failure),
    };
    console.shut_down().await;
    pair.shut_down().await;
    served.map(|()| Exit::Done)
}

/// Makes the migration and its plan, and the link by which the newcomer comes in.
async fn prepare(console: &Console, configuration: &str) -> Result<String, Failure> {
    let operator = super::operator();
    let known = console.list_migrations(&operator).await?;
    if known.is_empty() {
        let id = console.create_migration(&operator, MIGRATION_NAME, configuration).await?;
        console.make_plan(&operator, &id).await?;
    }
    console.keep_runs_going(&operator).await?;
    Ok(console.create_one_time_link(&operator, Role::Administrator).await?)
}

/// A folder that was given, or one that is removed at the end.
struct DataFolder {
    path: PathBuf,
    is_temporary: bool,
}

impl DataFolder {
    fn of(given: Option<PathBuf>) -> Result<Self, Failure> {
        if let Some(path) = given {
            return Ok(Self { path, is_temporary: false });
        }
        let path = std::env::temp_dir().join(format!("ferry-demo-{}", uuid::Uuid::new_v4()));
        make_private(&path)
            .map_err(|e| Failure::failed(text::file_problem("make", &path.display().to_string(), &e.to_string())))?;
        Ok(Self { path, is_temporary: true })
    }
}

fn make_private(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        if self.is_temporary
            && let Err(error) = std::fs::remove_dir_all(&self.path)
        {
            tracing::warn!(%error, "the demo's folder could not be removed");
        }
    }
}
