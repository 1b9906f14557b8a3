//! Features: what a token and its neighbourhood look like, each as the number of a row of weights.
//!
//! The trainer and the tagger both call [`Frame::features`]: a feature that is changed here needs new weights
//! (`weights::VERSION`). Hashing puts several features into a row now and then; training sees the same rows.

mod dense;
mod lines;
mod spaced;

use self::lines::{Key, line_case};
use self::spaced::of_word;
use super::gazetteer::{Gazetteer, Marks, is_quiet, of_lists};
use super::table::{Table, key};
use super::tokens::{Block, Case, Class, SEED, Token, hashed};

/// How far the nearest plain word may be from a token, to count as its neighbour.
const REACH: usize = 5;

/// Tokens of a line that tell how it is written.
const LINE_TOKENS_MAX: usize = 64;

/// Sets of classes.
pub const SETS: usize = 2;

/// What is known of each token of a block beyond the token itself.
#[derive(Debug, Default)]
pub struct Frame {
    around: Vec<Around>,
    marks: Vec<Marks>,
    lines: Vec<(usize, usize)>,
    /// Class of each word, nought where it has none.
    classes: [Vec<u16>; SETS],
}

/// What a line has told before the block that it goes on in.
#[derive(Debug, Clone, Copy)]
pub struct Carried {
    line: u8,
    first: u32,
    key: u32,
    key_distance: u8,
    last: u32,
}

/// What stands around a token.
#[derive(Debug, Clone, Copy, Default)]
struct Around {
    /// How the line is written.
    line: u8,
    /// First token of the line.
    first: u32,
    /// The word before the last colon or equals sign, and how many tokens ago that was.
    key: u32,
    key_distance: u8,
    /// The nearest words in lower case, in the line.
    left: u32,
    right: u32,
    /// First token of the run of the same script, and the first behind it.
    run: (u16, u16),
    /// Hashes of the run up to the token and of the run behind it, for scripts whose runs are words.
    head: u32,
    tail: u32,
}

impl Frame {
    /// What the line of the token at `index` has told so far, for a block that begins with this token.
    pub fn carried(&self, block: &Block, index: usize) -> Option<Carried> {
        let is_within = index > 0 && block.token(index - 1).class != Class::Break;
        let around = self.around.get(index).filter(|_| is_within)?;
        let before = block.token(index - 1);
        Some(Carried {
            line: around.line,
            first: around.first,
            key: around.key,
            key_distance: around.key_distance,
            last: if before.class == Class::Word { before.word } else { 0 },
        })
    }

    /// Looks at all tokens of `block`; `carried` is what is known of its first line when it begins within one.
    pub fn read(
        &mut self,
        block: &Block,
        gazetteer: &Gazetteer,
        classes: &[Table; SETS],
        carried: Option<Carried>,
    ) {
        gazetteer.mark(block, &mut self.marks);
        // The first pass: most is over here for a paragraph that names nobody. A line that goes on is read for what it carries.
        if !block.is_cut && carried.is_none() && !self.is_worth_reading(block, 0, block.tokens.len()) {
            self.lines.clear();
            return;
        }
        self.read_classes(block, classes);
        self.around.clear();
        self.around.resize(block.tokens.len(), Around::default());
        self.read_lines(block, carried);
        self.read_runs(block);
    }

    /// The lines of the block: first token, and the first behind it. Breaks are in none.
    pub fn lines(&self) -> &[(usize, usize)] {
        &self.lines
    }

    /// The marks of a token.
    pub fn marks(&self, index: usize) -> Marks {
        of_lists(self.marks.get(index).copied().unwrap_or_default())
    }

    /// The first pass: false when nothing in the tokens `from..to` can be a part of a name, so that they need not be read.
    pub fn is_worth_reading(&self, block: &Block, from: usize, to: usize) -> bool {
        let tokens = block.tokens.iter().zip(&self.marks).take(to).skip(from);
        tokens.into_iter().any(|(token, marks)| match token.class {
            Class::Word => token.case != Case::Lower || !is_quiet(*marks),
            class => class.is_cjk(),
        })
    }

    fn read_classes(&mut self, block: &Block, tables: &[Table; SETS]) {
        for (classes, table) in self.classes.iter_mut().zip(tables) {
            classes.clear();
            if !table.is_empty() {
                classes.extend(block.tokens.iter().map(|token| class_of(token, table)));
            }
        }
    }

    fn read_lines(&mut self, block: &Block, mut carried: Option<Carried>) {
        self.lines.clear();
        let (mut from, mut key) = (0, Key::default());
        for (at, token) in block.tokens.iter().enumerate() {
            if token.class == Class::Break {
                self.read_line(block, from, at, &mut key, carried.take());
                from = at + 1;
            }
        }
        self.read_line(block, from, block.tokens.len(), &mut key, carried);
    }

    fn read_line(&mut self, block: &Block, from: usize, to: usize, key: &mut Key, carried: Option<Carried>) {
        if from >= to {
            return;
        }
        self.lines.push((from, to));
        let line = block.tokens.get(from..to).unwrap_or_default();
        let mut case = line_case(line.get(..LINE_TOKENS_MAX).unwrap_or(line));
        let mut first = block.token(from).word;
        let mut distance = 0;
        if let Some(carried) = carried {
            (case, first, distance) = (carried.line, carried.first, usize::from(carried.key_distance));
            *key = Key { word: carried.key, at: from, last: carried.last };
        }
        let (mut left, mut left_at) = (hashed(SEED, 1), from);
        for (index, token) in line.iter().enumerate() {
            let at = from + index;
            if let Some(around) = self.around.get_mut(at) {
                around.line = case;
                around.first = first;
                around.key = key.word;
                around.key_distance = (at.saturating_sub(key.at) + distance).min(6) as u8;
                around.left = if at - left_at > REACH { 0 } else { left };
            }
            if is_plain(token) {
                (left, left_at) = (token.word, at);
            }
            if key.read(block, token, at) {
                distance = 0;
            }
        }
        key.end_line(block.token(to.saturating_sub(1)));
        let (mut right, mut right_at) = (hashed(SEED, 2), to);
        for (index, token) in line.iter().enumerate().rev() {
            let at = from + index;
            if let Some(around) = self.around.get_mut(at) {
                around.right = if right_at - at > REACH { 0 } else { right };
            }
            if is_plain(token) {
                (right, right_at) = (token.word, at);
            }
        }
    }

    fn read_runs(&mut self, block: &Block) {
        let mut from = 0;
        while from < block.tokens.len() {
            let first = block.token(from);
            let mut to = from + 1;
            if first.class.is_cjk() {
                while block.token(to).class == first.class && !block.token(to).is_apart {
                    to += 1;
                }
                let mut head = SEED;
                for (around, token) in self.around.iter_mut().zip(&block.tokens).take(to).skip(from) {
                    head = hashed(head, token.word);
                    around.head = head;
                    around.run = (from as u16, to as u16);
                }
                let mut tail = SEED;
                for at in (from..to).rev() {
                    if let Some(around) = self.around.get_mut(at) {
                        around.tail = tail;
                    }
                    tail = hashed(tail, block.token(at).word);
                }
            }
            from = to;
        }
    }

    /// Calls `row` with the number of the row of each feature of the token at `index`; numbers are below two to the power of
    /// `bits`.
    #[inline]
    pub fn features(&self, block: &Block, index: usize, bits: u32, mut row: impl FnMut(u32)) {
        let around = self.around.get(index).copied().unwrap_or_default();
        let shift = 64_u32.saturating_sub(bits);
        let mut put = |template: u32, value: u32| {
            let mixed = (u64::from(template) << 32 | u64::from(value)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            row((mixed >> shift) as u32);
        };
        let token = block.token(index);
        self.common(block, index, token, &around, &mut put);
        if token.class.is_cjk() {
            self.of_character(block, index, token, &around, &mut put);
        } else {
            of_word(block, index, token, &around, &mut put);
        }
    }

    /// What all tokens have: neighbours, lists, keys.
    #[inline]
    fn common(
        &self,
        block: &Block,
        index: usize,
        token: &Token,
        around: &Around,
        put: &mut impl FnMut(u32, u32),
    ) {
        let [b3, b2, b1] = [3, 2, 1].map(|back| before(block, index, back));
        let [a1, a2, a3] = [1, 2, 3].map(|ahead| block.token(index + ahead));
        put(1, token.word);
        put(2, b1.word);
        put(3, a1.word);
        put(4, b2.word);
        put(5, a2.word);
        put(6, b3.word);
        put(7, a3.word);
        put(8, pair(b1.word, token.word));
        put(9, pair(token.word, a1.word));
        put(10, pair(b2.word, b1.word));
        put(11, pair(a1.word, a2.word));
        put(12, pair(b1.word, a1.word));
        let (s1, s0, n1) = (short(b1), short(token), short(a1));
        put(13, pair(s1, s0));
        put(14, pair(s0, n1));
        let glue = u32::from(token.is_apart) | u32::from(a1.is_apart) << 1;
        put(15, pair(pair(s1, s0), pair(n1, glue)));
        put(16, pair(pair(short(b2), s1), s0));
        put(17, pair(pair(short(a2), n1), s0));
        put(18, pair(around.first, s0));
        if around.key != 0 {
            put(19, pair(around.key, s0));
            put(20, pair(around.key, u32::from(around.key_distance)));
        }
        self.lists(block, index, token, around, put);
        self.classes(index, s0, put);
    }

    /// Classes of the words around; the bits above the lowest three name a wider class.
    #[inline]
    fn classes(&self, index: usize, s0: u32, put: &mut impl FnMut(u32, u32)) {
        for (classes, template) in self.classes.iter().zip([80, 100]) {
            let class = |at: usize| u32::from(classes.get(at).copied().unwrap_or_default());
            let behind = |back: usize| index.checked_sub(back).map_or(0, class);
            let [b2, b1, k0, a1, a2] =
                [behind(2), behind(1), class(index), class(index + 1), class(index + 2)];
            if b1 | k0 | a1 == 0 {
                continue;
            }
            put(template, k0);
            put(template + 1, b1);
            put(template + 2, a1);
            put(template + 3, pair(b1, k0));
            put(template + 4, pair(k0, a1));
            put(template + 5, pair(b1, a1));
            put(template + 6, pair(pair(b1 >> 3, k0 >> 3), a1 >> 3));
            put(template + 7, pair(k0, s0));
            put(template + 8, b2);
            put(template + 9, a2);
            put(template + 10, pair(k0 >> 3, s0));
        }
    }

    #[inline]
    fn lists(
        &self,
        block: &Block,
        index: usize,
        token: &Token,
        around: &Around,
        put: &mut impl FnMut(u32, u32),
    ) {
        let here = self.marks(index);
        let behind = index.checked_sub(1).map_or(0, |at| self.marks(at));
        let ahead = self.marks(index + 1);
        if here | behind | ahead == 0 {
            return;
        }
        let [m0, m1, n1] = [here, behind, ahead].map(|marks| (marks ^ (marks >> 27)) as u32);
        let s0 = short(token);
        put(21, pair(m1, m0));
        put(22, pair(m0, n1));
        put(23, pair(pair(m1, m0), pair(n1, s0)));
        if here != 0 {
            let mut left = here;
            while left != 0 {
                let bit = left.trailing_zeros();
                put(24, pair(bit, s0));
                left &= left - 1;
            }
            put(25, pair(m0, s0));
            put(26, pair(m0, before(block, index, 1).word));
            put(27, pair(m0, block.token(index + 1).word));
            put(28, pair(m0, around.left));
            put(29, pair(m0, u32::from(around.line)));
        }
    }
}

/// The class of a word: as it is written if that is known, else in the other case.
fn class_of(token: &Token, classes: &Table) -> u16 {
    if token.class != Class::Word {
        return 0;
    }
    let is_title = !matches!(token.case, Case::Lower | Case::None);
    match classes.get(class_key(token.word, is_title)) {
        0 => classes.get(class_key(token.word, !is_title)),
        class => class,
    }
}

/// The key of a word in the table of classes, where words with a capital stand apart from those without.
pub const fn class_key(word: u32, is_title: bool) -> u64 {
    key(if is_title { hashed(word, 1) } else { word })
}

fn before(block: &Block, index: usize, back: usize) -> &Token {
    // Beyond the first token stands what stands behind the last: nothing.
    block.token(index.checked_sub(back).unwrap_or(usize::MAX))
}

const fn pair(one: u32, other: u32) -> u32 {
    hashed(hashed(SEED, one), other)
}

/// How a token is written, without its length.
fn short(token: &Token) -> u32 {
    match token.class {
        Class::Sign => token.word,
        Class::Number if token.chars > 20 => 31,
        Class::Number => 16 + u32::from(token.chars.min(6)),
        Class::Word => token.case as u32,
        class => 32 + class as u32,
    }
}

/// How a token is written, with its length.
fn shape(token: &Token) -> u32 {
    let length = match token.chars {
        0..=4 => token.chars,
        5..=6 => 5,
        7..=9 => 6,
        _ => 7,
    };
    pair(short(token), u32::from(length))
}

/// A word in lower case.
fn is_plain(token: &Token) -> bool {
    token.class == Class::Word && matches!(token.case, Case::Lower | Case::None)
}
