//! Targets: what an expectation speaks of, found in what was seen.

use serde_json::{Value, json};

use super::Seen;
use super::lanes::{Lanes, lanes};
use crate::client::{Ended, Got};
use crate::{Call, Trouble, sse};

/// The value of a target; `None` when it is missing. A target that is not known is a trouble.
pub(super) fn value(target: &str, seen: &Seen<'_>) -> Result<Option<Value>, Trouble> {
    let (name, place) = match target.split_once('#') {
        Some((name, place)) => (name, Some(place)),
        None => (target, None),
    };
    let found = if name == "up.calls" {
        Some(json!(seen.calls.len()))
    } else if let Some((index, rest)) = indexed(name, "up[") {
        seen.calls.get(index).and_then(|call| of_call(call, rest, seen).transpose()).transpose()?
    } else if let Some(rest) = name.strip_prefix("client.") {
        match seen.first() {
            Some(got) => of_client(got, rest)?,
            None => None,
        }
    } else if let Some(rest) = name.strip_prefix("record.") {
        let member = if rest == "end" { "outcome" } else { rest };
        seen.record.as_ref().and_then(|record| record.get(member)).cloned()
    } else if name == "gateway.rss_growth_mb" {
        Some(json!(seen.growth_bytes as f64 / 1e6))
    } else if name == "next_request.status" {
        Some(json!(seen.next_status))
    } else {
        return Err(unknown(target));
    };
    Ok(match place {
        None => found,
        Some(place) => found.and_then(|value| at(&value, place)),
    })
}

/// The events with data, as (data, JSON).
pub(super) fn data_events(got: &Got) -> Vec<(String, Option<Value>)> {
    got.events()
        .into_iter()
        .filter_map(|event| event.data)
        .map(|data| {
            let json = serde_json::from_str(&data).ok();
            (data, json)
        })
        .collect()
}

/// Head and body of an answer as one text.
pub(super) fn raw(got: &Got) -> String {
    let mut text = got.head.start.clone();
    for (name, value) in &got.head.headers {
        text.push_str(&format!("\r\n{name}: {value}"));
    }
    text.push_str("\r\n\r\n");
    text.push_str(&got.text());
    text
}

/// Head and body of a call as one text.
pub(super) fn raw_call(call: &Call) -> String {
    let mut text = call.head.start.clone();
    for (name, value) in &call.head.headers {
        text.push_str(&format!("\r\n{name}: {value}"));
    }
    text.push_str("\r\n\r\n");
    text.push_str(&String::from_utf8_lossy(&call.body));
    text
}

/// `prefix` + `N]` + rest.
fn indexed<'a>(name: &'a str, prefix: &str) -> Option<(usize, &'a str)> {
    let (digits, rest) = name.strip_prefix(prefix)?.split_once(']')?;
    Some((digits.parse().ok()?, rest))
}

fn unknown(target: &str) -> Trouble {
    Trouble::new(format!("the target `{target}` is not known here"))
}

/// The value at a JSON pointer, where `*` stands for each element. Texts are parsed first.
fn at(value: &Value, place: &str) -> Option<Value> {
    let parsed = match value {
        Value::String(text) => serde_json::from_str(text).ok()?,
        other => other.clone(),
    };
    match place.split_once("/*") {
        None => parsed.pointer(place).cloned(),
        Some((before, after)) => {
            let items = parsed.pointer(before)?.as_array()?;
            Some(items.iter().map(|item| item.pointer(after).cloned().unwrap_or_default()).collect())
        }
    }
}

fn of_call(call: &Call, rest: &str, seen: &Seen<'_>) -> Result<Option<Value>, Trouble> {
    if let Some(name) = rest.strip_prefix(".header.") {
        return Ok(call.head.header(name).map(Value::from));
    }
    Ok(match rest {
        ".body" | ".body_text" => Some(Value::from(String::from_utf8_lossy(&call.body).into_owned())),
        ".raw" => Some(Value::from(raw_call(call))),
        ".surrogates" => Some(seen.marks.surrogates().values().cloned().collect()),
        ".closed_after_client_ms" => {
            let left = seen.first().map(|got| got.closed_at);
            call.closed_at.zip(left).map(|(closed, left)| {
                json!(u64::try_from(closed.saturating_duration_since(left).as_millis()).unwrap_or(u64::MAX))
            })
        }
        _ => return Err(unknown(rest)),
    })
}

fn of_client(got: &Got, rest: &str) -> Result<Option<Value>, Trouble> {
    if let Some(name) = rest.strip_prefix("header.") {
        return Ok(got.head.header(name).map(Value::from));
    }
    if let Some(rest) = rest.strip_prefix("lane.") {
        return of_lanes(&lanes(got), rest);
    }
    if let Some((digits, part)) = rest.strip_prefix("event[").and_then(|rest| rest.split_once(']')) {
        return Ok(of_event(got, digits, part));
    }
    Ok(match rest {
        "status" => Some(json!(got.status())),
        "body" | "decoded_body" => Some(Value::from(got.text())),
        "raw" => Some(Value::from(raw(got))),
        "events" => Some(data_events(got).into_iter().map(|(data, _)| data).collect()),
        "end" => Some(Value::from(end(got))),
        "error.shape" => Some(error_shape(got).map_or(Value::Null, Value::from)),
        "ms" => Some(json!(millis(got.took))),
        "first_event_ms" => got.events().first().map(|event| json!(millis(got.arrival_of(event.end)))),
        "event_gap_ms" => {
            let times: Vec<f64> =
                got.events().iter().map(|event| millis(got.arrival_of(event.end))).collect();
            let gaps = times.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?));
            Some(json!(gaps.fold(0.0, f64::max)))
        }
        "max_silence_ms" => {
            let times: Vec<f64> = got.arrivals.iter().map(|(_, at)| millis(*at)).collect();
            let gaps = times.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?));
            Some(json!(gaps.fold(0.0, f64::max)))
        }
        _ => return Err(unknown(rest)),
    })
}

fn of_event(got: &Got, digits: &str, part: &str) -> Option<Value> {
    let events: Vec<sse::Event> = got.events().into_iter().filter(|event| event.data.is_some()).collect();
    let index: isize = digits.parse().ok()?;
    let index = match usize::try_from(index) {
        Ok(index) => index,
        Err(_) => events.len().checked_sub(index.unsigned_abs())?,
    };
    let event = events.get(index)?;
    match part {
        ".name" => event.name.clone().map(Value::from),
        _ => event.data.clone().map(Value::from),
    }
}

fn of_lanes(lanes: &Lanes, rest: &str) -> Result<Option<Value>, Trouble> {
    if let Some((index, _)) = indexed(rest, "text[") {
        return Ok(lanes.text.get(index).cloned().map(Value::from));
    }
    if let Some((index, _)) = indexed(rest, "tool[") {
        return Ok(lanes.tools.get(index).cloned().map(Value::from));
    }
    match rest {
        "text" => Ok(Some(Value::from(lanes.text.first().cloned().unwrap_or_default()))),
        "reasoning" => Ok(Some(Value::from(lanes.reasoning.clone()))),
        _ => Err(unknown(rest)),
    }
}

/// How the answer ended for its reader.
pub(super) fn end(got: &Got) -> &'static str {
    let has_error = data_events(got).iter().any(|(_, json)| json.as_ref().is_some_and(is_error));
    if got.status() != 200 && got.status() != 0 {
        "status"
    } else if has_error {
        "error_event"
    } else if got.ended == Ended::Orderly {
        "ok"
    } else {
        "connection_error"
    }
}

fn is_error(data: &Value) -> bool {
    let kind = data.get("type").and_then(Value::as_str);
    data.get("error").is_some_and(|error| !error.is_null())
        || matches!(kind, Some("error" | "response.failed"))
}

fn error_shape(got: &Got) -> Option<&'static str> {
    let body = if got.is_events() {
        data_events(got).into_iter().filter_map(|(_, json)| json).find(is_error)
    } else {
        got.json()
    }?;
    if body.get("type").and_then(Value::as_str) == Some("error") && body.get("error").is_some() {
        return Some("anthropic");
    }
    let error = body.get("error")?;
    if error.get("status").is_some() && error.get("code").is_some_and(Value::is_number) {
        return Some("gemini");
    }
    error.get("message").map(|_| "openai")
}

fn millis(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
