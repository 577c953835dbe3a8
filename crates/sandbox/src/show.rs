//! SHOW, SHOW CREATE, DESC and EXISTS.

use ferry_sql::{Describe, Exists, ObjectKind, ObjectName, Show, ShowCreate, ShowLike, ShowWhat, TableKind};

use crate::catalog::{BUILT_IN_DATABASES, Entry, EntryKind};
use crate::deployment::Deployment;
use crate::fault::{Fault, FaultCode};
use crate::rows::Rows;
use crate::system_tables;

/// SHOW of a list.
pub fn list(deployment: &Deployment, show: &Show, database: &str) -> Result<Rows, Fault> {
    if show.filter.is_some() || show.limit.is_some() {
        return Err(Fault::refused("WHERE and LIMIT in SHOW"));
    }
    let database = show.from.as_ref().map_or(database, |from| from.name.value.as_str());
    let like = Pattern::of(show.like.as_ref());
    let names = |names: Vec<String>| Rows::new().text("name", names.into_iter().filter(|name| like.matches(name)));
    let catalog = deployment.catalog();
    let of_kinds = |kinds: &[EntryKind]| -> Vec<String> {
        let relations = catalog.relations().filter(|entry| entry.database == database);
        relations.filter(|entry| kinds.contains(&entry.kind)).map(|entry| entry.name.clone()).collect()
    };
    Ok(match &show.what {
        ShowWhat::Databases => {
            let built_in = BUILT_IN_DATABASES.iter().map(|name| (*name).to_owned());
            let mut all: Vec<String> = catalog.databases().map(|entry| entry.name.clone()).chain(built_in).collect();
            all.sort();
            names(all)
        }
        ShowWhat::Streams => {
            must_be_listable(&catalog, database)?;
            let relations = catalog.relations().filter(|entry| entry.database == database);
            names(
                relations.filter(|entry| entry.kind != EntryKind::Dictionary).map(|entry| entry.name.clone()).collect(),
            )
        }
        ShowWhat::Views => names(of_kinds(&[EntryKind::View])),
        ShowWhat::MaterializedViews => names(of_kinds(&[EntryKind::MaterializedView])),
        ShowWhat::Dictionaries => names(of_kinds(&[EntryKind::Dictionary])),
        ShowWhat::FormatSchemas => {
            let wanted = show.ty.as_ref().map(|type_name| type_name.value.to_ascii_lowercase());
            let type_of = |entry: &Entry| entry.details["type"].as_str().unwrap_or_default().to_owned();
            let schemas: Vec<&Entry> = catalog
                .globals(EntryKind::FormatSchema)
                .filter(|entry| like.matches(&entry.name))
                .filter(|entry| wanted.as_ref().is_none_or(|wanted| type_of(entry).eq_ignore_ascii_case(wanted)))
                .collect();
            Rows::new()
                .text("name", schemas.iter().map(|entry| entry.name.as_str()))
                .text("type", schemas.iter().map(|entry| type_of(entry)))
        }
        ShowWhat::Functions if deployment.edition().is_enterprise() => {
            names(catalog.globals(EntryKind::Function).map(|entry| entry.name.clone()).collect())
        }
        ShowWhat::NamedCollections => {
            names(catalog.globals(EntryKind::NamedCollection).map(|entry| entry.name.clone()).collect())
        }
        ShowWhat::Users => names(deployment.users().list().into_iter().map(str::to_owned).collect()),
        // The sandbox has none of these: the list is truly empty, and CREATE of each is refused.
        ShowWhat::Disks
        | ShowWhat::StoragePolicies
        | ShowWhat::Tasks
        | ShowWhat::Alerts
        | ShowWhat::Inputs
        | ShowWhat::Roles
        | ShowWhat::RowPolicies
        | ShowWhat::Quotas => names(Vec::new()),
        ShowWhat::Grants => {
            let user = show.names.first().map(|name| name.name.value.clone());
            let users = deployment.users().list().into_iter();
            let grants = users
                .filter(|name| user.as_deref().is_none_or(|user| user == *name))
                .map(|name| format!("GRANT ALL ON *.* TO {name} WITH GRANT OPTION"));
            Rows::new().text("grants", grants)
        }
        other => return Err(Fault::refused(format!("SHOW {other:?}"))),
    })
}

/// SHOW CREATE: one column, `statement`.
pub fn create(deployment: &Deployment, show: &ShowCreate, database: &str) -> Result<Rows, Fault> {
    let catalog = deployment.catalog();
    let name = &show.name.name.value;
    let unknown = |what: &str| Fault::new(FaultCode::UnknownStream, format!("There is no {what} `{name}`"));
    let statement = match show.kind {
        Some(ObjectKind::Database) => catalog.database(name)?.statement.clone(),
        Some(ObjectKind::Function | ObjectKind::AggregateFunction | ObjectKind::RemoteFunction)
            if deployment.edition().is_enterprise() =>
        {
            let entry = catalog.global(EntryKind::Function, name);
            entry
                .ok_or_else(|| Fault::new(FaultCode::UnknownFunction, format!("Function {name} does not exist")))?
                .statement
                .clone()
        }
        Some(ObjectKind::FormatSchema) => {
            catalog.global(EntryKind::FormatSchema, name).ok_or_else(|| unknown("format schema"))?.statement.clone()
        }
        Some(ObjectKind::NamedCollection) => {
            let entry = catalog.global(EntryKind::NamedCollection, name);
            let entry = entry.ok_or_else(|| unknown("named collection"))?;
            entry.details["shown"].as_str().unwrap_or_default().to_owned()
        }
        Some(
            ObjectKind::Stream
            | ObjectKind::MutableStream
            | ObjectKind::RandomStream
            | ObjectKind::NullStream
            | ObjectKind::ExternalStream
            | ObjectKind::ExternalTable
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Dictionary,
        )
        | None => find(&catalog, &show.name, database)?.statement.clone(),
        Some(other) => return Err(Fault::refused(format!("SHOW CREATE {}", other.words()))),
    };
    Ok(Rows::new().text("statement", [statement]))
}

/// DESC: the four columns that a reader through an external stream needs come first (protocol.md E).
pub fn describe(deployment: &Deployment, describe: &Describe, database: &str) -> Result<Rows, Fault> {
    let TableKind::Name(name) = &describe.table.kind else {
        return Err(Fault::refused("DESC of anything but a name"));
    };
    let asked = name.database_or(database);
    if asked == "system" {
        let (columns, _) = system_tables::table(deployment, &name.name.value)?.finish()?;
        let n_columns = columns.len();
        let none = || std::iter::repeat_n("", n_columns);
        return Ok(Rows::new()
            .text("name", columns.iter().map(|column| column.name.as_str()))
            .text("type", columns.iter().map(|column| column.data_type.to_string()))
            .text("default_type", none())
            .text("default_expression", none())
            .text("comment", none())
            .text("codec_expression", none())
            .text("ttl_expression", none()));
    }
    let catalog = deployment.catalog();
    let entry = find(&catalog, name, database)?;
    if let Some(problem) = &entry.problem
        && entry.columns.is_empty()
    {
        return Err(Fault::new(FaultCode::NotImplemented, problem.clone()));
    }
    let columns = &entry.columns;
    Ok(Rows::new()
        .text("name", columns.iter().map(|column| &column.name))
        .text("type", columns.iter().map(|column| &column.type_name))
        .text("default_type", columns.iter().map(|column| column.default_kind.as_str()))
        .text("default_expression", columns.iter().map(|column| &column.default_expression))
        .text("comment", columns.iter().map(|column| &column.comment))
        .text("codec_expression", columns.iter().map(|column| codec_text(&column.codec)))
        .text("ttl_expression", columns.iter().map(|column| &column.ttl)))
}

/// EXISTS: one column, `result`.
pub fn exists(deployment: &Deployment, exists: &Exists, database: &str) -> Result<Rows, Fault> {
    let catalog = deployment.catalog();
    let name = &exists.name.name.value;
    let found = match exists.kind {
        ObjectKind::Database => catalog.database(name).is_ok(),
        kind => match catalog.relation(exists.name.database_or(database), name) {
            Some(entry) if kind == ObjectKind::Dictionary => entry.kind == EntryKind::Dictionary,
            Some(entry) if kind == ObjectKind::View => {
                matches!(entry.kind, EntryKind::View | EntryKind::MaterializedView)
            }
            found => found.is_some(),
        },
    };
    Ok(Rows::new().flag("result", [found]))
}

fn codec_text(codec: &str) -> String {
    if codec.is_empty() { String::new() } else { format!("CODEC({codec})") }
}

fn must_be_listable(catalog: &crate::catalog::Catalog, database: &str) -> Result<(), Fault> {
    if BUILT_IN_DATABASES.contains(&database) {
        return Err(Fault::refused(format!("SHOW STREAMS FROM {database}")));
    }
    catalog.database(database).map(|_| ())
}

fn find<'a>(catalog: &'a crate::catalog::Catalog, name: &ObjectName, database: &str) -> Result<&'a Entry, Fault> {
    let database = name.database_or(database);
    catalog.relation(database, &name.name.value).ok_or_else(|| Fault::unknown_stream(database, &name.name.value))
}

/// A LIKE pattern.
struct Pattern {
    like: Option<(String, bool, bool)>,
}

impl Pattern {
    fn of(like: Option<&ShowLike>) -> Self {
        let like = like.map(|like| (like.pattern.value.clone(), like.negated, like.case_insensitive));
        Self { like }
    }

    fn matches(&self, name: &str) -> bool {
        let Some((pattern, negated, case_insensitive)) = &self.like else {
            return true;
        };
        let found =
            if *case_insensitive { like(&pattern.to_lowercase(), &name.to_lowercase()) } else { like(pattern, name) };
        found != *negated
    }
}

/// Whether `text` is like `pattern`, with `%` and `_`, and `\` before a literal one.
fn like(pattern: &str, text: &str) -> bool {
    let mut pattern_rest = pattern.chars();
    match pattern_rest.next() {
        None => text.is_empty(),
        Some('%') => {
            let rest = pattern_rest.as_str();
            let ends = text.char_indices().map(|(index, _)| index).chain([text.len()]);
            ends.into_iter().any(|index| like(rest, &text[index..]))
        }
        Some('_') => {
            let mut characters = text.chars();
            characters.next().is_some() && like(pattern_rest.as_str(), characters.as_str())
        }
        Some(first) => {
            let wanted = if first == '\\' { pattern_rest.next().unwrap_or('\\') } else { first };
            let mut characters = text.chars();
            characters.next() == Some(wanted) && like(pattern_rest.as_str(), characters.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn like_knows_any_text_any_character_and_escapes() {
        for (pattern, text, expected) in [
            ("a%", "abc", true),
            ("%c", "abc", true),
            ("a_c", "abc", true),
            ("a_c", "abbc", false),
            ("a\\_c", "abc", false),
            ("a\\_c", "a_c", true),
            ("", "", true),
            ("%", "", true),
            ("é_", "éa", true),
        ] {
            assert_eq!(like(pattern, text), expected, "{pattern} {text}");
        }
    }
}
