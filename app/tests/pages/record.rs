//! A record with a migration, a plan, and runs in several states.

use std::sync::Arc;
use std::time::Duration;

use ferry_console::{CaptureWatch, Captured, Console, Deployments};
use ferry_engine::Site;
use ferry_model::{
    Caller, CheckItem, CheckLine, CheckState, Count, Definition, DeploymentInfo, Event, EventBody, FerryError, Journal,
    LeaseOwner, MigrationId, PlanOverview, Product, Resource, ResourceKind, ResourceName, RunId, RunMode, Secret,
    SecretMap, Side, Snapshot, StepAction, StepNumber, StepSummary, Version,
};
use ferry_plan::{Config, Settings, SideConfig};
use ferry_store::{NewMigration, NewRun, Store, StoreLocation};
use futures::future::BoxFuture;

/// A console over a record in a temporary folder.
pub struct Record {
    /// The console.
    pub console: Console,
    migration: MigrationId,
    run: RunId,
    _folder: tempfile::TempDir,
}

impl Record {
    /// One migration with a plan, and a run that has come half way.
    pub async fn with_a_plan_and_runs() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(&StoreLocation::in_data_dir(folder.path())).await.expect("a record");
        let migration = MigrationId::new("m1");
        let record = NewMigration {
            id: migration.clone(),
            name: "Market, staging to production".into(),
            source: "staging:8463".into(),
            target: Some("production:8463".into()),
            config: Secret::new(CONFIG),
            created_by: "anna".into(),
        };
        store.save_migration(&record).await.expect("stored");
        let console = Console::with_deployments(store.clone(), Arc::new(Canned));
        let anna = Caller::command_line("anna");
        let plan = console.make_plan(&anna, &migration).await.expect("a plan");
        let run = RunId::new("r1");
        store_run(&store, &migration, &run, &plan).await;
        Self { console, migration, run, _folder: folder }
    }

    /// The addresses of all pages, each with a text of the migration that it shows.
    pub fn pages(&self) -> Vec<(String, String)> {
        let Self { migration, run, .. } = self;
        [
            ("/migrations".to_owned(), "Market, staging to production"),
            (format!("/migrations/{migration}"), "production:8463"),
            (format!("/migrations/{migration}/connect"), "Are these the right two deployments?"),
            (format!("/migrations/{migration}/inventory"), "Nothing was captured yet"),
            (format!("/migrations/{migration}/runs"), "staging:8463"),
            (format!("/migrations/{migration}/runs/{run}"), "the disk is full"),
            (format!("/migrations/{migration}/result"), "the disk is full"),
            (format!("/migrations/{migration}/clean"), "Remove what runs made"),
        ]
        .map(|(path, text)| (path, text.to_owned()))
        .to_vec()
    }
}

const CONFIG: &str = "
source:
  timeplusd_address: staging:8463
  username: ferry
  password: secret
target:
  timeplusd_address: production:8463
  username: ferry
  password: secret
";

async fn store_run(store: &Store, migration: &MigrationId, run: &RunId, plan: &PlanOverview) {
    let created = EventBody::RunCreated {
        migration: migration.clone(),
        mode: RunMode::Migrate,
        plan_digest: plan.digest.clone(),
        target: "production:8463".into(),
        started_by: "anna".into(),
        steps: plan.steps.clone(),
    };
    let new = NewRun {
        id: run.clone(),
        migration: migration.clone(),
        revision: None,
        owner: LeaseOwner::new("a test"),
        lease: Duration::from_secs(60),
        created,
    };
    let fence = store.create_run(new).await.expect("stored");
    let mut bodies = vec![EventBody::RunStarted { owner: "a test".into() }];
    bodies.extend(plan.steps.iter().flat_map(events_of));
    let stored: Vec<Event> = store.append(run, fence, bodies).await.expect("stored");
    assert!(!stored.is_empty());
}

/// One copy fails, everything else is done.
fn events_of(step: &StepSummary) -> Vec<EventBody> {
    let StepSummary { number, action, resource, .. } = step.clone();
    let side = ferry_model::Side::Target;
    let started = EventBody::StepStarted { step: number, attempt: 1 };
    let total = Count::exact(1_204_000);
    let progress = |rows| EventBody::StepProgress {
        step: number,
        rows_done: Count::exact(rows),
        rows_total: total,
        bytes_done: Count::UNKNOWN,
    };
    match action {
        StepAction::Create => vec![
            started,
            EventBody::CreateIntended { step: number, side, resource: resource.clone(), definition_digest: "d".into() },
            EventBody::Created { step: number, side, resource, server_id: None },
            EventBody::StepDone { step: number, checked: "it is listed on the target".into() },
        ],
        StepAction::Copy if resource.name == "quotes" => vec![started, progress(602_000), disk_is_full(number)],
        StepAction::Copy => vec![started, progress(1_204_000), done(number)],
        _ => vec![started, EventBody::RowsCompared { step: number, source: total, target: total }, done(number)],
    }
}

fn done(step: StepNumber) -> EventBody {
    EventBody::StepDone { step, checked: "the counts are equal".into() }
}

fn disk_is_full(step: StepNumber) -> EventBody {
    let error = FerryError::Deployment {
        what: "Copying rows".into(),
        why: "the disk is full.".into(),
        remedy: "Make room and try again.".into(),
    };
    EventBody::StepFailed { step, error }
}

/// Two deployments that can be captured and not connected to.
struct Canned;

impl Deployments for Canned {
    fn capture<'a>(
        &'a self,
        _side: ferry_model::Side,
        side: &'a SideConfig,
        _settings: &'a Settings,
    ) -> BoxFuture<'a, Result<Captured, FerryError>> {
        let resources = if side.timeplusd_address.starts_with("staging") { resources() } else { Vec::new() };
        let snapshot = Snapshot {
            taken_at_ms: 1_795_000_000_000,
            deployment: DeploymentInfo {
                product: Product::Enterprise,
                version: Version::new(2, 8, 1),
                timeplusd_address: side.timeplusd_address.clone(),
                display_name: "canned".into(),
                timezone: "UTC".into(),
            },
            resources,
            problems: vec![],
            left_out: vec![],
            query_history: vec![],
        };
        Box::pin(async move { Ok(Captured { snapshot, secrets: SecretMap::default() }) })
    }

    fn capture_watched<'a>(
        &'a self,
        which: Side,
        side: &'a SideConfig,
        settings: &'a Settings,
        _watch: &'a CaptureWatch,
    ) -> BoxFuture<'a, Result<Captured, FerryError>> {
        self.capture(which, side, settings)
    }

    fn check<'a>(&'a self, _config: &'a Config, tell: &'a (dyn Fn(CheckLine) + Send + Sync)) -> BoxFuture<'a, ()> {
        let line = |item, state, finding: &str| CheckLine {
            side: Side::Source,
            item,
            state,
            finding: finding.into(),
            remedy: "Check user and password in the configuration.".into(),
        };
        tell(line(CheckItem::Tcp, CheckState::Passed, "staging:8463 accepts connections."));
        tell(line(CheckItem::SignIn, CheckState::Failed, "staging:8463 refused the sign-in."));
        Box::pin(async {})
    }

    fn connect<'a>(&'a self, _side: &'a SideConfig) -> BoxFuture<'a, Result<Arc<dyn Site>, FerryError>> {
        Box::pin(async { Err(FerryError::Transport { why: "this deployment is canned".into() }) })
    }
}

fn resources() -> Vec<Resource> {
    let database =
        |name: &str| resource(ResourceName::global(ResourceKind::Database, name), format!("CREATE DATABASE {name}"));
    let stream = |name: &str| {
        let resource_name = ResourceName::in_database(ResourceKind::Stream, "market", name);
        resource(resource_name, format!("CREATE STREAM market.{name} (price float64) ENGINE = Stream(1, 1, rand())"))
    };
    let view = ResourceName::in_database(ResourceKind::View, "market", "latest_prices_of_every_instrument_by_minute");
    let view_sql = format!("CREATE VIEW {} AS SELECT price FROM market.trades", view.path());
    vec![database("market"), stream("trades"), stream("quotes"), stream("orders"), resource(view, view_sql)]
}

fn resource(name: ResourceName, sql: String) -> Resource {
    let columns = ferry_model::CapturedColumn {
        name: "price".into(),
        data_type: "float64".into(),
        default_kind: String::new(),
        default_expression: String::new(),
    };
    let has_rows = name.kind.holds_rows();
    Resource {
        definition: Definition::Sql(sql),
        secrets: vec![],
        columns: if name.kind == ResourceKind::Database { vec![] } else { vec![columns] },
        mode: has_rows.then_some(ferry_model::StreamMode::Append),
        rows: if has_rows { Count::exact(1_204_000) } else { Count::UNKNOWN },
        bytes: Count::UNKNOWN,
        owner: None,
        server_id: None,
        running: None,
        name,
    }
}
