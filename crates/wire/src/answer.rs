//! A whole answer: every string of it goes through its lane.
//!
//! Strings that change are spliced in, all other bytes stay. What stands under a signature goes through its lane, so that
//! whoever listens there hears it, and stays as it is whatever the lane says.

use std::borrow::Cow;

use crate::dialect;
use crate::facts::AnswerFacts;
use crate::json::text::{decoded, quoted};
use crate::json::{halves, spliced};
use crate::lanes::LaneText;
use crate::malformed::{Malformed, MalformedReason};
use crate::texts::{LaneNames, Texts};
use crate::{DialectId, Endpoint, Limits};
use types::Sink;

/// An answer with its texts restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The body.
    pub body: Vec<u8>,
    /// What it says about itself.
    pub facts: AnswerFacts,
}

/// Puts every text of a whole JSON answer through its lane. Error bodies are answers too.
///
/// Log probabilities show text piece by piece, where nothing can be restored: when any text of the answer changes, `null`
/// takes their place.
///
/// # Errors
/// [`Malformed`] when the body is not JSON within the limits.
pub fn rewrite_answer(
    dialect: DialectId,
    endpoint: Endpoint,
    body: &[u8],
    limits: &Limits,
    texts: &mut dyn LaneText,
) -> Result<Answer, Malformed> {
    let text = std::str::from_utf8(body)
        .map_err(|error| Malformed::at(MalformedReason::NotUtf8, body, error.valid_up_to()))?;
    let (text, tape) =
        halves::read(text, limits).map_err(|stop| Malformed::at(stop.reason, body, stop.offset))?;
    let stood_in = matches!(text, Cow::Owned(_));
    let text = text.as_ref();
    let rules = dialect::of(dialect);
    let mut facts = AnswerFacts::default();
    rules.note_answer(text, &tape, &mut facts);
    let mut names = LaneNames::default();
    let all = Texts::of(text, &tape, rules.answer(endpoint), &mut names);
    let mut changes = Vec::new();
    for found in &all.found {
        let said = decoded(tape.content(text, found.node));
        let mut new = texts.push(found.lane, &said);
        new.push_str(&texts.close(found.lane));
        if found.is_content {
            facts.text_bytes += said.len() as u64;
        }
        if found.lane.sink != Sink::Signed && new != said {
            changes.push((tape.bytes(found.node), quoted(&new)));
        }
    }
    if !changes.is_empty() && !all.logprobs.is_empty() {
        changes.extend(all.logprobs.iter().map(|node| (tape.bytes(*node), "null".to_owned())));
        changes.sort_by_key(|(bytes, _)| bytes.start);
    }
    let body = spliced(text, changes.iter().map(|(bytes, with)| (bytes.clone(), with.as_str())));
    let body = if stood_in { halves::put_back(body) } else { body };
    Ok(Answer { body, facts })
}
