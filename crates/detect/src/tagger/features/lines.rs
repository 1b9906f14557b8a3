//! How a line is written, and the word before its last colon: what the whole of it says of each of its tokens.

use super::super::tokens::{Block, Case, Class, SEED, Token, hashed};
use super::{before, pair};

/// How the words of a line are written: 0 no words, 1 lower case, 2 capitals, 3 most with a capital, 4 as sentences are.
pub(super) fn line_case(line: &[Token]) -> u8 {
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
pub(super) struct Key {
    pub(super) word: u32,
    pub(super) at: usize,
    pub(super) last: u32,
}

impl Key {
    /// Takes a token of the line; true when it ends a key.
    pub(super) fn read(&mut self, block: &Block, token: &Token, at: usize) -> bool {
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
    pub(super) fn end_line(&mut self, last: &Token) {
        if last.word != COLON {
            self.word = 0;
        }
        self.last = 0;
    }
}

const COLON: u32 = hashed(SEED, b':' as u32);
const EQUALS: u32 = hashed(SEED, b'=' as u32);
