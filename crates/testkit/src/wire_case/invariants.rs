//! What holds for every exchange, whatever its case says. Numbered I1 to I7 as in the description of the format; I6
//! (nothing in logs, metrics and records) is searched for all cases at once, see [`evidence`](crate::evidence).

use serde_json::Value;

use super::Seen;
use super::lanes::lanes;
use super::target::{data_events, end, raw};
use crate::client::{Ended, Got};
use crate::evidence::spellings;

/// The rules that do not hold, as sentences.
pub(super) fn failures(seen: &Seen<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    no_value_upstream(seen, &mut broken);
    for got in &seen.got {
        no_surrogate_for_the_client(seen, got, &mut broken);
        everything_is_json(got, &mut broken);
        no_replacement_character(seen, got, &mut broken);
    }
    if !seen.is_alive || seen.next_status != 200 {
        broken.push(format!("I5: a plain request right after was answered with {}", seen.next_status));
    }
    calls_as_listed(seen, &mut broken);
    broken
}

fn no_value_upstream(seen: &Seen<'_>, broken: &mut Vec<String>) {
    let in_clear: Vec<String> = match &seen.case.clear_ok {
        Some(Value::Bool(true)) => return,
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(|item| item.as_str().and_then(|text| seen.marks.expand(text).ok()))
            .collect(),
        _ => Vec::new(),
    };
    for value in seen.marks.values().iter().filter(|value| !in_clear.contains(value)) {
        for (spelling, needle) in spellings(value) {
            for (at, call) in seen.calls.iter().enumerate() {
                let occurs = |bytes: &[u8]| bytes.windows(needle.len().max(1)).any(|w| w == needle);
                if occurs(&call.raw) || occurs(&call.body) {
                    broken.push(format!("I1: a value reached the provider in call {at}, {spelling}"));
                }
            }
        }
    }
}

fn no_surrogate_for_the_client(seen: &Seen<'_>, got: &Got, broken: &mut Vec<String>) {
    let kept: Vec<String> = seen.case.keeps.iter().filter_map(|text| seen.marks.expand(text).ok()).collect();
    let text = raw(got);
    let lanes = lanes(got);
    for (number, surrogate) in seen.marks.surrogates() {
        let is_value = seen.marks.values().contains(surrogate);
        let occurs = text.contains(surrogate.as_str()) || lanes.all().any(|lane| lane.contains(surrogate));
        if !is_value && !kept.contains(surrogate) && occurs {
            broken.push(format!("I2: the surrogate of value {number} reached the client"));
        }
    }
    if got.ended == Ended::Orderly && end(got) == "ok" {
        return;
    }
    for lane in lanes.all() {
        for value in seen.marks.values() {
            if ends_within(lane, value) {
                broken.push("I2: a lane that was cut off ends within a value".to_owned());
            }
        }
    }
}

/// True when the end of `text` is a beginning of `value`, of at least four characters, and not all of it.
fn ends_within(text: &str, value: &str) -> bool {
    value.char_indices().skip(4).any(|(at, _)| value.get(..at).is_some_and(|half| text.ends_with(half)))
}

fn everything_is_json(got: &Got, broken: &mut Vec<String>) {
    if got.is_events() {
        for (data, json) in data_events(got) {
            if json.is_none() && data != "[DONE]" {
                broken.push(format!("I3: an event holds neither JSON nor [DONE]: {data:.80}"));
            }
        }
        if got.status() == 200
            && got.ended == Ended::Orderly
            && !got.body.is_empty()
            && got.events().is_empty()
        {
            broken.push("I3: the content type says events and the body holds none".to_owned());
        }
        return;
    }
    let kind = got.head.header("content-type").unwrap_or_default();
    if kind.starts_with("application/json") && got.ended == Ended::Orderly && got.json().is_none() {
        broken.push("I3: the content type says JSON and the body is none".to_owned());
    }
}

fn no_replacement_character(seen: &Seen<'_>, got: &Got, broken: &mut Vec<String>) {
    let sent = serde_json::to_string(&seen.case.expect).unwrap_or_default();
    if sent.contains('\u{FFFD}') || got.head.header("content-encoding").is_some() {
        return;
    }
    match std::str::from_utf8(&got.body) {
        Ok(text) if !text.contains('\u{FFFD}') => {}
        _ => broken.push("I4: the answer holds a replacement character or is not UTF-8".to_owned()),
    }
}

fn calls_as_listed(seen: &Seen<'_>, broken: &mut Vec<String>) {
    if seen.is_refused() || seen.case.expect.iter().any(|(target, _, _)| target == "up.calls") {
        return;
    }
    let listed = seen.case.upstream.len().saturating_mul(seen.got.len());
    if seen.calls.len() != listed {
        broken.push(format!("I7: the provider got {} calls instead of {listed}", seen.calls.len()));
    }
}
