//! Plans, and what a run of one needs.

use std::sync::Arc;
use std::time::Duration;

use ferry_engine::{CleanRequest, Control, Engine, EngineError, HelperLogin, Pace, RunRequest, Wish};
use ferry_model::{
    Count, Definition, EventBody, Fence, LeaseOwner, Ledger, MigrationId, Product, ResourceKind, ResourceName, RunId,
    RunView, Secret, SecretMap, Side, StepAction, StepNumber, StreamMode, Version,
};
use ferry_plan::{ConfigReference, CopySpec, DeploymentSummary, PLAN_FORMAT, Plan, Redo, Settings, Step};

use crate::memory::MemoryJournal;
use crate::world::World;

/// A password that must be found nowhere.
pub const PASSWORD: &str = "s3cret-word";

pub fn stream(name: &str) -> ResourceName {
    ResourceName::in_database(ResourceKind::Stream, "sales", name)
}

pub fn view(name: &str) -> ResourceName {
    ResourceName::in_database(ResourceKind::MaterializedView, "sales", name)
}

pub fn source_named(name: &str) -> ResourceName {
    ResourceName::global(ResourceKind::Source, name)
}

pub fn helper(n: u32) -> ResourceName {
    ResourceName::in_database(ResourceKind::ExternalStream, "default", format!("ferry_helper_{n}"))
}

pub fn marker() -> ResourceName {
    ResourceName::in_database(ResourceKind::View, "default", ferry_engine::MARKER_NAME)
}

/// A plan whose steps are added one by one.
pub struct PlanBuilder {
    plan: Plan,
}

impl PlanBuilder {
    /// Every sort of step: two streams and a view between them, fed by a source that is stopped and carried.
    pub fn fed() -> Self {
        Self::new()
            .settings(|settings| settings.stop_data_ingestion_on_target = true)
            .stop("feed")
            .stream("orders")
            .stream("trades")
            .view("adds", "orders", "trades")
            .source("feed")
    }

    pub fn new() -> Self {
        let deployment = |address: &str| DeploymentSummary {
            product: Product::Enterprise,
            version: Version::new(2, 8, 1),
            timeplusd_address: address.into(),
        };
        let plan = Plan {
            format: PLAN_FORMAT,
            migration: MigrationId::new("m"),
            name: "a migration".into(),
            config: ConfigReference { file: "ferry.yaml".into(), digest: String::new() },
            source: deployment("source:8463"),
            target: Some(deployment("target:8463")),
            settings: Settings { use_timeplusd_for_data_migration: true, ..Settings::default() },
            findings: vec![],
            steps: vec![],
            left_out: vec![],
            problems: vec![],
            query_history: vec![],
        };
        Self { plan }
    }

    pub fn settings(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.plan.settings);
        self
    }

    fn add(&mut self, action: StepAction, resource: ResourceName, needs: Vec<StepNumber>) -> &mut Step {
        let number = StepNumber(u32::try_from(self.plan.steps.len()).unwrap() + 1);
        let mut step = Step::new(number, action, resource);
        step.needs = needs;
        self.plan.steps.push(step);
        self.plan.steps.last_mut().unwrap()
    }

    /// Creates, copies and compares a stream.
    pub fn stream(mut self, name: &str) -> Self {
        let resource = stream(name);
        let create = self.add(StepAction::Create, resource.clone(), vec![]);
        create.definition = Some(Definition::Sql(format!("CREATE STREAM sales.{name} (`id` int64)")));
        let number = create.number;
        let n = number.0;
        let copy = self.add(StepAction::Copy, resource.clone(), vec![number]);
        copy.copy = Some(CopySpec {
            columns: vec!["id".into(), "_tp_time".into()],
            mode: StreamMode::Append,
            rows: Count::UNKNOWN,
            bytes: Count::UNKNOWN,
            order_by: vec![],
            threads: 8,
            helper: format!("ferry_helper_{n}"),
            slice_rows: None,
            redo: Redo::Recreate,
            through: None,
        });
        let number = copy.number;
        self.add(StepAction::Compare, resource, vec![number]);
        self
    }

    /// Creates a materialized view over a stream into another.
    pub fn view(mut self, name: &str, from: &str, into: &str) -> Self {
        let step = self.add(StepAction::Create, view(name), vec![]);
        let sql = format!("CREATE MATERIALIZED VIEW sales.{name} INTO sales.{into} AS SELECT id FROM sales.{from}");
        step.definition = Some(Definition::Sql(sql));
        self
    }

    /// Creates a view over something that an earlier step creates.
    pub fn plain_view(mut self, name: &str, from: &str, needs: u32) -> Self {
        let resource = ResourceName::in_database(ResourceKind::View, "sales", name);
        let step = self.add(StepAction::Create, resource, vec![StepNumber(needs)]);
        let sql = format!("CREATE VIEW sales.{name} AS SELECT id FROM sales.{from} WHERE id > 1");
        step.definition = Some(Definition::Sql(sql));
        self
    }

    /// Creates a source.
    pub fn source(mut self, name: &str) -> Self {
        let step = self.add(StepAction::Create, source_named(name), vec![]);
        step.definition = Some(Definition::Json(serde_json::json!({ "name": name, "type": "kafka" })));
        self
    }

    /// Stops a source of the source.
    pub fn stop(mut self, name: &str) -> Self {
        let step = self.add(StepAction::Stop, source_named(name), vec![]);
        (step.side, step.server_id) = (Side::Source, Some("s-1".into()));
        self
    }

    pub fn change(mut self, change: impl FnOnce(&mut Plan)) -> Self {
        change(&mut self.plan);
        self
    }

    pub fn build(self) -> Arc<Plan> {
        Arc::new(self.plan)
    }
}

/// A journal, a source, a target, and an engine between them.
pub struct Stage {
    pub journal: Arc<MemoryJournal>,
    pub source: Arc<World>,
    pub target: Arc<World>,
    pub run: RunId,
}

impl Stage {
    /// A source with streams of so many rows, and an empty target.
    pub fn new(streams: &[(&str, u64)]) -> Self {
        Self::over(World::source(), streams)
    }

    /// The same over a source of the test's choice.
    pub fn over(source: Arc<World>, streams: &[(&str, u64)]) -> Self {
        for (name, n_rows) in streams {
            source.put_stream(&stream(name), *n_rows);
        }
        let target = World::target(&source);
        Self { journal: Arc::default(), source, target, run: RunId::new("r-1") }
    }

    pub fn request(&self, plan: &Arc<Plan>, control: &Control) -> RunRequest {
        let mut secrets = SecretMap::default();
        secrets.insert("source.password", Secret::new(PASSWORD));
        RunRequest {
            run: self.run.clone(),
            migration: MigrationId::new("m"),
            fence: Fence(1),
            owner: LeaseOwner::new("console-a"),
            plan: plan.clone(),
            source: self.source.clone(),
            target: self.target.clone(),
            helper_login: HelperLogin {
                host: "source:8463".into(),
                user: "ferry".into(),
                password: Secret::new(PASSWORD),
                secure: false,
            },
            secrets,
            started_by: "anna".into(),
            control: control.clone(),
            wish: Wish::GoOn,
        }
    }

    pub fn engine(&self) -> Engine<MemoryJournal> {
        Engine::with_pace(self.journal.clone(), quick())
    }

    pub async fn start(&self, plan: &Arc<Plan>) -> Result<RunView, EngineError> {
        self.start_steered(plan, &Control::default()).await
    }

    /// Starts the plan, and does something while the run stands still after its first INSERT.
    pub async fn start_paused_for(&self, plan: &Arc<Plan>, meanwhile: impl FnOnce(&Self)) -> RunView {
        let control = Control::default();
        let pause = async {
            self.until(|body| matches!(body, EventBody::QuerySent { .. })).await;
            control.pause("anna");
            self.until(|body| matches!(body, EventBody::RunPaused)).await;
            meanwhile(self);
            control.resume("anna");
        };
        let (run, ()) = tokio::join!(self.start_steered(plan, &control), pause);
        run.unwrap()
    }

    /// Takes the run up for something.
    pub async fn wish(&self, plan: &Arc<Plan>, control: &Control, wish: Wish) -> Result<RunView, EngineError> {
        let (run, request) = (self.engine(), RunRequest { wish, ..self.request(plan, control) });
        tokio::time::timeout(Duration::from_secs(20), run.run(request)).await.expect("a run comes to its end")
    }

    pub async fn start_steered(&self, plan: &Arc<Plan>, control: &Control) -> Result<RunView, EngineError> {
        let run = self.engine();
        let driven = run.run(self.request(plan, control));
        tokio::time::timeout(Duration::from_secs(20), driven).await.expect("a run comes to its end")
    }

    pub async fn clean(&self, run: &str) -> Result<RunView, EngineError> {
        let request = CleanRequest {
            run: RunId::new(run),
            migration: MigrationId::new("m"),
            fence: Fence(1),
            owner: LeaseOwner::new("console-a"),
            ledger: self.ledger(),
            target: self.target.clone(),
            started_by: "anna".into(),
            control: Control::default(),
        };
        let engine = self.engine();
        tokio::time::timeout(Duration::from_secs(20), engine.clean(request)).await.expect("a clean comes to its end")
    }

    /// What the run made, with what cleans removed of it.
    pub fn ledger(&self) -> Ledger {
        let cleans = (1..9).flat_map(|n| self.journal.bodies(&RunId::new(format!("c-{n}"))));
        Ledger::fold(&self.bodies().into_iter().chain(cleans).collect::<Vec<_>>())
    }

    pub fn bodies(&self) -> Vec<EventBody> {
        self.journal.bodies(&self.run)
    }

    /// Waits until an event that fits was stored.
    pub async fn until(&self, fits: impl Fn(&EventBody) -> bool) {
        self.until_so_many(1, fits).await;
    }

    /// Waits until so many events that fit were stored.
    pub async fn until_so_many(&self, n: usize, fits: impl Fn(&EventBody) -> bool) {
        let seen = async {
            while self.n_events(&fits) < n {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), seen).await.expect("the event is stored");
    }

    /// The position of the first event that fits.
    pub fn position(&self, fits: impl Fn(&EventBody) -> bool) -> Option<usize> {
        self.bodies().iter().position(fits)
    }

    pub fn n_events(&self, fits: impl Fn(&EventBody) -> bool) -> usize {
        self.bodies().iter().filter(|body| fits(body)).count()
    }

    /// What people read in the run's events, in one text.
    pub fn texts(&self) -> String {
        serde_json::to_string(&self.journal.events(&self.run)).unwrap()
    }
}

/// Short waits for deployments that answer at once.
pub fn quick() -> Pace {
    Pace {
        poll_min: Duration::from_millis(1),
        poll_max: Duration::from_millis(2),
        still: Duration::from_millis(30),
        settle: Duration::from_millis(300),
        n_copy_attempts: 3,
        deferred: Duration::from_millis(2),
        progress: Duration::ZERO,
        ..Pace::default()
    }
}
