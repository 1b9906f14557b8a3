//! Scores of tokens → spans.
//!
//! A token counts for the kind that gets the greatest share of it, first and following tokens together, where that is at least
//! the kind's `score_min`. Promises: a span never cuts a word of a script that parts words with spaces, whatever the tokenizer made
//! of it; spans are sorted, do not overlap, and lie on character boundaries.

use detect::ModelSpan;
use types::ByteSpan;

use crate::labels::{Kind, Labels, Output, Place};

/// Most characters by which a span is made longer to the end of its word, on either side.
const WORD_CHARS_MAX: usize = 64;

/// Most bytes between two spans that are one.
const JOIN_BYTES_MAX: usize = 3;

/// What a model says of a token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mark {
    /// Index of the kind.
    pub(crate) kind: usize,
    /// Its share of the token, from 0 to 1.
    pub(crate) share: f32,
    /// True when a span rather begins here than goes on.
    pub(crate) begins: bool,
}

/// What the outputs of one token say; `None`: it is outside of everything that is wanted, or they are no numbers.
pub(crate) fn mark(outputs: &[f32], labels: &Labels, shares: &mut Shares) -> Result<Option<Mark>, NoNumber> {
    let greatest = outputs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if !greatest.is_finite() || outputs.iter().any(|output| output.is_nan()) {
        return Err(NoNumber);
    }
    shares.clear(labels.kinds.len());
    let mut sum = 0.0;
    for (output, meaning) in outputs.iter().zip(&labels.outputs) {
        let weight = (output - greatest).exp();
        sum += weight;
        if let Some(meaning) = meaning {
            shares.add(*meaning, weight);
        }
    }
    let best = shares
        .of
        .iter()
        .enumerate()
        .max_by(|(_, a), (_, b)| (a.first + a.following).total_cmp(&(b.first + b.following)));
    let Some((kind, share)) = best else { return Ok(None) };
    let least = labels.kinds.get(kind).map_or(1.0, |kind| kind.score_min);
    let total = (share.first + share.following) / sum;
    Ok((total >= least).then_some(Mark { kind, share: total, begins: share.first > share.following }))
}

/// The outputs of a token are no numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoNumber;

/// Room for the shares of a token, used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Shares {
    of: Vec<Share>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Share {
    first: f32,
    following: f32,
}

impl Shares {
    fn clear(&mut self, kinds: usize) {
        self.of.clear();
        self.of.resize(kinds, Share::default());
    }

    fn add(&mut self, meaning: Output, weight: f32) {
        let Some(share) = self.of.get_mut(meaning.kind) else { return };
        match meaning.place {
            Place::Begin | Place::Single => share.first += weight,
            Place::Inside | Place::End => share.following += weight,
        }
    }
}

/// The spans of a text from the marks of its tokens, in their order.
pub(crate) fn spans(
    text: &str,
    marked: impl Iterator<Item = (ByteSpan, Option<Mark>)>,
    kinds: &[Kind],
) -> Vec<ModelSpan> {
    let mut spans: Vec<Grown> = Vec::new();
    let mut is_open = false;
    for (token, mark) in marked {
        let (Some(mark), false) = (mark, token.is_empty()) else {
            is_open = is_open && token.is_empty();
            continue;
        };
        match spans.last_mut() {
            Some(last) if token.start < last.span.end || is_inside_word(text, last.span.end, token.start) => {
                last.take(text, token, mark);
            }
            Some(last) if is_open && !mark.begins && last.kind == mark.kind => last.take(text, token, mark),
            Some(last) if joins(text, (last.span.end, token.start), last.kind, mark.kind, kinds) => {
                last.take(text, token, mark);
            }
            _ => spans.push(Grown::of(text, token, mark)),
        }
        is_open = true;
    }
    spans.into_iter().map(|grown| grown.finished()).collect()
}

/// A span that may go on.
struct Grown {
    span: ByteSpan,
    kind: usize,
    shares: f32,
    tokens: f32,
}

impl Grown {
    fn of(text: &str, token: ByteSpan, mark: Mark) -> Self {
        Self { span: whole_words(text, token), kind: mark.kind, shares: mark.share, tokens: 1.0 }
    }

    fn take(&mut self, text: &str, token: ByteSpan, mark: Mark) {
        let end = whole_words(text, token).end;
        self.span = ByteSpan::new(self.span.start, self.span.end.max(end));
        self.shares += mark.share;
        self.tokens += 1.0;
    }

    fn finished(self) -> ModelSpan {
        ModelSpan { span: self.span, label: self.kind, score: self.shares / self.tokens }
    }
}

/// True when a span of one kind and one of another are one: both stand for the same entity, and only what the first may be
/// followed by stands between.
fn joins(text: &str, (end, start): (usize, usize), last: usize, next: usize, kinds: &[Kind]) -> bool {
    let (Some(last), Some(next)) = (kinds.get(last), kinds.get(next)) else { return false };
    let between = text.get(end..start);
    last.name != next.name
        && last.entity == next.entity
        && between.is_some_and(|between| {
            between.len() <= JOIN_BYTES_MAX && between.chars().all(|c| last.join.contains(c))
        })
}

/// A span made longer to the ends of the words that it cuts.
fn whole_words(text: &str, span: ByteSpan) -> ByteSpan {
    let start = text.floor_char_boundary(span.start);
    let end = text.ceil_char_boundary(span.end);
    let (before, behind) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let inside = text.get(start..end).unwrap_or_default();
    let is_cut = |a: Option<char>, b: Option<char>| a.is_some_and(is_of_word) && b.is_some_and(is_of_word);
    let length = |chars: &mut dyn Iterator<Item = char>| -> usize {
        chars.take(WORD_CHARS_MAX).take_while(|c| is_of_word(*c)).map(char::len_utf8).sum()
    };
    let back = is_cut(before.chars().next_back(), inside.chars().next());
    let on = is_cut(inside.chars().next_back(), behind.chars().next());
    ByteSpan::new(
        if back { start - length(&mut before.chars().rev()) } else { start },
        if on { end + length(&mut behind.chars()) } else { end },
    )
}

/// True when a token that begins at `start` goes on with the word that ends at `end`.
fn is_inside_word(text: &str, end: usize, start: usize) -> bool {
    end == start
        && text.get(..end).and_then(|before| before.chars().next_back()).is_some_and(is_of_word)
        && text.get(start..).and_then(|behind| behind.chars().next()).is_some_and(is_of_word)
}

/// Letters and digits of scripts that part words with spaces. Han, kana, Hangul, Thai, Lao, Khmer and Burmese do not, or hang
/// other words on.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric()
        && !matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [(&str, &str, &str); 3] =
        [("GIVEN", "PERSON", " "), ("FAMILY", "PERSON", ""), ("CITY", "LOCATION", "")];

    fn kinds() -> Vec<Kind> {
        let kind = |(name, entity, join): (&str, &str, &str)| Kind {
            name: name.into(),
            entity: entity.into(),
            score_min: 0.5,
            join: join.to_owned(),
        };
        KINDS.map(kind).to_vec()
    }

    /// Tokens of `text` as `piece|TAG` parts; pieces follow each other with what stands between them.
    fn check(text: &str, tokens: &[(&str, &str)], expected: &[(&str, &str)]) {
        let mut at = 0;
        let marked = tokens.iter().map(|(piece, tag)| {
            let start = at + text.get(at..).unwrap().find(piece).unwrap();
            at = start + piece.len();
            let mark = tag.split_once('-').map(|(place, name)| Mark {
                kind: KINDS.iter().position(|kind| kind.0 == name).unwrap(),
                share: 0.9,
                begins: place == "B",
            });
            (ByteSpan::new(start, at), mark)
        });
        let kinds = kinds();
        let found = spans(text, marked.collect::<Vec<_>>().into_iter(), &kinds);
        let found: Vec<_> =
            found.iter().map(|found| (&*kinds[found.label].name, found.span.of(text).unwrap())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn given_and_family_name_are_one_and_two_people_are_two() {
        let tokens =
            [("Ana", "B-GIVEN"), ("Ko", "B-FAMILY"), ("vac", "I-FAMILY"), (",", "O"), ("Ben", "B-GIVEN")];
        check("Ana Kovac, Ben", &tokens, &[("GIVEN", "Ana Kovac"), ("GIVEN", "Ben")]);
        check("Ana Ben", &[("Ana", "B-GIVEN"), ("Ben", "B-GIVEN")], &[("GIVEN", "Ana"), ("GIVEN", "Ben")]);
        check(
            "Ana, Kovac",
            &[("Ana", "B-GIVEN"), ("Kovac", "B-FAMILY")],
            &[("GIVEN", "Ana"), ("FAMILY", "Kovac")],
        );
    }

    #[test]
    fn a_word_is_never_cut() {
        check("(Kowalczyk)", &[("Kow", "B-FAMILY"), ("al", "O"), ("czyk", "O")], &[("FAMILY", "Kowalczyk")]);
        check("Kowalczyk", &[("Kow", "O"), ("al", "I-FAMILY"), ("czyk", "O")], &[("FAMILY", "Kowalczyk")]);
        check(
            "Kowalczyk",
            &[("Kow", "B-FAMILY"), ("al", "B-CITY"), ("czyk", "B-FAMILY")],
            &[("FAMILY", "Kowalczyk")],
        );
        check(
            "Kowalczyk",
            &[("Kow", "B-FAMILY"), ("al", "O"), ("czyk", "B-CITY")],
            &[("FAMILY", "Kowalczyk")],
        );
    }

    #[test]
    fn scripts_without_spaces_are_taken_as_marked() {
        check(
            "我叫王小明在北京",
            &[("王", "B-FAMILY"), ("小", "B-GIVEN"), ("明", "I-GIVEN"), ("北京", "B-CITY")],
            &[("FAMILY", "王小明"), ("CITY", "北京")],
        );
    }

    #[test]
    fn a_gap_of_words_outside_parts_spans_of_one_kind() {
        let tokens = [("Ana", "B-GIVEN"), ("and", "O"), ("Eva", "I-GIVEN")];
        check("Ana and Eva", &tokens, &[("GIVEN", "Ana"), ("GIVEN", "Eva")]);
    }

    #[test]
    fn a_token_inside_of_a_character_is_taken_to_its_edges() {
        let text = "x 김 y";
        let mark = Mark { kind: 1, share: 0.7, begins: true };
        let found = spans(text, [(ByteSpan::new(3, 4), Some(mark))].into_iter(), &kinds());
        assert_eq!(found[0].span.of(text), Some("김"));
    }
}
