//! Features: what a token and its neighbourhood look like, each as the number of a row of weights.
//!
//! The trainer and the tagger both call [`Frame::features`]: a feature that is changed here needs new weights
//! (`weights::VERSION`). Hashing puts several features into a row now and then; training sees the same rows.

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

    /// A family name of one character here or up to two characters before, with what follows it, what the lists say of that, and what
    /// stands on both sides: how most Chinese and Korean names are made.
    #[inline]
    fn full_name(&self, block: &Block, index: usize, class: Class, put: &mut impl FnMut(u32, u32)) {
        if !matches!(class, Class::Han | Class::Hangul) {
            return;
        }
        for back in 0..3_u32 {
            let Some(first) = index.checked_sub(back as usize) else { return };
            let [m0, m1, m2] = [0, 1, 2].map(|ahead| self.marks(first + ahead));
            let is_alone = m0 & FAMILY != 0 && m0 >> 32 & FAMILY != 0 && block.token(first).class == class;
            if !is_alone {
                continue;
            }
            let has = |is: bool, bit: u32| u32::from(is) << bit;
            let shape = has(m1 & GIVEN != 0 && m2 >> 32 & GIVEN != 0, 0)
                | has(m1 & GIVEN_SIGN != 0, 1)
                | has(m2 & GIVEN_SIGN != 0, 2)
                | has(m0 & WORD != 0, 3)
                | has(m1 & WORD != 0, 4)
                | has(m2 & WORD != 0, 5)
                | has(block.token(first + 1).class == class && !block.token(first + 1).is_apart, 6)
                | has(block.token(first + 2).class == class && !block.token(first + 2).is_apart, 7)
                | has(block.token(first).is_apart, 8);
            // What follows a Korean name is the rest of its word.
            let behind = match class {
                Class::Hangul => self.around.get(first + 2).map_or(0, |around| around.tail),
                _ => block.token(first + 3).word,
            };
            put(111 + back, shape);
            put(114 + back, pair(shape, behind));
            put(117 + back, pair(shape, before(block, first, 1).word));
        }
    }

    /// A family name of one character alone, and a given name of two characters alone, with what stands on both sides.
    #[inline]
    fn half_name(&self, block: &Block, index: usize, class: Class, put: &mut impl FnMut(u32, u32)) {
        if !matches!(class, Class::Han | Class::Hangul) {
            return;
        }
        let m0 = self.marks(index);
        let next = block.token(index + 1);
        if m0 & FAMILY != 0 && m0 >> 32 & FAMILY != 0 {
            put(120, next.word);
            put(121, pair(next.word, block.token(index + 2).word));
            put(122, pair(before(block, index, 1).word, next.word));
        }
        for back in 0..2_u32 {
            let Some(first) = index.checked_sub(back as usize) else { return };
            if self.marks(first) & GIVEN == 0 || self.marks(first + 1) >> 32 & GIVEN == 0 {
                continue;
            }
            let behind = match class {
                Class::Hangul => self.around.get(first + 1).map_or(0, |around| around.tail),
                _ => block.token(first + 2).word,
            };
            let ahead = before(block, first, 1);
            let is_apart = u32::from(block.token(first).is_apart);
            put(123 + back, pair(behind, is_apart));
            put(125 + back, ahead.word);
            put(127 + back, pair(ahead.word, behind));
        }
    }

    /// What single characters have: longer runs of characters, the run of the script.
    #[inline]
    fn of_character(
        &self,
        block: &Block,
        index: usize,
        token: &Token,
        around: &Around,
        put: &mut impl FnMut(u32, u32),
    ) {
        let [b2, b1] = [2, 1].map(|back| before(block, index, back));
        let [a1, a2, a3] = [1, 2, 3].map(|ahead| block.token(index + ahead));
        let c0 = token.word;
        put(60, pair(pair(b2.word, b1.word), c0));
        put(61, pair(pair(b1.word, c0), a1.word));
        put(62, pair(pair(c0, a1.word), a2.word));
        put(63, pair(pair(b2.word, b1.word), pair(c0, a1.word)));
        put(64, pair(pair(b1.word, c0), pair(a1.word, a2.word)));
        put(65, pair(pair(c0, a1.word), pair(a2.word, a3.word)));
        put(66, pair(pair(b1.word, a1.word), a2.word));
        put(67, pair(pair(b2.word, b1.word), a1.word));
        let (from, to) = (usize::from(around.run.0), usize::from(around.run.1));
        let place = (index - from.min(index)).min(7) as u32;
        let length = to.saturating_sub(from).min(9) as u32;
        put(68, pair(pair(place, length), token.class as u32));
        put(69, pair(c0, place.min(3)));
        self.full_name(block, index, token.class, put);
        self.half_name(block, index, token.class, put);
        if token.class == Class::Han {
            let m0 = self.marks(index);
            put(70, pair(m0 as u32 ^ (m0 >> 27) as u32, c0));
            return;
        }
        put(71, around.head);
        put(72, around.tail);
        put(73, pair(around.head, around.tail));
        put(74, pair(place, around.tail));
        put(75, pair(pair(place, length), around.tail));
        let behind = from.checked_sub(1).map_or(0, |at| self.around.get(at).map_or(0, |other| other.head));
        put(76, pair(behind, place));
        let next = self.around.get(to).map_or(0, |other| hashed(other.tail, block.token(to).word));
        put(77, pair(next, place));
        put(78, pair(before(block, from, 1).word, pair(place, length)));
    }
}

/// Kinds of the lists of Chinese, Japanese and Korean, as the data list numbers them: family names, given names, signs of given names,
/// words.
const FAMILY: Marks = 1 | 1 << 10;
const GIVEN: Marks = 1 << 1 | 1 << 9;
const GIVEN_SIGN: Marks = 1 << 8;
const WORD: Marks = 1 << 12;

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

/// What words, numbers and signs have: their letters, how they are written.
#[inline]
fn of_word(block: &Block, index: usize, token: &Token, around: &Around, put: &mut impl FnMut(u32, u32)) {
    let [b2, b1] = [2, 1].map(|back| before(block, index, back));
    let [a1, a2] = [1, 2].map(|ahead| block.token(index + ahead));
    let s0 = short(token);
    put(30, shape(token));
    put(31, pair(shape(token), u32::from(around.line)));
    put(32, pair(s0, b1.word));
    put(33, pair(s0, a1.word));
    put(34, pair(pair(s0, b2.word), b1.word));
    put(35, pair(pair(s0, a1.word), a2.word));
    put(36, pair(s0, around.left));
    put(37, pair(s0, around.right));
    put(38, pair(pair(around.left, around.right), s0));
    put(39, pair(s0, b2.word));
    let [.., b1_tail, _] = b1.tails;
    let [.., a1_tail, _] = a1.tails;
    put(40, b1_tail);
    put(41, a1_tail);
    if token.class != Class::Word {
        return;
    }
    let [head2, head3, head4] = token.heads;
    let [tail1, tail2, tail3, tail4] = token.tails;
    for (template, value) in
        [(42, head2), (43, head3), (44, head4), (45, tail1), (46, tail2), (47, tail3), (48, tail4)]
    {
        if value != 0 {
            put(template, value);
        }
    }
    put(49, pair(tail2, s0));
    put(50, pair(tail3, s0));
    put(51, pair(head3, s0));
    put(52, pair(token.word, s0));
    let grams = block.grams.iter().skip(token.grams.0 as usize).take(usize::from(token.grams.1));
    for gram in grams {
        put(53, *gram);
    }
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

/// How the words of a line are written: 0 no words, 1 lower case, 2 capitals, 3 most with a capital, 4 as sentences are.
fn line_case(line: &[Token]) -> u8 {
    let (mut lower, mut upper, mut title) = (0_usize, 0_usize, 0_usize);
    for token in line {
        match token.case {
            Case::Lower => lower += 1,
            Case::Upper | Case::Initial => upper += 1,
            Case::Title | Case::Mixed => title += 1,
            Case::None => {}
        }
    }
    match (lower, upper, title) {
        (0, 0, 0) => 0,
        (_, 0, 0) => 1,
        (0, _, 0) => 2,
        _ if title + upper > lower => 3,
        _ => 4,
    }
}

/// The word before the last colon or equals sign.
#[derive(Default)]
struct Key {
    word: u32,
    at: usize,
    last: u32,
}

impl Key {
    /// Takes a token of the line; true when it ends a key.
    fn read(&mut self, block: &Block, token: &Token, at: usize) -> bool {
        match token.class {
            Class::Word | Class::Number => self.last = token.word,
            Class::Sign if token.word == COLON || token.word == EQUALS => {
                self.word = self.last;
                self.at = at;
                return true;
            }
            class if class.is_cjk() => self.last = pair(before(block, at, 1).word, token.word),
            _ => {}
        }
        false
    }

    /// A key at the end of a line speaks for the next line, any other only for its own.
    fn end_line(&mut self, last: &Token) {
        if last.word != COLON {
            self.word = 0;
        }
        self.last = 0;
    }
}

const COLON: u32 = hashed(SEED, b':' as u32);
const EQUALS: u32 = hashed(SEED, b'=' as u32);
