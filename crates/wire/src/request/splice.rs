//! Puts replacements into the bytes of a body.
//!
//! An edit speaks of decoded text; what changes are raw bytes. A string of JSON that stands in another string is decoded
//! text there, so that its raw bytes are the decoded text of the level above: each edit climbs level by level, escaped once
//! more at each, until it is an edit of the body. All edits of one string are mapped in one pass.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use types::{ByteSpan, SegmentKind};

use super::gather::{Doc, Stays};
use super::{Edit, Request};
use crate::dialect;
use crate::json::text::{RawOffsets, decoded, escape_into, quoted};
use crate::json::{Kind, NodeId, spliced};
use crate::malformed::RewriteError;

/// A change of the raw bytes of one document.
struct Change {
    from: usize,
    to: usize,
    with: String,
    /// The segment it comes from, for errors.
    segment: Option<usize>,
    /// True where a part is dropped: it takes what stands inside along.
    drops: bool,
}

/// A change of what one string of a document says.
struct TextChange {
    node: NodeId,
    span: ByteSpan,
    with: String,
    segment: usize,
}

/// What is to be done in one document.
#[derive(Default)]
struct Work {
    texts: Vec<TextChange>,
    changes: Vec<Change>,
}

/// The body with these edits made.
pub(super) fn rewritten(request: &Request<'_>, edits: &[Edit]) -> Result<Vec<u8>, RewriteError> {
    let mut work: Vec<Work> = request.docs.iter().map(|_| Work::default()).collect();
    let mut model = None;
    let mut last_segment = 0;
    for edit in edits {
        match edit {
            Edit::Replace { segment, span, with } => {
                let place = request.places.get(*segment);
                let (Some(place), Some(found)) = (place, request.segments.get(*segment)) else {
                    return Err(RewriteError::NoSegment { segment: *segment });
                };
                if found.kind == SegmentKind::Signed {
                    return Err(RewriteError::Signed { segment: *segment });
                }
                if span.start > span.end || span.of(&found.text).is_none() {
                    return Err(RewriteError::OutOfText { segment: *segment });
                }
                last_segment = last_segment.max(*segment);
                let change =
                    TextChange { node: place.node, span: *span, with: with.clone(), segment: *segment };
                if let Some(work) = work.get_mut(place.doc) {
                    work.texts.push(change);
                }
            }
            Edit::Model(name) => {
                if model.replace(name).is_some() {
                    return Err(RewriteError::ModelTwice);
                }
            }
            Edit::DropOpaque { part } => {
                let place = request.opaque_places.get(*part).ok_or(RewriteError::NoOpaque { part: *part })?;
                let rules = dialect::of(request.dialect);
                let with = match place.stays {
                    Stays::Part => rules.note_part(place.class),
                    Stays::Note => quoted(dialect::note(place.class)),
                    Stays::Nothing => "\"\"".to_owned(),
                    Stays::Null => "null".to_owned(),
                };
                let bytes = request.docs.get(place.doc).map_or(0..0, |doc| doc.tape.bytes(place.node));
                if let Some(work) = work.get_mut(place.doc) {
                    let (from, to) = (bytes.start, bytes.end);
                    work.changes.push(Change { from, to, with, segment: None, drops: true });
                }
            }
        }
    }
    if let (Some(name), Some(work)) = (model, work.first_mut()) {
        work.changes.push(model_change(request, name));
    }
    let Some(body) = request.docs.first() else { return Ok(Vec::new()) };
    // Documents stand in earlier ones: from the last to the first, each hands its changes to the one it stands in.
    for index in (1..work.len()).rev() {
        let (Some(doc), Some(done)) = (request.docs.get(index), work.get_mut(index)) else { continue };
        let changes = raw_changes(doc, std::mem::take(done))?;
        let Some((outer, node)) = doc.within else { continue };
        if let Some(outer) = work.get_mut(outer) {
            let lifted = changes.into_iter().map(|change| TextChange {
                node,
                span: ByteSpan::new(change.from, change.to),
                with: change.with,
                segment: change.segment.unwrap_or(last_segment),
            });
            outer.texts.extend(lifted);
        }
    }
    let changes = raw_changes(body, work.first_mut().map(std::mem::take).unwrap_or_default())?;
    Ok(spliced(&body.text, changes.iter().map(|change| (change.from..change.to, change.with.as_str()))))
}

fn model_change(request: &Request<'_>, name: &str) -> Change {
    let doc = request.docs.first();
    let change = |from, to, with| Change { from, to, with, segment: None, drops: true };
    match (request.model(), doc) {
        (Some(node), Some(doc)) => {
            let bytes = doc.tape.bytes(node);
            change(bytes.start, bytes.end, quoted(name))
        }
        (_, doc) => {
            let object = doc.map_or(0..0, |doc| doc.tape.bytes(NodeId::ROOT));
            let empty = doc.is_none_or(|doc| doc.tape.members(NodeId::ROOT).next().is_none());
            let with = format!("\"model\":{}{}", quoted(name), if empty { "" } else { "," });
            change(object.start + 1, object.start + 1, with)
        }
    }
}

/// All changes of a document as changes of its raw bytes, in order, none overlapping.
fn raw_changes(doc: &Doc<'_>, work: Work) -> Result<Vec<Change>, RewriteError> {
    let Work { mut texts, mut changes } = work;
    // Stable, so that what is inserted at one place keeps its order.
    let place = |change: &TextChange| (change.node, change.span.start, change.span.end);
    texts.sort_by_key(place);
    texts.extend(told_apart(doc, &texts));
    texts.sort_by_key(place);
    for of_one in texts.chunk_by(|one, other| one.node == other.node) {
        let Some(node) = of_one.first().map(|change| change.node) else { continue };
        let bytes = doc.tape.bytes(node);
        let is_number = doc.tape.kind(node) == Kind::Number;
        let content = if is_number { bytes.clone() } else { doc.tape.content_bytes(node) };
        let mut offsets = RawOffsets::new(doc.text.get(content.clone()).unwrap_or_default());
        if is_number {
            changes.push(quote_at(bytes.start, of_one));
        }
        let mut behind = 0;
        for change in of_one {
            if change.span.start < behind {
                return Err(RewriteError::Overlap { segment: change.segment });
            }
            behind = change.span.end;
            let (Some(from), Some(to)) = (offsets.at(change.span.start), offsets.at(change.span.end)) else {
                return Err(RewriteError::OutOfText { segment: change.segment });
            };
            let mut with = String::with_capacity(change.with.len());
            escape_into(&change.with, &mut with);
            let (from, to) = (content.start + from, content.start + to);
            changes.push(Change { from, to, with, segment: Some(change.segment), drops: false });
        }
        if is_number {
            changes.push(quote_at(bytes.end, of_one));
        }
    }
    changes.sort_by_key(|change| (change.from, !change.drops));
    let mut kept: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes {
        match kept.last() {
            Some(last) if change.from < last.to => {
                // Inside a part that goes there is nothing left to replace.
                if !(last.drops && change.to <= last.to) {
                    return Err(RewriteError::Overlap { segment: change.segment.unwrap_or_default() });
                }
            }
            _ => kept.push(change),
        }
    }
    Ok(kept)
}

/// The quote that makes a string of a number.
fn quote_at(at: usize, of_one: &[TextChange]) -> Change {
    let segment = of_one.first().map(|change| change.segment);
    Change { from: at, to: at, with: "\"".to_owned(), segment, drops: false }
}

/// What must be added to new names so that no two members of an object have the same: one of them would be lost.
///
/// Surrogates are one to one and never meet here; two values that both went for their type word do.
fn told_apart(doc: &Doc<'_>, texts: &[TextChange]) -> Vec<TextChange> {
    let mut objects = BTreeSet::new();
    let names = texts.iter().filter(|change| doc.tape.kind(change.node) == Kind::Name);
    objects.extend(names.filter_map(|change| doc.tape.parent(change.node)));
    let mut added = Vec::new();
    for object in objects {
        let mut taken: BTreeSet<Cow<'_, str>> = BTreeSet::new();
        let mut renamed = Vec::new();
        for (name, _) in doc.tape.members(object) {
            let old = decoded(doc.tape.content(&doc.text, name));
            let from = texts.partition_point(|change| change.node < name);
            let changes = texts.get(from..).unwrap_or_default();
            let behind = changes.partition_point(|change| change.node == name);
            match changes.get(..behind).unwrap_or_default() {
                [] => {
                    taken.insert(old);
                }
                changes @ [first, ..] => renamed.push((name, first.segment, old.len(), made(&old, changes))),
            }
        }
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (node, segment, end, new) in renamed {
            if taken.insert(Cow::Owned(new.clone())) {
                continue;
            }
            let count = counts.entry(new.clone()).or_insert(1);
            loop {
                *count += 1;
                if taken.insert(Cow::Owned(format!("{new}_{count}"))) {
                    break;
                }
            }
            added.push(TextChange {
                node,
                span: ByteSpan::new(end, end),
                with: format!("_{count}"),
                segment,
            });
        }
    }
    added
}

/// What a text says with these changes made.
fn made(text: &str, changes: &[TextChange]) -> String {
    let mut new = String::new();
    let mut behind = 0;
    for change in changes {
        new.push_str(text.get(behind..change.span.start).unwrap_or_default());
        new.push_str(&change.with);
        behind = change.span.end;
    }
    new.push_str(text.get(behind..).unwrap_or_default());
    new
}
