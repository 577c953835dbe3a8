//! TLS against a certificate that is made for the test.

use std::io::Write;
use std::sync::Arc;

use ferry_native::{ConnectOptions, Connection, Error, TlsOptions};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::stand_in;

/// Starts a server with a fresh certificate for `localhost`; gives the certificate.
async fn start() -> (ConnectOptions, String) {
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = ConnectOptions::new(listener.local_addr().unwrap().to_string());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // A client that does not trust the certificate breaks off.
            if let Ok(stream) = acceptor.accept(stream).await {
                tokio::spawn(stand_in::serve(stream));
            }
        }
    });
    (options, certified.cert.pem())
}

#[tokio::test]
async fn a_connection_with_tls_trusts_the_given_authority_only() {
    let (mut options, certificate) = start().await;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(certificate.as_bytes()).unwrap();
    options.tls =
        TlsOptions { enabled: true, ca_file: Some(file.path().to_owned()), server_name: Some("localhost".to_owned()) };
    let mut connection = Connection::connect(options.clone()).await.unwrap();
    connection.ping().await.unwrap();
    let exception = connection.execute("fail").await.unwrap_err();
    assert!(matches!(exception, Error::Server(_)));

    // Another name, and the public authorities.
    let mut wrong_name = options.clone();
    wrong_name.tls.server_name = Some("example.com".to_owned());
    assert!(matches!(Connection::connect(wrong_name).await, Err(Error::Tls { .. })));
    let mut public = options.clone();
    public.tls.ca_file = None;
    assert!(matches!(Connection::connect(public).await, Err(Error::Tls { .. })));
    let mut missing = options;
    missing.tls.ca_file = Some("there-is-no-such-file.pem".into());
    assert!(matches!(Connection::connect(missing).await, Err(Error::Tls { .. })));
}
