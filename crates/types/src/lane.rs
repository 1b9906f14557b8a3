//! Lanes: the ordered text channels of an answer.

/// Identifies a lane within one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LaneId {
    /// Choice or content block index.
    pub part: u32,
    /// Which channel of the part: content, refusal, reasoning, arguments, …; the dialect numbers them.
    pub channel: u16,
    /// Index within the channel, e.g. of the tool call.
    pub index: u32,
}

/// Where the text of a lane goes in the end, which decides what is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sink {
    /// Text that a person or the application reads.
    Reader,
    /// Arguments of a tool that the client runs.
    ClientTool,
    /// Arguments of a tool that the provider runs: never gets real values.
    ProviderTool,
    /// Text under a signature: stays as the model wrote it.
    Signed,
}

/// What the text of a lane is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LaneFormat {
    /// Plain text.
    Plain,
    /// JSON text: restored values are escaped for the depth of JSON-in-string at which they stand.
    Json,
}

/// One ordered text channel of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lane {
    /// Which lane.
    pub id: LaneId,
    /// Where its text goes.
    pub sink: Sink,
    /// What its text is.
    pub format: LaneFormat,
}
