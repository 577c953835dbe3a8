//! The command line as scripts use it: the real binary, its output and exit codes. No deployment is needed here.

use std::path::Path;
use std::process::{Command, Output};

fn ferry(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferry"));
    command.args(arguments).current_dir(folder).env_remove("FERRY_CONFIG").env_remove("RUST_LOG");
    command.env("FERRY_DATA_DIR", folder.join("data")).output().expect("the binary runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}

fn all_text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn help_teaches_the_three_commands_and_the_exit_codes() {
    let folder = tempfile::tempdir().expect("a folder");
    let help = all_text(&ferry(folder.path(), &["--help"]));
    for taught in ["ferry plan ", "ferry run ", "ferry clean ", "Exit codes:", "130", "ferry demo"] {
        assert!(help.contains(taught), "`{taught}` is not taught:\n{help}");
    }
    for command in ["plan", "run", "clean", "serve"] {
        let output = ferry(folder.path(), &[command, "--help"]);
        assert!(all_text(&output).contains("Example"), "{command} has no example");
        assert_eq!(code(&output), 0);
    }
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(code(&ferry(folder.path(), &["plan"])), 2);
    assert_eq!(code(&ferry(folder.path(), &["sail"])), 2);
}

#[test]
fn a_configuration_with_a_mistake_is_named_with_line_and_column() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "source:\n  timeplusd_address: 127.0.0.1:1\n  usrename: a\n";
    std::fs::write(folder.path().join("c.yaml"), config).expect("a file");
    let output = ferry(folder.path(), &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    assert_eq!(code(&output), 2);
    assert!(all_text(&output).contains("c.yaml:3:"), "{}", all_text(&output));
    assert!(!folder.path().join("p.yaml").exists());
}

#[test]
fn a_workload_that_fails_names_statement_line_and_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("w.sql"), "CREATE STREAM a (i int32);\n\nCREATE VIEW v AS SELECT j FROM b;\n")
        .expect("a file");
    let output = ferry(folder.path(), &["sandbox", "--workload", "w.sql"]);
    assert_eq!(code(&output), 1, "{}", all_text(&output));
    for part in ["statement 2 (line 3)", "CREATE VIEW v AS SELECT j FROM b", "UNKNOWN_STREAM"] {
        assert!(all_text(&output).contains(part), "{part}: {}", all_text(&output));
    }
}

#[test]
fn a_source_that_cannot_be_reached_ends_with_1_and_writes_no_plan() {
    let folder = tempfile::tempdir().expect("a folder");
    let config =
        "source:\n  timeplusd_address: 127.0.0.1:1\n  username: a\n  password: hunter22\nmode: resource_only\n";
    std::fs::write(folder.path().join("c.yaml"), config).expect("a file");
    let output = ferry(folder.path(), &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    assert_eq!(code(&output), 1, "{}", all_text(&output));
    assert!(all_text(&output).contains("127.0.0.1:1"), "{}", all_text(&output));
    assert!(!all_text(&output).contains("hunter22"));
    assert!(!folder.path().join("p.yaml").exists());
}

#[test]
fn a_script_never_writes_over_an_existing_plan_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("p.yaml"), "edited for hours").expect("a file");
    std::fs::write(folder.path().join("c.yaml"), "").expect("a file");
    let output = ferry(folder.path(), &["plan", "-f", "c.yaml", "-p", "p.yaml"]);
    assert_eq!(code(&output), 4);
    assert!(all_text(&output).contains("--yes"));
    assert_eq!(std::fs::read_to_string(folder.path().join("p.yaml")).expect("the file"), "edited for hours");
}

#[test]
fn a_plan_that_is_none_ends_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(code(&ferry(folder.path(), &["run", "-p", "nowhere.yaml"])), 2);
    std::fs::write(folder.path().join("p.yaml"), "steps: [").expect("a file");
    let output = ferry(folder.path(), &["run", "-p", "p.yaml"]);
    assert_eq!(code(&output), 2);
    assert!(all_text(&output).contains("p.yaml:"), "{}", all_text(&output));
}

#[test]
fn serving_without_a_site_names_the_command_that_makes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = ferry(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--site", "nowhere"]);
    assert_eq!(code(&output), 2);
    assert!(all_text(&output).contains("cargo xtask build"), "{}", all_text(&output));
}

#[test]
fn a_record_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("in-the-way"), "").expect("a file");
    let output = ferry(folder.path(), &["runs", "--data-dir", "in-the-way/data"]);
    assert_eq!(code(&output), 3, "{}", all_text(&output));
    assert!(all_text(&output).contains("in-the-way"), "{}", all_text(&output));
}

#[test]
fn a_console_that_is_not_there_is_unhealthy() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = ferry(folder.path(), &["health", "--address", "127.0.0.1:1"]);
    assert_eq!(code(&output), 1);
    assert!(all_text(&output).contains("127.0.0.1:1"));
}

#[test]
fn an_empty_record_has_no_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = ferry(folder.path(), &["runs"]);
    assert_eq!(code(&output), 0, "{}", all_text(&output));
    assert!(all_text(&output).contains("No runs"));
}

#[test]
fn a_reader_that_goes_away_ends_nothing_with_a_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferry"));
    command.arg("runs").env("FERRY_DATA_DIR", folder.path().join("data"));
    let mut process = command.stdout(std::process::Stdio::piped()).spawn().expect("the binary runs");
    drop(process.stdout.take());
    assert_eq!(process.wait().expect("its end").code(), Some(0));
}

fn lines_of(output: &Output) -> Vec<serde_json::Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

#[test]
fn checked_sql_tells_kind_name_references_secrets_and_problems() {
    let folder = tempfile::tempdir().expect("a folder");
    let sql = "CREATE FUNCTION double_it AS (x) -> x * 2;\n\
        CREATE EXTERNAL STREAM out SETTINGS type = 'kafka', password = 'hunter22';\n\
        CREATE MATERIALIZED VIEW mv INTO out AS SELECT double_it(a) FROM sales.orders;\n\
        CREATE STREAM broken (a int, b ??, c string) SETTINGS shards = 3";
    std::fs::write(folder.path().join("a.sql"), sql).expect("a file");
    let output = ferry(folder.path(), &["sql", "check", "a.sql"]);
    assert_eq!(code(&output), 1, "{}", all_text(&output));
    assert!(!all_text(&output).contains("hunter22"));
    let lines = lines_of(&output);
    let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["function", "external_stream", "materialized_view", "stream"]);
    assert_eq!(lines[1]["secrets"][0]["key"], "password");
    let references = lines[2]["references"].as_array().expect("references");
    let told = |n: usize| ["name", "kind", "role", "direction"].map(|key| references[n][key].as_str().expect("a text"));
    assert_eq!(told(0), ["default.out", "external_stream", "writes", "out"]);
    assert_eq!(told(1), ["double_it", "function", "uses", "in"]);
    assert_eq!(told(2), ["sales.orders", "relation", "reads", "in"]);
    assert_eq!((&lines[3]["problems"][0]["line"], &lines[3]["name"]), (&4.into(), &"broken".into()));
}

#[test]
fn sql_is_ordered_by_need_from_json_lines_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "{\"id\":\"view\",\"sql\":\"CREATE VIEW v AS SELECT * FROM s\"}\n\
        {\"id\":\"stream\",\"sql\":\"CREATE STREAM s (a int)\",\"database\":\"default\"}\n";
    std::fs::write(folder.path().join("a.jsonl"), text).expect("a file");
    let output = ferry(folder.path(), &["sql", "order", "a.jsonl"]);
    assert_eq!(code(&output), 0, "{}", all_text(&output));
    let ids: Vec<_> = lines_of(&output).iter().map(|line| line["id"].clone()).collect();
    assert_eq!(ids, ["stream", "view"]);
    std::fs::write(folder.path().join("b.sql"), "CREATE VIEW a AS SELECT 1 FROM b; CREATE VIEW b AS SELECT 1 FROM a")
        .expect("a file");
    let output = ferry(folder.path(), &["sql", "order", "b.sql"]);
    assert_eq!(code(&output), 1);
    assert_eq!(lines_of(&output)[0]["cycle"], serde_json::json!(["1", "2", "1"]));
    assert_eq!(code(&ferry(folder.path(), &["sql", "check", "nowhere.sql"])), 2);
}

#[test]
fn sql_is_rewritten_for_another_release_with_the_rules_that_did_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let sql = "CREATE STREAM a.s (a int) ENGINE = Stream(1, 1, rand()); -- keep\nCREATE VIEW a.v AS SELECT 1 FROM a.s";
    std::fs::write(folder.path().join("a.sql"), sql).expect("a file");
    let output = ferry(folder.path(), &["sql", "rewrite", "--from", "1.6.1", "--to", "3.3.1", "a.sql"]);
    let lines = lines_of(&output);
    assert_eq!((code(&output), lines.len()), (0, 1));
    assert_eq!(lines[0]["sql"], "CREATE STREAM a.s (a int) SETTINGS shards = 1");
    assert_eq!((&lines[0]["rules"][0]["rule"], &lines[0]["rules"][0]["name"]), (&"T1".into(), &"stream_engine".into()));
    let all = ["sql", "rewrite", "--from", "3.3.1", "--to", "3.3.1", "--rename-database", "a=b", "--all", "a.sql"];
    let lines = lines_of(&ferry(folder.path(), &all));
    assert_eq!(lines[1]["sql"], "CREATE VIEW b.v AS SELECT 1 FROM b.s");
    std::fs::write(folder.path().join("b.sql"), "CREATE STREAM (").expect("a file");
    let wrong = ferry(folder.path(), &["sql", "rewrite", "--from", "1.6.1", "--to", "3.3.1", "b.sql"]);
    assert_eq!(code(&wrong), 1);
    assert_eq!(code(&ferry(folder.path(), &["sql", "rewrite", "--from", "x", "--to", "3.3.1", "a.sql"])), 2);
}

#[test]
fn sql_of_two_files_is_compared_by_meaning() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, sql: &str| std::fs::write(folder.path().join(name), sql).expect("a file");
    write("a.sql", "CREATE STREAM s (a int); CREATE VIEW v AS SELECT 1; CREATE VIEW gone AS SELECT 1");
    write(
        "b.sql",
        "CREATE VIEW default.v AS SELECT 2; CREATE STREAM default.s (`a` int32) ENGINE = Stream(1, 1, rand())",
    );
    let output = ferry(folder.path(), &["sql", "diff", "a.sql", "b.sql"]);
    let lines = lines_of(&output);
    let verdicts: Vec<&str> = lines.iter().filter_map(|line| line["verdict"].as_str()).collect();
    assert_eq!((code(&output), verdicts), (3, vec!["equivalent", "different", "only_in_a"]));
    assert_eq!((&lines[1]["a"], &lines[1]["b"]), (&"2".into(), &"1".into()));
    assert_eq!(code(&ferry(folder.path(), &["sql", "diff", "a.sql", "a.sql"])), 0);
    write("c.sql", "CREATE (");
    assert_eq!(code(&ferry(folder.path(), &["sql", "diff", "a.sql", "c.sql"])), 1);
}
