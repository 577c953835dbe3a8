//! Reading the configuration file.

use ferry_model::{Problem, Secret, SecretMap};

use super::{Config, ConfigMode, Settings, SideConfig};
use crate::document::word;
use crate::yaml::{Fields, Node, NodeKind, load};
use crate::{CopyThrough, CutOver, InnerRows};

impl Config {
    /// Reads a configuration file. A file written for the vendor's tool is read unchanged.
    ///
    /// # Errors
    /// Every problem with its line and column: unknown keys, wrong types, missing fields, keys given twice.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let root = load(text)?;
        let mut problems = Vec::new();
        let config =
            Fields::of(&root, "the configuration", &mut problems).and_then(|fields| read(fields, &mut problems));
        problems.sort_by_key(|problem| (problem.line, problem.column));
        match config {
            Some(config) if problems.is_empty() => Ok(config),
            _ => Err(problems),
        }
    }
}

fn read(mut fields: Fields<'_>, problems: &mut Vec<Problem>) -> Option<Config> {
    let settings = read_settings(&mut fields, problems);
    let source = match fields.node("source") {
        Some(node) => read_side(node, "source", problems),
        None => {
            fields.missing("source", problems);
            None
        }
    };
    let target = match fields.node("target") {
        Some(node) => read_side(node, "target", problems),
        None => {
            if settings.mode == ConfigMode::Full {
                fields.missing("target", problems);
            }
            None
        }
    };
    let secrets = fields.node("secrets").map(|node| read_secrets(node, problems)).unwrap_or_default();
    let renames = fields.node("rename").map(|node| crate::renames::read(node, problems)).unwrap_or_default();
    let inner_rows = match fields.node("inner_rows") {
        Some(_) => word(&mut fields, "inner_rows", problems, InnerRows::of_word).unwrap_or_default(),
        None => InnerRows::default(),
    };
    fields.finish(problems);
    Some(Config { source: source?, target, settings, secrets, renames, inner_rows })
}

pub(crate) fn read_settings(fields: &mut Fields<'_>, problems: &mut Vec<Problem>) -> Settings {
    let default = Settings::default();
    Settings {
        mode: read_mode(fields, problems),
        show_query_history: fields.boolean("show_query_history", default.show_query_history, problems),
        stop_data_ingestion_on_source: fields.boolean(
            "stop_data_ingestion_on_source",
            default.stop_data_ingestion_on_source,
            problems,
        ),
        stop_data_ingestion_on_target: fields.boolean(
            "stop_data_ingestion_on_target",
            default.stop_data_ingestion_on_target,
            problems,
        ),
        stop_sinks_on_source: fields.boolean("stop_sinks_on_source", default.stop_sinks_on_source, problems),
        stop_materialized_views_on_source: fields.boolean(
            "stop_materialized_views_on_source",
            default.stop_materialized_views_on_source,
            problems,
        ),
        max_insert_threads: fields.number("max_insert_threads", 1, problems).unwrap_or(default.max_insert_threads),
        max_block_size: fields.number("max_block_size", 1, problems).unwrap_or(default.max_block_size),
        drop_migration_external_stream: fields.boolean(
            "drop_migration_external_stream",
            default.drop_migration_external_stream,
            problems,
        ),
        use_timeplusd_for_data_migration: fields.boolean(
            "use_timeplusd_for_data_migration",
            default.use_timeplusd_for_data_migration,
            problems,
        ),
        copies_at_once: fields.number("copies_at_once", 1, problems).unwrap_or(default.copies_at_once),
        comparisons_at_once: fields.number("comparisons_at_once", 1, problems).unwrap_or(default.comparisons_at_once),
        slices_in_flight: fields
            .number_in("slices_in_flight", 1..=Settings::MOST_SLICES_IN_FLIGHT, problems)
            .unwrap_or(default.slices_in_flight),
        cut_over: read_word(fields, "cut_over", &CutOver::ALL.map(|one| (one, one.as_str())), problems)
            .unwrap_or_default(),
        steps_on_source: fields.number("steps_on_source", 0, problems).unwrap_or(default.steps_on_source),
        steps_on_target: fields.number("steps_on_target", 0, problems).unwrap_or(default.steps_on_target),
        deferred_rounds: fields.number("deferred_rounds", 0, problems).unwrap_or(default.deferred_rounds),
        catch_up_rounds: fields.number("catch_up_rounds", 0, problems).unwrap_or(default.catch_up_rounds),
        helper_named_collection: fields.optional_text("helper_named_collection", problems),
        copy_through: read_through(fields, "copy_through", problems).unwrap_or_default(),
    }
}

/// The way that rows take, where one is given.
pub(crate) fn read_through(fields: &mut Fields<'_>, key: &str, problems: &mut Vec<Problem>) -> Option<CopyThrough> {
    read_word(fields, key, &CopyThrough::ALL.map(|one| (one, one.as_str())), problems)
}

/// One of a few words, where one is given.
fn read_word<T: Copy>(
    fields: &mut Fields<'_>,
    key: &str,
    words: &[(T, &str)],
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let node = fields.node(key)?;
    let found = match &node.kind {
        NodeKind::Scalar { text, .. } => words.iter().find(|(_, word)| word == text).map(|(value, _)| *value),
        _ => None,
    };
    if found.is_none() {
        let words: Vec<String> = words.iter().map(|(_, word)| format!("`{word}`")).collect();
        let (last, others) = words
            .split_last()
            .map_or((String::new(), String::new()), |(last, others)| (last.clone(), others.join(", ")));
        problems.push(node.place.problem(format!("`{key}` must be {others} or {last}.")));
    }
    found
}

/// `resource_only` is documented; the default has no documented name, so `full` is Ferry's.
fn read_mode(fields: &mut Fields<'_>, problems: &mut Vec<Problem>) -> ConfigMode {
    let Some(node) = fields.node("mode") else { return ConfigMode::Full };
    match &node.kind {
        NodeKind::Scalar { text, .. } if text == "full" => ConfigMode::Full,
        NodeKind::Scalar { text, .. } if text == "resource_only" => ConfigMode::ResourceOnly,
        _ => {
            problems.push(node.place.problem("`mode` must be `full` or `resource_only`."));
            ConfigMode::Full
        }
    }
}

fn read_side(node: &Node, name: &str, problems: &mut Vec<Problem>) -> Option<SideConfig> {
    let mut fields = Fields::of(node, format!("`{name}`"), problems)?;
    let app_server_address = fields.optional_text("app_server_address", problems);
    let timeplusd_address = fields.text("timeplusd_address", problems);
    let timeplusd_http_address = fields.optional_text("timeplusd_http_address", problems);
    for (key, address) in
        [("app_server_address", &app_server_address), ("timeplusd_http_address", &timeplusd_http_address)]
    {
        check_http(&mut fields, key, address.as_deref(), problems);
    }
    if let Some(address) = &timeplusd_address {
        check_host_port(&mut fields, "timeplusd_address", address, problems);
    }
    let address_for_target = fields.optional_text("address_for_target", problems);
    if let Some(address) = &address_for_target {
        check_host_port(&mut fields, "address_for_target", address, problems);
    }
    let username = fields.text("username", problems);
    let password = match fields.node("password") {
        Some(_) => fields.text("password", problems).map(Secret::new),
        // A key without a value is a user without a password; a missing key is a mistake.
        None if fields.has("password") => Some(Secret::new("")),
        None => {
            fields.missing("password", problems);
            None
        }
    };
    let workspace = fields.optional_text("workspace", problems);
    let api_key = fields.optional_text("api_key", problems).map(Secret::new);
    let secure = fields.boolean("secure", false, problems);
    let ca_file = fields.optional_text("ca_file", problems);
    let silence_limit_seconds = fields.number("silence_limit_seconds", 1, problems);
    fields.finish(problems);
    Some(SideConfig {
        app_server_address,
        timeplusd_address: timeplusd_address?,
        timeplusd_http_address,
        username: username?,
        password: password?,
        workspace,
        api_key,
        secure,
        ca_file,
        address_for_target,
        silence_limit_seconds,
    })
}

fn check_http(fields: &mut Fields<'_>, key: &str, address: Option<&str>, problems: &mut Vec<Problem>) {
    let Some(address) = address else { return };
    if !(address.starts_with("http://") || address.starts_with("https://")) {
        let place = fields.node(key).map_or(fields.place(), |node| node.place);
        problems.push(place.problem(format!("`{key}` must begin with http:// or https://.")));
    }
}

fn check_host_port(fields: &mut Fields<'_>, key: &str, address: &str, problems: &mut Vec<Problem>) {
    let port_fits = match address.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            !host.is_empty() && port.parse::<u16>().is_ok()
        }
        // An address without a port means the default port.
        _ => !address.is_empty() && !address.contains('/'),
    };
    if !port_fits || address.contains("://") {
        let place = fields.node(key).map_or(fields.place(), |node| node.place);
        problems.push(place.problem(format!("`{key}` must be host:port, for example `timeplus.example.com:8463`.")));
    }
}

fn read_secrets(node: &Node, problems: &mut Vec<Problem>) -> SecretMap {
    let mut secrets = SecretMap::default();
    let NodeKind::Mapping(entries) = &node.kind else {
        problems.push(node.place.problem("`secrets` must be a mapping from the key of a secret to its value."));
        return secrets;
    };
    for entry in entries {
        match &entry.value.kind {
            NodeKind::Scalar { text, .. } if !entry.value.is_null() => {
                secrets.insert(entry.key.clone(), Secret::new(text.clone()));
            }
            _ => problems.push(entry.value.place.problem(format!("The secret `{}` must be a text.", entry.key))),
        }
    }
    secrets
}

#[cfg(test)]
mod tests {
    use super::*;

    const VENDOR: &str = "\
source:
  app_server_address: http://localhost:8000
  timeplusd_address: localhost:8463
  username: proton
  password: proton@t+
target:
  app_server_address: http://other:8000
  timeplusd_address: other:8463
  username: proton
  password: 12345
max_block_size: 2
max_insert_threads: 4
";

    fn problems_of(text: &str) -> Vec<String> {
        match Config::parse(text) {
            Ok(_) => vec![],
            Err(problems) => problems.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn each_side_has_its_own_limit_to_silence() {
        let patient =
            VENDOR.replacen("timeplusd_address: other", "silence_limit_seconds: 20\n  timeplusd_address: other", 1);
        let Ok(config) = Config::parse(&patient) else { panic!("{:?}", problems_of(&patient)) };
        assert_eq!(config.source.silence_limit_seconds, None);
        assert_eq!(config.target.as_ref().expect("a target").silence_limit_seconds, Some(20));
        let Ok(usual) = Config::parse(VENDOR) else { panic!("{:?}", problems_of(VENDOR)) };
        assert_eq!(config.digest(), usual.digest(), "it says nothing about what is done");
        let problems = problems_of(&patient.replace("seconds: 20", "seconds: 0"));
        assert!(problems.len() == 1 && problems[0].contains("`silence_limit_seconds`"), "{problems:?}");
    }

    #[test]
    fn a_file_written_for_the_vendors_tool_is_read_unchanged() {
        let Ok(config) = Config::parse(VENDOR) else { panic!("{:?}", problems_of(VENDOR)) };
        assert_eq!(config.source.timeplusd_address, "localhost:8463");
        assert_eq!(config.target.expect("a target").password.expose(), "12345");
        let expected = Settings { max_block_size: 2, max_insert_threads: 4, ..Settings::default() };
        assert_eq!(config.settings, expected);
    }

    #[test]
    fn clouds_workspace_and_key_are_read() {
        let text =
            VENDOR.replacen("  username: proton\n", "  username: proton\n  workspace: ab12cd34\n  api_key: k\n", 1);
        let Ok(config) = Config::parse(&text) else { panic!("{:?}", problems_of(&text)) };
        assert_eq!(config.source.workspace.as_deref(), Some("ab12cd34"));
        assert!(config.source.api_key.is_some());
    }

    #[test]
    fn every_problem_has_its_line_and_column() {
        for (change, with, expected) in [
            ("max_block_size: 2", "max_blok_size: 2", "line 11, column 1: `max_blok_size` is not a key"),
            (
                "max_block_size: 2",
                "max_block_size: many",
                "line 11, column 17: `max_block_size` in the configuration must be a whole number",
            ),
            ("max_block_size: 2", "max_block_size: 0", "line 11, column 17:"),
            ("max_block_size: 2", "mode: resources", "line 11, column 7: `mode` must be"),
            ("max_block_size: 2", "show_query_history: maybe", "line 11, column 21:"),
            ("  username: proton\n", "", "line 2, column 3: `username` is missing in `source`"),
            (
                "  username: proton\n",
                "  username: [a]\n",
                "line 4, column 13: `username` in `source` must be a text, not a list",
            ),
            ("  username: proton\n", "  username: a\n  username: b\n", "line 5, column 3: `username` is given twice"),
            ("localhost:8463", "http://localhost:8463", "line 3, column 22: `timeplusd_address` must be host:port"),
            ("http://localhost:8000", "localhost:8000", "line 2, column 23: `app_server_address` must begin with"),
        ] {
            let found = problems_of(&VENDOR.replacen(change, with, 1));
            assert!(found.iter().any(|problem| problem.starts_with(expected)), "{with}: {found:?}");
        }
    }

    #[test]
    fn a_target_may_be_missing_only_where_definitions_alone_are_captured() {
        let source = VENDOR.split("target:").next().expect("a source");
        assert!(problems_of(source)[0].contains("`target` is missing"));
        assert!(problems_of(&format!("{source}mode: resource_only\n")).is_empty());
    }

    #[test]
    fn an_empty_password_is_allowed_and_a_missing_one_is_not() {
        assert!(problems_of(&VENDOR.replacen("password: proton@t+", "password:", 1)).is_empty());
        assert!(problems_of(&VENDOR.replacen("  password: proton@t+\n", "", 1))[0].contains("`password` is missing"));
    }

    #[test]
    fn the_digest_knows_nothing_of_passwords() {
        let digest = |text: &str| Config::parse(text).map(|config| config.digest()).map_err(|_| ()).expect("read");
        assert_eq!(digest(VENDOR), digest(&VENDOR.replace("12345", "67890")));
        assert_ne!(digest(VENDOR), digest(&VENDOR.replace("other:8463", "third:8463")));
    }
}
