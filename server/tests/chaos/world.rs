//! What all trials share: the source, the network, and the plans.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::process::Command;

use crate::PATIENCE;
use crate::choice::{Kind, Size};
use crate::commands::{Carrier, Desk};
use crate::dice::Dice;
use crate::oracle::{Held, Oracle, STREAMS};
use crate::proxy::{Gate, Link, Proxy};
use crate::sandbox::{PASSWORD, Ports, Sandbox, USER, ferry};

/// Numbers in braces are what is scaled.
const WORKLOAD: &str = include_str!("workload.sql");
/// Rows of one block, and the most that a larger workload gets.
const BLOCK_ROWS: u64 = 1_000;
const MAX_BLOCK_ROWS: u64 = 50_000;
/// Rows of one slice: `orders` becomes about a dozen.
const SLICE_ROWS: u64 = 4_000;
/// How long between two looks at a source that is loaded: several flush intervals.
const LOOK: Duration = Duration::from_millis(200);
/// How often it must look the same.
const N_ALIKE: u32 = 3;

/// The ways of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    Timeplusd,
    AppServer,
    Relay,
}

impl Way {
    /// The one that a kind of disturbance is for, or one by chance.
    pub fn of(kind: Kind, dice: &mut Dice) -> Self {
        if kind == Kind::Relay { Self::Relay } else { dice.one_of(&[Self::Timeplusd, Self::AppServer]) }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Timeplusd => "timeplusd",
            Self::AppServer => "app server",
            Self::Relay => "relay",
        }
    }

    const fn setting(self) -> &'static str {
        match self {
            Self::Timeplusd => "use_timeplusd_for_data_migration: true",
            Self::AppServer => "use_timeplusd_for_data_migration: false",
            Self::Relay => "copy_through: relay",
        }
    }
}

/// A plan, and what carrying it out takes when nothing happens.
pub struct Planned {
    pub way: &'static str,
    pub plan: PathBuf,
    pub took: Duration,
    pub n_packets: Packets,
}

/// Packets that an undisturbed run sends.
#[derive(Debug, Clone, Copy, Default)]
pub struct Packets {
    pub everywhere: u64,
    pub source: u64,
    pub target: u64,
    pub pull: u64,
}

/// Two deployments' addresses for good, whoever listens behind them.
pub struct World {
    folder: tempfile::TempDir,
    pub source: Sandbox,
    /// What the source holds.
    pub held: Vec<Held>,
    plans: BTreeMap<Way, Planned>,
    pub network: Network,
    size: Size,
    /// Lines for both sides of a configuration.
    further: &'static str,
}

/// The three ways that bytes take.
pub struct Network {
    pub everywhere: Gate,
    pub source: Link,
    pub target: Link,
    pub pull: Link,
    source_ports: [Proxy; 3],
    target_ports: [Proxy; 3],
    pull_port: Proxy,
}

impl World {
    /// Loads the source.
    pub async fn new(size: Size) -> Self {
        Self::with_side(size, "").await
    }

    /// The same with further lines for both sides of the configuration.
    pub async fn with_side(size: Size, further: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let workload = folder.path().join("workload.sql");
        std::fs::write(&workload, scaled(WORKLOAD, size)).expect("a file");
        let source = Sandbox::start(&folder.path().join("source"), workload.to_str().expect("a plain path")).await;
        let oracle = Oracle::of(source.ports.native).await;
        let held = loaded(&oracle, size).await;
        let n_rows: u64 = held.iter().map(|held| held.n_rows).sum();
        println!("{n_rows} rows in {} streams", held.len());
        let network = Network::new().await;
        network.find_source(source.ports);
        Self { folder, source, held, plans: BTreeMap::new(), network, size, further }
    }

    /// Makes the plan of a way, if there is none yet, and carries it out once undisturbed.
    pub async fn prepare(&mut self, way: Way) {
        if !self.plans.contains_key(&way) {
            let planned = self.make_plan(way).await;
            self.plans.insert(way, planned);
        }
    }

    /// A plan that was prepared.
    pub fn plan(&self, way: Way) -> &Planned {
        &self.plans[&way]
    }

    /// A target that is empty, where the plans look for it.
    pub async fn new_target(&self, desk: &Desk) -> Sandbox {
        let target = Sandbox::start(&desk.target_dir(), "empty").await;
        self.network.find_target(target.ports);
        target
    }

    async fn make_plan(&self, way: Way) -> Planned {
        let (name, setting) = (way.name().replace(' ', "-"), way.setting());
        let (config, plan) = (self.path(&format!("{name}.config.yaml")), self.path(&format!("{name}.plan.yaml")));
        let settings = format!(
            "max_block_size: {}\ndrop_migration_external_stream: true\n{setting}\n",
            self.size.of(BLOCK_ROWS).min(MAX_BLOCK_ROWS)
        );
        let text = format!("{}{settings}", self.network.sides(self.further));
        std::fs::write(&config, text).expect("a file");
        let desk = Desk::new();
        let _target = self.new_target(&desk).await;
        let mut command = Command::new(ferry());
        command.arg("plan").arg("-f").arg(&config).arg("-p").arg(&plan).env_remove("FERRY_CONFIG");
        let output = tokio::time::timeout(PATIENCE, command.output()).await.expect("a plan in time");
        let output = output.expect("the binary runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        decide(&plan, self.size.of(SLICE_ROWS));

        self.network.count_from_zero();
        let planned = Planned { way: way.name(), plan, took: Duration::ZERO, n_packets: Packets::default() };
        let began = Instant::now();
        let run = desk.start(Carrier::Command, &planned);
        desk.end(Carrier::Command, run).await.unwrap_or_else(|error| panic!("{error}: {}", desk.said()));
        let planned = Planned { took: began.elapsed(), n_packets: self.network.n_packets(), ..planned };
        println!("undisturbed through {}: {:.1} s, {:?}", way.name(), planned.took.as_secs_f64(), planned.n_packets);
        planned
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// What the source holds when all of the workload can be read: rows are seen a flush interval after their INSERT, and a
/// view's rows after that (copy-safety 11).
async fn loaded(oracle: &Oracle, size: Size) -> Vec<Held> {
    let is_whole = |held: &[Held]| {
        let mut keys = held.iter().zip(&STREAMS);
        keys.all(|(held, stream)| held.n_keys == size.of(stream.n_keys))
    };
    let stands_still = async {
        let (mut before, mut n_alike) = (Vec::new(), 0);
        loop {
            let mut now = Vec::new();
            for stream in &STREAMS {
                now.push(oracle.n_rows(stream).await);
            }
            n_alike = if now == before { n_alike + 1 } else { 0 };
            before = now;
            if n_alike >= N_ALIKE {
                let held = held_by(oracle).await;
                if is_whole(&held) {
                    return held;
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, stands_still).await.expect("the source holds the whole workload in time")
}

/// What a deployment holds of every stream.
pub async fn held_by(oracle: &Oracle) -> Vec<Held> {
    let mut all = Vec::new();
    for stream in &STREAMS {
        all.push(oracle.held(stream).await.unwrap_or_else(|| panic!("{} is missing", stream.name)));
    }
    all
}

/// The workload with every number in braces made larger or smaller.
fn scaled(workload: &str, size: Size) -> String {
    let mut parts = workload.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('}').expect("a brace is closed");
        let number: u64 = number.parse().expect("a number in braces");
        text.push_str(&format!("{}{rest}", size.of(number)));
    }
    text
}

/// As a person edits the plan: small slices, and the rows of the view without INTO left out.
fn decide(plan: &Path, slice_rows: u64) {
    let text = std::fs::read_to_string(plan).expect("a plan");
    let text = text.replace("inner_rows: undecided", "inner_rows: leave_out");
    let n_sliced = text.matches("slice_rows: 5000000").count();
    assert_eq!(n_sliced, 3, "both append streams, and the view whose rows are left out, have slices:\n{text}");
    std::fs::write(plan, text.replace("slice_rows: 5000000", &format!("slice_rows: {slice_rows}"))).expect("a file");
}

impl Network {
    async fn new() -> Self {
        let everywhere = Gate::new();
        let (source, target, pull) = (Link::new(&everywhere), Link::new(&everywhere), Link::new(&everywhere));
        let source_ports = [source.proxy().await, source.proxy().await, source.proxy().await];
        let target_ports = [target.proxy().await, target.proxy().await, target.proxy().await];
        let pull_port = pull.proxy().await;
        Self { everywhere, source, target, pull, source_ports, target_ports, pull_port }
    }

    fn find_source(&self, ports: Ports) {
        find(&self.source_ports, ports);
        self.pull_port.forward_to(ports.native);
    }

    fn find_target(&self, ports: Ports) {
        find(&self.target_ports, ports);
    }

    pub fn count_from_zero(&self) {
        for gate in [&self.everywhere, &self.source.gate, &self.target.gate, &self.pull.gate] {
            gate.hold_at(u64::MAX);
        }
    }

    fn n_packets(&self) -> Packets {
        Packets {
            everywhere: self.everywhere.n_packets(),
            source: self.source.gate.n_packets(),
            target: self.target.gate.n_packets(),
            pull: self.pull.gate.n_packets(),
        }
    }

    /// Both sides of a configuration: everything goes through the proxies.
    fn sides(&self, further: &str) -> String {
        let side = |name: &str, [native, app, http]: &[Proxy; 3]| {
            format!(
                "{name}:\n  timeplusd_address: {}\n  app_server_address: http://{}\n  \
                 timeplusd_http_address: http://{}\n  username: {USER}\n  password: {PASSWORD}\n{further}",
                native.address, app.address, http.address
            )
        };
        let source = side("source", &self.source_ports);
        let pull = format!("  address_for_target: {}\n", self.pull_port.address);
        format!("{source}{pull}{}", side("target", &self.target_ports))
    }
}

fn find([native, app, http]: &[Proxy; 3], ports: Ports) {
    native.forward_to(ports.native);
    app.forward_to(ports.app);
    http.forward_to(ports.http);
}
