//! The tagger: names, places, organisations and addresses in free text, which no pattern can see.
//!
//! A linear-chain conditional random field over hashed features: for each token some fifty features (`features`) add up rows
//! of small integers (`weights`), and the best sequence of tags over a line is taken (`decode`). Weights come as bytes, one file
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
pub mod table;
pub mod tokens;
pub mod weights;

use types::ByteSpan;

use self::decode::{Decoder, Place, parts, script};
use self::features::Frame;
use self::tokens::{Block, Class};
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

    /// What stands in `text`.
    pub fn spans(&self, text: &str, knob: Knob) -> Vec<TaggedSpan> {
        let mut found = Vec::new();
        let (mut block, mut frame, mut decoder) = (Block::default(), Frame::default(), Decoder::default());
        let mut at = 0;
        let mut decoded = 0;
        while at < text.len() {
            block.read(text, at);
            if block.tokens.is_empty() {
                break;
            }
            block.context = block.tokens.iter().take_while(|token| (token.start as usize) < decoded).count();
            let weights = match &self.dense {
                Some(dense) if block.has_cjk => dense,
                _ => &self.spaced,
            };
            frame.read(&block, &weights.gazetteer, &weights.classes);
            let (next, end) = self.block(weights, &block, &frame, &mut decoder, knob, &mut found);
            at = if block.is_cut { next.max(at + 1) } else { block.end };
            decoded = end;
        }
        found
    }

    /// Decodes a block. Gives where the next block begins to read, and up to where tokens are decoded.
    fn block(
        &self,
        weights: &Weights,
        block: &Block,
        frame: &Frame,
        decoder: &mut Decoder,
        knob: Knob,
        found: &mut Vec<TaggedSpan>,
    ) -> (usize, usize) {
        let mut done = block.context;
        for &(from, to) in frame.lines() {
            let (from, is_last) = (from.max(block.context), to == block.tokens.len());
            if from >= to {
                continue;
            }
            let script = script(block, from, to);
            let biases = weights.biases.get(knob as usize).and_then(|biases| biases.get(script));
            decoder.line(weights, frame, block, (from, to), biases.unwrap_or(&[0; 4]));
            let mut count = decoder.tags.len();
            if block.is_cut && is_last {
                count = settled(&decoder.tags);
            }
            collect(weights, block, decoder, from, count, found);
            done = from + count;
        }
        if !block.is_cut {
            return (block.end, block.end);
        }
        if block.token(done).class == Class::Break {
            done += 1;
        }
        let begin = |index: usize| match block.tokens.get(index) {
            Some(token) => token.start as usize,
            None => block.end,
        };
        (begin(done.saturating_sub(CONTEXT)), begin(done))
    }
}

/// Tokens of the text before that a block is read with.
const CONTEXT: usize = 8;

/// Tokens at the end of a block that are decoded again with what follows.
const UNSETTLED: usize = 64;

/// Tokens of a line cut by the end of the block that are decoded for good: up to an outside tag well before the end.
fn settled(tags: &[u8]) -> usize {
    let sure = tags.len().saturating_sub(UNSETTLED);
    let outside = tags.iter().take(sure).rposition(|tag| *tag == decode::OUTSIDE);
    match outside {
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
