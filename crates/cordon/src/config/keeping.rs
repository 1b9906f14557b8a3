//! `[state]`, `[ledger]`, `[log]` and `[keys]`: what is kept where, and what is said about it.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where Cordon keeps its state.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct State {
    /// The directory for the database (`cordon.db`) and, unless `CORDON_ROOT_KEY` or `CORDON_ROOT_KEY_FILE` gives it, the
    /// root key (`root.key`). Made with mode 0700 where it is missing. A relative path starts at the configuration file,
    /// or at the working directory where there is none.
    #[schemars(with = "String", example = &"/var/lib/cordon")]
    pub(crate) dir: PathBuf,
}

impl Default for State {
    fn default() -> Self {
        Self { dir: PathBuf::from("./cordon-data") }
    }
}

/// The tamper-evident record of what left.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Ledger {
    /// What must be true before a request leaves: `disk`, its record survives a power loss (one sync of the disk, shared
    /// by all that wait); `process`, its record survives the end of the process, `kill -9` included, but not a power loss.
    pub(crate) durability: Durability,
    /// Milliseconds that a record may take. Beyond it the request is refused with 503: it never hangs.
    #[schemars(range(min = 1), example = 1000)]
    pub(crate) append_deadline_ms: u32,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { durability: Durability::Disk, append_deadline_ms: 250 }
    }
}

/// What a record survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Durability {
    /// A power loss.
    Disk,
    /// The end of the process.
    Process,
}

impl Durability {
    /// The same, as the store says it.
    pub(crate) const fn of_store(self) -> store::Durability {
        match self {
            Self::Disk => store::Durability::Disk,
            Self::Process => store::Durability::Process,
        }
    }
}

/// What Cordon says on standard error. Log lines never hold values, headers or query strings.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    /// `human` for people, `json` for one JSON object a line.
    pub(crate) format: LogFormat,
    /// The least severe level that is written.
    pub(crate) level: LogLevel,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Human, level: LogLevel::Info }
    }
}

/// Form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Levels of log lines, from severe to chatty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogLevel {
    /// Somebody has to do something.
    Error,
    /// Somebody should look.
    Warn,
    /// What happens, in few lines.
    Info,
    /// For who looks for a fault.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// The name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// App keys.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Keys {
    /// Age in days from which on `cordon keys list` and the log warn about a key.
    #[schemars(range(min = 1), example = 30)]
    pub(crate) age_days_max: u32,
}

impl Default for Keys {
    fn default() -> Self {
        Self { age_days_max: 90 }
    }
}
