//! Verification: recompute everything, and name the first bad record.
//!
//! Each record comes with what the store claims about it: its index, the digest of its leaf, the root of the tree after
//! it, and the copies of its members by which it is looked up. All are recomputed. Because a root stands beside each record, a change is found at the record where it
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
    /// What the store keeps beside the leaf to look it up by; `None` where nothing is kept, as in an export.
    pub copies: Option<Copies>,
}

/// Copies of members of a record, by which it is looked up. Where they were changed, the record is whole but cannot be
/// found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Copies {
    /// Its kind.
    pub kind: String,
    /// Its app, where it has one.
    pub app: Option<String>,
    /// Its exchange, where it has one.
    pub exchange: Option<String>,
    /// Its time in milliseconds since 1970; 0 where it has none.
    pub time_ms: u64,
}

impl Copies {
    /// The copies that belong to `record`.
    pub fn of(record: &Record) -> Self {
        Self {
            kind: record.kind().to_owned(),
            app: record.app().map(|app| app.as_str().to_owned()),
            exchange: record.exchange().map(|exchange| exchange.as_str().to_owned()),
            time_ms: record.time_ms().unwrap_or(0),
        }
    }
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
    /// The copies by which it is looked up are not those of the record.
    #[error("what is kept to look the record up by was changed: it cannot be found as what it is")]
    Copies,
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
    /// There are more records than there should be.
    #[error("a record stands here, but the ledger has {size} records: it was added beside the ledger")]
    Beyond {
        /// How many records there should be.
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

    /// Takes the ledger for bad unless its first `head.size` records have this root: a head that was written down
    /// elsewhere, or the one that the store keeps. A head that comes when more records were taken in already says that
    /// there should be no more than its size.
    pub fn expect(&mut self, head: Head) {
        let size = self.tree.size();
        if self.first_bad.is_none() && head.size < size {
            self.first_bad = Some(Bad { index: head.size, reason: BadReason::Beyond { size: head.size } });
        }
        self.expected.push(head);
        if self.first_bad.is_none() {
            self.check_heads();
        }
    }

    /// How many records were taken in and are in order.
    pub const fn size(&self) -> u64 {
        self.tree.size()
    }

    /// Takes in the next record. After the first bad one, the rest is not looked at. True while all is in order.
    pub fn add(&mut self, claim: &Claim) -> bool {
        if self.first_bad.is_some() {
            return false;
        }
        match self.tree_with(claim) {
            Ok(tree) => {
                self.tree = tree;
                self.check_heads();
            }
            Err(reason) => self.first_bad = Some(Bad { index: self.tree.size(), reason }),
        }
        self.first_bad.is_none()
    }

    fn tree_with(&self, claim: &Claim) -> Result<Tree, BadReason> {
        if claim.index != self.tree.size() {
            return Err(BadReason::Index { found: claim.index });
        }
        let own_hash = leaf_hash(&claim.leaf);
        if own_hash != claim.leaf_hash {
            return Err(BadReason::Leaf);
        }
        let record = Record::parse(&claim.leaf)?;
        let mut tree = self.tree.clone();
        tree.append(own_hash);
        if tree.root() != claim.root {
            return Err(BadReason::Root);
        }
        if claim.copies.as_ref().is_some_and(|copies| *copies != Copies::of(&record)) {
            return Err(BadReason::Copies);
        }
        Ok(tree)
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
