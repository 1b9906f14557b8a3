//! Text → the tokens of a model, by its `tokenizer.json`.
//!
//! Special tokens that stand in the text as text (`[SEP]`) are read as text: nobody outside gets to speak to the model. Pictures are
//! read as spaces: most tokenizers take a word that touches one for an unknown word, a name with it.

use std::borrow::Cow;

use tokenizers::Tokenizer;
use types::ByteSpan;

use crate::LoadError;

/// Something to read, to see which tokens a tokenizer puts around it.
const ANY_TEXT: &str = "a";

/// A tokenizer, and the tokens that it puts around a text.
pub(crate) struct Tokens {
    tokenizer: Tokenizer,
    before: Vec<u32>,
    behind: Vec<u32>,
}

/// A token of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// Its number in the vocabulary.
    pub(crate) id: u32,
    /// Where it stands in the text.
    pub(crate) span: ByteSpan,
}

impl Tokens {
    /// Reads `tokenizer.json`.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, LoadError> {
        let wrong = |reason: String| LoadError::Tokenizer { reason };
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|error| wrong(error.to_string()))?;
        tokenizer.with_truncation(None).map_err(|error| wrong(error.to_string()))?;
        tokenizer.with_padding(None);
        tokenizer.set_encode_special_tokens(true);
        let around = tokenizer.encode(ANY_TEXT, true).map_err(|error| wrong(error.to_string()))?;
        let added: Vec<(u32, bool)> = around
            .get_ids()
            .iter()
            .zip(around.get_special_tokens_mask())
            .map(|(id, special)| (*id, *special == 1))
            .collect();
        let first = added.iter().position(|(_, is_added)| !is_added);
        let last = added.iter().rposition(|(_, is_added)| !is_added);
        let (Some(first), Some(last)) = (first, last) else {
            return Err(wrong("it makes no token of an ordinary letter".to_owned()));
        };
        let ids = |part: Option<&[(u32, bool)]>| part.unwrap_or_default().iter().map(|(id, _)| *id).collect();
        let (before, behind) = (ids(added.get(..first)), ids(added.get(last + 1..)));
        Ok(Self { tokenizer, before, behind })
    }

    /// The greatest number that a token can have.
    pub(crate) fn id_max(&self) -> u32 {
        self.tokenizer.get_vocab(true).into_values().max().unwrap_or(0)
    }

    /// How many tokens stand around those of a text.
    pub(crate) fn around(&self) -> usize {
        self.before.len() + self.behind.len()
    }

    /// The tokens of a text.
    ///
    /// # Errors
    /// Why it could not be read, in general words.
    pub(crate) fn of(&self, text: &str) -> Result<Vec<Token>, String> {
        let text = without_pictures(text);
        // The reason may hold a piece of the text.
        let read = self
            .tokenizer
            .encode(text.as_ref(), false)
            .map_err(|_| "the tokenizer took a text for unreadable")?;
        let mut tokens = Vec::with_capacity(read.len());
        for (id, (start, end)) in read.get_ids().iter().zip(read.get_offsets()) {
            if start > end || *end > text.len() {
                return Err("the tokenizer says that a token stands outside of its text".to_owned());
            }
            tokens.push(Token { id: *id, span: ByteSpan::new(*start, *end) });
        }
        Ok(tokens)
    }

    /// What the model reads for these tokens: with those around them.
    pub(crate) fn framed(&self, tokens: &[Token]) -> Framed {
        let ids = tokens.iter().map(|token| token.id);
        let ids = self.before.iter().copied().chain(ids).chain(self.behind.iter().copied());
        Framed { ids: ids.map(i64::from).collect(), before: self.before.len() }
    }
}

/// Tokens as a model reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Framed {
    /// Their numbers.
    pub(crate) ids: Vec<i64>,
    /// How many stand before the first of the text.
    pub(crate) before: usize,
}

/// The text with spaces in place of pictures, byte for byte: offsets stay what they are.
fn without_pictures(text: &str) -> Cow<'_, str> {
    if !text.contains(is_picture) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if is_picture(c) {
            plain.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            plain.push(c);
        }
    }
    Cow::Owned(plain)
}

/// Arrows, symbols, dingbats and emoji, and what joins them.
const fn is_picture(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{20e3}' | '\u{2190}'..='\u{2bff}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f000}'..='\u{1faff}' | '\u{e0020}'..='\u{e007f}')
}
