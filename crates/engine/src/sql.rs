//! The few statements that the engine itself writes.

use ferry_model::{Definition, ResourceName};

use crate::HelperLogin;

/// The settings of one INSERT that depend on the plan and on the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InsertSettings {
    pub(crate) n_threads: u64,
    pub(crate) n_rows_per_block: u64,
    /// One thread reads and one writes, so that rows keep their order (resources.md 3.2).
    pub(crate) is_ordered: bool,
}

/// ``INSERT INTO `d`.`s` (..) SELECT .. FROM table(`d`.`helper`) ..`` (resources.md 3.2). Columns are always
/// listed (copy-safety 13); all three squashing settings agree (resources.md 3.3).
pub(crate) fn insert_select(
    target: &ResourceName,
    helper: &ResourceName,
    columns: &[String],
    order_by: &[String],
    settings: InsertSettings,
) -> String {
    let columns = identifiers(columns);
    let (target, helper) = (path(target), path(helper));
    let order = if order_by.is_empty() { String::new() } else { format!(" ORDER BY {}", identifiers(order_by)) };
    let InsertSettings { n_threads, n_rows_per_block, is_ordered } = settings;
    let n_insert_threads = if is_ordered { 1 } else { n_threads };
    let one_reader = if is_ordered { ", max_threads = 1" } else { "" };
    format!(
        "INSERT INTO {target} ({columns}) SELECT {columns} FROM table({helper}){order} \
         SETTINGS max_insert_threads = {n_insert_threads}{one_reader}, max_block_size = {n_rows_per_block}, \
         min_insert_block_size_rows = {n_rows_per_block}, min_insert_block_size_bytes = 0, \
         max_execution_time = 0, insert_null_as_default = 0"
    )
}

/// The definition of a helper, with the password's placeholder (copy-safety 6, protocol.md E).
pub(crate) fn helper(helper: &ResourceName, remote: &ResourceName, login: &HelperLogin, key: &str) -> Definition {
    let HelperLogin { host, user, secure, .. } = login;
    let (host, user, secure) = (literal(host), literal(user), if *secure { "true" } else { "false" });
    let database = literal(remote.database.as_deref().unwrap_or("default"));
    let (name, stream) = (path(helper), literal(&remote.name));
    let password = format!("'${{secret:{key}}}'");
    Definition::Sql(format!(
        "CREATE EXTERNAL STREAM {name} SETTINGS type = 'timeplus', hosts = {host}, db = {database}, \
         stream = {stream}, user = {user}, password = {password}, secure = {secure}"
    ))
}

fn path(resource: &ResourceName) -> String {
    match &resource.database {
        Some(database) => format!("{}.{}", identifier(database), identifier(&resource.name)),
        None => identifier(&resource.name),
    }
}

fn identifiers(names: &[String]) -> String {
    names.iter().map(|name| identifier(name)).collect::<Vec<_>>().join(", ")
}

/// A name in back quotes, whatever it holds.
pub(crate) fn identifier(name: &str) -> String {
    format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}

/// A string literal.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", inside_of_literal(text))
}

/// The text between the quotes of a string literal.
pub(crate) fn inside_of_literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferry_model::ResourceKind;

    fn stream(name: &str) -> ResourceName {
        ResourceName::in_database(ResourceKind::Stream, "sales", name)
    }

    #[test]
    fn an_insert_lists_its_columns_and_agrees_with_itself_on_the_block_size() {
        let settings = InsertSettings { n_threads: 8, n_rows_per_block: 10, is_ordered: false };
        let columns = ["a b".to_owned(), "_tp_time".to_owned()];
        let sql = insert_select(&stream("orders"), &stream("h"), &columns, &[], settings);
        let expected = "INSERT INTO `sales`.`orders` (`a b`, `_tp_time`) SELECT `a b`, `_tp_time` \
            FROM table(`sales`.`h`) SETTINGS max_insert_threads = 8, max_block_size = 10, \
            min_insert_block_size_rows = 10, min_insert_block_size_bytes = 0, max_execution_time = 0, \
            insert_null_as_default = 0";
        assert_eq!(sql, expected);
    }

    #[test]
    fn an_ordered_insert_reads_and_writes_with_one_thread() {
        let settings = InsertSettings { n_threads: 8, n_rows_per_block: 10, is_ordered: true };
        let columns = ["k".to_owned(), "_tp_time".to_owned()];
        let sql = insert_select(&stream("o"), &stream("h"), &columns, &columns[1..], settings);
        assert!(sql.contains("ORDER BY `_tp_time` SETTINGS max_insert_threads = 1, max_threads = 1, "), "{sql}");
    }
}
