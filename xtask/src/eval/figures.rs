//! Figures of groups of documents: all, each tier, label, language and source.

use std::collections::BTreeMap;

use super::data::Document;
use super::interval::{Figure, bootstrap, wilson};
use super::labels::{Labels, Tier};
use super::score::{FIELDS, Outcome, Sums};

/// The figures of a group; `None` where there is nothing to compute one from.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    pub(crate) documents: u64,
    /// Annotated spans.
    pub(crate) spans: u64,
    pub(crate) strict_f1: Option<Figure>,
    pub(crate) partial_f1: Option<Figure>,
    /// Of the strict score.
    pub(crate) precision: Option<Figure>,
    pub(crate) recall: Option<Figure>,
    /// Share of annotated characters leaked, by tier and in all.
    pub(crate) leak: [Option<Figure>; 3],
    pub(crate) leak_all: Option<Figure>,
    /// Share of other characters over-redacted.
    pub(crate) over: Option<Figure>,
    /// Share of clean documents hit, and their number.
    pub(crate) clean_hit: Option<Figure>,
    pub(crate) clean: u64,
}

/// All figures of a run.
pub(crate) struct Scores {
    pub(crate) all: Figures,
    pub(crate) tiers: Vec<(Tier, Figures)>,
    pub(crate) labels: BTreeMap<String, Figures>,
    pub(crate) languages: BTreeMap<String, Figures>,
    pub(crate) sources: BTreeMap<String, Figures>,
}

/// Rows of a group: number of the document, its sums, and whether it is clean and hit.
type Rows = Vec<(usize, Sums, Option<bool>)>;

/// Computes them.
pub(crate) fn scores(labels: &Labels, documents: &[Document], outcomes: &[Outcome]) -> Scores {
    let mut all = Rows::new();
    let mut tiers: BTreeMap<Tier, Rows> = Tier::ALL.into_iter().map(|tier| (tier, Rows::new())).collect();
    let mut by_label: BTreeMap<String, Rows> = BTreeMap::new();
    let (mut languages, mut sources) = (by_label.clone(), by_label.clone());
    for (at, (document, outcome)) in documents.iter().zip(outcomes).enumerate() {
        let row = (at, outcome.sums, outcome.clean);
        all.push(row);
        languages.entry(document.lang.clone()).or_default().push(row);
        sources.entry(document.source.clone()).or_default().push(row);
        let mut of_tiers: BTreeMap<Tier, Sums> = BTreeMap::new();
        for (label, sums) in &outcome.by_label {
            by_label.entry(label.clone()).or_default().push((at, *sums, None));
            of_tiers.entry(labels.tier(label)).or_default().add(sums);
        }
        for (tier, sums) in of_tiers {
            tiers.entry(tier).or_default().push((at, sums, None));
        }
    }
    let each = |groups: BTreeMap<String, Rows>| {
        groups.into_iter().map(|(name, rows)| (name, figures(&rows))).collect()
    };
    Scores {
        all: figures(&all),
        tiers: tiers.into_iter().map(|(tier, rows)| (tier, figures(&rows))).collect(),
        labels: each(by_label),
        languages: each(languages),
        sources: each(sources),
    }
}

fn figures(group: &[(usize, Sums, Option<bool>)]) -> Figures {
    let rows: Vec<(usize, [u64; FIELDS])> = group.iter().map(|(at, sums, _)| (*at, sums.row())).collect();
    let [strict_f1, partial_f1, precision, recall, direct, names, rest, leak_all, over] =
        bootstrap(&rows, |sum| {
            let [
                spans,
                strict,
                partial,
                counted,
                counted_strict,
                counted_partial,
                c0,
                c1,
                c2,
                l0,
                l1,
                l2,
                plain,
                over,
            ] = *sum;
            let (precision, recall) = (share(counted_strict, counted), share(strict, spans));
            [
                f1(precision, recall),
                f1(share(counted_partial, counted), share(partial, spans)),
                precision,
                recall,
                share(l0, c0),
                share(l1, c1),
                share(l2, c2),
                share(l0 + l1 + l2, c0 + c1 + c2),
                share(over, plain),
            ]
        });
    let clean: Vec<bool> = group.iter().filter_map(|(_, _, clean)| *clean).collect();
    let hits = clean.iter().filter(|is_hit| **is_hit).count() as u64;
    Figures {
        documents: group.len() as u64,
        spans: group.iter().map(|(_, sums, _)| sums.spans).sum(),
        strict_f1,
        partial_f1,
        precision,
        recall,
        leak: [direct, names, rest],
        leak_all,
        over,
        clean_hit: wilson(hits, clean.len() as u64),
        clean: clean.len() as u64,
    }
}

fn share(part: f64, of: f64) -> Option<f64> {
    (of > 0.0).then(|| part / of)
}

/// Precision and recall as one figure. Where spans are annotated and nothing was found, it is 0; where nothing is annotated,
/// or nothing exhaustively so that precision means nothing, there is none.
fn f1(precision: Option<f64>, recall: Option<f64>) -> Option<f64> {
    let recall = recall?;
    let Some(precision) = precision else { return (recall == 0.0).then_some(0.0) };
    let sum = precision + recall;
    Some(if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f1_is_the_harmonic_mean_where_both_are_known() {
        assert_eq!(f1(Some(0.5), Some(1.0)), Some(2.0 / 3.0));
        assert_eq!(f1(None, Some(0.5)), None);
        assert_eq!(f1(None, Some(0.0)), Some(0.0));
        assert_eq!(f1(Some(1.0), None), None);
        assert_eq!(f1(Some(0.0), Some(0.0)), Some(0.0));
    }

    #[test]
    fn figures_are_computed_from_the_sums_of_the_group() {
        let sums = Sums {
            spans: 4,
            strict: 1,
            partial: 2,
            counted: 2,
            counted_strict: 1,
            counted_partial: 2,
            chars: [10, 0, 0],
            leaked: [5, 0, 0],
            plain: 100,
            over: 1,
        };
        let figures =
            figures(&[(0, sums, None), (1, Sums::default(), Some(true)), (2, Sums::default(), Some(false))]);
        let value = |figure: Option<Figure>| figure.map(|figure| figure.value);
        assert_eq!((value(figures.precision), value(figures.recall)), (Some(0.5), Some(0.25)));
        assert_eq!(value(figures.strict_f1), Some(1.0 / 3.0));
        assert_eq!(value(figures.partial_f1), Some(2.0 / 3.0));
        assert_eq!(
            (value(figures.leak[0]), value(figures.leak[1]), value(figures.over)),
            (Some(0.5), None, Some(0.01))
        );
        assert_eq!((value(figures.clean_hit), figures.clean, figures.documents), (Some(0.5), 2, 3));
    }
}
