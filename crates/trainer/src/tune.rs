//! Biases of the outside tag: as much as possible is found, within what each label may take too much.
//!
//! Chosen on documents of their own, for each script and label; the other knobs stand a fixed step on both sides.

use detect::tagger::{Knob, Label, Tagger, Weights};

use crate::data::Document;
use crate::list::Training;
use crate::score::{ByLabel, score};

/// Biases tried, from the lowest.
const STEPS: std::ops::Range<i16> = -24..13;

/// How far a step goes.
const STEP: f32 = 0.25;

/// What the strict knob adds, and the precise one takes away.
const KNOB: f32 = 1.0;

/// Sets the biases of all scripts that the documents have.
pub(crate) fn tune(
    weights: &mut Weights,
    training: &Training,
    documents: &[Document],
    mut tell: impl FnMut(String),
) {
    let units = |bias: f32, weights: &Weights| (bias * weights.unit as f32).round() as i16;
    let mut sums = Vec::new();
    for step in STEPS {
        let bias = f32::from(step) * STEP;
        let mut weights = weights.clone();
        weights.biases = [[[units(bias, &weights); 4]; 4]; 3];
        let tagger = Tagger::new(weights.clone(), Some(weights));
        let mut by_script = [ByLabel::default(); 4];
        for document in documents {
            let counts = score(&tagger, document, Knob::Balanced);
            for (sum, counts) in by_script[script(&document.language)].iter_mut().zip(&counts) {
                sum.add(counts);
            }
        }
        sums.push((bias, by_script));
    }
    for script in 0..4 {
        for label in Label::ALL {
            let fits = |counts: &ByLabel| {
                let counts = &counts[label as usize];
                counts.over() <= training.over && counts.hits() <= training.hits
            };
            let reversed = sums.iter().rev();
            let best = reversed.clone().find(|(_, by_script)| fits(&by_script[script]));
            let (bias, by_script) = best.unwrap_or(&sums[0]);
            for (knob, step) in [KNOB, 0.0, -KNOB].into_iter().enumerate() {
                weights.biases[knob][script][label as usize] = units(bias + step, weights);
            }
            let counts = &by_script[script][label as usize];
            if counts.plain > 0 {
                tell(format!(
                    "script {script} {:8} bias {bias:5.2}: leak {:.3} over {:.4} clean hit {:.3}",
                    label.name(),
                    counts.leak(),
                    counts.over(),
                    counts.hits()
                ));
            }
        }
    }
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
