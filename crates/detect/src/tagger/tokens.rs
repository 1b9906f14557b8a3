//! Tokens: words, numbers, signs, single characters of scripts that are written without spaces, and line breaks.
//!
//! A text is read in blocks: paragraphs, cut at the latest after [`TOKENS_MAX`] tokens, so that memory does not grow with
//! the text. Hashes of words, their heads, tails and inner trigrams are made here, in the one pass over the characters.

/// Tokens in a block.
pub const TOKENS_MAX: usize = 1_024;

/// Characters of a word that heads, tails and trigrams are taken from; the hash of the word covers all of it.
const CHARS_MAX: usize = 24;

/// Trigrams that are kept for a word.
const GRAMS_MAX: usize = 10;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Class {
    /// Outside the block.
    #[default]
    Edge,
    /// A line break.
    Break,
    /// A run of letters of a script that is written with spaces.
    Word,
    /// A run of digits.
    Number,
    /// Any other character.
    Sign,
    /// One Han character.
    Han,
    /// One Hiragana character.
    Hiragana,
    /// One Katakana character.
    Katakana,
    /// One Hangul syllable or letter.
    Hangul,
}

impl Class {
    /// True for the characters of scripts that are written without spaces, and of Hangul, which glues endings to words.
    pub const fn is_cjk(self) -> bool {
        matches!(self, Self::Han | Self::Hiragana | Self::Katakana | Self::Hangul)
    }
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Case {
    /// Not a word, or of a script without case.
    #[default]
    None,
    /// All lower case.
    Lower,
    /// A capital, then lower case.
    Title,
    /// Capitals only, two at least.
    Upper,
    /// One capital letter.
    Initial,
    /// Capitals within.
    Mixed,
}

/// A token.
#[derive(Debug, Clone, Copy, Default)]
pub struct Token {
    /// First byte in the text.
    pub start: u32,
    /// First byte behind it.
    pub end: u32,
    /// What it is.
    pub class: Class,
    /// How it is written.
    pub case: Case,
    /// True when white space stands before it.
    pub is_apart: bool,
    /// Its length in characters, 255 at most.
    pub chars: u8,
    /// Hash of the word in lower case; of a number its length; of a sign the character.
    pub word: u32,
    /// Hashes of its first two, three and four characters.
    pub heads: [u32; 3],
    /// Hashes of its last one, two, three and four characters.
    pub tails: [u32; 4],
    /// Where its trigrams begin in [`Block::grams`], and how many they are.
    pub grams: (u32, u8),
}

/// A part of a text, as tokens.
#[derive(Debug, Default)]
pub struct Block {
    /// The tokens.
    pub tokens: Vec<Token>,
    /// Trigrams of all words.
    pub grams: Vec<u32>,
    /// Tokens at the beginning that only give context: they were decoded with the block before.
    pub context: usize,
    /// True when the text goes on in the same paragraph.
    pub is_cut: bool,
    /// First byte behind the block.
    pub end: usize,
}

/// Adds a value to a hash.
pub const fn hashed(hash: u32, value: u32) -> u32 {
    (hash.rotate_left(5) ^ value).wrapping_mul(0x9E37_79B1)
}

/// Where hashes begin.
pub const SEED: u32 = 0x2F0B_4A27;

/// The word hash of a text that is one token, as [`Token::word`] would have it.
pub fn word_hash(text: &str) -> u32 {
    text.chars().fold(SEED, |hash, c| hashed(hash, lower(c)))
}

impl Block {
    /// Reads the next block of `text` from byte `from` on. Empty at the end of the text.
    pub fn read(&mut self, text: &str, from: usize) {
        self.tokens.clear();
        self.grams.clear();
        self.context = 0;
        self.is_cut = false;
        let mut at = from;
        let mut is_apart = true;
        let mut breaks = 0;
        let bytes = text.as_bytes();
        while let Some(&byte) = bytes.get(at) {
            if self.tokens.len() >= TOKENS_MAX {
                self.is_cut = true;
                break;
            }
            match byte {
                b' ' | b'\t' | b'\r' => {
                    at += 1;
                    is_apart = true;
                    continue;
                }
                b'\n' => {
                    at += 1;
                    is_apart = true;
                    breaks += 1;
                    if self.tokens.is_empty() {
                        continue;
                    }
                    if breaks > 1 {
                        break;
                    }
                    self.push_plain(at - 1, at, Class::Break, u32::from(b'\n'), true);
                    continue;
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => {
                    at = match code_end(bytes, at) {
                        Some(end) => self.push_code(at, end, is_apart),
                        None if byte.is_ascii_digit() => self.push_number(bytes, at, is_apart),
                        None => self.push_word(text, at, is_apart),
                    };
                }
                0..0x80 => {
                    self.push_plain(at, at + 1, Class::Sign, hashed(SEED, u32::from(byte)), is_apart);
                    at += 1;
                }
                _ => {
                    let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
                        at += 1;
                        continue;
                    };
                    match class_of(c) {
                        None => {
                            at += c.len_utf8();
                            is_apart = true;
                            continue;
                        }
                        Some(Class::Word) => at = self.push_word(text, at, is_apart),
                        Some(class) => {
                            let end = at + c.len_utf8();
                            self.push_plain(at, end, class, hashed(SEED, lower(c)), is_apart);
                            at = end;
                        }
                    }
                }
            }
            is_apart = false;
            breaks = 0;
        }
        // A paragraph reads alike whether something follows it or not.
        if !self.is_cut && self.tokens.last().is_some_and(|token| token.class == Class::Break) {
            self.tokens.pop();
        }
        self.end = at;
    }

    /// The token at `index`, or one of class [`Class::Edge`].
    pub fn token(&self, index: usize) -> &Token {
        self.tokens.get(index).unwrap_or(&EDGE)
    }

    fn push_plain(&mut self, start: usize, end: usize, class: Class, word: u32, is_apart: bool) {
        self.tokens.push(Token {
            start: start as u32,
            end: end as u32,
            class,
            is_apart,
            chars: 1,
            word,
            ..EDGE
        });
    }

    fn push_number(&mut self, bytes: &[u8], start: usize, is_apart: bool) -> usize {
        let digits = bytes.iter().skip(start).take_while(|byte| byte.is_ascii_digit()).count();
        let word = hashed(hashed(SEED, u32::from(b'0')), digits.min(12) as u32);
        self.push_plain(start, start + digits, Class::Number, word, is_apart);
        if let Some(last) = self.tokens.last_mut() {
            last.chars = digits.min(255) as u8;
        }
        start + digits
    }

    fn push_code(&mut self, start: usize, end: usize, is_apart: bool) -> usize {
        self.push_plain(start, end, Class::Number, hashed(SEED, u32::from(b'#')), is_apart);
        if let Some(last) = self.tokens.last_mut() {
            // Apart from numbers of any usual length.
            last.chars = (end - start).min(200) as u8 + 20;
        }
        end
    }

    fn push_word(&mut self, text: &str, start: usize, is_apart: bool) -> usize {
        let mut chars = [0_u32; CHARS_MAX];
        let mut count = 0_usize;
        let mut word = SEED;
        let (mut uppers, mut is_upper_first, mut lowers) = (0_usize, false, 0_usize);
        let mut at = start;
        let bytes = text.as_bytes();
        loop {
            let (small, is_upper, is_lower, length) = match bytes.get(at) {
                Some(byte @ b'a'..=b'z') => (u32::from(*byte), false, true, 1),
                Some(byte @ b'A'..=b'Z') => (u32::from(byte | 0x20), true, false, 1),
                Some(0x80..) => {
                    let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
                    if !is_letter(c) {
                        break;
                    }
                    (lower(c), c.is_uppercase(), c.is_lowercase(), c.len_utf8())
                }
                _ => break,
            };
            word = hashed(word, small);
            if let Some(slot) = chars.get_mut(count) {
                *slot = small;
            }
            uppers += usize::from(is_upper);
            lowers += usize::from(is_lower);
            is_upper_first |= is_upper && count == 0;
            count += 1;
            at += length;
        }
        let case = match (uppers, lowers) {
            (0, 0) => Case::None,
            (0, _) => Case::Lower,
            (1, 0) => Case::Initial,
            (_, 0) => Case::Upper,
            (1, _) if is_upper_first => Case::Title,
            _ => Case::Mixed,
        };
        let kept = chars.get(..count.min(CHARS_MAX)).unwrap_or_default();
        let grams = self.push_grams(kept);
        self.tokens.push(Token {
            start: start as u32,
            end: at as u32,
            class: Class::Word,
            case,
            is_apart,
            chars: count.min(255) as u8,
            word,
            heads: heads(kept),
            tails: tails(kept),
            grams,
        });
        at
    }

    fn push_grams(&mut self, chars: &[u32]) -> (u32, u8) {
        let from = self.grams.len();
        for window in chars.windows(3).take(GRAMS_MAX) {
            self.grams.push(window.iter().fold(SEED, |hash, c| hashed(hash, *c)));
        }
        (from as u32, (self.grams.len() - from) as u8)
    }
}

const EDGE: Token = Token {
    start: 0,
    end: 0,
    class: Class::Edge,
    case: Case::None,
    is_apart: false,
    chars: 0,
    word: 0,
    heads: [0; 3],
    tails: [0; 4],
    grams: (0, 0),
};

/// The end of a code, which goes from letters to digits or back twice at least, such as a part of a UUID: no word and no number.
fn code_end(bytes: &[u8], start: usize) -> Option<usize> {
    let run = bytes.get(start..)?;
    let length = run.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(run.len());
    let run = run.get(..length)?;
    let is_followed = bytes.get(start + length).is_some_and(|byte| *byte >= 0x80);
    let changes = run
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit()))
        .count();
    (changes >= 2 && !is_followed).then_some(start + length)
}

fn heads(chars: &[u32]) -> [u32; 3] {
    let mut found = [0; 3];
    let mut hash = SEED;
    for (at, c) in chars.iter().take(4).enumerate() {
        hash = hashed(hash, *c);
        if let Some(slot) = at.checked_sub(1).and_then(|at| found.get_mut(at)) {
            *slot = hash;
        }
    }
    found
}

fn tails(chars: &[u32]) -> [u32; 4] {
    let mut found = [0; 4];
    let mut hash = SEED;
    for (slot, c) in found.iter_mut().zip(chars.iter().rev()) {
        hash = hashed(hash, *c);
        *slot = hash;
    }
    found
}

/// What a character outside ASCII begins; `None` for white space and what cannot be seen.
fn class_of(c: char) -> Option<Class> {
    Some(match u32::from(c) {
        0x85
        | 0xA0
        | 0xAD
        | 0x1680
        | 0x2000..=0x200F
        | 0x2028..=0x202F
        | 0x205F..=0x2064
        | 0x3000
        | 0xFEFF => {
            return None;
        }
        0x3005 | 0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF => {
            Class::Han
        }
        0x3041..=0x309F => Class::Hiragana,
        0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F => Class::Katakana,
        0x1100..=0x11FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF => Class::Hangul,
        _ if is_letter(c) => Class::Word,
        _ => Class::Sign,
    })
}

/// True for characters of Chinese, Japanese and Korean.
pub(super) fn is_cjk(c: char) -> bool {
    class_of(c).is_some_and(Class::is_cjk)
}

/// Letters of a word outside ASCII, marks that combine included.
fn is_letter(c: char) -> bool {
    let is_mark = matches!(u32::from(c), 0x300..=0x36F | 0x200C | 0x200D);
    let is_cjk = matches!(u32::from(c), 0x1100..=0x11FF | 0x3005..=0x31FF | 0x3400..=0x9FFF | 0xA960..=0xA97F
        | 0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0xFF66..=0xFF9F | 0x2_0000..);
    is_mark || (!is_cjk && c.is_alphabetic())
}

/// Lower case, of one character; full-width forms become ASCII.
fn lower(c: char) -> u32 {
    let code = u32::from(c);
    match code {
        0x41..=0x5A => code | 0x20,
        0..0x80 => code,
        0xFF21..=0xFF3A => code - 0xFEE0 + 0x20,
        0xFF01..=0xFF5E => code - 0xFEE0,
        0x2018 | 0x2019 => 0x27,
        _ => c.to_lowercase().next().map_or(code, u32::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let mut block = Block::default();
        block.read(text, 0);
        block.tokens.iter().map(|token| text.get(token.start as usize..token.end as usize).unwrap()).collect()
    }

    #[test]
    fn words_numbers_signs_and_single_characters() {
        assert_eq!(cut("O'Brien, 12 Höhe"), ["O", "'", "Brien", ",", "12", "Höhe"]);
        assert_eq!(cut("4d5811ca-5fca A380 SW1A"), ["4d5811ca", "-", "5", "fca", "A", "380", "SW1A"]);
        assert_eq!(cut("我叫John。"), ["我", "叫", "John", "。"]);
        assert_eq!(cut("김민수는\u{a0}A\nb"), ["김", "민", "수", "는", "A", "\n", "b"]);
    }

    #[test]
    fn a_block_ends_with_the_paragraph() {
        let text = "one\ntwo\n\nthree";
        let mut block = Block::default();
        block.read(text, 0);
        assert_eq!((block.tokens.len(), block.end, block.is_cut), (3, 9, false));
        block.read(text, block.end);
        assert_eq!((block.tokens.len(), block.end), (1, text.len()));
    }

    #[test]
    fn the_hash_of_a_word_knows_no_case_and_no_width() {
        let mut block = Block::default();
        block.read("Müller MÜLLER ｓｍｉｔｈ", 0);
        assert_eq!(block.token(0).word, block.token(1).word);
        assert_eq!(block.token(0).word, word_hash("müller"));
        assert_eq!(block.token(2).word, word_hash("Smith"));
    }
}
