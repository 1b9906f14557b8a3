//! What the tagger finds, as findings beside those of the recognizers.
//!
//! Patterns know values by their form and their labels; the tagger knows names by how sentences are made. What lies within a
//! finding of a pattern keeps its kind. What reaches beyond one, as an address does beyond its postal code, is united with it
//! (`merge`): nothing that either saw stays uncovered.

use std::sync::Arc;

use types::{Entity, Evidence, Finding};

use crate::rules::compiled::Rules;
use crate::tagger::{Knob, Label, TaggedSpan, Tagger};

/// The recognizer that evidence names.
const RECOGNIZER: &str = "tagger";

/// A tagger, how readily it takes something for a name, and what it finds.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    tagger: Arc<Tagger>,
    knob: Knob,
    recognizer: Arc<str>,
    patterns: [Arc<str>; 4],
    entities: [Option<Entity>; 4],
}

impl Names {
    /// Findings are of the entities of these rules that answer to the labels; a label without one is passed over.
    pub(crate) fn of(tagger: Arc<Tagger>, knob: Knob, rules: &Rules) -> Self {
        let entity = |label: Label| {
            let index = rules.labels.get(entity_name(label)?)?;
            rules.entities.get(*index).cloned()
        };
        Self {
            tagger,
            knob,
            recognizer: RECOGNIZER.into(),
            patterns: Label::ALL.map(|label| label.name().to_ascii_lowercase().into()),
            entities: Label::ALL.map(entity),
        }
    }

    /// Adds what stands in `text`, which is in normal form, to the findings there.
    pub(crate) fn find(&self, text: &str, found: &mut Vec<Finding>) {
        let mut known: Vec<(usize, usize)> =
            found.iter().map(|finding| (finding.span.start, finding.span.end)).collect();
        known.sort_unstable();
        // How far the findings up to each one reach.
        let mut furthest = 0;
        for (_, end) in &mut known {
            furthest = furthest.max(*end);
            *end = furthest;
        }
        let is_taken = |tagged: &TaggedSpan| {
            let before = known.partition_point(|(start, _)| *start <= tagged.span.start);
            before.checked_sub(1).and_then(|at| known.get(at)).is_some_and(|(_, end)| *end >= tagged.span.end)
        };
        let tagged = self.tagger.spans(text, self.knob);
        found.extend(
            tagged.iter().filter(|tagged| !is_taken(tagged)).filter_map(|tagged| self.finding(tagged)),
        );
    }

    fn finding(&self, tagged: &TaggedSpan) -> Option<Finding> {
        let label = tagged.label as usize;
        Some(Finding {
            span: tagged.span,
            entity: self.entities.get(label)?.clone()?,
            score: tagged.score,
            evidence: Evidence {
                recognizer: Arc::clone(&self.recognizer),
                pattern: Arc::clone(self.patterns.get(label)?),
                validator: None,
                context: None,
                steps: vec![("tagger".into(), tagged.score)],
            },
        })
    }
}

/// The entity of what a label marks. Organisations are no personal data: policies do not ask for them yet.
const fn entity_name(label: Label) -> Option<&'static str> {
    match label {
        Label::Person => Some("PERSON"),
        Label::Location => Some("LOCATION"),
        Label::Address => Some("ADDRESS"),
        Label::Organisation => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tagger::Weights;
    use crate::{Detector, Input};

    fn detector() -> Detector {
        let weights = |bytes: &[u8]| Weights::from_bytes(bytes).unwrap();
        let spaced = weights(include_bytes!("../../../models/latin/weights.bin"));
        let dense = weights(include_bytes!("../../../models/cjk/weights.bin"));
        Detector::builtin().unwrap().with_tagger(Arc::new(Tagger::new(spaced, Some(dense))), Knob::Balanced)
    }

    #[test]
    fn names_without_a_cue_are_found_and_values_of_patterns_keep_their_kind() {
        let text = "Yesterday Marta Kowalczyk and Rajesh met in Lisbon; write to marta.kowalczyk@tidewick.org about it.";
        let found = detector().findings(&Input::of(text)).unwrap();
        let found: Vec<_> =
            found.iter().map(|finding| (finding.entity.name(), finding.span.of(text).unwrap())).collect();
        assert!(found.contains(&("PERSON", "Marta Kowalczyk")), "{found:?}");
        assert!(found.contains(&("LOCATION", "Lisbon")), "{found:?}");
        assert!(found.contains(&("EMAIL_ADDRESS", "marta.kowalczyk@tidewick.org")), "{found:?}");
    }

    #[test]
    fn an_address_is_covered_whole_also_around_a_value_that_a_pattern_finds() {
        let text = "Er wohnt in der Lindenstraße 14, PLZ 50674 Köln.";
        let with = detector().findings(&Input::of(text)).unwrap();
        let covers = |part: &str| {
            let at = text.find(part).unwrap();
            with.iter().any(|finding| finding.span.start <= at && finding.span.end >= at + part.len())
        };
        assert!(covers("Lindenstraße 14") && covers("50674") && covers("Köln"), "{with:?}");
    }

    #[test]
    fn a_detector_with_another_knob_has_another_version() {
        let plain = Detector::builtin().unwrap();
        let with = detector();
        assert_ne!(plain.version(), with.version());
    }
}
