//! The configuration file: the vendor's keys as they are, and Ferry's optional ones (docs/plan-format.md).

#[cfg(feature = "yaml")]
mod read;
#[cfg(feature = "yaml")]
pub(crate) use read::{read_settings, read_through};

use std::collections::BTreeMap;

use ferry_model::{Secret, SecretMap};
use serde::{Deserialize, Serialize};

use crate::{InnerRows, Renames};

/// Everything that a configuration file says. It holds secrets, so it can be neither printed nor serialised.
#[derive(Clone)]
pub struct Config {
    /// Where resources and rows come from.
    pub source: SideConfig,
    /// Where they go to; a `resource_only` configuration may leave it out.
    pub target: Option<SideConfig>,
    /// How to migrate. The vendor's sample has these keys at the top level, beside `source` and `target`.
    pub settings: Settings,
    /// Ferry's own `secrets:` map: values that cannot be read from the source, by key.
    pub secrets: SecretMap,
    /// Ferry's own `rename:` map: what gets another name on the target.
    pub renames: Renames,
    /// Ferry's own `inner_rows:`: what plans propose for the rows of materialized views without INTO, where it fits.
    pub inner_rows: InnerRows,
}

/// One deployment, as the configuration names it.
#[derive(Clone)]
pub struct SideConfig {
    /// `http://host:8000`; Proton has no app server.
    pub app_server_address: Option<String>,
    /// `host:8463`, timeplusd's native port.
    pub timeplusd_address: String,
    /// Ferry's own: `http://host:3218`, timeplusd's HTTP port, for functions of Proton.
    pub timeplusd_http_address: Option<String>,
    /// The user, on timeplusd and on the app server.
    pub username: String,
    /// The user's password; may be empty.
    pub password: Secret,
    /// Timeplus Cloud's workspace.
    pub workspace: Option<String>,
    /// Timeplus Cloud's API key: then REST uses it, and user and password serve timeplusd only.
    pub api_key: Option<Secret>,
    /// Ferry's own: whether timeplusd is spoken to over TLS.
    pub secure: bool,
    /// Ferry's own: certificates (PEM) to trust besides the well-known ones.
    pub ca_file: Option<String>,
    /// Ferry's own: the source's timeplusd as the target sees it, where that differs.
    pub address_for_target: Option<String>,
    /// Ferry's own: after how many seconds of silence the deployment counts as gone, where an answer is expected.
    pub silence_limit_seconds: Option<u64>,
}

impl SideConfig {
    /// The address at which the other deployment reaches this one.
    pub fn address_seen_by_target(&self) -> &str {
        self.address_for_target.as_deref().unwrap_or(&self.timeplusd_address)
    }
}

/// What is captured and carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfigMode {
    /// Definitions and rows.
    #[default]
    Full,
    /// Definitions only.
    ResourceOnly,
}

/// How to migrate. Names, meanings and defaults are the vendor's (resources.md 1.1); what the vendor does not have is
/// off unless it is asked for, and stands in a digest only then: digests of before stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Definitions and rows, or definitions only.
    pub mode: ConfigMode,
    /// Whether the statements that people ran are listed in the plan. They are never migrated.
    pub show_query_history: bool,
    /// Whether all running sources of the source are stopped before rows are copied.
    pub stop_data_ingestion_on_source: bool,
    /// Whether sources on the target are stopped.
    pub stop_data_ingestion_on_target: bool,
    /// Whether running sinks of the source are stopped before rows are copied, so that no sink writes twice. Ferry's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stop_sinks_on_source: bool,
    /// Whether the materialized views of the source are paused before rows are copied (resources.md 3.5). Ferry's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stop_materialized_views_on_source: bool,
    /// Threads of each `INSERT .. SELECT`.
    pub max_insert_threads: u64,
    /// Rows of one inserted block: an upper limit, never exceeded (copy-safety 12).
    pub max_block_size: u64,
    /// Whether helpers are dropped when their stream is copied.
    pub drop_migration_external_stream: bool,
    /// Whether copies run through timeplusd's native port instead of the app server.
    pub use_timeplusd_for_data_migration: bool,
    /// Ferry's own: how often at most rows that reached the source after the copies are copied, before anything that
    /// writes or acts by itself starts on the target (copy-safety 22, 29).
    #[serde(default, skip_serializing_if = "is::<0>")]
    pub catch_up_rounds: u64,
    /// Ferry's own: what starts that which writes or acts by itself on the target (copy-safety 22).
    #[serde(default, skip_serializing_if = "CutOver::is_by_itself")]
    pub cut_over: CutOver,
    /// Ferry's own: how often a run tries creations again by itself that need an external system which the target could
    /// not reach (copy-safety 26).
    #[serde(default = "number::<DEFERRED_ROUNDS>", skip_serializing_if = "is::<DEFERRED_ROUNDS>")]
    pub deferred_rounds: u64,
    /// Ferry's own: streams that are copied at the same time. Each copy reads from the source and writes to the target.
    #[serde(default = "number::<COPIES>", skip_serializing_if = "is::<COPIES>")]
    pub copies_at_once: u64,
    /// Ferry's own: streams that are compared at the same time.
    #[serde(default = "number::<COMPARISONS>", skip_serializing_if = "is::<COMPARISONS>")]
    pub comparisons_at_once: u64,
    /// Ferry's own: slices of one stream that are sent and not yet seen on the target, which is also what a crash makes
    /// the run copy again at most (copy-safety 10, 11).
    #[serde(default = "number::<SLICES>", skip_serializing_if = "is::<SLICES>")]
    pub slices_in_flight: u64,
    /// Ferry's own: steps that work on the source at the same time, copies and comparisons; 0 is no limit.
    #[serde(default, skip_serializing_if = "is::<0>")]
    pub steps_on_source: u64,
    /// Ferry's own: steps that work on the target at the same time, creations, copies and comparisons; 0 is no limit.
    #[serde(default, skip_serializing_if = "is::<0>")]
    pub steps_on_target: u64,
    /// Ferry's own: a named collection of the target that helpers sign in with instead of the source's user and password
    /// (copy-safety 6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helper_named_collection: Option<String>,
    /// Ferry's own: the way that rows take.
    #[serde(default, skip_serializing_if = "CopyThrough::is_helper")]
    pub copy_through: CopyThrough,
}

/// What starts materialized views, sources, sinks, alerts and whatever else writes or acts by itself on the target, once
/// everything is copied and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutOver {
    /// The run.
    #[default]
    ByItself,
    /// A person's word, for which the run waits.
    OnRequest,
}

impl CutOver {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::ByItself, Self::OnRequest];

    /// As plans and configurations spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ByItself => "by_itself",
            Self::OnRequest => "on_request",
        }
    }

    fn is_by_itself(&self) -> bool {
        *self == Self::ByItself
    }
}

/// The way that rows take from the source to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyThrough {
    /// The target pulls them itself through a helper.
    #[default]
    Helper,
    /// Ferry reads them on the source and inserts them on the target.
    Relay,
    /// The target pulls them; where it cannot, Ferry moves them.
    HelperOrRelay,
}

impl CopyThrough {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Helper, Self::Relay, Self::HelperOrRelay];

    /// As plans and configurations spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Helper => "helper",
            Self::Relay => "relay",
            Self::HelperOrRelay => "helper_or_relay",
        }
    }

    /// Whether a helper may be made.
    pub const fn may_use_helper(self) -> bool {
        !matches!(self, Self::Relay)
    }

    fn is_helper(&self) -> bool {
        *self == Self::Helper
    }
}

impl Settings {
    /// The vendor's default (resources.md 1.1).
    pub const DEFAULT_MAX_INSERT_THREADS: u64 = 8;
    /// The vendor's default, small because of the record limit of 10 MiB (resources.md 1.1, 3.3).
    pub const DEFAULT_MAX_BLOCK_SIZE: u64 = 10;
    /// Two copies keep a target busy while the end of one is checked (copy-safety 11).
    pub const DEFAULT_COPIES_AT_ONCE: u64 = 2;
    /// Comparing reads alone, so more may run.
    pub const DEFAULT_COMPARISONS_AT_ONCE: u64 = 4;
    /// Enough that a copy need not wait for a flush of the target, few enough to be copied again after a crash.
    pub const DEFAULT_SLICES_IN_FLIGHT: u64 = 4;
    /// More slices would only be more to copy again: they are sent one after the other.
    pub const MOST_SLICES_IN_FLIGHT: u64 = 16;
    /// With pauses of 5, 20 and 80 seconds, three rounds give a system that restarts the time to do so.
    pub const DEFAULT_DEFERRED_ROUNDS: u64 = 3;
}

const DEFERRED_ROUNDS: u64 = Settings::DEFAULT_DEFERRED_ROUNDS;
const COPIES: u64 = Settings::DEFAULT_COPIES_AT_ONCE;
const COMPARISONS: u64 = Settings::DEFAULT_COMPARISONS_AT_ONCE;
const SLICES: u64 = Settings::DEFAULT_SLICES_IN_FLIGHT;

const fn number<const DEFAULT: u64>() -> u64 {
    DEFAULT
}

const fn is<const DEFAULT: u64>(number: &u64) -> bool {
    *number == DEFAULT
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: ConfigMode::Full,
            show_query_history: false,
            stop_data_ingestion_on_source: false,
            stop_data_ingestion_on_target: false,
            stop_sinks_on_source: false,
            stop_materialized_views_on_source: false,
            max_insert_threads: Self::DEFAULT_MAX_INSERT_THREADS,
            max_block_size: Self::DEFAULT_MAX_BLOCK_SIZE,
            drop_migration_external_stream: false,
            use_timeplusd_for_data_migration: false,
            catch_up_rounds: 0,
            cut_over: CutOver::ByItself,
            deferred_rounds: Self::DEFAULT_DEFERRED_ROUNDS,
            copies_at_once: Self::DEFAULT_COPIES_AT_ONCE,
            comparisons_at_once: Self::DEFAULT_COMPARISONS_AT_ONCE,
            slices_in_flight: Self::DEFAULT_SLICES_IN_FLIGHT,
            steps_on_source: 0,
            steps_on_target: 0,
            helper_named_collection: None,
            copy_through: CopyThrough::Helper,
        }
    }
}

impl Config {
    /// SHA-256 of what the configuration says, in hexadecimal. Secrets and layout are not part of it: a digest
    /// that stands in a plan must not help anybody to guess a password.
    pub fn digest(&self) -> String {
        let side = |side: &SideConfig| {
            BTreeMap::from([
                ("app_server_address", side.app_server_address.clone()),
                ("timeplusd_address", Some(side.timeplusd_address.clone())),
                ("timeplusd_http_address", side.timeplusd_http_address.clone()),
                ("username", Some(side.username.clone())),
                ("workspace", side.workspace.clone()),
                ("secure", Some(side.secure.to_string())),
                ("ca_file", side.ca_file.clone()),
                ("address_for_target", side.address_for_target.clone()),
            ])
        };
        let mut said = serde_json::json!({
            "source": side(&self.source),
            "target": self.target.as_ref().map(side),
            "settings": self.settings,
        });
        if !self.renames.is_empty() {
            said["rename"] = serde_json::json!(self.renames.pairs());
        }
        if self.inner_rows != InnerRows::Undecided {
            said["inner_rows"] = self.inner_rows.as_str().into();
        }
        crate::digest::of_json(&said)
    }
}
