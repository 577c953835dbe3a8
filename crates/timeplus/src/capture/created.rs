//! What a printed definition creates. The text itself is kept byte for byte: what must change before it can be replayed is
//! a matter of the plan, where a reviewer sees the rules (resources.md 3.8).

use ferry_model::ResourceKind;
use ferry_sql::{ObjectKind, StatementKind, parse_one};

/// What a statement creates, as a kind of resource.
pub(super) fn kind_of(text: &str) -> Option<ResourceKind> {
    let created = parse_one(text).ok()?.kind.created()?;
    match created.kind {
        ObjectKind::RemoteFunction => Some(ResourceKind::Function),
        kind => ResourceKind::from_stored(kind.name()).ok(),
    }
}

/// Whether a statement makes a materialized view that keeps its rows itself: they are data (copy-safety 15).
pub(super) fn keeps_rows_inside(text: &str) -> bool {
    let statement = parse_one(text);
    matches!(statement.map(|it| it.kind), Ok(StatementKind::CreateMaterializedView(create)) if create.into.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_external_stream_is_known_by_its_engine_where_the_head_does_not_say_so() {
        let text = "CREATE STREAM d.e (`a` string) ENGINE = ExternalStream SETTINGS type = 'kafka'";
        assert_eq!(kind_of(text), Some(ResourceKind::ExternalStream));
    }

    #[test]
    fn a_view_without_into_keeps_its_rows() {
        assert!(keeps_rows_inside("CREATE MATERIALIZED VIEW d.v AS SELECT 1 FROM d.s"));
        assert!(!keeps_rows_inside("CREATE MATERIALIZED VIEW d.v INTO d.t AS SELECT 1 FROM d.s"));
        assert!(!keeps_rows_inside("CREATE VIEW d.v AS SELECT 1"));
    }
}
