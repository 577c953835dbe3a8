//! A PostgreSQL server of the tests' own: a fresh folder, loopback, a port that was free.

use std::fs::{File, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::chores::{Attempt, Failure};
use crate::prepare;

/// The superuser of the server, and its database.
const USER: &str = "ferry";
const DATABASE: &str = "postgres";
/// PostgreSQL refuses to run as root. Linux knows this number as `nobody`, who owns nothing.
const NOBODY: u32 = 65_534;
/// How long a server may take until it accepts connections.
const START: Duration = Duration::from_secs(120);
/// What the server writes into its log when it does, and when it ends.
const READY: &str = "ready to accept connections";
const ENDED: &str = "database system is shut down";
/// Starts a server and ends it as soon as standard input ends, which happens with this process at the latest.
const UNTIL_INPUT_ENDS: &str = r#""$@" < /dev/null & server=$!; cat > /dev/null; kill -INT $server; wait $server"#;

/// A running server; it ends when this value is dropped, or when this process ends in any other way.
pub struct Postgres {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    /// A server for tests, installed where it is missing; none where somebody leaves it out.
    pub fn unless(is_left_out: bool) -> Result<Option<Self>, Failure> {
        if is_left_out { Ok(None) } else { Self::start(&prepare::postgres()?).map(Some) }
    }

    /// Makes a database in a fresh folder and serves it, with the programs of a PostgreSQL that is installed.
    fn start(programs: &Path) -> Result<Self, Failure> {
        let folder = std::env::temp_dir().join(format!("ferry-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).attempt(format_args!("make {}", folder.display()))?;
        let served = Self::start_in(programs, &folder);
        if served.is_err() {
            std::fs::remove_dir_all(&folder).ok();
        }
        served
    }

    fn start_in(programs: &Path, folder: &Path) -> Result<Self, Failure> {
        let what = format!("prepare {}", folder.display());
        std::fs::set_permissions(folder, Permissions::from_mode(0o700)).attempt(&what)?;
        let is_root = folder.metadata().attempt(&what)?.uid() == 0;
        if is_root {
            chown(folder, Some(NOBODY), Some(NOBODY)).attempt(&what)?;
        }
        let as_owner = |program: &Path| {
            let mut command = Command::new(program);
            command.current_dir(folder).stdout(Stdio::null());
            if is_root {
                command.uid(NOBODY).gid(NOBODY);
            }
            command
        };

        let mut initdb = as_owner(&programs.join("initdb"));
        initdb.args(["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "--username", USER, "-D", "data"]);
        let made = initdb.output().attempt("start initdb")?;
        if !made.status.success() {
            return Err(Failure::new(format!("initdb: {}", String::from_utf8_lossy(&made.stderr).trim())));
        }

        // Free when it was asked for; nothing of the tests runs yet that could take it.
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr());
        let port = free.attempt("find a free port")?.port();
        let log = folder.join("log");
        let mut shell = as_owner(Path::new("/bin/sh"));
        shell.args(["-c", UNTIL_INPUT_ENDS, "sh"]).arg(programs.join("postgres")).args(["-D", "data", "-k", "."]);
        shell.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-c", "max_connections=300", "-c", "fsync=off"]);
        shell.stdin(Stdio::piped()).stderr(File::create(&log).attempt("make the server's log")?);
        let process = shell.spawn().attempt("start PostgreSQL")?;
        let server = Self { process, folder: folder.to_owned(), port };
        wait_until_ready(&log)?;
        Ok(server)
    }

    /// The environment variable that tells tests of it, and its value.
    pub fn variable(&self) -> (&'static str, String) {
        ("FERRY_TEST_POSTGRES_URL", format!("postgres://{USER}@127.0.0.1:{}/{DATABASE}", self.port))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The end of its input is the server's; where one of these fails there is nothing left to end or remove.
        drop(self.process.stdin.take());
        self.process.wait().ok();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// Waits until the server's log says that it accepts connections.
fn wait_until_ready(log: &Path) -> Result<(), Failure> {
    let began = Instant::now();
    loop {
        let said = std::fs::read_to_string(log).attempt("read the server's log")?;
        if said.contains(READY) {
            return Ok(());
        }
        if said.contains(ENDED) || began.elapsed() > START {
            return Err(Failure::new(format!("PostgreSQL does not start: {}", said.trim())));
        }
        sleep(Duration::from_millis(50));
    }
}
