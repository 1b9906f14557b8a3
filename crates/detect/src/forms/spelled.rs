//! Values read out or typed with a space behind each character: `four one one one`, `null eins sieben`, `一三八…`, `4 1 1 1`,
//! `j o e @ …`.
//!
//! Finding them costs a look at a few places: the run as a whole is read in `spelled_run` only where one may be. Promises: a
//! run is read once; every word, character and gap keeps its own place in the map.

use types::ByteSpan;

use super::build::{FormBuilder, Trust};
use super::digit_words;
use super::spelled_run::{Part, Run, is_mark, run_at, word_at};
use crate::blocks::{self, BLOCK_BYTES};
use crate::edges;

/// How far apart text is looked at for words: a run of seven words of three letters has two words behind any place looked at.
const WORD_STEP: usize = 20;
/// How far the word around a place may reach, how far the next one may be from there, and how much of it is looked at, in bytes.
const MARK_BYTES: u32 = 24;
const GAP_BYTES: u32 = 4;
const WORD_BYTES: u32 = 24;
/// How far apart text is looked at for characters: a run of seven has 21 bytes.
const CHARACTER_STEP: usize = 12;
/// How many characters that stand alone in a block make a run likely.
const SINGLES_MIN: u32 = 3;
/// How many in a row lead to a look.
const IN_A_ROW: usize = 4;

/// Writes them as they are usually written.
pub(super) fn undo(form: &mut FormBuilder<'_>) {
    let text = form.text();
    let mut starts = places_of_words(text);
    places_of_singles(text, &mut starts);
    if !text.is_ascii() {
        places_of_characters(text, &mut starts);
    }
    starts.sort_unstable();
    let mut resume = 0;
    for place in starts {
        if place < resume {
            continue;
        }
        let (end, run) = run_at(text, place, resume);
        resume = end.max(place + 1);
        if let Some(run) = run.filter(Run::is_telling)
            && form.is_new(ByteSpan::new(run.start, run.end))
        {
            write(form, &run);
        }
    }
}

fn write(form: &mut FormBuilder<'_>, run: &Run) {
    let kind = if run.words > 0 { "digit words" } else { "spaced characters" };
    let trust = if run.is_dotted { Trust::Checked } else { Trust::Any };
    for Part { span, text } in &run.parts {
        form.change(*span, text, kind, trust);
    }
}

/// Places at which a word for a digit stands, with another such word behind it.
fn places_of_words(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut places = Vec::new();
    let (mut block, mut here, mut next) = (0, letters_in(bytes, 0), letters_in(bytes, BLOCK_BYTES));
    for at in (0..bytes.len()).step_by(WORD_STEP) {
        if at >= block + BLOCK_BYTES {
            block += BLOCK_BYTES;
            (here, next) = (next, letters_in(bytes, block + BLOCK_BYTES));
        }
        let ahead = here >> (at - block) | (next << 1) << (BLOCK_BYTES - 1 - (at - block));
        let Some((first, length)) = next_word(ahead) else { continue };
        let (start, end) = (at + first, at + first + length);
        if (length == 1 || may_be_word(text, start, length))
            && second_may_be_word(text, ahead, at, first + length)
            && is_digit_word_or_letter(text, start)
        {
            let gap =
                bytes.get(end..).unwrap_or_default().iter().take(3).take_while(|b| is_mark(**b)).count();
            if gap > 0 && word_at(text, end + gap).is_some_and(is_digit_word) {
                places.push(start);
            }
        }
    }
    places
}

fn may_be_word(text: &str, start: usize, length: usize) -> bool {
    digit_words::may_be_word(edges::byte(text, start), edges::byte(text, start + 1), length)
}

/// False where the word behind the one that ends `end` bytes behind `at` is no word for a digit; `letters` are those from `at` on.
fn second_may_be_word(text: &str, letters: u64, at: usize, end: usize) -> bool {
    let behind = letters >> end;
    let gap = behind.trailing_zeros();
    let length = behind.checked_shr(gap).map_or(0, u64::trailing_ones);
    let (Ok(gap), Ok(length)) = (usize::try_from(gap), usize::try_from(length)) else { return true };
    // It may go on where no more letters are known.
    end + gap + length >= BLOCK_BYTES || may_be_word(text, at + end + gap, length)
}

fn is_digit_word_or_letter(text: &str, at: usize) -> bool {
    word_at(text, at).is_some_and(|word| word.len() == 1 || is_digit_word(word))
}

fn is_digit_word(word: &str) -> bool {
    digit_words::value(word).is_some() || digit_words::times(word).is_some()
}

/// Where the next word begins among the bytes whose letters these are, from within another on, and how long it is. A word that
/// is longer than the words of digits may be told too short.
fn next_word(letters: u64) -> Option<(usize, usize)> {
    let mark = letters.trailing_ones();
    let gap = letters.checked_shr(mark)?.trailing_zeros();
    let length = letters.checked_shr(mark + gap)?.trailing_ones();
    let is_near = mark < MARK_BYTES && gap < GAP_BYTES;
    is_near.then_some((usize::try_from(mark + gap).ok()?, usize::try_from(length.min(WORD_BYTES)).ok()?))
}

/// A bit for each letter of the block that begins at `start`, and for each byte beyond ASCII.
fn letters_in(bytes: &[u8], start: usize) -> u64 {
    blocks::mask_at(bytes, start, |b| ((b | 0x20).wrapping_sub(b'a') < 26) | (b >= 0x80))
}

/// Places at which some single characters stand in a row with marks or spaces between them.
fn places_of_singles(text: &str, places: &mut Vec<usize>) {
    let bytes = text.as_bytes();
    let mut before = 0;
    let mut words = words_in(bytes, 0);
    for start in (0..bytes.len()).step_by(BLOCK_BYTES) {
        let next = words_in(bytes, start + BLOCK_BYTES);
        // Letters and digits that have none beside them.
        let singles =
            words & !(words << 1 | before >> (BLOCK_BYTES - 1)) & !(words >> 1 | next << (BLOCK_BYTES - 1));
        if singles.count_ones() >= SINGLES_MIN {
            places_in_block(bytes, start, singles, places);
        }
        (before, words) = (words, next);
    }
}

/// A bit for each letter and digit of the block that begins at `start`.
fn words_in(bytes: &[u8], start: usize) -> u64 {
    let is_word = |b: u8| ((b | 0x20).wrapping_sub(b'a') < 26) | (b.wrapping_sub(b'0') < 10);
    blocks::mask_at(bytes, start, is_word)
}

fn places_in_block(bytes: &[u8], start: usize, singles: u64, places: &mut Vec<usize>) {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    // Commas and colons part lists and members.
    let is_gap = |b: u8| is_mark(b) && !matches!(b, b',' | b':');
    let is_single = |at: usize| {
        byte(at).is_ascii_alphanumeric()
            && !byte(at + 1).is_ascii_alphanumeric()
            && !(at > 0 && byte(at - 1).is_ascii_alphanumeric())
    };
    let mut resume = start;
    for at in blocks::places(start, singles) {
        if at < resume || !is_gap(byte(at + 1)) {
            continue;
        }
        // `4 1 1 1`, `4-1-1-1` and `9 - 3 2 4`: one mark, or a sign with spaces around it.
        let next = |at: usize| if is_single(at + 2) { at + 2 } else { at + 4 };
        let mut last = at;
        let mut is_run = true;
        for _ in 1..IN_A_ROW {
            is_run = is_run && is_gap(byte(last + 1)) && is_single(next(last));
            last = next(last);
        }
        if is_run {
            places.push(at);
            resume = last;
        }
    }
}

/// Places of Chinese, Japanese and Korean digits.
fn places_of_characters(text: &str, places: &mut Vec<usize>) {
    for at in (0..text.len()).step_by(CHARACTER_STEP) {
        if edges::byte(text, at) < 0x80 {
            continue;
        }
        let start = edges::floor(text, at);
        // All of them have three bytes.
        if edges::byte(text, start) >= 0xE2
            && edges::after(text, start).and_then(digit_words::character).is_some()
        {
            places.push(start);
        }
    }
}
