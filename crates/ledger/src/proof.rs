//! Inclusion and consistency proofs of RFC 6962, made from all leaf digests and checked from a few.
//!
//! Making a proof reads every leaf digest once, which is what an offline tool has. Checking follows RFC 9162, sections
//! 2.1.3.2 and 2.1.4.2: it needs two heads and at most 126 digests, and no trust in who made the proof.

use crate::tree::{Head, Tree, node_hash};
use crate::{Digest, tree};

/// The digests that lead from the leaf at `index` to the root of the tree of all `leaf_hashes`, the lowest first;
/// `None` where there is no such leaf.
pub fn inclusion_proof(leaf_hashes: &[Digest], index: u64) -> Option<Vec<Digest>> {
    let mut at = usize::try_from(index).ok().filter(|at| *at < leaf_hashes.len())?;
    let mut rest = leaf_hashes;
    let mut from_root = Vec::new();
    while rest.len() > 1 {
        let (left, right) = halves(rest);
        if at < left.len() {
            from_root.push(root_of(right));
            rest = left;
        } else {
            from_root.push(root_of(left));
            at -= left.len();
            rest = right;
        }
    }
    from_root.reverse();
    Some(from_root)
}

/// The digests that show that the tree of the first `old_size` leaves is the beginning of the tree of all
/// `leaf_hashes`; `None` where `old_size` is beyond it. Empty for sizes 0 and that of the whole tree.
pub fn consistency_proof(leaf_hashes: &[Digest], old_size: u64) -> Option<Vec<Digest>> {
    let mut old = usize::try_from(old_size).ok().filter(|old| *old <= leaf_hashes.len())?;
    if old == 0 || old == leaf_hashes.len() {
        return Some(Vec::new());
    }
    let mut rest = leaf_hashes;
    let mut from_root = Vec::new();
    let mut is_whole = true;
    while old != rest.len() {
        let (left, right) = halves(rest);
        if old <= left.len() {
            from_root.push(root_of(right));
            rest = left;
        } else {
            from_root.push(root_of(left));
            old -= left.len();
            rest = right;
            is_whole = false;
        }
    }
    if !is_whole {
        from_root.push(root_of(rest));
    }
    from_root.reverse();
    Some(from_root)
}

/// True where `proof` shows that the leaf with this digest stands at `index` in the tree of `head`.
pub fn inclusion_holds(leaf_hash: Digest, index: u64, proof: &[Digest], head: Head) -> bool {
    if index >= head.size {
        return false;
    }
    let (mut node_at, mut last_at) = (index, head.size - 1);
    let mut root = leaf_hash;
    for sibling in proof {
        if last_at == 0 {
            return false;
        }
        if node_at & 1 == 1 || node_at == last_at {
            root = node_hash(*sibling, root);
            if node_at & 1 == 0 {
                let zeros = node_at.trailing_zeros().min(63);
                node_at >>= zeros;
                last_at >>= zeros;
            }
        } else {
            root = node_hash(root, *sibling);
        }
        node_at >>= 1;
        last_at >>= 1;
    }
    last_at == 0 && root == head.root
}

/// True where `proof` shows that the tree of `old` is the beginning of the tree of `new`.
pub fn consistency_holds(old: Head, new: Head, proof: &[Digest]) -> bool {
    if old.size > new.size {
        return false;
    }
    if old.size == new.size {
        return proof.is_empty() && old.root == new.root;
    }
    if old.size == 0 {
        return proof.is_empty() && old == tree::Tree::new().head();
    }
    let (mut node_at, mut last_at) = (old.size - 1, new.size - 1);
    let ones = node_at.trailing_ones();
    node_at >>= ones;
    last_at >>= ones;
    let mut proof = proof.iter();
    let start = if old.size.is_power_of_two() { Some(old.root) } else { proof.next().copied() };
    let Some(start) = start else { return false };
    let (mut old_root, mut new_root) = (start, start);
    for sibling in proof {
        if last_at == 0 {
            return false;
        }
        if node_at & 1 == 1 || node_at == last_at {
            old_root = node_hash(*sibling, old_root);
            new_root = node_hash(*sibling, new_root);
            if node_at & 1 == 0 {
                let zeros = node_at.trailing_zeros().min(63);
                node_at >>= zeros;
                last_at >>= zeros;
            }
        } else {
            new_root = node_hash(new_root, *sibling);
        }
        node_at >>= 1;
        last_at >>= 1;
    }
    last_at == 0 && old_root == old.root && new_root == new.root
}

/// The left part is the largest perfect tree that is smaller than the whole. `leaf_hashes` has at least two.
fn halves(leaf_hashes: &[Digest]) -> (&[Digest], &[Digest]) {
    let left = leaf_hashes.len().next_power_of_two() / 2;
    leaf_hashes.split_at_checked(left).unwrap_or((leaf_hashes, &[]))
}

fn root_of(leaf_hashes: &[Digest]) -> Digest {
    let mut tree = Tree::new();
    for leaf_hash in leaf_hashes {
        tree.append(*leaf_hash);
    }
    tree.root()
}
