//! The walk: goes through a tape with a shape in hand and tells a visitor what stands where.
//!
//! Requests, whole answers and events of a stream are walked by this one function, so that what counts as known, free,
//! signed or opaque is decided in one place.

use std::borrow::Cow;

use types::{DataClass, Role, Sink};

use crate::json::{Kind, NodeId, Tape};
use crate::shape::{Counted, FREE, Leaf, Shape};

/// What is told about a place beside its value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Who speaks.
    pub(crate) role: Role,
    /// Where text goes.
    pub(crate) sink: Sink,
    /// The node of the nearest member name that is context.
    pub(crate) key: Option<NodeId>,
    /// The nearest enclosing part that a note can stand in for.
    pub(crate) part_node: Option<NodeId>,
    /// What the enclosing part may hold.
    pub(crate) content: Content,
    /// True under a signature.
    pub(crate) signed: bool,
    /// Choice or content block.
    pub(crate) part: u32,
    /// Index within the channel.
    pub(crate) index: u32,
    /// Levels of nesting above.
    pub(crate) depth: usize,
}

/// What a part may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// What the dialect's table says.
    Known,
    /// Content of any kind.
    Any,
    /// The dialect does not know the type of the part.
    Unknown,
}

impl Place {
    /// The place of the outermost value.
    pub(crate) const ROOT: Self = Self {
        role: Role::Metadata,
        sink: Sink::Reader,
        key: None,
        part_node: None,
        content: Content::Known,
        signed: false,
        part: 0,
        index: 0,
        depth: 0,
    };
}

/// Is told what the walk finds, in the order in which it stands.
pub(crate) trait Visit {
    /// A string.
    fn text(&mut self, at: NodeId, leaf: Leaf, place: &Place);
    /// The name of a member that the dialect does not know.
    fn name(&mut self, at: NodeId, place: &Place);
    /// A number that is not the protocol's own.
    fn number(&mut self, _at: NodeId, _place: &Place) {}
    /// An object that is opaque as a whole.
    fn opaque(&mut self, _at: NodeId, _class: DataClass, _place: &Place) {}
    /// A message begins.
    fn turn_begins(&mut self, _role: Role) {}
    /// The message that began last has ended.
    fn turn_ends(&mut self) {}
    /// Log probabilities; what stands inside is not told.
    fn logprobs(&mut self, _at: NodeId) {}
}

/// Walks everything at `at`.
pub(crate) fn walk(
    text: &str,
    tape: &Tape,
    at: NodeId,
    shape: &'static Shape,
    place: Place,
    visit: &mut dyn Visit,
) {
    Walk { text, tape, visit }.value(at, shape, place);
}

struct Walk<'w> {
    text: &'w str,
    tape: &'w Tape,
    visit: &'w mut dyn Visit,
}

impl<'w> Walk<'w> {
    fn value(&mut self, at: NodeId, shape: &'static Shape, mut place: Place) {
        let kind = self.tape.kind(at);
        place.role = shape.role.unwrap_or(place.role);
        place.sink = shape.sink.unwrap_or(place.sink);
        if shape.logprobs && kind != Kind::Null {
            self.visit.logprobs(at);
            return;
        }
        if shape.turn {
            if kind == Kind::Object {
                place.role = self.tag(at, "role").map_or(Role::User, |word| role(&word));
            }
            self.visit.turn_begins(place.role);
        }
        match kind {
            Kind::Text => self.visit.text(at, shape.leaf, &place),
            Kind::Number if !shape.number => self.visit.number(at, &place),
            Kind::Object => self.object(at, shape, place),
            Kind::Array => {
                let items = shape.items.unwrap_or(&FREE);
                let tape = self.tape;
                for item in tape.items(at) {
                    self.value(item, items, Place { depth: place.depth + 1, ..place });
                }
            }
            Kind::Number | Kind::True | Kind::False | Kind::Null | Kind::Name => {}
        }
        if shape.turn {
            self.visit.turn_ends();
        }
    }

    fn object(&mut self, at: NodeId, shape: &'static Shape, mut place: Place) {
        let tape = self.tape;
        let tag = if shape.variants.is_empty() { None } else { self.tag(at, shape.tag) };
        let variant = tag.as_deref().and_then(|tag| shape.variant(tag));
        place.depth += 1;
        place.role = variant.and_then(|variant| variant.role).unwrap_or(place.role);
        place.sink = variant.and_then(|variant| variant.sink).unwrap_or(place.sink);
        if shape.part {
            place.part_node = Some(at);
            place.content = match variant {
                None => Content::Unknown,
                Some(variant) if variant.any_content => Content::Any,
                Some(_) => Content::Known,
            };
        }
        let counted = shape.counted.iter().chain(variant.map_or(&[][..], |variant| variant.counted));
        for (counted, member) in counted {
            let index = tape.member(self.text, at, member).and_then(|index| tape.whole(self.text, index));
            let index = index.and_then(|index| u32::try_from(index).ok()).or_else(|| tape.index_of(at));
            match counted {
                Counted::Part => place.part = index.unwrap_or(place.part),
                Counted::Index => place.index = index.unwrap_or(place.index),
            }
        }
        if shape.signed || variant.is_some_and(|variant| variant.signed) {
            let signature = self.tag(at, "signature");
            place.signed |= signature.is_some_and(|signature| !signature.is_empty());
        }
        if let Some(class) = shape.opaque.or_else(|| variant.and_then(|variant| variant.opaque)) {
            self.visit.opaque(at, class, &place);
        }
        let rest = variant.and_then(|variant| variant.rest).or(shape.rest);
        for (name, value) in tape.members(at) {
            let says = crate::json::text::decoded(tape.content(self.text, name));
            if variant.is_some() && says == shape.tag {
                // Structure: the shape knows the word.
                continue;
            }
            let known = variant.and_then(|variant| variant.member(&says)).or_else(|| shape.member(&says));
            match known {
                Some(known) => {
                    let key = if matches!(known.leaf, Leaf::Named) { Some(name) } else { place.key };
                    self.value(value, known, Place { key, ..place });
                }
                None => {
                    self.visit.name(name, &place);
                    self.value(value, rest.unwrap_or(&FREE), Place { key: Some(name), ..place });
                }
            }
        }
    }

    fn tag(&self, object: NodeId, name: &str) -> Option<Cow<'w, str>> {
        self.tape.member_text(self.text, object, name)
    }
}

/// Who speaks in a message of this role. A word that nobody knows is taken for the user's.
fn role(word: &str) -> Role {
    match word {
        "system" | "developer" => Role::System,
        "assistant" | "model" => Role::Assistant,
        "tool" | "function" => Role::Tool,
        _ => Role::User,
    }
}
