//! Serves a sandbox until it is stopped: `serve [demo|empty] [SCALE]`. For trying other clients without the whole `ferry`.

use std::time::Instant;

use ferry_sandbox::{Sandbox, SandboxError, SandboxOptions, Workload};

#[tokio::main]
async fn main() -> Result<(), SandboxError> {
    let mut arguments = std::env::args().skip(1);
    let workload = match arguments.next().as_deref() {
        Some("demo") => Workload::Demo { scale: arguments.next().and_then(|scale| scale.parse().ok()).unwrap_or(1.0) },
        _ => Workload::Empty,
    };
    let started = Instant::now();
    let sandbox = Sandbox::start(SandboxOptions { workload, ..SandboxOptions::default() }).await?;
    println!("loaded in {:.1} s: {:?}", started.elapsed().as_secs_f64(), sandbox.addresses());
    std::future::pending().await
}
