//! Rule T9: settings that have another name now, or none.

use crate::ast::{Setting, StatementKind};
use crate::edit::Edit;
use crate::lexer::TokenKind;
use crate::rewrite::list::{SettingsChange, created_stream, of_stream};
use crate::rewrite::{Attention, Input, Outcome};
use crate::span::Span;
use crate::visit::{Visitor, visit};
use ferry_model::messages::rewrite as text;

/// What became of a setting.
enum Fate {
    Renamed(String),
    Value(&'static str),
    Gone,
}

/// The name that a setting has now, whatever the release (resources.md 3.8 T9).
pub(crate) fn current_name(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if let Some(rest) = lower.strip_prefix("distributed_flush_threshold_") {
        return Some(format!("flush_threshold_{rest}"));
    }
    let now = match lower.as_str() {
        "distributed_ingest_mode" => "ingest_mode",
        "mv_preferred_exec_node" => "preferred_exec_node",
        _ => return None,
    };
    Some(now.to_owned())
}

/// Settings of streams whose log lies in Kafka, which later releases do not have.
fn is_kafka_log(setting: &Setting) -> bool {
    let name = setting.name.value.to_ascii_lowercase();
    match name.as_str() {
        "logstore" => setting.text().eq_ignore_ascii_case("kafka"),
        "logstore_cluster_id"
        | "logstore_subscription_mode"
        | "logstore_auto_offset_reset"
        | "logstore_replication_factor" => true,
        _ => name.starts_with("logstore_request_"),
    }
}

fn fate(setting: &Setting, input: &Input<'_>) -> Option<Fate> {
    let (name, to) = (setting.name.value.to_ascii_lowercase(), input.migration.to);
    if let Some(now) = current_name(&name) {
        return Some(Fate::Renamed(now));
    }
    match name.as_str() {
        "replicas" if !to.is_v1() => Some(Fate::Renamed("replication_factor".to_owned())),
        // Proton 1.x knows it by its old name.
        "replication_factor" if to.is_v1() => Some(Fate::Renamed("replicas".to_owned())),
        "storage_type" if setting.text().eq_ignore_ascii_case("inmemory") => Some(Fate::Value("'memory'")),
        _ if is_kafka_log(setting) && !to.is_v1() => Some(Fate::Gone),
        _ => None,
    }
}

/// Every SETTINGS clause of a statement.
#[derive(Default)]
struct Lists(Vec<Vec<Setting>>);

impl Visitor for Lists {
    fn settings(&mut self, settings: &mut Vec<Setting>) {
        if !settings.is_empty() {
            self.0.push(settings.clone());
        }
    }
}

/// Rule T9.
pub(super) fn renamed_settings(input: &Input<'_>) -> Option<Outcome> {
    if let StatementKind::CreateStoragePolicy(create) = &input.statement.kind {
        return policy(input, create.body.span);
    }
    let mut statement = input.statement.clone();
    let mut lists = Lists::default();
    visit(&mut statement, &mut lists);
    let own = created_stream(&input.statement.kind).map(|create| create.settings.as_slice());
    let (mut edits, mut told, mut names_a_node) = (Vec::new(), Vec::new(), false);
    for list in &lists.0 {
        let mut gone = Vec::new();
        for (at, setting) in list.iter().enumerate() {
            let Some(fate) = fate(setting, input) else { continue };
            let name = &setting.name.value;
            match fate {
                Fate::Renamed(now) => {
                    names_a_node |= now == "preferred_exec_node";
                    told.push(text::setting_renamed(name, &now));
                    edits.push(Edit::new(setting.name.span, now));
                }
                Fate::Value(now) => {
                    told.push(text::setting_value(name, &setting.text(), now));
                    edits.push(Edit::new(setting.value.span, now));
                }
                // Settings of a stream alone: a query has none of these.
                Fate::Gone if own == Some(list.as_slice()) => {
                    told.push(text::setting_gone(name));
                    gone.push(at);
                }
                Fate::Gone => {}
            }
        }
        edits.extend(without(input, list, gone));
    }
    if names_a_node {
        told.push(text::names_a_node());
    }
    let attention = if names_a_node { Attention::Review } else { Attention::None };
    Outcome::with(edits, told.join(" "), attention)
}

fn without(input: &Input<'_>, list: &[Setting], gone: Vec<usize>) -> Vec<Edit> {
    let Some(create) = created_stream(&input.statement.kind).filter(|_| !gone.is_empty()) else { return Vec::new() };
    SettingsChange { list, gone, ..of_stream(create, &input.source) }.edits(&input.source)
}

/// `max_data_part_size` in a policy's YAML.
fn policy(input: &Input<'_>, body: Span) -> Option<Outcome> {
    const OLD: &str = "max_data_part_size";
    let is_dollar = input.source.after(body.start).next().is_some_and(|t| t.kind == TokenKind::DollarString);
    let yaml = input.source.text(body);
    let mut edits = Vec::new();
    let mut start = 0;
    for line in yaml.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t', '-', '$', '\'']).len();
        let rest = &line[indent..];
        if is_dollar && rest.strip_prefix(OLD).is_some_and(|rest| rest.trim_start().starts_with(':')) {
            let at = body.start + start + indent + OLD.len();
            edits.push(Edit::new(Span::empty(at), "_bytes"));
        }
        start += line.len();
    }
    Outcome::changed(edits, text::setting_renamed(OLD, "max_data_part_size_bytes"))
}
