//! Whether two deployments can be migrated between, asked step by step, each told as soon as it is known. Nothing
//! stays on either side: the only thing made is a helper on the target, which is dropped at once.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ferry_model::messages::connect as text;
use ferry_model::{CheckItem, CheckLine, CheckState, HELPER_PREFIX, Side};

use crate::capture::SYSTEM_DATABASES;
use crate::rest::Rest;
use crate::wire::Wire;
use crate::{Deployment, Endpoint, Error, Timeouts, assumed, check_source_version, qualified, string_literal};

/// Clocks that are further apart deserve a word.
const CLOCK_TOLERANCE_MS: u64 = 2_000;

/// The deployments to check.
pub struct CheckRequest {
    /// Where resources and rows come from.
    pub source: Endpoint,
    /// Where they go to, where there is a target.
    pub target: Option<Endpoint>,
    /// The source's timeplusd as the target sees it.
    pub address_for_target: String,
}

/// Is told every line as it changes.
pub type Tell<'a> = &'a (dyn Fn(CheckLine) + Send + Sync);

/// How long each question of a check may take: a person waits.
pub const CHECK_TIMEOUTS: Timeouts =
    Timeouts { connect: Duration::from_secs(8), read: Duration::from_secs(15), request: Duration::from_secs(15) };

/// Checks both deployments at the same time, then what concerns both.
pub async fn check_connection(request: &CheckRequest, timeouts: Timeouts, tell: Tell<'_>) {
    let source = SideCheck { side: Side::Source, endpoint: &request.source, timeouts, tell };
    let Some(target) = &request.target else {
        source.run().await;
        return;
    };
    let target_check = SideCheck { side: Side::Target, endpoint: target, timeouts, tell };
    let (source_deployment, target_deployment) = tokio::join!(source.run(), target_check.run());
    let (Some(source), Some(target)) = (source_deployment, target_deployment) else { return };
    target_check.tell_clock(&source, &target).await;
    target_check.tell_reach(&source, &target, &request.address_for_target).await;
}

struct SideCheck<'a> {
    side: Side,
    endpoint: &'a Endpoint,
    timeouts: Timeouts,
    tell: Tell<'a>,
}

impl SideCheck<'_> {
    /// Checks one side by itself; gives the deployment if it can be talked to.
    async fn run(&self) -> Option<Deployment> {
        self.begin(CheckItem::Tcp);
        let address = self.endpoint.native_address();
        let began = Instant::now();
        let connecting = tokio::time::timeout(self.timeouts.connect, tokio::net::TcpStream::connect(&address)).await;
        if let Err(source) = connecting.map_err(Into::into).and_then(|connected| connected) {
            self.fail(CheckItem::Tcp, &Error::NotReachable { address, source: source.into() });
            return None;
        }
        self.pass(CheckItem::Tcp, text::answers(&address, began.elapsed().as_millis()));

        self.begin(CheckItem::SignIn);
        if let Err(error) = Wire::connect(self.endpoint, self.timeouts).await {
            self.fail(CheckItem::SignIn, &error);
            return None;
        }
        self.pass(CheckItem::SignIn, text::signed_in(&self.endpoint.username));

        self.begin(CheckItem::AppServer);
        let has_app_server = self.check_app_server().await;
        self.begin(CheckItem::Version);
        let mut endpoint = self.endpoint.clone();
        if !has_app_server {
            // What timeplusd tells of itself is worth knowing also when the app server is silent.
            endpoint.app_server_address = None;
        }
        let deployment = match Deployment::connect(endpoint, self.timeouts).await {
            Ok(deployment) => deployment,
            Err(error) => {
                self.fail(CheckItem::Version, &error);
                return None;
            }
        };
        self.tell_version(&deployment);
        self.begin(CheckItem::Privileges);
        self.tell_privileges(&deployment).await;
        Some(deployment)
    }

    async fn check_app_server(&self) -> bool {
        const ITEM: CheckItem = CheckItem::AppServer;
        let rest = match Rest::app_server(self.endpoint, self.timeouts) {
            Ok(Some(rest)) => rest,
            Ok(None) => {
                self.note(ITEM, text::NO_APP_SERVER, text::no_app_server_remedy(self.side));
                return false;
            }
            Err(error) => {
                self.fail(ITEM, &error);
                return false;
            }
        };
        // `/info` may answer anybody; a listing wants the sign-in (rest.md 1).
        let asked = match rest.get(&["info"], "the app server's release").await {
            Ok(_) => rest.list(&["v1beta2", "dashboards"], "the list of dashboards").await.map(|_| ()),
            Err(error) => Err(error),
        };
        match asked {
            Ok(()) => {
                let address = self.endpoint.app_server_address.as_deref().unwrap_or_default();
                self.pass(ITEM, text::app_server_answers(address));
                true
            }
            Err(error) => {
                self.fail(ITEM, &error);
                false
            }
        }
    }

    fn tell_version(&self, deployment: &Deployment) {
        let info = deployment.info();
        match check_source_version(info) {
            Err(error) if self.side == Side::Source => self.fail(CheckItem::Version, &error),
            _ => {
                let version = info.version.to_string();
                self.pass(CheckItem::Version, text::runs(info.product.label(), &version, &info.display_name));
            }
        }
    }

    async fn tell_privileges(&self, deployment: &Deployment) {
        const ITEM: CheckItem = CheckItem::Privileges;
        let relations = deployment.rows("SELECT database, name FROM system.tables").await;
        let hidden = deployment.what_may_be_hidden().await;
        match (relations, hidden) {
            (Ok(relations), Ok(hidden)) if hidden.is_empty() => {
                let own = |row: &crate::TextRow<'_>| !SYSTEM_DATABASES.contains(&row.text("database"));
                self.pass(ITEM, text::sees(relations.iter().filter(own).count()));
            }
            (Ok(_), Ok(hidden)) => self.note(ITEM, hidden.join(" "), text::ROW_POLICY_REMEDY),
            (Err(error), _) | (_, Err(error)) => self.fail(ITEM, &error),
        }
    }

    /// How far the clocks of both are apart, half the way of each question taken off.
    async fn tell_clock(&self, source: &Deployment, target: &Deployment) {
        self.begin(CheckItem::Clock);
        let (source, target) = tokio::join!(offset_ms(source), offset_ms(target));
        match (source, target) {
            (Ok(source), Ok(target)) => {
                let difference_ms = source.abs_diff(target);
                let finding = text::clocks(difference_ms);
                if difference_ms > CLOCK_TOLERANCE_MS {
                    self.note(CheckItem::Clock, finding, text::CLOCK_REMEDY);
                } else {
                    self.pass(CheckItem::Clock, finding);
                }
            }
            (Err(error), _) | (_, Err(error)) => self.fail(CheckItem::Clock, &error),
        }
    }

    /// Makes the target read from the source: CREATE of a helper holds two conversations with the source, and fails
    /// when either does (protocol.md E).
    async fn tell_reach(&self, source: &Deployment, target: &Deployment, address: &str) {
        const ITEM: CheckItem = CheckItem::ReachesSource;
        self.begin(ITEM);
        let stream = match a_stream_of(source).await {
            Ok(stream) => stream,
            Err(error) => return self.fail(ITEM, &error),
        };
        let is_real = stream.is_some();
        let (database, stream) = stream.unwrap_or_else(|| ("default".to_owned(), "ferry_nothing".to_owned()));
        target.learn_secrets(&source.endpoint().secrets());
        let name = format!("{HELPER_PREFIX}check_{:08x}", nanos());
        let helper = qualified(Some("default"), &name);
        let sql = helper_statement(&helper, address, &database, &stream, source.endpoint());
        let created = target.execute(&sql).await;
        // Also after an error: what its outcome was is not always known.
        let dropped = drop_helper(target, &helper, &name).await;
        match (created, dropped) {
            (Ok(()), Ok(())) => self.pass(ITEM, text::reads(&format!("{database}.{stream}"), address)),
            (Ok(()), Err(why)) => self.note(ITEM, text::helper_left(&name, &why), text::HELPER_LEFT_REMEDY),
            (Err(error), _) if !is_real && assumed::means_no_such_remote_stream(&error.chain()) => {
                self.pass(ITEM, text::reaches(address));
            }
            (Err(error), _) => {
                let finding = text::does_not_reach(address, &target.scrub(&error.chain()));
                self.line(ITEM, CheckState::Failed, finding, text::DOES_NOT_REACH_REMEDY);
            }
        }
    }

    fn begin(&self, item: CheckItem) {
        self.line(item, CheckState::Running, "", "");
    }

    fn pass(&self, item: CheckItem, finding: String) {
        self.line(item, CheckState::Passed, finding, "");
    }

    fn note(&self, item: CheckItem, finding: impl Into<String>, remedy: &str) {
        self.line(item, CheckState::Noted, finding, remedy);
    }

    fn fail(&self, item: CheckItem, error: &Error) {
        let finding = self.endpoint.secrets().scrub(&format!("{}.", error.chain()));
        self.line(item, CheckState::Failed, finding, error.remedy());
    }

    fn line(&self, item: CheckItem, state: CheckState, finding: impl Into<String>, remedy: &str) {
        let finding = finding.into();
        (self.tell)(CheckLine { side: self.side, item, state, finding, remedy: remedy.to_owned() });
    }
}

/// Drops a helper and waits until its name is gone: DROP is asynchronous (copy-safety 25).
async fn drop_helper(target: &Deployment, helper: &str, name: &str) -> Result<(), String> {
    const LOOK_AGAIN: Duration = Duration::from_millis(100);
    const PATIENCE: Duration = Duration::from_secs(15);
    target.execute(&format!("DROP STREAM IF EXISTS {helper}")).await.map_err(|error| error.chain())?;
    let gone = async {
        while target.is_listed("tables", name).await.map_err(|error| error.chain())? {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(())
    };
    tokio::time::timeout(PATIENCE, gone).await.unwrap_or_else(|_| Err(text::STILL_LISTED.to_owned()))
}

fn helper_statement(helper: &str, address: &str, database: &str, stream: &str, source: &Endpoint) -> String {
    let secure = if source.secure { ", secure = true" } else { "" };
    format!(
        "CREATE EXTERNAL STREAM {helper} SETTINGS type = 'timeplus', hosts = {}, db = {}, stream = {}, user = {}, \
         password = {}{secure}",
        string_literal(address),
        string_literal(database),
        string_literal(stream),
        string_literal(&source.username),
        string_literal(source.password.expose()),
    )
}

/// Any stream of people's own on a deployment.
async fn a_stream_of(deployment: &Deployment) -> Result<Option<(String, String)>, Error> {
    let rows = deployment.rows("SELECT database, name, engine FROM system.tables").await?;
    let mut streams = rows.iter().filter(|row| {
        matches!(row.text("engine"), "Stream" | "MutableStream")
            && !SYSTEM_DATABASES.contains(&row.text("database"))
            && !row.text("name").starts_with('.')
            && !row.text("name").starts_with(HELPER_PREFIX)
    });
    Ok(streams.next().map(|row| (row.text("database").to_owned(), row.text("name").to_owned())))
}

/// How far a deployment's clock is ahead of this machine's, in milliseconds.
async fn offset_ms(deployment: &Deployment) -> Result<i64, Error> {
    let before = now_ms();
    let there = i64::try_from(deployment.server_time_ms().await?).unwrap_or(i64::MAX);
    Ok(there - (before + now_ms()) / 2)
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Tells two checks of the same target apart.
fn nanos() -> u32 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos()
}
