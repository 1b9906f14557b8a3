//! Verification names the first bad record, whatever was done to the ledger.

use cordon_ledger::{
    Bad, BadReason, Claim, Copies, Digest, ExportLine, Head, Record, Tree, Verifier, leaf_hash, verify,
};
use proptest::prelude::*;

use crate::samples::{any_record, intent};

fn ledger_of(leaves: impl IntoIterator<Item = Vec<u8>>) -> (Vec<Claim>, Head) {
    let mut tree = Tree::new();
    let claims = leaves.into_iter().map(|leaf| {
        let (index, leaf_hash) = (tree.size(), leaf_hash(&leaf));
        tree.append(leaf_hash);
        Claim { index, leaf, leaf_hash, root: tree.root(), copies: None }
    });
    let claims: Vec<_> = claims.collect();
    (claims, tree.head())
}

fn numbered(count: u32) -> (Vec<Claim>, Head) {
    ledger_of((1..=count).map(|attempt| {
        let mut intent = intent();
        intent.attempt = attempt;
        Record::Intent(intent).leaf().unwrap()
    }))
}

#[test]
fn nothing_and_everything_in_order_verify() {
    assert_eq!(verify(&[], &[Tree::new().head()]).first_bad, None);
    let (claims, head) = numbered(50);
    let verification = verify(&claims, &[head]);
    assert_eq!((verification.size, verification.root, verification.first_bad), (50, head.root, None));
}

#[test]
fn a_good_digest_of_a_leaf_that_is_no_record_is_not_enough() {
    let (claims, head) = ledger_of([b"{\"kind\":\"x\",\"v\":1}".to_vec(), b"{ }".to_vec()]);
    let bad = verify(&claims, &[head]).first_bad.unwrap();
    assert!(matches!(bad, Bad { index: 1, reason: BadReason::Record(_) }));
}

#[test]
fn heads_from_elsewhere_narrow_down_where_a_ledger_was_written_anew() {
    let (_, truth) = numbered(50);
    let (_, early) = numbered(20);
    let mut leaves: Vec<_> = numbered(50).0.into_iter().map(|claim| claim.leaf).collect();
    leaves[30] = leaves[0].clone();
    let (forged, forged_head) = ledger_of(leaves);
    assert_eq!(verify(&forged, &[forged_head]).first_bad, None, "it fits itself");
    let bad = verify(&forged, &[early, truth]).first_bad.unwrap();
    assert_eq!(bad, Bad { index: 20, reason: BadReason::Head { size: 50 } });
}

#[test]
fn an_empty_ledger_that_should_not_be_empty_is_found() {
    let (_, head) = numbered(3);
    let bad = verify(&[], &[head]).first_bad.unwrap();
    assert_eq!(bad, Bad { index: 0, reason: BadReason::Missing { size: 3 } });
    let invented = Head { size: 0, root: Digest::default() };
    assert!(verify(&[], &[invented]).first_bad.is_some());
}

#[test]
fn a_head_counts_whenever_it_comes() {
    let (claims, head) = numbered(10);
    let check = |head: Head, expected: Option<Bad>| {
        let mut verifier = Verifier::new();
        assert!(claims.iter().all(|claim| verifier.add(claim)));
        verifier.expect(head);
        assert_eq!(verifier.finish().first_bad, expected);
    };
    check(head, None);
    let elsewhere = Head { root: Digest::of(b"elsewhere"), ..head };
    check(elsewhere, Some(Bad { index: 0, reason: BadReason::Head { size: 10 } }));
    let earlier = numbered(7).1;
    check(earlier, Some(Bad { index: 7, reason: BadReason::Beyond { size: 7 } }));
    let later = numbered(12).1;
    check(later, Some(Bad { index: 10, reason: BadReason::Missing { size: 12 } }));
}

#[test]
fn a_record_that_cannot_be_found_as_what_it_is_is_named() {
    let (mut claims, head) = numbered(3);
    for claim in &mut claims {
        claim.copies = Some(Copies::of(&Record::parse(&claim.leaf).unwrap()));
    }
    assert_eq!(verify(&claims, &[head]).first_bad, None);
    claims[1].copies.as_mut().unwrap().exchange = Some("ex-elsewhere".into());
    assert_eq!(verify(&claims, &[head]).first_bad, Some(Bad { index: 1, reason: BadReason::Copies }));
}

#[derive(Debug, Clone)]
enum Deed {
    FlipLeaf(usize, u8),
    FlipHash(usize, u8),
    FlipRoot(usize, u8),
    Drop,
    Double,
    SwapWithNext,
    Cut,
    Renumber(u64),
}

fn deed() -> impl Strategy<Value = Deed> {
    let flip = (any::<usize>(), 0..8u8);
    prop_oneof![
        flip.clone().prop_map(|(at, bit)| Deed::FlipLeaf(at, bit)),
        flip.clone().prop_map(|(at, bit)| Deed::FlipHash(at, bit)),
        flip.prop_map(|(at, bit)| Deed::FlipRoot(at, bit)),
        Just(Deed::Drop),
        Just(Deed::Double),
        Just(Deed::SwapWithNext),
        Just(Deed::Cut),
        any::<u64>().prop_map(Deed::Renumber),
    ]
}

fn flip(bytes: &mut [u8], at: usize, bit: u8) {
    let at = at % bytes.len();
    bytes[at] ^= 1 << bit;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_deed_is_named_at_the_record_where_it_was_done(count in 2..40u32, at: usize, deed in deed()) {
        let (mut claims, head) = numbered(count);
        let at = at % (claims.len() - 1);
        match deed {
            Deed::FlipLeaf(byte, bit) => flip(&mut claims[at].leaf, byte, bit),
            Deed::FlipHash(byte, bit) => flip(&mut claims[at].leaf_hash.0, byte, bit),
            Deed::FlipRoot(byte, bit) => flip(&mut claims[at].root.0, byte, bit),
            Deed::Drop => drop(claims.remove(at)),
            Deed::Double => claims.insert(at, claims[at].clone()),
            Deed::SwapWithNext => claims.swap(at, at + 1),
            Deed::Cut => claims.truncate(at),
            Deed::Renumber(index) => {
                prop_assume!(index != claims[at].index);
                claims[at].index = index;
            }
        }
        let bad = verify(&claims, &[head]).first_bad.unwrap();
        let expected = if matches!(deed, Deed::Double) { at + 1 } else { at };
        prop_assert_eq!(bad.index, u64::try_from(expected).unwrap());
    }

    #[test]
    fn an_export_line_comes_back(record in any_record(), index in 0..1u64 << 53) {
        let leaf = record.leaf().unwrap();
        let line = ExportLine::Record(Claim { index, leaf_hash: leaf_hash(&leaf), root: leaf_hash(b"root"), leaf, copies: None });
        prop_assert_eq!(ExportLine::parse(&line.bytes()).unwrap(), line);
        let head = ExportLine::Head(Head { size: index, root: leaf_hash(b"root") });
        prop_assert_eq!(ExportLine::parse(&head.bytes()).unwrap(), head);
    }

    #[test]
    fn no_line_makes_reading_an_export_panic(line: Vec<u8>) {
        prop_assert!(ExportLine::parse(&line).is_err());
    }
}
