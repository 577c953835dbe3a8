//! Facts of statements.

use ferry_model::ResourceKind;
use ferry_sql::lexer::{TokenKind, lex};
use ferry_sql::{
    CreateMaterializedView, CreateStream, ObjectKind, Setting, StatementKind, SyntaxError, parse_one, references,
};

use super::{Created, Facts, Needed};

/// Settings that name a file of the machine (resources.md 2.3).
const FILE_SETTINGS: [&str; 9] = [
    "config_file",
    "ssl_ca_cert_file",
    "ssl_cert_file",
    "ssl_key_file",
    "nats_creds_file",
    "nats_nkey_seed_file",
    "log_dir",
    "log_files",
    "private_key_file",
];

/// Settings that say where an external system is, in the order of preference.
const ADDRESS_SETTINGS: [&str; 8] =
    ["brokers", "hosts", "address", "service_url", "url", "endpoint", "uri", "kafka_schema_registry_url"];

pub(super) fn read(
    text: &str,
    default_database: &str,
    is_function: &dyn Fn(&str) -> bool,
) -> Result<Facts, SyntaxError> {
    let statement = parse_one(text)?;
    let is_function = |name: &str| is_function(name);
    let found = references(&statement, default_database, &is_function);
    let mut facts = Facts { created: created(&statement.kind), ..Facts::default() };
    facts.needs = found.items.iter().filter_map(Needed::of).collect();
    facts.needs.sort();
    facts.needs.dedup();
    match &statement.kind {
        StatementKind::CreateStream(create) => add_stream(&mut facts, create),
        StatementKind::CreateExternalTable(create) => add_external(&mut facts, &create.settings),
        StatementKind::CreateMaterializedView(create) => add_view(&mut facts, create, text, default_database),
        _ => {}
    }
    Ok(facts)
}

fn created(kind: &StatementKind) -> Option<Created> {
    let created = kind.created()?;
    let kind = match created.kind {
        ObjectKind::RemoteFunction => ResourceKind::Function,
        kind => ResourceKind::from_stored(kind.name()).ok()?,
    };
    let database = created.name.database.map(|database| database.value);
    Some(Created { kind, database, name: created.name.name.value })
}

fn add_stream(facts: &mut Facts, create: &CreateStream) {
    if create.is_external() {
        add_external(facts, &create.settings);
        return;
    }
    facts.storage_type = create.setting_text("storage_type");
    facts.has_ttl = !create.ttl.is_empty() || create.setting_text("ttl_seconds").is_some();
    let counting = create.elements.columns.iter().find(|column| column.auto_increment);
    facts.auto_increment = counting.map(|column| column.name.value.clone());
}

fn add_external(facts: &mut Facts, settings: &[Setting]) {
    let text = |name: &str| ferry_sql::setting(settings, name).map(Setting::text);
    let address = ADDRESS_SETTINGS.iter().find_map(|name| text(name)).unwrap_or_default();
    // An address that is a secret stays one.
    let address = if address.contains("${secret:") { String::new() } else { address };
    facts.external = Some((text("type").unwrap_or_default(), address));
    let files = FILE_SETTINGS.iter().filter(|name| text(name).is_some_and(|value| !value.is_empty()));
    facts.local_files = files.map(|name| (*name).to_owned()).collect();
}

fn add_view(facts: &mut Facts, create: &CreateMaterializedView, text: &str, default_database: &str) {
    facts.into =
        create.into.as_ref().map(|into| (into.database_or(default_database).to_owned(), into.name.value.clone()));
    let has_layout = create.engine.is_some() || create.partition_by.is_some() || create.primary_key.is_some();
    let has_clauses = create.order_by.is_some() || !create.storage_settings.is_empty() || !create.ttl.is_empty();
    facts.shapes_inner_stream = has_layout || has_clauses;
    let seeks = |setting: &&Setting| setting.name.value.eq_ignore_ascii_case("seek_to");
    let earliest = create.all_settings().into_iter().filter(seeks).any(|setting| {
        // A list gives one position for each stream.
        setting.text().split(',').any(|one| one.trim().eq_ignore_ascii_case("earliest"))
    });
    facts.reads_from_earliest = earliest || calls_earliest(text);
}

/// Whether a statement calls `earliest_ts()` or its other name (rule T19).
fn calls_earliest(text: &str) -> bool {
    let is_call = |word: &str| matches!(word.to_ascii_lowercase().as_str(), "earliest_ts" | "earliest_timestamp");
    lex(text).iter().any(|token| token.kind == TokenKind::Word && is_call(token.span.text(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::NeededKind;

    fn facts(text: &str) -> Facts {
        read(text, "d", &|name: &str| name == "my_udf").unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_materialized_view_tells_where_it_writes_reads_and_begins() {
        let text =
            "CREATE MATERIALIZED VIEW d.v INTO t AS SELECT my_udf(a) AS a FROM d.s SETTINGS seek_to = 'earliest'";
        let facts = facts(text);
        assert_eq!(facts.into, Some(("d".into(), "t".into())));
        assert!(facts.reads_from_earliest);
        let names: Vec<(NeededKind, &str)> = facts.needs.iter().map(|need| (need.kind, need.name.as_str())).collect();
        assert!(names.contains(&(NeededKind::Relation, "s")) && names.contains(&(NeededKind::Relation, "t")));
        assert!(names.contains(&(NeededKind::Function, "my_udf")));
    }

    #[test]
    fn an_external_stream_tells_its_system_and_its_files() {
        let text = "CREATE STREAM d.k (a string) ENGINE = ExternalStream SETTINGS type = 'kafka', brokers = 'b:9092', \
                    ssl_ca_cert_file = '/ca.pem'";
        let facts = facts(text);
        assert_eq!(facts.external, Some(("kafka".into(), "b:9092".into())));
        assert_eq!(facts.local_files, ["ssl_ca_cert_file"]);
    }

    #[test]
    fn a_stream_without_history_or_with_a_ttl_says_so() {
        assert!(facts("CREATE STREAM s (a int) SETTINGS storage_type = 'streaming'").keeps_no_history());
        assert!(facts("CREATE STREAM s (a int) TTL to_datetime(_tp_time) + INTERVAL 7 DAY").has_ttl);
        assert!(!facts("CREATE STREAM s (a int)").has_ttl);
    }
}
