//! Where something stands, in words: a JSON pointer (RFC 6901), and behind each `#` a pointer into the JSON that stands
//! in that string. Made only when somebody asks.

use super::gather::Doc;
use crate::json::text::decoded;
use crate::json::{Kind, NodeId};
use crate::look;

/// The path of a node of a document.
pub(super) fn of(docs: &[Doc<'_>], doc: usize, node: NodeId) -> String {
    let mut steps = Vec::new();
    let mut place = Some((doc, node));
    // INVARIANT: a document stands in an earlier one, so that this ends (test `paths_lead_through_strings_of_json`).
    while let Some((index, node)) = place {
        let Some(doc) = docs.get(index) else { break };
        steps.push(pointer(doc, node));
        place = doc.within.filter(|(outer, _)| *outer < index);
    }
    steps.reverse();
    steps.join("#")
}

fn pointer(doc: &Doc<'_>, node: NodeId) -> String {
    let tape = &doc.tape;
    // A name stands where its member stands.
    let mut steps = Vec::new();
    let mut at = node;
    if tape.kind(at) == Kind::Name {
        steps.push(shown(doc, at));
        at = tape.parent(at).unwrap_or(NodeId::ROOT);
    }
    while at != NodeId::ROOT {
        if let Some(name) = tape.name_of(at) {
            steps.push(shown(doc, name));
        } else if let Some(index) = tape.index_of(at) {
            steps.push(index.to_string());
        }
        at = tape.parent(at).unwrap_or(NodeId::ROOT);
    }
    steps.iter().rev().fold(String::new(), |path, step| path + "/" + step)
}

fn shown(doc: &Doc<'_>, name: NodeId) -> String {
    let says = decoded(doc.tape.content(&doc.text, name));
    if look::like_a_name(&says) { says.into_owned() } else { "*".to_owned() }
}
