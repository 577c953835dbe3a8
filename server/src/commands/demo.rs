//! `ferry demo`: two sandboxes, the console, and a migration that is ready to run.

use std::path::{Path, PathBuf};

use ferry_console::Console;
use ferry_model::messages::cli as text;
use ferry_model::{Role, Secret};
use ferry_sandbox::{Sandbox, SandboxOptions, Workload};

use super::serve::{address_of, listen, serve_until_interrupted, web_options};
use crate::cli::{DemoArgs, RecordArgs};
use crate::exit::{Exit, Failure};
use crate::record;

/// Of the sandboxes, which listen on this machine only and end with the demo.
const USER: &str = "demo";
const PASSWORD: &str = "demo-password";
/// What the app server never gives back (rest.md 2.5), so that the configuration has to name it: the demo's chat
/// sink posts to this address.
const SECRETS: &str = "secrets:\n  sink.Speeding to chat.properties.url: https://chat.example.net/hooks/demo\n";
const MIGRATION_NAME: &str = "demo: staging to production";

pub(super) async fn run(args: DemoArgs) -> Result<Exit, Failure> {
    let options = web_options(&args.site)?;
    let listener = listen(args.listen).await?;
    let source = start("staging", Workload::Demo { scale: args.scale }).await?;
    let target = start("production", Workload::Empty).await?;
    let folder = DataFolder::of(args.data_dir)?;
    let record = RecordArgs { data_dir: Some(folder.path.clone()), database_url: None };
    let console = record::open_console(&record).await?;
    let link = prepare(&console, &configuration(&source, &target, args.max_block_size)).await;
    let served = match link {
        Ok(link) => {
            crate::say::out(text::demo_ready(&format!("{}/welcome/{link}", address_of(&listener)?)));
            serve_until_interrupted(console.clone(), listener, options).await
        }
        Err(failure) => Err(failure),
    };
    console.shut_down().await;
    source.shutdown().await;
    target.shutdown().await;
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

async fn start(name: &str, workload: Workload) -> Result<Sandbox, Failure> {
    let users = vec![(USER.to_owned(), Secret::new(PASSWORD))];
    let options = SandboxOptions { name: name.to_owned(), users, workload, ..SandboxOptions::default() };
    Sandbox::start(options).await.map_err(|error| Failure::of(&error))
}

fn configuration(source: &Sandbox, target: &Sandbox, max_block_size: u64) -> String {
    let side = |name: &str, sandbox: &Sandbox| {
        let addresses = sandbox.addresses();
        let app = addresses.app.map(|app| format!("  app_server_address: http://{app}\n")).unwrap_or_default();
        format!(
            "{name}:\n{app}  timeplusd_address: {}\n  timeplusd_http_address: http://{}\n  username: {USER}\n  password: {PASSWORD}\n",
            addresses.native, addresses.http
        )
    };
    let sides = [side("source", source), side("target", target)].concat();
    format!("{sides}max_block_size: {max_block_size}\ndrop_migration_external_stream: true\n{SECRETS}")
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
