//! All limits of this crate, each with its unit, default and reason.

/// Limits of a JSON body, request or answer.
///
/// What goes beyond one of them is refused with the name of the limit; nothing is ever cut short in silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Deepest nesting of arrays and objects, levels. Default 128: ten times what clients send, and a walk of that depth
    /// fits the smallest stack a thread gets.
    pub depth_max: usize,
    /// How often JSON may stand inside a string of JSON before the rest counts as plain text, levels. Default 4.
    pub nested_json_max: usize,
    /// Strings and numbers in a body, JSON-in-string included. Default 200 000: bounds memory to a small multiple of the
    /// body.
    pub leaves_max: usize,
    /// Values of any kind with the names of members, JSON-in-string aside. Default 1 000 000: bounds memory where a body is
    /// nothing but brackets.
    pub values_max: usize,
    /// Members of one object. Default 20 000.
    pub members_max: usize,
    /// Bytes of a body. Default 64 MiB; whoever reads the body from the network stops earlier.
    pub body_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth_max: 128,
            nested_json_max: 4,
            leaves_max: 200_000,
            values_max: 1_000_000,
            members_max: 20_000,
            body_bytes_max: 64 << 20,
        }
    }
}

/// Limits of a streamed answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamLimits {
    /// Bytes of one event with its framing. Default 16 MiB.
    pub event_bytes_max: usize,
    /// Lanes of one answer (choice × channel × tool index). Default 4096.
    pub lanes_max: usize,
    /// Limits of the JSON of one event.
    pub event: Limits,
}

impl Default for StreamLimits {
    fn default() -> Self {
        Self { event_bytes_max: 16 << 20, lanes_max: 4096, event: Limits::default() }
    }
}
