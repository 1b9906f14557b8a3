//! Which words of a text may begin a way to write a name: a table of bits that says no for most of them.

/// Bits of the table: three letters of five bits each.
const BITS: usize = 1 << 15;

/// Words of ASCII by their first two letters and the last, user names by their first three signs.
pub(super) struct Heads {
    words: Vec<u64>,
    handles: Vec<u64>,
}

impl Heads {
    /// Those of the first words of all ways, and of user names, all in lower case.
    pub(super) fn of<'a>(
        words: impl Iterator<Item = &'a str>,
        handles: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut heads = Self { words: vec![0; BITS / 64], handles: Vec::new() };
        for word in words.filter(|word| word.is_ascii()) {
            set(&mut heads.words, ends(word.as_bytes()));
        }
        for handle in handles {
            if heads.handles.is_empty() {
                heads.handles = vec![0; BITS / 64];
            }
            set(&mut heads.handles, first_three(handle.as_bytes()));
        }
        heads
    }

    /// False for a word that begins no way to write a name.
    pub(super) fn may_begin(&self, word: &str) -> bool {
        !word.is_ascii() || holds(&self.words, ends(word.as_bytes()))
    }

    /// False where no user name begins with these signs.
    pub(super) fn may_be_handle(&self, rest: &[u8]) -> bool {
        !self.handles.is_empty() && holds(&self.handles, first_three(rest))
    }
}

/// The number of these letters; both cases of one have the same.
fn number(letters: [Option<&u8>; 3]) -> usize {
    letters.into_iter().fold(0, |all, letter| all << 5 | usize::from(letter.map_or(0, |letter| letter & 31)))
}

fn ends(word: &[u8]) -> usize {
    number([word.first(), word.get(1), word.last()])
}

fn first_three(rest: &[u8]) -> usize {
    number([rest.first(), rest.get(1), rest.get(2)])
}

fn set(bits: &mut [u64], at: usize) {
    if let Some(bits) = bits.get_mut(at / 64) {
        *bits |= 1 << (at % 64);
    }
}

fn holds(bits: &[u64], at: usize) -> bool {
    bits.get(at / 64).is_some_and(|bits| bits & 1 << (at % 64) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_or_user_name_is_left_out_in_any_case() {
        let words = ["anna", "o'neil", "x", "jean-luc", "müller"];
        let handles = ["anna_weber", "a.weber", "webera"];
        let heads = Heads::of(words.into_iter(), handles.into_iter());
        for word in ["Anna", "ANNA", "O'NEIL", "X", "Jean-Luc", "MÜLLER", "müller", "Zoë"] {
            assert!(heads.may_begin(word), "{word}");
        }
        for word in ["weber", "ann", "y", "jean"] {
            assert!(!heads.may_begin(word), "{word}");
        }
        for rest in ["anna_weber7 x", "a.weber", "webera"] {
            assert!(heads.may_be_handle(rest.as_bytes()), "{rest}");
        }
        assert!(!heads.may_be_handle(b"bob.weber") && !heads.may_be_handle(b"a"));
        assert!(!Heads::of(words.into_iter(), [].into_iter()).may_be_handle(b"anna"));
    }
}
