//! Finds the texts of an answer, or of one event of it, and the lane of each.

use types::{Lane, LaneFormat, LaneId, Role, Sink};

use crate::json::text::decoded;
use crate::json::{NodeId, Tape};
use crate::look;
use crate::shape::{Leaf, Shape};
use crate::walk::{Place, Visit, walk};

/// Channel of texts that stand whole in one string: each is a lane of its own, closed at once.
const WHOLE: u16 = u16::MAX;

/// First channel of lanes that are named like their member.
const NAMED_FIRST: u16 = 0x4000;

/// Most names of such lanes in one answer; beyond it a text counts as whole.
const NAMES_MAX: usize = 64;

/// A text of an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// Its string.
    pub(crate) node: NodeId,
    /// Its lane.
    pub(crate) lane: Lane,
    /// True for a piece of a lane that goes on in later events.
    pub(crate) goes_on: bool,
    /// True for text that was written for the caller, as opposed to ids, names and labels.
    pub(crate) is_content: bool,
}

/// Names of the lanes that are named like their member, in the order of their channels.
#[derive(Debug, Default)]
pub(crate) struct LaneNames(Vec<String>);

impl LaneNames {
    /// The name of a channel, where it has one.
    pub(crate) fn name(&self, channel: u16) -> Option<&str> {
        self.0.get(usize::from(channel.checked_sub(NAMED_FIRST)?)).map(String::as_str)
    }

    fn channel(&mut self, name: &str) -> Option<u16> {
        let index = match self.0.iter().position(|known| known == name) {
            Some(index) => index,
            None if self.0.len() < NAMES_MAX && look::like_a_name(name) => {
                self.0.push(name.to_owned());
                self.0.len() - 1
            }
            None => return None,
        };
        Some(NAMED_FIRST + u16::try_from(index).ok()?)
    }
}

/// What was found.
pub(crate) struct Texts<'t> {
    text: &'t str,
    tape: &'t Tape,
    names: &'t mut LaneNames,
    /// The texts, in the order in which they stand.
    pub(crate) found: Vec<Found>,
    /// Log probabilities.
    pub(crate) logprobs: Vec<NodeId>,
}

impl<'t> Texts<'t> {
    /// All texts of a tape.
    pub(crate) fn of(text: &'t str, tape: &'t Tape, shape: &'static Shape, names: &'t mut LaneNames) -> Self {
        let mut texts = Self { text, tape, names, found: Vec::new(), logprobs: Vec::new() };
        walk(text, tape, NodeId::ROOT, shape, Place { role: Role::Assistant, ..Place::ROOT }, &mut texts);
        texts
    }

    fn whole(&mut self, node: NodeId, place: &Place, is_content: bool) {
        // Closed before the next one opens, so that the count only tells them apart for a reader.
        let index = u32::try_from(self.found.len()).unwrap_or(u32::MAX);
        let id = LaneId { part: place.part, channel: WHOLE, index };
        self.found.push(Found { node, lane: lane(id, LaneFormat::Plain, place), goes_on: false, is_content });
    }

    fn piece(&mut self, node: NodeId, channel: u16, format: LaneFormat, place: &Place) {
        let id = LaneId { part: place.part, channel, index: place.index };
        self.found.push(Found { node, lane: lane(id, format, place), goes_on: true, is_content: true });
    }
}

fn lane(id: LaneId, format: LaneFormat, place: &Place) -> Lane {
    let sink = if place.signed { Sink::Signed } else { place.sink };
    Lane { id, sink, format }
}

impl Visit for Texts<'_> {
    fn text(&mut self, node: NodeId, leaf: Leaf, place: &Place) {
        let says = decoded(self.tape.content(self.text, node));
        match leaf {
            Leaf::Lane(channel) => self.piece(node, channel.number, channel.format, place),
            Leaf::NamedLane(words) => {
                let name = place.key.map(|name| decoded(self.tape.content(self.text, name)));
                let name = name.filter(|name| words.iter().any(|word| name.contains(word)));
                match name.and_then(|name| self.names.channel(&name)) {
                    Some(channel) => self.piece(node, channel, LaneFormat::Plain, place),
                    None => self.whole(node, place, true),
                }
            }
            Leaf::Word(words) if words.contains(&says.as_ref()) => {}
            Leaf::HostedTool(words) if words.contains(&says.as_ref()) || look::like_a_hosted_tool(&says) => {}
            Leaf::Model if look::like_a_model(&says) => {}
            Leaf::Id | Leaf::FileId if look::like_an_id(&says) => {}
            Leaf::Data(_) | Leaf::Encrypted | Leaf::Signature if look::like_base64(&says) => {}
            Leaf::Text | Leaf::Arguments => self.whole(node, place, true),
            _ => self.whole(node, place, false),
        }
    }

    fn name(&mut self, node: NodeId, place: &Place) {
        self.whole(node, place, false);
    }

    fn logprobs(&mut self, node: NodeId) {
        self.logprobs.push(node);
    }
}
