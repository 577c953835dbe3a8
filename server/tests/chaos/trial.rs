//! One seed: one run, disturbed where the seed says, then brought to its end and looked at.

use std::time::{Duration, Instant};

use tokio::process::Child;

use crate::PATIENCE;
use crate::choice::{Kind, dice};
use crate::commands::{Carrier, Desk};
use crate::dice::Dice;
use crate::oracle::{Difference, Oracle, STREAMS};
use crate::proxy::{Gate, Link, Weather};
use crate::sandbox::Sandbox;
use crate::table::Outcome;
use crate::world::{Planned, Way, World, held_by};

/// Tries one seed.
pub async fn run(world: &mut World, seed: u64, kind: Kind) -> Outcome {
    let mut dice = dice(seed, kind);
    let way = Way::of(kind, &mut dice);
    world.prepare(way).await;
    let desk = if is_on_postgres(seed) { Desk::on_postgres().await } else { Desk::new() };
    let mut target = world.new_target(&desk).await;
    let began = Instant::now();
    let mut trial = Trial { world, desk: &desk, target: &mut target, way, outcome: Outcome::new(seed, kind) };
    trial.carry_out(kind.fault(&mut dice), &mut dice).await;
    let mut outcome = trial.outcome;
    outcome.took = began.elapsed();
    if outcome.is_failed() || std::env::var_os("FERRY_CHAOS_SAY").is_some() {
        outcome.said = desk.said();
    }
    desk.close().await;
    outcome
}

/// Every kind of disturbance in turn with a record on each database.
const fn is_on_postgres(seed: u64) -> bool {
    (seed / Kind::ALL.len() as u64 + seed) % 2 == 1
}

struct Trial<'a> {
    world: &'a mut World,
    desk: &'a Desk,
    target: &'a mut Sandbox,
    way: Way,
    outcome: Outcome,
}

impl Trial<'_> {
    async fn carry_out(&mut self, kind: Kind, dice: &mut Dice) {
        self.outcome.points.push(format!("{} through {}", self.desk.database(), self.plan().way));
        self.world.network.count_from_zero();
        let carrier = match kind {
            Kind::Console => self.kill_console(dice).await,
            _ => self.disturb(kind, dice).await,
        };
        if let Some(carrier) = carrier {
            let process = self.desk.start(carrier, self.plan());
            if let Err(error) = self.desk.end(carrier, process).await {
                self.outcome.problems.push(error);
            }
        }
        self.look_at_claims().await;
        self.compare().await;
    }

    fn plan(&self) -> &Planned {
        self.world.plan(self.way)
    }

    /// Kills the process that carries the run out once, twice or three times. Gives who goes on, if it is not over.
    async fn kill_console(&mut self, dice: &mut Dice) -> Option<Carrier> {
        let n_kills = dice.within(1..4);
        let mut carrier = Carrier::Command;
        let mut n_packets = self.plan().n_packets.everywhere;
        for n_kills_done in 0..n_kills {
            let (packet, after) = (packet_of(n_packets, dice), late(dice));
            let everywhere = self.world.network.everywhere.clone();
            everywhere.hold_at(packet);
            let mut process = self.desk.start(carrier, self.plan());
            let is_held = self.is_held(carrier, &everywhere, &mut process).await;
            if !is_held {
                // What is left was less than the seed thought.
                self.outcome.is_missed |= n_kills_done == 0;
                return None;
            }
            self.outcome.points.push(format!("{} at packet {packet} + {} ms", name_of(carrier), after.as_millis()));
            if !after.is_zero() {
                everywhere.open();
                tokio::time::sleep(after).await;
            }
            process.kill().await.expect("it is killed");
            everywhere.open();
            self.look_at_claims().await;
            // A run that had no first event cannot be taken up by a console.
            let has_begun = !self.desk.record().await.events.is_empty();
            carrier = if has_begun && dice.once_in(3) { Carrier::Console } else { Carrier::Command };
            n_packets = (n_packets / 2).max(2);
        }
        Some(carrier)
    }

    /// Whether the gate holds something before the run is over.
    async fn is_held(&self, carrier: Carrier, gate: &Gate, process: &mut Child) -> bool {
        match carrier {
            Carrier::Command => held_before_its_end(gate, process).await,
            // A console stays when its run is over.
            Carrier::Console => tokio::select! {
                held = held_before_its_end(gate, process) => held,
                _ = self.desk.until_over() => false,
            },
        }
    }

    /// Breaks the network, or kills a deployment and starts it again. Gives who goes on, if it is not over.
    async fn disturb(&mut self, kind: Kind, dice: &mut Dice) -> Option<Carrier> {
        let (gate, n_packets) = self.gate_of(kind);
        let packet = packet_of(n_packets, dice);
        gate.hold_at(packet);
        let mut process = self.desk.start(Carrier::Command, self.plan());
        if !held_before_its_end(&gate, &mut process).await {
            self.outcome.is_missed = true;
            return None;
        }
        let what = match kind {
            Kind::KillSource => kill_and_restart(&mut self.world.source, &gate, dice).await,
            Kind::KillTarget => kill_and_restart(self.target, &gate, dice).await,
            _ => {
                let link = match kind {
                    Kind::NetSource => &self.world.network.source,
                    Kind::NetTarget => &self.world.network.target,
                    _ => &self.world.network.pull,
                };
                break_for_a_while(link, dice).await
            }
        };
        self.outcome.points.push(format!("packet {packet} of {n_packets}: {what}"));
        let ended = self.desk.end(Carrier::Command, process).await;
        self.look_at_claims().await;
        // What is broken may fail, with a reason and a way on; the same command is the way.
        ended.is_err().then_some(Carrier::Command)
    }

    fn gate_of(&self, kind: Kind) -> (Gate, u64) {
        let (network, n_packets) = (&self.world.network, self.plan().n_packets);
        let (gate, n_packets) = match kind {
            Kind::NetSource => (network.source.gate.clone(), n_packets.source),
            Kind::NetTarget => (network.target.gate.clone(), n_packets.target),
            Kind::NetPull => (network.pull.gate.clone(), n_packets.pull),
            _ => (network.everywhere.clone(), n_packets.everywhere),
        };
        // How bytes come in packets differs between runs: the last ones may not come.
        (gate, n_packets * 9 / 10)
    }

    async fn look_at_claims(&mut self) {
        let record = self.desk.record().await;
        let oracle = Oracle::of(self.target.ports.native).await;
        let lies = record.claims_too_much(&self.world.held, &oracle).await;
        self.outcome.n_false_done += lies.len() as u64;
        self.outcome.problems.extend(lies);
    }

    /// Both sides, after the end.
    async fn compare(&mut self) {
        let source = held_by(&Oracle::of(self.world.source.ports.native).await).await;
        if source != self.world.held {
            self.outcome.problems.push("the source has changed".to_owned());
        }
        let oracle = Oracle::of(self.target.ports.native).await;
        for (stream, expected) in STREAMS.iter().zip(&source) {
            let Some(held) = oracle.held(stream).await else {
                self.outcome.n_lost += expected.n_keys;
                self.outcome.problems.push(format!("{} is missing", stream.name));
                continue;
            };
            let Difference { n_lost, n_doubled, differs } = Difference::between(expected, &held);
            self.outcome.n_lost += n_lost;
            self.outcome.n_doubled += n_doubled;
            if differs {
                self.outcome.problems.push(format!("{} holds {held:?} of {expected:?}", stream.name));
            }
        }
        let left = oracle.leftovers().await;
        if !left.is_empty() {
            self.outcome.problems.push(format!("helpers or markers are left: {}", left.join(", ")));
        }
        let record = self.desk.record().await;
        if record.view.state != ferry_model::RunState::Done {
            self.outcome.problems.push(format!("the run is {:?}", record.view.state));
        }
        let again = record.copied_again();
        self.outcome.n_again = again.n_slices;
        if again.n_not_in_flight > 0 {
            self.outcome.problems.push(format!("{} slices were copied again although done", again.n_not_in_flight));
        }
    }
}

/// Whether the gate holds something before the process ends.
async fn held_before_its_end(gate: &Gate, process: &mut Child) -> bool {
    let first = async {
        tokio::select! {
            biased;
            () = gate.holds() => true,
            _ = process.wait() => false,
        }
    };
    tokio::time::timeout(PATIENCE, first).await.expect("packets pass or the run ends")
}

/// Which packet: a share of all, so that a seed means the same moment where their number is a little different.
fn packet_of(n_packets: u64, dice: &mut Dice) -> u64 {
    1 + n_packets * dice.within(0..1_000) / 1_000
}

/// A disturbance comes exactly with a packet, or a little later.
fn late(dice: &mut Dice) -> Duration {
    if dice.once_in(2) { Duration::ZERO } else { Duration::from_millis(dice.within(1..60)) }
}

async fn kill_and_restart(sandbox: &mut Sandbox, gate: &Gate, dice: &mut Dice) -> String {
    let (after, down) = (late(dice), Duration::from_millis(dice.within(0..400)));
    if !after.is_zero() {
        gate.open();
        tokio::time::sleep(after).await;
    }
    sandbox.kill().await;
    gate.open();
    tokio::time::sleep(down).await;
    sandbox.restart().await;
    format!("+ {} ms killed, down for {} ms", after.as_millis(), down.as_millis())
}

async fn break_for_a_while(link: &Link, dice: &mut Dice) -> String {
    let weather = dice.one_of(&[Weather::Cut, Weather::Reset, Weather::Stalled, Weather::Slow]);
    let lasts = match weather {
        Weather::Cut | Weather::Reset => dice.within(50..400),
        _ => dice.within(200..1_500),
    };
    link.set(weather);
    link.gate.open();
    tokio::time::sleep(Duration::from_millis(lasts)).await;
    // Half of what stalls never comes through: the connections were dead.
    let was_dead = weather == Weather::Stalled && dice.once_in(2);
    if was_dead {
        link.set(Weather::Reset);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    link.set(Weather::Clear);
    let weather = format!("{weather:?}").to_lowercase();
    format!("{weather} for {lasts} ms{}", if was_dead { ", then reset" } else { "" })
}

fn name_of(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::Command => "run",
        Carrier::Console => "serve",
    }
}
