//! Cuts the bytes of a stream into events, as the standard for server-sent events says.
//!
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>: lines end in LF, CRLF or CR; a
//! byte order mark may stand first; an empty line ends an event; `data` lines are joined with LF. An event keeps its raw
//! bytes, comments and unknown fields included, so that it can go on exactly as it came. Where a dialect sends lines of JSON
//! instead, each line is an event.
//!
//! Every byte is looked at once, however the stream is cut. A line feed that belongs to a carriage return at the very end of
//! an event may come later than the event: it is handed out on its own, at once.

use std::borrow::Cow;
use std::ops::Range;

use crate::dialect::Framing;
use crate::malformed::StreamFault;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Bytes of a stream on their way to events.
#[derive(Debug)]
pub(super) struct Framer {
    buffer: Vec<u8>,
    /// Everything before was handed out.
    done: usize,
    /// Where the line begins that is being read.
    line: usize,
    /// Everything before was searched for line ends.
    searched: usize,
    /// Data lines of the event that is being read.
    data: Vec<DataLine>,
    /// True when the event has a line that is no field and no comment.
    has_no_field: bool,
    at_start: bool,
    /// True when a line feed that comes next belongs to the line end before it.
    after_return: bool,
    framing: Framing,
    event_bytes_max: usize,
}

#[derive(Debug, Clone)]
struct DataLine {
    /// The line without its end.
    line: Range<usize>,
    /// The value in it.
    value: Range<usize>,
}

/// What comes next in a stream.
pub(super) enum Next<'f> {
    /// An event with its empty line.
    Event(Event<'f>),
    /// A line feed that still belongs to what was handed out before.
    LineFeed,
}

/// One event.
pub(super) struct Event<'f> {
    /// All its bytes.
    pub(super) raw: &'f [u8],
    data: &'f [DataLine],
    /// Where `raw` begins in the buffer.
    from: usize,
    /// True when a line of it is no field of any kind.
    pub(super) has_no_field: bool,
}

impl Framer {
    pub(super) fn new(framing: Framing, event_bytes_max: usize) -> Self {
        Self {
            buffer: Vec::new(),
            done: 0,
            line: 0,
            searched: 0,
            data: Vec::new(),
            has_no_field: false,
            at_start: true,
            after_return: false,
            framing,
            event_bytes_max,
        }
    }

    /// Takes the next bytes.
    pub(super) fn extend(&mut self, chunk: &[u8]) {
        let done = std::mem::take(&mut self.done);
        if done > 0 {
            if done == self.line {
                self.data.clear();
            }
            self.buffer.drain(..done);
            self.line -= done;
            self.searched -= done;
            for line in &mut self.data {
                line.line = line.line.start - done..line.line.end - done;
                line.value = line.value.start - done..line.value.end - done;
            }
        }
        self.buffer.extend_from_slice(chunk);
    }

    /// The next event, if it is whole. Call again until there is none.
    ///
    /// # Errors
    /// When the event is larger than the limit.
    pub(super) fn next(&mut self) -> Result<Option<Next<'_>>, StreamFault> {
        let too_large = StreamFault::EventTooLarge { max: self.event_bytes_max };
        if self.done == self.line {
            self.data.clear();
            self.has_no_field = false;
        }
        loop {
            if self.after_return && self.searched < self.buffer.len() {
                self.after_return = false;
                if self.buffer.get(self.searched) == Some(&b'\n') {
                    self.searched += 1;
                    let between_events = self.done == self.line;
                    self.line = self.searched;
                    if between_events {
                        self.done = self.searched;
                        return Ok(Some(Next::LineFeed));
                    }
                }
            }
            let unsearched = self.buffer.get(self.searched..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'\n', b'\r', unsearched) else {
                self.searched = self.buffer.len();
                let open = self.buffer.len() - self.done;
                return if open > self.event_bytes_max { Err(too_large) } else { Ok(None) };
            };
            let end = self.searched + found;
            let mut behind = end + 1;
            if self.buffer.get(end) == Some(&b'\r') {
                match self.buffer.get(behind) {
                    Some(b'\n') => behind += 1,
                    Some(_) => {}
                    None => self.after_return = true,
                }
            }
            let line = std::mem::replace(&mut self.line, behind)..end;
            self.searched = behind;
            if !self.take_line(line) {
                continue;
            }
            let from = std::mem::replace(&mut self.done, behind);
            // Without the last line end, of which a part may come later.
            if end - from > self.event_bytes_max {
                return Err(too_large);
            }
            let raw = self.buffer.get(from..behind).unwrap_or_default();
            let has_no_field = self.has_no_field;
            return Ok(Some(Next::Event(Event { raw, data: &self.data, from, has_no_field })));
        }
    }

    /// The bytes of an event that never got its empty line, once the stream has ended.
    pub(super) fn rest(&mut self) -> Option<Event<'_>> {
        if self.line < self.buffer.len() {
            let line = self.line..self.buffer.len();
            self.line = self.buffer.len();
            self.searched = self.buffer.len();
            self.take_line(line);
        }
        let from = std::mem::replace(&mut self.done, self.buffer.len());
        let raw = self.buffer.get(from..).unwrap_or_default();
        let has_no_field = self.has_no_field;
        (!raw.is_empty()).then_some(Event { raw, data: &self.data, from, has_no_field })
    }

    /// Notes a line. True when it ends the event.
    fn take_line(&mut self, mut line: Range<usize>) -> bool {
        let bytes = self.buffer.get(line.clone()).unwrap_or_default();
        if std::mem::take(&mut self.at_start) && bytes.starts_with(BYTE_ORDER_MARK) {
            line.start += BYTE_ORDER_MARK.len();
        }
        let bytes = self.buffer.get(line.clone()).unwrap_or_default();
        if bytes.is_empty() {
            return true;
        }
        if self.framing == Framing::Lines {
            self.data.push(DataLine { value: line.clone(), line });
            return true;
        }
        let colon = memchr::memchr(b':', bytes);
        let name = bytes.get(..colon.unwrap_or(bytes.len())).unwrap_or_default();
        if name == b"data" {
            let value = match colon {
                None => line.end..line.end,
                Some(colon) => {
                    let blank = usize::from(bytes.get(colon + 1) == Some(&b' '));
                    line.start + colon + 1 + blank..line.end
                }
            };
            self.data.push(DataLine { line, value });
        } else if !is_field(name) {
            self.has_no_field = true;
        }
        false
    }
}

/// True for the name of a field that anybody could have meant. It is empty for a comment and blank for a stray line.
fn is_field(name: &[u8]) -> bool {
    let name = name.trim_ascii();
    name.len() <= 32 && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

impl Event<'_> {
    /// The data, its lines joined; `None` when it has no data line.
    pub(super) fn data(&self) -> Option<Cow<'_, [u8]>> {
        let value = |line: &DataLine| self.raw.get(self.within(&line.value)).unwrap_or_default();
        match self.data {
            [] => None,
            [line] => Some(Cow::Borrowed(value(line))),
            lines => {
                let values: Vec<_> = lines.iter().map(value).collect();
                Some(Cow::Owned(values.join(b"\n".as_slice())))
            }
        }
    }

    /// Appends the event with other data to `out`; all its other lines stay.
    pub(super) fn write_with(&self, data: &[u8], out: &mut Vec<u8>) {
        let Some(first) = self.data.first() else {
            out.extend_from_slice(self.raw);
            return;
        };
        let at = self.within(&first.line);
        out.extend_from_slice(self.raw.get(..at.start).unwrap_or_default());
        let start = self.raw.get(at.start..self.within(&first.value).start).unwrap_or_default();
        let start = if start == b"data" { b"data: ".as_slice() } else { start };
        let line_end = self.line_end(at.end);
        for (index, line) in data.split(|byte| *byte == b'\n').enumerate() {
            if index > 0 {
                out.extend_from_slice(if line_end.is_empty() { b"\n" } else { line_end });
            }
            out.extend_from_slice(start);
            out.extend_from_slice(line);
        }
        let mut behind = at.end;
        for line in self.data.iter().skip(1) {
            let line = self.within(&line.line);
            out.extend_from_slice(self.raw.get(behind..line.start).unwrap_or_default());
            // The line goes with its end.
            behind = line.end + self.line_end(line.end).len();
        }
        out.extend_from_slice(self.raw.get(behind..).unwrap_or_default());
    }

    /// The line end that stands at an offset of `raw`.
    fn line_end(&self, at: usize) -> &[u8] {
        let rest = self.raw.get(at..).unwrap_or_default();
        let len = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        rest.get(..len).unwrap_or_default()
    }

    fn within(&self, range: &Range<usize>) -> Range<usize> {
        range.start - self.from..range.end - self.from
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use futures_util::{FutureExt, StreamExt, stream};
    use proptest::prelude::*;

    /// Raw bytes of each step, and the data of each event that has any.
    fn framed<'c>(chunks: impl Iterator<Item = &'c [u8]>) -> (Vec<u8>, Vec<String>) {
        let mut framer = Framer::new(Framing::Events, 1 << 20);
        let (mut raw, mut data) = (Vec::new(), Vec::new());
        for chunk in chunks {
            framer.extend(chunk);
            while let Some(next) = framer.next().unwrap() {
                match next {
                    Next::LineFeed => raw.push(b'\n'),
                    Next::Event(event) => {
                        raw.extend_from_slice(event.raw);
                        data.extend(event.data().map(|data| String::from_utf8(data.into_owned()).unwrap()));
                    }
                }
            }
        }
        (raw, data)
    }

    /// What another reader of the same standard makes of the bytes.
    fn by_another_reader(text: &str) -> Vec<String> {
        let bytes = stream::iter([Ok::<_, std::io::Error>(Bytes::copy_from_slice(text.as_bytes()))]);
        let events = sse_stream::SseByteStream::new(bytes).collect::<Vec<_>>().now_or_never().unwrap();
        events.into_iter().filter_map(|event| event.unwrap().data).collect()
    }

    #[test]
    fn lines_end_in_three_ways() {
        for text in [
            "data: a\ndata:b\n\ndata:c\n\n",
            "data: a\r\ndata:b\r\n\r\ndata:c\r\n\r\n",
            "data: a\rdata:b\r\rdata:c\r\r",
        ] {
            for size in [1, 2, 3, 100] {
                let (raw, data) = framed(text.as_bytes().chunks(size));
                assert_eq!(data, ["a\nb", "c"], "{text:?}");
                assert_eq!(String::from_utf8(raw).unwrap(), text);
            }
        }
    }

    #[test]
    fn an_event_with_other_data_keeps_its_other_lines() {
        let mut framer = Framer::new(Framing::Events, 100);
        framer.extend(b"id: 1\r\ndata:{\r\n: note\r\ndata: }\r\nx: y\r\n\r\n");
        let Some(Next::Event(event)) = framer.next().unwrap() else { panic!("an event was there") };
        let mut out = Vec::new();
        event.write_with(b"[1,\n2]", &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "id: 1\r\ndata:[1,\r\ndata:2]\r\n: note\r\nx: y\r\n\r\n");
    }

    #[test]
    fn a_line_can_be_an_event() {
        let mut framer = Framer::new(Framing::Lines, 100);
        let (mut same, mut other, mut data) = (Vec::new(), Vec::new(), Vec::new());
        for chunk in b"{\"a\":1}\r\n\n[2]\n{}".chunks(1) {
            framer.extend(chunk);
            while let Some(next) = framer.next().unwrap() {
                match next {
                    Next::LineFeed => [&mut same, &mut other].into_iter().for_each(|out| out.push(b'\n')),
                    Next::Event(event) => {
                        same.extend_from_slice(event.raw);
                        event.write_with(b"7", &mut other);
                        data.extend(event.data().map(|data| String::from_utf8(data.into_owned()).unwrap()));
                    }
                }
            }
        }
        assert_eq!(data, ["{\"a\":1}", "[2]"]);
        assert_eq!(String::from_utf8(same).unwrap(), "{\"a\":1}\r\n\n[2]\n");
        assert_eq!(String::from_utf8(other).unwrap(), "7\r\n\n7\n");
        assert_eq!(framer.rest().unwrap().raw, b"{}");
    }

    fn any_stream() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            4 => "data: ?[a-zé:{} ]{0,6}",
            1 => Just("data".to_owned()),
            1 => ": ?[a-z]{0,4}",
            1 => "(id|event|retry|x|dat|datas)(: ?[a-z0-9:]{0,4})?",
            4 => Just(String::new()),
        ];
        let line_end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r")];
        let mark = prop_oneof![9 => Just(""), 1 => Just("\u{feff}")];
        (mark, prop::collection::vec((line, line_end), 0..20)).prop_map(|(mark, lines)| {
            lines.iter().fold(mark.to_owned(), |text, (line, end)| text + line + end)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn another_reader_of_the_standard_finds_the_same_events(text in any_stream(), sizes in prop::collection::vec(1usize..9, 1..8)) {
            let (_, data) = framed(std::iter::once(text.as_bytes()));
            prop_assert_eq!(&data, &by_another_reader(&text));
            let mut rest = text.as_bytes();
            let mut sizes = sizes.iter().cycle();
            let chunks = std::iter::from_fn(|| {
                let (chunk, tail) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
                rest = tail;
                (!chunk.is_empty()).then_some(chunk)
            });
            let (raw, cut) = framed(chunks);
            prop_assert_eq!(data, cut);
            prop_assert!(text.as_bytes().starts_with(&raw));
        }
    }
}
