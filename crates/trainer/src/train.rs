//! From a data list to weights.

use std::path::Path;

use detect::tagger::Weights;
use detect::tagger::features::{SETS, class_key};
use detect::tagger::gazetteer::{Gazetteer, QUIET};
use detect::tagger::table::Table;
use detect::tagger::tokens::{Block, Case, word_hash};

use types::ByteSpan;

use crate::Trouble;
use crate::corpus::sequences;
use crate::crf::{Crf, Sequence, Step};
use crate::data::{Document, Parts};
use crate::list::{List, Training, read};
use crate::network::{Mean, Network, Scorer, count};
use crate::random::Random;

/// How many times in the last epoch the weights are taken for their mean.
const SNAPSHOTS: usize = 10;

/// What is looked up for words.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    /// Names and places.
    pub(crate) gazetteer: Gazetteer,
    /// Classes of words.
    pub(crate) classes: [Table; SETS],
}

/// The tables of a data list.
pub(crate) fn tables(list: &List, data: &Path, documents: &[Document]) -> Result<Tables, Trouble> {
    let mut texts = Vec::new();
    for lists in &list.gazetteers {
        texts.push((read(data, &lists.file, &lists.sha256)?, &lists.kinds));
    }
    let mut entries = Vec::new();
    for (text, kinds) in &texts {
        for line in text.lines() {
            if let Some((kind, entry)) = line.split_once('\t')
                && let Some(kind) = kinds.get(kind)
            {
                entries.push((*kind, entry));
            }
        }
    }
    let quiet = quiet(documents);
    entries.extend(quiet.iter().map(|word| (QUIET, word.as_str())));
    let mut classes = [std::collections::BTreeMap::new(), std::collections::BTreeMap::new()];
    for file in &list.classes {
        for (number, line) in (1..).zip(read(data, &file.file, &file.sha256)?.lines()) {
            let class =
                line.split_once('\t').and_then(|(word, class)| Some((word, class.parse::<u16>().ok()?)));
            let (word, class) =
                class.ok_or_else(|| Trouble::line(&file.file, number, &"no word, tab and number"))?;
            let is_title = word.chars().next().is_some_and(char::is_uppercase);
            classes[file.set.min(1)].insert(class_key(word_hash(word), is_title), class + 8);
        }
    }
    Ok(Tables {
        gazetteer: Gazetteer::build(entries),
        classes: classes.map(|classes| Table::build(classes.into_iter())),
    })
}

/// Words that were read in lower case often enough, and hardly ever as a name of one or two words in lower case: a name that has any
/// other word is read for that word's sake.
fn quiet(documents: &[Document]) -> Vec<String> {
    let mut counts: std::collections::BTreeMap<&str, (u32, u32)> = std::collections::BTreeMap::new();
    let mut block = Block::default();
    for document in documents {
        let is_bare =
            |text: &str| text.split_whitespace().count() <= 2 && !text.chars().any(char::is_uppercase);
        let named: Vec<ByteSpan> =
            document.spans.iter().filter(|(_, label)| label.is_some()).map(|(span, _)| *span).collect();
        let bare: Vec<ByteSpan> =
            named.iter().copied().filter(|span| span.of(&document.text).is_some_and(is_bare)).collect();
        let mut at = 0;
        while at < document.text.len() {
            block.read(&document.text, at);
            at = block.end.max(at + 1);
            for token in block.tokens.iter().filter(|token| token.case == Case::Lower) {
                let place = ByteSpan::new(token.start as usize, token.end as usize);
                let is_in = |spans: &[ByteSpan]| spans.iter().any(|span| span.overlaps(place));
                let count = counts.entry(&document.text[place.start..place.end]).or_default();
                count.0 += u32::from(!is_in(&named));
                count.1 += u32::from(is_in(&bare));
            }
        }
    }
    let is_quiet = |(plain, parts): (u32, u32)| plain >= 5 && parts * 100 <= plain;
    counts.into_iter().filter(|(_, count)| is_quiet(*count)).map(|(word, _)| word.to_owned()).collect()
}

/// The lines of documents, some of them also in other cases.
fn lines(
    training: &Training,
    tables: &Tables,
    documents: &[Document],
    random: &mut Random,
    mut tell: impl FnMut(String),
) -> Vec<Sequence> {
    let mut lines: Vec<Sequence> = Vec::new();
    for document in documents {
        sequences(document, tables, training.bits, &mut lines);
        let chance = (random.next() >> 40) as f32 / (1_u64 << 24) as f32;
        if document.recase && chance < training.lower {
            sequences(&document.lowered(), tables, training.bits, &mut lines);
        } else if document.recase && chance < training.lower + training.upper {
            sequences(&document.raised(), tables, training.bits, &mut lines);
        }
    }
    let tokens: usize = lines.iter().map(|line| line.ends.len()).sum();
    let rows: usize = lines.iter().map(|line| line.rows.len()).sum();
    tell(format!("{} documents, {} lines, {tokens} tokens, {rows} features", documents.len(), lines.len()));
    lines
}

/// Trains both families on the same lines, a share of the documents of one in `every`, and counts on the documents for tuning.
pub(crate) fn families(
    list: &List,
    tables: &Tables,
    parts: &Parts,
    every: usize,
    mut tell: impl FnMut(String),
) {
    let training = &list.training;
    let mut random = Random::new(training.seed);
    let documents: Vec<Document> = parts.training.iter().step_by(every.max(1)).cloned().collect();
    let mut order = lines(training, tables, &documents, &mut random, &mut tell);
    let mut groups: std::collections::BTreeMap<String, Vec<Sequence>> = std::collections::BTreeMap::new();
    for document in &parts.tuning {
        let kind = if document.source.starts_with("gen") || document.source.starts_with("own") {
            "invented"
        } else {
            "public"
        };
        let group = groups.entry(format!("{} {kind}", document.language)).or_default();
        sequences(document, tables, training.bits, group);
    }
    let mut crf = Crf::new(training.bits);
    let mut network = Network::new(training.bits, &mut random);
    for epoch in 0..training.epochs.max(4) {
        random.shuffle(&mut order);
        let step = Step {
            rate: training.rate,
            dropout: training.dropout,
            decay: training.decay,
            miss: training.miss,
        };
        let linear = Step { rate: 0.15, decay: 1e-3, ..step };
        for line in &order {
            if epoch < 2 {
                crf.learn(line, linear, &mut random);
            }
            network.learn(line, step, &mut random);
        }
        for (group, lines) in &groups {
            tell(format!(
                "epoch {} {group:12} linear {} | network {}",
                epoch + 1,
                at_over(&crf, lines),
                at_over(&network, lines)
            ));
        }
    }
}

/// The share of marked tokens that is left outside when two in a hundred others are tagged, and the best share tagged exactly.
fn at_over(scorer: &impl Scorer, lines: &[Sequence]) -> String {
    let mut before: Option<(f64, f64)> = None;
    for step in -16..17_i16 {
        let counts = count(scorer, lines, f32::from(step) * 0.5);
        let leak = counts.leaked as f64 / counts.marked.max(1) as f64;
        let over = counts.over as f64 / counts.plain.max(1) as f64;
        if over > 0.02 {
            let (last_leak, last_over) = before.unwrap_or((leak, over));
            let share = if over > last_over { (0.02 - last_over) / (over - last_over) } else { 1.0 };
            return format!("{:.3}", last_leak + share * (leak - last_leak));
        }
        before = Some((leak, over));
    }
    before.map_or_else(String::new, |(leak, _)| format!("{leak:.3}"))
}

/// Trains on documents. `tell` is told how it goes.
pub(crate) fn train(
    list: &List,
    tables: Tables,
    documents: &[Document],
    mut tell: impl FnMut(String),
) -> Weights {
    let training = &list.training;
    let mut random = Random::new(training.seed);
    let lines = lines(training, &tables, documents, &mut random, &mut tell);
    let tokens: usize = lines.iter().map(|line| line.ends.len()).sum();
    let mut network = Network::new(training.bits, &mut random);
    let mut order: Vec<usize> = (0..lines.len()).collect();
    let mut mean = Mean::default();
    for epoch in 0..training.epochs {
        random.shuffle(&mut order);
        let step = Step {
            rate: training.rate * if epoch + 1 == training.epochs && epoch > 0 { 0.5 } else { 1.0 },
            dropout: training.dropout,
            decay: training.decay,
            miss: training.miss,
        };
        let mut loss = 0.0_f64;
        for (count, at) in order.iter().enumerate() {
            loss += f64::from(network.learn(&lines[*at], step, &mut random));
            // What ships is the mean of the weights on the last stretch: the last steps alone are noisy.
            if epoch + 1 == training.epochs && (count + 1) % (order.len() / SNAPSHOTS).max(1) == 0 {
                mean.add(&network);
            }
        }
        tell(format!("epoch {}: loss {:.4} a token", epoch + 1, loss / tokens.max(1) as f64));
    }
    mean.of(network).quantised(tables)
}
