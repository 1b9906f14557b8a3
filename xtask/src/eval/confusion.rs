//! What goes wrong most: slips of the same kind counted together, with examples for those who ask for text.

use std::collections::BTreeMap;

use super::data::Document;
use super::score::{Kind, Outcome, Slip};
use super::table::Table;

/// Kinds that are listed.
const LISTED_MAX: usize = 30;
/// Characters shown before and behind an example.
const AROUND: usize = 40;
/// Longest example that is shown whole.
const SHOWN_MAX: usize = 120;

/// Slips of the same kind.
pub(crate) struct Group<'a> {
    pub(crate) kind: Kind,
    pub(crate) wanted: &'a str,
    pub(crate) found: &'a str,
    /// The recognizer that most of them come from, and how many.
    pub(crate) recognizer: (&'a str, usize),
    /// The source that most of them come from, and how many.
    pub(crate) source: (&'a str, usize),
    slips: Vec<(&'a Document, &'a Slip)>,
}

impl Group<'_> {
    pub(crate) fn count(&self) -> usize {
        self.slips.len()
    }
}

/// The groups, the most frequent first.
pub(crate) fn groups<'a>(documents: &'a [Document], outcomes: &'a [Outcome]) -> Vec<Group<'a>> {
    type Key<'a> = (Kind, &'a str, &'a str);
    let mut found: BTreeMap<Key<'a>, Vec<(&'a Document, &'a Slip)>> = BTreeMap::new();
    for (document, outcome) in documents.iter().zip(outcomes) {
        for slip in &outcome.slips {
            found.entry((slip.kind, &slip.wanted, &slip.found)).or_default().push((document, slip));
        }
    }
    let mut groups: Vec<Group<'a>> = found
        .into_iter()
        .map(|((kind, wanted, label), slips)| Group {
            kind,
            wanted,
            found: label,
            recognizer: most(slips.iter().map(|(_, slip)| slip.recognizer.as_str())),
            source: most(slips.iter().map(|(document, _)| document.source.as_str())),
            slips,
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.count()));
    groups.truncate(LISTED_MAX);
    groups
}

fn most<'a>(names: impl Iterator<Item = &'a str>) -> (&'a str, usize) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).unwrap_or(("", 0))
}

/// The list as a table.
pub(crate) fn table(groups: &[Group<'_>]) -> Table {
    let mut table = Table::new(
        "What goes wrong most",
        &["count", "kind", "annotated", "found", "mostly by recognizer", "mostly in source"],
    );
    for group in groups {
        let part = |(name, count): (&str, usize)| {
            if name.is_empty() { "–".to_owned() } else { format!("{name} ({count})") }
        };
        let label = |label: &str| if label.is_empty() { "–".to_owned() } else { label.to_owned() };
        table.row(vec![
            group.count().to_string(),
            group.kind.name().to_owned(),
            label(group.wanted),
            label(group.found),
            part(group.recognizer),
            part(group.source),
        ]);
    }
    table
}

/// Up to `count` examples of each group, spread over it: text of the documents, for the eyes of who runs this.
pub(crate) fn examples(groups: &[Group<'_>], count: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for group in groups {
        lines.push(format!("\n{} {} {} → {}", group.count(), group.kind.name(), group.wanted, group.found));
        let step = (group.count() / count.max(1)).max(1);
        for (document, slip) in group.slips.iter().step_by(step).take(count) {
            lines.push(format!(
                "  {} [{}] {}",
                document.id,
                slip.recognizer,
                excerpt(&document.text, slip.place.0, slip.place.1)
            ));
        }
    }
    lines
}

/// A span with some text around it, on one line.
pub(crate) fn excerpt(text: &str, start: usize, end: usize) -> String {
    let from = start.saturating_sub(AROUND);
    let piece = |from: usize, to: usize| -> String {
        let chars = text.chars().skip(from).take(to.saturating_sub(from));
        chars.map(|c| if c.is_control() { '␤' } else { c }).collect()
    };
    let cut = if end.saturating_sub(start) > SHOWN_MAX { "…" } else { "" };
    let shown = piece(start, end.min(start.saturating_add(SHOWN_MAX)));
    format!("{}⟦{shown}{cut}⟧{}", piece(from, start), piece(end, end.saturating_add(AROUND)))
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::document;
    use super::*;

    #[test]
    fn slips_are_grouped_and_shown_with_their_surroundings() {
        let labels = super::super::labels::Labels::load().unwrap();
        let documents = [document("one\nJoe two", &["PERSON"], &[(4, 7, "PERSON")])];
        let outcomes = [super::super::score::score(&labels, &documents[0], &[])];
        let groups = groups(&documents, &outcomes);
        assert_eq!((groups.len(), groups[0].count(), groups[0].source), (1, 1, ("test", 1)));
        assert_eq!(examples(&groups, 3)[1], "  a [] one␤⟦Joe⟧ two");
    }
}
