//! Two deployments in memory that can do wrong what real ones do: lose answers, lose rows, be slow.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use ferry_engine::{
    Answer, Bucket, BucketDigest, Bucketing, InsertEnd, InsertSelect, ProgressSink, Question, RowDigest, Running, Site,
    SiteError, TimeSpan, Written,
};
use ferry_model::{CapturedColumn, DeploymentInfo, Product, QueryId, ResourceKind, ResourceName, TimeRange, Version};
use ferry_timeplus::FilledDefinition;
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::time::Instant;

/// After how long rows are seen, in every stream of these deployments.
pub const FLUSH: Duration = Duration::from_millis(4);
const DAY_MS: i64 = 86_400_000;

/// One thing that exists.
#[derive(Debug, Clone, Default)]
pub struct Thing {
    pub definition: String,
    pub columns: Vec<(String, String)>,
    pub rows: Vec<Rows>,
    pub server_id: Option<String>,
    pub is_running: bool,
    /// The moment from which it is gone.
    pub gone_from: Option<Instant>,
}

/// Rows that came together.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rows {
    pub n: u64,
    /// Their `_tp_time`.
    pub at_ms: i64,
    /// The moment from which they are seen.
    pub seen_from: Option<Instant>,
    /// The moment from which they are deleted.
    pub gone_from: Option<Instant>,
}

/// What goes wrong with one INSERT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Half of the rows are written, then the connection is gone and the query goes on until it is cancelled.
    LostWhileRunning,
    /// All rows are written, and the answer is lost.
    LostAfterwards,
    /// Says that it finished, and half of the rows never appear.
    FinishedShort,
    /// Ends with an error after half of the rows.
    RefusedHalfway,
    /// Refuses blocks of more rows than this.
    TooLargeAbove(u64),
    /// Goes on until it is cancelled.
    NeverEnds,
}

#[derive(Default)]
struct State {
    things: BTreeMap<ResourceName, Thing>,
    faults: VecDeque<Fault>,
    create_faults: VecDeque<(String, SiteError)>,
    hidden: Vec<String>,
    filled_at_creation: BTreeMap<String, u64>,
    running: Vec<QueryId>,
    statements: Vec<InsertSelect>,
    n_ids: u32,
    n_at_once: usize,
    most_at_once: usize,
    n_deletes: usize,
    inserts_are_held: bool,
    drop_takes: Duration,
    creation_takes: BTreeMap<String, Duration>,
}

/// A deployment in memory.
pub struct World {
    name: &'static str,
    version: Version,
    product: Product,
    state: Mutex<State>,
    remote: Option<Arc<World>>,
    /// How many rows the helper adds to what the source holds.
    pub helper_adds: Mutex<u64>,
}

impl World {
    pub fn source() -> Arc<Self> {
        Arc::new(Self::new("source", None))
    }

    pub fn target(source: &Arc<Self>) -> Arc<Self> {
        Arc::new(Self::new("target", Some(source.clone())))
    }

    pub fn old_proton(source: &Arc<Self>) -> Arc<Self> {
        let world = Self::new("target", Some(source.clone()));
        Arc::new(Self { version: Version::new(1, 5, 18), product: Product::Proton, ..world })
    }

    fn new(name: &'static str, remote: Option<Arc<World>>) -> Self {
        let (version, product) = (Version::new(2, 8, 1), Product::Enterprise);
        Self { name, version, product, state: Mutex::default(), remote, helper_adds: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Puts a stream with rows there, as if it had always been.
    pub fn put_stream(&self, stream: &ResourceName, n_rows: u64) {
        let columns = columns_of_streams();
        let rows = vec![Rows { n: n_rows, ..Rows::default() }];
        self.state().things.insert(stream.clone(), Thing { columns, rows, ..Thing::default() });
    }

    /// Puts a stream with so many rows on each of so many days there.
    pub fn put_stream_over_days(&self, stream: &ResourceName, n_days: i64, n_each: u64) {
        let on_day = |day: i64| Rows { n: n_each, at_ms: day * DAY_MS, ..Rows::default() };
        self.put_stream(stream, 0);
        self.state().things.get_mut(stream).unwrap().rows = (0..n_days).map(on_day).collect();
    }

    /// Puts a source or sink there that runs.
    pub fn put_running(&self, resource: &ResourceName, server_id: &str) {
        let thing = Thing { server_id: Some(server_id.into()), is_running: true, ..Thing::default() };
        self.state().things.insert(resource.clone(), thing);
    }

    pub fn put(&self, resource: &ResourceName) {
        self.state().things.insert(resource.clone(), Thing::default());
    }

    /// Puts a view there that somebody else made.
    pub fn put_view(&self, view: &ResourceName, from: &str) {
        let definition = format!("CREATE VIEW {} AS SELECT id FROM {from} ", view.path());
        self.state().things.insert(view.clone(), Thing { definition, ..Thing::default() });
    }

    /// A creation of this name takes so long.
    pub fn set_creation_takes(&self, name: &str, time: Duration) {
        self.state().creation_takes.insert(name.into(), time);
    }

    fn write(&self, stream: &ResourceName, rows: &[Rows]) {
        let seen_from = Some(Instant::now() + FLUSH);
        let rows = rows.iter().map(|rows| Rows { seen_from, gone_from: None, ..*rows });
        self.state().things.get_mut(stream).unwrap().rows.extend(rows);
    }

    /// Rows that are seen at once.
    pub fn add_seen_rows(&self, stream: &ResourceName, n_rows: u64) {
        self.state().things.get_mut(stream).unwrap().rows.push(Rows { n: n_rows, ..Rows::default() });
    }

    /// A stream of this name holds rows as soon as it is created, because something writes to it.
    pub fn fill_at_creation(&self, name: &str, n_rows: u64) {
        self.state().filled_at_creation.insert(name.into(), n_rows);
    }

    pub fn change_type(&self, stream: &ResourceName, column: usize, data_type: &str) {
        self.state().things.get_mut(stream).unwrap().columns[column].1 = data_type.into();
    }

    pub fn hide(&self, sentence: &str) {
        self.state().hidden.push(sentence.into());
    }

    pub fn fail_next_inserts(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state().faults.extend(faults);
    }

    /// The next creation of a name fails so; where the outcome is unknown, it is made nevertheless.
    pub fn fail_creation(&self, name: &str, error: SiteError) {
        self.state().create_faults.push_back((name.into(), error));
    }

    pub fn set_drop_takes(&self, time: Duration) {
        self.state().drop_takes = time;
    }

    /// Names of everything that exists now, in order.
    pub fn names(&self) -> Vec<String> {
        let state = self.state();
        let here = state.things.iter().filter(|(_, thing)| !thing.is_gone());
        let mut names: Vec<String> = here.map(|(name, _)| name.path()).collect();
        names.sort();
        names
    }

    pub fn has(&self, resource: &ResourceName) -> bool {
        self.state().things.get(resource).is_some_and(|thing| !thing.is_gone())
    }

    pub fn runs(&self, resource: &ResourceName) -> bool {
        self.state().things.get(resource).is_some_and(|thing| thing.is_running)
    }

    /// All rows of a stream, seen or not.
    pub fn rows(&self, stream: &ResourceName) -> u64 {
        self.state()
            .things
            .get(stream)
            .map_or(0, |thing| thing.rows.iter().filter(|rows| !rows.is_deleted()).map(|rows| rows.n).sum())
    }

    pub fn statements(&self) -> Vec<InsertSelect> {
        self.state().statements.clone()
    }

    /// Queries that run.
    pub fn n_running(&self) -> usize {
        self.state().running.len()
    }

    /// INSERTs begin and write nothing until they are let go.
    pub fn hold_inserts(&self, are_held: bool) {
        self.state().inserts_are_held = are_held;
    }

    /// How often rows were deleted.
    pub fn n_deletes(&self) -> usize {
        self.state().n_deletes
    }

    pub fn most_inserts_at_once(&self) -> usize {
        self.state().most_at_once
    }

    fn visible(&self, stream: &ResourceName) -> Result<u64, SiteError> {
        Ok(self.visible_in(stream, TimeRange::ALL)?.iter().map(|rows| rows.n).sum())
    }

    fn visible_in(&self, stream: &ResourceName, range: TimeRange) -> Result<Vec<Rows>, SiteError> {
        let found = self.state().things.get(stream).filter(|thing| !thing.is_gone()).cloned();
        let thing = found.ok_or_else(|| self.unknown(stream))?;
        if let Some(remote) = helper_remote(&thing) {
            let source = self.remote.as_ref().expect("only the target has helpers");
            let mut rows = source.visible_in(&remote, range)?;
            rows.push(Rows { n: *self.helper_adds.lock().unwrap(), ..Rows::default() });
            return Ok(rows);
        }
        let is_seen = |rows: &Rows| rows.seen_from.is_none_or(|moment| moment <= Instant::now());
        let in_range = |rows: &&Rows| range.contains(rows.at_ms) && is_seen(rows) && !rows.is_deleted();
        Ok(thing.rows.iter().filter(in_range).copied().collect())
    }

    /// Something that reads from a resource.
    fn dependent_of(&self, resource: &ResourceName) -> Option<String> {
        let reads = |thing: &Thing| !thing.is_gone() && names_read(&thing.definition).contains(&resource.path());
        self.state().things.iter().find(|(_, thing)| reads(thing)).map(|(name, _)| name.path())
    }

    fn unknown(&self, resource: &ResourceName) -> SiteError {
        SiteError::Refused { code: 60, text: format!("{} on {} does not exist", resource.path(), self.name) }
    }

    async fn insert(&self, insert: &InsertSelect, progress: ProgressSink<'_>) -> InsertEnd {
        let (stream, helper) = names_in(&insert.sql);
        self.state().statements.push(insert.clone());
        let Ok(rows) = self.visible_in(&helper, insert.range) else {
            return InsertEnd::Refused(self.unknown(&helper));
        };
        let n_rows: u64 = rows.iter().map(|rows| rows.n).sum();
        let half = half_of(&rows);
        let fault = self.state().faults.pop_front();
        self.state().running.push(insert.query.clone());
        progress(Written { rows: n_rows, bytes: n_rows * 8 });
        tokio::time::sleep(Duration::from_millis(1)).await;
        let lost = || SiteError::Unknown { text: "connection reset".into() };
        let end = match fault {
            None => {
                self.write(&stream, &rows);
                InsertEnd::Finished
            }
            Some(Fault::LostWhileRunning) => {
                self.write(&stream, &half);
                return InsertEnd::Unknown(lost());
            }
            Some(Fault::LostAfterwards) => {
                self.write(&stream, &rows);
                InsertEnd::Unknown(lost())
            }
            Some(Fault::FinishedShort) => {
                self.write(&stream, &half);
                InsertEnd::Finished
            }
            Some(Fault::RefusedHalfway) => {
                self.write(&stream, &half);
                InsertEnd::Refused(SiteError::Refused {
                    code: 241,
                    text: "memory limit, password='s3cret-word'".into(),
                })
            }
            Some(Fault::TooLargeAbove(limit)) if block_size(insert) > limit => {
                self.state().faults.push_front(Fault::TooLargeAbove(limit));
                self.write(&stream, &half);
                InsertEnd::Refused(SiteError::Refused { code: 0, text: "TOO_LARGE_RECORD".into() })
            }
            Some(Fault::TooLargeAbove(_)) => {
                self.write(&stream, &rows);
                InsertEnd::Finished
            }
            Some(Fault::NeverEnds) => {
                self.write(&stream, &half);
                insert.cancel.cancelled().await;
                InsertEnd::Cancelled
            }
        };
        self.state().running.retain(|query| *query != insert.query);
        end
    }
}

impl Rows {
    /// Stands for the hash of every one of them.
    fn digest(&self) -> u64 {
        (self.at_ms.cast_unsigned() ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xff51_afd7_ed55_8ccd)
    }

    fn is_deleted(&self) -> bool {
        self.gone_from.is_some_and(|moment| moment <= Instant::now())
    }
}

impl Thing {
    fn is_gone(&self) -> bool {
        self.gone_from.is_some_and(|moment| moment <= Instant::now())
    }
}

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

    fn count_in<'a>(&'a self, stream: &'a ResourceName, range: TimeRange) -> Answer<'a, u64> {
        async move { Ok(self.visible_in(stream, range)?.iter().map(|rows| rows.n).sum()) }.boxed()
    }

    fn span_by_day<'a>(&'a self, stream: &'a ResourceName) -> Answer<'a, Option<TimeSpan>> {
        async move {
            let rows = self.visible_in(stream, TimeRange::ALL)?;
            let moments = || rows.iter().map(|rows| rows.at_ms);
            let (Some(first_ms), Some(last_ms)) = (moments().min(), moments().max()) else { return Ok(None) };
            Ok(Some(TimeSpan { first_ms, last_ms }))
        }
        .boxed()
    }

    fn histogram<'a>(&'a self, stream: &'a ResourceName, range: TimeRange, width_ms: i64) -> Answer<'a, Vec<Bucket>> {
        async move {
            let mut buckets: BTreeMap<i64, Bucket> = BTreeMap::new();
            for rows in self.visible_in(stream, range)? {
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
            for rows in self.visible_in(&question.stream, question.range)? {
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
            Ok(self.visible_in(&question.stream, question.range)?.into_iter().map(row).collect())
        }
        .boxed()
    }

    fn delete_in<'a>(&'a self, stream: &'a ResourceName, range: TimeRange) -> Answer<'a, ()> {
        async move {
            let mut state = self.state();
            state.n_deletes += 1;
            let rows = &mut state.things.get_mut(stream).unwrap().rows;
            for rows in rows.iter_mut().filter(|rows| range.contains(rows.at_ms)) {
                rows.gone_from = Some(Instant::now() + FLUSH);
            }
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
        async move { Ok(FLUSH) }.boxed()
    }

    fn insert_select<'a>(&'a self, insert: &'a InsertSelect, progress: ProgressSink<'a>) -> BoxFuture<'a, InsertEnd> {
        async move {
            {
                let mut state = self.state();
                state.n_at_once += 1;
                state.most_at_once = state.most_at_once.max(state.n_at_once);
            }
            while self.state().inserts_are_held {
                tokio::task::yield_now().await;
            }
            let end = self.insert(insert, progress).await;
            self.state().n_at_once -= 1;
            end
        }
        .boxed()
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

    fn first_row<'a>(&'a self, _sql: &'a str) -> Answer<'a, Vec<String>> {
        async move { Ok(vec!["r-1".into(), "bert (console-b)".into()]) }.boxed()
    }
}

fn columns_of_streams() -> Vec<(String, String)> {
    let columns = [("id", "int64"), ("_tp_time", "datetime64(3, 'UTC')")];
    columns.iter().map(|(name, data_type)| ((*name).to_owned(), (*data_type).to_owned())).collect()
}

/// The first half of rows.
fn half_of(rows: &[Rows]) -> Vec<Rows> {
    let mut left = rows.iter().map(|rows| rows.n).sum::<u64>() / 2;
    let mut half = Vec::new();
    for rows in rows {
        let n = rows.n.min(left);
        left -= n;
        half.push(Rows { n, ..*rows });
    }
    half
}

/// What a definition reads from, by path.
fn names_read(definition: &str) -> Vec<String> {
    definition.split(" FROM ").skip(1).filter_map(|rest| rest.split(' ').next()).map(str::to_owned).collect()
}

/// The stream on the source that a helper reads.
fn helper_remote(thing: &Thing) -> Option<ResourceName> {
    let setting = |name: &str| {
        let rest = thing.definition.split(&format!(" {name} = '")).nth(1)?;
        rest.split('\'').next().map(str::to_owned)
    };
    thing.definition.contains("type = 'timeplus'").then_some(())?;
    Some(ResourceName::in_database(ResourceKind::Stream, setting("db")?, setting("stream")?))
}

/// The stream that an INSERT writes and the helper that it reads.
fn names_in(sql: &str) -> (ResourceName, ResourceName) {
    let parts: Vec<&str> = sql.split('`').collect();
    let read = sql.split("table(`").nth(1).expect("it reads a table").split('`').collect::<Vec<_>>();
    let stream = ResourceName::in_database(ResourceKind::Stream, parts[1], parts[3]);
    (stream, ResourceName::in_database(ResourceKind::ExternalStream, read[0], read[2]))
}

/// The rows of one block that an INSERT asks for.
pub fn block_size(insert: &InsertSelect) -> u64 {
    let setting = insert.settings.iter().find(|(name, _)| name == "max_block_size").expect("a block size");
    setting.1.parse().expect("a number")
}
