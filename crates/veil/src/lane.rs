//! The text of one lane on its way to its sink.
//!
//! Promises: what comes out is a function of what went in, not of how it was cut: the text is taken character by
//! character, and a character goes out as soon as it is certain that no surrogate begins with it. Held back is at most the
//! longest spelling of two surrogates in a row. Restored text goes out and is not looked at again, except for whether it
//! begins a URL.

mod edge;
mod fence;
mod stray;

use types::{Lane, LaneFormat, Sink};

use crate::json::{self, Read};
use crate::map::Entry;
use crate::restorer::{RestoreCounts, RestoreOptions};
use crate::spelling::{Look, Unit};
use crate::{RestoreMap, url};
use edge::Edge;
use fence::Fence;
use stray::Stray;

/// The state of one lane.
pub(crate) struct LaneText {
    sink: Sink,
    /// Of lanes whose text is JSON, or may be.
    json: Option<json::Reader>,
    /// Of lanes for a reader.
    url: Option<url::Tracker>,
    edge: Edge,
    /// The character before.
    last: Option<char>,
    fence: Fence,
    stray: Stray,
    /// The text that is held back.
    raw: String,
    /// The characters of it that are read.
    units: Vec<Unit>,
    /// Bytes of `raw` after them, within an escape.
    unread_bytes: usize,
}

/// What lanes are restored with.
pub(crate) struct With<'a> {
    pub(crate) map: &'a RestoreMap,
    pub(crate) options: RestoreOptions,
    pub(crate) counts: &'a mut RestoreCounts,
}

impl LaneText {
    pub(crate) fn new(lane: Lane) -> Self {
        Self {
            sink: lane.sink,
            json: Some(match lane.format {
                LaneFormat::Json => json::Reader::of_json(),
                LaneFormat::Plain => json::Reader::of_text(),
            }),
            url: (lane.sink == Sink::Reader).then(url::Tracker::default),
            edge: Edge::default(),
            last: None,
            fence: Fence::default(),
            stray: Stray::default(),
            raw: String::new(),
            units: Vec::new(),
            unread_bytes: 0,
        }
    }

    /// Takes text in, and writes what is certain to `out`.
    pub(crate) fn push(&mut self, text: &str, with: &mut With<'_>, out: &mut String) {
        for character in text.chars() {
            let is_idle = self.json.is_none() && self.units.is_empty();
            if is_idle && !(self.edge.may_begin() && with.map.spellings().may_start(character)) {
                out.push(character);
                self.passed(character, false, with.counts);
                continue;
            }
            self.raw.push(character);
            self.unread_bytes += character.len_utf8();
            let read = match &mut self.json {
                Some(reader) => reader.read(character),
                None => Some(Read { character, depth: 0, is_edge: false }),
            };
            if self.json.as_ref().is_some_and(json::Reader::is_text) {
                self.json = None;
            }
            if let Some(Read { character, depth, is_edge }) = read {
                let raw_bytes = std::mem::take(&mut self.unread_bytes);
                self.units.push(Unit { character, raw_bytes, depth, is_edge });
                self.settle(false, with, out);
            }
        }
    }

    /// Ends the lane, and writes what was held back to `out`.
    pub(crate) fn close(mut self, with: &mut With<'_>, out: &mut String) {
        self.settle(true, with, out);
        with.counts.unknown += u64::from(self.stray.ends_with(None));
        out.push_str(&self.raw);
    }

    /// Writes what is certain of the text held back.
    fn settle(&mut self, ended: bool, with: &mut With<'_>, out: &mut String) {
        let units = std::mem::take(&mut self.units);
        let raw = std::mem::take(&mut self.raw);
        let mut rest = units.as_slice();
        let mut text = raw.as_str();
        while let Some((unit, after)) = rest.split_first() {
            let may_begin = self.edge.may_begin() && with.map.spellings().may_start(unit.character);
            let look = if may_begin { with.map.spellings().look(rest, self.last, ended) } else { Look::No };
            let took = match look {
                Look::More => break,
                Look::Found { units: count @ 1.., entry } => {
                    rest.split_at_checked(count).zip(with.map.entry(entry))
                }
                Look::Found { .. } | Look::No => None,
            };
            if let Some(((spelled, behind), entry)) = took {
                let (spelling, behind_text) = split(text, spelled.iter().map(|unit| unit.raw_bytes).sum());
                self.give(entry, spelled, spelling, with, out);
                (rest, text) = (behind, behind_text);
            } else {
                let (spelling, behind_text) = split(text, unit.raw_bytes);
                out.push_str(spelling);
                self.passed(unit.character, unit.is_edge, with.counts);
                (rest, text) = (after, behind_text);
            }
        }
        let (units_kept, bytes_kept) = (rest.len(), text.len());
        self.units = units;
        self.units.drain(..self.units.len().saturating_sub(units_kept));
        self.raw = raw;
        self.raw.drain(..self.raw.len().saturating_sub(bytes_kept));
    }

    /// Writes what stands at the place of a surrogate.
    fn give(
        &mut self,
        entry: &Entry,
        spelled: &[Unit],
        spelling: &str,
        with: &mut With<'_>,
        out: &mut String,
    ) {
        let counts = &mut *with.counts;
        let is_in_url = self.url.as_ref().is_some_and(url::Tracker::is_inside);
        let count = match self.sink {
            Sink::Signed => &mut counts.left_signed,
            Sink::ProviderTool => &mut counts.left_provider_tool,
            Sink::Reader if entry.is_credential && !with.options.secrets_to_reader => &mut counts.left_secret,
            Sink::Reader if is_in_url => &mut counts.left_in_url,
            Sink::Reader | Sink::ClientTool => {
                counts.restored += 1;
                let depth = spelled.first().map_or(0, |unit| unit.depth);
                json::push_escaped(out, entry.original.expose(), depth);
                self.passed_surrogate(entry.original.expose().chars(), spelled);
                return;
            }
        };
        *count += 1;
        out.push_str(spelling);
        self.passed_surrogate(spelled.iter().map(|unit| unit.character), spelled);
    }

    /// A character of the model went out.
    fn passed(&mut self, character: char, is_edge: bool, counts: &mut RestoreCounts) {
        counts.unknown += u64::from(self.stray.ends_with(Some(character)));
        if self.fence.read(character) && self.json.is_none() {
            self.json = Some(json::Reader::of_text());
        }
        if is_edge {
            // A string is a text of its own.
            self.edge = Edge::default();
            self.last = None;
            self.url = self.url.as_ref().map(|_| url::Tracker::default());
            return;
        }
        self.edge.read(character);
        self.last = Some(character);
        if let Some(url) = &mut self.url {
            url.read(character);
        }
    }

    /// Something went out at the place of a surrogate; another surrogate may follow without a gap.
    fn passed_surrogate(&mut self, written: impl Iterator<Item = char>, spelled: &[Unit]) {
        if let Some(url) = &mut self.url {
            written.for_each(|character| url.read(character));
        }
        self.stray = Stray::default();
        self.edge = Edge::default();
        self.last = spelled.last().map(|unit| unit.character);
    }
}

/// The first so many bytes of a text, and the rest. Lengths come from the same text, so that they fit it.
fn split(text: &str, bytes: usize) -> (&str, &str) {
    text.split_at_checked(bytes).unwrap_or((text, ""))
}
