//! `ferry serve`: the console in the browser.

use std::net::SocketAddr;

use ferry_console::Console;
use ferry_model::messages::cli as text;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::cli::{ServeArgs, SiteArgs};
use crate::exit::{Exit, Failure};
use crate::interrupt::Interrupts;
use crate::record;
use crate::web::{Cookies, Site, WebOptions, serve};

pub(super) async fn run(args: ServeArgs) -> Result<Exit, Failure> {
    let options = web_options(&args.site)?;
    let listener = listen(args.listen).await?;
    let console = record::open_console(&args.record).await?;
    let served = announce_and_serve(&console, listener, options).await;
    console.shut_down().await;
    served
}

async fn announce_and_serve(console: &Console, listener: TcpListener, options: WebOptions) -> Result<Exit, Failure> {
    let address = address_of(&listener)?;
    crate::say::out(text::listens(&address));
    if let Some(link) = console.create_first_link(&super::operator()).await? {
        crate::say::out(text::first_link(&format!("{address}/welcome/{link}")));
    }
    console.keep_runs_going(&super::operator()).await?;
    serve_until_interrupted(console.clone(), listener, options).await?;
    Ok(Exit::Done)
}

/// Serves until somebody asks the process to end.
pub(super) async fn serve_until_interrupted(
    console: Console,
    listener: TcpListener,
    options: WebOptions,
) -> Result<(), Failure> {
    let ends = CancellationToken::new();
    let mut interrupts = Interrupts::listen();
    let serving = serve(console, listener, options, ends.clone());
    tokio::pin!(serving);
    let outcome = tokio::select! {
        outcome = &mut serving => outcome,
        () = interrupts.next() => {
            tracing::info!("ending");
            ends.cancel();
            serving.await
        }
    };
    outcome.map_err(|e| Failure::failed(e.to_string()))
}

pub(super) async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let failed =
        |e: std::io::Error| Failure::failed(text::file_problem("listen on", &address.to_string(), &e.to_string()));
    TcpListener::bind(address).await.map_err(failed)
}

/// The address to open: an unspecified one is reached as localhost.
pub(super) fn address_of(listener: &TcpListener) -> Result<String, Failure> {
    let address = listener.local_addr().map_err(|e| Failure::failed(e.to_string()))?;
    let port = address.port();
    Ok(if address.ip().is_unspecified() { format!("http://localhost:{port}") } else { format!("http://{address}") })
}

pub(super) fn web_options(args: &SiteArgs) -> Result<WebOptions, Failure> {
    let site = Site::find(args.site.as_deref()).map_err(|e| Failure::usage(e.to_string()))?;
    if args.plain_http {
        crate::say::err(text::PLAIN_HTTP);
    }
    let cookies = if args.plain_http { Cookies::Plain } else { Cookies::Secure };
    Ok(WebOptions { site, cookies })
}
