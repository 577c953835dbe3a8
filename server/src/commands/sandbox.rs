//! `ferry sandbox`: a stand-in for a deployment, for scripts and for trying.

use std::path::PathBuf;

use ferry_model::Secret;
use ferry_sandbox::{Sandbox, SandboxOptions, Workload};

use crate::cli::SandboxArgs;
use crate::exit::{Exit, Failure};
use crate::interrupt::Interrupts;

pub(super) async fn run(args: SandboxArgs) -> Result<Exit, Failure> {
    let mut interrupts = Interrupts::listen();
    let options = SandboxOptions {
        native_addr: args.native,
        app_addr: Some(args.app),
        http_addr: args.http,
        users: vec![(args.user.clone(), Secret::new(args.password.clone()))],
        data_dir: args.data_dir,
        rows_per_second: args.rows_per_second,
        workload: workload(&args.workload, args.scale),
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).await.map_err(|error| Failure::of(&error))?;
    let addresses = sandbox.addresses();
    // What a configuration needs; the password is the one that was given on this command line.
    let line = serde_json::json!({
        "timeplusd_address": addresses.native.to_string(),
        "app_server_address": addresses.app.map(|app| format!("http://{app}")),
        "timeplusd_http_address": format!("http://{}", addresses.http),
        "username": args.user,
        "password": args.password,
    });
    crate::say::out(line);
    interrupts.next().await;
    sandbox.shutdown().await;
    Ok(Exit::Done)
}

fn workload(name: &str, scale: f64) -> Workload {
    match name {
        "empty" => Workload::Empty,
        "demo" => Workload::Demo { scale },
        file => Workload::File(PathBuf::from(file)),
    }
}
