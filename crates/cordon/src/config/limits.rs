//! `[limits]`: how far an exchange may go.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::size::ByteSize;

/// How far one exchange may go. What goes beyond is refused or cut with an error that names the limit; nothing is ever
/// shortened in silence.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Limits {
    /// Deepest nesting of arrays and objects in a body.
    #[schemars(range(min = 8, max = 128), example = 64)]
    pub(crate) json_depth_max: u32,
    /// Most strings and numbers in a body, those of JSON inside strings included.
    #[schemars(range(min = 1), example = 200_000)]
    pub(crate) json_leaves_max: u32,
    /// Milliseconds that detection may take for one request, however short. One that takes longer is refused.
    #[schemars(range(min = 1), example = 5000)]
    pub(crate) detect_ms: u32,
    /// Milliseconds that each million bytes of the text of a request add to `detect_ms`. Together with
    /// `server.body_bytes_max` it bounds the search of one request, to about 10 seconds unless either is set. The time is
    /// looked at between two texts of the request.
    #[schemars(example = 1000)]
    pub(crate) detect_ms_per_mb: u32,
    /// Most values that are treated in one request.
    #[schemars(range(min = 1), example = 20_000)]
    pub(crate) findings_max: u32,
    /// Most deployments that one request is sent to, one after the other, when the first cannot be reached, do not answer in
    /// time or say that they are in trouble (408, 429, 5xx). 1: the first answer stands.
    #[schemars(range(min = 1), example = 2)]
    pub(crate) attempts_max: u32,
    /// Seconds in which a connection to a provider must stand.
    #[schemars(range(min = 1), example = 5)]
    pub(crate) connect_seconds: u32,
    /// Seconds until the provider's status must be known.
    #[schemars(range(min = 1), example = 120)]
    pub(crate) first_byte_seconds: u32,
    /// Longest silence of a provider within an answer, in seconds.
    #[schemars(range(min = 1), example = 300)]
    pub(crate) idle_seconds: u32,
    /// Largest answer that is not streamed.
    #[schemars(example = &"64 MiB")]
    pub(crate) answer_bytes_max: ByteSize,
    /// Largest single event of a streamed answer.
    #[schemars(example = &"16 MiB")]
    pub(crate) event_bytes_max: ByteSize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_depth_max: 128,
            json_leaves_max: 200_000,
            detect_ms: 2000,
            detect_ms_per_mb: 500,
            findings_max: 20_000,
            attempts_max: 3,
            connect_seconds: 5,
            first_byte_seconds: 60,
            idle_seconds: 120,
            answer_bytes_max: ByteSize(32 << 20),
            event_bytes_max: ByteSize(16 << 20),
        }
    }
}
