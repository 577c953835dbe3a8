//! One deployment, connected.

use std::sync::Arc;
use std::time::Duration;

use ferry_model::{DeploymentInfo, Product, SecretMap, Version};
use ferry_native::{Query, ServerHello};

use crate::rest::Rest;
use crate::wire::{TextRows, Wire};
use crate::{Endpoint, Error, Timeouts, assumed, qualified, string_literal};

/// A deployment. Clones share its connections; every call may be made from several tasks at once.
#[derive(Clone)]
pub struct Deployment {
    shared: Arc<Shared>,
}

struct Shared {
    endpoint: Endpoint,
    wire: Wire,
    app_server: Option<Rest>,
    timeplusd_http: Rest,
    info: DeploymentInfo,
}

impl Deployment {
    /// Connects, signs in everywhere, and asks what it is.
    ///
    /// # Errors
    /// The deployment cannot be reached, refuses the user, or does not tell its release.
    pub async fn connect(endpoint: Endpoint, timeouts: Timeouts) -> Result<Self, Error> {
        let (wire, hello) = Wire::connect(&endpoint, timeouts).await?;
        let app_server = Rest::app_server(&endpoint, timeouts)?;
        let timeplusd_http = Rest::timeplusd(&endpoint, timeouts)?;
        let (product, version) = product_and_version(&hello, app_server.as_ref()).await?;
        let info = DeploymentInfo {
            product,
            version,
            timeplusd_address: endpoint.native_address(),
            display_name: hello.display_name,
            timezone: hello.timezone,
        };
        Ok(Self { shared: Arc::new(Shared { endpoint, wire, app_server, timeplusd_http, info }) })
    }

    /// What the deployment said of itself.
    pub fn info(&self) -> &DeploymentInfo {
        &self.shared.info
    }

    /// How it is reached.
    pub fn endpoint(&self) -> &Endpoint {
        &self.shared.endpoint
    }

    /// Whether it has an app server.
    pub fn has_app_server(&self) -> bool {
        self.shared.app_server.is_some()
    }

    /// All rows of a catalogue query, every cell as text.
    ///
    /// # Errors
    /// The deployment's error, or a broken connection.
    pub async fn rows(&self, sql: &str) -> Result<TextRows, Error> {
        self.shared.wire.rows(sql).await
    }

    /// Runs a statement over the native protocol.
    ///
    /// # Errors
    /// The deployment's error; [`Error::UnknownOutcome`] if the connection broke meanwhile.
    pub async fn execute(&self, sql: &str) -> Result<(), Error> {
        self.shared.wire.execute(Query::new(sql), "the statement").await
    }

    /// How many rows a stream has, through `table()`: its history, without rows that are not flushed yet.
    ///
    /// # Errors
    /// The deployment's error, or an answer that is not a number.
    pub async fn count(&self, database: &str, stream: &str) -> Result<u64, Error> {
        let table = qualified(Some(database), stream);
        self.number(&format!("SELECT count() FROM table({table})")).await
    }

    /// The one number that a query gives.
    ///
    /// # Errors
    /// The deployment's error, or an answer that is not a number.
    pub async fn number(&self, sql: &str) -> Result<u64, Error> {
        let rows = self.rows(sql).await?;
        let number = rows.single().and_then(|text| text.parse().ok());
        number.ok_or_else(|| Error::Unexpected { what: sql.to_owned(), why: "it is not a number".to_owned() })
    }

    /// The deployment's clock, in milliseconds since 1970.
    ///
    /// # Errors
    /// The deployment's error, or an answer that is not a number.
    pub async fn server_time_ms(&self) -> Result<u64, Error> {
        self.number("SELECT to_unix_timestamp64_milli(now64(3, 'UTC'))").await
    }

    /// The flush interval of a stream: after it, rows that were written are visible to `table()` (copy-safety 11).
    /// 2 s for streams and 30 s for mutable streams, unless the stream's settings say otherwise (resources.md 3.2).
    ///
    /// # Errors
    /// The stream's definition cannot be read.
    pub async fn flush_interval(&self, database: &str, stream: &str) -> Result<Duration, Error> {
        let text = self.show_create_relation(database, stream).await?;
        Ok(Duration::from_millis(flush_interval_of(&text).unwrap_or(MUTABLE_MS)))
    }

    /// What may hide parts of the catalogue or rows from this user, as sentences; empty means that nothing was found
    /// (copy-safety 3).
    ///
    /// # Errors
    /// The deployment cannot be asked.
    pub async fn what_may_be_hidden(&self) -> Result<Vec<String>, Error> {
        match self.rows("SELECT short_name, database, table FROM system.row_policies").await {
            Ok(policies) => Ok(policies
                .iter()
                .map(|policy| {
                    let on = format!("{}.{}", policy.text("database"), policy.text("table"));
                    ferry_model::messages::deployment::row_policy_hides(policy.text("short_name"), &on)
                })
                .collect()),
            // Proton 1.x has no access control, and where the list may not be read, there is no knowing.
            Err(error) if error.means_not_there() => Ok(vec![]),
            Err(error) => Err(error),
        }
    }

    /// `text` without the secrets that this deployment knows.
    pub fn scrub(&self, text: &str) -> String {
        self.shared.wire.scrub(text)
    }

    /// Adds secrets that must be removed from what the deployment says from now on.
    pub fn learn_secrets(&self, secrets: &SecretMap) {
        self.shared.wire.learn_secrets(secrets);
    }

    /// The text of SHOW CREATE of a stream, view or table. Without a kind: 1.6.0 rejects `SHOW CREATE STREAM`
    /// (protocol.md F1).
    ///
    /// # Errors
    /// The deployment's error.
    pub async fn show_create_relation(&self, database: &str, name: &str) -> Result<String, Error> {
        self.statement(&format!("SHOW CREATE {}", qualified(Some(database), name))).await
    }

    /// The one text that a SHOW CREATE gives.
    pub(crate) async fn statement(&self, sql: &str) -> Result<String, Error> {
        let rows = self.rows(sql).await?;
        let text = rows.single().map(str::to_owned);
        text.ok_or_else(|| Error::Unexpected { what: sql.to_owned(), why: "there is no row".to_owned() })
    }

    pub(crate) fn wire(&self) -> &Wire {
        &self.shared.wire
    }

    pub(crate) fn timeplusd_http(&self) -> &Rest {
        &self.shared.timeplusd_http
    }

    pub(crate) fn app_server_if_any(&self) -> Option<&Rest> {
        self.shared.app_server.as_ref()
    }

    pub(crate) fn app_server(&self, what: &str) -> Result<&Rest, Error> {
        self.app_server_if_any().ok_or_else(|| Error::NoAppServer { what: what.to_owned() })
    }

    /// Whether a query gives at least one row.
    pub(crate) async fn has_rows(&self, sql: &str) -> Result<bool, Error> {
        Ok(!self.rows(sql).await?.is_empty())
    }

    /// Whether `table` of the catalogue has a row with this name.
    pub(crate) async fn is_listed(&self, table: &str, name: &str) -> Result<bool, Error> {
        self.has_rows(&format!("SELECT name FROM system.{table} WHERE name = {}", string_literal(name))).await
    }
}

/// Flush interval of streams (resources.md 3.2).
const STREAM_MS: u64 = 2_000;
/// Flush interval of mutable streams (resources.md 3.2); also taken where a definition cannot be read.
const MUTABLE_MS: u64 = 30_000;

/// The flush interval that a definition gives, by its settings or its kind; none if it cannot be read.
fn flush_interval_of(definition: &str) -> Option<u64> {
    let statement = ferry_sql::parse_one(definition).ok()?;
    let settings = match &statement.kind {
        ferry_sql::StatementKind::CreateStream(create) => &create.settings,
        // Of its inner stream (resources.md 2.4).
        ferry_sql::StatementKind::CreateMaterializedView(create) => &create.storage_settings,
        _ => return Some(STREAM_MS),
    };
    let names = ["flush_threshold_ms", "flush_ms", "distributed_flush_threshold_ms"];
    let given = names.iter().find_map(|name| ferry_sql::setting(settings, name)?.text().parse().ok());
    let is_mutable = statement.kind.created().is_some_and(|it| it.kind == ferry_sql::ObjectKind::MutableStream);
    given.or(Some(if is_mutable { MUTABLE_MS } else { STREAM_MS }))
}

/// The app server knows the product's release; without one timeplusd's own counts, which its greeting tells
/// (protocol.md A3).
async fn product_and_version(hello: &ServerHello, app_server: Option<&Rest>) -> Result<(Product, Version), Error> {
    const WHAT: &str = "the deployment's release";
    let number = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    let greeted = hello.version;
    let version = Version::new(number(greeted.major), number(greeted.minor), number(greeted.patch));
    let Some(rest) = app_server else { return Ok((assumed::product_without_app_server(version), version)) };
    // 503 with a body means that timeplusd is down (rest.md 1.4); an app server before 2.5 may not have it.
    let info = rest.get(&["info"], WHAT).await?;
    let told = info.and_then(|info| assumed::enterprise_version(&info));
    Ok((Product::Enterprise, told.unwrap_or(version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flush_interval_is_that_of_the_settings_or_of_the_kind() {
        for (definition, expected) in [
            ("CREATE STREAM s (a int)", Some(2_000)),
            ("CREATE STREAM s (a int) SETTINGS flush_threshold_ms = 150", Some(150)),
            ("CREATE MATERIALIZED VIEW v AS (SELECT 1 FROM s) STORAGE_SETTINGS flush_threshold_ms = 70", Some(70)),
            ("CREATE MUTABLE STREAM s (a int, PRIMARY KEY a)", Some(30_000)),
            ("no statement", None),
        ] {
            assert_eq!(flush_interval_of(definition), expected, "{definition}");
        }
    }
}
