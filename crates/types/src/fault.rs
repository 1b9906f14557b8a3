//! Whose fault something is, and what follows from it.

/// Whose fault an error is. Status, `x-should-retry`, exit code and log level follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The request is at fault: the same request will fail again. 4xx, no retry.
    Caller,
    /// The provider is at fault.
    Upstream,
    /// The configuration is at fault: somebody has to change it.
    Operator,
    /// We are in trouble and it passes: 503 with `retry-after`.
    Us,
}
