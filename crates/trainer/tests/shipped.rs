//! The weights that ship: they are those of their cards, they load, and they do what they did.
//!
//! The sentences are invented, and by other templates and names than those trained on; the figures that count stand in the cards.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::path::{Path, PathBuf};

use detect::tagger::{Knob, Tagger, Weights};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// Bytes of all weights together.
const BYTES_MAX: usize = 15_000_000;

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models")
}

fn bytes(family: &str) -> Vec<u8> {
    std::fs::read(models().join(family).join("weights.bin")).unwrap()
}

fn tagger() -> Tagger {
    let weights = |family| Weights::from_bytes(&bytes(family)).unwrap();
    Tagger::new(weights("latin"), Some(weights("cjk")))
}

#[derive(Deserialize)]
struct Document {
    lang: String,
    text: String,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    start: usize,
    end: usize,
}

/// Shares of marked characters in no span found, and of others in one.
fn leak_and_over(tagger: &Tagger, languages: &[&str]) -> (f64, f64) {
    let (mut marked, mut leaked, mut plain, mut over) = (0, 0, 0, 0);
    for line in std::fs::read_to_string(models().join("check/quality.jsonl")).unwrap().lines() {
        let document: Document = serde_json::from_str(line).unwrap();
        if !languages.contains(&document.lang.as_str()) {
            continue;
        }
        let found = tagger.spans(&document.text, Knob::Balanced);
        for (at, (byte, _)) in document.text.char_indices().enumerate() {
            let is_found = found.iter().any(|span| (span.span.start..span.span.end).contains(&byte));
            if document.spans.iter().any(|span| (span.start..span.end).contains(&at)) {
                (marked, leaked) = (marked + 1, leaked + u32::from(!is_found));
            } else {
                (plain, over) = (plain + 1, over + u32::from(is_found));
            }
        }
    }
    (f64::from(leaked) / f64::from(marked), f64::from(over) / f64::from(plain))
}

#[test]
fn the_weights_are_those_of_their_cards_and_small_enough() {
    let mut sum = 0;
    for family in ["latin", "cjk"] {
        let bytes = bytes(family);
        sum += bytes.len();
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let card = std::fs::read_to_string(models().join(family).join("card.md")).unwrap();
        assert!(card.contains(&digest), "the card of {family} is of other weights");
    }
    assert!(sum <= BYTES_MAX, "{sum} bytes");
}

#[test]
fn the_shipped_tagger_holds_its_floors() {
    let tagger = tagger();
    for (languages, leak_max, over_max) in [
        (&["en"][..], 0.10, 0.02),
        (&["de", "fr", "es", "it", "nl", "pt", "pl"], 0.15, 0.02),
        (&["zh", "ja", "ko"], 0.25, 0.02),
    ] {
        let (leak, over) = leak_and_over(&tagger, languages);
        assert!(leak <= leak_max && over <= over_max, "{languages:?}: leak {leak:.3}, over {over:.3}");
    }
}

#[test]
fn the_first_prompt_that_anybody_types() {
    let tagger = tagger();
    for (text, names) in [
        (
            "I am Laura Bennett, write to Thomas Keller in Hamburg about the lease.",
            &["Laura Bennett", "Thomas Keller", "Hamburg"][..],
        ),
        ("Ich heiße Jonas Weber und wohne in Freiburg.", &["Jonas Weber", "Freiburg"]),
        ("Je m'appelle Claire Dubois et j'habite à Lyon.", &["Claire Dubois", "Lyon"]),
        ("我叫李婷婷，请给王建国写一封邮件。", &["李婷婷", "王建国"]),
        ("私は田中花子です。大阪に住んでいます。", &["田中花子", "大阪"]),
        ("제 이름은 김민준이고 부산에 삽니다.", &["김민준"]),
    ] {
        let found = tagger.spans(text, Knob::Balanced);
        for name in names {
            let at = text.find(name).unwrap();
            let is_covered =
                found.iter().any(|span| span.span.start <= at && at + name.len() <= span.span.end);
            assert!(is_covered, "`{name}` in `{text}`: {found:?}");
        }
    }
    for text in [
        "Explain the difference between a mutex and a semaphore in Rust.",
        "fn main() { println!(\"hello\"); }",
        "请解释一下快速排序的原理。",
        "Schreibe eine Funktion, die zwei Zahlen addiert.",
    ] {
        assert_eq!(tagger.spans(text, Knob::Balanced), [], "{text}");
    }
}
