//! Lines that are read with the same weights: those that hold a character of Chinese, Japanese or Korean, and the others.
//!
//! A German line under a Chinese one is no Chinese: weights that never saw German take all of it for a name.

use super::tokens::is_cjk;

/// Consecutive lines of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run<'t> {
    /// Where it begins in the text.
    pub(super) start: usize,
    /// The lines.
    pub(super) text: &'t str,
    /// True for lines of Chinese, Japanese and Korean.
    pub(super) is_dense: bool,
}

/// The runs of a text, in order; together they are all of it. Blank lines go with what stands before them.
pub(super) fn of(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = text;
    let mut start = 0;
    std::iter::from_fn(move || {
        let run = first(rest, start)?;
        start += run.text.len();
        rest = rest.get(run.text.len()..).unwrap_or_default();
        Some(run)
    })
}

fn first(text: &str, start: usize) -> Option<Run<'_>> {
    if text.is_empty() {
        return None;
    }
    if text.is_ascii() {
        return Some(Run { start, text, is_dense: false });
    }
    let mut kind = None;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let is_dense = !line.is_ascii() && line.chars().any(is_cjk);
        let is_blank = line.trim_ascii().is_empty();
        if !is_blank && kind.is_some_and(|kind| kind != is_dense) {
            break;
        }
        if !is_blank {
            kind = Some(is_dense);
        }
        end += line.len();
    }
    Some(Run { start, text: text.get(..end)?, is_dense: kind.unwrap_or(false) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_kind_stand_together_and_nothing_is_left_out() {
        let text = "\nDear Anna,\n你好\n\n王小明\nKöln\nParis\n";
        let runs: Vec<_> = of(text).map(|run| (run.start, run.text, run.is_dense)).collect();
        let expected =
            [(0, "\nDear Anna,\n", false), (12, "你好\n\n王小明\n", true), (30, "Köln\nParis\n", false)];
        assert_eq!(runs, expected);
        assert_eq!(of("").count(), 0);
    }
}
