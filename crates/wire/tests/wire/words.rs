//! A veil for tests: knows a few words and what they stand for, holds back what may become one of them.

use std::collections::BTreeMap;

use cordon_wire::LaneText;
use types::{Lane, LaneFormat, LaneId, Sink};

/// Replaces words on every lane that goes to a reader or a tool of the client.
#[derive(Default)]
pub(crate) struct Words {
    words: Vec<(String, String)>,
    held: BTreeMap<LaneId, String>,
    /// All text that came, by lane id and sink, in the order in which the lanes opened.
    pub(crate) heard: Vec<(Lane, String)>,
}

impl Words {
    /// A veil that puts the second of each pair in place of the first.
    pub(crate) fn new(words: &[(&str, &str)]) -> Self {
        let words = words.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        Self { words, ..Self::default() }
    }

    /// Everything that a sink heard, joined.
    pub(crate) fn heard_by(&self, sink: Sink) -> String {
        self.heard.iter().filter(|(lane, _)| lane.sink == sink).map(|(_, text)| text.as_str()).collect()
    }

    /// What may go on of a text that was held, the rest stays in it.
    fn release(&self, held: &mut String, lane: Lane, all: bool) -> String {
        let mut out = String::new();
        let mut rest = held.as_str();
        while let Some(first) = rest.chars().next() {
            if let Some((from, to)) = self.words.iter().find(|(from, _)| rest.starts_with(from.as_str())) {
                match lane.format {
                    LaneFormat::Plain => out.push_str(to),
                    LaneFormat::Json => {
                        let quoted = serde_json::to_string(to).unwrap();
                        out.push_str(quoted.get(1..quoted.len() - 1).unwrap());
                    }
                }
                rest = rest.get(from.len()..).unwrap();
            } else if !all && self.words.iter().any(|(from, _)| from.starts_with(rest)) {
                break;
            } else {
                out.push(first);
                rest = rest.get(first.len_utf8()..).unwrap();
            }
        }
        *held = rest.to_owned();
        out
    }
}

impl LaneText for Words {
    fn push(&mut self, lane: Lane, text: &str) -> String {
        match self.heard.iter_mut().find(|(known, _)| known.id == lane.id) {
            Some((known, heard)) if known.sink == lane.sink => heard.push_str(text),
            _ => self.heard.push((lane, text.to_owned())),
        }
        if matches!(lane.sink, Sink::ProviderTool) {
            return text.to_owned();
        }
        let mut held = self.held.remove(&lane.id).unwrap_or_default();
        held.push_str(text);
        let out = self.release(&mut held, lane, false);
        if !held.is_empty() {
            self.held.insert(lane.id, held);
        }
        out
    }

    fn close(&mut self, lane: Lane) -> String {
        let mut held = self.held.remove(&lane.id).unwrap_or_default();
        self.release(&mut held, lane, true)
    }
}
