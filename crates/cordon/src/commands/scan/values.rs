//! The values of findings, for `--show-values`: a text as it stands, or the strings of a body, which is parsed once.

use std::collections::{HashMap, HashSet};

use types::ByteSpan;
use wire::Request;

use crate::dry;
use crate::source::Source;

/// What findings say, by path and span.
pub(super) struct Values<'a> {
    request: Option<Request<'a>>,
    /// Path → the segments there. A member's name and its value share one, and so do members whose names are not shown.
    segments: HashMap<String, Vec<usize>>,
}

impl<'a> Values<'a> {
    /// The values at these paths of a body that was made by [`Source::body`].
    pub(super) fn new<'p>(source: &Source, body: &'a [u8], paths: impl Iterator<Item = &'p str>) -> Self {
        let wanted: HashSet<&str> = paths.collect();
        let route = source.route;
        let request = Request::parse(route.dialect, route.endpoint, body, &dry::limits()).ok();
        let mut segments: HashMap<String, Vec<usize>> = HashMap::with_capacity(wanted.len());
        for (index, path) in request.iter().flat_map(|request| {
            (0..request.segments().len()).map(|index| (index, request.segment_path(index)))
        }) {
            if wanted.contains(path.as_str()) {
                segments.entry(path).or_default().push(index);
            }
        }
        Self { request, segments }
    }

    /// The value at a path, without characters that a terminal would obey; `None` where the span fits several segments there, so
    /// that which of them is meant cannot be told.
    pub(super) fn of(&self, path: &str, span: ByteSpan) -> Option<String> {
        let segments = self.request.as_ref()?.segments();
        let there = self.segments.get(path)?.iter().filter_map(|index| segments.get(*index));
        let mut fitting = there.filter_map(|segment| span.of(&segment.text));
        let (value, None) = (fitting.next()?, fitting.next()) else { return None };
        Some(value.escape_debug().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Kind;

    fn check(text: &str, path: &str, span: (usize, usize), expected: Option<&str>) {
        let source = Source::of("a.json", text.to_owned(), Kind::Auto).unwrap();
        let body = source.body(None);
        let values = Values::new(&source, &body, [path].into_iter());
        let value = values.of(path, ByteSpan::new(span.0, span.1));
        assert_eq!(value.as_deref(), expected, "{path} of {text}");
    }

    #[test]
    fn values_are_those_of_texts_of_requests_and_of_json_in_texts() {
        let text = "to joe@tidewick.org\u{7}";
        check(text, "/messages/0/content", (3, 20), Some("joe@tidewick.org\\u{7}"));
        check(r#"["x","joe@tidewick.org"]"#, "/messages/0/content#/1", (0, 3), Some("joe"));
        let request = r#"{"model":"m","messages":[{"role":"user","content":"mail joe\u0040tidewick.org"}]}"#;
        check(request, "/messages/0/content", (5, 21), Some("joe@tidewick.org"));
        check(request, "/messages/0/content", (5, 999), None);
        check(request, "/messages/7/content", (0, 1), None);
    }

    #[test]
    fn a_value_is_told_from_the_name_of_its_member_where_the_span_fits_one_alone() {
        let text = r#"[{"to":"joe@tidewick.org","password":"hunter22"}]"#;
        check(text, "/messages/0/content#/0/to", (0, 16), Some("joe@tidewick.org"));
        check(text, "/messages/0/content#/0/password", (0, 8), None);
    }

    #[test]
    fn two_leaves_of_one_path_show_no_value() {
        check(r#"[{"a@b.example":"one","c@d.example":"two"}]"#, "/messages/0/content#/0/*", (0, 3), None);
    }
}
