use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::ConnectOptions;
use crate::error::Error;

/// Whether and how a connection is encrypted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TlsOptions {
    /// Whether TLS is used.
    pub enabled: bool,
    /// A PEM file of the authorities to trust instead of the public ones.
    pub ca_file: Option<PathBuf>,
    /// The name that the certificate must have; the address's host if absent.
    pub server_name: Option<String>,
}

pub(super) async fn handshake(tcp: TcpStream, options: &ConnectOptions) -> Result<TlsStream<TcpStream>, Error> {
    let host = match &options.tls.server_name {
        Some(name) => name.as_str(),
        None => host_of(&options.address),
    };
    let name = ServerName::try_from(host.to_owned())
        .map_err(|error| tls_error(format!("`{host}` is not a server's name"), error))?;
    let config = client_config(&options.tls)?;
    TlsConnector::from(Arc::new(config))
        .connect(name, tcp)
        .await
        .map_err(|error| tls_error(format!("the handshake with {} failed", options.address), error))
}

fn client_config(options: &TlsOptions) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    match &options.ca_file {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => {
            let unreadable = |error| tls_error(format!("{} cannot be read", path.display()), error);
            for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
                roots
                    .add(certificate.map_err(unreadable)?)
                    .map_err(|error| tls_error(format!("a certificate in {} cannot be used", path.display()), error))?;
            }
            if roots.is_empty() {
                return Err(Error::Tls { what: format!("{} has no certificate", path.display()), source: None });
            }
        }
    }
    // The provider is named, because several in one process leave no default.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| tls_error("no protocol version is possible", error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

/// The host of `host:port`, without the brackets of an IPv6 address.
fn host_of(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host.trim_start_matches('[').trim_end_matches(']')
}

fn tls_error(what: impl Into<String>, source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Tls { what: what.into(), source: Some(Box::new(source)) }
}
