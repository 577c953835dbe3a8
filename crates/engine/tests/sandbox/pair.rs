//! Two sandboxes, and everything that a migration between them needs.

use std::sync::Arc;
use std::time::Duration;

use ferry_engine::{CleanRequest, Control, Engine, EngineError, HelperLogin, Pace, RunRequest, Wish};
use ferry_model::{
    EventBody, Fence, LeaseOwner, Ledger, MigrationId, ResourceName, RunId, RunState, RunView, Secret, SecretMap,
    Snapshot,
};
use ferry_plan::{Config, InnerRows, Plan, PlanInput, Renames, Settings, SideConfig, generate};
use ferry_sandbox::{Edition, Sandbox, SandboxOptions, Workload};
use ferry_timeplus::{CaptureOptions, Deployment, Endpoint, Timeouts, capture};

use crate::memory::MemoryJournal;

/// A password that must be found in no event.
pub const PASSWORD: &str = "s3cret-word";
const USER: &str = "ferry";
/// The longest time that one run may take here.
const LONGEST: Duration = Duration::from_secs(120);

/// Two sandboxes with a journal.
pub struct Pair {
    pub source: Deployment,
    pub target: Deployment,
    pub journal: Arc<MemoryJournal>,
    /// Rows of one part of a comparison.
    pub n_compared_at_once: u64,
    /// How long a run waits before its first round of deferred creations.
    pub deferred: Duration,
    config: Config,
    secrets: SecretMap,
    /// They listen as long as they are kept.
    _sandboxes: [Sandbox; 2],
}

impl Pair {
    /// A source with a workload, and an empty target, both Timeplus Enterprise.
    pub async fn new(workload: Workload, settings: Settings) -> Self {
        Self::of(Edition::enterprise(), Edition::enterprise(), workload, settings).await
    }

    /// The same with editions of their own.
    pub async fn of(source: Edition, target: Edition, workload: Workload, settings: Settings) -> Self {
        let (source, source_side) = start("source", source, workload).await;
        let (target, target_side) = start("target", target, Workload::Empty).await;
        let config = Config {
            source: source_side,
            target: Some(target_side),
            settings,
            secrets: SecretMap::default(),
            renames: Renames::default(),
            inner_rows: ferry_plan::InnerRows::default(),
        };
        Self {
            source: connect(&config.source).await,
            target: connect(config.target.as_ref().unwrap()).await,
            journal: Arc::default(),
            n_compared_at_once: 150,
            deferred: Pace::default().deferred,
            config,
            secrets: SecretMap::default(),
            _sandboxes: [source, target],
        }
    }

    /// Other names on the target, for plans that are made from now on.
    pub fn rename(&mut self, renames: Renames) {
        self.config.renames = renames;
    }

    /// How the target signs in to the source.
    pub fn helper_login(&self) -> HelperLogin {
        HelperLogin::from(&self.config.source)
    }

    /// The target is told an address of the source at which nobody listens.
    pub fn advertise_wrongly(&mut self) {
        self.config.source.address_for_target = Some("127.0.0.1:1".into());
    }

    /// Captures both sides and makes the plan.
    pub async fn plan(&mut self) -> Arc<Plan> {
        let source = capture(&self.source, &CaptureOptions::default()).await.expect("the source is captured");
        let target = capture(&self.target, &CaptureOptions::default()).await.expect("the target is captured");
        assert!(source.snapshot.problems.is_empty(), "{:?}", source.snapshot.problems);
        self.secrets = source.secrets;
        Arc::new(self.generate(&source.snapshot, &target.snapshot))
    }

    /// The plan as a person leaves it: the rows of every undecided materialized view left out (copy-safety 15), and
    /// a value for every secret that the source does not show.
    pub async fn decided_plan(&mut self) -> Arc<Plan> {
        let mut plan = Arc::unwrap_or_clone(self.plan().await);
        for step in plan.steps.iter_mut().filter(|step| step.is_undecided()) {
            step.inner_rows = Some(InnerRows::LeaveOut);
        }
        for secret in plan.required_secrets() {
            if self.secrets.get(&secret.key).is_none() {
                self.secrets.insert(secret.key, Secret::new("https://hooks.example/services/T/B/x"));
            }
        }
        Arc::new(plan)
    }

    fn generate(&self, source: &Snapshot, target: &Snapshot) -> Plan {
        let migration = MigrationId::new("m");
        generate(&PlanInput {
            migration: &migration,
            name: "a migration",
            config: &self.config,
            config_file: "ferry.yaml",
            source,
            target: Some(target),
        })
    }

    pub async fn run(&self, run: &str, plan: &Arc<Plan>, control: &Control) -> Result<RunView, EngineError> {
        self.wish(run, plan, control, Wish::GoOn).await
    }

    /// Takes a run up for something.
    pub async fn wish(
        &self,
        run: &str,
        plan: &Arc<Plan>,
        control: &Control,
        wish: Wish,
    ) -> Result<RunView, EngineError> {
        let request = RunRequest {
            run: RunId::new(run),
            migration: MigrationId::new("m"),
            fence: Fence(1),
            owner: LeaseOwner::new("console-a"),
            plan: plan.clone(),
            source: Arc::new(self.source.clone()),
            target: Arc::new(self.target.clone()),
            helper_login: self.helper_login(),
            secrets: self.secrets.clone(),
            started_by: "anna".into(),
            control: control.clone(),
            wish,
        };
        let engine = self.engine();
        tokio::time::timeout(LONGEST, engine.run(request)).await.expect("a run comes to its end")
    }

    /// Runs a plan that is cut off after every `n_events` stored events, until it is done: it goes on each time.
    pub async fn run_cut_off(&self, run: &str, plan: &Arc<Plan>, n_events: usize) {
        let mut n_tries = 0;
        let run = loop {
            n_tries += 1;
            // On a slow machine what was in flight may have to be done anew each time: at last there is room for it.
            self.journal.set_room(Some(n_events + n_tries / 10));
            match self.run(run, plan, &Control::default()).await {
                Ok(run) => break run,
                Err(error) => assert!(matches!(error, EngineError::Journal(_)), "{error:?}"),
            }
            assert!(n_tries < 50, "it goes on each time");
        };
        assert_eq!(run.state, RunState::Done, "{run:#?}");
        assert!(n_tries > 3, "{n_tries}");
    }

    pub async fn clean(&self, clean: &str, of: &str) -> RunView {
        let request = CleanRequest {
            run: RunId::new(clean),
            migration: MigrationId::new("m"),
            fence: Fence(1),
            owner: LeaseOwner::new("console-a"),
            ledger: self.ledger(of),
            target: Arc::new(self.target.clone()),
            started_by: "anna".into(),
            control: Control::default(),
        };
        let engine = self.engine();
        let cleaned = tokio::time::timeout(LONGEST, engine.clean(request)).await;
        cleaned.expect("a clean comes to its end").expect("nothing stands in the way of a clean")
    }

    fn engine(&self) -> Engine<MemoryJournal> {
        let pace = Pace {
            still: Duration::from_secs(3),
            n_compared_at_once: self.n_compared_at_once,
            n_rows_shown: 40,
            deferred: self.deferred,
            ..Pace::default()
        };
        Engine::with_pace(self.journal.clone(), pace)
    }

    pub fn ledger(&self, run: &str) -> Ledger {
        Ledger::fold(&self.journal.bodies(&RunId::new(run)))
    }

    pub async fn until(&self, run: &str, fits: impl Fn(&EventBody) -> bool) {
        let seen = async {
            while !self.journal.bodies(&RunId::new(run)).iter().any(&fits) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LONGEST, seen).await.expect("the event is stored");
    }

    /// Waits until the source's `table()` holds so many rows.
    pub async fn until_source_counts(&self, stream: &ResourceName, n_rows: u64) {
        until_counts(&self.source, stream, n_rows).await;
    }

    /// Waits until the target's `table()` holds so many rows.
    pub async fn until_target_counts(&self, stream: &ResourceName, n_rows: u64) {
        until_counts(&self.target, stream, n_rows).await;
    }

    /// Rows of a stream on both sides.
    pub async fn counts(&self, stream: &ResourceName) -> (u64, u64) {
        let (database, name) = (stream.database.as_deref().unwrap(), stream.name.as_str());
        (self.source.count(database, name).await.unwrap(), self.target.count(database, name).await.unwrap())
    }

    /// Everything on the target that a query over the catalogue names.
    pub async fn target_names(&self) -> Vec<String> {
        let sql = "SELECT database, name FROM system.tables WHERE database NOT IN ('system', 'neutron', \
                   'information_schema', 'INFORMATION_SCHEMA') ORDER BY database, name";
        let rows = self.target.rows(sql).await.unwrap();
        rows.iter().map(|row| format!("{}.{}", row.text("database"), row.text("name"))).collect()
    }
}

async fn until_counts(deployment: &Deployment, stream: &ResourceName, n_rows: u64) {
    let (database, name) = (stream.database.as_deref().unwrap(), stream.name.as_str());
    let seen = async {
        while deployment.count(database, name).await.unwrap() != n_rows {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONGEST, seen).await.expect("the rows are seen");
}

async fn start(name: &str, edition: Edition, workload: Workload) -> (Sandbox, SideConfig) {
    let users = vec![(USER.to_owned(), Secret::new(PASSWORD))];
    let defaults = SandboxOptions::default();
    // Proton has no app server.
    let app_addr = defaults.app_addr.filter(|_| edition.is_enterprise());
    let options = SandboxOptions { name: name.into(), users, workload, edition, app_addr, ..defaults };
    let sandbox = Sandbox::start(options).await.unwrap_or_else(|error| panic!("{name}: {}", chain(&error)));
    let addresses = sandbox.addresses();
    let side = SideConfig {
        app_server_address: addresses.app.map(|address| format!("http://{address}")),
        timeplusd_address: addresses.native.to_string(),
        timeplusd_http_address: Some(format!("http://{}", addresses.http)),
        username: USER.into(),
        password: Secret::new(PASSWORD),
        workspace: None,
        api_key: None,
        secure: false,
        ca_file: None,
        address_for_target: None,
        silence_limit_seconds: None,
    };
    (sandbox, side)
}

async fn connect(side: &SideConfig) -> Deployment {
    let mut endpoint = Endpoint::new(&side.timeplusd_address, &side.username, side.password.clone());
    endpoint.app_server_address.clone_from(&side.app_server_address);
    endpoint.timeplusd_http_address.clone_from(&side.timeplusd_http_address);
    let connected = Deployment::connect(endpoint, Timeouts::default()).await;
    connected.unwrap_or_else(|error| panic!("{}", error.chain()))
}

fn chain(error: &dyn std::error::Error) -> String {
    let cause = error.source().map(|cause| format!(": {}", chain(cause)));
    format!("{error}{}", cause.unwrap_or_default())
}
