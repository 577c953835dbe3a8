//! What CREATE asks of systems that are no Timeplus: whether they can be reached. Proton describes a topic before it keeps
//! an external stream over Kafka (`Kafka::validate`), and external tables fetch their columns (resources.md 2.3); the
//! sandbox only opens a connection.

use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};

use crate::catalog::Entry;
use crate::fault::{Fault, FaultCode};

/// How long a topic may take to be described (`RdKafka::Topic::getPartitionCount`).
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// Domains that are reserved for examples and belong to nobody (RFC 2606): what is said to be there is taken as
/// reached, so that a demo can name external systems.
const EXAMPLES: [&str; 4] = ["example", "example.com", "example.net", "example.org"];

/// Whether the system of a new definition can be reached.
///
/// # Errors
/// What a server says when it cannot be.
pub async fn reach(entry: &Entry) -> Result<(), Fault> {
    let type_name = entry.setting("type").unwrap_or_default();
    let (setting, port) = match type_name {
        "kafka" | "redpanda" => ("brokers", 9092),
        "clickhouse" => ("address", 9000),
        "mysql" => ("address", 3306),
        "postgresql" => ("address", 5432),
        _ => return Ok(()),
    };
    let Some(addresses) = entry.setting(setting) else { return Ok(()) };
    let mut fault = None;
    // One of several brokers is enough.
    for address in addresses.split(',') {
        match connect(address.trim(), port).await {
            Ok(()) => return Ok(()),
            Err(why) => fault = Some(why),
        }
    }
    match (fault, setting) {
        (None, _) => Ok(()),
        (Some(_), "brokers") => {
            let topic = entry.setting("topic").unwrap_or_default();
            let text = "error_code=-195, error_msg=Local: Broker transport failure";
            Err(Fault::new(FaultCode::NetworkError, format!("failed to describe topic {topic}, {text}")))
        }
        (Some(fault), _) => Err(fault),
    }
}

async fn connect(address: &str, default_port: u16) -> Result<(), Fault> {
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().unwrap_or(default_port)),
        None => (address, default_port),
    };
    let is_in = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
    if EXAMPLES.into_iter().any(is_in) {
        return Ok(());
    }
    let unknown = || Fault::new(FaultCode::DnsError, format!("Not found address of host: {host}"));
    let silent = || Fault::new(FaultCode::NetworkError, format!("Timeout: connect timed out ({address})"));
    let found = tokio::time::timeout(TIME_LIMIT, lookup_host((host, port))).await;
    let found = found.map_err(|_| unknown())?.map_err(|_| unknown())?.next().ok_or_else(unknown)?;
    match tokio::time::timeout(TIME_LIMIT, TcpStream::connect(found)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Fault::new(FaultCode::NetworkError, format!("{error} ({address})"))),
        Err(_) => Err(silent()),
    }
}
