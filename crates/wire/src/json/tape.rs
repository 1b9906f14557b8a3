//! The tape: one flat list of all values of a JSON text, in the order in which they stand.
//!
//! It holds places, no text, so that it costs 24 bytes a value and copies nothing. A value is followed by what it contains;
//! `end_node` is the first node behind it. Members are a name node and the value behind it. A walk therefore needs no allocation,
//! and the path of a value is found by its parents.

mod read;

use super::text::decoded;
pub(crate) use read::{HALF_OF_A_PAIR, Stop};

/// Index of a node on its tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(u32);

impl NodeId {
    /// The outermost value.
    pub(crate) const ROOT: Self = Self(0);

    const fn index(self) -> usize {
        self.0 as usize
    }

    const fn after(self) -> Self {
        Self(self.0 + 1)
    }
}

/// What stands at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    Text,
    Number,
    True,
    False,
    Null,
    /// The name of a member; its value is the next node.
    Name,
}

#[derive(Debug, Clone)]
struct Node {
    kind: Kind,
    /// First byte: the quote of a string, the bracket of an array.
    start: u32,
    /// First byte behind it.
    end: u32,
    /// First node behind it and what it contains.
    end_node: u32,
    parent: u32,
    /// Of a value in an array its index, of the value of a member the node of its name.
    place: u32,
}

/// All values of one JSON text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tape {
    nodes: Vec<Node>,
    leaves: usize,
}

impl Tape {
    /// Strings and numbers so far, those counted before included.
    pub(crate) fn leaves(&self) -> usize {
        self.leaves
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    /// What stands at a node.
    pub(crate) fn kind(&self, id: NodeId) -> Kind {
        self.node(id).map_or(Kind::Null, |node| node.kind)
    }

    /// Bytes of the node in the text, quotes and brackets included.
    pub(crate) fn bytes(&self, id: NodeId) -> std::ops::Range<usize> {
        self.node(id).map_or(0..0, |node| node.start as usize..node.end as usize)
    }

    /// The node as it stands in the text.
    pub(crate) fn raw<'t>(&self, text: &'t str, id: NodeId) -> &'t str {
        text.get(self.bytes(id)).unwrap_or_default()
    }

    /// Bytes of the content of a string, without its quotes.
    pub(crate) fn content_bytes(&self, id: NodeId) -> std::ops::Range<usize> {
        let bytes = self.bytes(id);
        bytes.start + 1..bytes.end.saturating_sub(1).max(bytes.start + 1)
    }

    /// The raw content of a string, without its quotes.
    pub(crate) fn content<'t>(&self, text: &'t str, id: NodeId) -> &'t str {
        text.get(self.content_bytes(id)).unwrap_or_default()
    }

    /// The members of an object: name and value. Nothing for any other value.
    pub(crate) fn members(&self, object: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        let is_object = self.kind(object) == Kind::Object;
        self.children(object).filter(move |_| is_object).map(|name| (name, name.after()))
    }

    /// The items of an array. Nothing for any other value.
    pub(crate) fn items(&self, array: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let is_array = self.kind(array) == Kind::Array;
        self.children(array).filter(move |_| is_array)
    }

    /// Names of an object, items of an array.
    fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let behind = self.node(id).map_or(0, |node| node.end_node);
        let mut next = id.0 + 1;
        std::iter::from_fn(move || {
            if next >= behind {
                return None;
            }
            let child = NodeId(next);
            let skipped = if self.kind(child) == Kind::Name { child.after() } else { child };
            // Every node ends behind itself, so that this always moves on.
            next = self.node(skipped).map_or(behind, |node| node.end_node.max(next + 1));
            Some(child)
        })
    }

    /// The value of a member of this name.
    pub(crate) fn member(&self, text: &str, object: NodeId, name: &str) -> Option<NodeId> {
        self.members(object).find(|(node, _)| self.says(text, *node, name)).map(|(_, value)| value)
    }

    /// True when a string says this. Only one that is longer as it stands can hold escapes.
    fn says(&self, text: &str, node: NodeId, what: &str) -> bool {
        let content = self.content(text, node);
        content == what || (content.len() > what.len() && decoded(content) == what)
    }

    /// What the string of a member says, where it is one.
    pub(crate) fn member_text<'t>(
        &self,
        text: &'t str,
        object: NodeId,
        name: &str,
    ) -> Option<std::borrow::Cow<'t, str>> {
        self.text(text, self.member(text, object, name)?)
    }

    /// What a string says; `None` for any other value.
    pub(crate) fn text<'t>(&self, text: &'t str, id: NodeId) -> Option<std::borrow::Cow<'t, str>> {
        (self.kind(id) == Kind::Text).then(|| decoded(self.content(text, id)))
    }

    /// A number that is a whole one and not negative; `None` for any other value.
    pub(crate) fn whole(&self, text: &str, id: NodeId) -> Option<u64> {
        (self.kind(id) == Kind::Number).then(|| self.raw(text, id).parse().ok()).flatten()
    }

    /// The enclosing array or object; `None` for the outermost value.
    pub(crate) fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id != NodeId::ROOT).then(|| self.node(id).map(|node| NodeId(node.parent))).flatten()
    }

    /// The node of the name of a member's value; `None` where the value is no member.
    pub(crate) fn name_of(&self, value: NodeId) -> Option<NodeId> {
        let parent = self.parent(value)?;
        (self.kind(parent) == Kind::Object && self.kind(value) != Kind::Name)
            .then(|| self.node(value).map(|node| NodeId(node.place)))
            .flatten()
    }

    /// The index of a value in its array.
    pub(crate) fn index_of(&self, value: NodeId) -> Option<u32> {
        let parent = self.parent(value)?;
        (self.kind(parent) == Kind::Array).then(|| self.node(value).map(|node| node.place)).flatten()
    }
}
