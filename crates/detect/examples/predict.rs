//! Findings of many documents, for other programs.
//!
//! `cargo run --release -p cordon-detect --example predict < FILE.jsonl` reads JSON lines with `id` and `text` (other members are
//! passed over) and answers each with one line `{id, spans: [{start, end, entity, class, recognizer, score}]}`, offsets in code
//! points, end exclusive. It answers each line before it reads the next, so that a program can ask and wait; `cargo xtask
//! eval` does. No line holds text of a document. `--names strict|balanced|precise` asks the tagger, too, with the weights in `models/`.
#![expect(clippy::print_stderr, reason = "a tool for developers: it says why it stops")]

use std::error::Error;
use std::io::{BufRead as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use cordon_detect::tagger::{Knob, Tagger, Weights};
use cordon_detect::{Detector, Input};

fn main() -> ExitCode {
    match answer() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("predict: {error}");
            ExitCode::from(2)
        }
    }
}

fn answer() -> Result<(), Box<dyn Error>> {
    let mut detector = Detector::builtin()?;
    if let Some(knob) = knob()? {
        detector = detector.with_tagger(Arc::new(tagger()?), knob);
    }
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let document: serde_json::Value = serde_json::from_str(&line?)?;
        let id = document.get("id").cloned().unwrap_or_default();
        let text = document.get("text").and_then(serde_json::Value::as_str).ok_or("a line without a text")?;
        let findings = detector.findings(&Input::of(text))?;
        let mut count = Counter { text, byte: 0, chars: 0 };
        let spans: Vec<serde_json::Value> = findings
            .iter()
            .map(|finding| {
                serde_json::json!({
                    "start": count.chars_before(finding.span.start),
                    "end": count.chars_before(finding.span.end),
                    "entity": finding.entity.name(),
                    "class": finding.class().name(),
                    "recognizer": &*finding.evidence.recognizer,
                    "score": finding.score,
                })
            })
            .collect();
        serde_json::to_writer(&mut out, &serde_json::json!({ "id": id, "spans": spans }))?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}

/// What stands behind `--names`.
fn knob() -> Result<Option<Knob>, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next().as_deref(), arguments.next()) {
        (None, None, None) => Ok(None),
        (Some("--names"), Some("off"), None) => Ok(None),
        (Some("--names"), Some("precise"), None) => Ok(Some(Knob::Precise)),
        (Some("--names"), Some("balanced"), None) => Ok(Some(Knob::Balanced)),
        (Some("--names"), Some("strict"), None) => Ok(Some(Knob::Strict)),
        _ => Err("usage: predict [--names off|precise|balanced|strict]".into()),
    }
}

/// The tagger with the weights that are shipped.
fn tagger() -> Result<Tagger, Box<dyn Error>> {
    let weights = |script: &str| -> Result<Weights, Box<dyn Error>> {
        let path = format!("{}/../../models/{script}/weights.bin", env!("CARGO_MANIFEST_DIR"));
        Ok(Weights::from_bytes(&std::fs::read(path)?)?)
    };
    Ok(Tagger::new(weights("latin")?, Some(weights("cjk")?)))
}

/// Counts code points up to byte offsets that only grow: findings are sorted and do not overlap.
struct Counter<'a> {
    text: &'a str,
    byte: usize,
    chars: usize,
}

impl Counter<'_> {
    fn chars_before(&mut self, byte: usize) -> usize {
        let piece = self.text.get(self.byte..byte).unwrap_or_default();
        self.chars = self.chars.saturating_add(piece.chars().count());
        self.byte = self.byte.max(byte);
        self.chars
    }
}
