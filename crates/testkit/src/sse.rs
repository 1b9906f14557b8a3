//! Server-sent events, read as a browser reads them.
//!
//! Follows the WHATWG HTML standard, section 9.2 (read 2026-11): lines end with CR LF, LF or CR; a field is `name:value`
//! with one blank taken away; `data` lines are joined by a line feed; a blank line ends an event; a line that begins with
//! a colon is a comment. Deviation: an event without `data` is kept (with `None`), so that tests can see it.

/// One event and where it ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// Value of the `event` field.
    pub name: Option<String>,
    /// Values of the `data` fields, joined.
    pub data: Option<String>,
    /// Offset in the body just after its last byte.
    pub end: usize,
}

/// All complete events of a body. A last event without a blank line after it is left out, as browsers do.
pub fn events(body: &[u8]) -> Vec<Event> {
    let mut found = Vec::new();
    let mut current = Event::default();
    let mut begun = false;
    for (line, end) in lines(body) {
        if line.is_empty() {
            if begun {
                current.end = end;
                found.push(std::mem::take(&mut current));
                begun = false;
            }
            continue;
        }
        let text = String::from_utf8_lossy(line);
        let (field, value) = match text.split_once(':') {
            Some((field, value)) => (field, value.strip_prefix(' ').unwrap_or(value)),
            None => (text.as_ref(), ""),
        };
        match field {
            "event" => {
                current.name = Some(value.to_owned());
                begun = true;
            }
            "data" => {
                current.data = Some(match current.data.take() {
                    Some(before) => format!("{before}\n{value}"),
                    None => value.to_owned(),
                });
                begun = true;
            }
            "id" => begun = true,
            _ => {}
        }
    }
    found
}

/// Lines with the offset after their end; the last one only if it is ended.
fn lines(body: &[u8]) -> Vec<(&[u8], usize)> {
    let mut found = Vec::new();
    let (mut from, mut after_cr) = (0_usize, false);
    for (at, byte) in body.iter().enumerate() {
        match byte {
            b'\n' if after_cr => {
                // The pair ends one line: move the start of the next and the end of the last.
                from = at.saturating_add(1);
                if let Some((_, end)) = found.last_mut() {
                    *end = from;
                }
                after_cr = false;
            }
            b'\n' | b'\r' => {
                found.push((body.get(from..at).unwrap_or_default(), at.saturating_add(1)));
                from = at.saturating_add(1);
                after_cr = *byte == b'\r';
            }
            _ => after_cr = false,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_comments_and_joined_data_are_read_as_the_standard_says() {
        let body = b": hi\n\nevent: a\ndata: 1\ndata: 2\n\ndata:x\r\n\r\nevent: only\r\rdata: cut";
        let found = events(body);
        let seen: Vec<_> = found.iter().map(|e| (e.name.as_deref(), e.data.as_deref())).collect();
        assert_eq!(seen, [(Some("a"), Some("1\n2")), (None, Some("x")), (Some("only"), None)]);
        assert_eq!(found[1].end, body.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4);
    }
}
