//! Biases of the outside tag: as much as possible is found, within what each label may take too much.
//!
//! Chosen on documents of their own, for each script and label; the other knobs stand a fixed step on both sides.

use std::collections::BTreeMap;

use detect::tagger::{Knob, Label, Tagger, Weights};

use crate::data::Document;
use crate::list::Training;
use crate::score::{ByLabel, score};

/// Steps of the lowest and the highest bias, and where all begin.
const LOWEST: i16 = -15;
const HIGHEST: i16 = 6;
const START: i16 = -6;

/// How far a step goes.
const STEP: f32 = 0.4;

/// What the strict knob adds, and the precise one takes away.
const KNOB: f32 = 1.0;

/// Sets the biases of all scripts that the documents have: label by label, the others as they are, twice, because labels compete.
pub(crate) fn tune(
    weights: &mut Weights,
    training: &Training,
    documents: &[Document],
    mut tell: impl FnMut(String),
) {
    let mut steps = [[START; 4]; 4];
    let mut found = Found::default();
    for label in Label::ALL.iter().chain(&Label::ALL) {
        let at = *label as usize;
        // The highest step that fits, by halving: more bias finds more.
        let (mut low, mut high) = ([LOWEST; 4], [HIGHEST; 4]);
        while (0..4).any(|script| low[script] < high[script]) {
            for script in 0..4 {
                steps[script][at] = (low[script] + high[script] + 1).div_euclid(2);
            }
            set(weights, &steps);
            found = Found::by(weights, documents);
            for script in 0..4 {
                let (over, hits) = (found.counts[script][at].over(), found.hits[script][at]);
                if over <= training.over[at] && hits <= training.hits[at] {
                    low[script] = steps[script][at];
                } else {
                    high[script] = steps[script][at] - 1;
                }
                high[script] = high[script].max(low[script]);
            }
        }
        for script in 0..4 {
            steps[script][at] = low[script];
        }
    }
    set(weights, &steps);
    if !documents.is_empty() {
        found = Found::by(weights, documents);
    }
    for script in 0..4 {
        for label in Label::ALL {
            let counts = &found.counts[script][label as usize];
            if counts.plain > 0 {
                tell(format!(
                    "script {script} {:8} bias {:5.2}: leak {:.3} over {:.4} clean hit {:.3}",
                    label.name(),
                    f32::from(steps[script][label as usize]) * STEP,
                    counts.leak(),
                    counts.over(),
                    found.hits[script][label as usize]
                ));
            }
        }
    }
}

/// Writes the biases of all knobs.
fn set(weights: &mut Weights, steps: &[[i16; 4]; 4]) {
    let unit = weights.unit as f32;
    for (knob, more) in weights.biases.iter_mut().zip([KNOB, 0.0, -KNOB]) {
        for (biases, steps) in knob.iter_mut().zip(steps) {
            for (bias, step) in biases.iter_mut().zip(steps) {
                *bias = ((f32::from(*step) * STEP + more) * unit).round() as i16;
            }
        }
    }
}

/// What is found with the biases of the moment.
#[derive(Default)]
struct Found {
    counts: [ByLabel; 4],
    hits: [[f64; 4]; 4],
}

impl Found {
    fn by(weights: &Weights, documents: &[Document]) -> Self {
        let tagger = Tagger::new(weights.clone(), Some(weights.clone()));
        let (mut sums, mut clean) = ([ByLabel::default(); 4], BTreeMap::new());
        for document in documents {
            let counts = score(&tagger, document, Knob::Balanced);
            let script = script(&document.language);
            for (sum, counts) in sums[script].iter_mut().zip(&counts) {
                sum.add(counts);
            }
            if counts[4].clean > 0 {
                let (count, hits) = clean.entry((script, document.key)).or_insert((0.0, [0.0; 4]));
                *count += 1.0;
                for (hits, counts) in hits.iter_mut().zip(&counts) {
                    *hits += counts.hit as f64;
                }
            }
        }
        Self { counts: sums, hits: hits(&clean) }
    }
}

/// Shares of clean documents hit, by script and label. Documents of one template count as one together: else a single hard sentence
/// that was made fifty times would decide.
fn hits(clean: &BTreeMap<(usize, u64), (f64, [f64; 4])>) -> [[f64; 4]; 4] {
    let (mut sums, mut templates) = ([[0.0; 4]; 4], [0.0_f64; 4]);
    for ((script, _), (count, hits)) in clean {
        templates[*script] += 1.0;
        for (sum, hits) in sums[*script].iter_mut().zip(hits) {
            *sum += hits / count;
        }
    }
    for (sums, templates) in sums.iter_mut().zip(templates) {
        sums.iter_mut().for_each(|sum| *sum /= templates.max(1.0));
    }
    sums
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
