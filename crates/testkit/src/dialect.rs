//! A dialect as its clients use it: path, headers, smallest body, and how an error of the gateway itself must look.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Ask, Got};
use crate::{Cordon, Trouble};

/// One dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Short name: `openai` or `anthropic`.
    pub name: &'static str,
    /// Path of its chat.
    pub path: &'static str,
}

/// The dialects that are built.
pub const DIALECTS: [Dialect; 2] = [
    Dialect { name: "openai", path: "/v1/chat/completions" },
    Dialect { name: "anthropic", path: "/v1/messages" },
];

impl Dialect {
    /// A request with this body.
    pub fn ask(&self, key: &str, body: impl Into<Vec<u8>>) -> Ask {
        let mut ask = Ask::post(self.path, key, &Value::Null);
        if self.name == "anthropic" {
            ask.headers.push(("anthropic-version".to_owned(), "2023-06-01".to_owned()));
        }
        ask.body = body.into();
        ask.patience = Duration::from_secs(20);
        ask
    }

    /// The smallest body with this text of a user.
    pub fn body(&self, text: &str) -> Value {
        json!({"model": "m-test", "max_tokens": 9, "messages": [{"role": "user", "content": text}]})
    }

    /// That body with these bytes in place of the text, quotes included.
    pub fn body_with(&self, value: &[u8]) -> Vec<u8> {
        let text = self.body("@").to_string();
        let (before, after) = text.split_once("\"@\"").unwrap_or_default();
        [before.as_bytes(), value, after.as_bytes()].concat()
    }

    /// Holds an error of the gateway itself against the rules: shape of the dialect, one of these statuses, a client that
    /// tries again by itself is told not to, and none of the `values` in it.
    pub fn check_refusal(&self, got: &Got, statuses: &[u16], values: &[&str]) -> Result<(), Trouble> {
        let shown = got.text();
        let wrong =
            |what: &str| Err(Trouble::new(format!("{}: {what}: {} {shown}", self.name, got.status())));
        if !statuses.contains(&got.status()) {
            return wrong(&format!("not one of {statuses:?}"));
        }
        let Some(body) = got.json() else { return wrong("the error is not JSON") };
        let is_string = |place: &str| body.pointer(place).is_some_and(Value::is_string);
        let has_shape = if self.name == "openai" {
            is_string("/error/message")
                && is_string("/error/type")
                && ["/error/param", "/error/code"].iter().all(|place| body.pointer(place).is_some())
        } else {
            body.get("type") == Some(&json!("error"))
                && is_string("/error/type")
                && is_string("/error/message")
        };
        if !has_shape {
            return wrong("the error has not the dialect's shape");
        }
        if got.status() < 500 && got.head.header("x-should-retry") != Some("false") {
            return wrong("no `x-should-retry: false`");
        }
        if values.iter().any(|value| shown.contains(value)) {
            return wrong("the error tells a value");
        }
        Ok(())
    }
}

/// The record of this kind for the exchange of an answer; asked for until it is there, since it joins a later group of
/// the ledger.
pub fn record_of(cordon: &Cordon, got: &Got, kind: &str) -> Result<Value, Trouble> {
    let id = got.head.header("x-cordon-request-id").unwrap_or_default();
    let text = |record: &Value, name: &str| record.get(name).and_then(Value::as_str).map(str::to_owned);
    for _ in 0..40 {
        let found = cordon.records()?.into_iter().find(|record| {
            text(record, "exchange").as_deref() == Some(id) && text(record, "kind").as_deref() == Some(kind)
        });
        if let Some(record) = found {
            return Ok(record);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(Trouble::new(format!("no {kind} record for exchange `{id}`")))
}
