//! Documents as lines of tokens with their rows and tags, by the tagger's own tokens and features.

use detect::tagger::Label;
use detect::tagger::decode::{OUTSIDE, Place, tag};
use detect::tagger::features::Frame;
use detect::tagger::tokens::{Block, Class};

use crate::crf::Sequence;
use crate::data::Document;
use crate::train::Tables;

/// The lines of a document.
pub(crate) fn sequences(document: &Document, tables: &Tables, bits: u32, found: &mut Vec<Sequence>) {
    let (mut block, mut frame) = (Block::default(), Frame::default());
    let mut at = 0;
    let others = others(document.labels);
    while at < document.text.len() {
        block.read(&document.text, at);
        if block.tokens.is_empty() {
            return;
        }
        frame.read(&block, &tables.gazetteer, &tables.classes, None);
        let tags = tags(document, &block);
        for &(from, to) in frame.lines() {
            let mut sequence = Sequence::default();
            for (index, gold) in tags.iter().enumerate().take(to).skip(from) {
                frame.features(&block, index, bits, |row| sequence.rows.push(row));
                sequence.ends.push(sequence.rows.len() as u32);
                // Where a source does not annotate a label, what is not marked may be that label.
                sequence.allowed.push(if *gold == OUTSIDE { 1 | others } else { 1 << gold });
            }
            found.push(sequence);
        }
        at = block.end;
    }
}

/// The tags of labels that a source does not annotate. Addresses are rare where nobody annotates them, and anything could be one if
/// nothing spoke against it: what is not marked counts as none.
fn others(labels: [bool; 4]) -> u32 {
    let unknown = labels.iter().take(3).enumerate().filter(|(_, is_annotated)| !**is_annotated);
    unknown.fold(0, |set, (label, _)| set | 0b1111 << (1 + 4 * label))
}

/// The tag of each token: a token belongs to a span when they overlap; no span goes over a line break.
fn tags(document: &Document, block: &Block) -> Vec<u8> {
    let mut owners: Vec<Option<(usize, usize)>> = vec![None; block.tokens.len()];
    for (number, (span, label)) in document.spans.iter().enumerate() {
        let Some(label) = label.and_then(|label| Label::ALL.iter().position(|other| *other == label)) else {
            continue;
        };
        for (owner, token) in owners.iter_mut().zip(&block.tokens) {
            let is_in = (token.start as usize) < span.end && span.start < token.end as usize;
            if is_in && token.class != Class::Break && owner.is_none() {
                *owner = Some((number, label));
            }
        }
    }
    let mut tags = Vec::with_capacity(owners.len());
    for (index, owner) in owners.iter().enumerate() {
        let Some((_, label)) = owner else {
            tags.push(OUTSIDE);
            continue;
        };
        let begins = index.checked_sub(1).is_none_or(|at| owners[at] != *owner);
        let ends = owners.get(index + 1) != Some(owner);
        let place = match (begins, ends) {
            (true, true) => Place::Single,
            (true, false) => Place::Begin,
            (false, true) => Place::End,
            (false, false) => Place::Inside,
        };
        tags.push(tag(*label, place));
    }
    tags
}
