//! What must change in a printed definition so that it can be replayed. Everything else stays byte for byte.

use ferry_model::ResourceKind;
use ferry_sql::{ObjectKind, Span, StatementKind, parse_one};

/// The definition with rules T4, T6 and T8 applied. One that does not parse stays as it is.
pub(super) fn statement(text: &str) -> String {
    let Ok(statement) = parse_one(text) else { return text.to_owned() };
    let mut cuts = Vec::new();
    cut_uuid(text, &statement.kind, &mut cuts);
    cut_printed_columns(&statement.kind, &mut cuts);
    cut_assigned_columns(&statement.kind, &mut cuts);
    without(text, cuts)
}

/// What a statement creates, as a kind of resource.
pub(super) fn created_kind(text: &str) -> Option<ResourceKind> {
    let created = parse_one(text).ok()?.kind.created()?;
    match created.kind {
        ObjectKind::RemoteFunction => Some(ResourceKind::Function),
        kind => ResourceKind::from_stored(kind.name()).ok(),
    }
}

/// Rule T4: identities do not travel.
fn cut_uuid(text: &str, kind: &StatementKind, cuts: &mut Vec<Span>) {
    let uuid = match kind {
        StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => create.uuid.as_ref(),
        StatementKind::CreateView(create) => create.uuid.as_ref(),
        StatementKind::CreateMaterializedView(create) => create.uuid.as_ref(),
        StatementKind::CreateDictionary(create) => create.uuid.as_ref(),
        StatementKind::CreateDatabase(create) => create.uuid.as_ref(),
        _ => None,
    };
    // The word stands right before its text.
    let Some(uuid) = uuid else { return };
    let before = text[..uuid.span.start].trim_end();
    if before.to_ascii_uppercase().ends_with("UUID") {
        let start = before[..before.len() - "UUID".len()].trim_end().len();
        cuts.push(Span::new(start, uuid.span.end));
    }
}

/// Rule T6: the printed columns of views and materialized views follow from their query, and replaying them conflicts
/// across releases.
fn cut_printed_columns(kind: &StatementKind, cuts: &mut Vec<Span>) {
    let list = match kind {
        StatementKind::CreateView(create) => create.elements.span,
        StatementKind::CreateMaterializedView(create) => create.elements.span,
        _ => None,
    };
    cuts.extend(list);
}

/// Rule T8: what the server assigns (`_tp_sn`, `_tp_index_time` and their indexes) is made anew by the target.
/// `_tp_time` stays, because its default may be the user's own.
fn cut_assigned_columns(kind: &StatementKind, cuts: &mut Vec<Span>) {
    let StatementKind::CreateStream(create) = kind else { return };
    if create.is_external() {
        return;
    }
    let elements = &create.elements;
    let is_assigned = |name: &str| matches!(name, "_tp_sn" | "_tp_index_time");
    let is_their_index = |name: &str| matches!(name, "_tp_sn_index" | "_tp_index_time_index");
    let columns = elements.columns.iter().map(|column| (column.span, is_assigned(&column.name.value)));
    let indexes = elements.indexes.iter().map(|index| (index.span, is_their_index(&index.name.value)));
    let constraints = elements.constraints.iter().map(|constraint| (constraint.span, false));
    let families = elements.families.iter().map(|family| (family.span, false));
    let mut all: Vec<(Span, bool)> = columns.chain(indexes).chain(constraints).chain(families).collect();
    all.sort_by_key(|(span, _)| span.start);
    for (at, (span, goes)) in all.iter().enumerate() {
        match (goes, at.checked_sub(1), all.get(at + 1)) {
            (false, ..) => {}
            // With the comma before it, or if it is the first, with the one behind it.
            (true, Some(before), _) => cuts.push(Span::new(all[before].0.end, span.end)),
            (true, None, Some((next, _))) => cuts.push(Span::new(span.start, next.start)),
            (true, None, None) => {}
        }
    }
}

fn without(text: &str, mut cuts: Vec<Span>) -> String {
    cuts.sort();
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for cut in cuts {
        if cut.start >= copied {
            out.push_str(&text[copied..cut.start]);
        }
        copied = copied.max(cut.end);
    }
    out.push_str(&text[copied..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_columns_of_a_materialized_view_go_and_its_query_stays() {
        let printed =
            "CREATE MATERIALIZED VIEW d.v INTO d.t\n(\n  `a` int32,\n  `_tp_sn` int64\n) AS\nSELECT\n  a\nFROM\n  d.s";
        let replayed = statement(printed);
        assert!(parse_one(&replayed).is_ok(), "{replayed}");
        assert!(!replayed.contains("_tp_sn") && replayed.ends_with("AS\nSELECT\n  a\nFROM\n  d.s"), "{replayed}");
    }

    #[test]
    fn columns_that_the_server_assigns_go_with_their_indexes() {
        let printed = "CREATE STREAM d.s\n(\n  `a` int32,\n  `_tp_time` datetime64(3, 'UTC') DEFAULT a,\n  `_tp_sn` int64 \
                       CODEC(Delta(8), ZSTD(1)),\n  INDEX _tp_time_index _tp_time TYPE minmax GRANULARITY 32,\n  INDEX \
                       _tp_sn_index _tp_sn TYPE minmax GRANULARITY 32\n)\nSETTINGS index_granularity = 8192";
        let replayed = statement(printed);
        let expected = "CREATE STREAM d.s\n(\n  `a` int32,\n  `_tp_time` datetime64(3, 'UTC') DEFAULT a,\n  INDEX \
                        _tp_time_index _tp_time TYPE minmax GRANULARITY 32\n)\nSETTINGS index_granularity = 8192";
        assert_eq!(replayed, expected);
    }

    #[test]
    fn everything_else_stays_byte_for_byte() {
        for text in [
            "CREATE VIEW d.v AS\nSELECT 1  -- odd   spacing",
            "CREATE STREAM stream_processing.ext\n(\n  `repo` string\n)\nENGINE = ExternalStream\nSETTINGS type = 'kafka'",
            "not a statement at all (",
        ] {
            assert_eq!(statement(text), text);
        }
    }

    #[test]
    fn an_external_stream_is_known_by_its_engine_where_the_head_does_not_say_so() {
        let text = "CREATE STREAM d.e (`a` string) ENGINE = ExternalStream SETTINGS type = 'kafka'";
        assert_eq!(created_kind(text), Some(ResourceKind::ExternalStream));
    }
}
