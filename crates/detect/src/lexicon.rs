//! Thousands of words and phrases, looked up where a word can begin.
//!
//! Promises: gives each place where one of the texts stands, without regard to ASCII case, from where a word, a part of a name
//! or a sign begins; what begins within a word is not looked at. Linear in the text times the longest text, and in practice far
//! below one step a byte: the first letters of a word end the search at most places ([`heads`]).
//!
//! An automaton that finds all texts at all places (Aho-Corasick) was the other choice: it takes a step for every byte, most
//! of them through failure links, and nearly all of what it finds stands within words and does not count.

mod heads;
mod starts;

use crate::blocks::BLOCK_BYTES;
use crate::edges;
use heads::Heads;

/// From this number of branches on a node has a row of its own: one step instead of a search.
const ROW_BRANCHES: usize = 8;

/// A tree of all texts, byte by byte.
///
/// A node lies next to its children, and those of a branch before those of the next: what is walked lies together, and the
/// cache matters more here than steps.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    nodes: Vec<Node>,
    /// The children of nodes with many, by byte; 0 for none.
    rows: Vec<[u32; 256]>,
    /// Indexes of the texts that end at nodes.
    ends: Vec<u32>,
    /// What texts begin with: it ends the search at most places.
    heads: Heads,
}

#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// The first child; of a node with a row, the index of that.
    link: u32,
    first_end: u32,
    /// Number of children, [`IN_ROW`] for those in a row.
    children: u8,
    /// The byte that leads to it.
    label: u8,
    ends: u16,
}

const IN_ROW: u8 = u8::MAX;

/// A text in lower case and its index.
type Entry = (Vec<u8>, u32);

impl Lexicon {
    /// The tree of these texts. Of each is told whether it counts only whole, where no letter follows; an empty one stands
    /// for none.
    pub(crate) fn of<'a>(texts: impl Iterator<Item = (&'a str, bool)>) -> Self {
        let mut heads = Heads::default();
        let entry = |((text, whole), index): ((&str, bool), u32)| {
            let text = text.to_ascii_lowercase().into_bytes();
            heads.add(&text, whole);
            (text, index)
        };
        let mut sorted: Vec<Entry> = texts.zip(0u32..).map(entry).collect();
        sorted.sort_unstable();
        let mut tree = Self { heads, nodes: vec![Node::default()], ..Self::default() };
        // The node, the part of the sorted texts under it, and how many bytes lead to it.
        let mut open: Vec<(usize, &[Entry], usize)> = vec![(0, &sorted, 0)];
        while let Some((at, part, depth)) = open.pop() {
            let done = part.partition_point(|(text, _)| text.len() <= depth);
            let (ends, mut rest) = part.split_at_checked(done).unwrap_or_default();
            let (first_end, first_child) = (tree.ends.len(), tree.nodes.len());
            tree.ends.extend(ends.iter().map(|(_, index)| *index));
            let first_open = open.len();
            while let Some(byte) = rest.first().and_then(|(text, _)| text.get(depth)).copied() {
                let same = rest.partition_point(|(text, _)| text.get(depth) == Some(&byte));
                let (branch, others) = rest.split_at_checked(same).unwrap_or_default();
                open.push((tree.nodes.len(), branch, depth + 1));
                tree.nodes.push(Node { label: byte, ..Node::default() });
                rest = others;
            }
            open.get_mut(first_open..).unwrap_or_default().reverse();
            tree.link(at, first_child, first_end);
        }
        tree
    }

    /// Fills in a node whose children are the last nodes and whose ends are the last ends.
    fn link(&mut self, at: usize, first_child: usize, first_end: usize) {
        let children = self.nodes.get(first_child..).unwrap_or_default();
        let (mut link, mut count) = (narrow(first_child), u8::try_from(children.len()).unwrap_or(IN_ROW));
        if children.len() >= ROW_BRANCHES {
            let mut cells = [0; 256];
            for (child, node) in (first_child..).zip(children) {
                if let Some(cell) = cells.get_mut(usize::from(node.label)) {
                    *cell = narrow(child);
                }
            }
            (link, count) = (narrow(self.rows.len()), IN_ROW);
            self.rows.push(cells);
        }
        let ends = u16::try_from(self.ends.len() - first_end).unwrap_or(u16::MAX);
        if let Some(node) = self.nodes.get_mut(at) {
            *node = Node { link, children: count, first_end: narrow(first_end), ends, ..*node };
        }
    }

    /// Calls `found` with start, end and index of each text that stands in `text`, by start.
    pub(crate) fn each(&self, text: &str, mut found: impl FnMut(usize, usize, usize)) {
        let Some(root) = self.nodes.first() else { return };
        let bytes = text.as_bytes();
        for (index, block) in bytes.chunks(BLOCK_BYTES).enumerate() {
            let first = index * BLOCK_BYTES;
            for at in starts::of(bytes, first, block) {
                let byte = edges::byte(text, at);
                if !self.heads.may_begin(bytes, at) {
                    continue;
                }
                if !can_start(text, at, edges::byte(text, at.wrapping_sub(1)), byte) {
                    continue;
                }
                let mut node = self.child(root, byte);
                let mut end = at + 1;
                while let Some(here) = node {
                    for index in self.ends_of(here) {
                        found(at, end, wide(*index));
                    }
                    node = bytes.get(end).and_then(|next| self.child(here, *next));
                    end += 1;
                }
            }
        }
    }

    #[inline]
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
        if node.children == IN_ROW {
            let child = *self.rows.get(wide(node.link))?.get(usize::from(byte))?;
            return if child == 0 { None } else { self.nodes.get(wide(child)) };
        }
        let first = wide(node.link);
        self.nodes.get(first..first + usize::from(node.children))?.iter().find(|child| child.label == byte)
    }
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

/// As an index.
#[inline]
pub(crate) fn wide(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// As it is kept. No text is as long as would not fit.
#[inline]
pub(crate) fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str], text: &str) -> Vec<(usize, usize, usize)> {
        let mut found = Vec::new();
        Lexicon::of(texts.iter().map(|text| (*text, false))).each(text, |start, end, index| {
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
