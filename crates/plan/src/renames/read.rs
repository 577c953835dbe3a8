//! Reading `rename:` of a configuration or a plan.

use ferry_model::Problem;
use ferry_model::messages::renames as text;
use ferry_sql::ExprKind;

use super::Renames;
use crate::yaml::{Fields, Node, NodeKind, Place};

/// Databases that belong to the server.
const OF_THE_SERVER: [&str; 4] = ["system", "information_schema", "INFORMATION_SCHEMA", "neutron"];

/// Reads `databases` and `resources`, two mappings from names on the source to names on the target.
pub(crate) fn read(node: &Node, problems: &mut Vec<Problem>) -> Renames {
    let mut renames = Renames::default();
    let Some(mut fields) = Fields::of(node, "`rename`", problems) else { return renames };
    for (from, to, place) in pairs(&mut fields, "databases", problems) {
        let is_free = |name: &str| !name.trim().is_empty() && !OF_THE_SERVER.contains(&name);
        match is_free(&from) && is_free(&to) {
            true => renames.add_database(&from, &to),
            false => problems.push(place.problem(text::no_name_of_a_database(&from, &to))),
        }
    }
    let mut taken: Vec<(String, String)> = Vec::new();
    for (from, to, place) in pairs(&mut fields, "resources", problems) {
        match (parts(&from), parts(&to)) {
            (Some(_), Some(to)) if taken.contains(&to) => {
                problems.push(place.problem(text::renamed_to_one_name(&to.0, &to.1)));
            }
            (Some(from), Some(to)) => {
                renames.add_resource((&from.0, &from.1), (&to.0, &to.1));
                taken.push(to);
            }
            (None, _) => problems.push(place.problem(text::no_name_with_database(&from))),
            (_, None) => problems.push(place.problem(text::no_name_with_database(&to))),
        }
    }
    fields.finish(problems);
    renames
}

/// `database.name`, either in back quotes where it has other characters than letters, digits and `_`.
fn parts(name: &str) -> Option<(String, String)> {
    match ferry_sql::parse_expr(name).ok()?.kind {
        ExprKind::Identifier(parts) => match parts.as_slice() {
            [database, name] => Some((database.value.clone(), name.value.clone())),
            _ => None,
        },
        _ => None,
    }
}

fn pairs(fields: &mut Fields<'_>, key: &str, problems: &mut Vec<Problem>) -> Vec<(String, String, Place)> {
    let Some(node) = fields.node(key) else { return Vec::new() };
    let NodeKind::Mapping(entries) = &node.kind else {
        problems.push(node.place.problem(text::renames_are_a_mapping(key)));
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries {
        match &entry.value.kind {
            NodeKind::Scalar { text, .. } if !entry.value.is_null() => {
                found.push((entry.key.clone(), text.clone(), entry.value.place));
            }
            _ => problems.push(entry.value.place.problem(text::renames_are_a_mapping(key))),
        }
    }
    found
}
