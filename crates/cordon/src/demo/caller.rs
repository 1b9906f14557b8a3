//! The application of the demonstration: posts a request to the gateway and puts together what came back.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use net::{OutRequest, Pinned, PinnedOptions, Target};
use serde_json::Value;
use types::AppKey;

use super::scenes::Scene;
use crate::failure::Failure;

/// Largest answer, in bytes.
const ANSWER_BYTES_MAX: usize = 8 << 20;

/// An application that reaches the gateway at one address.
pub(crate) struct Caller {
    client: Pinned,
    target: Target,
    authorization: HeaderValue,
}

impl Caller {
    /// An application with this app key.
    ///
    /// # Errors
    /// Where no client can be made.
    pub(crate) fn new(address: SocketAddr, key: &AppKey) -> Result<Self, Failure> {
        let client =
            Pinned::new(PinnedOptions::default()).map_err(|error| Failure::Unavailable(error.to_string()))?;
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", key.expose()))
            .map_err(|_| Failure::Unavailable("the app key cannot stand in a header".to_owned()))?;
        authorization.set_sensitive(true);
        let target = Target { secure: false, host: address.ip().to_string(), port: address.port() };
        Ok(Self { client, target, authorization })
    }

    /// Sends a scene and gives what came back, as text for the reader.
    ///
    /// # Errors
    /// No answer, or one that is an error.
    pub(crate) async fn send(&self, scene: &Scene) -> Result<String, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, self.authorization.clone());
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if scene.path == "/v1/messages" {
            headers.insert("anthropic-version", HeaderValue::from_static("2023-06-01"));
        }
        let request = OutRequest {
            target: self.target.clone(),
            method: Method::POST,
            path: scene.path.to_owned(),
            headers,
            body: Bytes::from(scene.body.to_string()),
        };
        let broken =
            |error: net::NetFault| Failure::Unavailable(format!("the gateway did not answer: {error}"));
        let mut answer = self.client.send(request).await.map_err(broken)?;
        let mut body = Vec::new();
        while let Some(piece) = answer.body.next().await {
            body.extend_from_slice(&piece.map_err(broken)?);
            if body.len() > ANSWER_BYTES_MAX {
                return Err(Failure::Unavailable("the answer of the gateway is too long".to_owned()));
            }
        }
        if answer.status != 200 {
            return Err(Failure::Unavailable(format!("the gateway answered {}", answer.status)));
        }
        Ok(if scene.is_stream { streamed(&body) } else { whole(&body) })
    }
}

/// Text and tool arguments of a whole answer of OpenAI's chat.
fn whole(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let message = body.pointer("/choices/0/message");
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut seen = text(message.and_then(|message| message.get("content")));
    let calls = message.and_then(|message| message.get("tool_calls")).and_then(Value::as_array);
    for call in calls.into_iter().flatten() {
        seen.push_str(&format!(
            "{}{}",
            text(call.pointer("/function/name")),
            text(call.pointer("/function/arguments"))
        ));
    }
    seen
}

/// The text of a streamed answer of either dialect.
fn streamed(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    text.lines()
        .filter_map(|line| line.strip_prefix("data:"))
        .filter_map(|data| serde_json::from_str::<Value>(data.trim()).ok())
        .filter_map(|event| {
            let piece = event.pointer("/choices/0/delta/content").or_else(|| event.pointer("/delta/text"));
            piece.and_then(Value::as_str).map(str::to_owned)
        })
        .collect()
}
