//! Snapshots made from statements, for tests.
#![allow(dead_code, reason = "each test file uses a part")]

use ferry_model::{
    CapturedColumn, Count, Definition, DeploymentInfo, MigrationId, Product, Resource, ResourceKind, ResourceName,
    Secret, SecretMap, Snapshot, StreamMode, Version,
};
use ferry_plan::{Config, Plan, PlanInput, Renames, Settings, SideConfig, generate};
use ferry_sql::ObjectKind;

/// A deployment that holds what these statements create, and these REST objects.
pub fn snapshot(statements: &[&str], objects: &[(ResourceKind, serde_json::Value)]) -> Snapshot {
    let mut resources: Vec<Resource> = statements.iter().filter_map(|sql| resource(sql)).collect();
    resources.extend(objects.iter().map(|(kind, value)| object(*kind, value)));
    resources.sort_by(|a, b| a.name.cmp(&b.name));
    Snapshot {
        taken_at_ms: 0,
        deployment: info(),
        resources,
        problems: vec![],
        left_out: vec![],
        query_history: vec![],
    }
}

pub fn info() -> DeploymentInfo {
    DeploymentInfo {
        product: Product::Enterprise,
        version: Version::new(2, 8, 2),
        timeplusd_address: "source:8463".into(),
        display_name: "s".into(),
        timezone: "UTC".into(),
    }
}

/// The resource that a statement creates; none if it creates nothing that is carried.
pub fn resource(sql: &str) -> Option<Resource> {
    let statement = ferry_sql::parse_one(sql).ok()?;
    let created = statement.kind.created()?;
    let kind = match created.kind {
        ObjectKind::RemoteFunction => ResourceKind::Function,
        kind => ResourceKind::from_stored(kind.name()).ok()?,
    };
    let database = created.kind.lives_in_database().then(|| created.name.database_or("default").to_owned());
    let columns = match &statement.kind {
        ferry_sql::StatementKind::CreateStream(create) => create.elements.columns.iter().map(column).collect(),
        ferry_sql::StatementKind::CreateMaterializedView(create) => {
            create.elements.columns.iter().map(column).collect()
        }
        _ => vec![],
    };
    let mut resource = empty(ResourceName { kind, database, name: created.name.name.value.clone() });
    resource.definition = Definition::Sql(sql.to_owned());
    resource.columns = columns;
    resource.mode = kind.holds_rows().then_some(StreamMode::Append);
    resource.rows = Count::exact(1_000);
    resource.bytes = Count::exact(50_000);
    Some(resource)
}

fn column(column: &ferry_sql::Column) -> CapturedColumn {
    CapturedColumn {
        name: column.name.value.clone(),
        data_type: "string".into(),
        default_kind: column.default.as_ref().map(|default| default.kind.word().to_owned()).unwrap_or_default(),
        default_expression: String::new(),
    }
}

pub fn object(kind: ResourceKind, value: &serde_json::Value) -> Resource {
    let mut resource = empty(ResourceName::global(kind, value["name"].as_str().unwrap_or_default()));
    resource.definition = Definition::Json(value.clone());
    resource.server_id = Some(format!("id-{}", resource.name.name));
    resource.running = matches!(kind, ResourceKind::Source | ResourceKind::Sink).then_some(true);
    resource
}

fn empty(name: ResourceName) -> Resource {
    Resource {
        name,
        definition: Definition::Sql(String::new()),
        secrets: vec![],
        columns: vec![],
        mode: None,
        rows: Count::UNKNOWN,
        bytes: Count::UNKNOWN,
        owner: None,
        server_id: None,
        running: None,
    }
}

pub fn side(address: &str) -> SideConfig {
    SideConfig {
        app_server_address: Some("http://host:8000".into()),
        timeplusd_address: address.into(),
        timeplusd_http_address: None,
        username: "proton".into(),
        password: Secret::new("a very secret password"),
        workspace: None,
        api_key: Some(Secret::new("a very secret key")),
        secure: false,
        ca_file: None,
        address_for_target: None,
        silence_limit_seconds: None,
    }
}

pub fn config(settings: Settings) -> Config {
    let mut secrets = SecretMap::default();
    secrets.insert("a.key", Secret::new("a very secret value"));
    Config {
        source: side("source:8463"),
        target: Some(side("target:8463")),
        settings,
        secrets,
        renames: Renames::default(),
        inner_rows: ferry_plan::InnerRows::default(),
    }
}

pub fn plan_of(source: &Snapshot, target: Option<&Snapshot>, settings: Settings) -> Plan {
    plan_with(&config(settings), source, target)
}

pub fn plan_with(config: &Config, source: &Snapshot, target: Option<&Snapshot>) -> Plan {
    generate(&PlanInput {
        migration: &MigrationId::new("m-1"),
        name: "a test",
        config,
        config_file: "migrate.yaml",
        source,
        target,
    })
}
