//! Looking at a model while it is being made: curves, single slips, speed. Nothing here ends up in a card.

use std::path::{Path, PathBuf};

use clap::Args;
use detect::tagger::{Knob, Tagger, Weights};

use crate::data::Document;
use crate::{Trouble, score, tell};

/// What to look at, on the documents for tuning.
#[derive(Args)]
pub(crate) struct Options {
    /// Show figures for these biases of the outside tag.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    sweep: Vec<f32>,
    /// Show what leaks when over-redaction reaches this share of the characters, by language.
    #[arg(long)]
    curve: Option<f64>,
    /// Measure how fast this text is read.
    #[arg(long)]
    speed: Option<PathBuf>,
    /// Show what goes wrong in documents of these sources or languages, with the first bias of --sweep or, without it, as they ship.
    #[arg(long, value_delimiter = ',')]
    show: Vec<String>,
}

impl Options {
    /// True when something was looked at.
    pub(crate) fn run(&self, weights: &Weights, documents: &[Document]) -> Result<bool, Trouble> {
        if let Some(path) = &self.speed {
            speed(weights, path)?;
        } else if !self.show.is_empty() {
            let own = || Tagger::new(weights.clone(), Some(weights.clone()));
            let tagger = self.sweep.first().map_or_else(own, |bias| with_bias(weights, *bias));
            show(&tagger, documents, &self.show);
        } else if let Some(over) = self.curve {
            curve(weights, over, documents);
        } else {
            self.sweep.iter().for_each(|bias| sweep(weights, *bias, documents));
            return Ok(!self.sweep.is_empty());
        }
        Ok(true)
    }
}

/// A tagger with one bias for everything, whatever the script.
fn with_bias(weights: &Weights, bias: f32) -> Tagger {
    let mut weights = weights.clone();
    weights.biases = [[[(bias * weights.unit as f32).round() as i16; 4]; 4]; 3];
    Tagger::new(weights.clone(), Some(weights))
}

fn sweep(weights: &Weights, bias: f32, documents: &[Document]) {
    let tagger = with_bias(weights, bias);
    tell(&format!("bias {bias}"));
    for (name, counts) in score::table(&tagger, documents, Knob::Balanced, |document| {
        format!("{:4} {}", document.language, document.source)
    }) {
        let [person, location, organisation, address, all] = counts;
        tell(&format!(
            "  {name:24} P {:.3}/{:.3} L {:.3}/{:.3} O {:.3}/{:.3} A {:.3}/{:.3} all {:.3}/{:.3} over {:.4} (P {:.4} L {:.4} O {:.4} A {:.4}) clean hit {}/{}",
            person.f1(),
            person.leak(),
            location.f1(),
            location.leak(),
            organisation.f1(),
            organisation.leak(),
            address.f1(),
            address.leak(),
            all.f1(),
            all.leak(),
            all.over(),
            person.over(),
            location.over(),
            organisation.over(),
            address.over(),
            all.hit,
            all.clean,
        ));
    }
}

/// Leaks at the first bias that over-redacts more than `over`, between the biases on both sides of it.
fn curve(weights: &Weights, over: f64, documents: &[Document]) {
    let mut tables = Vec::new();
    for step in -4_i16..14 {
        let bias = f32::from(step) * 0.25;
        let tagger = with_bias(weights, bias);
        tables.push((
            bias,
            score::table(&tagger, documents, Knob::Balanced, |document| {
                let kind = if document.source.starts_with("own-") {
                    "own"
                } else if document.source.starts_with("gen") {
                    "gen"
                } else {
                    "ext"
                };
                format!("{kind} {}", document.language)
            }),
        ));
    }
    let names: Vec<String> = tables
        .iter()
        .flat_map(|(_, table)| table.keys().cloned())
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    for name in names {
        let at = |step: usize| {
            tables.get(step).and_then(|(bias, table)| table.get(&name).map(|counts| (*bias, *counts)))
        };
        let beyond = (0..tables.len())
            .find(|step| at(*step).is_some_and(|(_, counts)| counts[4].over() > over))
            .unwrap_or(tables.len() - 1);
        let (Some((low, a)), Some((high, b))) = (at(beyond.saturating_sub(1)), at(beyond)) else { continue };
        let (from, to) = (a[4].over(), b[4].over());
        let share = if to > from { ((over - from) / (to - from)).clamp(0.0, 1.0) } else { 1.0 };
        let between = |of: &dyn Fn(&score::ByLabel) -> f64| of(&a) + share * (of(&b) - of(&a));
        let best = tables
            .iter()
            .filter_map(|(_, table)| table.get(&name))
            .map(|counts| counts[4].f1())
            .fold(0.0, f64::max);
        tell(&format!(
            "{name:8} bias {:5.2} leak P {:.3} L {:.3} O {:.3} A {:.3} all {:.3} clean hit {:.3} ({}) best F1 {best:.3}",
            f64::from(low) + share * f64::from(high - low),
            between(&|c| c[0].leak()),
            between(&|c| c[1].leak()),
            between(&|c| c[2].leak()),
            between(&|c| c[3].leak()),
            between(&|c| c[4].leak()),
            between(&|c| c[4].hits()),
            a[4].clean,
        ));
    }
}

/// The best of some runs over a text.
#[expect(clippy::disallowed_methods, reason = "how fast it is can only be measured")]
fn speed(weights: &Weights, path: &Path) -> Result<(), Trouble> {
    let text = std::fs::read_to_string(path).map_err(|error| Trouble::file(path, &error))?;
    let tagger = Tagger::new(weights.clone(), None);
    let mut best = f64::MAX;
    let mut found = 0;
    for _ in 0..5 {
        let begun = std::time::Instant::now();
        found = tagger.spans(&text, Knob::Balanced).len();
        best = best.min(begun.elapsed().as_secs_f64());
    }
    tell(&format!("{}: {:.2} MB/s, {found} spans", path.display(), text.len() as f64 / 1e6 / best));
    Ok(())
}

/// What is found where nothing is marked, and what is marked and not found.
fn show(tagger: &Tagger, documents: &[Document], sources: &[String]) {
    for document in documents
        .iter()
        .filter(|document| sources.contains(&document.source) || sources.contains(&document.language))
    {
        let found = tagger.spans(&document.text, Knob::Balanced);
        let around = |span: types::ByteSpan| {
            let mut from = span.start.saturating_sub(30);
            let mut to = (span.end + 20).min(document.text.len());
            while !document.text.is_char_boundary(from) {
                from -= 1;
            }
            while !document.text.is_char_boundary(to) {
                to += 1;
            }
            format!(
                "{}[{}]{}",
                &document.text[from..span.start],
                &document.text[span.start..span.end],
                &document.text[span.end..to]
            )
            .replace('\n', " / ")
        };
        for other in &found {
            let is_annotated = document.labels[other.label as usize];
            if is_annotated && !document.spans.iter().any(|(span, _)| span.overlaps(other.span)) {
                tell(&format!(
                    "+ {:8} {:.2} {} {}",
                    other.label.name(),
                    other.score,
                    document.source,
                    around(other.span)
                ));
            }
        }
        for (span, label) in &document.spans {
            if let Some(label) = label
                && !found.iter().any(|other| other.span.overlaps(*span))
            {
                tell(&format!("- {:8} {} {}", label.name(), document.source, around(*span)));
            }
        }
    }
}
