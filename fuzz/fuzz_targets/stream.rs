//! Fuzz target: a streamed answer is rewritten, and however its bytes are cut, the same bytes go on.
//!
//! The first byte chooses the dialect, the second how long the pieces are.
#![no_main]

use cordon_types::Lane;
use cordon_wire::{DialectId, Endpoint, LaneText, StreamLimits, StreamRewriter};

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

fn rewritten(choice: u8, pieces: impl Iterator<Item = Vec<u8>>) -> (Vec<u8>, bool) {
    let (dialect, endpoint) = match choice % 3 {
        0 => (DialectId::OpenAiChat, Endpoint::ChatCompletions),
        1 => (DialectId::OpenAiChat, Endpoint::Completions),
        _ => (DialectId::AnthropicMessages, Endpoint::Messages),
    };
    let mut stream = StreamRewriter::new(dialect, endpoint, StreamLimits::default(), choice & 128 != 0);
    let (mut texts, mut out) = (Late::default(), Vec::new());
    for piece in pieces {
        if stream.push(&piece, &mut texts, &mut out).is_err() {
            return (out, true);
        }
    }
    stream.finish(&mut texts, &mut out);
    (out, false)
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let [choice, length, bytes @ ..] = data else { return };
    let whole = rewritten(*choice, std::iter::once(bytes.to_vec()));
    for length in [1, usize::from(*length).max(2)] {
        let cut = rewritten(*choice, bytes.chunks(length).map(<[u8]>::to_vec));
        assert!(cut == whole, "pieces of {length} bytes give another stream");
    }
});
