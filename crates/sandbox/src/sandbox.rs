//! A running sandbox.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::deployment::Deployment;
use crate::fault::Fault;
use crate::options::SandboxOptions;
use crate::{http, rest, tcp, workload};

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// An address could not be listened on.
    #[error("could not listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's answer.
        #[source]
        source: std::io::Error,
    },
    /// What is kept could not be opened.
    #[error("could not open the deployment")]
    Open(#[source] Fault),
    /// A file of the workload could not be read or written.
    #[error("could not read or write {path}")]
    Read {
        /// The file.
        path: String,
        /// The system's answer.
        #[source]
        source: std::io::Error,
    },
    /// The data directory holds something that no completed loading has left.
    #[error("the data directory holds definitions but not a whole workload: start it empty, or use another directory")]
    Partial,
    /// A statement of the workload failed.
    #[error("the workload's statement {number} (line {line}) failed: {statement}")]
    Workload {
        /// Counted from 1.
        number: usize,
        /// Where it begins, counted from 1.
        line: usize,
        /// Its beginning.
        statement: String,
        /// Why.
        #[source]
        source: Fault,
    },
}

/// Where a sandbox listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// The streaming native port.
    pub native: SocketAddr,
    /// The batch native port.
    pub batch: SocketAddr,
    /// The app server, if there is one.
    pub app: Option<SocketAddr>,
    /// timeplusd's own HTTP.
    pub http: SocketAddr,
}

/// A deployment that listens on loopback. It ends when it is dropped; [`Sandbox::shutdown`] also waits for it.
pub struct Sandbox {
    deployment: Arc<Deployment>,
    addresses: Addresses,
}

impl Sandbox {
    /// Binds its ports, opens what is kept, loads the workload, and then takes clients.
    pub async fn start(options: SandboxOptions) -> Result<Self, SandboxError> {
        let native = listen(options.native_addr).await?;
        let batch = listen(options.batch_addr).await?;
        let http = listen(options.http_addr).await?;
        let app = match options.app_addr {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let address_of = |listener: &TcpListener, asked| {
            listener.local_addr().map_err(|source| SandboxError::Listen { address: asked, source })
        };
        let addresses = Addresses {
            native: address_of(&native, options.native_addr)?,
            batch: address_of(&batch, options.batch_addr)?,
            http: address_of(&http, options.http_addr)?,
            app: match (&app, options.app_addr) {
                (Some(listener), Some(asked)) => Some(address_of(listener, asked)?),
                _ => None,
            },
        };
        let deployment = Deployment::open(&options).map_err(SandboxError::Open)?;
        let sandbox = Self { deployment, addresses };
        workload::load(&sandbox.deployment, &options.workload).await?;
        tcp::serve(&sandbox.deployment, native, true);
        tcp::serve(&sandbox.deployment, batch, false);
        http::serve(&sandbox.deployment, http);
        if let Some(listener) = app {
            rest::serve(&sandbox.deployment, listener);
        }
        Ok(sandbox)
    }

    /// Where it listens.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Ends every connection and query, and waits until they have ended.
    pub async fn shutdown(self) {
        self.deployment.shutdown().await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.deployment.stopped().cancel();
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, SandboxError> {
    TcpListener::bind(address).await.map_err(|source| SandboxError::Listen { address, source })
}
