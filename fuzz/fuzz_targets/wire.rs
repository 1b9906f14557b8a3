//! Fuzz target: a request body is parsed, given back and rewritten.
//!
//! Without edits the body is the same byte for byte; with every text replaced it is still a body of the dialect. The first
//! byte chooses dialect and endpoint.
#![no_main]

use cordon_types::{ByteSpan, SegmentKind};
use cordon_wire::{DialectId, Edit, Endpoint, Limits, Request};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
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
    let rewritten = request.rewrite(&edits).expect("edits of whole segments are possible");
    let again = Request::parse(dialect, endpoint, &rewritten, &limits);
    assert!(again.is_ok(), "what was rewritten is no body: {:?}", again.err());
});
