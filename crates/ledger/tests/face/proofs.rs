//! Trees and proofs: those of RFC 6962, held against `ct-merkle`.

use cordon_ledger::{
    Digest, Head, Tree, consistency_holds, consistency_proof, inclusion_holds, inclusion_proof, leaf_hash,
};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;

fn leaf(number: u64) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

fn hashes(size: u64) -> Vec<Digest> {
    (0..size).map(|number| leaf_hash(&leaf(number))).collect()
}

fn head_of(hashes: &[Digest]) -> Head {
    let mut tree = Tree::new();
    for hash in hashes {
        tree.append(*hash);
    }
    tree.head()
}

fn joined(proof: &[Digest]) -> Vec<u8> {
    proof.iter().flat_map(|digest| digest.0).collect()
}

#[test]
fn roots_are_those_of_the_public_vectors() {
    // The eight leaves and roots that implementations of Certificate Transparency test with.
    let leaves: [&[u8]; 8] = [
        b"",
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Tree::new();
    assert_eq!(tree.root().hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (leaf, root) in leaves.iter().zip(roots) {
        tree.append(leaf_hash(leaf));
        assert_eq!(tree.root().hex(), root);
    }
}

#[test]
fn roots_are_those_of_ct_merkle_for_all_small_sizes_and_around_powers_of_two() {
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut ours = Tree::new();
    let sizes_max = (1 << 14) + 1;
    for size in 1..=sizes_max {
        theirs.push(leaf(size));
        ours.append(leaf_hash(&leaf(size)));
        let is_near_power =
            (size - 1).is_power_of_two() || size.is_power_of_two() || (size + 1).is_power_of_two();
        if size <= 1_100 || is_near_power {
            assert_eq!(ours.root().0.as_slice(), theirs.root().as_bytes().as_slice(), "size {size}");
            assert_eq!(Tree::from_peaks(size, ours.peaks().to_vec()).as_ref(), Some(&ours));
        }
    }
}

#[test]
fn proofs_are_those_of_ct_merkle_and_hold() {
    let all = hashes(70);
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for size in 1..=all.len() {
        theirs.push(leaf(u64::try_from(size).unwrap() - 1));
        let hashes = &all[..size];
        let head = head_of(hashes);
        for index in 0..size {
            let place = u64::try_from(index).unwrap();
            let proof = inclusion_proof(hashes, place).unwrap();
            assert_eq!(joined(&proof), theirs.prove_inclusion(index).as_bytes(), "{index} of {size}");
            assert!(inclusion_holds(hashes[index], place, &proof, head));

            let old = head_of(&hashes[..=index]);
            let proof = consistency_proof(hashes, old.size).unwrap();
            assert_eq!(
                joined(&proof),
                theirs.prove_consistency(size - index - 1).as_bytes(),
                "{index} of {size}"
            );
            assert!(consistency_holds(old, head, &proof));
        }
    }
}

#[test]
fn there_are_no_proofs_of_what_is_not_there() {
    let all = hashes(5);
    assert_eq!(inclusion_proof(&all, 5), None);
    assert_eq!(inclusion_proof(&[], 0), None);
    assert_eq!(consistency_proof(&all, 6), None);
    assert_eq!(consistency_proof(&all, 0), Some(vec![]));
    assert_eq!(consistency_proof(&[], 0), Some(vec![]));
    assert!(consistency_holds(Tree::new().head(), head_of(&all), &[]));
    let invented = Head { size: 0, root: Digest::default() };
    assert!(!consistency_holds(invented, head_of(&all), &[]));
    assert_eq!(Tree::from_peaks(3, all), None);
}

proptest! {
    #[test]
    fn a_changed_proof_does_not_hold(size in 2..200u64, at: u64, old: u64, cut: usize, bit in 0..8u32, is_cut: bool) {
        let all = hashes(size);
        let (head, index, old) = (head_of(&all), at % size, 1 + old % (size - 1));
        let old_head = head_of(&all[..usize::try_from(old).unwrap()]);
        let hash = all[usize::try_from(index).unwrap()];
        let mut inclusion = inclusion_proof(&all, index).unwrap();
        let mut consistency = consistency_proof(&all, old).unwrap();
        for proof in [&mut inclusion, &mut consistency] {
            let at = cut % proof.len();
            if is_cut { proof.remove(at); } else { proof[at].0[at % 32] ^= 1 << bit; }
        }
        prop_assert!(!inclusion_holds(hash, index, &inclusion, head));
        prop_assert!(!consistency_holds(old_head, head, &consistency));
    }

    #[test]
    fn a_proof_holds_for_its_own_place_and_heads_only(size in 2..200u64, at: u64, other: u64) {
        let all = hashes(size);
        let (head, at, other) = (head_of(&all), at % size, other % size);
        prop_assume!(at != other);
        let proof = inclusion_proof(&all, at).unwrap();
        let hash = all[usize::try_from(at).unwrap()];
        prop_assert!(!inclusion_holds(hash, other, &proof, head));
        let elsewhere = Head { size: size + 1, root: Digest::of(b"elsewhere") };
        prop_assert!(!inclusion_holds(hash, at, &proof, elsewhere));
    }

    #[test]
    fn no_proof_makes_checking_panic(sizes: [u64; 2], index: u64, digests: Vec<[u8; 32]>) {
        let proof: Vec<_> = digests.into_iter().map(Digest).collect();
        let heads = sizes.map(|size| Head { size, root: Digest::default() });
        let _ = inclusion_holds(Digest::default(), index, &proof, heads[0]);
        let _ = consistency_holds(heads[0], heads[1], &proof);
    }
}
