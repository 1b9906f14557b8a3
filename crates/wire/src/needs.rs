//! What the bodies of several dialects need to be before anything is read from them.

use crate::json::{Kind, NodeId, Tape};
use crate::malformed::{MalformedReason, Wrong};

/// The body is an object.
pub(crate) fn object(tape: &Tape) -> Result<(), Wrong> {
    match tape.kind(NodeId::ROOT) {
        Kind::Object => Ok(()),
        _ => Err(Wrong::expected("an object", "/", NodeId::ROOT)),
    }
}

/// `messages` is an array of objects.
pub(crate) fn messages(text: &str, tape: &Tape) -> Result<(), Wrong> {
    let Some(messages) = tape.member(text, NodeId::ROOT, "messages") else {
        let reason = MalformedReason::Missing { member: "messages" };
        return Err(Wrong { reason, path: "/".to_owned(), node: NodeId::ROOT });
    };
    if tape.kind(messages) != Kind::Array {
        return Err(Wrong::expected("an array", "/messages", messages));
    }
    match tape.items(messages).enumerate().find(|(_, message)| tape.kind(*message) != Kind::Object) {
        None => Ok(()),
        Some((index, message)) => Err(Wrong::expected("an object", format!("/messages/{index}"), message)),
    }
}

/// `model` is a string, if it is there.
pub(crate) fn model(text: &str, tape: &Tape) -> Result<Option<String>, Wrong> {
    match tape.member(text, NodeId::ROOT, "model") {
        None => Ok(None),
        Some(node) => match tape.text(text, node) {
            Some(model) => Ok(Some(model.into_owned())),
            None => Err(Wrong::expected("a string", "/model", node)),
        },
    }
}

/// A member that is `true`, `false` or nothing.
pub(crate) fn flag(text: &str, tape: &Tape, name: &str, path: &str) -> Result<bool, Wrong> {
    match tape.member(text, NodeId::ROOT, name).map(|node| (node, tape.kind(node))) {
        Some((_, Kind::True)) => Ok(true),
        None | Some((_, Kind::False | Kind::Null)) => Ok(false),
        Some((node, _)) => Err(Wrong::expected("true or false", path, node)),
    }
}
