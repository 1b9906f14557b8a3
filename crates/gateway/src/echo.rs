//! The built-in echo provider: answers in the dialect of the call with what it saw. Nothing leaves the process.
//!
//! It shows what a provider would see and how answers come back: text repeats the last user message, a request with
//! tools gets a call of the first one whose arguments are what was said, streams come in pieces of about five
//! characters, so that surrogates are cut (of long texts in larger ones). It is deterministic.

mod anthropic;
mod openai;
mod saw;

use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;
use exchange::Call;
use serde_json::{Value, json};

use crate::settings::Observer;
use saw::Saw;

/// Characters of a piece of a stream.
const PIECE_CHARS: usize = 5;

/// Most pieces of a stream, about. Longer texts come in larger pieces: each is an event many times its size.
const PIECES_MAX: usize = 4096;

/// The echo provider.
#[derive(Default)]
pub(crate) struct Echo {
    seen: Option<Observer>,
}

/// Its answer.
pub(crate) struct EchoAnswer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: EchoBody,
}

/// The body of its answer, piece by piece.
#[derive(Default)]
pub(crate) struct EchoBody(VecDeque<Bytes>);

impl EchoBody {
    pub(crate) fn next(&mut self) -> Option<Bytes> {
        self.0.pop_front()
    }
}

impl fmt::Debug for EchoBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EchoBody({} pieces)", self.0.len())
    }
}

impl Echo {
    /// An echo that hands each body it sees to `seen`.
    pub(crate) fn new(seen: Option<Observer>) -> Self {
        Self { seen }
    }

    pub(crate) fn answer(&self, call: &Call) -> EchoAnswer {
        if let Some(seen) = &self.seen {
            seen(&call.body);
        }
        let is_anthropic = call.dialect == wire::DialectId::AnthropicMessages.name();
        let Ok(request) = serde_json::from_slice::<Value>(&call.body) else {
            let error = json!({"type": "error", "error": {"type": "invalid_request_error", "message": "echo: not JSON"}});
            return whole(400, &error);
        };
        let path = call.path.split('?').next().unwrap_or_default();
        let saw = Saw::of(&request, is_anthropic);
        let id = call.exchange.as_str();
        if path.ends_with("/count_tokens") {
            whole(200, &json!({"input_tokens": saw.input_tokens}))
        } else if is_anthropic {
            of_events(saw.wants_stream, || anthropic::events(&saw, id), || anthropic::message(&saw, id))
        } else if path.ends_with("/chat/completions") {
            of_events(saw.wants_stream, || openai::chunks(&saw, id), || openai::completion(&saw, id))
        } else {
            of_events(
                saw.wants_stream,
                || openai::text_chunks(&saw, id),
                || openai::text_completion(&saw, id),
            )
        }
    }
}

fn of_events(
    wants_stream: bool,
    events: impl FnOnce() -> Vec<String>,
    body: impl FnOnce() -> Value,
) -> EchoAnswer {
    if !wants_stream {
        return whole(200, &body());
    }
    let pieces = events().into_iter().map(Bytes::from).collect();
    EchoAnswer {
        status: 200,
        headers: content_type("text/event-stream; charset=utf-8"),
        body: EchoBody(pieces),
    }
}

fn whole(status: u16, body: &Value) -> EchoAnswer {
    let body = EchoBody(VecDeque::from([Bytes::from(body.to_string())]));
    EchoAnswer { status, headers: content_type("application/json"), body }
}

fn content_type(value: &str) -> Vec<(String, Vec<u8>)> {
    vec![("content-type".to_owned(), value.as_bytes().to_vec())]
}

/// A text in pieces of a few characters; of a long text in larger ones, of which there are not too many.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let chars = PIECE_CHARS.max(text.len().div_ceil(PIECES_MAX));
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.char_indices().nth(chars).map_or(rest.len(), |(at, _)| at);
        let (piece, left) = rest.split_at_checked(end)?;
        rest = left;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Units of text that an answer counts: about four bytes each.
fn tokens_in(text: &str) -> u64 {
    (text.len() as u64).div_ceil(4)
}

#[cfg(test)]
mod tests {
    use types::{DeploymentId, Environment, ExchangeId};

    use super::*;

    fn asked(dialect: &'static str, path: &str, body: &Value) -> (u16, String) {
        let call = Call {
            deployment: DeploymentId::new("echo"),
            dialect,
            environment: Environment::Dev,
            method: "POST",
            path: path.to_owned(),
            headers: Vec::new(),
            body: Bytes::from(body.to_string()),
            exchange: ExchangeId::new("x1"),
        };
        let mut answer = Echo::default().answer(&call);
        let mut text = Vec::new();
        while let Some(piece) = answer.body.next() {
            text.extend_from_slice(&piece);
        }
        (answer.status, String::from_utf8(text).unwrap())
    }

    #[test]
    fn a_chat_is_answered_with_what_was_said() {
        let body =
            json!({"model": "echo", "messages": [{"role": "user", "content": "Grüße an PERSON_7KQ2"}]});
        let (status, text) = asked("openai.chat", "/v1/chat/completions", &body);
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(status, 200);
        assert_eq!(answer["choices"][0]["message"]["content"], "You said: Grüße an PERSON_7KQ2");
        let (_, text) = asked("anthropic.messages", "/v1/messages", &body);
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["content"][0]["text"], "You said: Grüße an PERSON_7KQ2");
        let (_, text) = asked("anthropic.messages", "/v1/messages/count_tokens", &body);
        assert!(text.starts_with("{\"input_tokens\":"));
        let body = json!({"model": "echo", "prompt": "once"});
        let (_, text) = asked("openai.chat", "/v1/completions", &body);
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["choices"][0]["text"], "You said: once");
    }

    #[test]
    fn a_stream_says_the_same_in_small_pieces() {
        let body = json!({"model": "echo", "stream": true, "messages": [{"role": "user", "content": "Grüße an PERSON_7KQ2"}]});
        let (_, text) = asked("openai.chat", "/v1/chat/completions", &body);
        assert!(text.contains("\"You s\"") && text.ends_with("data: [DONE]\n\n"), "{text}");
        let said: String = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok())
            .filter_map(|chunk| Some(chunk["choices"][0]["delta"]["content"].as_str()?.to_owned()))
            .collect();
        assert_eq!(said, "You said: Grüße an PERSON_7KQ2");
        let (_, text) = asked("anthropic.messages", "/v1/messages", &body);
        assert!(text.contains("\"You s\"") && text.contains("event: message_stop"), "{text}");
    }

    #[test]
    fn a_tool_is_called_with_what_was_said_and_its_result_is_read_back() {
        let schema = json!({"type": "object", "properties": {"to": {"type": "string"}, "n": {"type": "integer"}, "urgent": {"type": "boolean"}}});
        let body = json!({"model": "echo", "messages": [{"role": "user", "content": "mail EMAIL_7KQ2"}],
            "tools": [{"type": "function", "function": {"name": "send", "parameters": schema}}]});
        let (_, text) = asked("openai.chat", "/v1/chat/completions", &body);
        let answer: Value = serde_json::from_str(&text).unwrap();
        let call = &answer["choices"][0]["message"]["tool_calls"][0]["function"];
        assert_eq!(call["arguments"], r#"{"to":"mail EMAIL_7KQ2","n":1,"urgent":true}"#);
        assert_eq!(answer["choices"][0]["finish_reason"], "tool_calls");
        let body = json!({"model": "echo", "messages": [{"role": "user", "content": "mail EMAIL_7KQ2"}],
            "tools": [{"name": "send", "input_schema": schema}]});
        let (_, text) = asked("anthropic.messages", "/v1/messages", &body);
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["content"][0]["input"]["to"], "mail EMAIL_7KQ2");
        let body = json!({"model": "echo", "messages": [{"role": "user", "content": "mail"},
            {"role": "tool", "tool_call_id": "c", "content": "sent to EMAIL_7KQ2"}],
            "tools": [{"type": "function", "function": {"name": "send", "parameters": schema}}]});
        let (_, text) = asked("openai.chat", "/v1/chat/completions", &body);
        assert!(text.contains("The tool said: sent to EMAIL_7KQ2"), "{text}");
    }

    #[test]
    fn pieces_are_cut_between_characters() {
        assert_eq!(pieces("äöüßéx").collect::<Vec<_>>(), ["äöüßé", "x"]);
        assert_eq!(pieces("").count(), 0);
    }

    #[test]
    fn a_long_text_comes_in_larger_pieces_of_which_there_are_not_too_many() {
        let text = "ä".repeat(8 << 20);
        assert!(pieces(&text).count() <= PIECES_MAX);
        assert_eq!(pieces(&text).map(str::len).sum::<usize>(), text.len());
        let short = "x".repeat(PIECES_MAX * PIECE_CHARS);
        assert!(pieces(&short).all(|piece| piece.len() == PIECE_CHARS));
        let body = json!({"model": "echo", "stream": true, "messages": [{"role": "user", "content": "a".repeat(16 << 20)}]});
        for (dialect, path) in [
            ("openai.chat", "/v1/chat/completions"),
            ("openai.chat", "/v1/completions"),
            ("anthropic.messages", "/v1/messages"),
        ] {
            let (_, text) = asked(dialect, path, &body);
            assert!(text.matches("data: ").count() < PIECES_MAX + 10, "{path}");
        }
    }
}
