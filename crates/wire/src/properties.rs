//! What holds for any input, as functions of bytes: the fuzz targets `wire` and `stream` in `fuzz/` call them with what a fuzzer
//! makes up, and a test below with what fuzzers kept (`fuzz/corpus`). Each panics when its property does not hold; nothing
//! else does.
//!
//! Only in tests and with the feature `properties`, which no product crate turns on.

use types::{ByteSpan, Lane, SegmentKind};

use crate::dialect::{self, Ends, Events, Framing};
use crate::facts::AnswerFacts;
use crate::json::Tape;
use crate::shape::Shape;
use crate::{DialectId, Edit, Endpoint, LaneText, Limits, Request, StreamLimits, StreamRewriter};

/// A request body without edits is the same byte for byte; with every text replaced it is still a body of its dialect. The
/// first byte chooses dialect and endpoint.
pub fn wire(data: &[u8]) {
    let Some((choice, body)) = data.split_first() else { return };
    let (dialect, endpoint) = match choice % 4 {
        0 => (DialectId::OpenAiChat, Endpoint::ChatCompletions),
        1 => (DialectId::OpenAiChat, Endpoint::Completions),
        2 => (DialectId::AnthropicMessages, Endpoint::Messages),
        _ => (DialectId::AnthropicMessages, Endpoint::CountTokens),
    };
    let limits = Limits::default();
    let Ok(request) = Request::parse(dialect, endpoint, body, &limits) else { return };
    assert!(request.rewrite(&[]).is_ok_and(|same| same == body), "without edits the body is another");

    let mut edits = Vec::new();
    for (segment, found) in request.segments().iter().enumerate() {
        if found.kind != SegmentKind::Signed {
            let span = ByteSpan::new(0, found.text.len());
            edits.push(Edit::Replace { segment, span, with: "PERSON_7KQ2 \"\\\n\u{1F600}".to_owned() });
        }
    }
    for part in 0..request.opaque().len() {
        edits.push(Edit::DropOpaque { part });
    }
    let rewritten = request.rewrite(&edits);
    assert!(rewritten.is_ok(), "edits of whole segments are not possible: {:?}", rewritten.err());
    let rewritten = rewritten.unwrap_or_default();
    let again = Request::parse(dialect, endpoint, &rewritten, &limits);
    assert!(again.is_ok(), "what was rewritten is no body: {:?}", again.err());
}

/// A streamed answer comes out the same however its bytes are cut. The first byte chooses dialect and framing, the second how
/// long the pieces are.
pub fn stream(data: &[u8]) {
    let [choice, length, bytes @ ..] = data else { return };
    let whole = rewritten(*choice, std::iter::once(bytes));
    for length in [1, usize::from(*length).max(2)] {
        let cut = rewritten(*choice, bytes.chunks(length));
        assert!(cut == whole, "pieces of {length} bytes give another stream");
    }
}

/// What went on, and whether a fault ended it.
fn rewritten<'b>(choice: u8, pieces: impl Iterator<Item = &'b [u8]>) -> (Vec<u8>, bool) {
    let (dialect, endpoint) = match choice % 3 {
        0 => (DialectId::OpenAiChat, Endpoint::ChatCompletions),
        1 => (DialectId::OpenAiChat, Endpoint::Completions),
        _ => (DialectId::AnthropicMessages, Endpoint::Messages),
    };
    let events = dialect::of(dialect).events(endpoint);
    let events = if choice & 64 == 0 { events } else { Box::new(InLines(events)) };
    let mut stream = StreamRewriter::of(events, StreamLimits::default(), choice & 128 != 0);
    let (mut texts, mut out) = (Late::default(), Vec::new());
    for piece in pieces {
        if stream.push(piece, &mut texts, &mut out).is_err() {
            return (out, true);
        }
    }
    stream.finish(&mut texts, &mut out);
    (out, false)
}

/// Holds the last character of each push back, as the veil may.
#[derive(Default)]
struct Late(Vec<(Lane, String)>);

impl LaneText for Late {
    fn push(&mut self, lane: Lane, text: &str) -> String {
        let mut all = self.close(lane) + text;
        let held: String = all.pop().into_iter().collect();
        self.0.push((lane, held));
        all
    }

    fn close(&mut self, lane: Lane) -> String {
        let at = self.0.iter().position(|(open, _)| *open == lane);
        at.map_or_else(String::new, |at| self.0.remove(at).1)
    }
}

/// The events of a dialect, a line of JSON each: a framing that no dialect here has yet.
struct InLines(Box<dyn Events + Send>);

impl Events for InLines {
    fn framing(&self) -> Framing {
        Framing::Lines
    }

    fn shape(&self) -> &'static Shape {
        self.0.shape()
    }

    fn is_last(&self, data: &str) -> bool {
        self.0.is_last(data)
    }

    fn note_last(&mut self) {
        self.0.note_last();
    }

    fn note(&mut self, text: &str, tape: &Tape, facts: &mut AnswerFacts) -> Ends {
        self.0.note(text, tape, facts)
    }

    fn sink(&self, lane: Lane) -> types::Sink {
        self.0.sink(lane)
    }

    fn rest_of(&self, lane: Lane, name: Option<&str>, text: &str) -> String {
        let event = self.0.rest_of(lane, name, text);
        let data = event.lines().filter_map(|line| line.strip_prefix("data:"));
        data.fold(String::new(), |lines, line| lines + line.trim_start() + "\n")
    }

    fn is_complete(&self) -> bool {
        self.0.is_complete()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// Runs what is kept for a target through its property.
    fn run_corpus(name: &str, property: fn(&[u8])) -> usize {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
        let mut count = 0;
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let data = std::fs::read(&path).unwrap();
            let held = std::panic::catch_unwind(|| property(&data));
            assert!(held.is_ok(), "{} does not hold", path.display());
            count += 1;
        }
        count
    }

    #[test]
    fn the_corpus_of_bodies_holds() {
        assert!(run_corpus("wire", wire) > 0);
    }

    #[test]
    fn the_corpus_of_streams_holds() {
        assert!(run_corpus("stream", stream) > 0);
    }

    /// The data of server-sent events, one a line, and the choice that reads it so.
    fn in_lines(data: &[u8]) -> Vec<u8> {
        let [choice, length, events @ ..] = data else { return Vec::new() };
        let mut lines = vec![choice | 64, *length];
        for line in events.split(|byte| *byte == b'\n') {
            if let Some(json) = line.strip_prefix(b"data:") {
                lines.extend_from_slice(json.trim_ascii());
                lines.push(b'\n');
            }
        }
        lines
    }

    #[test]
    fn the_corpus_of_streams_holds_with_a_line_for_each_event() {
        assert!(run_corpus("stream", |data| stream(&in_lines(data))) > 0);
        let event =
            b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi there\"}}]}\n\ndata: [DONE]\n\n";
        let lines = in_lines(&[&[0, 0], &event[..]].concat());
        let (out, is_fault) = rewritten(lines[0], lines[2..].chunks(5));
        let out = String::from_utf8(out).unwrap();
        assert!(!is_fault && out.contains("hi ther") && !out.contains("data:"), "{out}");
        assert!(out.lines().filter(|line| line.starts_with('{')).count() == 2, "{out}");
    }
}
