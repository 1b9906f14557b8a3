//! Shapes: what a dialect says about the places of its bodies.
//!
//! A shape is a static table. It names the members that a dialect knows at a place and what they are; everything that is
//! not named falls to [`FREE`], where every string, every member name and every long number is looked at. So a provider's
//! new field is scanned on the day it appears, and forgetting to list one costs a little time and leaks nothing.
//!
//! The same shapes describe requests and answers: requests use the role, answers the sink.

mod schema;

use types::{DataClass, LaneFormat, Role, Sink};

pub(crate) use schema::SCHEMA;

/// What a string is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Leaf {
    /// Text. If it is JSON, its own strings are looked at one by one.
    Text,
    /// Text whose member name says something about it, e.g. `user`.
    Named,
    /// The name of a tool. It must get the same treatment wherever it stands, so that it is told from nothing but itself.
    ToolName,
    /// An id that a provider made: structure when it looks like one, else text.
    Id,
    /// Structure when it is one of these words, else text.
    Word(&'static [&'static str]),
    /// The type of a hosted tool: structure when it is one of these words or a name with a date behind it, else text.
    HostedTool(&'static [&'static str]),
    /// The name of a model: structure when it looks like an identifier, else text.
    Model,
    /// JSON in a string; text where it is not.
    Arguments,
    /// Base64 or a `data:` URL of content of this class; text where it is neither.
    Data(DataClass),
    /// A URL of content of this class: its text is scanned, its target is opaque.
    Url(DataClass),
    /// The id of a file at the provider.
    FileId,
    /// What the provider encrypted.
    Encrypted,
    /// A signature: structure when it looks like one, else signed text.
    Signature,
    /// In answers: a piece of the lane of this channel.
    Lane(Channel),
    /// In answers: a piece of a lane that is named like its member, if the name holds one of these words; else a text of its own.
    NamedLane(&'static [&'static str]),
}

/// One channel of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Channel {
    /// Its number in a [`types::LaneId`], unique within the dialect.
    pub(crate) number: u16,
    /// What its text is.
    pub(crate) format: LaneFormat,
}

/// Which part of a lane's id an object gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// The choice or content block.
    Part,
    /// The index within the channel.
    Index,
}

/// What stands at a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// What a string is here.
    pub(crate) leaf: Leaf,
    /// The members that are known here.
    pub(crate) members: &'static [(&'static str, &'static Shape)],
    /// What the values of other members are; their names are looked at.
    pub(crate) rest: Option<&'static Shape>,
    /// What the items of an array are.
    pub(crate) items: Option<&'static Shape>,
    /// The member that tells variants apart.
    pub(crate) tag: &'static str,
    /// Shapes by the value of `tag`; their members come before `members`.
    pub(crate) variants: &'static [(&'static str, &'static Shape)],
    /// Who speaks here, where it changes.
    pub(crate) role: Option<Role>,
    /// Where text here goes, where it changes.
    pub(crate) sink: Option<Sink>,
    /// True for a message of the conversation.
    pub(crate) turn: bool,
    /// True for a part that a note can stand in for.
    pub(crate) part: bool,
    /// True for a part that may hold content of any kind: long base64 in it counts as a document.
    pub(crate) any_content: bool,
    /// True where a number is the protocol's own, however long.
    pub(crate) number: bool,
    /// True where text stands under a signature, if a member `signature` says something.
    pub(crate) signed: bool,
    /// The class of the opaque content that this object is.
    pub(crate) opaque: Option<DataClass>,
    /// Members of this object that count something. Where the member is missing, the place in the array counts.
    pub(crate) counted: &'static [(Counted, &'static str)],
    /// True for log probabilities of an answer.
    pub(crate) logprobs: bool,
}

impl Shape {
    /// A string of this kind; anything else that stands there is free.
    pub(crate) const fn leaf(leaf: Leaf) -> Self {
        Self {
            leaf,
            members: &[],
            rest: None,
            items: None,
            tag: "type",
            variants: &[],
            role: None,
            sink: None,
            turn: false,
            part: false,
            any_content: false,
            number: false,
            signed: false,
            opaque: None,
            counted: &[],
            logprobs: false,
        }
    }

    /// An object with these members.
    pub(crate) const fn object(members: &'static [(&'static str, &'static Shape)]) -> Self {
        let mut shape = Self::leaf(Leaf::Text);
        shape.members = members;
        shape
    }

    /// An array of these.
    pub(crate) const fn array(items: &'static Shape) -> Self {
        Self::leaf(Leaf::Text).or_array(items)
    }

    /// … or an array of these.
    pub(crate) const fn or_array(mut self, items: &'static Shape) -> Self {
        self.items = Some(items);
        self
    }

    /// … or an object with these members.
    pub(crate) const fn or_object(mut self, members: &'static [(&'static str, &'static Shape)]) -> Self {
        self.members = members;
        self
    }

    /// Members that are not known are these.
    pub(crate) const fn rest(mut self, rest: &'static Shape) -> Self {
        self.rest = Some(rest);
        self
    }

    /// Further members by the value of `tag`.
    pub(crate) const fn by(
        mut self,
        tag: &'static str,
        variants: &'static [(&'static str, &'static Shape)],
    ) -> Self {
        self.tag = tag;
        self.variants = variants;
        self
    }

    /// Who speaks.
    pub(crate) const fn role(mut self, role: Role) -> Self {
        self.role = Some(role);
        self
    }

    /// Where the text goes.
    pub(crate) const fn sink(mut self, sink: Sink) -> Self {
        self.sink = Some(sink);
        self
    }

    /// A message.
    pub(crate) const fn turn(mut self) -> Self {
        self.turn = true;
        self
    }

    /// A part that a note can stand in for.
    pub(crate) const fn part(mut self) -> Self {
        self.part = true;
        self
    }

    /// A part that may hold content of any kind.
    pub(crate) const fn any_content(mut self) -> Self {
        self.any_content = true;
        self
    }

    /// Signed, if it has a signature.
    pub(crate) const fn signed(mut self) -> Self {
        self.signed = true;
        self
    }

    /// Opaque as a whole.
    pub(crate) const fn opaque(mut self, class: DataClass) -> Self {
        self.opaque = Some(class);
        self
    }

    /// Counted by these members, or by its place.
    pub(crate) const fn counted(mut self, counted: &'static [(Counted, &'static str)]) -> Self {
        self.counted = counted;
        self
    }

    /// Log probabilities.
    pub(crate) const fn logprobs() -> Self {
        let mut shape = Self::leaf(Leaf::Text);
        shape.logprobs = true;
        shape
    }

    /// What the value of a member is, if the member is known here.
    pub(crate) fn member(&self, name: &str) -> Option<&'static Shape> {
        self.members.iter().find(|(known, _)| *known == name).map(|(_, shape)| *shape)
    }

    /// The variant for a value of the tag.
    pub(crate) fn variant(&self, tag: &str) -> Option<&'static Shape> {
        self.variants.iter().find(|(known, _)| *known == tag).map(|(_, shape)| *shape)
    }
}

/// Anything: every string, member name and long number is looked at. What a table does not say is this.
pub(crate) static FREE: Shape = Shape::leaf(Leaf::Text);

/// Text. The same as [`FREE`], for places where a string is meant.
pub(crate) static TEXT: Shape = FREE;

/// Text, or an array of texts.
pub(crate) static TEXTS: Shape = Shape::leaf(Leaf::Text).or_array(&TEXT);

/// Text whose member name says something about it.
pub(crate) static NAMED: Shape = Shape::leaf(Leaf::Named);

/// The name of a tool.
pub(crate) static TOOL_NAME: Shape =
    Shape::leaf(Leaf::ToolName).role(Role::Definition).sink(Sink::ClientTool);

/// An id that a provider made.
pub(crate) static ID: Shape = Shape::leaf(Leaf::Id).role(Role::Metadata).sink(Sink::ClientTool);

/// The name of a model.
pub(crate) static MODEL: Shape = Shape::leaf(Leaf::Model).role(Role::Metadata);

/// A number of the dialect's own structure, however long. A string there is text.
pub(crate) static NUMBER: Shape = {
    let mut shape = Shape::leaf(Leaf::Text);
    shape.number = true;
    shape
};

/// JSON in a string.
pub(crate) static ARGUMENTS: Shape = Shape::leaf(Leaf::Arguments);

/// The id of a file at the provider.
pub(crate) static FILE_ID: Shape = Shape::leaf(Leaf::FileId);

/// What the provider encrypted.
pub(crate) static ENCRYPTED: Shape = Shape::leaf(Leaf::Encrypted);

/// A signature.
pub(crate) static SIGNATURE: Shape = Shape::leaf(Leaf::Signature);

/// The MIME types that bodies name.
pub(crate) static MEDIA_TYPE: Shape = Shape::leaf(Leaf::Word(&[
    "image/jpeg",
    "image/jpg",
    "image/png",
    "image/gif",
    "image/webp",
    "application/pdf",
    "text/plain",
    "text/markdown",
    "text/csv",
    "text/html",
    "application/json",
    "audio/wav",
    "audio/mpeg",
    "audio/mp3",
]));
