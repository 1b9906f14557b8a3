//! The model card: what a model is made of, how good it is on documents that nothing was chosen by, and its limits.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use detect::tagger::{Knob, Tagger, Weights};
use sha2::{Digest as _, Sha256};

use crate::data::{Document, Parts};
use crate::list::{List, Source, hex};
use crate::random::Random;
use crate::score::{ByLabel, Counts, score};

/// Draws of the bootstrap.
const DRAWS: usize = 300;

/// The card, in Markdown.
pub(crate) fn card(list: &List, weights: &Weights, bytes: &[u8], parts: &Parts) -> String {
    let mut text = String::new();
    let training = &list.training;
    let _ = writeln!(text, "# Model card: the tagger, `{}`\n", list.name);
    let _ = writeln!(
        text,
        "Marks people, places, organisations and postal addresses in text. A network of one hidden layer over hashed features, with a conditional random field on top,\n\
         made by `cargo xtask train`; this page is written with the weights.\n\n\
         | | |\n|---|---|\n| licence of the weights | {} |\n| SHA-256 of `weights.bin` | `{}` |\n| bytes | {} |\n\
         | rows of weights | 2^{} × 32, of one byte each |\n| training | {} documents, {} epochs, AdaGrad {}, features left out {}, pull to nought {}, seed {} |\n",
        list.licence,
        hex(&Sha256::digest(bytes)),
        bytes.len(),
        weights.bits,
        parts.training.len(),
        training.epochs,
        training.rate,
        training.dropout,
        training.decay,
        training.seed,
    );
    text.push_str(FIGURES);
    let tagger = Tagger::new(weights.clone(), Some(weights.clone()));
    let scored: Vec<(&Document, ByLabel)> =
        parts.reporting.iter().map(|document| (document, score(&tagger, document, Knob::Balanced))).collect();
    text.push_str("**By language**\n\n");
    table(&mut text, &scored, |document| document.language.clone());
    text.push_str("\n**By language and source**\n\n");
    table(&mut text, &scored, |document| format!("{} {}", document.language, document.source));
    text.push_str("\n**Knobs**, all documents of the report\n\n");
    knobs(&mut text, &tagger, &parts.reporting);
    sources(&mut text, list);
    text.push_str(LIMITS);
    text
}

const FIGURES: &str = "\
## How good it is

On documents that were neither trained on nor used to choose the biases: kept out by template or text, whole sources where the table of data
says `validation`. Knob: balanced. *Leak* is the share of annotated characters in no finding; *over* the share of other characters in a finding
of a label that the source annotates; *clean hit* the share of documents without a name, place, organisation or address in which something is
found; F1 is strict. In brackets: 95 % intervals by the bootstrap over documents, which are too narrow where documents come from one template.

";

const LIMITS: &str = "\
## What it is bad at

- Names that nothing tells from ordinary words, in lower case and without a cue; names of scripts that it has not seen.
- Names of works, products and events are no label of it; it takes some of them for organisations or people.
- Organisations: what one source calls an organisation another calls a product or a place. Their figures are the weakest.
- It reads a line at a time: a name is not better known because it stood in another line. That is the business of the detector around it.
- Figures on generated documents say how well it knows such sentences, not how well it knows life. Judge by the public sources.
";

fn table(text: &mut String, scored: &[(&Document, ByLabel)], group: impl Fn(&Document) -> String) {
    text.push_str(
        "| | documents | PERSON leak | F1 | LOCATION leak | F1 | ORG leak | F1 | ADDRESS leak | F1 | all leak | over | clean hit |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut groups: BTreeMap<String, Vec<ByLabel>> = BTreeMap::new();
    for (document, counts) in scored {
        groups.entry(group(document)).or_default().push(*counts);
    }
    for (name, documents) in groups {
        let _ = write!(text, "| {name} | {} |", documents.len());
        for label in 0..4 {
            let has = documents.iter().any(|counts| counts[label].chars > 0);
            if has {
                let sum = sum(documents.iter().map(|counts| &counts[label]));
                let leak = interval(&documents, |counts| (counts[label].leaked, counts[label].chars));
                let _ = write!(text, " {leak} | {:.2} |", sum.f1());
            } else {
                text.push_str(" – | – |");
            }
        }
        let _ = write!(text, " {} |", interval(&documents, |counts| (counts[4].leaked, counts[4].chars)));
        let _ = write!(text, " {} |", interval(&documents, |counts| (counts[4].over, counts[4].plain)));
        let all = sum(documents.iter().map(|counts| &counts[4]));
        let _ = match all.clean {
            0 => writeln!(text, " – |"),
            clean => writeln!(text, " {} of {clean} |", all.hit),
        };
    }
}

fn knobs(text: &mut String, tagger: &Tagger, documents: &[Document]) {
    text.push_str("| knob | leak | over | clean hit | F1 |\n|---|---|---|---|---|\n");
    for (name, knob) in [("strict", Knob::Strict), ("balanced", Knob::Balanced), ("precise", Knob::Precise)] {
        let scored: Vec<ByLabel> = documents.iter().map(|document| score(tagger, document, knob)).collect();
        let all = sum(scored.iter().map(|counts| &counts[4]));
        let _ = writeln!(
            text,
            "| {name} | {:.3} | {:.4} | {:.3} | {:.3} |",
            all.leak(),
            all.over(),
            all.hits(),
            all.f1()
        );
    }
}

fn sources(text: &mut String, list: &List) {
    text.push_str(
        "\n## What it is made of\n\n| source | part | labels | licence | notice |\n|---|---|---|---|---|\n",
    );
    for source in &list.sources {
        let Source { name, part, labels, licence, notice, .. } = source;
        let part = format!("{part:?}").to_lowercase();
        let _ = writeln!(text, "| {name} | {part} | {} | {licence} | {notice} |", labels.join(" "));
    }
    text.push_str("\n| list of names or words | licence | notice |\n|---|---|---|\n");
    let lists = list.gazetteers.iter().map(|lists| (&lists.file, &lists.licence, &lists.notice));
    let classes = list.classes.iter().map(|classes| (&classes.file, &classes.licence, &classes.notice));
    for (file, licence, notice) in lists.chain(classes) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let _ = writeln!(text, "| {name} | {licence} | {notice} |");
    }
    text.push('\n');
}

fn sum<'a>(counts: impl Iterator<Item = &'a Counts>) -> Counts {
    counts.fold(Counts::default(), |mut sum, counts| {
        sum.add(counts);
        sum
    })
}

/// A share with its interval.
fn interval(documents: &[ByLabel], parts: impl Fn(&ByLabel) -> (u64, u64)) -> String {
    let pairs: Vec<(u64, u64)> = documents.iter().map(parts).collect();
    let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let total = pairs.iter().fold((0, 0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    let mut random = Random::new(7);
    let mut draws: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let drawn = (0..pairs.len()).map(|_| pairs[random.below(pairs.len())]);
            let sum = drawn.fold((0, 0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
            share(sum.0, sum.1)
        })
        .collect();
    draws.sort_by(f64::total_cmp);
    let at = |part: usize| draws.get(DRAWS * part / 1000).copied().unwrap_or_default();
    format!("{:.3} [{:.3}–{:.3}]", share(total.0, total.1), at(25), at(974))
}
