//! Scores as tables and as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::confusion::Group;
use super::figures::{Figures, Scores};
use super::interval::Figure;
use super::table::Table;

/// The tables of a run.
pub(crate) fn tables(scores: &Scores) -> Vec<Table> {
    let mut tiers = Table::new("By tier", &["tier", "spans", "strict F1", "partial F1", "characters leaked"]);
    let tier_rows = scores.tiers.iter().map(|(tier, figures)| (tier.name(), figures));
    for (name, figures) in tier_rows.chain([("all", &scores.all)]) {
        tiers.row(vec![
            name.to_owned(),
            figures.spans.to_string(),
            ratio(figures.strict_f1),
            ratio(figures.partial_f1),
            percent(figures.leak_all),
        ]);
    }
    let mut labels = Table::new(
        "By label",
        &["label", "spans", "strict F1", "precision", "recall", "partial F1", "characters leaked"],
    );
    for (label, figures) in &scores.labels {
        labels.row(vec![
            label.clone(),
            figures.spans.to_string(),
            ratio(figures.strict_f1),
            bare(figures.precision),
            bare(figures.recall),
            bare(figures.partial_f1),
            percent(figures.leak_all),
        ]);
    }
    let mut tables = vec![tiers, labels];
    for (title, name, groups) in
        [("By language", "language", &scores.languages), ("By source", "source", &scores.sources)]
    {
        tables.push(group_table(title, name, groups, &scores.all));
    }
    tables
}

fn group_table(title: &str, name: &str, groups: &BTreeMap<String, Figures>, all: &Figures) -> Table {
    let columns = [
        name,
        "documents",
        "strict F1",
        "partial F1",
        "leak: direct",
        "leak: names",
        "leak: rest",
        "over-redacted",
        "clean documents hit",
    ];
    let mut table = Table::new(title, &columns);
    for (name, figures) in groups.iter().map(|(name, figures)| (name.as_str(), figures)).chain([("all", all)])
    {
        let [direct, names, rest] = figures.leak;
        table.row(vec![
            name.to_owned(),
            figures.documents.to_string(),
            ratio(figures.strict_f1),
            bare(figures.partial_f1),
            percent(direct),
            percent(names),
            percent(rest),
            percent(figures.over),
            hit(figures),
        ]);
    }
    table
}

/// Two runs side by side, `ours / theirs`, by language, source and label.
pub(crate) fn comparison(ours: &Scores, theirs: &Scores, name: &str) -> Vec<Table> {
    let columns = [
        "",
        "documents",
        "leak: direct",
        "leak: names",
        "leak: rest",
        "strict F1",
        "partial F1",
        "over-redacted",
        "clean documents hit",
    ];
    let mut groups = Table::new(&format!("Cordon / {name}"), &columns);
    let all = (String::from("all"), &ours.all, &theirs.all);
    let by_language = paired("language", &ours.languages, &theirs.languages);
    let by_source = paired("source", &ours.sources, &theirs.sources);
    for (name, ours, theirs) in [all].into_iter().chain(by_language).chain(by_source) {
        let mut row = vec![name, ours.documents.to_string()];
        for (ours, theirs) in ours.leak.iter().zip(theirs.leak) {
            row.push(format!("{} / {}", bare_percent(*ours), bare_percent(theirs)));
        }
        row.push(format!("{} / {}", bare(ours.strict_f1), bare(theirs.strict_f1)));
        row.push(format!("{} / {}", bare(ours.partial_f1), bare(theirs.partial_f1)));
        row.push(format!("{} / {}", bare_percent(ours.over), bare_percent(theirs.over)));
        row.push(format!("{} / {}", bare_percent(ours.clean_hit), bare_percent(theirs.clean_hit)));
        groups.row(row);
    }
    let mut labels = Table::new(
        &format!("Cordon / {name}, by label"),
        &["label", "spans", "characters leaked", "strict F1", "precision", "recall", "partial F1"],
    );
    for (name, ours, theirs) in paired("", &ours.labels, &theirs.labels) {
        let both = |ours: Option<Figure>, theirs| format!("{} / {}", bare(ours), bare(theirs));
        labels.row(vec![
            name,
            ours.spans.to_string(),
            format!("{} / {}", bare_percent(ours.leak_all), bare_percent(theirs.leak_all)),
            both(ours.strict_f1, theirs.strict_f1),
            both(ours.precision, theirs.precision),
            both(ours.recall, theirs.recall),
            both(ours.partial_f1, theirs.partial_f1),
        ]);
    }
    vec![groups, labels]
}

fn paired<'a>(
    kind: &str,
    ours: &'a BTreeMap<String, Figures>,
    theirs: &'a BTreeMap<String, Figures>,
) -> Vec<(String, &'a Figures, &'a Figures)> {
    ours.iter()
        .filter_map(|(name, ours)| {
            Some((format!("{kind} {name}").trim_start().to_owned(), ours, theirs.get(name)?))
        })
        .collect()
}

/// Everything for programs.
pub(crate) fn json(scores: &Scores, groups: &[Group<'_>]) -> Value {
    let map = |groups: &BTreeMap<String, Figures>| -> Value {
        groups.iter().map(|(name, figures)| (name.clone(), figures_json(figures))).collect()
    };
    let tiers: Value =
        scores.tiers.iter().map(|(tier, figures)| (tier.name().to_owned(), figures_json(figures))).collect();
    let slips: Vec<Value> = groups
        .iter()
        .map(|group| {
            json!({
                "kind": group.kind.name(), "annotated": group.wanted, "found": group.found, "count": group.count(),
                "recognizer": group.recognizer.0, "source": group.source.0,
            })
        })
        .collect();
    json!({
        "all": figures_json(&scores.all), "tiers": tiers, "labels": map(&scores.labels),
        "languages": map(&scores.languages), "sources": map(&scores.sources), "confusion": slips,
    })
}

fn figures_json(figures: &Figures) -> Value {
    let of = |figure: Option<Figure>| {
        figure.map(|figure| json!({ "value": figure.value, "low": figure.low, "high": figure.high }))
    };
    let [direct, names, rest] = figures.leak;
    json!({
        "documents": figures.documents, "spans": figures.spans, "strict_f1": of(figures.strict_f1),
        "partial_f1": of(figures.partial_f1), "precision": of(figures.precision), "recall": of(figures.recall),
        "leak_direct": of(direct), "leak_names": of(names), "leak_rest": of(rest), "leak": of(figures.leak_all),
        "over_redacted": of(figures.over), "clean_documents": figures.clean, "clean_hit": of(figures.clean_hit),
    })
}

fn hit(figures: &Figures) -> String {
    if figures.clean == 0 {
        return "–".to_owned();
    }
    format!("{} of {}", percent(figures.clean_hit), figures.clean)
}

/// `0.812 [0.790–0.830]`.
fn ratio(figure: Option<Figure>) -> String {
    figure.map_or("–".to_owned(), |figure| {
        format!("{:.3} [{:.3}–{:.3}]", figure.value, figure.low, figure.high)
    })
}

fn bare(figure: Option<Figure>) -> String {
    figure.map_or("–".to_owned(), |figure| format!("{:.3}", figure.value))
}

/// `1.8 % [1.2–2.5]`.
fn percent(figure: Option<Figure>) -> String {
    figure.map_or("–".to_owned(), |figure| {
        let of = |share: f64| digits(100.0 * share);
        format!("{} % [{}–{}]", of(figure.value), of(figure.low), of(figure.high))
    })
}

fn bare_percent(figure: Option<Figure>) -> String {
    figure.map_or("–".to_owned(), |figure| format!("{} %", digits(100.0 * figure.value)))
}

/// Two digits behind the point below one percent, where they mean something.
fn digits(percent: f64) -> String {
    if percent > 0.0 && percent < 1.0 { format!("{percent:.2}") } else { format!("{percent:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_with_their_interval() {
        let figure = Some(Figure { value: 0.018, low: 0.0, high: 0.025 });
        assert_eq!(percent(figure), "1.8 % [0.0–2.5]");
        assert_eq!(ratio(figure), "0.018 [0.000–0.025]");
        assert_eq!((percent(None), bare(None)), ("–".to_owned(), "–".to_owned()));
        assert_eq!(digits(0.123), "0.12");
    }
}
