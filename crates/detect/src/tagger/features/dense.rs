//! Features of single characters: of Chinese, Japanese and Korean, where a word has no space around it.

use super::super::gazetteer::Marks;
use super::super::tokens::{Block, Class, Token, hashed};
use super::{Around, Frame, before, pair};

/// Kinds of the lists of Chinese, Japanese and Korean, as the data list numbers them: family names, given names, signs of given names,
/// words.
const FAMILY: Marks = 1 | 1 << 10;
const GIVEN: Marks = 1 << 1 | 1 << 9;
const GIVEN_SIGN: Marks = 1 << 8;
const WORD: Marks = 1 << 12;

impl Frame {
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
    pub(super) fn of_character(
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
