//! The tagger: names, places, organisations and addresses in free text, which no pattern can see.
//!
//! A small network with a conditional random field on top: for each token some seventy hashed features (`features`) add up rows of
//! small integers into hidden units (`weights`), these give scores of tags, and the best sequence of tags over a line is taken
//! (`decode`). Weights come as bytes, one file
//! for scripts with words apart and one for Chinese, Japanese and Korean; `cordon-trainer` makes them, with the same tokens and
//! features.
//!
//! # Invariants
//! - The same text gives the same spans; a paragraph's spans do not depend on the paragraphs around it (test
//!   `paragraphs_do_not_see_each_other`).
//! - Time is linear in the text, and memory beyond the spans does not grow with it (blocks of [`tokens::TOKENS_MAX`] tokens).
//! - Spans are sorted, do not overlap, lie in one line, and begin and end on character boundaries.

pub mod decode;
pub mod features;
pub mod gazetteer;
mod runs;
pub mod table;
pub mod tokens;
pub mod weights;

use sha2::{Digest as _, Sha256};
use types::ByteSpan;

use self::decode::{Decoder, Place, parts, script};
use self::features::Frame;
use self::tokens::Block;
pub use self::weights::{Weights, WeightsError};

/// What a span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// A person, by name.
    Person,
    /// A place.
    Location,
    /// An organisation.
    Organisation,
    /// A postal address.
    Address,
}

impl Label {
    /// All of them, in the order of the tags.
    pub const ALL: [Self; 4] = [Self::Person, Self::Location, Self::Organisation, Self::Address];

    /// Its name in data.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "PERSON",
            Self::Location => "LOCATION",
            Self::Organisation => "ORG",
            Self::Address => "ADDRESS",
        }
    }
}

/// How readily something is taken for a name: what the outside tag must be beaten by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Knob {
    /// Rather too much than too little.
    Strict,
    /// The measure of the published figures.
    #[default]
    Balanced,
    /// Rather too little than too much.
    Precise,
}

/// A span that the tagger found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TaggedSpan {
    /// Where.
    pub span: ByteSpan,
    /// What.
    pub label: Label,
    /// How sure, from 0 to 1: by the scores of the tokens, against none of them being a part of anything. No probability.
    pub score: f32,
}

/// Finds names, places, organisations and addresses.
#[derive(Debug)]
pub struct Tagger {
    spaced: Weights,
    dense: Option<Weights>,
}

impl Tagger {
    /// A tagger from its weights: of scripts with words apart, and of Chinese, Japanese and Korean.
    pub const fn new(spaced: Weights, dense: Option<Weights>) -> Self {
        Self { spaced, dense }
    }

    /// Digest of the weights: other weights have another version.
    pub fn version(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for weights in [Some(&self.spaced), self.dense.as_ref()] {
            hash.update(weights.map_or([0; 32], |weights| weights.checksum));
        }
        hash.finalize().into()
    }

    /// The lists of names, places and ordinary words: of scripts with words apart, or of the others.
    pub(crate) fn lists(&self, is_dense: bool) -> &gazetteer::Gazetteer {
        let weights = self.dense.as_ref().filter(|_| is_dense).unwrap_or(&self.spaced);
        &weights.gazetteer
    }

    /// What stands in `text`.
    pub fn spans(&self, text: &str, knob: Knob) -> Vec<TaggedSpan> {
        let mut found = Vec::new();
        for run in runs::of(text) {
            let weights = self.dense.as_ref().filter(|_| run.is_dense).unwrap_or(&self.spaced);
            let before = found.len();
            self.read(weights, run.text, knob, &mut found);
            for tagged in found.iter_mut().skip(before) {
                tagged.span = ByteSpan::new(tagged.span.start + run.start, tagged.span.end + run.start);
            }
        }
        found
    }

    fn read(&self, weights: &Weights, text: &str, knob: Knob, found: &mut Vec<TaggedSpan>) {
        let (mut block, mut frame, mut decoder) = (Block::default(), Frame::default(), Decoder::default());
        let mut at = 0;
        let (mut decoded, mut carried) = (0, None);
        while at < text.len() {
            block.read(text, at);
            if block.tokens.is_empty() {
                break;
            }
            block.context = block.tokens.iter().take_while(|token| (token.start as usize) < decoded).count();
            frame.read(&block, &weights.gazetteer, &weights.classes, carried);
            decoder.prepare(weights);
            let done = read(weights, &block, &frame, &mut decoder, knob, found);
            if !block.is_cut {
                (at, carried, decoded) = (block.end, None, block.end);
                continue;
            }
            let next = done.saturating_sub(CONTEXT);
            carried = frame.carried(&block, next);
            decoded = block.tokens.get(done).map_or(block.end, |token| token.start as usize);
            at = block.tokens.get(next).map_or(block.end, |token| token.start as usize).max(at + 1);
        }
    }
}

/// Tokens of the text before that a block is read with.
const CONTEXT: usize = 16;

/// Tokens at the end of a block that are decoded again with what follows.
const UNSETTLED: usize = 64;

/// Decodes a block. Gives the first token that is left to the next block.
fn read(
    weights: &Weights,
    block: &Block,
    frame: &Frame,
    decoder: &mut Decoder,
    knob: Knob,
    found: &mut Vec<TaggedSpan>,
) -> usize {
    let mut done = block.context;
    for &(from, to) in frame.lines() {
        let is_cut = block.is_cut && to == block.tokens.len();
        if to <= block.context || (is_cut && from > block.context) {
            // Read before; or only begun, and read as a whole with the next block.
            done = done.max(from);
            continue;
        }
        let from = from.max(block.context);
        if !frame.is_worth_reading(block, from, to) {
            done = to;
            continue;
        }
        let script = script(block, from, to);
        let biases = weights.biases.get(knob as usize).and_then(|biases| biases.get(script));
        decoder.line(weights, frame, block, (from, to), biases.unwrap_or(&[0; 4]));
        let count = if is_cut { settled(&decoder.tags) } else { decoder.tags.len() };
        collect(weights, block, decoder, from, count, found);
        done = from + count;
    }
    done
}

/// Tokens of a line cut by the end of the block that are decoded for good: up to the end of an entity or a token outside, well before
/// the end.
fn settled(tags: &[u8]) -> usize {
    let sure = tags.len().saturating_sub(UNSETTLED);
    let last = tags.iter().take(sure).rposition(|tag| decode::may_end(*tag));
    match last {
        Some(at) if at >= sure / 2 => at + 1,
        _ => sure.max(tags.len().div_ceil(2)),
    }
}

/// Spans from tags.
fn collect(
    weights: &Weights,
    block: &Block,
    decoder: &Decoder,
    from: usize,
    count: usize,
    found: &mut Vec<TaggedSpan>,
) {
    let mut begun: Option<(usize, i32)> = None;
    for (index, (tag, gain)) in decoder.tags.iter().zip(&decoder.gains).enumerate().take(count) {
        let Some((label, place)) = parts(*tag) else {
            begun = None;
            continue;
        };
        let (first, sum) = begun.map_or((index, *gain), |(first, sum)| (first, sum + gain));
        begun = Some((first, sum));
        // The end of what is decoded for good ends a span, too.
        if matches!(place, Place::End | Place::Single) || index + 1 == count {
            let span = ByteSpan::new(
                block.token(from + first).start as usize,
                block.token(from + index).end as usize,
            );
            let tokens = (index + 1 - first) as f32;
            let odds = sum as f32 / weights.unit.max(1) as f32 / tokens;
            let Some(label) = Label::ALL.get(label).copied() else { continue };
            found.push(TaggedSpan { span, label, score: 1.0 / (1.0 + (-odds).exp()) });
            begun = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::gazetteer::Gazetteer;
    use super::table::Table;
    use super::weights::{NEVER, TAGS, WIDTH};
    use super::*;

    /// Weights that know nothing and still tag this and that: what holds for any weights is tested with them.
    fn any_weights(seed: u32) -> Weights {
        let mut state = seed | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (state % 41) as i8 - 22
        };
        let mut transitions = [[NEVER; TAGS]; TAGS];
        for before in 0..17_u8 {
            for tag in 0..17_u8 {
                if decode::may_follow(before, tag) {
                    transitions[usize::from(before)][usize::from(tag)] = 0;
                }
            }
        }
        Weights {
            checksum: [0; 32],
            bits: 10,
            unit: 16,
            transitions,
            biases: [[[40; 4]; 4], [[0; 4]; 4], [[-40; 4]; 4]],
            row_worth: 0.02,
            hidden: [0.1; WIDTH],
            outer: std::array::from_fn(|_| std::array::from_fn(|_| f32::from(next()) / 8.0 + 0.2)),
            rows: (0..WIDTH << 10).map(|_| (next() + 2) as u8).collect(),
            gazetteer: Gazetteer::build([(0, "anna"), (1, "smith"), (2, "new york")]),
            classes: [Table::default(), Table::default()],
        }
    }

    fn tagger() -> Tagger {
        Tagger::new(any_weights(7), Some(any_weights(9)))
    }

    const TEXTS: [&str; 5] = [
        "Dear Anna Smith,\nthe flat in New York, 12 Main St, is let.\nRegards\nJ. O'Neil",
        "我叫王小明，在北京工作。My boss is John.",
        "name: Müller\ncity=Köln | phone: +49 30 1234\n{\"first_name\": \"Zoë\"}",
        "안녕하세요 김민수입니다. スミスさん、東京です。",
        "x4f2a9 \u{301}\u{200d}\u{feff} 𝔘𝔫𝔦 \t \r\n ... A",
    ];

    #[test]
    fn paragraphs_do_not_see_each_other() {
        let tagger = tagger();
        let mut text = String::new();
        let mut expected = Vec::new();
        for part in TEXTS {
            let moved = tagger.spans(part, Knob::Balanced).into_iter().map(|found| TaggedSpan {
                span: ByteSpan::new(found.span.start + text.len(), found.span.end + text.len()),
                ..found
            });
            expected.extend(moved);
            text.push_str(part);
            text.push_str("\n\n\n");
        }
        assert!(expected.len() > 5);
        assert_eq!(tagger.spans(&text, Knob::Balanced), expected);
    }

    #[test]
    fn spans_are_sorted_apart_in_one_line_and_on_character_boundaries() {
        let tagger = tagger();
        let long = TEXTS.join(" ").replace('\n', " ").repeat(200);
        for text in TEXTS.iter().copied().chain([long.as_str()]) {
            let mut end = 0;
            for found in tagger.spans(text, Knob::Strict) {
                assert!(found.span.start >= end && !found.span.is_empty());
                assert!(!found.span.of(text).unwrap().contains('\n'));
                assert!((0.0..=1.0).contains(&found.score));
                end = found.span.end;
            }
        }
    }

    #[test]
    fn a_line_without_end_is_read_as_its_parts_are() {
        let tagger = tagger();
        let sentence = "the report by Anna Smith and others was sent to New York on a quiet day in the autumn of last year ; ";
        let text = sentence.repeat(400);
        let of = |from: usize| -> Vec<(usize, usize, Label)> {
            let spans = tagger.spans(&text, Knob::Balanced).into_iter();
            let inside =
                spans.filter(|found| found.span.start >= from && found.span.end <= from + sentence.len());
            inside.map(|found| (found.span.start - from, found.span.end - from, found.label)).collect()
        };
        // Far from both ends, each sentence stands in the same neighbourhood, wherever blocks were cut.
        let expected = of(sentence.len() * 50);
        for at in 51..350 {
            assert_eq!(of(sentence.len() * at), expected, "sentence {at}");
        }
    }

    #[test]
    fn hostile_texts_are_read_to_the_end() {
        let tagger = tagger();
        for unit in
            ["a", "A", "7", ".", "\n", " ", "é", "王", "가", "a1", "\u{301}", "\u{200b}", ":\n", "Anna "]
        {
            let text = unit.repeat(300_000 / unit.len());
            tagger.spans(&text, Knob::Strict);
        }
    }

    #[test]
    fn the_strict_knob_finds_no_less() {
        let tagger = tagger();
        let covered =
            |knob| -> usize { tagger.spans(TEXTS[0], knob).iter().map(|found| found.span.len()).sum() };
        assert!(covered(Knob::Strict) >= covered(Knob::Balanced));
        assert!(covered(Knob::Balanced) >= covered(Knob::Precise));
    }
}
