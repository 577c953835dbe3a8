//! A deployment in memory, as the engine asks it.

use std::any::Any;
use std::collections::BTreeMap;
use std::time::Duration;

use ferry_engine::{
    Answer, Bucket, BucketDigest, Bucketing, InsertEnd, InsertSelect, ProgressSink, Question, RowDigest, Running, Site,
    SiteError, SliceRows, TimeSpan,
};
use ferry_model::{CapturedColumn, DeploymentInfo, Product, QueryId, ResourceKind, ResourceName, TimeRange};
use ferry_timeplus::FilledDefinition;
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::time::Instant;

use super::{Rows, Thing, World, columns_of_streams, names_read};

impl Site for World {
    fn address(&self) -> String {
        format!("{}:8463", self.name)
    }

    fn info(&self) -> DeploymentInfo {
        DeploymentInfo {
            product: self.product,
            version: self.version,
            timeplusd_address: self.address(),
            display_name: self.name.into(),
            timezone: "UTC".into(),
        }
    }

    fn has_app_server(&self) -> bool {
        self.product == Product::Enterprise
    }

    fn exists<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, bool> {
        async move { Ok(self.has(resource)) }.boxed()
    }

    fn definition<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, String> {
        async move {
            let state = self.state();
            let thing = state.things.get(resource).filter(|thing| !thing.is_gone());
            thing.map(|thing| thing.definition.clone()).ok_or_else(|| self.unknown(resource))
        }
        .boxed()
    }

    fn ids<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, Vec<String>> {
        async move {
            let state = self.state();
            let thing = state.things.get(resource).filter(|thing| !thing.is_gone());
            Ok(thing.and_then(|thing| thing.server_id.clone()).into_iter().collect())
        }
        .boxed()
    }

    fn create<'a>(
        &'a self,
        resource: &'a ResourceName,
        definition: &'a FilledDefinition,
    ) -> Answer<'a, Option<String>> {
        async move {
            if self.has(resource) {
                return Err(SiteError::Refused { code: 57, text: format!("{} already exists", resource.path()) });
            }
            let takes = self.state().creation_takes.get(&resource.name).copied().unwrap_or_default();
            tokio::time::sleep(takes).await;
            let (FilledDefinition::Sql(text) | FilledDefinition::Json(text)) = definition;
            if let Some(missing) = names_read(text.expose()).into_iter().find(|name| !self.names().contains(name)) {
                return Err(SiteError::Refused { code: 60, text: format!("{missing} does not exist") });
            }
            let mut state = self.state();
            let at = state.create_faults.iter().position(|(name, _)| *name == resource.name);
            let fault = at.and_then(|at| state.create_faults.remove(at)).map(|(_, error)| error);
            if let Some(error) = fault.clone().filter(SiteError::is_certain) {
                return Err(error);
            }
            let definition = text.expose().to_owned();
            let server_id = resource.kind.is_rest_only().then(|| {
                state.n_ids += 1;
                format!("id-{}", state.n_ids)
            });
            let columns = if resource.kind.holds_rows() { columns_of_streams() } else { Vec::new() };
            let is_running = resource.kind == ResourceKind::Source;
            let rows = state
                .filled_at_creation
                .get(&resource.name)
                .map(|n_rows| Rows { n: *n_rows, ..Rows::default() })
                .into_iter()
                .collect();
            let gone_from = None;
            let thing = Thing { definition, columns, rows, server_id: server_id.clone(), is_running, gone_from };
            state.things.insert(resource.clone(), thing);
            fault.map_or(Ok(server_id), Err)
        }
        .boxed()
    }

    fn remove<'a>(&'a self, resource: &'a ResourceName, _server_id: Option<&'a str>) -> Answer<'a, ()> {
        async move {
            if let Some(dependent) = self.dependent_of(resource) {
                let text = format!("cannot drop {}, because {dependent} depends on it", resource.path());
                return Err(SiteError::Refused { code: 630, text });
            }
            let mut state = self.state();
            let gone_from = Some(Instant::now() + state.drop_takes);
            state.things.get_mut(resource).ok_or_else(|| self.unknown(resource))?.gone_from = gone_from;
            Ok(())
        }
        .boxed()
    }

    fn count<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, u64> {
        async move { self.visible(resource) }.boxed()
    }

    fn count_in<'a>(&'a self, stream: &'a ResourceName, rows: &SliceRows) -> Answer<'a, u64> {
        let rows = rows.clone();
        async move { Ok(self.visible_in(stream, &rows)?.iter().map(|rows| rows.n).sum()) }.boxed()
    }

    fn span_by_day<'a>(&'a self, stream: &'a ResourceName) -> Answer<'a, Option<TimeSpan>> {
        async move {
            let rows = self.visible_in(stream, &SliceRows::ALL)?;
            let moments = || rows.iter().map(|rows| rows.at_ms);
            let (Some(first_ms), Some(last_ms)) = (moments().min(), moments().max()) else { return Ok(None) };
            Ok(Some(TimeSpan { first_ms, last_ms }))
        }
        .boxed()
    }

    fn histogram<'a>(&'a self, stream: &'a ResourceName, range: TimeRange, width_ms: i64) -> Answer<'a, Vec<Bucket>> {
        async move {
            let mut buckets: BTreeMap<i64, Bucket> = BTreeMap::new();
            for rows in self.visible_in(stream, &range.into())? {
                let from_ms = rows.at_ms.div_euclid(width_ms) * width_ms;
                let bucket = buckets.entry(from_ms).or_insert(Bucket { from_ms, n_rows: 0, n_partitions: 1 });
                bucket.n_rows += rows.n;
            }
            Ok(buckets.into_values().collect())
        }
        .boxed()
    }

    fn bucket_digests<'a>(&'a self, question: &'a Question, bucketing: Bucketing) -> Answer<'a, Vec<BucketDigest>> {
        async move {
            let mut digests: BTreeMap<i64, BucketDigest> = BTreeMap::new();
            for rows in self.visible_in(&question.stream, &question.range.into())? {
                let bucket = match bucketing {
                    Bucketing::Time { width_ms } => rows.at_ms.div_euclid(width_ms) * width_ms,
                    Bucketing::Parts { of } => i64::try_from(rows.digest() % of).unwrap(),
                };
                let digest = digests.entry(bucket).or_insert(BucketDigest { bucket, ..BucketDigest::default() });
                digest.n_rows += rows.n;
                digest.digest = digest.digest.wrapping_add(rows.digest().wrapping_mul(rows.n));
            }
            Ok(digests.into_values().collect())
        }
        .boxed()
    }

    fn row_digests<'a>(&'a self, question: &'a Question, _limit: u64) -> Answer<'a, Vec<RowDigest>> {
        async move {
            let row = |rows: Rows| RowDigest {
                place: rows.digest(),
                digest: rows.digest(),
                n_rows: rows.n,
                shown: format!("_tp_time = {}", rows.at_ms),
            };
            Ok(self.visible_in(&question.stream, &question.range.into())?.into_iter().map(row).collect())
        }
        .boxed()
    }

    fn delete_in<'a>(&'a self, stream: &'a ResourceName, asked: &SliceRows) -> Answer<'a, ()> {
        let asked = asked.clone();
        async move {
            let gone_from = Some(Instant::now() + self.flush());
            let mut state = self.state();
            state.n_deletes += 1;
            let all = &mut state.things.get_mut(stream).unwrap().rows;
            let (in_range, mut rest): (Vec<Rows>, Vec<Rows>) =
                all.drain(..).partition(|rows| asked.range.contains(rows.at_ms) && !rows.is_deleted());
            let wanted = asked.part.as_ref().map(|hashed| hashed.part);
            let parts = in_range.into_iter().flat_map(|rows| rows.in_parts_like(wanted));
            rest.extend(parts.map(|rows| match wanted.is_none() || rows.part == wanted {
                true => Rows { gone_from, ..rows },
                false => rows,
            }));
            *all = rest;
            Ok(())
        }
        .boxed()
    }

    fn columns<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, Vec<CapturedColumn>> {
        async move {
            let state = self.state();
            let columns = state.things[resource].columns.clone().into_iter();
            let column = |(name, data_type)| CapturedColumn {
                name,
                data_type,
                default_kind: String::new(),
                default_expression: String::new(),
            };
            Ok(columns.map(column).collect())
        }
        .boxed()
    }

    fn flush_interval<'a>(&'a self, _resource: &'a ResourceName) -> Answer<'a, Duration> {
        async move { Ok(self.flush()) }.boxed()
    }

    fn insert_select<'a>(&'a self, insert: &'a InsertSelect, progress: ProgressSink<'a>) -> BoxFuture<'a, InsertEnd> {
        self.counted(self.insert(insert, progress)).boxed()
    }

    fn relay_into<'a>(
        &'a self,
        target: &'a dyn Site,
        insert: &'a InsertSelect,
        progress: ProgressSink<'a>,
    ) -> BoxFuture<'a, InsertEnd> {
        let target: &dyn Any = target;
        let target = target.downcast_ref::<World>().expect("both are in memory");
        target.counted(target.relay(self, insert, progress)).boxed()
    }

    fn query_is_running<'a>(&'a self, query: &'a QueryId) -> Answer<'a, bool> {
        async move { Ok(self.state().running.contains(query)) }.boxed()
    }

    fn cancel_query<'a>(&'a self, query: &'a QueryId) -> Answer<'a, ()> {
        async move {
            self.state().running.retain(|running| running != query);
            Ok(())
        }
        .boxed()
    }

    fn is_running<'a>(&'a self, resource: &'a ResourceName, _server_id: Option<&'a str>) -> Answer<'a, bool> {
        async move { Ok(self.runs(resource)) }.boxed()
    }

    fn set_running<'a>(
        &'a self,
        resource: &'a ResourceName,
        _server_id: Option<&'a str>,
        wanted: Running,
    ) -> Answer<'a, ()> {
        async move {
            self.state().things.get_mut(resource).unwrap().is_running = wanted == Running::Started;
            Ok(())
        }
        .boxed()
    }

    fn hidden_from_user(&self) -> Answer<'_, Vec<String>> {
        async move { Ok(self.state().hidden.clone()) }.boxed()
    }

    fn first_row<'a>(&'a self, sql: &'a str) -> Answer<'a, Vec<String>> {
        if sql.contains("1000003") && self.state().hashes_otherwise {
            return async move { Ok(vec!["another number".into()]) }.boxed();
        }
        async move { Ok(vec!["r-1".into(), "bert (console-b)".into()]) }.boxed()
    }
}
