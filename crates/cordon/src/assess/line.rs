//! What one document of a log is: a request and what stands beside it, an answer, or nothing that could be assessed.
//!
//! Known are bare bodies of requests; bodies within an envelope (`request`, `body`, …, also as JSON in a string), with model, URL or
//! provider beside; and the lines of LiteLLM (its standard logging payload and its spend logs). Of a bare body everything is kept as it stands. Of a
//! line that was written by a logger only what left is kept: answers, costs and data about the caller stayed.
//!
//! Nothing of a document is ever part of a message.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::value::RawValue;
use wire::RouteSpec;

use super::recipient::Hints;

/// A document, read.
#[derive(Debug)]
pub(crate) enum Line<'a> {
    /// A request.
    Request(Box<Logged<'a>>),
    /// An answer of a provider: nothing that left.
    Answer,
    /// A request of which the log holds no text, and why.
    Empty(&'static str),
    /// Something else, and why it is nothing that is known.
    Unknown(String),
}

/// A request as a log holds it.
pub(crate) struct Logged<'a> {
    /// The route that it takes.
    pub(crate) route: &'static RouteSpec,
    /// Its body.
    pub(crate) body: Cow<'a, str>,
    /// What tells who got it.
    pub(crate) hints: Hints,
}

/// Tells how long the body is, not what stands in it, and nothing of the hints: they are the log's text.
impl fmt::Debug for Logged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Logged({} bytes)", self.body.len())
    }
}

/// Members of an envelope under which a request may stand, in the order in which they are looked at.
const ENVELOPES: [&str; 13] = [
    "standard_logging_object",
    "standard_logging_payload",
    "request",
    "body",
    "request_body",
    "requestBody",
    "providerRequest",
    "json",
    "payload",
    "kwargs",
    "data",
    "params",
    "proxy_server_request",
];
/// Deepest envelope in an envelope.
const ENVELOPES_MAX: usize = 4;

/// Members that only a logger writes.
const OF_LOGGERS: [&str; 32] = [
    "answer",
    "api_base",
    "base_url",
    "cache_hit",
    "choices",
    "completion",
    "completion_tokens",
    "cost",
    "created_at",
    "custom_llm_provider",
    "duration_ms",
    "endpoint",
    "host",
    "latency",
    "latency_ms",
    "output",
    "prompt_tokens",
    "provider",
    "providerResponse",
    "request_id",
    "response",
    "response_body",
    "response_cost",
    "startTime",
    "status",
    "status_code",
    "time",
    "timestamp",
    "total_tokens",
    "ts",
    "url",
    "usage",
];
/// Members that tell a line of LiteLLM.
const OF_LITELLM: [&str; 4] =
    ["call_type", "custom_llm_provider", "litellm_params", "standard_logging_object"];
/// Members of a line of LiteLLM that left.
const LITELLM_SENT: [&str; 10] = [
    "model",
    "messages",
    "prompt",
    "input",
    "instructions",
    "system",
    "tools",
    "functions",
    "tool_choice",
    "response_format",
];
/// What LiteLLM writes where it was told not to keep messages.
const LITELLM_REDACTED: &str = "redacted-by-litellm";
/// Longest list of messages that can be nothing but that.
const REDACTED_BYTES_MAX: usize = 256;

const NO_TEXT: &str =
    "the log holds no text of it (in LiteLLM: store_prompts_in_spend_logs, turn_off_message_logging)";
const TOKENS: &str = "its text is written in tokens, which cannot be read";

type Members<'a> = BTreeMap<String, &'a RawValue>;

/// Reads a document.
pub(crate) fn read(bytes: &[u8]) -> Line<'_> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Line::Unknown("it is not UTF-8".to_owned());
    };
    let trimmed = text.trim();
    if !trimmed.starts_with('{') {
        let why = if trimmed.starts_with('[') { "it is a list" } else { "it is no JSON object" };
        return Line::Unknown(why.to_owned());
    }
    match members(trimmed) {
        Ok(members) => of_members(trimmed, &members, Hints::default(), 0),
        Err(why) => Line::Unknown(why),
    }
}

fn members(text: &str) -> Result<Members<'_>, String> {
    serde_json::from_str(text).map_err(|error| {
        let what = if error.is_eof() { "it is cut off: its JSON does not end" } else { "its JSON is broken" };
        format!("{what} (column {})", error.column())
    })
}

fn of_members<'a>(text: &'a str, members: &Members<'a>, mut hints: Hints, depth: usize) -> Line<'a> {
    absorb(members, &mut hints);
    let is_litellm = OF_LITELLM.iter().any(|name| members.contains_key(*name));
    if holds_request(members) {
        let own = request(text, members, hints.clone(), is_litellm);
        // LiteLLM may keep the whole body beside messages that it emptied.
        if !matches!(own, Line::Empty(_)) || !members.contains_key("proxy_server_request") {
            return own;
        }
    }
    if depth < ENVELOPES_MAX {
        for name in ENVELOPES {
            let Some(raw) = members.get(name).map(|raw| raw.get()) else { continue };
            let within = match raw.as_bytes().first() {
                Some(b'{') => nested(Cow::Borrowed(raw), hints.clone(), depth),
                Some(b'"') => match serde_json::from_str::<String>(raw) {
                    Ok(decoded) if decoded.trim_start().starts_with('{') => {
                        nested(Cow::Owned(decoded), hints.clone(), depth)
                    }
                    _ => continue,
                },
                _ => continue,
            };
            if !matches!(within, Line::Unknown(_)) {
                return within;
            }
        }
    }
    if is_answer(members) {
        Line::Answer
    } else if is_litellm {
        Line::Empty(NO_TEXT)
    } else {
        Line::Unknown("it holds no messages, prompt or input, so it is no request that is known".to_owned())
    }
}

fn nested(text: Cow<'_, str>, hints: Hints, depth: usize) -> Line<'_> {
    match text {
        Cow::Borrowed(text) => match members(text) {
            Ok(members) => of_members(text, &members, hints, depth + 1),
            Err(why) => Line::Unknown(why),
        },
        Cow::Owned(text) => match members(&text) {
            Ok(members) => owned(of_members(&text, &members, hints, depth + 1)),
            Err(why) => Line::Unknown(why),
        },
    }
}

/// The same line, of a text that does not live on.
fn owned<'a>(line: Line<'_>) -> Line<'a> {
    match line {
        Line::Request(logged) => {
            let Logged { route, body, hints } = *logged;
            Line::Request(Box::new(Logged { route, body: Cow::Owned(body.into_owned()), hints }))
        }
        Line::Answer => Line::Answer,
        Line::Empty(why) => Line::Empty(why),
        Line::Unknown(why) => Line::Unknown(why),
    }
}

/// Takes up what tells who got the request; what stands further out counts less.
fn absorb(members: &Members<'_>, hints: &mut Hints) {
    let text = |name: &str| -> Option<String> {
        let raw = members.get(name)?.get();
        let text: String = serde_json::from_str(raw).ok()?;
        Some(text).filter(|text| !text.trim().is_empty())
    };
    let first = |names: &[&str]| names.iter().find_map(|name| text(name));
    if let Some(provider) =
        first(&["custom_llm_provider", "llm_provider", "provider", "gen_ai.provider.name"])
    {
        hints.provider = Some(provider);
    }
    if let Some(url) = first(&["api_base", "base_url", "url", "endpoint", "uri", "host"]) {
        hints.url = Some(url);
    }
    if let Some(model) = first(&["model", "model_name"]) {
        hints.model = Some(model);
    }
    for name in ["hidden_params", "litellm_params"] {
        if let Some(inner) = members.get(name).and_then(|raw| self::members(raw.get()).ok()) {
            let before = hints.clone();
            absorb(&inner, hints);
            // What the line itself says counts more.
            hints.provider = before.provider.or_else(|| hints.provider.take());
            hints.url = before.url.or_else(|| hints.url.take());
            hints.model = before.model.or_else(|| hints.model.take());
        }
    }
}

fn holds_request(members: &Members<'_>) -> bool {
    let is = |name: &str, starts: &[u8]| {
        members.get(name).and_then(|raw| raw.get().bytes().next()).is_some_and(|byte| starts.contains(&byte))
    };
    is("messages", b"[\"{") || is("prompt", b"[\"") || is("input", b"[\"")
}

fn is_answer(members: &Members<'_>) -> bool {
    let says = |name: &str, value: &str| {
        members.get(name).is_some_and(|raw| raw.get().trim_matches('"').starts_with(value))
    };
    members.contains_key("choices")
        || says("object", "chat.completion")
        || says("object", "text_completion")
        || says("object", "response")
        || (says("type", "message") && says("role", "assistant"))
}

/// The request that these members are.
fn request<'a>(text: &'a str, members: &Members<'a>, hints: Hints, is_litellm: bool) -> Line<'a> {
    let messages = members.get("messages").map(|raw| raw.get());
    let is_redacted =
        |raw: &str| raw.len() <= REDACTED_BYTES_MAX && raw.contains(LITELLM_REDACTED) && is_litellm;
    if messages.is_some_and(is_redacted) {
        return Line::Empty(NO_TEXT);
    }
    let kept = kept(members, is_litellm);
    // How the text is told: as messages of a chat, or as the prompt of a completion.
    let (member, told): (&str, Cow<'a, str>) = if let Some(raw) = messages {
        match conversation(raw) {
            Some(told) => told,
            None => match members.get("input").or_else(|| members.get("prompt")) {
                Some(raw) => match conversation(raw.get()) {
                    Some(told) => told,
                    None => return Line::Empty(NO_TEXT),
                },
                None => return Line::Empty(NO_TEXT),
            },
        }
    } else {
        let raw = members.get("prompt").or_else(|| members.get("input")).map_or("[]", |raw| raw.get());
        match conversation(raw) {
            Some(told) => told,
            None => return Line::Empty(NO_TEXT),
        }
    };
    if member == "prompt"
        && told.trim_start_matches(['[', ' ', '\n']).starts_with(|c: char| c.is_ascii_digit())
    {
        return Line::Empty(TOKENS);
    }
    let Some(route) = route(members, member, &told, &hints) else {
        return Line::Unknown("no dialect takes it".to_owned());
    };
    let is_whole = kept.len() == members.len() && members.get(member).is_some_and(|raw| raw.get() == told);
    let body = if is_whole { Cow::Borrowed(text) } else { Cow::Owned(built(&kept, member, &told)) };
    Line::Request(Box::new(Logged { route, body, hints }))
}

/// The members that left; of messages only the place.
fn kept<'a>(members: &Members<'a>, is_litellm: bool) -> BTreeMap<String, &'a RawValue> {
    let is_kept = |name: &str| {
        if is_litellm { LITELLM_SENT.contains(&name) } else { !OF_LOGGERS.contains(&name) }
    };
    let mut kept: BTreeMap<String, &'a RawValue> = BTreeMap::new();
    if is_litellm {
        for name in ["model_parameters", "optional_params"] {
            let inner = members.get(name).and_then(|raw| self::members(raw.get()).ok());
            kept.extend(inner.unwrap_or_default());
        }
    }
    kept.extend(members.iter().filter(|(name, _)| is_kept(name)).map(|(name, raw)| (name.clone(), *raw)));
    kept
}

/// A text of a request in its JSON, as `messages` or as `prompt`; `None` where it is empty.
fn conversation(raw: &str) -> Option<(&'static str, Cow<'_, str>)> {
    let inner = raw.get(1..).unwrap_or_default().trim_start();
    match raw.as_bytes().first()? {
        b'[' => match inner.as_bytes().first()? {
            b']' => None,
            b'{' => Some(("messages", Cow::Borrowed(raw))),
            _ => Some(("prompt", Cow::Borrowed(raw))),
        },
        b'"' => {
            let text: String = serde_json::from_str(raw).ok()?;
            let trimmed = text.trim();
            if trimmed.is_empty() || trimmed == "{}" || trimmed == "[]" {
                return None;
            }
            if trimmed.starts_with(['[', '{']) && serde_json::from_str::<&RawValue>(trimmed).is_ok() {
                // Spend logs of LiteLLM hold messages as JSON in a string.
                return conversation(trimmed).map(|(member, told)| (member, Cow::Owned(told.into_owned())));
            }
            Some(("prompt", Cow::Borrowed(raw)))
        }
        b'{' if inner.starts_with('}') => None,
        b'{' => Some(("messages", Cow::Owned(format!("[{raw}]")))),
        _ => None,
    }
}

/// The body that these members make, with its text under one name.
fn built(kept: &BTreeMap<String, &RawValue>, member: &str, told: &str) -> String {
    let rest = kept.iter().filter(|(name, _)| !["messages", "prompt", "input"].contains(&name.as_str()));
    let mut body = format!("{{\"{member}\":{told}");
    for (name, raw) in rest {
        body.push(',');
        body.push_str(&serde_json::Value::from(name.as_str()).to_string());
        body.push(':');
        body.push_str(raw.get());
    }
    body.push('}');
    body
}

/// The route that takes it: the one that the URL names, where it fits; else the one whose shape it has.
fn route(members: &Members<'_>, member: &str, told: &str, hints: &Hints) -> Option<&'static RouteSpec> {
    let path = hints.url.as_deref().unwrap_or_default();
    // A string of JSON that is exactly this word: within a text its quotation marks would be escaped.
    let has_block = |raw: &str| {
        ["\"tool_use\"", "\"tool_result\"", "\"thinking\"", "\"redacted_thinking\""]
            .iter()
            .any(|kind| raw.contains(kind))
    };
    let is_anthropic = path.contains("/v1/messages")
        || members.contains_key("anthropic_version")
        || members.contains_key("stop_sequences")
        || (members.contains_key("system") && member == "messages")
        || members.get("tools").is_some_and(|raw| raw.get().contains("\"input_schema\""))
        || (has_block(told) && !path.contains("/chat/completions"));
    let path = match member {
        "prompt" => "/v1/completions",
        _ if is_anthropic => "/v1/messages",
        _ => "/v1/chat/completions",
    };
    wire::resolve("POST", path, is_anthropic).ok().map(|(route, _)| route)
}

#[cfg(test)]
mod tests;
