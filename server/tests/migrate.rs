//! A whole migration from a script: two sandboxes, the real binary, real sockets.
#![cfg(feature = "sandbox")]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const PASSWORD: &str = "opensesame-7";

/// What the source holds: a stream with rows, a view on it, a materialized view that writes into another stream.
const WORKLOAD: &str = "
CREATE DATABASE sales;
CREATE STREAM sales.orders (id int64, city string, amount nullable(float64));
CREATE STREAM sales.per_city (city string, amount nullable(float64));
CREATE VIEW sales.large AS SELECT id, city FROM sales.orders WHERE amount > 10;
INSERT INTO sales.orders (id, city, amount) VALUES (1, 'Oslo', 5.5), (2, 'Bergen', 20), (3, 'Oslo', NULL);
";

/// A running `ferry sandbox`; it ends with the test.
struct Sandbox {
    process: Child,
    facts: serde_json::Value,
}

impl Sandbox {
    fn start(workload: &str) -> Self {
        let arguments = ["sandbox", "--workload", workload, "--user", "mover", "--password", PASSWORD];
        let mut process = Command::new(env!("CARGO_BIN_EXE_ferry"))
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let output = process.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("a line once it serves");
        let facts = serde_json::from_str(&line).unwrap_or_else(|e| panic!("no line of JSON: {e}: {line:?}"));
        Self { process, facts }
    }

    /// One side of a configuration.
    fn side(&self, name: &str) -> String {
        let mut text = format!("{name}:\n");
        for key in ["timeplusd_address", "app_server_address", "timeplusd_http_address", "username", "password"] {
            let value = self.facts[key].as_str().unwrap_or_else(|| panic!("no {key} in {}", self.facts));
            text.push_str(&format!("  {key}: {value}\n"));
        }
        text
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.process.kill().expect("it was still there");
        self.process.wait().expect("its end");
    }
}

/// A folder with a configuration between two sandboxes.
struct Script {
    folder: tempfile::TempDir,
    source: Sandbox,
    target: Sandbox,
}

impl Script {
    fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let workload = folder.path().join("workload.sql");
        std::fs::write(&workload, WORKLOAD).expect("a file");
        let source = Sandbox::start(workload.to_str().expect("a plain path"));
        let target = Sandbox::start("empty");
        let config = format!("{}{}{settings}", source.side("source"), target.side("target"));
        std::fs::write(folder.path().join("c.yaml"), config).expect("a file");
        Self { folder, source, target }
    }

    fn ferry(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferry"));
        command.args(arguments).current_dir(self.folder.path()).env_remove("FERRY_CONFIG").env_remove("RUST_LOG");
        command.env("FERRY_DATA_DIR", self.path("data")).output().expect("the binary runs")
    }

    /// Runs a command that must end with a code, and gives everything it said.
    fn expect(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.ferry(arguments);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "ferry {arguments:?} said:\n{text}");
        text
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        read(&self.path(name))
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file")
}

/// Both copy paths of the issue, and a helper that stays and one that goes.
const SETTINGS: [&str; 2] =
    ["max_block_size: 1000\n", "use_timeplusd_for_data_migration: true\ndrop_migration_external_stream: true\n"];

#[test]
fn a_script_plans_runs_and_cleans() {
    for settings in SETTINGS {
        let script = Script::new(settings);
        let planned = script.expect(0, &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
        assert!(planned.contains("p.yaml: "), "{planned}");
        let plan = script.read("p.yaml");
        assert!(plan.contains("orders"), "{plan}");
        assert!(!plan.contains(PASSWORD), "the plan holds a password");

        let ran = script.expect(0, &["run", "-p", "p.yaml"]);
        assert!(ran.contains("Done: ") && ran.contains("3 rows copied"), "{ran}");
        assert_eq!(script.read("p.yaml"), plan, "running changed the plan");

        assert!(ran.contains("2 by checksums of every bucket"), "how it was verified is not said: {ran}");
        let verified = script.expect(0, &["verify", "-p", "p.yaml"]);
        assert!(verified.contains("checksums of every bucket agree for 3 rows"), "{verified}");
        assert_eq!(script.expect(0, &["runs"]).lines().count(), 1, "comparing again is no run of its own");

        let again = script.expect(3, &["run", "-p", "p.yaml"]);
        assert!(again.contains("exist"), "what is there already must stop a run: {again}");

        let refused = script.expect(4, &["clean", "-p", "p.yaml"]);
        assert!(refused.contains("stream sales.orders") && refused.contains("--yes"), "{refused}");
        let cleaned = script.expect(0, &["clean", "-p", "p.yaml", "--yes"]);
        assert!(cleaned.contains("Done: "), "{cleaned}");
        let gone = script.expect(3, &["verify", "-p", "p.yaml"]);
        assert!(gone.contains("removed what the plan's run had made"), "{gone}");
        let nothing = script.expect(0, &["clean", "-p", "p.yaml", "--yes"]);
        assert!(nothing.contains("nothing to remove"), "{nothing}");

        let ran = script.expect(0, &["run", "-p", "p.yaml"]);
        assert!(ran.contains("3 rows copied"), "after a clean a run starts again: {ran}");
        let runs = script.expect(0, &["runs"]);
        assert!(runs.lines().count() >= 3, "{runs}");
    }
}

impl Script {
    /// Everything that can be seen of the target, and every byte of the record.
    fn digest(&self) -> (String, Vec<(String, Vec<u8>)>) {
        let config = format!("{}{}", self.target.side("source"), self.source.side("target"));
        std::fs::write(self.path("look.yaml"), config).expect("a file");
        self.expect(0, &["plan", "-f", "look.yaml", "-p", "look.plan.yaml", "--yes"]);
        let seen = self.read("look.plan.yaml");
        // Each look has an id of its own, from which helpers take their names.
        let is_of_target = |line: &&str| !line.starts_with("migration:") && !line.contains("helper:");
        let seen = seen.lines().filter(is_of_target).collect::<Vec<_>>().join("\n");
        let mut files = Vec::new();
        for entry in std::fs::read_dir(self.path("data")).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let bytes = std::fs::read(&path).expect("a file");
            // SQLite's index of who reads what is no part of the record; an empty log says nothing.
            if !name.ends_with("-shm") && !bytes.is_empty() {
                files.push((name, bytes));
            }
        }
        files.sort();
        (seen, files)
    }
}

#[cfg(unix)]
#[test]
fn a_dry_run_changes_nothing_before_during_and_after_a_run() {
    let script = Script::new("");
    script.expect(0, &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    let both = |script: &Script, run: i32, clean: i32| {
        let before = script.digest();
        let run = script.expect(run, &["run", "-p", "p.yaml", "--dry-run"]);
        let clean = script.expect(clean, &["clean", "-p", "p.yaml", "--dry-run"]);
        assert_eq!(script.digest(), before, "said: {run}{clean}");
        (run, clean)
    };
    let (run, clean) = both(&script, 0, 3);
    assert!(run.contains("would start a new run") && run.contains("would do: create stream sales.orders"), "{run}");
    assert!(clean.contains("There is no record"), "{clean}");
    assert!(!script.path("data").exists(), "not even a record was made");

    // Paused: nothing is under way that could change the target by itself.
    assert_eq!(script.run_and_signal("-INT"), Some(130));
    let (run, clean) = both(&script, 0, 0);
    assert!(run.contains("would go on with run") && run.contains("is done, stays"), "{run}");
    assert!(clean.contains("would remove") && clean.contains("of a run made it"), "{clean}");

    script.expect(0, &["run", "-p", "p.yaml"]);
    let (run, clean) = both(&script, 3, 0);
    assert!(run.contains("would start a new run") && run.contains("exist"), "{run}");
    assert!(clean.contains("stream sales.orders (exists"), "{clean}");
    script.expect(0, &["clean", "-p", "p.yaml", "--yes"]);
}

impl Sandbox {
    /// Runs a statement through the app server, as somebody else would.
    fn execute(&self, sql: &str) {
        let fact = |key: &str| self.facts[key].as_str().unwrap_or_default().to_owned();
        let address = fact("app_server_address");
        let address = address.strip_prefix("http://").expect("plain HTTP");
        let body = serde_json::json!({ "sql": sql, "type": "ddl", "timeout_ms": 60_000 }).to_string();
        let login = STANDARD.encode(format!("{}:{}", fact("username"), fact("password")));
        let mut stream = std::net::TcpStream::connect(address).expect("it listens");
        let head = format!(
            "POST /default/api/v1beta2/exec HTTP/1.1\r\nHost: {address}\r\nAuthorization: Basic {login}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 2"), "{sql}: {answer}");
    }
}

#[test]
fn rule_27_a_row_that_differs_makes_verify_fail_and_is_named() {
    let script = Script::new("");
    script.expect(0, &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    script.expect(0, &["run", "-p", "p.yaml"]);
    // As many rows on both sides, and one of them another one.
    script.target.execute("INSERT INTO sales.orders (id, city, amount) VALUES (77, 'Bergen', NULL)");
    script.source.execute("INSERT INTO sales.orders (id, city, amount) VALUES (78, 'Bergen', NULL)");
    let began = Instant::now();
    let parts = ["not the same on both sides", "id = 77 (target)", "id = 78 (source)"];
    // Until both rows are seen, which takes a flush.
    loop {
        let output = script.ferry(&["verify", "-p", "p.yaml"]);
        let text = String::from_utf8_lossy(&output.stdout);
        if output.status.code() == Some(1) && parts.iter().all(|part| text.contains(part)) {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "the rows are not named: {text}");
    }
    let again = script.expect(1, &["run", "-p", "p.yaml"]);
    assert!(again.contains("FAILED"), "it stays a failure: {again}");
    // A comparison that nobody waits for leaves the stream copied and not verified.
    let step = script.step_number("compare rows stream sales.orders");
    let skipped = script.expect(5, &["run", "-p", "p.yaml", "--skip", &step, "--reason", "known"]);
    assert!(skipped.contains("Copied, not verified") && skipped.contains("sales.orders"), "{skipped}");
    assert!(script.expect(0, &["runs"]).contains("Copied, not verified"));
}

impl Script {
    /// Repeats a command until it ends with a code and says something: rows are seen only after a flush.
    fn until(&self, code: i32, arguments: &[&str], said: &str) -> String {
        let began = Instant::now();
        loop {
            let output = self.ferry(arguments);
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            if output.status.code() == Some(code) && text.contains(said) {
                return text;
            }
            assert!(began.elapsed() < Duration::from_secs(120), "ferry {arguments:?} never said {said:?}: {text}");
        }
    }
}

#[test]
fn rules_19_and_29_what_differs_is_copied_again_and_what_came_later_follows() {
    let script = Script::new("");
    script.expect(0, &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    script.expect(0, &["run", "-p", "p.yaml"]);
    let step = script.step_number("compare rows stream sales.orders");
    script.target.execute("INSERT INTO sales.orders (id, city, amount) VALUES (77, 'Bergen', NULL)");
    let differs = script.until(1, &["verify", "-p", "p.yaml"], "id = 77 (target)");
    assert!(differs.contains("--recopy STEP"), "the way on is not said: {differs}");

    script.expect(2, &["run", "-p", "p.yaml", "--recopy", &step, "--catch-up"]);
    let refused = script.expect(3, &["run", "-p", "p.yaml", "--recopy", "1"]);
    assert!(refused.contains("neither copies nor compares"), "{refused}");
    let again = script.expect(0, &["run", "-p", "p.yaml", "--recopy", &step]);
    assert!(again.contains("only this is emptied and copied again") && again.contains("Done: "), "{again}");
    let verified = script.expect(0, &["verify", "-p", "p.yaml"]);
    assert!(verified.contains("agree for 3 rows") && !verified.contains("77"), "{verified}");

    script.source.execute("INSERT INTO sales.orders (id, city, amount) VALUES (78, 'Oslo', 1)");
    script.until(0, &["verify", "-p", "p.yaml"], "1 rows that reached the source after the copy are not covered");
    let caught_up = script.expect(0, &["run", "-p", "p.yaml", "--catch-up"]);
    assert!(caught_up.contains("agree for 4 rows"), "{caught_up}");
    let verified = script.expect(0, &["verify", "-p", "p.yaml"]);
    assert!(!verified.contains("not covered"), "{verified}");
    assert_eq!(script.expect(0, &["runs"]).lines().count(), 1, "it is the same run");
}

#[test]
fn the_evidence_of_a_run_is_one_file_that_is_checked_without_the_record() {
    let script = Script::new("");
    script.expect(0, &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    script.expect(0, &["run", "-p", "p.yaml"]);
    let runs = script.expect(0, &["runs"]);
    let run = runs.split_whitespace().next().expect("an id");
    let written = script.expect(0, &["evidence", run, "-o", "e.json"]);
    assert!(written.contains("e.json"), "{written}");
    let refused = script.expect(4, &["evidence", run, "-o", "e.json"]);
    assert!(refused.contains("--yes"), "{refused}");
    let text = script.read("e.json");
    assert!(!text.contains(PASSWORD), "evidence holds a password");
    assert!(text.contains("sales.orders") || text.contains("CREATE STREAM"), "the plan is in it");

    std::fs::rename(script.path("data"), script.path("gone")).expect("a folder");
    let right = script.expect(0, &["evidence", "verify", "e.json"]);
    assert!(right.contains("The plan's text is what the run carried out."), "{right}");
    assert!(!script.path("data").exists(), "checking needs no record");
    let forged = text.replacen("\"n_rows\": 3", "\"n_rows\": 4", 1);
    assert_ne!(forged, text, "the comparison is in it");
    std::fs::write(script.path("e.json"), forged).expect("a file");
    let wrong = script.expect(1, &["evidence", "verify", "e.json"]);
    assert!(wrong.contains("digest does not fit"), "{wrong}");
    script.expect(2, &["evidence", "verify", "p.yaml"]);
}

impl Script {
    /// The number of the plan's step under a comment.
    fn step_number(&self, comment: &str) -> String {
        let plan = self.read("p.yaml");
        let head = format!("# {comment}\n");
        let rest = plan.split(&head).nth(1).unwrap_or_else(|| panic!("no {head} in {plan}"));
        let line = rest.lines().find(|line| line.contains("- step:")).expect("its number");
        line.split(':').nth(1).expect("a number").trim().to_owned()
    }
}

#[test]
fn one_failed_step_is_tried_again_or_skipped_with_a_reason() {
    let script = Script::new("");
    script.expect(0, &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    let broken = script.read("p.yaml").replace("FROM sales.orders WHERE amount > 10", "FROM sales.nowhere");
    std::fs::write(script.path("p.yaml"), broken).expect("a file");
    let step = script.step_number("create view sales.large");
    let failed = script.expect(1, &["run", "-p", "p.yaml"]);
    assert!(failed.contains("FAILED"), "{failed}");
    let again = script.expect(1, &["run", "-p", "p.yaml", "--retry", &step]);
    assert!(again.contains("try 2") && again.contains("FAILED"), "{again}");
    script.expect(2, &["run", "-p", "p.yaml", "--skip", &step]);
    let unknown = script.expect(3, &["run", "-p", "p.yaml", "--retry", "999"]);
    assert!(unknown.contains("no step 999"), "{unknown}");
    let skipped = script.expect(0, &["run", "-p", "p.yaml", "--skip", &step, "--reason", "nobody needs it"]);
    assert!(skipped.contains("nobody needs it") && skipped.contains("Done: "), "{skipped}");
    let done = script.expect(3, &["run", "-p", "p.yaml", "--skip", "1", "--reason", "no"]);
    assert!(done.contains("cannot be skipped"), "{done}");
}

#[test]
fn a_plan_that_was_never_run_here_is_not_cleaned() {
    let script = Script::new("");
    script.expect(0, &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    let text = script.expect(3, &["clean", "-p", "p.yaml", "--yes"]);
    assert!(text.contains("data"), "the record is not named: {text}");
}

#[test]
fn a_plan_whose_configuration_is_gone_says_how_to_give_it() {
    let script = Script::new("");
    script.expect(0, &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    std::fs::rename(script.path("c.yaml"), script.path("elsewhere.yaml")).expect("a file");
    let text = script.expect(2, &["run", "-p", "p.yaml"]);
    assert!(text.contains("c.yaml") && text.contains("-f"), "{text}");
    script.expect(0, &["run", "-p", "p.yaml", "-f", "elsewhere.yaml"]);
}

#[test]
fn a_secret_that_nobody_supplies_is_named_with_its_key() {
    let script = Script::new("");
    script.expect(0, &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    let key = "external_stream.sales.feed.password";
    let plan = script.read("p.yaml");
    let needle = plan.lines().find(|line| line.contains("amount > 10")).expect("the view's definition").to_owned();
    let edited = plan.replace(&needle, &needle.replace("amount > 10", &format!("city != '${{secret:{key}}}'")));
    std::fs::write(script.path("p.yaml"), edited).expect("a file");
    let text = script.expect(2, &["run", "-p", "p.yaml"]);
    assert!(text.contains(key), "{text}");
    assert!(text.contains("FERRY_SECRET_EXTERNAL_STREAM_SALES_FEED_PASSWORD"), "{text}");
}

#[cfg(unix)]
impl Script {
    /// Starts the plan, and signals it as soon as its first step is done; gives its exit code, if it had one.
    fn run_and_signal(&self, signal: &str) -> Option<i32> {
        let mut run = Command::new(env!("CARGO_BIN_EXE_ferry"))
            .args(["run", "-p", "p.yaml"])
            .current_dir(self.folder.path())
            .env_remove("FERRY_CONFIG")
            .env("FERRY_DATA_DIR", self.path("data"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut lines = BufReader::new(run.stdout.take().expect("its output")).lines();
        let first_done = lines.by_ref().find(|line| line.as_ref().is_ok_and(|line| line.contains(" done: ")));
        assert!(first_done.is_some(), "no step was done");
        let signalled = Command::new("kill").args([signal, &run.id().to_string()]).status().expect("kill runs");
        assert!(signalled.success());
        lines.for_each(drop);
        run.wait().expect("its end").code()
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_pauses_and_the_same_command_goes_on() {
    let script = Script::new("");
    script.expect(0, &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    assert_eq!(script.run_and_signal("-INT"), Some(130));
    let text = script.expect(0, &["run", "-p", "p.yaml"]);
    assert!(text.contains("Done: ") && text.contains("3 rows copied"), "{text}");
    assert_eq!(script.expect(0, &["runs"]).lines().count(), 1, "the same run went on");
}

#[cfg(unix)]
#[test]
fn a_killed_run_goes_on_with_the_same_command() {
    let script = Script::new("");
    script.expect(0, &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    assert_eq!(script.run_and_signal("-KILL"), None);
    let text = script.expect(0, &["run", "-p", "p.yaml"]);
    assert!(text.contains("Done: ") && text.contains("3 rows copied"), "{text}");
    assert_eq!(script.expect(0, &["runs"]).lines().count(), 1, "the same run went on");
}

#[test]
fn rules_22_and_26_a_run_waits_for_the_word_and_a_creation_for_its_system() {
    let script = Script::new("cut_over: on_request\ndeferred_rounds: 0\n");
    let view = "CREATE MATERIALIZED VIEW sales.counted INTO sales.per_city AS SELECT city, amount FROM sales.orders";
    script.source.execute(view);
    let table = "CREATE EXTERNAL TABLE sales.archive SETTINGS type = 'clickhouse', table = 'orders', address = ";
    script.source.execute(&format!("{table}'clickhouse.example.net:9000'"));
    script.expect(0, &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    let plan = script.read("p.yaml").replace("clickhouse.example.net:9000", "127.0.0.1:1");
    std::fs::write(script.path("p.yaml"), plan).expect("a file");

    for arguments in [&["run", "-p", "p.yaml"][..], &["run", "-p", "p.yaml", "--catch-up"], &["run", "-p", "p.yaml"]] {
        let waits = script.expect(7, arguments);
        assert!(
            waits.contains("Copied and verified, waiting for your word") && waits.contains("--cut-over"),
            "{waits}"
        );
    }
    let deferred = script.expect(6, &["run", "-p", "p.yaml", "--cut-over"]);
    assert!(deferred.contains("1 creation is deferred") && deferred.contains("`127.0.0.1:1`"), "{deferred}");
    let refused = script.expect(3, &["run", "-p", "p.yaml", "--cut-over"]);
    assert!(refused.contains("does not wait for a word"), "{refused}");
    script.expect(6, &["run", "-p", "p.yaml"]);
    let step = script.step_number("create external table sales.archive");
    let done = script.expect(0, &["run", "-p", "p.yaml", "--skip", &step, "--reason", "nobody reads it"]);
    assert!(done.contains("Done: "), "{done}");
    assert_eq!(script.expect(0, &["runs"]).lines().count(), 1, "it is the same run");
}
