//! Values of Kubernetes secrets: under `data:` they are base 64 and nothing in them tells what they are.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use types::ByteSpan;

use crate::read::names::NameWords;
use crate::scan::Emit;

/// Manifests looked at in one text, and lines of each.
const MANIFESTS_MAX: usize = 10_000;
const LINES_MAX: usize = 400;
/// Shortest value.
const VALUE_BYTES_MIN: usize = 4;

static HEAD: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"kind: Secret\n"));

/// Reports `value`: each value under `data:` or `stringData:` in the YAML document of `kind: Secret` (Kubernetes documentation,
/// "Secrets"). Certificates and user names are public or found by their own kinds.
pub(crate) fn scan(text: &str, _: &NameWords, emit: &mut Emit<'_>) {
    let mut from = 0;
    for at in HEAD.find_iter(text.as_bytes()).take(MANIFESTS_MAX) {
        if at < from {
            continue;
        }
        from = at + 1;
        let start = at + HEAD.needle().len();
        let mut line_start = start;
        let mut is_data = false;
        for line in text.get(start..).unwrap_or_default().split_inclusive('\n').take(LINES_MAX) {
            let trimmed = line.trim_end();
            let indent = trimmed.len() - trimmed.trim_start().len();
            let body = trimmed.trim_start();
            if body.starts_with("---") || body.starts_with("kind:") {
                break;
            }
            if body == "data:" || body == "stringData:" {
                is_data = true;
            } else if is_data && indent == 0 && !body.is_empty() {
                is_data = false;
            } else if is_data && let Some(span) = value(body, line_start + indent) {
                emit("value", span);
            }
            line_start += line.len();
        }
    }
}

/// The value of `name: value`, without its quotation marks.
fn value(body: &str, at: usize) -> Option<ByteSpan> {
    let (name, rest) = body.split_once(": ")?;
    let value = rest.trim();
    // A mark that nothing closes on the line ends what the manifest is written in.
    let bare = match value.strip_prefix(['"', '\'']) {
        Some(quoted) => quoted.split_once(['"', '\''])?.0,
        None => value.get(..bare_length(value))?,
    };
    let lower = name.to_ascii_lowercase();
    let is_public = lower.ends_with(".crt")
        || ["username", "user", "namespace", "host", "port"].contains(&lower.as_str());
    let is_plain = bare.len() >= VALUE_BYTES_MIN
        && !bare.contains(char::is_whitespace)
        && !bare.contains("://")
        && !bare.starts_with(['{', '$', '|', '>', '<']);
    if is_public || !is_plain {
        return None;
    }
    let start = at + body.len() - rest.len() + rest.find(bare)?;
    Some(ByteSpan::new(start, start + bare.len()))
}

/// Up to a mark that ends what the manifest is written in: behind one within a value it goes on.
fn bare_length(value: &str) -> usize {
    let ends = |(at, _): &(usize, &str)| {
        !value.get(at + 1..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
    };
    value.match_indices(['"', '\'']).find(ends).map_or(value.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_under_data_are_given_and_nothing_else() {
        let text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  username: YWRtaW4=\n  pass: \"aHVudGVy\"\n  url: {{ x }}\n\
                    type: Opaque\n---\nkind: ConfigMap\ndata:\n  a: bcdefg\n";
        let mut found = Vec::new();
        scan(text, &NameWords::default(), &mut |_, span| found.push(span.of(text).unwrap().to_owned()));
        assert_eq!(found, ["aHVudGVy"]);
        found.clear();
        let json = "{\"kind: Secret\ndata:\n  pass: aHVu'dGVy\"}";
        scan(json, &NameWords::default(), &mut |_, span| found.push(span.of(json).unwrap().to_owned()));
        assert_eq!(found, ["aHVu'dGVy"]);
        found.clear();
        let cell = "1,\"kind: Secret\ndata:\n  pass: \",Monday\n";
        scan(cell, &NameWords::default(), &mut |_, span| found.push(span.of(cell).unwrap().to_owned()));
        assert!(found.is_empty());
    }
}
