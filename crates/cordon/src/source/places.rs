//! Where findings stand, for people: lines and columns of a text, or paths into JSON.
//!
//! Lines are counted in one pass over the text for all findings together: counting anew for each makes a large file with many
//! findings quadratic, and so does counting columns anew where the whole file is one line.

use super::{Source, TEXT_PATH};

/// Where a finding stands, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// Line and column of a text, both from 1.
    Line(usize, usize),
    /// A JSON pointer, and the byte in the text there.
    Path(String, usize),
}

impl Source {
    /// Where findings stand that begin at these paths and bytes, in the order in which they are given.
    pub(crate) fn places<'p>(&self, starts: impl IntoIterator<Item = (&'p str, usize)>) -> Vec<Place> {
        let mut offsets = Vec::new();
        let mut places: Vec<Place> = starts
            .into_iter()
            .map(|(path, start)| match path.strip_prefix(TEXT_PATH).filter(|_| self.is_text) {
                Some("") => {
                    offsets.push(start);
                    Place::Line(0, 0)
                }
                Some(inner) => Place::Path(inner.trim_start_matches('#').to_owned(), start),
                None => Place::Path(path.to_owned(), start),
            })
            .collect();
        let lines = places.iter_mut().filter(|place| matches!(place, Place::Line(..)));
        for (place, (line, column)) in lines.zip(lines_columns(&self.text, &offsets)) {
            *place = Place::Line(line, column);
        }
        places
    }
}

/// Lines and columns of byte offsets in any order, both from 1; columns count characters.
pub(super) fn lines_columns(text: &str, offsets: &[usize]) -> Vec<(usize, usize)> {
    let mut order: Vec<(usize, usize)> = offsets.iter().copied().enumerate().collect();
    order.sort_unstable_by_key(|(_, offset)| *offset);
    let mut cursor = Cursor { text, at: 0, line: 1, column: 1 };
    let mut seen: Vec<(usize, (usize, usize))> =
        order.into_iter().map(|(index, offset)| (index, cursor.moved_to(offset))).collect();
    seen.sort_unstable_by_key(|(index, _)| *index);
    seen.into_iter().map(|(_, place)| place).collect()
}

/// A place in a text that only moves forward.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    column: usize,
}

impl Cursor<'_> {
    fn moved_to(&mut self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset);
        let between = self.text.get(self.at..offset).unwrap_or_default();
        match between.rsplit_once('\n') {
            Some((lines, rest)) => {
                self.line += lines.matches('\n').count() + 1;
                self.column = rest.chars().count() + 1;
            }
            None => self.column += between.chars().count(),
        }
        self.at = self.at.max(offset);
        (self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::document::line_column;

    /// Where each `*` of a text stands.
    fn check(text: &str, expected: &[(usize, usize)]) {
        let offsets: Vec<usize> = text.match_indices('*').map(|(at, _)| at).collect();
        assert_eq!(lines_columns(text, &offsets), expected, "{text:?}");
        let (backwards, mut reversed) =
            (offsets.iter().rev().copied().collect::<Vec<_>>(), expected.to_vec());
        reversed.reverse();
        assert_eq!(lines_columns(text, &backwards), reversed, "{text:?}");
    }

    #[test]
    fn lines_and_columns_are_those_that_an_editor_shows() {
        check("*", &[(1, 1)]);
        check("*a*\n*\n\n*", &[(1, 1), (1, 3), (2, 1), (4, 1)]);
        check("*\r\n*b\r\n a*", &[(1, 1), (2, 1), (3, 3)]);
        check("é*\n日本*語*\n🦀*", &[(1, 2), (2, 3), (2, 5), (3, 2)]);
        check("last line*", &[(1, 10)]);
        check("with newline*\n", &[(1, 13)]);
        check("no star", &[]);
    }

    #[test]
    fn an_offset_that_fits_no_character_gives_the_nearest_before() {
        assert_eq!(lines_columns("a\né", &[0, 3, 3, 99]), [(1, 1), (2, 1), (2, 1), (2, 2)]);
    }

    proptest! {
        #[test]
        fn one_pass_says_what_counting_anew_says(
            text in "[a\u{e9}\u{65e5}\r\n]{0,60}",
            picks in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let offsets: Vec<usize> = picks.iter().map(|pick| ends[pick.index(ends.len())]).collect();
            let anew: Vec<_> = offsets.iter().map(|offset| line_column(&text, *offset)).collect();
            prop_assert_eq!(lines_columns(&text, &offsets), anew);
        }
    }
}
