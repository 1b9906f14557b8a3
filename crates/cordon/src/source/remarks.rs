//! What the reader of a result should know about the file: that it was empty, that it holds NUL bytes, that its JSON does not
//! parse.

use serde::de::IgnoredAny;

use super::{Source, places::lines_columns};

/// Levels and commas well below the limits.
const DEPTH_LARGE: usize = 100;
const COMMAS_LARGE: usize = 2_000_000;

impl Source {
    /// One line for each thing to know.
    pub(crate) fn remarks(&self) -> Vec<String> {
        [self.emptiness(), self.nuls(), self.broken_json()].into_iter().flatten().collect()
    }

    fn emptiness(&self) -> Option<String> {
        self.text.is_empty().then(|| format!("{} is empty.", self.name))
    }

    fn nuls(&self) -> Option<String> {
        let first = self.text.find('\0')?;
        let (line, column) = self.at(first);
        let count = self.text.matches('\0').count();
        let bytes = if count == 1 { "a NUL byte".to_owned() } else { format!("{count} NUL bytes") };
        Some(format!(
            "{}:{line}:{column}: holds {bytes}, so it may not be text; it was looked into as text, and a value with a \
             NUL in it is not found: take them out first, e.g. tr -d '\\000'",
            self.name
        ))
    }

    /// Says where JSON breaks off, because plain text is looked into without names of members.
    fn broken_json(&self) -> Option<String> {
        if !self.is_text || !looks_like_json(&self.text) {
            return None;
        }
        let Some((offset, why)) = json_fault(&self.text) else {
            let is_beyond = is_large(&self.text) && self.is_plain(&self.body(None));
            return is_beyond.then(|| {
                format!(
                    "{}: is JSON nested too deep, or with too many values, to be read as such; it was looked into as plain text",
                    self.name
                )
            });
        };
        let (line, column) = self.at(offset);
        Some(format!(
            "{}:{line}:{column}: looks like JSON and does not parse ({why}); it was looked into as plain text",
            self.name
        ))
    }

    fn at(&self, offset: usize) -> (usize, usize) {
        lines_columns(&self.text, &[offset]).first().copied().unwrap_or((1, 1))
    }
}

/// True where a text begins like an object, or like an array that is no `[2026-01-31]` or `[info]` of a log.
fn looks_like_json(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.strip_prefix('{') {
        Some(rest) => rest.trim_start().starts_with(['"', '}']),
        None => text
            .strip_prefix('[')
            .is_some_and(|rest| matches!(rest.trim_start().chars().next(), Some('{' | '[' | '"'))),
    }
}

/// The byte at which a text stops being JSON, and why.
fn json_fault(text: &str) -> Option<(usize, String)> {
    if text.starts_with('\u{feff}') {
        return Some((0, "it begins with a byte order mark: save it without one".to_owned()));
    }
    let error = serde_json::from_str::<IgnoredAny>(text).err()?;
    // Where the reader stopped, in bytes of the line; 0 stands for the end of the line before.
    let starts = text.match_indices('\n').map(|(at, _)| at + 1);
    let line = std::iter::once(0).chain(starts).nth(error.line().saturating_sub(1)).unwrap_or(text.len());
    let offset = if error.is_eof() { text.len() } else { line + error.column().saturating_sub(1) };
    let said = error.to_string();
    let why = said.rsplit_once(" at line ").map_or(said.as_str(), |(why, _)| why);
    let why = if why == "trailing characters" { "more follows after the first value" } else { why };
    Some((offset, why.to_owned()))
}

/// True where JSON could be beyond the limits of what is read as JSON; only then is it worth trying.
fn is_large(text: &str) -> bool {
    let (mut depth, mut deepest, mut commas) = (0_usize, 0, 0_usize);
    let (mut in_string, mut is_escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_string,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => commas += 1,
            _ => {}
        }
    }
    deepest >= DEPTH_LARGE || commas >= COMMAS_LARGE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Kind;

    /// What is said about a text, apart from its name.
    fn check(text: &str, expected: &[&str]) {
        let said = Source::of("a", text.to_owned(), Kind::Auto).unwrap().remarks();
        assert_eq!(said.len(), expected.len(), "{said:?}");
        for (said, expected) in said.iter().zip(expected) {
            assert!(said.starts_with("a") && said.contains(expected), "{said}");
        }
    }

    #[test]
    fn json_that_does_not_parse_is_named_with_its_place() {
        check(
            "{\"a\": 1,\n \"b\": [\"x\", \"tru",
            &["a:2:17: looks like JSON and does not parse (EOF while"],
        );
        check("{\"a\": \"\u{e9}\u{e9}\", b}", &["a:1:13: looks like JSON"]);
        check("{\"a\":1}\n{\"b\":2}\n", &["a:2:1: looks like JSON and does not parse (more follows"]);
        check("[{\"a\":1},]", &["a:1:10: "]);
        check(
            "\u{feff}{\"a\":1}",
            &["a:1:1: looks like JSON and does not parse (it begins with a byte order mark"],
        );
    }

    #[test]
    fn json_that_is_too_deep_is_said() {
        let nested = |levels: usize| format!("{}\"x\"{}", "[".repeat(levels), "]".repeat(levels));
        check(&nested(99), &[]);
        check(&nested(110), &[]);
        check(&nested(127), &["a: is JSON nested too deep"]);
        check(&nested(100_000), &["a: is JSON nested too deep"]);
    }

    #[test]
    fn what_is_text_or_json_needs_no_remark() {
        for text in [
            "{\"a\":1}",
            "[]",
            "[\"x\"]",
            "[2026-01-31] started",
            "[info] x",
            "{ not json }",
            "a: {\"b\"",
            "x",
        ] {
            check(text, &[]);
        }
        check("{\"model\":\"m\",\"messages\":[]}", &[]);
    }

    #[test]
    fn an_empty_file_and_nul_bytes_are_said() {
        check("", &["is empty"]);
        check("\n", &[]);
        check("one\ntwo\0\0", &["a:2:4: holds 2 NUL bytes,"]);
    }
}
