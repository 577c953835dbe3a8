//! Writing a new plan.

use ferry_model::messages::plan::PLAN_HEAD;
use ferry_model::{Count, Definition, Product, ResourceName, Side};

use crate::yaml::{Emitter, is_printable, one_line};
use crate::{
    ConfigMode, CopySpec, CopyThrough, CutOver, DeploymentSummary, Finding, IfExists, InnerRows, Plan, Settings, Step,
};

pub(super) fn write(plan: &Plan) -> String {
    let mut out = Emitter::new();
    out.raw(PLAN_HEAD);
    out.plain("", "format", plan.format);
    out.text("", "migration", plan.migration.as_str());
    out.text("", "name", &plan.name);
    out.open("", "config");
    out.text("  ", "file", &plan.config.file);
    out.text("  ", "digest", &plan.config.digest);
    deployment(&mut out, "source", &plan.source);
    if let Some(target) = &plan.target {
        deployment(&mut out, "target", target);
    }
    settings(&mut out, plan);
    findings(&mut out, "", &plan.findings);
    out.raw("\n");
    if plan.steps.is_empty() {
        out.plain("", "steps", "[]");
    } else {
        out.open("", "steps");
        for one in &plan.steps {
            step(&mut out, one);
        }
    }
    left_out(&mut out, plan);
    out.finish()
}

fn deployment(out: &mut Emitter, key: &str, deployment: &DeploymentSummary) {
    out.open("", key);
    out.plain("  ", "product", product(deployment.product));
    out.plain("  ", "version", deployment.version);
    out.text("  ", "timeplusd_address", &deployment.timeplusd_address);
}

/// The product as plans spell it.
pub(super) const fn product(product: Product) -> &'static str {
    match product {
        Product::Proton => "proton",
        Product::Enterprise => "enterprise",
    }
}

fn settings(out: &mut Emitter, plan: &Plan) {
    let settings = &plan.settings;
    out.open("", "settings");
    out.plain("  ", "mode", mode(settings.mode));
    out.plain("  ", "show_query_history", settings.show_query_history);
    out.plain("  ", "stop_data_ingestion_on_source", settings.stop_data_ingestion_on_source);
    out.plain("  ", "stop_data_ingestion_on_target", settings.stop_data_ingestion_on_target);
    for (name, is_on) in [
        ("stop_sinks_on_source", settings.stop_sinks_on_source),
        ("stop_materialized_views_on_source", settings.stop_materialized_views_on_source),
    ] {
        if is_on {
            out.plain("  ", name, is_on);
        }
    }
    out.plain("  ", "max_insert_threads", settings.max_insert_threads);
    out.plain("  ", "max_block_size", settings.max_block_size);
    out.plain("  ", "drop_migration_external_stream", settings.drop_migration_external_stream);
    out.plain("  ", "use_timeplusd_for_data_migration", settings.use_timeplusd_for_data_migration);
    for (name, number, default) in [
        ("catch_up_rounds", settings.catch_up_rounds, 0),
        ("steps_on_source", settings.steps_on_source, 0),
        ("steps_on_target", settings.steps_on_target, 0),
        ("deferred_rounds", settings.deferred_rounds, Settings::DEFAULT_DEFERRED_ROUNDS),
        ("copies_at_once", settings.copies_at_once, Settings::DEFAULT_COPIES_AT_ONCE),
        ("comparisons_at_once", settings.comparisons_at_once, Settings::DEFAULT_COMPARISONS_AT_ONCE),
        ("slices_in_flight", settings.slices_in_flight, Settings::DEFAULT_SLICES_IN_FLIGHT),
    ] {
        if number != default {
            out.plain("  ", name, number);
        }
    }
    if settings.cut_over != CutOver::ByItself {
        out.plain("  ", "cut_over", settings.cut_over.as_str());
    }
    if let Some(name) = &settings.helper_named_collection {
        out.text("  ", "helper_named_collection", name);
    }
    if settings.copy_through != CopyThrough::Helper {
        out.plain("  ", "copy_through", settings.copy_through.as_str());
    }
}

const fn mode(mode: ConfigMode) -> &'static str {
    match mode {
        ConfigMode::Full => "full",
        ConfigMode::ResourceOnly => "resource_only",
    }
}

fn step(out: &mut Emitter, step: &Step) {
    const LEAD: &str = "    ";
    out.raw(&format!("\n  # {} {}\n", ferry_model::messages::step_action(step.action), comment(&step.resource)));
    out.plain("  - ", "step", step.number);
    out.plain(LEAD, "action", step.action.as_str());
    if step.side == Side::Source {
        out.plain(LEAD, "side", "source");
    }
    out.plain(LEAD, "kind", step.resource.kind.as_str());
    if let Some(database) = &step.resource.database {
        out.text(LEAD, "database", database);
    }
    out.text(LEAD, "name", &step.resource.name);
    if !step.enabled {
        out.plain(LEAD, "enabled", "false");
    }
    write_source(out, LEAD, step);
    if let Some(id) = &step.server_id {
        out.text(LEAD, "server_id", id);
    }
    if let Some(running) = step.running {
        out.plain(LEAD, "running", running);
    }
    if !step.needs.is_empty() {
        let needs: Vec<String> = step.needs.iter().map(ToString::to_string).collect();
        out.flow(LEAD, "needs", &needs);
    }
    if step.if_exists != IfExists::Refuse {
        out.plain(LEAD, "if_exists", step.if_exists.as_str());
    }
    if let Some(rows) = step.inner_rows {
        if rows == InnerRows::Undecided {
            let carried = step.inner_target.as_ref().map_or("", |_| "explicit_target: copy the rows; ");
            out.raw(&format!("    # {carried}rebuild: compute the rows again; leave_out: start empty\n"));
        }
        out.plain(LEAD, "inner_rows", rows.as_str());
    }
    if let Some(stream) = &step.inner_target {
        if let Some(database) = stream.database.as_ref().filter(|_| stream.database != step.resource.database) {
            out.text(LEAD, "inner_target_database", database);
        }
        out.text(LEAD, "inner_target", &stream.name);
    }
    match &step.definition {
        Some(Definition::Sql(text)) => out.text(LEAD, "definition", text),
        Some(Definition::Json(value)) => out.json(LEAD, "definition", value),
        None => {}
    }
    if !step.secrets.is_empty() {
        out.open(LEAD, "secrets");
        for secret in &step.secrets {
            out.text("      - ", "key", &secret.key);
            out.plain("        ", "readable_on_source", secret.readable_on_source);
        }
    }
    if let Some(copy) = &step.copy {
        write_copy(out, LEAD, copy);
    }
    if let Some(compare) = &step.compare {
        out.open(LEAD, "compare");
        out.plain("      ", "level", compare.level.as_str());
        if let Some(from_ms) = compare.from_ms {
            out.text("      ", "from", &ferry_model::moment_text(from_ms));
        }
        if compare.accepts_movement {
            out.plain("      ", "accepts_movement", true);
        }
    }
    findings(out, LEAD, &step.findings);
}

/// What the source calls the resource, where that is something else.
fn write_source(out: &mut Emitter, lead: &str, step: &Step) {
    let Some(source) = &step.source else { return };
    if source.kind != step.resource.kind {
        out.plain(lead, "source_kind", source.kind.as_str());
    }
    if let Some(database) = source.database.as_ref().filter(|_| source.database != step.resource.database) {
        out.text(lead, "source_database", database);
    }
    if source.name != step.resource.name {
        out.text(lead, "source_name", &source.name);
    }
}

/// A resource in a comment: nothing in its name may end the line, or be what YAML does not allow.
fn comment(resource: &ResourceName) -> String {
    resource.to_string().chars().map(|c| if is_printable(c) { c } else { ' ' }).collect()
}

fn write_copy(out: &mut Emitter, lead: &str, copy: &CopySpec) {
    let inner = format!("{lead}  ");
    out.open(lead, "copy");
    out.flow(&inner, "columns", &in_flow(&copy.columns));
    out.plain(&inner, "mode", copy.mode.as_str());
    count(out, &inner, "rows", copy.rows);
    count(out, &inner, "bytes", copy.bytes);
    if !copy.order_by.is_empty() {
        out.flow(&inner, "order_by", &in_flow(&copy.order_by));
    }
    out.plain(&inner, "threads", copy.threads);
    out.text(&inner, "helper", &copy.helper);
    if let Some(n_rows) = copy.slice_rows {
        out.plain(&inner, "slice_rows", n_rows);
        out.plain(&inner, "redo", copy.redo.as_str());
    }
    if let Some(through) = copy.through {
        out.plain(&inner, "through", through.as_str());
    }
}

/// `250000`, or `about 250000` where it was not counted; nothing where nobody knows.
fn count(out: &mut Emitter, lead: &str, key: &str, count: Count) {
    match (count.known(), count.basis) {
        (None, _) => {}
        (Some(value), ferry_model::Basis::Exact) => out.plain(lead, key, value),
        (Some(value), _) => out.plain(lead, key, format!("about {value}")),
    }
}

fn in_flow(items: &[String]) -> Vec<String> {
    items.iter().map(|item| one_line(item)).collect()
}

fn findings(out: &mut Emitter, lead: &str, findings: &[Finding]) {
    if findings.is_empty() {
        return;
    }
    out.open(lead, "findings");
    let inner = format!("{lead}    ");
    for finding in findings {
        out.plain(&format!("{lead}  - "), "rule", &finding.rule);
        out.plain(&inner, "severity", finding.severity.as_str());
        out.text(&inner, "message", &finding.message);
        out.text(&inner, "remedy", &finding.remedy);
        if let Some(better) = finding.better_max_block_size {
            out.plain(&inner, "better_max_block_size", better);
        }
    }
}

fn left_out(out: &mut Emitter, plan: &Plan) {
    if !plan.problems.is_empty() {
        out.raw("\n# What could not be captured.\n");
        out.open("", "problems");
        for problem in &plan.problems {
            out.text("  - ", "what", &problem.what);
            out.text("    ", "why", &problem.why);
            out.text("    ", "remedy", &problem.remedy);
            if let Some(raw) = &problem.raw {
                out.text("    ", "raw", raw);
            }
        }
    }
    if !plan.left_out.is_empty() {
        out.raw("\n# What the source has and this plan does not carry.\n");
        out.open("", "left_out");
        for one in &plan.left_out {
            out.text("  - ", "what", &one.what);
            out.text("    ", "why", &one.why);
        }
    }
    if !plan.query_history.is_empty() {
        out.raw("\n# Statements that people ran on the source. They are never migrated.\n");
        out.open("", "query_history");
        for statement in &plan.query_history {
            out.item("  ", statement);
        }
    }
}
