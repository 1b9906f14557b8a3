//! What recognizer files say, for people who look at them: nothing of it is needed to search.

use types::DataClass;

use super::format::{CounterRow, PatternRow};
use super::{RuleError, RuleFile, load};

/// What a recognizer is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// Its id.
    pub id: String,
    /// Name of the entity that it finds.
    pub entity: String,
    /// Data class of the entity.
    pub class: DataClass,
    /// Name of its file.
    pub file: String,
    /// Line of the file at which it begins, from 1.
    pub line: usize,
    /// Words that speak for a value.
    pub context: Vec<String>,
    /// True when nothing is found without such a word.
    pub context_required: bool,
    /// Words that speak against a value.
    pub against: Vec<String>,
    /// Lower scores are not reported.
    pub score_min: f32,
    /// How it finds values.
    pub patterns: Vec<AboutPattern>,
    /// Texts and the values that must be found in them.
    pub examples: Vec<AboutExample>,
    /// Texts in which nothing must be found.
    pub counter_examples: Vec<AboutExample>,
}

/// What a pattern is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct AboutPattern {
    /// Its name.
    pub name: String,
    /// Where to look: `literals`, `keywords`, `words`, `exact`, `endings`, `numbers`, `anywhere` or `scanner`.
    pub looks_at: &'static str,
    /// The literals, keywords, words, texts or endings; the name of the scanner.
    pub texts: Vec<String>,
    /// The regex.
    pub regex: Option<String>,
    /// The reader that goes on behind the regex.
    pub reader: Option<String>,
    /// The check that a value must pass.
    pub check: Option<String>,
    /// The score without check and context.
    pub score: f32,
    /// True when it finds nothing without a context word.
    pub context_required: bool,
}

/// An example or counter-example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutExample {
    /// The text.
    pub text: String,
    /// The value in it; `None` in a counter-example.
    pub find: Option<String>,
    /// The name of the JSON member around it.
    pub key: Option<String>,
}

/// What the recognizers of these files are made of, in their order.
///
/// # Errors
/// The first mistake, as of [`Detector::unproven`](crate::Detector::unproven).
pub fn about(files: &[RuleFile<'_>]) -> Result<Vec<About>, RuleError> {
    let rules = load::load(files)?;
    let mut all = Vec::new();
    for file in files {
        for row in load::parse(file)?.recognizer {
            let line = RuleError::at(file, &row.place(), "", "").line;
            let entity = rules.labels.get(row.value().entity.value());
            let Some(entity) = entity.and_then(|index| rules.entities.get(*index)) else { continue };
            let row = row.value();
            all.push(About {
                id: row.id.clone(),
                entity: entity.name().to_owned(),
                class: entity.class(),
                file: file.name.to_owned(),
                line,
                context: row.context.clone(),
                context_required: row.context_required,
                against: row.against.clone(),
                score_min: row.score_min,
                patterns: row.pattern.iter().map(|pattern| pattern_of(pattern.value())).collect(),
                examples: row
                    .examples
                    .iter()
                    .map(|example| AboutExample {
                        text: example.value().text.text(),
                        find: Some(example.value().find.text()),
                        key: example.value().key.clone(),
                    })
                    .collect(),
                counter_examples: row.counter_examples.iter().map(|row| counter(row.value())).collect(),
            });
        }
    }
    Ok(all)
}

fn pattern_of(row: &PatternRow) -> AboutPattern {
    let scanner: Vec<String> = row.scanner.iter().map(|scanner| scanner.value().clone()).collect();
    let ways = [
        ("literals", &row.literals),
        ("keywords", &row.keywords),
        ("words", &row.words),
        ("exact", &row.exact),
        ("endings", &row.endings),
        ("scanner", &scanner),
    ];
    let listed = ways.into_iter().find(|(_, texts)| !texts.is_empty());
    let (looks_at, texts) = match listed {
        Some((way, texts)) => (way, texts.clone()),
        None => (if row.numbers { "numbers" } else { "anywhere" }, Vec::new()),
    };
    let named = |name: &Option<super::place::Placed<String>>| name.as_ref().map(|name| name.value().clone());
    AboutPattern {
        name: row.name.clone(),
        looks_at,
        texts,
        regex: named(&row.regex),
        reader: named(&row.reader),
        check: named(&row.check),
        score: row.score,
        context_required: row.context_required,
    }
}

fn counter(row: &CounterRow) -> AboutExample {
    match row {
        CounterRow::Text(text) => AboutExample { text: text.text(), find: None, key: None },
        CounterRow::Keyed { text, key } => {
            AboutExample { text: text.text(), find: None, key: Some(key.clone()) }
        }
    }
}
