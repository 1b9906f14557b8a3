//! Operators: whether the value of a target is what the case expects.

use regex::Regex;
use serde_json::Value;

use super::Seen;
use super::target::{data_events, value};
use crate::Trouble;

/// A sentence when the expectation does not hold.
pub(super) fn failure(
    expectation: &(String, String, Value),
    seen: &Seen<'_>,
) -> Result<Option<String>, Trouble> {
    let (target, operator, written) = expectation;
    let is_of_call = target.starts_with("up[");
    if is_of_call && seen.calls.is_empty() && seen.is_refused() {
        return Ok(None);
    }
    let expected = seen.marks.expand_json(written)?;
    let actual = value(target, seen)?;
    let holds = match operator.as_str() {
        "prefix_of_next_turn" => is_prefix_of_next_turn(seen),
        "eq_request" => {
            let sent = seen.asked.first().map(|body| String::from_utf8_lossy(body).into_owned());
            actual.as_ref().and_then(Value::as_str) == sent.as_deref()
        }
        "has_if_200" => seen.first().is_some_and(|got| got.status() != 200) || has(&actual, &expected),
        "none" | "some" | "all_have" | "all_have_if" | "all_json" | "only_types" => {
            over_events(operator, &expected, seen)?
        }
        _ => plain(operator, actual.as_ref(), &expected)?,
    };
    Ok((!holds).then(|| {
        format!(
            "{target} {operator} {}: it is {}",
            shortened(&expected.to_string()),
            actual.map_or_else(|| "missing".to_owned(), |actual| shortened(&actual.to_string()))
        )
    }))
}

fn shortened(text: &str) -> String {
    let start: String = text.chars().take(600).collect();
    if start.len() < text.len() { format!("{start}… ({} bytes)", text.len()) } else { start }
}

fn plain(operator: &str, actual: Option<&Value>, expected: &Value) -> Result<bool, Trouble> {
    let owned = actual.cloned();
    let null = Value::Null;
    let something = actual.unwrap_or(&null);
    let text = something.as_str().unwrap_or_default();
    Ok(match operator {
        "eq" => same(something, expected),
        "ne" => !same(something, expected),
        "in" => expected.as_array().is_some_and(|list| list.iter().any(|item| same(something, item))),
        "absent" => actual.is_none() == expected.as_bool().unwrap_or(true),
        "lt" | "gt" | "ge" => compared(operator, something.as_f64(), expected.as_f64()),
        "range" => {
            compared("ge", something.as_f64(), expected.get(0).and_then(Value::as_f64))
                && compared("le", something.as_f64(), expected.get(1).and_then(Value::as_f64))
        }
        "len" => length(something) == expected.as_u64(),
        "type" => kind(something) == expected.as_str().unwrap_or_default(),
        "re" => {
            let pattern = expected.as_str().unwrap_or_default();
            Regex::new(pattern).map_err(|error| Trouble::new(error.to_string()))?.is_match(text)
        }
        "has" => has(&owned, expected),
        "lacks" => !has(&owned, expected),
        "lacks_line" => !text.lines().any(|line| line.starts_with(expected.as_str().unwrap_or_default())),
        "json" => serde_json::from_str::<Value>(text).is_ok_and(|parsed| parsed == *expected),
        "is_json" => serde_json::from_str::<Value>(text).is_ok() == expected.as_bool().unwrap_or(true),
        "count" => {
            let wanted = expected.get(0).and_then(Value::as_str).unwrap_or_default();
            Some(text.matches(wanted).count() as u64) == expected.get(1).and_then(Value::as_u64)
        }
        "each_line_json" => text
            .lines()
            .filter(|line| !line.is_empty())
            .all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "all_distinct" => something.as_array().is_some_and(|list| {
            Some(list.len() as u64) == expected.as_u64()
                && list.iter().enumerate().all(|(at, item)| !list.iter().take(at).any(|other| other == item))
        }),
        other => return Err(Trouble::new(format!("the operator `{other}` is not known here"))),
    })
}

fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() < f64::EPSILON,
        _ => a == b,
    }
}

fn compared(operator: &str, actual: Option<f64>, expected: Option<f64>) -> bool {
    let (Some(actual), Some(expected)) = (actual, expected) else { return false };
    match operator {
        "lt" => actual < expected,
        "le" => actual <= expected,
        "gt" => actual > expected,
        _ => actual >= expected,
    }
}

fn length(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => Some(text.chars().count() as u64),
        Value::Array(items) => Some(items.len() as u64),
        Value::Object(members) => Some(members.len() as u64),
        _ => None,
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn has(actual: &Option<Value>, expected: &Value) -> bool {
    let wanted = expected.as_str().unwrap_or_default();
    match actual {
        Some(Value::String(text)) => text.contains(wanted),
        Some(Value::Array(items)) => items.contains(expected),
        _ => false,
    }
}

fn over_events(operator: &str, expected: &Value, seen: &Seen<'_>) -> Result<bool, Trouble> {
    let events = seen.first().map(data_events).unwrap_or_default();
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(match operator {
        "all_json" => events.iter().all(|(data, json)| json.is_some() || data == "[DONE]"),
        "all_have" => {
            let place = text(Some(expected));
            events.iter().filter_map(|(_, json)| json.as_ref()).all(|json| json.pointer(&place).is_some())
        }
        "all_have_if" => {
            let (condition, place) = (text(expected.get(0)), text(expected.get(1)));
            let mut holds = true;
            for event in &events {
                if meets(&condition, event)? {
                    holds = holds && event.1.as_ref().is_some_and(|json| json.pointer(&place).is_some());
                }
            }
            holds
        }
        "only_types" => events.iter().filter_map(|(_, json)| json.as_ref()).all(|json| {
            let kind = json.get("type").cloned().unwrap_or_default();
            expected.as_array().is_some_and(|list| list.contains(&kind))
        }),
        _ => {
            let condition = text(Some(expected));
            let mut count = 0_usize;
            for event in &events {
                count = count.saturating_add(usize::from(meets(&condition, event)?));
            }
            (operator == "some") == (count > 0)
        }
    })
}

/// `path == X`, `path in [X, Y]` or `path starts X`.
fn meets(condition: &str, event: &(String, Option<Value>)) -> Result<bool, Trouble> {
    let mut words = condition.splitn(3, ' ');
    let (path, relation, wanted) = (words.next(), words.next(), words.next());
    let (Some(path), Some(relation), Some(wanted)) = (path, relation, wanted) else {
        return Err(Trouble::new(format!("the condition `{condition}` is not known here")));
    };
    let (data, json) = event;
    let actual = if path == "data" {
        Some(data.clone())
    } else {
        let place = format!("/{}", path.replace('.', "/"));
        json.as_ref().and_then(|json| json.pointer(&place)).map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    };
    let actual = actual.unwrap_or_default();
    match relation {
        "==" => Ok(actual == wanted),
        "starts" => Ok(actual.starts_with(wanted)),
        "in" => Ok(wanted.trim_matches(['[', ']']).split(',').any(|item| item.trim() == actual)),
        other => Err(Trouble::new(format!("the relation `{other}` is not known here"))),
    }
}

/// Everything of the first call up to the end of its last message is how the next call begins.
fn is_prefix_of_next_turn(seen: &Seen<'_>) -> bool {
    let (Some(first), Some(second)) = (seen.calls.first(), seen.calls.get(1)) else { return false };
    let text = String::from_utf8_lossy(&first.body);
    // Bodies are compact: the list of messages ends with `}]`.
    let Some(begin) = text.find("\"messages\":[") else { return false };
    let (mut depth, mut in_string, mut escaped, mut end) = (0_i32, false, false, None);
    for (at, byte) in text.bytes().enumerate().skip(begin) {
        if in_string {
            (in_string, escaped) = (escaped || byte != b'"', !escaped && byte == b'\\');
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => depth = depth.saturating_add(1),
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    end = Some(at);
                    break;
                }
            }
            _ => {}
        }
    }
    let prefix = end.and_then(|end| first.body.get(..end)).unwrap_or_default();
    !prefix.is_empty() && second.body.starts_with(prefix)
}
