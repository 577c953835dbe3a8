//! Every kind of step is done twice, fails at every point, and is undone twice: the deployments end the same.

use std::sync::{Arc, Mutex};

use ferry_model::{
    Definition, Event, EventBody, LedgerEntry, LedgerState, ResourceKind, ResourceName, SecretMap, Side, StepNumber,
};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::compare::Compare;
use super::copy::{Copy, helper::Helper};
use super::create::Create;
use super::drop::Drop;
use super::stop::Stop;
use super::{RecordRequest, Shared, StepContext, StepError, StepWork};
use crate::past::Past;
use crate::schedule::Limits;
use crate::sql::{self, InsertSettings};
use crate::world::{Fault, World};
use crate::{CopyPath, HelperLogin, Pace};

/// The steps of a saga share deployments and a record that can be cut off.
struct Saga {
    source: Arc<World>,
    target: Arc<World>,
    past: Arc<Mutex<Past>>,
}

impl Saga {
    fn new() -> Self {
        let source = World::source();
        source.put_stream_over_days(&orders(), 10, 10);
        source.put_running(&feed(), "s-1");
        let target = World::target(&source);
        Self { source, target, past: Arc::default() }
    }

    /// Does something with a step while a record keeps so many events.
    async fn with_room<T>(
        &self,
        step: u32,
        room: usize,
        work: impl AsyncFnOnce(&StepContext) -> Result<T, StepError>,
    ) -> Result<T, StepError> {
        let (record, mut requests) = mpsc::channel::<RecordRequest>(64);
        let past = Mutex::new(self.past.lock().unwrap().clone());
        let mut secrets = SecretMap::default();
        secrets.insert(crate::program::SOURCE_PASSWORD_KEY, ferry_model::Secret::new("s3cret-word"));
        let shared = Arc::new(Shared {
            run: "r-1".into(),
            source: Some(self.source.clone()),
            target: self.target.clone(),
            secrets,
            cancel: CancellationToken::new(),
            limits: Limits::of(&ferry_plan::Settings::default()),
            inserts: Semaphore::new(2),
            definitions: tokio::sync::Mutex::default(),
            pace: quick(),
            quiet_since: Mutex::new(Instant::now()),
            past,
            record,
        });
        let context = StepContext { step: StepNumber(step), shared: shared.clone() };
        let mut room = room;
        let keep = async {
            while let Some(RecordRequest { bodies, stored }) = requests.recv().await {
                let Some(left) = room.checked_sub(bodies.len()) else { return };
                room = left;
                for past in [&shared.past, &*self.past] {
                    let mut past = past.lock().unwrap();
                    bodies.iter().for_each(|body| store(&mut past, body));
                }
                if let Some(stored) = stored {
                    stored.send(()).unwrap();
                }
            }
        };
        tokio::select! {
            result = work(&context) => result,
            () = keep => Err(StepError::RecordClosed),
        }
    }

    async fn run(&self, step: u32, work: &dyn StepWork) -> String {
        self.with_room(step, usize::MAX, async |context| work.run(context).await).await.unwrap()
    }

    async fn undo(&self, step: u32, work: &dyn StepWork) {
        self.with_room(step, usize::MAX, async |context| work.undo(context).await).await.unwrap();
    }

    /// Everything that can be seen from outside.
    fn seen(&self) -> (Vec<String>, u64, bool, Vec<String>) {
        let past = self.past.lock().unwrap();
        let mut ledger: Vec<String> = past.ledger.entries.iter().map(|entry| entry.resource.path()).collect();
        ledger.sort();
        (self.target.names(), self.target.rows(&orders()), self.source.runs(&feed()), ledger)
    }
}

fn store(past: &mut Past, body: &EventBody) {
    let seq = past.view.last_seq + 1;
    past.apply(&Event::new(seq, 0, body.clone()));
}

fn quick() -> Pace {
    let ms = std::time::Duration::from_millis;
    Pace { poll_min: ms(1), poll_max: ms(2), still: ms(20), settle: ms(300), ..Pace::default() }
}

fn orders() -> ResourceName {
    ResourceName::in_database(ResourceKind::Stream, "sales", "orders")
}

fn feed() -> ResourceName {
    ResourceName::global(ResourceKind::Source, "feed")
}

fn create() -> Create {
    let definition = Definition::Sql("CREATE STREAM sales.orders (`id` int64)".into());
    Create { resource: orders(), definition, is_stopped_at_once: false, if_exists: ferry_plan::IfExists::Refuse }
}

fn copy() -> Copy {
    let name = ResourceName::in_database(ResourceKind::ExternalStream, "default", "ferry_helper_1");
    let (host, user, password) = ("source:8463".into(), "ferry".into(), ferry_model::Secret::new("s3cret-word"));
    let login = HelperLogin { host, user, password, secure: false };
    let definition = sql::helper(&name, &orders(), None, &login, crate::program::SOURCE_PASSWORD_KEY);
    Copy {
        stream: orders(),
        columns: vec!["id".into(), "_tp_time".into()],
        order_by: vec![],
        settings: InsertSettings { n_threads: 8, n_rows_per_block: 10, is_ordered: false },
        path: CopyPath::Timeplusd,
        helper: Helper { name, definition },
        through: ferry_plan::CopyThrough::Helper,
        drops_helper: false,
        creation: (StepNumber(1), create()),
        slice_rows: None,
        n_slices_in_flight: 3,
        redo: ferry_plan::Redo::Recreate,
        by: crate::RowsBy::Each,
    }
}

/// A copy in five slices, and what happens to one that came out short.
fn sliced(redo: ferry_plan::Redo) -> Copy {
    Copy { slice_rows: Some(20), redo, ..copy() }
}

/// The same two through a relay.
fn relayed(redo: Option<ferry_plan::Redo>) -> Copy {
    Copy { through: ferry_plan::CopyThrough::Relay, ..redo.map_or_else(copy, sliced) }
}

fn compare() -> Compare {
    let spec = ferry_plan::CompareSpec { level: ferry_model::CompareLevel::Checksum, ..Default::default() };
    Compare { stream: orders(), spec, by: crate::RowsBy::Each, copied: Some(copy().columns), catch_up_rounds: 0 }
}

fn stop() -> Stop {
    Stop { side: Side::Source, resource: feed(), server_id: Some("s-1".into()) }
}

fn drop_of(resource: ResourceName) -> Drop {
    let entry = LedgerEntry {
        side: Side::Target,
        resource: resource.clone(),
        step: StepNumber(1),
        state: LedgerState::Created,
        definition_digest: String::new(),
        server_id: None,
    };
    Drop { resource, entry: Some(entry) }
}

/// Every way to copy.
fn copies() -> [Copy; 5] {
    let (delete, recreate) = (ferry_plan::Redo::Delete, ferry_plan::Redo::Recreate);
    [copy(), sliced(delete), sliced(recreate), relayed(None), relayed(Some(delete))]
}

/// A step and its number.
type Numbered = (u32, Box<dyn StepWork>);

/// A step of every kind, and the steps that come before it.
fn sagas() -> Vec<(u32, Box<dyn StepWork>, Vec<Numbered>)> {
    let before = |copied: bool| {
        let mut steps: Vec<Numbered> = vec![(1, Box::new(create()))];
        if copied {
            steps.push((2, Box::new(copy())));
        }
        steps
    };
    vec![
        (1, Box::new(create()), vec![]),
        (2, Box::new(copy()), before(false)),
        (2, Box::new(sliced(ferry_plan::Redo::Delete)), before(false)),
        (2, Box::new(sliced(ferry_plan::Redo::Recreate)), before(false)),
        (2, Box::new(relayed(None)), before(false)),
        (2, Box::new(relayed(Some(ferry_plan::Redo::Delete))), before(false)),
        (3, Box::new(compare()), before(true)),
        (4, Box::new(stop()), vec![]),
        (5, Box::new(drop_of(orders())), before(true)),
    ]
}

async fn prepared(before: &[Numbered]) -> Saga {
    let saga = Saga::new();
    for (step, work) in before {
        saga.run(*step, &**work).await;
    }
    saga
}

#[tokio::test]
async fn a_step_that_is_done_twice_has_its_effect_once() {
    for (step, work, before) in sagas() {
        let saga = prepared(&before).await;
        saga.run(step, &*work).await;
        let once = saga.seen();
        saga.run(step, &*work).await;
        assert_eq!(saga.seen(), once, "step {step}");
    }
}

#[tokio::test]
async fn a_step_that_fails_after_any_event_is_probed_and_done_as_if_nothing_had_happened() {
    for (step, work, before) in sagas() {
        let whole = prepared(&before).await;
        whole.run(step, &*work).await;
        for room in 0.. {
            let saga = prepared(&before).await;
            let cut = saga.with_room(step, room, async |context| work.run(context).await).await;
            if cut.is_ok() {
                break;
            }
            let probed = saga.with_room(step, usize::MAX, async |context| work.probe(context).await).await;
            if let super::Found::NotDone(_) = probed.unwrap() {
                saga.run(step, &*work).await;
            }
            assert_eq!(saga.seen(), whole.seen(), "step {step} after {room} events");
        }
    }
}

#[tokio::test]
async fn a_copy_whose_insert_goes_wrong_at_any_point_holds_every_row_once() {
    let faults = [Fault::LostWhileRunning, Fault::LostAfterwards, Fault::FinishedShort, Fault::TooLargeAbove(3)];
    for work in copies() {
        for (fault, before_it) in faults.into_iter().flat_map(|fault| (0..5).map(move |n| (fault, n))) {
            let saga = prepared(&[(1, Box::new(create()))]).await;
            saga.target.plan_inserts(std::iter::repeat_n(None, before_it).chain([Some(fault)]));
            saga.run(2, &work).await;
            assert_eq!(saga.target.rows(&orders()), 100, "{fault:?} after {before_it} INSERTs");
        }
    }
}

#[tokio::test]
async fn a_copy_that_is_refused_halfway_fails_and_is_whole_after_another_turn() {
    for work in copies() {
        let saga = prepared(&[(1, Box::new(create()))]).await;
        saga.target.fail_next_inserts([Fault::RefusedHalfway]);
        let refused = saga.with_room(2, usize::MAX, async |context| work.run(context).await).await;
        assert!(matches!(refused, Err(StepError::Failed(_))), "{refused:?}");
        saga.run(2, &work).await;
        assert_eq!(saga.target.rows(&orders()), 100);
    }
}

#[tokio::test]
async fn a_step_that_is_undone_twice_leaves_what_was_there_before() {
    for (step, work, before) in sagas().into_iter().filter(|(step, ..)| *step != 5) {
        let saga = prepared(&before).await;
        let at_first = saga.seen();
        saga.run(step, &*work).await;
        for turn in ["first", "second"] {
            saga.undo(step, &*work).await;
            assert_eq!(saga.seen(), at_first, "step {step}, {turn} undo");
        }
    }
}

#[tokio::test]
async fn an_undo_that_fails_after_any_event_can_be_repeated() {
    for (step, work, before) in sagas().into_iter().filter(|(step, ..)| *step != 5) {
        let at_first = prepared(&before).await.seen();
        for room in 0.. {
            let saga = prepared(&before).await;
            saga.run(step, &*work).await;
            let cut = saga.with_room(step, room, async |context| work.undo(context).await).await;
            if cut.is_ok() {
                break;
            }
            saga.undo(step, &*work).await;
            assert_eq!(saga.seen(), at_first, "step {step} after {room} events");
        }
    }
}
