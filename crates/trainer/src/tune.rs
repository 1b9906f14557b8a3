//! Biases of the outside tag: as little as possible leaks, within what may be hit in documents that name nobody and what may be taken
//! too much.
//!
//! Chosen on documents of their own, for each script and label, by what leaks, hits and over-redaction cost together. The other knobs
//! stand a fixed step on both sides.

use std::collections::BTreeMap;

use detect::tagger::decode::{self, Decoder, Place, parts};
use detect::tagger::features::Frame;
use detect::tagger::tokens::Block;
use detect::tagger::weights::LANES;
use detect::tagger::{Label, Weights};
use types::ByteSpan;

use crate::data::Document;
use crate::list::Training;
use crate::score::{ByLabel, of_found};

/// Steps of the lowest and the highest bias.
const LOWEST: i16 = -16;
const HIGHEST: i16 = 6;

/// How far a step goes.
const STEP: f32 = 0.4;

/// What the strict knob adds, and the precise one takes away.
const KNOB: f32 = 1.0;

/// What a leak of each label weighs: people most.
const WEIGHTS: [f64; 4] = [0.55, 0.15, 0.12, 0.18];

/// What a character too much, and hits and characters beyond the limits weigh against a leak.
const OVER: f64 = 1.5;
const BEYOND: f64 = 6.0;

/// Templates and texts without names that a kind of source must have, and characters of names, to be counted.
const TEMPLATES_MIN: usize = 10;
const CHARS_MIN: u64 = 150;

type Steps = [[i16; 4]; 4];

/// Sets the biases of all scripts that the documents have.
pub(crate) fn tune(
    weights: &mut Weights,
    training: &Training,
    documents: &[Document],
    mut tell: impl FnMut(String),
) {
    let mut steps: Steps = [[-6; 4]; 4];
    set(weights, &steps);
    if documents.is_empty() {
        return;
    }
    let read: Vec<Read<'_>> = documents.iter().map(|document| Read::of(weights, document)).collect();
    let mut now = at(weights, &steps, &read);
    // Label by label over all steps, every second first, then those beside the best; thrice, because labels compete.
    for label in [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3] {
        let from = steps;
        for step in (LOWEST..=HIGHEST).step_by(2) {
            let mut tried = from;
            tried.iter_mut().for_each(|steps| steps[label] = step);
            keep(weights, training, &read, &tried, &mut steps, &mut now);
        }
        for beside in [-1, 1] {
            let mut tried = steps;
            tried.iter_mut().for_each(|steps| steps[label] += beside);
            keep(weights, training, &read, &tried, &mut steps, &mut now);
        }
    }
    for (step, more) in steps.as_flattened_mut().iter_mut().zip(training.looser.as_flattened()) {
        *step += more;
    }
    now = at(weights, &steps, &read);
    for (script, found) in now.iter().enumerate().filter(|(_, found)| found.counts[4].plain > 0) {
        let biases = steps[script].map(|step| f32::from(step) * STEP);
        tell(format!(
            "script {script}: cost {:.4}, weighted leak {:.4}, hits {:.4}, over {:.4}, biases {biases:?}",
            found.cost(training),
            found.leak,
            found.hits,
            found.over,
        ));
    }
    for ((_, language), kinds) in by_kind(weights, &read) {
        for (kind, Kind { counts, clean }) in kinds {
            let hit: f64 = clean.values().map(|(count, hits)| hits / count).sum();
            tell(format!(
                "  {language} {kind:10} leak P {:.3} L {:.3} O {:.3} A {:.3}, over {:.4}, clean {hit:.1} of {}",
                counts[0].leak(),
                counts[1].leak(),
                counts[2].leak(),
                counts[3].leak(),
                counts[4].over(),
                clean.len()
            ));
        }
    }
}

/// Keeps for each script what is better than what was.
fn keep(
    weights: &mut Weights,
    training: &Training,
    read: &[Read<'_>],
    tried: &Steps,
    steps: &mut Steps,
    now: &mut [Found; 4],
) {
    let found = at(weights, tried, read);
    for script in 0..4 {
        if found[script].cost(training) < now[script].cost(training) {
            steps[script] = tried[script];
            now[script] = found[script];
        }
    }
}

/// Writes the biases of all knobs.
fn set(weights: &mut Weights, steps: &Steps) {
    let unit = weights.unit as f32;
    for (knob, more) in weights.biases.iter_mut().zip([KNOB, 0.0, -KNOB]) {
        for (biases, steps) in knob.iter_mut().zip(steps) {
            for (bias, step) in biases.iter_mut().zip(steps) {
                *bias = ((f32::from(*step) * STEP + more) * unit).round() as i16;
            }
        }
    }
}

/// A document with the scores of its tokens, which no bias changes.
struct Read<'d> {
    document: &'d Document,
    lines: Vec<Line>,
}

/// A line: its script, and for each token where it lies and what it scores.
struct Line {
    script: usize,
    tokens: Vec<(ByteSpan, [i16; LANES])>,
}

impl<'d> Read<'d> {
    fn of(weights: &Weights, document: &'d Document) -> Self {
        let (mut block, mut frame) = (Block::default(), Frame::default());
        let (mut at, mut lines) = (0, Vec::new());
        while at < document.text.len() {
            block.read(&document.text, at);
            if block.tokens.is_empty() {
                break;
            }
            frame.read(&block, &weights.gazetteer, &weights.classes, None);
            for &(from, to) in frame.lines() {
                if frame.is_worth_reading(&block, from, to) {
                    let token = |index: usize| {
                        let token = block.token(index);
                        let span = ByteSpan::new(token.start as usize, token.end as usize);
                        (span, decode::scores(weights, &frame, &block, index))
                    };
                    let script = decode::script(&block, from, to);
                    lines.push(Line { script, tokens: (from..to).map(token).collect() });
                }
            }
            at = block.end;
        }
        Self { document, lines }
    }

    fn counts(&self, weights: &Weights, decoder: &mut Decoder) -> ByLabel {
        let mut found = Vec::new();
        for line in &self.lines {
            decoder.scored(line.tokens.iter().map(|(_, scores)| *scores), &weights.biases[1][line.script]);
            let mut start = 0;
            for (tag, (span, _)) in decoder.tags.iter().zip(&line.tokens) {
                let Some((label, place)) = parts(*tag) else { continue };
                if matches!(place, Place::Begin | Place::Single) {
                    start = span.start;
                }
                if matches!(place, Place::End | Place::Single) {
                    found.push((ByteSpan::new(start, span.end), Label::ALL[label]));
                }
            }
        }
        of_found(self.document, &found)
    }
}

/// What is found in the documents of a script with the biases of the moment.
#[derive(Debug, Default, Clone, Copy)]
struct Found {
    counts: ByLabel,
    /// What leaks, weighed by label, by languages and kinds of sources alike: our own sentences are many, and chosen to be hard.
    leak: f64,
    /// The share of documents hit that name nobody, likewise, and by templates alike: else a single hard sentence that was made fifty
    /// times would decide.
    hits: f64,
    /// The worst share of characters taken too much of all languages.
    over: f64,
}

impl Found {
    /// What the leaks, hits and over-redaction cost together; much more beyond the limits.
    fn cost(&self, training: &Training) -> f64 {
        let beyond = |value: f64, limit: f64| (value - limit).max(0.0);
        // A label must not do the work of another.
        let wrong: f64 =
            self.counts.iter().take(4).map(|counts| beyond(counts.over(), training.over * 0.5)).sum();
        self.leak
            + training.hit * self.hits
            + OVER * self.over
            + BEYOND * (beyond(self.hits, training.hits) + beyond(self.over, training.over) + wrong)
    }
}

/// Counts of a kind of source in a language, and of each template or text of it that names nobody how often it was read and hit.
#[derive(Default)]
struct Kind {
    counts: ByLabel,
    clean: BTreeMap<u64, (f64, f64)>,
}

type ByKind<'d> = BTreeMap<(usize, &'d str), BTreeMap<&'d str, Kind>>;

fn at(weights: &mut Weights, steps: &Steps, read: &[Read<'_>]) -> [Found; 4] {
    set(weights, steps);
    let languages = by_kind(weights, read);
    std::array::from_fn(|script| {
        let mut found = Found::default();
        let (mut leaks, mut hits) = (Vec::new(), Vec::new());
        for (_, kinds) in languages.iter().filter(|((other, _), _)| *other == script) {
            let mut sums = ByLabel::default();
            let (mut here, mut shares) = (Vec::new(), Vec::new());
            for kind in kinds.values() {
                for (sum, counts) in sums.iter_mut().zip(&kind.counts) {
                    sum.add(counts);
                }
                here.extend(leak(&kind.counts, CHARS_MIN));
                shares.extend(kind.share());
            }
            for (sum, counts) in found.counts.iter_mut().zip(&sums) {
                sum.add(counts);
            }
            if !shares.is_empty() {
                found.over = found.over.max(sums[4].over());
            }
            leaks.extend(mean(&here));
            hits.extend(mean(&shares));
        }
        // Too little of everything is still more than nothing.
        found.leak = mean(&leaks).or_else(|| leak(&found.counts, 1)).unwrap_or_default();
        found.hits = mean(&hits).unwrap_or_default();
        found
    })
}

impl Kind {
    fn share(&self) -> Option<f64> {
        let hit: f64 = self.clean.values().map(|(count, hits)| hits / count).sum();
        (self.clean.len() >= TEMPLATES_MIN).then(|| hit / self.clean.len() as f64)
    }
}

/// The leak of the labels that have at least so many characters, by their weights.
fn leak(counts: &ByLabel, chars_min: u64) -> Option<f64> {
    let (mut sum, mut whole) = (0.0, 0.0);
    for (weight, counts) in WEIGHTS.iter().zip(counts) {
        if counts.chars >= chars_min {
            // Half for what is in no finding, half for what is in none of its label: no label may do the work of another.
            sum += weight * 0.5 * (counts.leak() + counts.strayed());
            whole += weight;
        }
    }
    (whole > 0.0).then(|| sum / whole)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn by_kind<'d>(weights: &Weights, read: &[Read<'d>]) -> ByKind<'d> {
    let mut decoder = Decoder::default();
    decoder.prepare(weights);
    let mut languages = ByKind::new();
    for read in read {
        let document = read.document;
        let counts = read.counts(weights, &mut decoder);
        let language = (script(&document.language), document.language.as_str());
        let source = document.source.split('-').next().unwrap_or_default();
        let kind = languages.entry(language).or_default().entry(source).or_default();
        for (sum, counts) in kind.counts.iter_mut().zip(&counts) {
            sum.add(counts);
        }
        if counts[4].clean > 0 {
            let (count, hits) = kind.clean.entry(document.key).or_default();
            *count += 1.0;
            *hits += counts[4].hit as f64;
        }
    }
    languages
}

/// The script that most documents of a language are in, as the tagger numbers them.
pub(crate) fn script(language: &str) -> usize {
    match language {
        "zh" => 1,
        "ja" => 2,
        "ko" => 3,
        _ => 0,
    }
}
