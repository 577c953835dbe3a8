//! Rules T1 to T3: engines that SHOW CREATE prints and CREATE of another release does not take.

use crate::ast::{CreateStream, Expr, ExprKind, Literal, StatementKind, StreamFlavor};
use crate::edit::Edit;
use crate::rewrite::list::{created_stream, of_inner_stream, of_stream};
use crate::rewrite::{Attention, Input, Outcome};
use ferry_model::messages::rewrite as text;

/// What the arguments of `Stream(shards[, replicas][, expr])` say.
pub(crate) struct EngineArguments<'a> {
    pub shards: Option<String>,
    pub replicas: Option<String>,
    pub sharding: Option<&'a Expr>,
}

impl<'a> EngineArguments<'a> {
    /// 1.x prints three arguments, 3.x takes two (resources.md 3.8 T1): numbers are shards and replicas, in this order.
    pub fn of(args: &'a [Expr]) -> Self {
        let mut numbers = args.iter().map_while(|arg| match &arg.kind {
            ExprKind::Literal(Literal::Number(number)) => Some(number.clone()),
            ExprKind::Template(template) => Some(template.clone()),
            _ => None,
        });
        let (shards, replicas) = (numbers.next(), numbers.next());
        let is_number =
            |expr: &&Expr| matches!(expr.kind, ExprKind::Literal(Literal::Number(_)) | ExprKind::Template(_));
        Self { shards, replicas, sharding: args.last().filter(|expr| !is_number(expr)) }
    }

    /// The sharding expression, unless it is what the server takes by itself: `rand()`, or the hash of the key.
    pub fn own_sharding(&self, primary_key: Option<&Expr>) -> Option<&'a Expr> {
        let sharding = self.sharding?;
        let ExprKind::Function(call) = &sharding.kind else { return Some(sharding) };
        if call.name.value.eq_ignore_ascii_case("rand") && call.args.is_empty() {
            return None;
        }
        let of_key = primary_key.is_some_and(|key| {
            let columns: Vec<String> = call.args.iter().map(crate::print::expr).collect();
            let columns = columns.join(", ");
            let key = crate::print::expr(key);
            call.name.value.eq_ignore_ascii_case("weak_hash32") && (key == columns || key == format!("({columns})"))
        });
        (!of_key).then_some(sharding)
    }
}

/// Rule T1: `ENGINE = Stream(a, b, expr)` becomes settings, and the number of replicas fits the target's nodes.
pub(super) fn stream_engine(input: &Input<'_>) -> Option<Outcome> {
    if let StatementKind::CreateMaterializedView(create) = &input.statement.kind {
        let engine = create.engine.as_ref().filter(|engine| engine.name.value.eq_ignore_ascii_case("stream"))?;
        let arguments = EngineArguments::of(engine.args.as_deref().unwrap_or_default());
        if !does_not_travel(input, engine.args.as_ref().map_or(0, Vec::len)) {
            return None;
        }
        let mut edits = vec![input.source.cut(engine.span)];
        let mut change = of_inner_stream(create, create.query.span.end);
        change.added.extend(arguments.shards.iter().filter(|n| *n != "1").map(|shards| format!("shards = {shards}")));
        edits.extend(change.edits(&input.source));
        return Outcome::changed(edits, text::stream_engine(input.source.text(engine.span), &change.added.join(", ")));
    }
    let create = created_stream(&input.statement.kind)?;
    match create.engine.as_ref().filter(|engine| engine.name.value.eq_ignore_ascii_case("stream")) {
        Some(engine) if does_not_travel(input, engine.args.as_ref().map_or(0, Vec::len)) => {
            settings_for_engine(input, create)
        }
        _ => replicas_for_nodes(input, create),
    }
}

/// The release that printed it takes it back; 3.x takes exactly two arguments.
fn does_not_travel(input: &Input<'_>, n_arguments: usize) -> bool {
    let to = input.migration.to;
    !to.is_v1() && (input.migration.crosses() || (to.is_v3() && n_arguments != 2))
}

fn settings_for_engine(input: &Input<'_>, create: &CreateStream) -> Option<Outcome> {
    let engine = create.engine.as_ref()?;
    let arguments = EngineArguments::of(engine.args.as_deref().unwrap_or_default());
    let mut change = of_stream(create, &input.source);
    let mut add = |name: &str, value: String| {
        if create.setting_text(name).is_none() {
            change.added.push(format!("{name} = {value}"));
        }
    };
    if let Some(shards) = &arguments.shards {
        add("shards", shards.clone());
    }
    let replicas = arguments.replicas.as_deref().filter(|replicas| *replicas != "1");
    if let Some(replicas) = replicas.and_then(|replicas| fitting(replicas, input)) {
        add("replication_factor", replicas);
    }
    if let Some(sharding) = arguments.own_sharding(create.primary_key.as_ref()) {
        add("sharding_expr", crate::print::quote_string(input.source.text(sharding.span)));
    }
    let mut edits = vec![input.source.cut(engine.span)];
    edits.extend(change.edits(&input.source));
    let explanation = text::stream_engine(input.source.text(engine.span), &change.added.join(", "));
    match (replicas, input.migration.target_nodes) {
        (Some(replicas), None) => {
            let explanation = format!("{explanation} {}", text::replicas_need_nodes(replicas));
            Outcome::with(edits, explanation, Attention::Review)
        }
        _ => Outcome::changed(edits, explanation),
    }
}

/// As many replicas as the target has nodes for; Proton has one node.
fn fitting(replicas: &str, input: &Input<'_>) -> Option<String> {
    let nodes = match input.migration.to.product {
        ferry_model::Product::Proton => Some(1),
        ferry_model::Product::Enterprise => input.migration.target_nodes,
    };
    match (nodes, replicas.parse::<u32>()) {
        (Some(0 | 1), _) => None,
        (Some(nodes), Ok(wanted)) => Some(wanted.min(nodes).to_string()),
        _ => Some(replicas.to_owned()),
    }
}

/// One replica is no choice on a cluster, and more replicas than nodes cannot be (resources.md 3.7).
fn replicas_for_nodes(input: &Input<'_>, create: &CreateStream) -> Option<Outcome> {
    let nodes = input.migration.target_nodes?;
    let at =
        create.settings.iter().position(|setting| setting.name.value.eq_ignore_ascii_case("replication_factor"))?;
    let replicas: u32 = create.settings[at].text().parse().ok()?;
    let mut change = of_stream(create, &input.source);
    if (replicas == 1 && nodes > 1) || (replicas > nodes && nodes <= 1) {
        change.gone.push(at);
        return Outcome::changed(change.edits(&input.source), text::replicas_follow_nodes(replicas, nodes));
    }
    if replicas > nodes {
        let edit = Edit::new(create.settings[at].value.span, nodes.to_string());
        return Outcome::with(vec![edit], text::replicas_follow_nodes(replicas, nodes), Attention::Review);
    }
    None
}

/// Rule T2: `ENGINE = ExternalStream` becomes `CREATE EXTERNAL STREAM`.
pub(super) fn external_engine(input: &Input<'_>) -> Option<Outcome> {
    let StatementKind::CreateStream(create) = &input.statement.kind else { return None };
    let engine = create.engine.as_ref()?;
    let is_table = engine.name.value.eq_ignore_ascii_case("ExternalTable");
    let is_ours = is_table || engine.name.value.eq_ignore_ascii_case("ExternalStream");
    if !is_ours || (!input.migration.crosses() && !input.migration.to.is_v3()) {
        return None;
    }
    let mut edits = head_edits(input, create, if is_table { "EXTERNAL TABLE" } else { "EXTERNAL STREAM" })?;
    edits.push(input.source.cut(engine.span));
    let mut change = of_stream(create, &input.source);
    let sharding = engine.args.as_deref().unwrap_or_default().first();
    if let Some(sharding) = sharding.filter(|_| create.setting_text("sharding_expr").is_none()) {
        change.added.push(format!("sharding_expr = {}", crate::print::quote_string(input.source.text(sharding.span))));
    }
    edits.extend(change.edits(&input.source));
    Outcome::changed(edits, text::external_engine(input.source.text(engine.span)))
}

/// `[word] STREAM` of the head becomes `words`.
fn head_edits(input: &Input<'_>, create: &CreateStream, words: &str) -> Option<Vec<Edit>> {
    let span = input.statement.span;
    let head = crate::span::Span::new(span.start, create.name.span.start);
    let noun = ["STREAM", "TABLE"].iter().find_map(|word| input.source.word_in(head, word))?;
    let first = ["EXTERNAL", "RANDOM", "NULL", "MUTABLE", "VERSIONED_KV", "CHANGELOG_KV", "CHANGELOG"]
        .iter()
        .find_map(|word| input.source.words_before(noun.start, &[word]));
    let place = first.map_or(noun, |first| first.to(noun));
    Some(vec![Edit::new(place, words)])
}

/// Rule T3: `ENGINE = MutableStream(..)`, `Random`, `Null`, and the mode before STREAM that a release prints.
pub(super) fn kind_engine(input: &Input<'_>) -> Option<Outcome> {
    let StatementKind::CreateStream(create) = &input.statement.kind else { return None };
    if !input.migration.crosses() && !input.migration.to.is_v3() {
        return None;
    }
    if let Some(mode) = mode_of(create.flavor) {
        let mut edits = head_edits(input, create, "STREAM")?;
        let mut change = of_stream(create, &input.source);
        if create.setting_text("mode").is_none() {
            change.added.push(format!("mode = '{mode}'"));
        }
        edits.extend(change.edits(&input.source));
        return Outcome::changed(edits, text::mode_before_stream(mode));
    }
    let engine = create.engine.as_ref()?;
    let lower = engine.name.value.to_ascii_lowercase();
    let words = match lower.as_str() {
        "mutablestream" => "MUTABLE STREAM",
        "random" => "RANDOM STREAM",
        "null" => "NULL STREAM",
        _ => return None,
    };
    let mut edits = head_edits(input, create, words)?;
    edits.push(input.source.cut(engine.span));
    let mut change = of_stream(create, &input.source);
    if lower == "mutablestream" {
        let arguments = EngineArguments::of(engine.args.as_deref().unwrap_or_default());
        let shards = arguments.shards.filter(|n| n != "1").map(|n| ("shards", n));
        let replicas = arguments.replicas.filter(|n| n != "1").and_then(|n| fitting(&n, input));
        for (name, value) in shards.into_iter().chain(replicas.map(|n| ("replication_factor", n))) {
            if create.setting_text(name).is_none() {
                change.added.push(format!("{name} = {value}"));
            }
        }
    }
    edits.extend(change.edits(&input.source));
    Outcome::changed(edits, text::kind_engine(input.source.text(engine.span), words))
}

/// The mode that a word before STREAM stands for; CREATE of 3.x does not take it (resources.md 4, 1).
pub(crate) fn mode_of(flavor: StreamFlavor) -> Option<&'static str> {
    match flavor {
        StreamFlavor::VersionedKv => Some("versioned_kv"),
        StreamFlavor::ChangelogKv => Some("changelog_kv"),
        StreamFlavor::Changelog => Some("changelog"),
        _ => None,
    }
}
