//! Two consoles on two machines share one record on PostgreSQL: a run belongs to one of them, and outlives it.

use std::time::Duration;

use crate::choice::Size;
use crate::commands::{Carrier, Desk};
use crate::oracle::Oracle;
use crate::world::{Way, World, held_by};

/// The exit code where a run cannot start: somebody else holds it.
const REFUSED: i32 = 3;
/// How long the second console looks at a run that another one holds: several of its looks.
const LOOK: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_belongs_to_one_console_and_another_machine_goes_on_when_that_one_dies() {
    let first = Desk::on_postgres().await;
    if first.database() != "PostgreSQL" {
        return;
    }
    let mut world = World::new(Size::SHORT).await;
    world.prepare(Way::Timeplusd).await;
    let target = world.new_target(&first).await;
    let planned = world.plan(Way::Timeplusd);
    let everywhere = &world.network.everywhere;
    everywhere.hold_at(planned.n_packets.everywhere / 2);
    let mut holder = first.start(Carrier::Command, planned);
    tokio::time::timeout(crate::PATIENCE, everywhere.holds()).await.expect("the run comes so far");

    let second = first.beside();
    let console = second.start(Carrier::Console, planned);
    let others = second.beside();
    let mut command = others.start(Carrier::Command, planned);
    let refused = tokio::time::timeout(crate::PATIENCE, command.wait()).await.expect("an answer").expect("its end");
    assert_eq!(refused.code(), Some(REFUSED), "the same plan elsewhere: {}", others.said());
    let before = first.record().await.events;
    tokio::time::sleep(LOOK).await;
    assert_eq!(first.record().await.events, before, "the holder stands still, and nobody else goes on");

    holder.kill().await.expect("it is killed");
    everywhere.open();
    if let Err(error) = second.end(Carrier::Console, console).await {
        // The network stood still for longer than a connection may take: a step that wanted one has failed, as it should.
        let record = second.record().await;
        let reasons: Vec<String> =
            record.view.steps.iter().filter_map(|step| step.error.as_ref()).map(ToString::to_string).collect();
        let is_expected = |reason: &String| reason.contains("could not be reached");
        assert!(!reasons.is_empty() && reasons.iter().all(is_expected), "{error}: {reasons:?} {}", second.said());
        let again = second.start(Carrier::Command, planned);
        second.end(Carrier::Command, again).await.unwrap_or_else(|error| panic!("{error}: {}", second.said()));
    }
    assert_eq!(held_by(&Oracle::of(target.ports.native).await).await, world.held);
    first.close().await;
}
