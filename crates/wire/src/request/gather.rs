//! Gathers what a walk finds into segments, opaque parts and turns.
//!
//! A JSON text that stands in a string becomes a document of its own, with its own tape and a link to the string it
//! stands in. So the same walk, the same path and the same splice serve every depth.

use std::borrow::Cow;
use std::collections::BTreeSet;

use types::{DataClass, Role, Segment, SegmentKind};

use crate::Limits;
use crate::facts::Turn;
use crate::json::text::decoded;
use crate::json::{Kind, NodeId, Tape};
use crate::look;
use crate::shape::{FREE, Leaf, Shape};
use crate::walk::{Content, Place, Visit, walk};

/// One JSON text: the body, or one that stands in a string.
#[derive(Debug, Default)]
pub(super) struct Doc<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) tape: Tape,
    /// Document and string in which this one stands.
    pub(super) within: Option<(usize, NodeId)>,
}

/// Where a segment stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct SegmentPlace {
    pub(super) doc: usize,
    pub(super) node: NodeId,
}

/// Where an opaque part stands, and what it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpaquePlace {
    pub(super) doc: usize,
    pub(super) node: NodeId,
    pub(super) class: DataClass,
    /// What stays in its place.
    pub(super) stays: Stays,
}

/// What stays where an opaque part was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stays {
    /// A text part with a note.
    Part,
    /// A string with a note.
    Note,
    /// An empty string.
    Nothing,
    /// `null`.
    Null,
}

/// Fewest digits of a number that can be a value.
const NUMBER_DIGITS_MIN: usize = 7;

/// What the walk of a body has found.
pub(super) struct Gather<'a, 'l> {
    limits: &'l Limits,
    pub(super) docs: Vec<Doc<'a>>,
    pub(super) segments: Vec<Segment<'a>>,
    pub(super) places: Vec<SegmentPlace>,
    pub(super) opaque: Vec<OpaquePlace>,
    pub(super) turns: Vec<Turn>,
    opaque_known: BTreeSet<(usize, NodeId, DataClass)>,
    leaves: usize,
}

impl<'a, 'l> Gather<'a, 'l> {
    /// Everything in a body.
    pub(super) fn all(text: &'a str, tape: Tape, shape: &'static Shape, limits: &'l Limits) -> Self {
        let mut all = Self {
            limits,
            docs: vec![Doc::default()],
            segments: Vec::with_capacity(tape.leaves()),
            places: Vec::with_capacity(tape.leaves()),
            opaque: Vec::new(),
            turns: Vec::new(),
            opaque_known: BTreeSet::new(),
            leaves: tape.leaves(),
        };
        let text = Cow::Borrowed(text);
        let mut visitor =
            InDoc { all: &mut all, doc: 0, level: 0, text: &text, tape: &tape, outer_key: None };
        walk(&text, &tape, NodeId::ROOT, shape, Place::ROOT, &mut visitor);
        all.put(0, Doc { text, tape, within: None });
        all
    }

    fn put(&mut self, index: usize, doc: Doc<'a>) {
        if let Some(empty) = self.docs.get_mut(index) {
            *empty = doc;
        }
    }
}

/// Visits one document.
struct InDoc<'v, 'a, 'l> {
    all: &'v mut Gather<'a, 'l>,
    doc: usize,
    /// How many strings of JSON this document stands in.
    level: usize,
    text: &'v Cow<'a, str>,
    tape: &'v Tape,
    outer_key: Option<Cow<'a, str>>,
}

impl<'a> InDoc<'_, 'a, '_> {
    /// What the content of a string says, borrowed from the body where it can be.
    fn says(&self, node: NodeId) -> Cow<'a, str> {
        match self.text {
            Cow::Borrowed(text) => decoded(self.tape.content(text, node)),
            Cow::Owned(text) => Cow::Owned(decoded(self.tape.content(text, node)).into_owned()),
        }
    }

    fn segment(&mut self, node: NodeId, text: Cow<'a, str>, kind: SegmentKind, place: &Place) {
        let kind = if place.signed { SegmentKind::Signed } else { kind };
        let key = place.key.map(|name| self.says(name)).or_else(|| self.outer_key.clone());
        self.all.segments.push(Segment { text, role: place.role, kind, key });
        self.all.places.push(SegmentPlace { doc: self.doc, node });
    }

    fn plain(&mut self, node: NodeId, text: Cow<'a, str>, place: &Place) {
        self.segment(node, text, SegmentKind::Text, place);
    }

    /// Text that may be JSON or a `data:` URL.
    fn open_text(&mut self, node: NodeId, text: Cow<'a, str>, place: &Place) {
        if let Some((class, nothing_else)) = look::data_url(&text) {
            self.opaque_text(node, class, place);
            if nothing_else {
                return;
            }
        } else if place.content != Content::Known && look::like_a_blob(&text) {
            self.opaque_text(node, DataClass::Document, place);
            return;
        } else if place.content == Content::Unknown && look::like_a_link(&text) {
            // What the provider fetches for a part of this type, nobody has seen.
            self.opaque_text(node, DataClass::Document, place);
        }
        if let Some(text) = self.nested(node, text, place) {
            self.plain(node, text, place);
        }
    }

    /// Gathers from the JSON that the text is; gives the text back where it is none.
    fn nested(&mut self, node: NodeId, text: Cow<'a, str>, place: &Place) -> Option<Cow<'a, str>> {
        let limits = self.all.limits;
        let opens = text.trim_start().starts_with(['{', '[']);
        if !opens || place.signed || self.level >= limits.nested_json_max {
            return Some(text);
        }
        let Ok(tape) = Tape::read_nested(&text, limits, place.depth, self.all.leaves) else {
            return Some(text);
        };
        let before = (self.all.segments.len(), self.all.opaque.len());
        self.all.leaves = tape.leaves();
        let doc = self.all.docs.len();
        self.all.docs.push(Doc::default());
        let outer_key = place.key.map(|name| self.says(name)).or_else(|| self.outer_key.clone());
        let mut visitor =
            InDoc { all: &mut *self.all, doc, level: self.level + 1, text: &text, tape: &tape, outer_key };
        walk(&text, &tape, NodeId::ROOT, &FREE, Place { key: None, part_node: None, ..*place }, &mut visitor);
        if before == (self.all.segments.len(), self.all.opaque.len()) {
            // Short numbers, or nothing at all: then the text itself is what was said.
            return Some(text);
        }
        self.all.put(doc, Doc { text, tape, within: Some((self.doc, node)) });
        None
    }

    /// A string that is opaque: the part around it goes when it is dropped, or the string alone.
    fn opaque_text(&mut self, node: NodeId, class: DataClass, place: &Place) {
        match place.part_node {
            Some(part) => self.note_opaque(part, class, Stays::Part),
            None => self.note_opaque(node, class, Stays::Note),
        }
    }

    fn note_opaque(&mut self, node: NodeId, class: DataClass, stays: Stays) {
        let doc = self.doc;
        if self.all.opaque_known.insert((doc, node, class)) {
            self.all.opaque.push(OpaquePlace { doc, node, class, stays });
        }
    }
}

impl Visit for InDoc<'_, '_, '_> {
    fn text(&mut self, node: NodeId, leaf: Leaf, place: &Place) {
        let text = self.says(node);
        match leaf {
            Leaf::Text | Leaf::Arguments | Leaf::Lane(_) | Leaf::NamedLane(_) => {
                self.open_text(node, text, place)
            }
            Leaf::Named | Leaf::ToolName => self.plain(node, text, place),
            Leaf::Id => {
                if !look::like_an_id(&text) {
                    self.plain(node, text, place);
                }
            }
            Leaf::Word(words) => {
                if !words.contains(&text.as_ref()) {
                    self.plain(node, text, place);
                }
            }
            Leaf::HostedTool(words) => {
                if !words.contains(&text.as_ref()) && !look::like_a_hosted_tool(&text) {
                    self.plain(node, text, place);
                }
            }
            Leaf::Model => {
                if !look::like_a_model(&text) {
                    self.plain(node, text, place);
                }
            }
            Leaf::Data(class) => match look::data_url(&text) {
                Some((class, nothing_else)) => {
                    self.opaque_text(node, class, place);
                    if !nothing_else {
                        self.plain(node, text, place);
                    }
                }
                None => {
                    self.opaque_text(node, class, place);
                    if !text.is_empty() && !look::like_base64(&text) {
                        let sealed = class == DataClass::Encrypted;
                        let kind = if sealed { SegmentKind::Signed } else { SegmentKind::Text };
                        self.segment(node, text, kind, place);
                    }
                }
            },
            Leaf::Url(class) => match look::data_url(&text) {
                Some((found, nothing_else)) => {
                    // The place knows better than the URL what the provider will make of it.
                    let class = if found == DataClass::Document { class } else { found };
                    self.opaque_text(node, class, place);
                    if !nothing_else {
                        self.plain(node, text, place);
                    }
                }
                None => {
                    self.opaque_text(node, class, place);
                    self.plain(node, text, place);
                }
            },
            Leaf::FileId => {
                self.opaque_text(node, DataClass::Document, place);
                if !look::like_an_id(&text) {
                    self.plain(node, text, place);
                }
            }
            Leaf::Encrypted => {
                self.note_opaque(node, DataClass::Encrypted, Stays::Nothing);
                if !text.is_empty() && !look::like_base64(&text) {
                    self.segment(node, text, SegmentKind::Signed, place);
                }
            }
            Leaf::Signature => {
                if !text.is_empty() && !look::like_base64(&text) {
                    self.segment(node, text, SegmentKind::Signed, place);
                }
            }
        }
    }

    fn name(&mut self, node: NodeId, place: &Place) {
        let text = self.says(node);
        self.segment(node, text, SegmentKind::Key, place);
    }

    fn number(&mut self, node: NodeId, place: &Place) {
        let number = match self.text {
            Cow::Borrowed(text) => Cow::Borrowed(self.tape.raw(text, node)),
            Cow::Owned(text) => Cow::Owned(self.tape.raw(text, node).to_owned()),
        };
        if number.bytes().filter(u8::is_ascii_digit).count() >= NUMBER_DIGITS_MIN {
            self.segment(node, number, SegmentKind::Number, place);
        }
    }

    fn opaque(&mut self, node: NodeId, class: DataClass, place: &Place) {
        let (node, stays) = match place.part_node {
            Some(part) => (part, Stays::Part),
            None if self.tape.kind(node) == Kind::Text => (node, Stays::Note),
            None => (node, Stays::Null),
        };
        self.note_opaque(node, class, stays);
    }

    fn turn_begins(&mut self, role: Role) {
        let from = self.all.segments.len();
        self.all.turns.push(Turn { role, segments: from..from });
    }

    fn turn_ends(&mut self) {
        let behind = self.all.segments.len();
        if let Some(turn) = self.all.turns.last_mut() {
            turn.segments.end = behind;
        }
    }
}
