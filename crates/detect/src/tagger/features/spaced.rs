//! Features of words, numbers and signs: their letters, how they are written.

use super::super::tokens::{Block, Class, Token};
use super::{Around, before, pair, shape, short};

/// What words, numbers and signs have: their letters, how they are written.
#[inline]
pub(super) fn of_word(
    block: &Block,
    index: usize,
    token: &Token,
    around: &Around,
    put: &mut impl FnMut(u32, u32),
) {
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
