//! From a data list to weights.

use std::path::Path;

use detect::tagger::Weights;
use detect::tagger::features::{SETS, class_key};
use detect::tagger::gazetteer::Gazetteer;
use detect::tagger::table::Table;
use detect::tagger::tokens::word_hash;

use crate::Trouble;
use crate::corpus::sequences;
use crate::crf::{Crf, Sequence, Step};
use crate::data::Document;
use crate::list::{List, read};
use crate::random::Random;

/// What is looked up for words.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    /// Names and places.
    pub(crate) gazetteer: Gazetteer,
    /// Classes of words.
    pub(crate) classes: [Table; SETS],
}

/// The tables of a data list.
pub(crate) fn tables(list: &List, data: &Path) -> Result<Tables, Trouble> {
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

/// Trains on documents. `tell` is told how it goes.
pub(crate) fn train(
    list: &List,
    tables: Tables,
    documents: &[Document],
    mut tell: impl FnMut(String),
) -> Weights {
    let training = &list.training;
    let mut random = Random::new(training.seed);
    let mut lines: Vec<Sequence> = Vec::new();
    for document in documents {
        sequences(document, &tables, training.bits, &mut lines);
        let chance = (random.next() >> 40) as f32 / (1_u64 << 24) as f32;
        if document.recase && chance < training.lower {
            sequences(&document.lowered(), &tables, training.bits, &mut lines);
        } else if document.recase && chance < training.lower + training.upper {
            sequences(&document.raised(), &tables, training.bits, &mut lines);
        }
    }
    let tokens: usize = lines.iter().map(|line| line.ends.len()).sum();
    let rows: usize = lines.iter().map(|line| line.rows.len()).sum();
    tell(format!("{} documents, {} lines, {tokens} tokens, {rows} features", documents.len(), lines.len()));
    let mut crf = Crf::new(training.bits);
    let mut order: Vec<usize> = (0..lines.len()).collect();
    for epoch in 0..training.epochs {
        random.shuffle(&mut order);
        let step = Step {
            rate: training.rate * if epoch + 1 == training.epochs && epoch > 0 { 0.5 } else { 1.0 },
            dropout: training.dropout,
            decay: training.decay,
            miss: training.miss,
        };
        let mut loss = 0.0_f64;
        for at in &order {
            loss += f64::from(crf.learn(&lines[*at], step, &mut random));
        }
        tell(format!("epoch {}: loss {:.4} a token", epoch + 1, loss / tokens.max(1) as f64));
    }
    crf.quantised(tables)
}
