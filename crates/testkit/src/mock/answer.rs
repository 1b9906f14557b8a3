//! From an attempt of a script to the steps that carry it out.

use std::time::Duration;

use serde_json::Value;

use super::serve::CUT_PAUSE;
use crate::Trouble;
use crate::http1::{chunk, reason};
use crate::marks::Marks;
use crate::script::{Attempt, Event};

/// One thing that the mock does on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing, for this long.
    Wait(Duration),
    /// One write.
    Write(Vec<u8>),
    /// One write a byte.
    WriteBytewise(Vec<u8>),
    /// A whole body in a content encoding; the head lacks its length and its end.
    Compressed { head: Vec<u8>, body: Vec<u8>, encoding: String },
    /// The connection is reset.
    Reset,
    /// Nothing any more, the connection open.
    Hang,
}

/// The answer to a request for which a script has none that can be carried out.
pub(super) fn refusing() -> Vec<Step> {
    whole(500, &serde_json::json!({"error": {"message": "the script of the mock cannot be carried out"}}))
}

/// A whole JSON answer.
pub(super) fn whole(status: u16, body: &Value) -> Vec<Step> {
    let body = body.to_string();
    let mut bytes = format!(
        "HTTP/1.1 {status} {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        reason(status),
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body.as_bytes());
    vec![Step::Write(bytes)]
}

/// A streamed answer, one write a piece.
pub(super) fn streamed(pieces: impl IntoIterator<Item = Vec<u8>>) -> Vec<Step> {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut steps = vec![Step::Write(head.to_vec())];
    steps.extend(pieces.into_iter().map(|piece| Step::Write(chunk(&piece))));
    steps.push(Step::Write(b"0\r\n\r\n".to_vec()));
    steps
}

/// The steps of an attempt.
pub(super) fn steps(attempt: &Attempt, marks: &Marks) -> Result<Vec<Step>, Trouble> {
    let mut steps = Vec::new();
    if let Some(ms) = attempt.wait_ms {
        steps.push(Step::Wait(Duration::from_millis(ms)));
    }
    if let Some(then) = &attempt.accept_then {
        let ms = then
            .strip_prefix("hang_ms:")
            .and_then(|rest| rest.strip_suffix(",reset"))
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| Trouble::new(format!("accept_then `{then}` is not known here")))?;
        steps.extend([Step::Wait(Duration::from_millis(ms)), Step::Reset]);
        return Ok(steps);
    }
    let head = head(attempt, marks)?;
    if let Some(encoding) = &attempt.encode {
        let mut head = head;
        head.extend_from_slice(format!("content-encoding: {encoding}\r\n").as_bytes());
        let body = pieces(attempt, marks)?.into_iter().flat_map(|(_, bytes)| bytes).collect();
        steps.push(Step::Compressed { head, body, encoding: encoding.clone() });
    } else if attempt.events.is_some() || attempt.lines.is_some() {
        stream(attempt, marks, head, &mut steps)?;
        return Ok(steps);
    } else {
        let body: Vec<u8> = pieces(attempt, marks)?.into_iter().flat_map(|(_, bytes)| bytes).collect();
        let mut bytes = head;
        bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
        bytes.extend_from_slice(&body);
        steps.push(written(attempt, bytes));
    }
    steps.extend(ending(attempt)?);
    Ok(steps)
}

fn written(attempt: &Attempt, bytes: Vec<u8>) -> Step {
    if attempt.cut.as_deref() == Some("tcp_bytewise") {
        Step::WriteBytewise(bytes)
    } else {
        Step::Write(bytes)
    }
}

fn stream(attempt: &Attempt, marks: &Marks, mut head: Vec<u8>, steps: &mut Vec<Step>) -> Result<(), Trouble> {
    head.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
    steps.push(written(attempt, head));
    let pieces = pieces(attempt, marks)?;
    let cut = attempt.cut.as_deref().unwrap_or("event");
    if let Some(text) = cut.strip_prefix("at:") {
        let all: Vec<u8> = pieces.into_iter().flat_map(|(_, bytes)| bytes).collect();
        let text = marks.expand(text)?;
        let at = all
            .windows(text.len().max(1))
            .position(|window| window == text.as_bytes())
            .map(|at| at.saturating_add(text.len()))
            .ok_or_else(|| Trouble::new("the text to cut after does not occur in the answer"))?;
        let (before, after) = all.split_at_checked(at).unwrap_or((&all, &[]));
        steps.push(Step::Write(chunk(before)));
        if attempt.end.as_deref() == Some("reset_at_cut") {
            steps.extend([Step::Wait(CUT_PAUSE), Step::Reset]);
            return Ok(());
        }
        steps.push(Step::Wait(CUT_PAUSE));
        if !after.is_empty() {
            steps.push(Step::Write(chunk(after)));
        }
    } else if cut == "merged" {
        let all: Vec<u8> = pieces.into_iter().flat_map(|(_, bytes)| bytes).collect();
        steps.push(Step::Write(chunk(&all)));
    } else {
        for (wait, bytes) in pieces {
            if let Some(wait) = wait {
                steps.push(Step::Wait(wait));
            }
            if !bytes.is_empty() {
                steps.push(written(attempt, chunk(&bytes)));
            }
        }
    }
    match attempt.end.as_deref() {
        None | Some("close") => steps.push(written(attempt, b"0\r\n\r\n".to_vec())),
        Some(_) => steps.extend(ending(attempt)?),
    }
    Ok(())
}

fn ending(attempt: &Attempt) -> Result<Vec<Step>, Trouble> {
    match attempt.end.as_deref() {
        None | Some("close") => Ok(Vec::new()),
        // A reset right behind the last write may overtake it in the receiver's kernel.
        Some("reset") => Ok(vec![Step::Wait(CUT_PAUSE), Step::Reset]),
        Some("hang") => Ok(vec![Step::Hang]),
        Some(other) => Err(Trouble::new(format!("end `{other}` is not known here"))),
    }
}

fn head(attempt: &Attempt, marks: &Marks) -> Result<Vec<u8>, Trouble> {
    let status = attempt.status.unwrap_or(200);
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    let mut typed = false;
    for (name, value) in &attempt.headers {
        let value = value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string());
        typed = typed || name.eq_ignore_ascii_case("content-type");
        head.push_str(&format!("{name}: {}\r\n", marks.expand(&value)?));
    }
    if !typed && attempt.body.is_none() {
        let kind = if attempt.events.is_some() { "text/event-stream" } else { "application/json" };
        head.push_str(&format!("content-type: {kind}\r\n"));
    }
    Ok(head.into_bytes())
}

/// A part of a body with the pause before it.
type Piece = (Option<Duration>, Vec<u8>);

/// The body in pieces.
fn pieces(attempt: &Attempt, marks: &Marks) -> Result<Vec<Piece>, Trouble> {
    if let Some(events) = &attempt.events {
        return events.iter().map(|event| piece(event, attempt.frame.as_deref(), marks)).collect();
    }
    if let Some(lines) = &attempt.lines {
        return lines
            .iter()
            .map(|line| Ok((None, format!("{}\n", marks.expand_json(line)?).into_bytes())))
            .collect();
    }
    let body = match (&attempt.body, attempt.json.as_ref().or(attempt.json_fill.as_ref())) {
        (Some(body), _) => marks.expand(body)?,
        (None, Some(json)) => marks.expand_json(json)?.to_string(),
        (None, None) => String::new(),
    };
    Ok(vec![(None, body.into_bytes())])
}

fn piece(event: &Event, frame: Option<&str>, marks: &Marks) -> Result<Piece, Trouble> {
    let line_end = if frame == Some("crlf") { "\r\n" } else { "\n" };
    let blank = if frame == Some("nospace") { "" } else { " " };
    let mut text = String::new();
    if let Some(comment) = &event.comment {
        text.push_str(&format!(":{blank}{}{line_end}", marks.expand(comment)?));
    }
    if let Some(name) = &event.event {
        text.push_str(&format!("event:{blank}{name}{line_end}"));
    }
    if let Some(id) = &event.id {
        text.push_str(&format!("id:{blank}{id}{line_end}"));
    }
    let data = match &event.data {
        None | Some(Value::Null) => None,
        Some(Value::String(data)) => Some(marks.expand(data)?),
        Some(data) => Some(marks.expand_json(data)?.to_string()),
    };
    for line in data.iter().flat_map(|data| data.split('\n')) {
        text.push_str(&format!("data:{blank}{line}{line_end}"));
    }
    if !text.is_empty() {
        text.push_str(line_end);
    }
    Ok((event.wait_ms.map(Duration::from_millis), text.into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn made(attempt: Value) -> Vec<Step> {
        let attempt: Attempt = serde_json::from_value(attempt).unwrap();
        steps(&attempt, &Marks::default()).unwrap()
    }

    fn bytes(steps: &[Step]) -> String {
        steps
            .iter()
            .map(|step| match step {
                Step::Write(bytes) | Step::WriteBytewise(bytes) => {
                    String::from_utf8_lossy(bytes).into_owned()
                }
                other => format!("<{other:?}>"),
            })
            .collect()
    }

    #[test]
    fn events_are_one_chunk_each_with_the_frame_asked_for() {
        let steps = made(json!({
            "headers": {"content-type": "text/event-stream"}, "frame": "crlf",
            "events": [{"event": "a", "data": {"x": "é"}}, {"wait_ms": 5}, {"event": "b", "data": null}]
        }));
        assert_eq!(
            bytes(&steps),
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n\
             1e\r\nevent: a\r\ndata: {\"x\":\"é\"}\r\n\r\n\r\n<Wait(5ms)>c\r\nevent: b\r\n\r\n\r\n0\r\n\r\n"
        );
    }

    #[test]
    fn a_reset_leaves_the_framing_open() {
        let steps = made(json!({"events": [{"data": "1"}], "end": "reset"}));
        assert!(bytes(&steps).ends_with("data: 1\n\n\r\n<Wait(60ms)><Reset>"), "{}", bytes(&steps));
    }

    #[test]
    fn a_cut_stands_right_after_its_text() {
        let steps = made(json!({"events": [{"data": {"t": "one two"}}], "cut": "at:one"}));
        assert!(bytes(&steps).contains("data: {\"t\":\"one\r\n<Wait(60ms)>"), "{}", bytes(&steps));
    }
}
