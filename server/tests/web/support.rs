//! A console that serves on a loopback port, and a browser's half of HTTP over a plain socket.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use ferry_console::Console;
use ferry_model::Caller;
use ferry_server::web::{Cookies, Site, WebOptions, serve};
use ferry_store::{Store, StoreLocation};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longer than anything takes that works.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A password that the console takes.
pub const PASSWORD: &str = "correct horse battery";

/// A console over a fresh record, served until it is dropped.
pub struct Served {
    pub address: SocketAddr,
    pub console: Console,
    pub store: Store,
    pub folder: tempfile::TempDir,
    ends: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Served {
    pub async fn start() -> Self {
        Self::start_after(async |_| {}).await
    }

    /// One whose record was changed before it serves.
    pub async fn start_after(prepare: impl AsyncFnOnce(&Store)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&StoreLocation::in_data_dir(&folder.path().join("data"))).await.expect("a record");
        prepare(&store).await;
        let console = Console::new(store.clone());
        let site_folder = folder.path().join("site");
        lay_out_site(&site_folder);
        let site = Site::find(Some(&site_folder)).expect("the site that was laid out");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let ends = CancellationToken::new();
        let options = WebOptions { site, cookies: Cookies::Secure };
        let serving = tokio::spawn(serve(console.clone(), listener, options, ends.clone()));
        Self { address, console, store, folder, ends, serving }
    }

    /// Ends serving, and waits until everything that was under way has been answered.
    pub async fn end(self) {
        self.ends.cancel();
        let served = tokio::time::timeout(PATIENCE, self.serving).await.expect("it ends in time");
        served.expect("no panic").expect("no error of the listener");
    }

    /// A request of a page of this console.
    pub fn request(&self, method: &str, path: &str) -> Request {
        let headers = vec![("Host".into(), self.address.to_string()), ("Connection".into(), "close".into())];
        Request { address: self.address, method: method.into(), path: path.into(), headers, body: String::new() }
    }

    /// The origin of this console's own pages.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A POST of a form to a server function, as a page of this console sends it.
    pub fn form(&self, path: &str, body: &str) -> Request {
        let mut request = self.request("POST", path).header("Origin", &self.origin());
        request = request.header("Content-Type", "application/x-www-form-urlencoded");
        request.header("Accept", "application/json").body(body)
    }

    /// The cookie of somebody who came in through a one-time link.
    pub async fn sign_in(&self, name: &str) -> String {
        let link = self.console.create_one_time_link(&operator(), ferry_model::Role::Administrator).await;
        let body = format!("link={}&name={name}&password={}", link.expect("a link"), PASSWORD.replace(' ', "+"));
        let answer = self.form("/api/redeem_link", &body).send().await;
        answer.cookie().unwrap_or_else(|| panic!("no session was opened: {answer:?}"))
    }
}

pub fn operator() -> Caller {
    Caller::command_line("the test")
}

/// What the build writes, with contents that tests recognise.
fn lay_out_site(folder: &Path) {
    let pkg = folder.join("pkg");
    std::fs::create_dir_all(&pkg).expect("a folder");
    let manifest = r#"{"js":"pkg/ferry.0123.js","wasm":"pkg/ferry.0123.wasm","css":"pkg/ferry.0123.css"}"#;
    let files = [
        (folder.join("manifest.json"), manifest),
        (folder.join("start.js"), "// start"),
        (pkg.join("ferry.0123.js"), "// plain"),
        (pkg.join("ferry.0123.js.br"), "as brotli"),
        (pkg.join("ferry.0123.wasm"), "wasm"),
        (pkg.join("ferry.0123.css"), "css"),
    ];
    for (path, content) in files {
        std::fs::write(path, content).expect("a file");
    }
}

/// A request to be sent.
pub struct Request {
    address: SocketAddr,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Request {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn body(mut self, body: &str) -> Self {
        self.body = body.into();
        self
    }

    pub async fn send(self) -> Answer {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() {
            text.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        text.push_str("\r\n");
        text.push_str(&self.body);
        let exchange = async {
            let mut stream = TcpStream::connect(self.address).await.expect("the console listens");
            stream.write_all(text.as_bytes()).await.expect("it reads");
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.expect("it answers");
            String::from_utf8_lossy(&answer).into_owned()
        };
        let answer = tokio::time::timeout(PATIENCE, exchange).await.expect("it answers in time");
        Answer::parse(&answer)
    }
}

/// An answer, taken apart.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Self { status: status.expect("a status"), headers, body: body.to_owned() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The session cookie as a browser sends it back.
    pub fn cookie(&self) -> Option<String> {
        let set = self.header("set-cookie").filter(|set| set.starts_with("__Host-ferry="))?;
        set.split(';').next().map(str::to_owned)
    }
}
