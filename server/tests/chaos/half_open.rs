//! A machine or the way to it vanishes: nothing answers, nothing is refused, and nobody is told. A run notices by the
//! limit to silence that its configuration sets, and does not lose or double a row.

use std::time::Instant;

use ferry_model::EventBody;
use tokio::process::{Child, Command};

use crate::choice::Size;
use crate::commands::{Carrier, Desk};
use crate::oracle::Oracle;
use crate::proxy::{Gate, Link, Weather};
use crate::sandbox::{PASSWORD, Sandbox, USER, ferry};
use crate::world::{Network, Planned, Way, World, held_by};

/// Short, and longer than any answer of a small sandbox takes.
const SIDE: &str = "  silence_limit_seconds: 4\n";
/// How often the same command is given until everything is done.
const N_COMMANDS: u32 = 5;

/// A way of the rows, a part of the network in which something is held, so that a copy is in flight, and the part that
/// vanishes then.
struct Case {
    way: Way,
    held: fn(&Network) -> &Link,
    packet: fn(&Planned) -> u64,
    vanishes: fn(&Network) -> &Link,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_notices_that_nobody_answers_any_more_and_is_brought_to_its_end() {
    let mut world = World::with_side(Size::SHORT, SIDE).await;
    let pulled: fn(&Planned) -> u64 = |planned| planned.n_packets.pull / 2;
    let asked: fn(&Planned) -> u64 = |planned| planned.n_packets.source * 2 / 3;
    for case in [
        Case { way: Way::Timeplusd, held: |n| &n.pull, packet: pulled, vanishes: |n| &n.target },
        Case { way: Way::AppServer, held: |n| &n.pull, packet: pulled, vanishes: |n| &n.target },
        Case { way: Way::Relay, held: |n| &n.source, packet: asked, vanishes: |n| &n.source },
        Case { way: Way::Relay, held: |n| &n.source, packet: asked, vanishes: |n| &n.target },
    ] {
        world.prepare(case.way).await;
        try_one(&world, &case).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn planning_ends_where_the_app_server_of_the_source_falls_silent() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let source = Sandbox::start(&path("source"), "empty").await;
    let link = Link::new(&Gate::new());
    let app = link.proxy().await;
    app.forward_to(source.ports.app);
    link.set(Weather::Vanished);
    let config = format!(
        "source:\n  timeplusd_address: {}\n  app_server_address: http://{}\n  username: {USER}\n  \
         password: {PASSWORD}\n{SIDE}mode: resource_only\n",
        source.ports.native, app.address
    );
    std::fs::write(path("config.yaml"), config).expect("a file");
    let mut command = Command::new(ferry());
    command.arg("plan").arg("-f").arg(path("config.yaml")).arg("-p").arg(path("plan.yaml")).env_remove("FERRY_CONFIG");
    let output = tokio::time::timeout(crate::PATIENCE, command.output()).await.expect("it ends by a limit of its own");
    let output = output.expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(&source.ports.native.to_string()), "{said}");
    assert!(said.contains("timed out") && !path("plan.yaml").exists(), "{said}");
}

async fn try_one(world: &World, case: &Case) {
    let (desk, planned) = (Desk::new(), world.plan(case.way));
    let target = world.new_target(&desk).await;
    world.network.count_from_zero();
    let (held, vanishing) = ((case.held)(&world.network), (case.vanishes)(&world.network));
    held.gate.hold_at((case.packet)(planned));
    let mut run = desk.start(Carrier::Command, planned);
    tokio::time::timeout(crate::PATIENCE, held.gate.holds()).await.expect("the run comes so far");
    let n_events = desk.record().await.events.len();
    vanishing.set(Weather::Vanished);
    held.gate.open();
    let began = Instant::now();
    let noticed = until_noticed(&desk, n_events, &mut run);
    tokio::time::timeout(crate::PATIENCE, noticed).await.expect("it is noticed by a limit of its own");
    vanishing.set(Weather::Clear);
    println!("{}: noticed after {:.1} s", planned.way, began.elapsed().as_secs_f64());

    let oracle = Oracle::of(target.ports.native).await;
    let mut end = desk.end(Carrier::Command, run).await;
    for _ in 1..N_COMMANDS {
        if end.is_ok() {
            break;
        }
        assert_eq!(desk.record().await.claims_too_much(&world.held, &oracle).await, Vec::<String>::new());
        end = desk.end(Carrier::Command, desk.start(Carrier::Command, planned)).await;
    }
    println!("{}: over after {:.1} s", planned.way, began.elapsed().as_secs_f64());
    end.unwrap_or_else(|error| panic!("{error}: {}", desk.said()));
    assert_eq!(held_by(&oracle).await, world.held, "{}", desk.said());
    assert_eq!(oracle.leftovers().await, Vec::<String>::new());
    assert_eq!(desk.record().await.claims_too_much(&world.held, &oracle).await, Vec::<String>::new());
}

/// Waits until the run says that something is not as it should be, or ends.
async fn until_noticed(desk: &Desk, n_events: usize, run: &mut Child) {
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(200));
    loop {
        tokio::select! {
            _ = run.wait() => return,
            _ = looks.tick() => {}
        }
        let events = desk.record().await.events;
        let says = |body: &EventBody| matches!(body, EventBody::Noted { .. } | EventBody::StepFailed { .. });
        if events[n_events..].iter().any(|event| says(&event.body)) {
            return;
        }
    }
}
