//! `ferry health`: ask a running console whether it is healthy.

use std::net::SocketAddr;
use std::time::Duration;

use ferry_model::messages::cli as text;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::cli::HealthArgs;
use crate::exit::{Exit, Failure};

const PATIENCE: Duration = Duration::from_secs(5);
/// A health answer is one short line under a few headers.
const LONGEST_ANSWER: u64 = 16 * 1024;

pub(super) async fn run(args: HealthArgs) -> Result<Exit, Failure> {
    let unhealthy = |cause: &str| Failure::failed(text::unhealthy(&args.address.to_string(), cause));
    match tokio::time::timeout(PATIENCE, status_line(args.address)).await {
        Ok(Ok(line)) if line.split(' ').nth(1) == Some("200") => Ok(Exit::Done),
        Ok(Ok(line)) => Err(unhealthy(&line)),
        Ok(Err(error)) => Err(unhealthy(&error.to_string())),
        Err(_) => Err(unhealthy("no answer within 5 seconds")),
    }
}

async fn status_line(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}
