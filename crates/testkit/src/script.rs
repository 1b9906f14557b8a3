//! The script of an exchange: what a client sends, what the provider answers, what must hold. Read from JSON lines.
//!
//! `cases/wire/README.md` describes the format for people. Members that this version does not act on are refused by
//! name when a case needs them, never skipped.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::Trouble;

/// One exchange as data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// Group and subject, e.g. `end/reset-mid-stream`.
    pub kind: String,
    /// The dialect that the mock speaks.
    pub dialect: String,
    /// Method and path at the gateway.
    pub route: String,
    /// Exact terms of the app.
    #[serde(default)]
    pub values: Vec<ExactValue>,
    /// What to set, in words.
    #[serde(default)]
    pub config: Option<String>,
    /// `as given`: the request's own credential headers are the whole login.
    #[serde(default)]
    pub auth: Option<String>,
    /// What the client sends.
    pub request: Request,
    /// How the client behaves.
    #[serde(default)]
    pub client: Client,
    /// What the provider answers, attempt by attempt.
    pub upstream: Vec<Attempt>,
    /// Target, operator and value of each thing that must hold.
    pub expect: Vec<(String, String, Value)>,
    /// How often the same request is sent.
    #[serde(default)]
    pub runs: Option<u32>,
    /// Messages to append for each further turn.
    #[serde(default)]
    pub turns: Vec<Turn>,
    /// True when the first user message is sent alone before the case.
    #[serde(default)]
    pub first_call: Option<Value>,
    /// What may reach the client although it looks like a surrogate.
    #[serde(default)]
    pub keeps: Vec<String>,
    /// `true` or values that may go upstream in clear.
    #[serde(default)]
    pub clear_ok: Option<Value>,
    /// Why the case is there.
    #[serde(default)]
    pub note: Option<String>,
}

/// An exact term of the app of a case.
#[derive(Debug, Clone, Deserialize)]
pub struct ExactValue {
    /// Its entity, in the words of the case.
    pub label: String,
    /// The text.
    pub value: String,
}

/// What a client sends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Headers beside those that the harness adds.
    #[serde(default)]
    pub headers: serde_json::Map<String, Value>,
    /// A JSON body, sent compactly.
    #[serde(default)]
    pub body: Option<Value>,
    /// A body, sent as it stands.
    #[serde(default)]
    pub body_text: Option<String>,
    /// A JSON body with fillings too large to hold.
    #[serde(default)]
    pub body_fill: Option<BodyFill>,
}

/// A JSON body with fillings.
#[derive(Debug, Clone, Deserialize)]
pub struct BodyFill {
    /// The body; its fillings are streamed.
    pub json: Value,
}

/// How a client behaves.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Content encoding of the request.
    #[serde(default)]
    pub encode: Option<String>,
    /// `chunked…`: no content-length.
    #[serde(default)]
    pub transfer: Option<String>,
    /// Goes away after so many events.
    #[serde(default)]
    pub close_after_events: Option<usize>,
    /// Goes away after so many milliseconds.
    #[serde(default)]
    pub close_after_ms: Option<u64>,
}

/// A further turn of a conversation.
#[derive(Debug, Clone, Deserialize)]
pub struct Turn {
    /// Messages to append.
    pub add: Vec<Value>,
}

/// One answer of the mock.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// HTTP status; 200 if left out.
    #[serde(default)]
    pub status: Option<u16>,
    /// Headers.
    #[serde(default)]
    pub headers: serde_json::Map<String, Value>,
    /// Server-sent events.
    #[serde(default)]
    pub events: Option<Vec<Event>>,
    /// JSON lines.
    #[serde(default)]
    pub lines: Option<Vec<Value>>,
    /// A JSON body.
    #[serde(default)]
    pub json: Option<Value>,
    /// A JSON body with fillings.
    #[serde(default)]
    pub json_fill: Option<Value>,
    /// A body as it stands.
    #[serde(default)]
    pub body: Option<String>,
    /// `hang_ms:N,reset`: takes the request, says nothing for N ms, resets.
    #[serde(default)]
    pub accept_then: Option<String>,
    /// `crlf` or `nospace`.
    #[serde(default)]
    pub frame: Option<String>,
    /// `event`, `tcp_bytewise`, `merged` or `at:TEXT`.
    #[serde(default)]
    pub cut: Option<String>,
    /// `close`, `reset`, `hang` or `reset_at_cut`.
    #[serde(default)]
    pub end: Option<String>,
    /// Content encoding of the answer.
    #[serde(default)]
    pub encode: Option<String>,
    /// Pause before the headers.
    #[serde(default)]
    pub wait_ms: Option<u64>,
}

/// One server-sent event, or a pause.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its name.
    #[serde(default)]
    pub event: Option<String>,
    /// Its id.
    #[serde(default)]
    pub id: Option<String>,
    /// JSON or a string; `null` or left out: no data line.
    #[serde(default)]
    pub data: Option<Value>,
    /// A comment line.
    #[serde(default)]
    pub comment: Option<String>,
    /// Pause before it.
    #[serde(default)]
    pub wait_ms: Option<u64>,
}

impl Attempt {
    /// A JSON answer with status 200.
    pub fn json(body: Value) -> Self {
        Self { json: Some(body), ..Self::default() }
    }

    /// A stream of these events with status 200.
    pub fn events(events: Vec<Event>) -> Self {
        let mut headers = serde_json::Map::new();
        headers.insert("content-type".to_owned(), Value::from("text/event-stream"));
        Self { headers, events: Some(events), ..Self::default() }
    }
}

/// All cases of a file of JSON lines.
pub fn cases(file: &Path) -> Result<Vec<Case>, Trouble> {
    let named = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| Trouble::from(error).during(&named))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            serde_json::from_str(line)
                .map_err(|error| Trouble::from(error).during(&format!("{named}:{}", at.saturating_add(1))))
        })
        .collect()
}
