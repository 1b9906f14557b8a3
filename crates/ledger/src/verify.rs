//! Verification: recompute everything, and name the first bad record.
//!
//! Each record comes with what the store claims about it: its index, the digest of its leaf, and the root of the tree
//! after it. All three are recomputed. Because a root stands beside each record, a change is found at the record where it
//! was made, not only at the end. Who can rewrite everything can also rewrite all claims: that is found against a head
//! that was written down elsewhere ([`Verifier::expect`]).

use crate::tree::{Head, Tree, leaf_hash};
use crate::{Digest, Record};

/// What the store says about one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its index.
    pub index: u64,
    /// Its canonical bytes.
    pub leaf: Vec<u8>,
    /// The digest of its leaf.
    pub leaf_hash: Digest,
    /// The root of the tree of all records up to and with this one.
    pub root: Digest,
}

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Number of records that are in order, counted from the first.
    pub size: u64,
    /// The root of the tree of these records.
    pub root: Digest,
    /// The first record that is not in order.
    pub first_bad: Option<Bad>,
}

/// A record that is not in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// Its index: where the next good record should stand.
    pub index: u64,
    /// What is wrong with it.
    pub reason: BadReason,
}

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadReason {
    /// Another index stands where this one should.
    #[error("the record with index {found} stands here: a record is missing, doubled or moved")]
    Index {
        /// The index that was found.
        found: u64,
    },
    /// The leaf is not the one whose digest is kept.
    #[error("the record does not have the digest that is kept for it: it was changed")]
    Leaf,
    /// The leaf has its digest, but does not read as a record.
    #[error("the record has its digest but cannot be read: {0}")]
    Record(#[from] crate::RecordError),
    /// The root after this record is another one.
    #[error("the tree with this record does not have the root that is kept for it: it was moved or replaced")]
    Root,
    /// A head from elsewhere does not fit.
    #[error(
        "the first {size} records do not have the root that was written down for them: some of them were changed"
    )]
    Head {
        /// The size of that head.
        size: u64,
    },
    /// Records are missing at the end.
    #[error("the ledger ends here but had {size} records: the end is missing")]
    Missing {
        /// How many records there should be.
        size: u64,
    },
}

/// Verifies records one by one.
#[derive(Debug, Default)]
pub struct Verifier {
    tree: Tree,
    expected: Vec<Head>,
    first_bad: Option<Bad>,
}

impl Verifier {
    /// A verifier that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the ledger for bad unless its first `head.size` records have this root. Call before the first record;
    /// the head that the store keeps, and any that were written down elsewhere.
    pub fn expect(&mut self, head: Head) {
        self.expected.push(head);
        if head.size == 0 {
            self.check_heads();
        }
    }

    /// Takes in the next record. After the first bad one, the rest is not looked at. True while all is in order.
    pub fn add(&mut self, claim: &Claim) -> bool {
        if self.first_bad.is_some() {
            return false;
        }
        let index = self.tree.size();
        let own_hash = leaf_hash(&claim.leaf);
        let reason = if claim.index != index {
            Some(BadReason::Index { found: claim.index })
        } else if own_hash != claim.leaf_hash {
            Some(BadReason::Leaf)
        } else {
            Record::parse(&claim.leaf).err().map(BadReason::Record)
        };
        if let Some(reason) = reason {
            self.first_bad = Some(Bad { index, reason });
            return false;
        }
        let mut tree = self.tree.clone();
        tree.append(own_hash);
        if tree.root() != claim.root {
            self.first_bad = Some(Bad { index, reason: BadReason::Root });
            return false;
        }
        self.tree = tree;
        self.check_heads();
        self.first_bad.is_none()
    }

    /// The result.
    pub fn finish(mut self) -> Verification {
        let size = self.tree.size();
        let longest = self.expected.iter().map(|head| head.size).max().unwrap_or(0);
        if self.first_bad.is_none() && size < longest {
            self.first_bad = Some(Bad { index: size, reason: BadReason::Missing { size: longest } });
        }
        Verification { size, root: self.tree.root(), first_bad: self.first_bad }
    }

    fn check_heads(&mut self) {
        let size = self.tree.size();
        let mut heads = self.expected.iter().filter(|head| head.size == size);
        if heads.any(|head| head.root != self.tree.root()) {
            let good = self.expected.iter().filter(|head| head.size < size).map(|head| head.size).max();
            self.first_bad = Some(Bad { index: good.unwrap_or(0), reason: BadReason::Head { size } });
        }
    }
}

/// Verifies all `claims`, in order, against the heads that are known.
pub fn verify<'a>(claims: impl IntoIterator<Item = &'a Claim>, heads: &[Head]) -> Verification {
    let mut verifier = Verifier::new();
    for head in heads {
        verifier.expect(*head);
    }
    for claim in claims {
        if !verifier.add(claim) {
            break;
        }
    }
    verifier.finish()
}
