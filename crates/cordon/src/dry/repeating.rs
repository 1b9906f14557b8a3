//! A provider that says what it was asked, so that what comes back can be compared.

use bytes::Bytes;
use exchange::{Answer, AnswerBody, UpstreamFault};
use serde_json::json;

use crate::leak_test::texts;

/// The body of an answer, or of one that never comes.
pub(crate) struct Body(Option<Bytes>);

impl AnswerBody for Body {
    async fn next(&mut self) -> Option<Result<Bytes, UpstreamFault>> {
        self.0.take().map(Ok)
    }
}

/// The answer of a chat that repeats the texts of its request, a line each.
pub(super) fn answer(request: &[u8]) -> Answer<Body> {
    let message = json!({ "role": "assistant", "content": texts(request).join("\n") });
    let body = json!({
        "id": "dry",
        "object": "chat.completion",
        "created": 0,
        "model": super::TEXT_MODEL,
        "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2 },
    });
    Answer {
        status: 200,
        headers: vec![("content-type".to_owned(), b"application/json".to_vec())],
        body: Body(Some(Bytes::from(body.to_string()))),
    }
}
