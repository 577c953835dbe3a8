//! Words for the rules that rewrite definitions for another release (resources.md 3.8): a summary of each, and what a
//! reviewer reads about one change.

/// Rule T1.
pub const T1: &str = "ENGINE = Stream(..) becomes the settings shards, replication_factor and sharding_expr.";
/// Rule T2.
pub const T2: &str = "ENGINE = ExternalStream becomes CREATE EXTERNAL STREAM.";
/// Rule T3.
pub const T3: &str = "ENGINE = MutableStream, Random and Null become the word before STREAM.";
/// Rule T4.
pub const T4: &str = "UUIDs and ATTACH are taken out.";
/// Rule T5.
pub const T5: &str = "JavaScript functions get their language.";
/// Rule T6.
pub const T6: &str = "The printed columns of views and materialized views are taken out.";
/// Rule T7.
pub const T7: &str = "Parentheses around a query before a comment are taken out.";
/// Rule T8.
pub const T8: &str = "Columns and indexes that the server makes by itself are taken out.";
/// Rule T9.
pub const T9: &str = "Settings get the name they have now, or go.";
/// Rule T10.
pub const T10: &str = "UNPAUSE, the state log and EMIT combinations get today's words.";
/// Rule T11.
pub const T11: &str = "Codecs FPC and GCD, projections and arguments of minmax are taken out.";
/// Rule T12.
pub const T12: &str = "Indexes of mutable streams that repeat the start of the key are taken out.";
/// Rule T13.
pub const T13: &str = "A NATS seed gets the public key that 3.3 asks for.";
/// Rule T14.
pub const T14: &str = "Python code meets another Python.";
/// Rule T15.
pub const T15: &str = "Alerts of the REST API become a Python function and CREATE ALERT.";
/// Rule T16.
pub const T16: &str = "Types that the target does not have, or has in another way.";
/// Rule T17.
pub const T17: &str = "ON CLUSTER goes; OR REPLACE of streams, tasks and alerts becomes IF NOT EXISTS.";
/// Rule T18.
pub const T18: &str = "HTTP and Slack sinks become an external stream and a materialized view.";
/// Rule T19.
pub const T19: &str = "earliest_ts() is an alias that every release knows: nothing changes.";
/// Rule T20.
pub const T20: &str = "Users need their password anew.";
/// Rule T21.
pub const T21: &str = "Kinds that the target's product or release does not have.";
/// Rule T22.
pub const T22: &str = "Databases and resources get another name wherever they are named.";

/// T1: an engine became settings.
pub fn stream_engine(engine: &str, settings: &str) -> String {
    let instead = if settings.is_empty() {
        "The server's defaults say the same.".to_owned()
    } else {
        format!("`{settings}` says the same.")
    };
    format!("`{engine}` is how the source prints it; the target takes no engine with these arguments. {instead}")
}

/// T1: nobody said how many nodes the target has.
pub fn replicas_need_nodes(replicas: &str) -> String {
    format!("The target must have {replicas} nodes or more: say how many it has, or change replication_factor.")
}

/// T1: the number of replicas follows the number of nodes.
pub fn replicas_follow_nodes(replicas: u32, nodes: u32) -> String {
    format!("replication_factor = {replicas} was made for another number of nodes; the target has {nodes}.")
}

/// T2.
pub fn external_engine(engine: &str) -> String {
    format!("`{engine}` is how older releases print it; the statement now says so in its head.")
}

/// T3: an engine became a word.
pub fn kind_engine(engine: &str, words: &str) -> String {
    format!("`{engine}` is how older releases print it; the target reads CREATE {words}.")
}

/// T3: a mode before STREAM became a setting.
pub fn mode_before_stream(mode: &str) -> String {
    format!("SHOW CREATE prints the mode before STREAM, and CREATE does not take it there: `mode = '{mode}'` says it.")
}

/// T4.
pub fn without_identity(what: &str) -> String {
    format!("{what} belongs to the source alone; the target gives the resource an identity of its own.")
}

/// T5.
pub fn javascript_language() -> String {
    "Releases 1.x and 2.x print a JavaScript function without its language, and cannot read that themselves.".to_owned()
}

/// T6.
pub fn without_printed_columns(n_columns: usize) -> String {
    format!(
        "The {n_columns} columns were printed by the source and follow from the query; another release refuses them."
    )
}

/// T6: the list is not only what the server printed.
pub fn columns_say_more(columns: &str) -> String {
    format!("The list of columns stays: {columns} has a default, codec, comment or index that the query does not give.")
}

/// T7.
pub fn without_query_parentheses() -> String {
    "The source prints parentheses around the query because a comment follows; they mean nothing.".to_owned()
}

/// T8.
pub fn without_system_columns(names: &str) -> String {
    format!("{names}: the target makes these by itself, in its own way.")
}

/// T9: another name.
pub fn setting_renamed(name: &str, now: &str) -> String {
    format!("The setting `{name}` is called `{now}` on the target.")
}

/// T9: another value.
pub fn setting_value(name: &str, value: &str, now: &str) -> String {
    format!("`{name} = '{value}'` is written `{name} = {now}` on the target.")
}

/// T9: no such setting.
pub fn setting_gone(name: &str) -> String {
    format!("The setting `{name}` is for streams whose log lies in Kafka, which the target does not have.")
}

/// T9: a node of the source.
pub fn names_a_node() -> String {
    "It names a node of the source: nodes of the target have other numbers, so take it out or change it.".to_owned()
}

/// T10: UNPAUSE.
pub fn unpause() -> String {
    "UNPAUSE is called RESUME since release 2.7.".to_owned()
}

/// T10: a system table.
pub fn state_log_renamed() -> String {
    "system.stream_state_log is called system.introspection_state_log since release 3.0.".to_owned()
}

/// T10: an EMIT clause that the target does not read.
pub fn emit_combination(before: &str, after: &str, seek_to: Option<&str>, lost_period: bool) -> String {
    let after = if after.is_empty() { "no EMIT clause".to_owned() } else { format!("`{after}`") };
    let mut words = format!("The target does not read `{before}`; the query now has {after}.");
    if let Some(position) = seek_to {
        words.push_str(&format!(" In the place of LAST it begins to read at seek_to = '{position}'."));
    }
    if lost_period {
        words.push_str(" Results no longer come in the period that was given: look whether that matters.");
    }
    words
}

/// T11: a codec.
pub fn codec_gone(column: &str) -> String {
    format!("Column {column}: the target does not take the codecs FPC and GCD.")
}

/// T11: a projection.
pub fn projection_gone(name: &str) -> String {
    format!("The target has no projections: {name} is left out.")
}

/// T11: an index.
pub fn minmax_arguments(index: &str) -> String {
    format!("Index {index}: minmax takes no arguments on the target.")
}

/// T12.
pub fn index_of_key(names: &str) -> String {
    format!("{names}: the primary key begins with the same columns, and release 3.3 refuses such an index.")
}

/// T13.
pub fn nats_key() -> String {
    "Release 3.3 asks for the public key beside nats_nkey_seed; it must be supplied.".to_owned()
}

/// T14: another Python.
pub fn python_release() -> String {
    "Release 3.3 runs Python 3.14 without a global lock: install its packages again, and look whether the code is safe \
     with several threads."
        .to_owned()
}

/// T14: no packages.
pub fn no_python_packages() -> String {
    "SYSTEM INSTALL PYTHON PACKAGE exists since release 3.0; install the package on the target in another way."
        .to_owned()
}

/// T16: JSON of another kind.
pub fn legacy_json(columns: &str) -> String {
    format!("{columns}: `json` of the source is another type than the target's native one; look at its queries.")
}

/// T16: no JSON.
pub fn no_native_json(columns: &str) -> String {
    format!("{columns}: the target has no native type `json` (it came with 2.8.2).")
}

/// T16: low_cardinality.
pub fn low_cardinality_ignored(columns: &str) -> String {
    format!("{columns}: low_cardinality of mutable streams is ignored since release 2.7.")
}

/// T16: a key.
pub fn nullable_key(columns: &str) -> String {
    format!("{columns}: keys of mutable streams may be nullable since release 2.8.3 only.")
}

/// T16: a key.
pub fn uuid_key(columns: &str) -> String {
    format!("{columns}: keys of mutable streams may be uuids since release 2.8.2 only.")
}

/// T17: clusters.
pub fn without_cluster() -> String {
    "ON CLUSTER is gone since 3.x: every node of a cluster knows the resource.".to_owned()
}

/// T17: OR REPLACE.
pub fn or_replace(what: &str) -> String {
    format!("The target has no OR REPLACE for {what}; IF NOT EXISTS leaves what is there as it is.")
}

/// T20: a password.
pub fn user_password(names: &str) -> String {
    format!("The source does not print the password of {names}; a new one must be supplied.")
}

/// T20: how a user signs in is not known.
pub fn user_without_password(names: &str) -> String {
    format!("The definition of {names} names no way to sign in: give the user a password, or mean that it has none.")
}

/// T21.
pub fn kind_not_there(what: &str, release: &str) -> String {
    format!("{release} has no {what}.")
}

/// T22.
pub fn renamed(names: &str) -> String {
    format!("Renamed: {names}.")
}

/// T18: what a sink did.
pub fn sink_as_statements(name: &str) -> String {
    format!(
        "Release 2.9 replaced HTTP and Slack sinks: an external stream sends what the materialized view writes, as {name} \
         did. Its headers and sign-in must be given to the external stream."
    )
}

/// T15: what an alert did.
pub fn alert_as_statements(name: &str) -> String {
    format!(
        "Release 2.9 has alerts in SQL: {name} calls a Python function with each message. Its severity and what resolves \
         it have no place there, and its query must read one stream without joins and aggregates."
    )
}

/// T15: an alert that no draft replaces.
pub fn alert_by_hand(name: &str, version: &str) -> String {
    format!(
        "Release {version} has alerts in SQL and none in the app server: {name} must be written anew by hand, as a Python \
         function and CREATE ALERT. Its message or its query is more than a draft can take over."
    )
}

/// T18: the statements for a plan's reader.
pub fn draft(explanation: &str, statements: &[String]) -> String {
    format!("{explanation} A draft: {};", statements.join("; "))
}
