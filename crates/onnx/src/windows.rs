//! Long texts in windows: which tokens a model reads at once, and from which window the scores of a token are taken.
//!
//! Neighbouring windows share tokens. Each token is scored by the window in which it stands farther from an edge, and spans are
//! made from the scores of all tokens in one row (`decode`): so a seam cuts nothing, and a model that looks no farther than half of
//! the overlap says the same as one that reads everything at once (test `a_seam_changes_nothing_for_who_looks_no_farther_than_the_overlap`).

use std::ops::Range;

/// A window over tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    /// The tokens that are read.
    pub(crate) read: Range<usize>,
    /// Those of them whose scores are taken from here.
    pub(crate) own: Range<usize>,
}

/// The windows over `tokens` tokens, of `size` at most, that share `overlap` or, the last two, more. `overlap` is at most half of
/// `size`.
pub(crate) fn windows(tokens: usize, size: usize, overlap: usize) -> Vec<Window> {
    let mut starts = Vec::new();
    let step = size.saturating_sub(overlap).max(1);
    let mut start = 0;
    while start + size < tokens {
        starts.push(start);
        start += step;
    }
    // The last window ends with the text and is as long as the others: what stands before helps.
    starts.push(tokens.saturating_sub(size));
    let mut windows: Vec<Window> = Vec::with_capacity(starts.len());
    for start in starts {
        let read = start..(start + size).min(tokens);
        let own_start = match windows.last_mut() {
            Some(before) => {
                let middle = usize::midpoint(read.start, before.read.end);
                before.own.end = middle;
                middle
            }
            None => 0,
        };
        windows.push(Window { own: own_start..read.end, read });
    }
    windows.retain(|window| !window.own.is_empty());
    windows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_has_one_owner_who_sees_enough_around_it() {
        for size in [16, 17, 40, 254] {
            for overlap in [2, 5, size / 2] {
                for tokens in (0..4 * size).chain([10_000]) {
                    let mut next = 0;
                    for window in windows(tokens, size, overlap) {
                        assert_eq!(window.own.start, next, "{tokens} tokens, {size}, {overlap}");
                        assert!(window.read.len() <= size);
                        let before = window.own.start - window.read.start;
                        let behind = window.read.end - window.own.end;
                        assert!(window.read.start == 0 || before >= overlap / 2);
                        assert!(window.read.end == tokens || behind >= overlap / 2);
                        next = window.own.end;
                    }
                    assert_eq!(next, tokens);
                }
            }
        }
    }
}
