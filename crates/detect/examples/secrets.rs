//! How well secrets are found, and how often something else is taken for one.
//!
//! `cargo run -p cordon-detect --example secrets -- score FILE.jsonl [--without PREFIX]… [--errors]` reads JSON lines `{id, text,
//! spans: [{start, end, label: "SECRET", type}]}` (offsets in code points) and prints strict F1, the share of characters
//! that stay, and the share of texts without a secret in which something is found; per type what was found exactly.
//! `--without vendor` leaves out recognizer files whose name holds the text: keys of vendors without a rule.
//! `… -- text PATH…` reads files and directories of ordinary text and prints findings of credentials per recognizer and
//! pattern with samples; `--entities` takes all entities. `… -- show TEXT…` lists the findings of texts.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a tool for developers: it reads data that it was given by them and prints"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cordon_detect::{BUILTIN, Detector, Input, RuleFile};
use types::{DataClass, Finding};

/// Samples that are shown of one kind of finding, and how long they are.
const SAMPLES: usize = 12;
const SAMPLE_CHARS: usize = 60;

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mode = if arguments.is_empty() { String::new() } else { arguments.remove(0) };
    match mode.as_str() {
        "score" => score(&arguments),
        "text" => text(&arguments),
        "show" => show(&arguments),
        _ => println!("score FILE… [--without PREFIX] [--errors] | text PATH… [--entities] | show TEXT…"),
    }
}

fn without(left_out: &[String]) -> Detector {
    if left_out.is_empty() {
        return Detector::builtin().unwrap();
    }
    let files: Vec<RuleFile<'_>> = BUILTIN
        .iter()
        .filter(|file| !left_out.iter().any(|part| file.name.contains(part.as_str())))
        .copied()
        .collect();
    Detector::new(&files).unwrap_or_else(|error| {
        println!("{error}");
        std::process::exit(1)
    })
}

fn show(texts: &[String]) {
    let detector = Detector::builtin().unwrap();
    for text in texts {
        println!("== {text}");
        for finding in detector.findings(&Input::of(text)).unwrap() {
            println!("{:?} {} {:?}", finding.span.of(text).unwrap(), finding.entity, finding.evidence);
        }
    }
}

fn credentials(detector: &Detector, text: &str) -> Vec<Finding> {
    let findings = detector.findings(&Input::of(text)).unwrap();
    findings.into_iter().filter(|finding| finding.class() == DataClass::Credential).collect()
}

fn score(arguments: &[String]) {
    let is_errors = arguments.iter().any(|argument| argument == "--errors");
    let (mut files, mut left_out) = (Vec::new(), Vec::new());
    let mut rest = arguments.iter().filter(|argument| *argument != "--errors");
    while let Some(argument) = rest.next() {
        if argument == "--without" {
            left_out.extend(rest.next().cloned());
        } else {
            files.push(argument);
        }
    }
    let detector = without(&left_out);
    let (mut gold, mut exact, mut found, mut chars, mut leaked) = (0, 0, 0, 0, 0);
    let (mut clean, mut hit) = (0, 0);
    let mut types: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in files.iter().flat_map(|path| {
        let content = std::fs::read_to_string(path).unwrap();
        content.lines().map(str::to_owned).collect::<Vec<_>>()
    }) {
        let document: serde_json::Value = serde_json::from_str(&line).unwrap();
        let text = document["text"].as_str().unwrap();
        let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let findings = credentials(&detector, text);
        let spans = document["spans"].as_array().unwrap();
        let at = |value: &serde_json::Value| offsets[usize::try_from(value.as_u64().unwrap()).unwrap()];
        found += findings.len();
        if spans.is_empty() {
            clean += 1;
            hit += usize::from(!findings.is_empty());
        }
        let mut right = vec![false; findings.len()];
        for span in spans {
            let (start, end) = (at(&span["start"]), at(&span["end"]));
            let kind = types.entry(span["type"].as_str().unwrap_or("?").to_owned()).or_default();
            gold += 1;
            kind.1 += 1;
            let is_exact = findings.iter().position(|f| (f.span.start, f.span.end) == (start, end));
            if let Some(index) = is_exact {
                exact += 1;
                kind.0 += 1;
                right[index] = true;
            }
            chars += end - start;
            leaked += (start..end)
                .filter(|at| !findings.iter().any(|f| f.span.start <= *at && *at < f.span.end))
                .count();
            if is_exact.is_none() && is_errors {
                let got: Vec<_> = findings
                    .iter()
                    .filter(|f| f.span.start < end && f.span.end > start)
                    .map(|f| (f.span.of(text).unwrap(), &*f.evidence.recognizer))
                    .collect();
                let from = offsets.iter().rev().find(|at| **at + 60 <= start).copied().unwrap_or(0);
                println!(
                    "MISS {} {} {:?} <{}> {got:?}",
                    document["id"],
                    span["type"],
                    &text[from..start],
                    &text[start..end]
                );
            }
        }
        for (finding, _) in findings.iter().zip(&right).filter(|(_, right)| !**right && is_errors) {
            let from = offsets.iter().rev().find(|at| **at + 60 <= finding.span.start).copied().unwrap_or(0);
            println!(
                "FALSE {} {}/{} {:?} <{}>",
                document["id"],
                finding.evidence.recognizer,
                finding.evidence.pattern,
                &text[from..finding.span.start],
                finding.span.of(text).unwrap()
            );
        }
    }
    for (kind, (right, all)) in types.iter().filter(|(_, (right, all))| right < all) {
        println!("{kind:<20} {right}/{all}");
    }
    let share = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    let f1 = 2.0 * exact as f64 / (gold + found).max(1) as f64;
    println!(
        "strict F1 {f1:.4}, recall {:.2} %, precision {:.2} %, leaked {:.2} % of characters, {:.2} % of {clean} clean texts hit",
        share(exact, gold),
        share(exact, found),
        share(leaked, chars),
        share(hit, clean)
    );
}

fn text(arguments: &[String]) {
    let is_all = arguments.iter().any(|argument| argument == "--entities");
    let detector = without(&[]);
    let mut paths = Vec::new();
    for path in arguments.iter().filter(|argument| *argument != "--entities") {
        collect(Path::new(path), &mut paths);
    }
    let mut bytes = 0usize;
    let mut kinds: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
    for path in paths {
        let Ok(content) = std::fs::read_to_string(&path) else { continue };
        bytes += content.len();
        let findings = if is_all {
            detector.findings(&Input::of(&content)).unwrap()
        } else {
            credentials(&detector, &content)
        };
        for finding in findings {
            let name = format!(
                "{} {}/{}",
                finding.entity.name(),
                finding.evidence.recognizer,
                finding.evidence.pattern
            );
            let kind = kinds.entry(name).or_default();
            kind.0 += 1;
            // Every so often one, so that the samples are not all from the first file.
            if kind.1.len() < SAMPLES && (kind.0.is_power_of_two() || kind.0.is_multiple_of(37)) {
                let start = finding.span.start;
                let before: String = content[..start].chars().rev().take(SAMPLE_CHARS).collect();
                let before: String = before.chars().rev().collect();
                let value: String = finding.span.of(&content).unwrap().chars().take(SAMPLE_CHARS).collect();
                kind.1.push(format!("{}: {before:?} <{value}>", path.display()));
            }
        }
    }
    let megabytes = bytes as f64 / 1e6;
    println!("{megabytes:.1} MB");
    for (name, (count, samples)) in kinds {
        println!("{name}: {count}, {:.3} per MB", count as f64 / megabytes);
        for sample in samples {
            println!("    {sample}");
        }
    }
}

fn collect(path: &Path, paths: &mut Vec<PathBuf>) {
    if path.is_symlink() {
        return;
    }
    if path.is_file() {
        paths.push(path.to_owned());
        return;
    }
    let Ok(entries) = std::fs::read_dir(path) else { return };
    let mut entries: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    for entry in entries {
        collect(&entry, paths);
    }
}
