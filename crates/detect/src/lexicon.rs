//! Thousands of words and phrases, looked up where a word can begin.
//!
//! Promises: gives each place where one of the texts stands, without regard to ASCII case, from where a word, a part of a name
//! or a sign begins; what begins within a word is not looked at. Linear in the text times the longest text, and in practice far
//! below one step a byte: most places end after two or three letters.
//!
//! An automaton that finds all texts at all places (Aho-Corasick) was the other choice: it takes a step for every byte, most
//! of them through failure links, and nearly all of what it finds stands within words and does not count.

use crate::edges;

/// From this number of branches on a node has a row of its own: one step instead of a search.
const ROW_BRANCHES: usize = 6;

/// A tree of all texts, byte by byte.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    nodes: Vec<Node>,
    /// The byte that leads to each node. Children of a node stand next to each other.
    labels: Vec<u8>,
    /// The children of nodes with many, by byte; 0 for none.
    rows: Vec<[u32; 256]>,
    /// Indexes of the texts that end at nodes.
    ends: Vec<u32>,
    /// The pairs of bytes that texts begin with, a bit for each: they end the search at most places.
    pairs: Vec<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    first_child: u32,
    /// Index of its row, [`NO_ROW`] for none.
    row: u32,
    first_end: u32,
    children: u16,
    ends: u16,
}

const NO_ROW: u32 = u32::MAX;

/// A text in lower case and its index.
type Entry = (Vec<u8>, u32);

impl Lexicon {
    /// The tree of these texts.
    pub(crate) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut sorted: Vec<Entry> =
            texts.zip(0u32..).map(|(text, index)| (text.to_ascii_lowercase().into_bytes(), index)).collect();
        sorted.sort_unstable();
        let mut tree = Self { pairs: pairs(&sorted), ..Self::default() };
        // The part of the sorted texts under each node, and how many bytes lead to it.
        let mut parts: Vec<(&[Entry], usize)> = vec![(&sorted, 0)];
        tree.labels.push(0);
        let mut at = 0;
        while let Some((part, depth)) = parts.get(at).copied() {
            let done = part.partition_point(|(text, _)| text.len() <= depth);
            let (ends, mut rest) = part.split_at_checked(done).unwrap_or_default();
            let (first_end, first_child) = (tree.ends.len(), parts.len());
            tree.ends.extend(ends.iter().map(|(_, index)| *index));
            while let Some(byte) = rest.first().and_then(|(text, _)| text.get(depth)).copied() {
                let same = rest.partition_point(|(text, _)| text.get(depth) == Some(&byte));
                let (branch, others) = rest.split_at_checked(same).unwrap_or_default();
                parts.push((branch, depth + 1));
                tree.labels.push(byte);
                rest = others;
            }
            tree.node(first_child, parts.len() - first_child, first_end);
            at += 1;
        }
        tree
    }

    fn node(&mut self, first_child: usize, children: usize, first_end: usize) {
        let mut row = NO_ROW;
        if children >= ROW_BRANCHES {
            row = narrow(self.rows.len());
            let mut cells = [0; 256];
            for child in first_child..first_child + children {
                let label = self.labels.get(child).copied().map(usize::from);
                if let Some(cell) = label.and_then(|label| cells.get_mut(label)) {
                    *cell = narrow(child);
                }
            }
            self.rows.push(cells);
        }
        self.nodes.push(Node {
            first_child: narrow(first_child),
            row,
            first_end: narrow(first_end),
            children: u16::try_from(children).unwrap_or(u16::MAX),
            ends: u16::try_from(self.ends.len() - first_end).unwrap_or(u16::MAX),
        });
    }

    /// Calls `found` with start, end and index of each text that begins at or behind `from` and ends at or before `to`, by start.
    pub(crate) fn each(
        &self,
        text: &str,
        from: usize,
        to: usize,
        mut found: impl FnMut(usize, usize, usize),
    ) {
        let Some(root) = self.nodes.first() else { return };
        let bytes = text.as_bytes().get(..to).unwrap_or_default();
        let mut before = from.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(0);
        for (at, byte) in bytes.iter().copied().enumerate().skip(from) {
            let previous = std::mem::replace(&mut before, byte);
            let is_in_word = byte.is_ascii_lowercase()
                && previous.is_ascii_lowercase()
                && !matches!(previous, b'n' | b't' | b'r');
            if is_in_word {
                continue;
            }
            let next = bytes.get(at + 1).copied().unwrap_or(0);
            if !self.begins_with(byte, next) || !can_start(text, at, previous, byte) {
                continue;
            }
            let mut node = self.child(root, byte);
            let mut end = at + 1;
            while let Some(here) = node {
                for index in self.ends_of(here) {
                    found(at, end, usize::try_from(*index).unwrap_or(usize::MAX));
                }
                node = bytes.get(end).and_then(|next| self.child(here, *next));
                end += 1;
            }
        }
    }

    #[inline]
    fn begins_with(&self, first: u8, second: u8) -> bool {
        let (word, bit) = place_of_pair(first.to_ascii_lowercase(), second.to_ascii_lowercase());
        self.pairs.get(word).is_some_and(|word| word & bit != 0)
    }

    fn ends_of(&self, node: &Node) -> &[u32] {
        if node.ends == 0 {
            return &[];
        }
        let first = wide(node.first_end);
        self.ends.get(first..first + usize::from(node.ends)).unwrap_or_default()
    }

    #[inline]
    fn child(&self, node: &Node, byte: u8) -> Option<&Node> {
        let byte = byte.to_ascii_lowercase();
        if node.row != NO_ROW {
            let child = *self.rows.get(wide(node.row))?.get(usize::from(byte))?;
            return if child == 0 { None } else { self.nodes.get(wide(child)) };
        }
        let first = wide(node.first_child);
        let labels = self.labels.get(first..first + usize::from(node.children))?;
        let child = labels.iter().position(|label| *label == byte)?;
        self.nodes.get(first + child)
    }
}

/// The pairs of bytes that these texts begin with. A text of one byte begins with any pair of it.
fn pairs(texts: &[Entry]) -> Vec<u64> {
    let mut pairs = vec![0; 256 * 256 / 64];
    for (text, _) in texts {
        let Some(first) = text.first().copied() else { continue };
        let seconds = text.get(1).map_or(0..=u8::MAX, |second| *second..=*second);
        for second in seconds {
            let (word, bit) = place_of_pair(first, second);
            if let Some(word) = pairs.get_mut(word) {
                *word |= bit;
            }
        }
    }
    pairs
}

#[inline]
fn place_of_pair(first: u8, second: u8) -> (usize, u64) {
    (usize::from(first) * 4 + usize::from(second >> 6), 1 << (second & 63))
}

/// True where a word, a part of a name or a sign can begin: as [`edges::is_name_part_start`] tells, from two bytes where they
/// suffice.
#[inline]
fn can_start(text: &str, at: usize, before: u8, byte: u8) -> bool {
    if !byte.is_ascii() {
        // Not within a character.
        return byte >= 0xC0 && edges::is_name_part_start(text, at);
    }
    if !byte.is_ascii_alphanumeric() {
        return true;
    }
    if !before.is_ascii() {
        return edges::is_name_part_start(text, at);
    }
    !before.is_ascii_alphanumeric()
        || before.is_ascii_digit()
        || (byte.is_ascii_uppercase() && before.is_ascii_lowercase())
        || edges::is_after_escape(text, at)
}

fn wide(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str], text: &str) -> Vec<(usize, usize, usize)> {
        let mut found = Vec::new();
        Lexicon::of(texts.iter().copied()).each(text, 0, text.len(), |start, end, index| {
            found.push((start, end, index));
        });
        found
    }

    #[test]
    fn texts_are_found_from_where_words_begin() {
        let texts = ["pass", "password", "word", "身份", "--key", "öl"];
        assert_eq!(found(&texts, "dbPassword"), [(2, 6, 0), (2, 10, 1)]);
        assert_eq!(found(&texts, "trespass"), []);
        assert_eq!(found(&texts, "的身份证"), [(3, 9, 3)]);
        assert_eq!(found(&texts, "x--KEY"), [(1, 6, 4)]);
        assert_eq!(found(&texts, "2pass öl\\nword"), [(1, 5, 0), (6, 9, 5), (11, 15, 2)]);
    }

    #[test]
    fn every_place_at_which_a_part_of_a_name_begins_is_looked_at() {
        let text = "aB1c é日x\\nd\\te-f_g 3h Ωω nN ñn";
        for (at, _) in text.char_indices() {
            let before = at.checked_sub(1).map_or(0, |before| text.as_bytes()[before]);
            let byte = text.as_bytes()[at];
            assert_eq!(can_start(text, at, before, byte), edges::is_name_part_start(text, at), "{at}");
        }
    }
}
