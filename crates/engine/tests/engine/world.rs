//! Two deployments in memory that can do wrong what real ones do: lose answers, lose rows, be slow.

// The crate's own tests use these files too, so their places are written out.
#[path = "world/insert.rs"]
mod insert;
#[path = "world/site.rs"]
mod site;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use ferry_engine::{InsertSelect, SiteError, SliceRows};
use ferry_model::{Product, QueryId, ResourceKind, ResourceName, SlicePart, Version};
use tokio::time::Instant;

pub use insert::{Fault, block_size};

/// After how long rows are seen, in every stream of these deployments, unless a test says otherwise.
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
    /// The part of a moment that they were copied as.
    pub part: Option<SlicePart>,
    /// The moment from which they are seen.
    pub seen_from: Option<Instant>,
    /// The moment from which they are deleted.
    pub gone_from: Option<Instant>,
}

#[derive(Default)]
struct State {
    things: BTreeMap<ResourceName, Thing>,
    /// What goes wrong with the next INSERTs, one after the other.
    faults: VecDeque<Option<Fault>>,
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
    flush: Option<Duration>,
    hashes_otherwise: bool,
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

    /// A source on which nothing can be paused.
    pub fn proton_source() -> Arc<Self> {
        Arc::new(Self { version: Version::new(1, 6, 9), product: Product::Proton, ..Self::new("source", None) })
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

    /// What is there has this definition.
    pub fn define(&self, resource: &ResourceName, definition: &str) {
        self.state().things.get_mut(resource).unwrap().definition = definition.into();
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

    /// It computes other hashes than others do.
    pub fn hash_otherwise(&self) {
        self.state().hashes_otherwise = true;
    }

    /// Rows are seen after so long.
    pub fn set_flush(&self, time: Duration) {
        self.state().flush = Some(time);
    }

    fn flush(&self) -> Duration {
        self.state().flush.unwrap_or(FLUSH)
    }

    fn write(&self, stream: &ResourceName, rows: &[Rows]) {
        let seen_from = Some(Instant::now() + self.flush());
        let rows = rows.iter().map(|rows| Rows { seen_from, gone_from: None, ..*rows });
        self.state().things.get_mut(stream).unwrap().rows.extend(rows);
    }

    /// Rows that are seen at once.
    pub fn add_seen_rows(&self, stream: &ResourceName, n_rows: u64) {
        self.state().things.get_mut(stream).unwrap().rows.push(Rows { n: n_rows, ..Rows::default() });
    }

    /// Rows of one moment that are seen at once.
    pub fn add_rows_at(&self, stream: &ResourceName, n: u64, at_ms: i64) {
        self.state().things.get_mut(stream).unwrap().rows.push(Rows { n, at_ms, ..Rows::default() });
    }

    /// One row that is there becomes another one of nearly the same time.
    pub fn damage_a_row(&self, stream: &ResourceName, at_ms: i64) {
        let mut state = self.state();
        let rows = &mut state.things.get_mut(stream).unwrap().rows;
        let is_it = |rows: &&mut Rows| rows.at_ms == at_ms && rows.n > 0 && !rows.is_deleted();
        rows.iter_mut().find(is_it).expect("a row of that moment").n -= 1;
        rows.push(Rows { n: 1, at_ms: at_ms + 1, ..Rows::default() });
    }

    /// How many rows of a moment are there.
    pub fn rows_at(&self, stream: &ResourceName, at_ms: i64) -> u64 {
        let state = self.state();
        let here = state.things[stream].rows.iter().filter(|rows| rows.at_ms == at_ms && !rows.is_deleted());
        here.map(|rows| rows.n).sum()
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
        self.state().faults.extend(faults.into_iter().map(Some));
    }

    /// What the next INSERTs do, one after the other.
    pub fn plan_inserts(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.state().faults.extend(faults);
    }

    /// From now on everything goes well.
    pub fn nothing_goes_wrong(&self) {
        let mut state = self.state();
        state.faults.clear();
        state.create_faults.clear();
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
        Ok(self.visible_in(stream, &SliceRows::ALL)?.iter().map(|rows| rows.n).sum())
    }

    fn visible_in(&self, stream: &ResourceName, asked: &SliceRows) -> Result<Vec<Rows>, SiteError> {
        let found = self.state().things.get(stream).filter(|thing| !thing.is_gone()).cloned();
        let thing = found.ok_or_else(|| self.unknown(stream))?;
        if let Some(remote) = helper_remote(&thing) {
            let source = self.remote.as_ref().expect("only the target has helpers");
            let mut rows = source.visible_in(&remote, asked)?;
            rows.push(Rows { n: *self.helper_adds.lock().unwrap(), ..Rows::default() });
            return Ok(rows);
        }
        let is_seen = |rows: &Rows| rows.seen_from.is_none_or(|moment| moment <= Instant::now());
        let in_range = |rows: &&Rows| asked.range.contains(rows.at_ms) && is_seen(rows) && !rows.is_deleted();
        let part = asked.part.as_ref().map(|hashed| hashed.part);
        Ok(thing.rows.iter().filter(in_range).map(|rows| rows.of_part(part)).collect())
    }

    /// Something that reads from a resource.
    fn dependent_of(&self, resource: &ResourceName) -> Option<String> {
        let reads = |thing: &Thing| !thing.is_gone() && names_read(&thing.definition).contains(&resource.path());
        self.state().things.iter().find(|(_, thing)| reads(thing)).map(|(name, _)| name.path())
    }

    fn unknown(&self, resource: &ResourceName) -> SiteError {
        SiteError::Refused { code: 60, text: format!("{} on {} does not exist", resource.path(), self.name) }
    }
}

impl Rows {
    /// Stands for the hash of every one of them.
    fn digest(&self) -> u64 {
        (self.at_ms.cast_unsigned() ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xff51_afd7_ed55_8ccd)
    }

    /// Those of a part of their moment: every so many of the source's rows, and exactly those that were copied as that
    /// part on the target.
    fn of_part(self, wanted: Option<SlicePart>) -> Self {
        let n = match (wanted, self.part) {
            (None, _) => return self,
            (Some(wanted), Some(part)) if part.of == wanted.of => {
                if part == wanted {
                    self.n
                } else {
                    0
                }
            }
            (Some(SlicePart { part, of }), _) => {
                let (part, of) = (u64::from(part), u64::from(of));
                self.n / of + u64::from(part < self.n % of)
            }
        };
        Self { n, part: wanted, ..self }
    }

    /// The same rows, each with its part.
    fn in_parts_like(self, wanted: Option<SlicePart>) -> Vec<Self> {
        match (wanted, self.part) {
            (None, _) => vec![self],
            (Some(wanted), Some(part)) if wanted.of == part.of => vec![self],
            (Some(SlicePart { of, .. }), _) => {
                (0..of).map(|part| Self { part: None, ..self }.of_part(Some(SlicePart { part, of }))).collect()
            }
        }
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

fn columns_of_streams() -> Vec<(String, String)> {
    let columns = [("id", "int64"), ("_tp_time", "datetime64(3, 'UTC')")];
    columns.iter().map(|(name, data_type)| ((*name).to_owned(), (*data_type).to_owned())).collect()
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
