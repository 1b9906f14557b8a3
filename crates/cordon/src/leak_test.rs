//! The leak test: values in every carrier go the way of a request, and what would leave is searched for them.
//!
//! The way is that of the gateway, with the settings that hold; the provider is one that repeats what it got. Promises: a value
//! counts as caught only where nothing of it is left, what carries it is still well formed, and, where surrogates
//! stand for it, the answer comes back as it was asked; what cannot be caught by design is a list with reasons
//! (`cases/leak/by_design.toml`), held in both directions by a test. Nothing that it gives holds a value.

mod by_design;
mod carriers;
#[cfg(test)]
mod tests;
mod values;

use bytes::Bytes;
use serde_json::{Value, json};
use types::Treatment;
use wire::Request;

pub(crate) use self::by_design::ByDesign;
pub(crate) use self::carriers::Carrier;
use self::carriers::Written;
pub(crate) use self::values::{Sample, of_text, shipped};
use crate::dry::{Dry, TEXT_MODEL};
use crate::failure::Failure;

/// So much of a value, in bytes, is a part of it that must not leave.
const PART_BYTES: usize = 8;

/// What became of a value in a carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing of it leaves, and the answer comes back whole.
    Caught,
    /// The request is refused.
    Refused,
    /// It was found, and the settings keep it.
    Kept,
    /// A part of it leaves.
    Leaves,
    /// What carries it is no longer well formed.
    Broken,
    /// The answer that repeats it does not come back as it was.
    NotRestored,
}

impl Outcome {
    /// True where it went wrong, unless the design says that it must.
    pub(crate) const fn is_wrong(self) -> bool {
        matches!(self, Self::Leaves | Self::Broken | Self::NotRestored)
    }

    /// The name for programs and people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Caught => "caught",
            Self::Refused => "refused",
            Self::Kept => "kept",
            Self::Leaves => "leaves",
            Self::Broken => "carrier broken",
            Self::NotRestored => "not restored",
        }
    }
}

/// One value in one carrier.
pub(crate) struct Row {
    /// The entity.
    pub(crate) entity: String,
    /// The carrier.
    pub(crate) carrier: &'static str,
    /// What became of it.
    pub(crate) outcome: Outcome,
}

/// All carriers.
pub(crate) fn carriers() -> &'static [Carrier] {
    carriers::ALL
}

/// Sends every value in every carrier.
///
/// # Errors
/// Where the way itself is broken, not where a request is refused.
pub(crate) async fn run(dry: &Dry, samples: &[Sample]) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for sample in samples {
        for carrier in carriers::ALL {
            let Some(written) = (carrier.write)(sample) else { continue };
            let outcome = outcome(dry, carrier, &written).await?;
            rows.push(Row { entity: sample.entity.clone(), carrier: carrier.name, outcome });
        }
    }
    Ok(rows)
}

async fn outcome(dry: &Dry, carrier: &Carrier, written: &Written) -> Result<Outcome, Failure> {
    let route = crate::source::chat_route()?;
    let body = body(written);
    let (sent, said) = match dry.repeated(route, body.clone()).await {
        Ok(repeated) => repeated,
        Err(Failure::Refused(_)) => return Ok(Outcome::Refused),
        Err(failure) => return Err(failure),
    };
    let sent = texts(&sent);
    if leaves(written, &sent) {
        let is_kept = is_treated(dry, written, body, Treatment::Keep).await?;
        return Ok(if is_kept { Outcome::Kept } else { Outcome::Leaves });
    }
    if !sent.iter().all(|text| (carrier.is_well_formed)(text)) {
        return Ok(Outcome::Broken);
    }
    let given: Vec<&str> = written.messages.iter().flatten().map(String::as_str).collect();
    if is_same(&said, &given.join("\n")) {
        return Ok(Outcome::Caught);
    }
    // What is redacted does not come back.
    let is_redacted = is_treated(dry, written, body, Treatment::Redact).await?;
    Ok(if is_redacted { Outcome::Caught } else { Outcome::NotRestored })
}

/// True where a finding in the value itself, not in what stands around it, is treated so.
async fn is_treated(
    dry: &Dry,
    written: &Written,
    body: Bytes,
    treatment: Treatment,
) -> Result<bool, Failure> {
    let route = crate::source::chat_route()?;
    let preview = dry.preview(route, body.clone()).await?;
    let request = Request::parse(route.dialect, route.endpoint, &body, &crate::dry::limits())
        .map_err(|malformed| Failure::Refused(malformed.to_string()))?;
    let texts: Vec<_> = request.segments().iter().enumerate().collect();
    Ok(preview.findings.iter().filter(|finding| finding.treatment == treatment).any(|finding| {
        let there = texts.iter().filter(|(index, _)| request.segment_path(*index) == finding.path);
        let mut values = there.filter_map(|(_, segment)| finding.span.of(&segment.text));
        values.any(|value| written.pieces.iter().any(|piece| shares_part(value, piece.trim())))
    }))
}

/// True where a part of a piece, or all of a short one, stands in a value, or the value in the piece.
fn shares_part(value: &str, piece: &str) -> bool {
    !value.is_empty()
        && !piece.is_empty()
        && (piece.contains(value) || parts(piece).any(|part| value.contains(part)))
}

/// Every [`PART_BYTES`] of a piece, or all of one that is shorter.
fn parts(piece: &str) -> impl Iterator<Item = &str> {
    let starts = piece.char_indices().map(|(at, _)| at);
    starts
        .filter_map(move |at| piece.get(at..piece.floor_char_boundary(at + PART_BYTES)))
        .filter(move |part| part.len() == PART_BYTES.min(piece.len()))
}

/// True for the same text, or the same JSON: escapes in a text that is JSON are read and written anew.
fn is_same(said: &str, given: &str) -> bool {
    let json = |text: &str| serde_json::from_str::<Value>(text).ok();
    said == given || json(said).is_some_and(|said| Some(said) == json(given))
}

fn body(written: &Written) -> Bytes {
    let messages = written.messages.iter().map(|parts| match parts.as_slice() {
        [text] => json!({ "role": "user", "content": text }),
        parts => {
            let parts: Vec<Value> =
                parts.iter().map(|text| json!({ "type": "text", "text": text })).collect();
            json!({ "role": "user", "content": parts })
        }
    });
    let messages: Vec<Value> = messages.collect();
    Bytes::from(json!({ "model": TEXT_MODEL, "messages": messages }).to_string())
}

/// The texts of the messages of a chat request, in their order.
pub(crate) fn texts(body: &[u8]) -> Vec<String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let messages = body.get("messages").and_then(Value::as_array).into_iter().flatten();
    let contents = messages.filter_map(|message| message.get("content"));
    contents
        .flat_map(|content| match content {
            Value::Array(parts) => parts.iter().filter_map(|part| part.get("text")?.as_str()).collect(),
            other => other.as_str().into_iter().collect::<Vec<_>>(),
        })
        .map(str::to_owned)
        .collect()
}

/// True when a part of a value stands in what would leave, and does not stand beside the value anyway.
fn leaves(written: &Written, sent: &[String]) -> bool {
    let mut beside: Vec<String> = written.messages.iter().flatten().cloned().collect();
    for piece in written.pieces.iter().filter(|piece| !piece.trim().is_empty()) {
        for text in &mut beside {
            *text = text.replacen(piece.as_str(), "\0", 1);
        }
    }
    let sent: Vec<String> = sent.iter().map(|text| without_surrogates(text)).collect();
    written.pieces.iter().map(|piece| piece.trim()).filter(|piece| !piece.is_empty()).any(|piece| {
        parts(piece).any(|part| {
            sent.iter().any(|text| text.contains(part)) && !beside.iter().any(|text| text.contains(part))
        })
    })
}

/// A text without the words that are surrogates: their codes hold digits by chance, and an age has two.
fn without_surrogates(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len()).max(c.len_utf8());
        let (word, behind) = rest.split_at(end);
        out.push_str(if veil::looks_like_surrogate(word) { "\0" } else { word });
        rest = behind;
    }
    out
}
