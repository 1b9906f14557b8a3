//! The best sequence of tags for a line: Viterbi over the scores of the features and of neighbouring tags.

use super::features::Frame;
use super::tokens::{Block, Class};
use super::weights::{LABELS, LANES, NEVER, SCRIPTS, TAGS, WIDTH, Weights};

/// The outside tag.
pub const OUTSIDE: u8 = 0;

/// Far below any sum of scores, and far above the least number.
const FAR: i32 = -1_000_000_000;

/// Where a tag stands in an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// First of several tokens.
    Begin,
    /// Neither first nor last.
    Inside,
    /// Last of several tokens.
    End,
    /// The only token.
    Single,
}

/// Label and place of a tag; `None` for the outside tag.
pub const fn parts(tag: u8) -> Option<(usize, Place)> {
    if tag == OUTSIDE {
        return None;
    }
    let place = match (tag - 1) % 4 {
        0 => Place::Begin,
        1 => Place::Inside,
        2 => Place::End,
        _ => Place::Single,
    };
    Some(((tag as usize - 1) / 4, place))
}

/// The tag of a label at a place.
pub const fn tag(label: usize, place: Place) -> u8 {
    let place = match place {
        Place::Begin => 0,
        Place::Inside => 1,
        Place::End => 2,
        Place::Single => 3,
    };
    (1 + 4 * label + place) as u8
}

/// True when `next` may stand behind `before`.
pub const fn may_follow(before: u8, next: u8) -> bool {
    let is_open = matches!(parts(before), Some((_, Place::Begin | Place::Inside)));
    match (parts(before), parts(next)) {
        (Some((label, _)), Some((other, Place::Inside | Place::End))) => is_open && label == other,
        (_, Some((_, Place::Inside | Place::End))) => false,
        _ => !is_open,
    }
}

/// True when a line may end with `tag`.
pub const fn may_end(tag: u8) -> bool {
    may_follow(tag, OUTSIDE)
}

/// The script of a line, as biases are kept by it.
pub fn script(block: &Block, from: usize, to: usize) -> usize {
    let mut script = 0;
    for token in block.tokens.get(from..to).unwrap_or_default() {
        match token.class {
            Class::Hangul => return 3,
            Class::Hiragana | Class::Katakana => return 2,
            Class::Han => script = 1,
            _ => {}
        }
    }
    script.min(SCRIPTS - 1)
}

/// Finds tags; keeps its memory between lines.
#[derive(Debug, Default)]
pub struct Decoder {
    scores: Vec<[i16; LANES]>,
    from: Vec<[u8; TAGS]>,
    /// The transitions, with a number far below all others where a tag cannot follow.
    steps: [[i32; TAGS]; TAGS],
    /// The tags of the line decoded last.
    pub tags: Vec<u8>,
    /// How much better that is than the same line with each entity left outside: the score of the token in its tag.
    pub gains: Vec<i32>,
}

/// What a token's features add to each tag but the outside tag: their rows add up in the hidden units, what is above nought there
/// adds up in the tags.
#[inline]
pub fn scores(weights: &Weights, frame: &Frame, block: &Block, index: usize) -> [i16; LANES] {
    let mut sums = [0_i16; WIDTH];
    frame.features(block, index, weights.bits, |row| {
        if let Some(row) = weights.row(row) {
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum = sum.wrapping_add(i16::from(*weight as i8));
            }
        }
    });
    let mut scores = [0.0_f32; LANES];
    for ((sum, start), outer) in sums.iter().zip(&weights.hidden).zip(&weights.outer) {
        let hidden = (f32::from(*sum) * weights.row_worth + start).max(0.0);
        for (score, outer) in scores.iter_mut().zip(outer) {
            *score += hidden * outer;
        }
    }
    scores.map(|score| (score * weights.unit as f32) as i16)
}

impl Decoder {
    /// Gets ready for a block that is read with `weights`.
    pub fn prepare(&mut self, weights: &Weights) {
        let to = self.steps.as_flattened_mut().iter_mut();
        for (step, transition) in to.zip(weights.transitions.as_flattened()) {
            *step = if *transition == NEVER { FAR } else { i32::from(*transition) };
        }
    }

    /// Decodes the tokens `from..to` of a block, which are a line or a part of one, with the biases of a knob.
    pub fn line(
        &mut self,
        weights: &Weights,
        frame: &Frame,
        block: &Block,
        (from, to): (usize, usize),
        biases: &[i16; LABELS],
    ) {
        self.scored((from..to).map(|index| scores(weights, frame, block, index)), biases);
    }

    /// Decodes a line by the scores of its tokens, as [`scores`] gives them.
    pub fn scored(&mut self, scores: impl Iterator<Item = [i16; LANES]>, biases: &[i16; LABELS]) {
        self.scores.clear();
        for mut sums in scores {
            for (sums, bias) in sums.as_chunks_mut::<4>().0.iter_mut().zip(biases) {
                for sum in sums {
                    *sum = sum.saturating_add(*bias);
                }
            }
            self.scores.push(sums);
        }
        self.best();
    }

    fn best(&mut self) {
        self.from.clear();
        let mut best = [FAR; TAGS];
        if let Some(outside) = best.first_mut() {
            *outside = 0;
        }
        for scores in &self.scores {
            let (mut next, mut from) = ([FAR * 2; TAGS], [0_u8; TAGS]);
            for (before, (score, after)) in (0_u8..).zip(best.iter().zip(&self.steps)) {
                if *score <= FAR {
                    continue;
                }
                for ((next, from), step) in next.iter_mut().zip(&mut from).zip(after) {
                    let sum = score + step;
                    if sum > *next {
                        *next = sum;
                        *from = before;
                    }
                }
            }
            for (next, score) in next.iter_mut().skip(1).zip(scores) {
                *next = (*next + i32::from(*score)).max(FAR);
            }
            best = next;
            self.from.push(from);
        }
        self.follow(&best);
    }

    /// Goes back from the best last tag.
    fn follow(&mut self, last: &[i32; TAGS]) {
        self.tags.clear();
        self.gains.clear();
        let may_end = (0_u8..).zip(last).filter(|(tag, _)| may_end(*tag));
        let mut tag = may_end
            .fold(
                (OUTSIDE, i32::MIN),
                |best, (tag, score)| {
                    if *score > best.1 { (tag, *score) } else { best }
                },
            )
            .0;
        for (from, scores) in self.from.iter().zip(&self.scores).rev() {
            self.tags.push(tag);
            let lane = usize::from(tag).checked_sub(1);
            self.gains.push(lane.and_then(|lane| scores.get(lane)).map_or(0, |score| i32::from(*score)));
            tag = from.get(usize::from(tag)).copied().unwrap_or(OUTSIDE);
        }
        self.tags.reverse();
        self.gains.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_follow_each_other_as_entities_do() {
        let (begin, inside, end, single) =
            (tag(1, Place::Begin), tag(1, Place::Inside), tag(1, Place::End), tag(1, Place::Single));
        assert!(may_follow(OUTSIDE, begin) && may_follow(begin, end) && may_follow(inside, end));
        assert!(may_follow(end, single) && may_follow(single, begin));
        assert!(!may_follow(OUTSIDE, inside) && !may_follow(begin, OUTSIDE) && !may_follow(end, inside));
        assert!(!may_follow(begin, tag(2, Place::End)) && !may_end(begin) && may_end(single));
    }
}
