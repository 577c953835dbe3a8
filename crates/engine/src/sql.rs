//! The few statements that the engine itself writes.

use ferry_model::{Definition, ResourceName, TimeRange};
use ferry_sql::{ExprKind, StatementKind};
use ferry_timeplus::{identifier, qualified, string_literal};

use crate::{HashedPart, HelperLogin, RelayRead, SliceRows};

/// The settings of one INSERT that depend on the plan and on the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InsertSettings {
    pub(crate) n_threads: u64,
    pub(crate) n_rows_per_block: u64,
    /// One thread reads and one writes, so that rows keep their order (resources.md 3.2).
    pub(crate) is_ordered: bool,
}

/// ``INSERT INTO `d`.`s` (..) SELECT .. FROM table(`d`.`helper`) ..`` (resources.md 3.2). Columns are always
/// listed (copy-safety 13).
pub(crate) fn insert_select(
    target: &ResourceName,
    helper: &ResourceName,
    columns: &[String],
    order_by: &[String],
    rows: &SliceRows,
) -> String {
    let columns = identifiers(columns);
    let (target, helper) = (path(target), path(helper));
    let (condition, order) = (condition(rows), order(order_by));
    format!("INSERT INTO {target} ({columns}) SELECT {columns} FROM table({helper}){condition}{order}")
}

fn order(order_by: &[String]) -> String {
    if order_by.is_empty() { String::new() } else { format!(" ORDER BY {}", identifiers(order_by)) }
}

/// The INSERT of a relay, whose rows come as blocks (protocol.md A4).
pub(crate) fn relay_insert(target: &ResourceName, columns: &[String]) -> String {
    format!("INSERT INTO {} ({}) VALUES", path(target), identifiers(columns))
}

/// What a relay reads on the source: the columns and the rows that a helper would read.
pub(crate) fn relay_select(read: &RelayRead, rows: &SliceRows) -> String {
    let RelayRead { stream, columns, order_by, .. } = read;
    format!("SELECT {} FROM table({}){}{}", identifiers(columns), path(stream), condition(rows), order(order_by))
}

/// ` WHERE ..` for the rows of a slice; nothing for all rows.
pub(crate) fn condition(rows: &SliceRows) -> String {
    let SliceRows { range, part } = rows;
    let from = range.from_ms.map(|at_ms| format!("_tp_time >= {}", moment(at_ms)));
    let until = range.until_ms.map(|at_ms| format!("_tp_time < {}", moment(at_ms)));
    let part = part.as_ref().map(|HashedPart { part, hash }| format!("modulo({hash}, {}) = {}", part.of, part.part));
    let conditions: Vec<String> = from.into_iter().chain(until).chain(part).collect();
    if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) }
}

/// A moment to compare `_tp_time` with. Assumed: both functions are as old as `datetime64`, and a comparison of two
/// of its precisions compares moments.
fn moment(at_ms: i64) -> String {
    format!("from_unix_timestamp64_milli(to_int64({at_ms}))")
}

/// Between which moments the rows of a stream lie.
pub(crate) fn span(stream: &ResourceName) -> String {
    format!(
        "SELECT to_unix_timestamp64_milli(min(_tp_time)) AS first_ms, \
         to_unix_timestamp64_milli(max(_tp_time)) AS last_ms FROM table({})",
        path(stream)
    )
}

/// The partition expression that every release makes without being told (resources.md 2.2), as it prints it.
pub(crate) const BY_DAY: &str = "to_YYYYMMDD(_tp_time)";

/// How many rows lie in each interval of so many milliseconds, a day at most, and in how many partitions. An interval
/// touches two days where its first and its last row have different ones: counting distinct days of all rows costs a
/// deployment ten times as much as everything else here.
pub(crate) fn histogram(stream: &ResourceName, range: TimeRange, width_ms: i64, partition: &str) -> String {
    let n_partitions = match partition.trim() {
        "" => "1".to_owned(),
        BY_DAY => "if(to_YYYYMMDD(min(_tp_time)) = to_YYYYMMDD(max(_tp_time)), 1, 2)".to_owned(),
        other => format!("uniq_exact({other})"),
    };
    format!(
        "SELECT int_div(to_unix_timestamp64_milli(_tp_time), {width_ms}) AS slot, count() AS n_rows, \
         {n_partitions} AS n_partitions FROM table({}){} GROUP BY slot ORDER BY slot",
        path(stream),
        condition(&range.into())
    )
}

impl InsertSettings {
    /// The settings of the statement. All that squash blocks agree, because the largest would win (resources.md
    /// 3.3); NULL never turns into a default silently (copy-safety 13).
    pub(crate) fn list(self) -> Vec<(String, String)> {
        let Self { n_threads, n_rows_per_block, is_ordered } = self;
        let mut settings = vec![
            ("max_insert_threads", if is_ordered { 1 } else { n_threads }),
            ("max_block_size", n_rows_per_block),
            ("min_insert_block_size_rows", n_rows_per_block),
            ("min_insert_block_size_bytes", 0),
            ("max_execution_time", 0),
            ("insert_null_as_default", 0),
        ];
        if is_ordered {
            settings.push(("max_threads", 1));
        }
        settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_string())).collect()
    }

    /// The settings of a relay's SELECT: the blocks that it gives are the ones that are inserted.
    pub(crate) fn of_relay_select(self) -> Vec<(String, String)> {
        let mut settings = vec![("max_block_size", self.n_rows_per_block), ("max_execution_time", 0)];
        if self.is_ordered {
            settings.push(("max_threads", 1));
        }
        settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_string())).collect()
    }
}

/// The definition of a helper: it signs in with a named collection of the target, or with the password's placeholder
/// (copy-safety 6, protocol.md E).
pub(crate) fn helper(
    helper: &ResourceName,
    remote: &ResourceName,
    collection: Option<&str>,
    login: &HelperLogin,
    key: &str,
) -> Definition {
    let database = string_literal(remote.database.as_deref().unwrap_or("default"));
    let (name, stream) = (path(helper), string_literal(&remote.name));
    let remote = format!("db = {database}, stream = {stream}");
    let settings = match collection {
        Some(collection) => format!("named_collection = {}, {remote}", string_literal(collection)),
        None => {
            let (host, user) = (string_literal(&login.host), string_literal(&login.user));
            let password = format!("'${{secret:{key}}}'");
            format!("hosts = {host}, {remote}, user = {user}, password = {password}, secure = {}", login.secure)
        }
    };
    Definition::Sql(format!("CREATE EXTERNAL STREAM {name} SETTINGS type = 'timeplus', {settings}"))
}

/// By what the rows of a stream replace each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    /// The expressions of the primary key.
    pub(crate) key: Vec<String>,
    /// The column of the version, where the definition names one.
    pub(crate) version: Option<String>,
}

/// The keys that a stream's definition names.
pub(crate) fn keys_of(definition: &Definition) -> Option<Keys> {
    let Definition::Sql(text) = definition else { return None };
    let statement = ferry_sql::parse_one(text).ok()?;
    let StatementKind::CreateStream(create) = &statement.kind else { return None };
    let at_columns = create.elements.columns.iter().filter(|column| column.primary_key);
    let at_columns: Vec<String> = at_columns.map(|column| identifier(&column.name.value)).collect();
    let key = match &create.primary_key {
        Some(expression) => match &expression.kind {
            ExprKind::Tuple(parts) => parts.iter().map(|part| part.span.text(text).to_owned()).collect(),
            _ => vec![expression.span.text(text).to_owned()],
        },
        None => at_columns,
    };
    let version = create.setting_text("version_column").map(|name| identifier(&name));
    (!key.is_empty()).then_some(Keys { key, version })
}

/// Where the external system of a definition is, as far as its SQL says so without a secret: a `uri` or `url` may hold
/// a password (resources.md 2.3).
pub(crate) fn external_system_of(definition: &Definition) -> Option<String> {
    let Definition::Sql(text) = definition else { return None };
    let statement = ferry_sql::parse_one(text).ok()?;
    let (StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create)) = &statement.kind else {
        return None;
    };
    ["brokers", "address", "hosts"].into_iter().find_map(|name| create.setting_text(name))
}

pub(crate) fn path(resource: &ResourceName) -> String {
    qualified(resource.database.as_deref(), &resource.name)
}

fn identifiers(names: &[String]) -> String {
    names.iter().map(|name| identifier(name)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferry_model::{ResourceKind, Secret, SlicePart};

    fn stream(name: &str) -> ResourceName {
        ResourceName::in_database(ResourceKind::Stream, "sales", name)
    }

    #[test]
    fn an_insert_lists_its_columns_on_both_sides() {
        let columns = ["a b".to_owned(), "_tp_time".to_owned()];
        let sql = insert_select(&stream("orders"), &stream("h"), &columns, &columns[1..], &SliceRows::ALL);
        let expected = "INSERT INTO `sales`.`orders` (`a b`, `_tp_time`) SELECT `a b`, `_tp_time` \
            FROM table(`sales`.`h`) ORDER BY `_tp_time`";
        assert_eq!(sql, expected);
    }

    #[test]
    fn a_relay_reads_the_same_columns_as_it_inserts() {
        let columns = vec!["a b".to_owned(), "_tp_time".to_owned()];
        let order_by = columns[1..].to_vec();
        let read = RelayRead { stream: stream("orders"), columns: columns.clone(), order_by, settings: vec![] };
        let range = TimeRange { from_ms: Some(5), until_ms: None };
        let expected = "SELECT `a b`, `_tp_time` FROM table(`sales`.`orders`) \
            WHERE _tp_time >= from_unix_timestamp64_milli(to_int64(5)) ORDER BY `_tp_time`";
        assert_eq!(relay_select(&read, &range.into()), expected);
        assert_eq!(
            relay_insert(&stream("orders"), &columns),
            "INSERT INTO `sales`.`orders` (`a b`, `_tp_time`) VALUES"
        );
    }

    #[test]
    fn rule_10_partitions_are_counted_by_the_streams_own_expression() {
        for (partition, expected) in [
            ("", ", 1 AS n_partitions"),
            (BY_DAY, ", if(to_YYYYMMDD(min(_tp_time)) = to_YYYYMMDD(max(_tp_time)), 1, 2) AS n_partitions"),
            ("to_YYYYMM(_tp_time)", ", uniq_exact(to_YYYYMM(_tp_time)) AS n_partitions"),
        ] {
            let sql = histogram(&stream("orders"), TimeRange::ALL, 1_000, partition);
            assert!(sql.contains(expected), "{sql}");
        }
    }

    #[test]
    fn rule_9_a_part_of_a_moment_is_named_by_a_rest() {
        let range = TimeRange { from_ms: None, until_ms: Some(6) };
        let part = HashedPart { part: SlicePart { part: 2, of: 3 }, hash: "sip_hash64(`a`)".into() };
        assert_eq!(
            condition(&SliceRows { range, part: Some(part) }),
            " WHERE _tp_time < from_unix_timestamp64_milli(to_int64(6)) AND modulo(sip_hash64(`a`), 3) = 2"
        );
    }

    #[test]
    fn the_key_and_the_version_are_read_from_the_definition() {
        for (sql, key, version) in [
            ("CREATE STREAM d.s (id int64) PRIMARY KEY id SETTINGS mode = 'versioned_kv'", &["id"][..], None),
            (
                "CREATE MUTABLE STREAM d.s (a int8, `b c` string, v int64) PRIMARY KEY (a, `b c`) SETTINGS version_column = 'v'",
                &["a", "`b c`"],
                Some("`v`"),
            ),
        ] {
            let keys = keys_of(&Definition::Sql(sql.into())).expect(sql);
            assert_eq!(
                (keys.key, keys.version.as_deref()),
                (key.iter().map(|key| (*key).to_owned()).collect(), version)
            );
        }
        assert_eq!(keys_of(&Definition::Sql("CREATE STREAM d.s (id int64)".into())), None);
    }

    #[test]
    fn the_definition_of_a_helper_holds_a_placeholder_and_no_password() {
        let (host, user, password) = ("h:8463".into(), "it's".into(), Secret::new("s3cret"));
        let login = HelperLogin { host, user, password, secure: true };
        let Definition::Sql(sql) = helper(&stream("h"), &stream("orders"), None, &login, "source.password") else {
            panic!("a helper is made by SQL")
        };
        let expected = "CREATE EXTERNAL STREAM `sales`.`h` SETTINGS type = 'timeplus', hosts = 'h:8463', \
            db = 'sales', stream = 'orders', user = 'it\\'s', password = '${secret:source.password}', secure = true";
        assert_eq!(sql, expected);
    }
}
