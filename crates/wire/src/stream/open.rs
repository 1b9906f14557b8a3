//! The lanes of a stream that are open, and what each event does to them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use types::{Lane, LaneId, Sink};

use super::StreamEnd;
use super::framer::Event;
use crate::StreamLimits;
use crate::dialect::{Ends, Events};
use crate::facts::AnswerFacts;
use crate::json::text::{decoded, quoted};
use crate::json::{NodeId, Tape, halves, spliced};
use crate::lanes::LaneText;
use crate::malformed::{MalformedReason, StreamFault};
use crate::texts::{LaneNames, Texts};

/// The lanes of one streamed answer.
pub(super) struct OpenLanes {
    events: Box<dyn Events + Send>,
    open: BTreeMap<LaneId, Lane>,
    names: LaneNames,
    limits: StreamLimits,
    drop_logprobs: bool,
    facts: AnswerFacts,
    /// Events with data so far.
    count: u64,
    /// Lanes opened so far.
    opened: usize,
    /// True once half a surrogate pair came.
    stands_in: bool,
}

/// A text of an event and what goes on in its place.
struct Piece {
    node: NodeId,
    lane: Lane,
    goes_on: bool,
    new: String,
}

impl OpenLanes {
    pub(super) fn new(events: Box<dyn Events + Send>, limits: StreamLimits, drop_logprobs: bool) -> Self {
        Self {
            events,
            open: BTreeMap::new(),
            names: LaneNames::default(),
            limits,
            drop_logprobs,
            facts: AnswerFacts::default(),
            count: 0,
            opened: 0,
            stands_in: false,
        }
    }

    pub(super) fn facts(&self) -> &AnswerFacts {
        &self.facts
    }

    /// Appends what goes on of an event.
    pub(super) fn event(
        &mut self,
        event: &Event<'_>,
        texts: &mut dyn LaneText,
        out: &mut Vec<u8>,
    ) -> Result<(), StreamFault> {
        if event.has_no_field {
            return Err(self.unreadable(MalformedReason::Syntax("a line of the event is no field")));
        }
        let Some(data) = event.data() else {
            out.extend_from_slice(event.raw);
            return Ok(());
        };
        let data = std::str::from_utf8(&data).map_err(|_| self.unreadable(MalformedReason::NotUtf8))?;
        if data.trim().is_empty() {
            out.extend_from_slice(event.raw);
            return Ok(());
        }
        if self.events.is_last(data) {
            self.count += 1;
            self.events.note_last();
            self.close_all(texts, out);
            out.extend_from_slice(event.raw);
            return Ok(());
        }
        let (data, tape) =
            halves::read(data, &self.limits.event).map_err(|stop| self.unreadable(stop.reason))?;
        if self.stands_in && matches!(data, Cow::Borrowed(_)) && halves::looks_stood_in(&data) {
            return Err(self.unreadable(MalformedReason::Syntax("a character stands for half of a pair")));
        }
        self.stands_in |= matches!(data, Cow::Owned(_));
        let data = data.as_ref();
        self.count += 1;
        let ends = self.events.note(data, &tape, &mut self.facts);
        let changes = self.changes(data, &tape, &ends, texts, out)?;
        if changes.is_empty() {
            out.extend_from_slice(event.raw);
        } else {
            let data = spliced(data, changes.iter().map(|(bytes, with)| (bytes.clone(), with.as_str())));
            event.write_with(&self.put_back(data), out);
        }
        Ok(())
    }

    /// What changes in the data of an event. Events that must come before it are appended to `out`.
    fn changes(
        &mut self,
        data: &str,
        tape: &Tape,
        ends: &Ends,
        texts: &mut dyn LaneText,
        out: &mut Vec<u8>,
    ) -> Result<Vec<(std::ops::Range<usize>, String)>, StreamFault> {
        let Texts { found, logprobs, .. } = Texts::of(data, tape, self.events.shape(), &mut self.names);
        let mut pieces = Vec::with_capacity(found.len());
        for mut found in found {
            if found.goes_on {
                found.lane.sink = self.events.sink(found.lane);
                if self.open.insert(found.lane.id, found.lane).is_none() {
                    self.opened += 1;
                }
                if self.opened > self.limits.lanes_max {
                    return Err(StreamFault::TooManyLanes { max: self.limits.lanes_max });
                }
            }
            let said = decoded(tape.content(data, found.node));
            if found.is_content && found.goes_on {
                self.facts.text_bytes += said.len() as u64;
            }
            let mut new = texts.push(found.lane, &said);
            if !found.goes_on {
                new.push_str(&texts.close(found.lane));
            }
            if found.lane.sink == Sink::Signed {
                new = said.into_owned();
            }
            pieces.push(Piece { node: found.node, lane: found.lane, goes_on: found.goes_on, new });
        }
        let ended: Vec<Lane> = match ends {
            Ends::Some(ended) if ended.is_empty() => Vec::new(),
            _ => self.open.values().copied().filter(|lane| ends.ends(lane.id)).collect(),
        };
        for lane in ended {
            self.open.remove(&lane.id);
            let rest = texts.close(lane);
            if rest.is_empty() || lane.sink == Sink::Signed {
                continue;
            }
            let last = pieces.iter_mut().rev().find(|piece| piece.goes_on && piece.lane.id == lane.id);
            match last {
                Some(piece) => piece.new.push_str(&rest),
                None => {
                    let event = self.events.rest_of(lane, self.names.name(lane.id.channel), &rest);
                    out.extend_from_slice(&self.put_back(event.into_bytes()));
                }
            }
        }
        let mut changes: Vec<_> = pieces
            .into_iter()
            .filter(|piece| decoded(tape.content(data, piece.node)) != piece.new)
            .map(|piece| (tape.bytes(piece.node), quoted(&piece.new)))
            .collect();
        if self.drop_logprobs && !logprobs.is_empty() {
            changes.extend(logprobs.iter().map(|node| (tape.bytes(*node), "null".to_owned())));
            changes.sort_by_key(|(bytes, _)| bytes.start);
        }
        Ok(changes)
    }

    /// Ends all lanes and appends what they held back.
    pub(super) fn close_all(&mut self, texts: &mut dyn LaneText, out: &mut Vec<u8>) {
        for lane in std::mem::take(&mut self.open).into_values() {
            let rest = texts.close(lane);
            if !rest.is_empty() && lane.sink != Sink::Signed {
                let event = self.events.rest_of(lane, self.names.name(lane.id.channel), &rest);
                out.extend_from_slice(&self.put_back(event.into_bytes()));
            }
        }
    }

    /// Half surrogate pairs as the provider wrote them, if the stream has any.
    fn put_back(&self, bytes: Vec<u8>) -> Vec<u8> {
        if self.stands_in { halves::put_back(bytes) } else { bytes }
    }

    /// How the stream ended, now that it has.
    pub(super) fn end(&self) -> StreamEnd {
        if self.facts.is_error {
            StreamEnd::ErrorEvent
        } else if self.events.is_complete() {
            StreamEnd::Complete
        } else if self.count == 0 {
            StreamEnd::Empty
        } else {
            StreamEnd::Truncated
        }
    }

    fn unreadable(&self, why: MalformedReason) -> StreamFault {
        StreamFault::Unreadable { event: self.count, why }
    }
}
