//! Training gives the same bits: the small model in `models/check` is trained anew and held against its checksum.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::path::{Path, PathBuf};
use std::process::Command;

use detect::tagger::{Knob, Tagger, Weights};
use sha2::{Digest as _, Sha256};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/check")
}

fn trained(name: &str) -> (Vec<u8>, String) {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let done = Command::new(env!("CARGO_BIN_EXE_cordon-trainer"))
        .arg(folder().join("list.toml"))
        .arg("--data")
        .arg(folder())
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    (std::fs::read(out.join("weights.bin")).unwrap(), std::fs::read_to_string(out.join("card.md")).unwrap())
}

#[test]
fn the_small_model_is_the_same_bit_for_bit() {
    let (weights, card) = trained("check");
    let found: String = Sha256::digest(&weights).iter().map(|byte| format!("{byte:02x}")).collect();
    let expected = std::fs::read_to_string(folder().join("weights.sha256")).unwrap();
    assert_eq!(
        found,
        expected.trim(),
        "features, training or data changed: write the new checksum into models/check/weights.sha256, and train the shipped weights anew"
    );
    assert!(card.contains(&found) && card.contains("| check |"));
}

#[test]
fn the_small_model_finds_a_name() {
    let (weights, _) = trained("finds");
    let tagger = Tagger::new(Weights::from_bytes(&weights).unwrap(), None);
    let text = "My name is Anna Smith.";
    let found = tagger.spans(text, Knob::Strict);
    assert!(
        found.iter().any(|span| span.span.of(text).is_some_and(|name| name.contains("Anna"))),
        "{found:?}"
    );
}

#[test]
fn data_with_another_checksum_is_refused() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("changed");
    std::fs::create_dir_all(&out).unwrap();
    for name in ["list.toml", "data.jsonl", "names.txt", "classes.txt"] {
        std::fs::copy(folder().join(name), out.join(name)).unwrap();
    }
    std::fs::write(out.join("names.txt"), "first\tJane\n").unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_cordon-trainer"))
        .arg(out.join("list.toml"))
        .arg("--data")
        .arg(&out)
        .output()
        .unwrap();
    assert!(!done.status.success());
    assert!(String::from_utf8_lossy(&done.stderr).contains("checksum"));
}
