//! What the server adds to a stream and prints (resources.md 2.2), and engines that say what a clause says.

use super::{NormalisedKind as K, Notes};
use crate::ast::{
    Column, CreateStream, DefaultKind, Elements, Engine, Expr, ExprKind, FunctionBody, Ident, Index, Literal,
    QueryBody, Setting, StatementKind, StreamFlavor,
};
use crate::print::expr as printed;
use crate::rewrite::rules::columns::{is_assigned, is_default_time, is_system_index};
use crate::rewrite::rules::engine::{EngineArguments, mode_of};

pub(super) fn simplify(kind: &mut StatementKind, notes: &mut Notes) {
    match kind {
        StatementKind::CreateStream(create) => {
            if create.has_engine("ExternalTable") {
                create.engine = None;
                create.flavor = StreamFlavor::External;
                let create = std::mem::take(create.as_mut());
                *kind = StatementKind::CreateExternalTable(Box::new(create));
                return;
            }
            stream(create, notes);
        }
        StatementKind::CreateExternalTable(create) => {
            create.flavor = StreamFlavor::External;
            no_comment(&mut create.comment);
        }
        StatementKind::CreateDatabase(create) => {
            let is_default = |engine: &mut Engine| {
                engine.name.value.eq_ignore_ascii_case("Atomic") && engine.args.as_ref().is_none_or(Vec::is_empty)
            };
            if create.engine.take_if(is_default).is_some() {
                notes.add(K::ServerDefault, "ENGINE = Atomic");
            }
            no_comment(&mut create.comment);
        }
        StatementKind::CreateView(create) => no_comment(&mut create.comment),
        StatementKind::CreateFunction(create) => {
            no_comment(&mut create.comment);
            // What 1.x and 2.x print of a JavaScript function lacks its language (rule T5).
            if create.language.is_none() && matches!(create.body, FunctionBody::Code(_)) {
                create.language = Some(Ident::new("JAVASCRIPT"));
                notes.add(K::ServerDefault, "LANGUAGE JAVASCRIPT");
            }
        }
        StatementKind::CreateMaterializedView(create) => {
            no_comment(&mut create.comment);
            // Settings at the end of the query are the view's.
            let inner = match &mut create.query.body {
                QueryBody::Select(select) if create.query.settings.is_empty() => std::mem::take(&mut select.settings),
                _ => std::mem::take(&mut create.query.settings),
            };
            create.settings.extend(inner);
            create.settings.sort_by(|a, b| a.name.value.cmp(&b.name.value));
            system_columns(&mut create.elements, None, notes);
        }
        _ => {}
    }
}

fn no_comment(comment: &mut Option<crate::ast::Text>) {
    comment.take_if(|comment| comment.value.is_empty());
}

fn stream(create: &mut CreateStream, notes: &mut Notes) {
    no_comment(&mut create.comment);
    engine(create, notes);
    if let Some(mode) = mode_of(create.flavor) {
        create.flavor = StreamFlavor::Plain;
        add(create, "mode", text(mode));
        notes.add(K::Synonym, format!("CREATE {} STREAM = mode '{mode}'", mode.to_ascii_uppercase()));
    }
    default_setting(create, notes, "shards", "1");
    default_setting(create, notes, "mode", "append");
    default_setting(create, notes, "index_granularity", "8192");
    create.settings.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    // Streams with an engine of their own, and external ones, get nothing from the server.
    if create.engine.is_some() || create.is_external() {
        return;
    }
    let mode = create.setting_text("mode");
    system_columns(&mut create.elements, mode.as_deref(), notes);
    default_clause(&mut create.partition_by, "PARTITION BY", "to_YYYYMMDD(_tp_time)", notes);
    default_clause(&mut create.order_by, "ORDER BY", "to_start_of_hour(_tp_time)", notes);
    let key = create.primary_key.as_ref().map(printed);
    if mode.is_some_and(|mode| mode.ends_with("_kv")) && key.is_some() && create.order_by.as_ref().map(printed) == key {
        notes.add(K::ServerDefault, "ORDER BY the primary key");
        create.order_by = None;
    }
}

/// Engines that other releases write as a word or as settings (rules T1 to T3).
fn engine(create: &mut CreateStream, notes: &mut Notes) {
    let Some(engine) = create.engine.clone() else { return };
    let args = engine.args.as_deref().unwrap_or_default();
    let flavor = match engine.name.value.to_ascii_lowercase().as_str() {
        "stream" => create.flavor,
        "externalstream" => StreamFlavor::External,
        "mutablestream" => StreamFlavor::Mutable,
        "random" => StreamFlavor::Random,
        "null" => StreamFlavor::Null,
        _ => return,
    };
    let arguments = EngineArguments::of(args);
    // More than is known stays as it is.
    if args.len() > 3 {
        return;
    }
    notes.add(K::ServerDefault, format!("ENGINE = {}", engine.name.value));
    create.engine = None;
    create.flavor = flavor;
    let sharding = arguments.own_sharding(create.primary_key.as_ref()).map(printed);
    let replicas = arguments.replicas.filter(|replicas| replicas != "1");
    for (name, value) in [("shards", arguments.shards), ("replication_factor", replicas)] {
        if let Some(value) = value {
            add(create, name, Literal::Number(value));
        }
    }
    if let Some(sharding) = sharding {
        add(create, "sharding_expr", Literal::String(sharding));
    }
}

fn text(value: &str) -> Literal {
    Literal::String(value.to_owned())
}

fn add(create: &mut CreateStream, name: &str, value: Literal) {
    if create.setting_text(name).is_none() {
        let span = crate::span::Span::default();
        let value = Expr { kind: ExprKind::Literal(value), span };
        create.settings.push(Setting { name: Ident::new(name), value, span });
    }
}

fn default_setting(create: &mut CreateStream, notes: &mut Notes, name: &str, value: &str) {
    // Engines of ClickHouse's own have their settings printed too, and may mean them.
    let is_default = |setting: &Setting| setting.name.value == name && setting.text() == value;
    let before = create.settings.len();
    create.settings.retain(|setting| !is_default(setting));
    if create.settings.len() < before {
        notes.add(K::ServerDefault, format!("{name} = {value}"));
    }
}

fn default_clause(clause: &mut Option<Expr>, words: &str, value: &str, notes: &mut Notes) {
    if clause.take_if(|expr| printed(expr) == value).is_some() {
        notes.add(K::ServerDefault, format!("{words} {value}"));
    }
}

fn system_columns(elements: &mut Elements, mode: Option<&str>, notes: &mut Notes) {
    let is_system = |column: &Column| {
        let delta = mode.is_some_and(|mode| mode.starts_with("changelog")) && is_default_delta(column);
        let sequence = is_assigned(&column.name.value) && is_as_assigned(column);
        sequence || delta || (is_default_time(column) && has_default_codec(column))
    };
    let is_index = |index: &Index| {
        let over = printed(&index.expr);
        let minmax = index.ty.as_ref().map(printed).is_some_and(|ty| ty == "minmax");
        is_system_index(&index.name.value) && minmax && over.starts_with("_tp_")
    };
    for column in elements.columns.iter().filter(|column| is_system(column)) {
        notes.add(K::ServerDefault, format!("column {}", column.name.value));
    }
    for index in elements.indexes.iter().filter(|index| is_index(index)) {
        notes.add(K::ServerDefault, format!("index {}", index.name.value));
    }
    elements.columns.retain(|column| !is_system(column));
    elements.indexes.retain(|index| !is_index(index));
}

/// `_tp_sn` and `_tp_index_time` of the types that the server gives them, and with nothing else.
fn is_as_assigned(column: &Column) -> bool {
    let ty = column.ty.as_ref().map(|ty| ty.name.value.clone());
    let fits = match column.name.value.as_str() {
        "_tp_sn" => ty.is_none_or(|ty| ty == "int64"),
        _ => ty.is_none_or(|ty| ty == "datetime64"),
    };
    fits && column.default.is_none() && column.comment.is_none() && column.ttl.is_none()
}

fn has_default_codec(column: &Column) -> bool {
    let codecs: Vec<String> = column.codec.iter().map(printed).collect();
    let codecs: Vec<&str> = codecs.iter().map(String::as_str).collect();
    matches!(codecs.as_slice(), [] | ["DoubleDelta", "LZ4"] | ["DoubleDelta", "ZSTD(1)"])
}

/// `_tp_delta int8 DEFAULT 1`
fn is_default_delta(column: &Column) -> bool {
    let default = column.default.as_ref().filter(|default| default.kind == DefaultKind::Default);
    let one = default.and_then(|default| default.expr.as_ref()).is_some_and(|expr| printed(expr) == "1");
    let ty = column.ty.as_ref().is_none_or(|ty| ty.name.value == "int8");
    column.name.value == "_tp_delta" && one && ty && column.codec.is_empty()
}
