//! The Merkle tree of RFC 6962 (SHA-256), as far as appending needs it.
//!
//! A tree of n leaves is a row of perfect trees, one for each set bit of n, the largest first. Their roots, the *peaks*,
//! are all that an append or the root needs: at most 64 digests. Why our own: every append wants peaks and a root at
//! once, while `ct-merkle` keeps all leaves in memory for its roots; our tests hold this file against it.

use sha2::{Digest as _, Sha256};

use crate::Digest;

/// The digest of a leaf: SHA-256 over `0x00` and its bytes.
pub fn leaf_hash(leaf: &[u8]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(leaf);
    Digest(hasher.finalize().into())
}

/// The digest of an inner node: SHA-256 over `0x01` and both children.
pub fn node_hash(left: Digest, right: Digest) -> Digest {
    let mut block = [1u8; 65];
    let (children_left, children_right) = block.split_at_mut(33);
    if let Some(place) = children_left.get_mut(1..) {
        place.copy_from_slice(&left.0);
    }
    children_right.copy_from_slice(&right.0);
    Digest(Sha256::digest(block).into())
}

/// The place of a record in the ledger, given when its append is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Receipt {
    /// Its index; the first record has 0.
    pub index: u64,
    /// The digest of its leaf.
    pub leaf_hash: Digest,
}

/// Size and root of the tree: a statement about all records so far. Written down elsewhere, it finds any later change
/// of them, a cut tail included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Head {
    /// Number of leaves.
    pub size: u64,
    /// The root.
    pub root: Digest,
}

/// The state that appending needs. Grows by one digest each time the number of leaves doubles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    size: u64,
    peaks: Vec<Digest>,
}

impl Tree {
    /// The tree without leaves.
    pub const fn new() -> Self {
        Self { size: 0, peaks: Vec::new() }
    }

    /// The tree of `size` leaves with these peaks, the largest first, or `None` where their number does not fit.
    pub fn from_peaks(size: u64, peaks: Vec<Digest>) -> Option<Self> {
        (u32::try_from(peaks.len()).ok()? == size.count_ones()).then_some(Self { size, peaks })
    }

    /// Number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the perfect trees that make up this one, the largest first.
    pub fn peaks(&self) -> &[Digest] {
        &self.peaks
    }

    /// Adds a leaf by its digest.
    pub fn append(&mut self, leaf_hash: Digest) {
        let mut node = leaf_hash;
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            node = node_hash(left, node);
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// The root. Of the tree without leaves: SHA-256 of nothing.
    pub fn root(&self) -> Digest {
        let mut from_small = self.peaks.iter().rev();
        match from_small.next() {
            None => Digest::of(b""),
            Some(last) => from_small.fold(*last, |right, left| node_hash(*left, right)),
        }
    }

    /// Size and root.
    pub fn head(&self) -> Head {
        Head { size: self.size, root: self.root() }
    }
}
