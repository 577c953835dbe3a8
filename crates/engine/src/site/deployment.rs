//! A Timeplus deployment as the engine sees it.

use std::any::Any;
use std::time::Duration;

use ferry_model::{CapturedColumn, DeploymentInfo, QueryId, ResourceKind, ResourceName, TimeRange};
use ferry_timeplus::{
    Connector, Deployment, Error, FilledDefinition, InsertOutcome, InsertProgress, MaterializedViewSwitch,
    RelayedInsert,
};
use futures::FutureExt;
use futures::future::BoxFuture;

use super::{
    Answer, Bucket, CopyPath, InsertEnd, InsertSelect, ProgressSink, Running, Site, SiteError, TimeSpan, Written,
};
use crate::verify::{BucketDigest, Bucketing, Question, RowDigest};
use crate::{SliceRows, sql};

impl Site for Deployment {
    fn address(&self) -> String {
        self.endpoint().timeplusd_address.clone()
    }

    fn info(&self) -> DeploymentInfo {
        Deployment::info(self).clone()
    }

    fn has_app_server(&self) -> bool {
        Deployment::has_app_server(self)
    }

    fn exists<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, bool> {
        async move { Ok(Deployment::exists(self, resource).await?) }.boxed()
    }

    fn definition<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, String> {
        async move { Ok(self.show_create(resource).await?) }.boxed()
    }

    fn ids<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, Vec<String>> {
        async move {
            match resource.kind.is_rest_only() {
                true => Ok(self.find_ids(resource).await?),
                false => Ok(Vec::new()),
            }
        }
        .boxed()
    }

    fn create<'a>(
        &'a self,
        resource: &'a ResourceName,
        definition: &'a FilledDefinition,
    ) -> Answer<'a, Option<String>> {
        async move { Ok(Deployment::create(self, resource, definition).await?) }.boxed()
    }

    fn remove<'a>(&'a self, resource: &'a ResourceName, server_id: Option<&'a str>) -> Answer<'a, ()> {
        async move { Ok(Deployment::drop(self, resource, server_id).await?) }.boxed()
    }

    fn count<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, u64> {
        async move { Ok(Deployment::count(self, database_of(resource), &resource.name).await?) }.boxed()
    }

    fn count_in<'a>(&'a self, stream: &'a ResourceName, rows: &SliceRows) -> Answer<'a, u64> {
        let condition = sql::condition(rows);
        async move { Ok(self.number(&format!("SELECT count() FROM table({}){condition}", sql::path(stream))).await?) }
            .boxed()
    }

    fn span_by_day<'a>(&'a self, stream: &'a ResourceName) -> Answer<'a, Option<TimeSpan>> {
        async move {
            if partition_expression(self, stream).await? != sql::BY_DAY {
                return Ok(None);
            }
            let rows = self.rows(&sql::span(stream)).await?;
            let span = rows.iter().next().and_then(|row| {
                let moment = |name: &str| row.text(name).parse().ok();
                Some(TimeSpan { first_ms: moment("first_ms")?, last_ms: moment("last_ms")? })
            });
            Ok(span)
        }
        .boxed()
    }

    fn histogram<'a>(&'a self, stream: &'a ResourceName, range: TimeRange, width_ms: i64) -> Answer<'a, Vec<Bucket>> {
        async move {
            let partition = partition_expression(self, stream).await?;
            let rows = self.rows(&sql::histogram(stream, range, width_ms, &partition)).await?;
            rows.iter().map(|row| bucket(&row, width_ms)).collect()
        }
        .boxed()
    }

    fn bucket_digests<'a>(&'a self, question: &'a Question, bucketing: Bucketing) -> Answer<'a, Vec<BucketDigest>> {
        async move {
            let rows = self.rows(&question.buckets_sql(bucketing)).await?;
            let digest = |row: ferry_timeplus::TextRow<'_>| {
                Some(BucketDigest {
                    bucket: Question::bucket_of(bucketing, row.text("ferry_bucket").parse().ok()?),
                    n_rows: row.text("ferry_rows").parse().ok()?,
                    digest: sixty_four_bits(row.text("ferry_sum"))?,
                })
            };
            rows.iter().map(|row| digest(row).ok_or_else(|| refused("a checksum that is no number".into()))).collect()
        }
        .boxed()
    }

    fn row_digests<'a>(&'a self, question: &'a Question, limit: u64) -> Answer<'a, Vec<RowDigest>> {
        async move {
            let rows = self.rows(&question.rows_sql(limit)).await?;
            let digest = |row: ferry_timeplus::TextRow<'_>| {
                let place = sixty_four_bits(row.text("ferry_place"))?;
                Some(RowDigest {
                    place,
                    // Where rows stand for themselves, their hash says where they are and what they are.
                    digest: row.get("ferry_digest").map_or(Some(place), sixty_four_bits)?,
                    n_rows: row.get("ferry_rows").map_or(Some(1), |text| text.parse().ok())?,
                    shown: row.text("ferry_shown").to_owned(),
                })
            };
            rows.iter().map(|row| digest(row).ok_or_else(|| refused("a hash that is no number".into()))).collect()
        }
        .boxed()
    }

    fn delete_in<'a>(&'a self, stream: &'a ResourceName, rows: &SliceRows) -> Answer<'a, ()> {
        let statement = format!("DELETE FROM {}{}", sql::path(stream), sql::condition(rows));
        async move { Ok(self.execute(&statement).await?) }.boxed()
    }

    fn columns<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, Vec<CapturedColumn>> {
        async move {
            // DESC lists name, type, default_type and default_expression on every release (protocol.md E).
            let rows = self.rows(&format!("DESC {}", sql::path(resource))).await?;
            let column = |row: ferry_timeplus::TextRow<'_>| CapturedColumn {
                name: row.text("name").to_owned(),
                data_type: row.text("type").to_owned(),
                default_kind: row.text("default_type").to_owned(),
                default_expression: row.text("default_expression").to_owned(),
            };
            Ok(rows.iter().map(column).collect())
        }
        .boxed()
    }

    fn flush_interval<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, Duration> {
        async move { Ok(Deployment::flush_interval(self, database_of(resource), &resource.name).await?) }.boxed()
    }

    fn insert_select<'a>(&'a self, insert: &'a InsertSelect, progress: ProgressSink<'a>) -> BoxFuture<'a, InsertEnd> {
        async move {
            let asked = ferry_timeplus::InsertSelect {
                sql: &insert.sql,
                settings: &insert.settings,
                query_id: &insert.query,
                path: match insert.path {
                    CopyPath::Timeplusd => ferry_timeplus::CopyPath::Timeplusd,
                    CopyPath::AppServer { timeout } => {
                        let timeout_ms = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
                        ferry_timeplus::CopyPath::AppServer { timeout_ms }
                    }
                },
                cancel: &insert.cancel,
            };
            let mut show = |done: InsertProgress| progress(done.into());
            Deployment::insert_select(self, asked, &mut show).await.into()
        }
        .boxed()
    }

    fn relay_into<'a>(
        &'a self,
        target: &'a dyn Site,
        insert: &'a InsertSelect,
        progress: ProgressSink<'a>,
    ) -> BoxFuture<'a, InsertEnd> {
        async move {
            let target: &dyn Any = target;
            let (Some(target), Some(read)) = (target.downcast_ref::<Deployment>(), &insert.relay) else {
                return InsertEnd::Refused(refused("the target is not one that rows can be sent to".into()));
            };
            let select = sql::relay_select(read, &insert.rows);
            let asked = RelayedInsert {
                select: &select,
                select_settings: &read.settings,
                insert: &insert.sql,
                insert_settings: &insert.settings,
                query_id: &insert.query,
                cancel: &insert.cancel,
            };
            let mut show = |done: InsertProgress| progress(done.into());
            target.insert_relayed(self, asked, &mut show).await.into()
        }
        .boxed()
    }

    fn query_is_running<'a>(&'a self, query: &'a QueryId) -> Answer<'a, bool> {
        async move { Ok(Deployment::query_is_running(self, query).await?) }.boxed()
    }

    fn cancel_query<'a>(&'a self, query: &'a QueryId) -> Answer<'a, ()> {
        async move { Ok(self.cancel(query).await?) }.boxed()
    }

    fn is_running<'a>(&'a self, resource: &'a ResourceName, server_id: Option<&'a str>) -> Answer<'a, bool> {
        async move {
            match resource.kind {
                ResourceKind::MaterializedView => Ok(self.materialized_view_runs(resource).await?),
                _ => Ok(connector(self, resource, server_id).await?.running),
            }
        }
        .boxed()
    }

    fn set_running<'a>(
        &'a self,
        resource: &'a ResourceName,
        server_id: Option<&'a str>,
        wanted: Running,
    ) -> Answer<'a, ()> {
        async move {
            if resource.kind == ResourceKind::MaterializedView {
                let switch = match wanted {
                    Running::Started => MaterializedViewSwitch::Resume,
                    Running::Stopped => MaterializedViewSwitch::PausePermanently,
                };
                return Ok(self.switch_materialized_view(resource, switch).await?);
            }
            let id = connector(self, resource, server_id).await?.id;
            match wanted {
                Running::Started => self.start(resource, &id).await?,
                Running::Stopped => self.stop(resource, &id).await?,
            }
            Ok(())
        }
        .boxed()
    }

    fn hidden_from_user(&self) -> Answer<'_, Vec<String>> {
        async move { Ok(self.what_may_be_hidden().await?) }.boxed()
    }

    fn first_row<'a>(&'a self, sql: &'a str) -> Answer<'a, Vec<String>> {
        async move {
            let rows = self.rows(sql).await?;
            let first = rows.iter().next();
            let cells = first.map(|row| row.cells().map(|cell| cell.unwrap_or_default().to_owned()).collect());
            Ok(cells.unwrap_or_default())
        }
        .boxed()
    }
}

/// The expression by which a stream is partitioned (copy-safety 10).
async fn partition_expression(deployment: &Deployment, stream: &ResourceName) -> Result<String, SiteError> {
    let question = format!(
        "SELECT partition_key FROM system.tables WHERE database = {} AND name = {}",
        ferry_timeplus::string_literal(database_of(stream)),
        ferry_timeplus::string_literal(&stream.name)
    );
    let told = deployment.rows(&question).await?.single().unwrap_or_default().to_owned();
    // A view tells nothing of its inner stream, and the stream that gets its rows has what every release gives.
    let is_view = stream.kind == ResourceKind::MaterializedView && told.is_empty();
    Ok(if is_view { sql::BY_DAY.to_owned() } else { told })
}

fn bucket(row: &ferry_timeplus::TextRow<'_>, width_ms: i64) -> Result<Bucket, SiteError> {
    let number = |name: &str| row.text(name).parse::<i64>().ok();
    match (number("slot"), number("n_rows"), number("n_partitions")) {
        (Some(slot), Some(n_rows), Some(n_partitions)) => Ok(Bucket {
            from_ms: slot.saturating_mul(width_ms),
            n_rows: n_rows.unsigned_abs(),
            n_partitions: n_partitions.unsigned_abs(),
        }),
        _ => Err(refused("a histogram without numbers".into())),
    }
}

/// A number of 64 bits, printed with or without its sign.
fn sixty_four_bits(text: &str) -> Option<u64> {
    text.parse().ok().or_else(|| text.parse().ok().map(i64::cast_unsigned))
}

fn database_of(resource: &ResourceName) -> &str {
    resource.database.as_deref().unwrap_or("default")
}

/// The source or sink that is meant: by its id, or by its name where only one has it.
async fn connector(
    deployment: &Deployment,
    resource: &ResourceName,
    server_id: Option<&str>,
) -> Result<Connector, SiteError> {
    let all = match resource.kind {
        ResourceKind::Source => deployment.sources().await?,
        ResourceKind::Sink => deployment.sinks().await?,
        kind => return Err(refused(format!("a {kind} cannot be started or stopped"))),
    };
    let is_meant = |connector: &Connector| match server_id {
        Some(id) => connector.id == id,
        None => connector.name == resource.name,
    };
    let mut meant: Vec<Connector> = all.into_iter().filter(is_meant).collect();
    match (meant.pop(), meant.len()) {
        (Some(connector), 0) => Ok(connector),
        (Some(_), n_more) => Err(refused(format!("{} things are called {resource}", n_more + 1))),
        (None, _) => Err(refused(format!("there is no {resource}"))),
    }
}

fn refused(text: String) -> SiteError {
    SiteError::Refused { code: 0, text }
}

impl From<InsertProgress> for Written {
    fn from(done: InsertProgress) -> Self {
        Self { rows: done.written_rows, bytes: done.written_bytes }
    }
}

impl From<InsertOutcome> for InsertEnd {
    fn from(outcome: InsertOutcome) -> Self {
        match outcome {
            InsertOutcome::Finished(_) => Self::Finished,
            InsertOutcome::Cancelled(_) => Self::Cancelled,
            InsertOutcome::Refused(error) => Self::Refused(error.into()),
            InsertOutcome::Unknown(error) => Self::Unknown(SiteError::Unknown { text: error.chain() }),
        }
    }
}

impl From<Error> for SiteError {
    fn from(error: Error) -> Self {
        /// What a proxy or an app server answers while nobody knows what became of the request.
        const NOBODY_KNOWS: [u16; 4] = [408, 502, 503, 504];
        let text = error.chain();
        match error {
            Error::NotReachable { .. } => Self::Unreachable { text },
            Error::Refused { status: Some(status), .. } if NOBODY_KNOWS.contains(&status) => Self::Unknown { text },
            Error::UnknownOutcome { .. } | Error::Unexpected { .. } | Error::Cancelled => Self::Unknown { text },
            other => Self::Refused { code: other.code().unwrap_or(0), text },
        }
    }
}
