//! What a bigger model finds, as findings beside those of recognizers and tagger.
//!
//! It is far slower than everything else, so it may be asked only where it is worth it: in lines in which the tagger would
//! mark more when strict than when precise, or is not sure of what it marks; and in lines with personal data or an address of a
//! person, because names stand beside them (signatures, forms, lists). Neighbouring lines that are read are read as one piece:
//! the model sees what stands around.

use std::sync::Arc;

use types::{ByteSpan, DataClass, Entity, Evidence, Finding};

use crate::model::{Model, ModelFault, ModelSpan, Reads, UnknownEntity};
use crate::rules::compiled::Rules;
use crate::tagger::{Knob, TaggedSpan, Tagger};

/// The recognizer that evidence names.
const RECOGNIZER: &str = "model";

/// From this score on the tagger is sure of what it marks.
const SURE: f32 = 0.9;

/// A model, what it is asked about, and what it finds.
#[derive(Debug, Clone)]
pub(crate) struct Beside {
    model: Arc<dyn Model>,
    reads: Reads,
    recognizer: Arc<str>,
    labels: Vec<(Arc<str>, Entity)>,
}

impl Beside {
    /// Findings are of the entities of these rules.
    pub(crate) fn of(model: Arc<dyn Model>, reads: Reads, rules: &Rules) -> Result<Self, UnknownEntity> {
        let labels = model.labels().iter().map(|label| {
            let entity = rules.entities.iter().find(|entity| entity.name() == &*label.entity);
            let entity = entity.ok_or_else(|| UnknownEntity {
                label: label.name.to_string(),
                entity: label.entity.to_string(),
            })?;
            Ok((Arc::clone(&label.name), entity.clone()))
        });
        let labels = labels.collect::<Result<_, _>>()?;
        Ok(Self { model, reads, recognizer: RECOGNIZER.into(), labels })
    }

    /// Digest of the model and of what it is asked about.
    pub(crate) fn version(&self) -> ([u8; 32], u8) {
        (self.model.version(), u8::from(matches!(self.reads, Reads::Unsure(_))))
    }

    /// Adds what the model sees in `text`, which is in normal form, to the findings there.
    pub(crate) fn find(&self, text: &str, found: &mut Vec<Finding>) -> Result<(), ModelFault> {
        let pieces = match &self.reads {
            Reads::Always => vec![ByteSpan::new(0, text.len())],
            Reads::Unsure(tagger) => unsure(text, tagger, found),
        };
        let pieces: Vec<ByteSpan> = pieces.into_iter().filter(|piece| holds_letters(text, *piece)).collect();
        if pieces.is_empty() {
            return Ok(());
        }
        let marked = self.model.spans(text, &pieces)?;
        let known = Covered::by(found);
        let new = marked.iter().filter(|marked| !known.holds(marked.span));
        found.extend(new.filter_map(|marked| self.finding(text, marked)).collect::<Vec<_>>());
        Ok(())
    }

    fn finding(&self, text: &str, marked: &ModelSpan) -> Option<Finding> {
        let (label, entity) = self.labels.get(marked.label)?;
        marked.span.of(text).filter(|value| !value.is_empty())?;
        Some(Finding {
            span: marked.span,
            entity: entity.clone(),
            score: marked.score.clamp(0.0, 1.0),
            evidence: Evidence {
                recognizer: Arc::clone(&self.recognizer),
                pattern: Arc::clone(label),
                validator: None,
                context: None,
                steps: vec![("model".into(), marked.score)],
            },
        })
    }
}

fn holds_letters(text: &str, piece: ByteSpan) -> bool {
    piece.of(text).is_some_and(|piece| piece.chars().any(char::is_alphabetic))
}

/// What findings cover, to ask whether a span lies within one of them.
struct Covered {
    /// Where findings start, sorted, and how far the findings up to each one reach.
    reach: Vec<(usize, usize)>,
}

impl Covered {
    fn by(found: &[Finding]) -> Self {
        let mut reach: Vec<(usize, usize)> =
            found.iter().map(|finding| (finding.span.start, finding.span.end)).collect();
        reach.sort_unstable();
        let mut furthest = 0;
        for (_, end) in &mut reach {
            furthest = furthest.max(*end);
            *end = furthest;
        }
        Self { reach }
    }

    fn holds(&self, span: ByteSpan) -> bool {
        let after = self.reach.partition_point(|(start, _)| *start <= span.start);
        after.checked_sub(1).and_then(|at| self.reach.get(at)).is_some_and(|(_, end)| *end >= span.end)
    }
}

const BREAKS: [char; 2] = ['\n', '\r'];

/// The lines that are worth the model, neighbours as one piece. Linear in the text: no line is looked for twice.
fn unsure(text: &str, tagger: &Tagger, found: &[Finding]) -> Vec<ByteSpan> {
    let sure = tagger.spans(text, Knob::Precise);
    let is_sure = |tagged: &TaggedSpan| {
        let at = sure.partition_point(|other| other.span.start < tagged.span.start);
        tagged.score >= SURE && sure.get(at).is_some_and(|other| other.span == tagged.span)
    };
    let doubtful = tagger.spans(text, Knob::Strict).into_iter().filter(|tagged| !is_sure(tagged));
    let is_personal =
        |class: DataClass| matches!(class, DataClass::Person | DataClass::Contact | DataClass::Location);
    let personal = found.iter().filter(|finding| is_personal(finding.class()));
    let mut spans: Vec<ByteSpan> =
        doubtful.map(|tagged| tagged.span).chain(personal.map(|finding| finding.span)).collect();
    spans.sort_unstable();
    let mut pieces: Vec<ByteSpan> = Vec::new();
    for span in spans {
        let read = pieces.last().map_or(0, |last| last.end);
        if span.end <= read {
            continue;
        }
        let between = text.get(read..span.start).unwrap_or_default();
        let start = between.rfind(BREAKS).map_or(read, |at| read + at + 1);
        let behind = text.get(span.end..).unwrap_or_default();
        let end = behind.find(BREAKS).map_or(text.len(), |at| span.end + at);
        match pieces.last_mut() {
            // The line before is read too: nothing but a break stands between.
            Some(last)
                if text.get(last.end..start).is_none_or(|gap| matches!(gap, "" | "\n" | "\r" | "\r\n")) =>
            {
                *last = ByteSpan::new(last.start, end);
            }
            _ => pieces.push(ByteSpan::new(start, end)),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::model::ModelLabel;
    use crate::tagger::Weights;
    use crate::{DetectError, Detector, Input};

    /// Marks these words, and writes down what it was asked about.
    #[derive(Debug)]
    struct Marks {
        words: Vec<&'static str>,
        labels: Vec<ModelLabel>,
        fault: Option<ModelFault>,
        asked: Mutex<Vec<String>>,
    }

    impl Marks {
        fn new(words: &[&'static str], entity: &str) -> Arc<Self> {
            let label = ModelLabel { name: "NAME".into(), entity: entity.into() };
            Arc::new(Self {
                words: words.to_vec(),
                labels: vec![label],
                fault: None,
                asked: Mutex::default(),
            })
        }

        fn asked(&self) -> Vec<String> {
            std::mem::take(&mut *self.asked.lock().unwrap())
        }
    }

    impl Model for Marks {
        fn version(&self) -> [u8; 32] {
            [7; 32]
        }

        fn labels(&self) -> &[ModelLabel] {
            &self.labels
        }

        fn spans(&self, text: &str, pieces: &[ByteSpan]) -> Result<Vec<ModelSpan>, ModelFault> {
            if let Some(fault) = &self.fault {
                return Err(fault.clone());
            }
            let mut found = Vec::new();
            for piece in pieces {
                let inside = piece.of(text).unwrap();
                self.asked.lock().unwrap().push(inside.to_owned());
                for (at, word) in self.words.iter().flat_map(|word| inside.match_indices(word)) {
                    let start = piece.start + at;
                    found.push(ModelSpan {
                        span: ByteSpan::new(start, start + word.len()),
                        label: 0,
                        score: 0.8,
                    });
                }
            }
            Ok(found)
        }
    }

    fn tagger() -> Arc<Tagger> {
        let weights = |bytes: &[u8]| Weights::from_bytes(bytes).unwrap();
        let spaced = weights(include_bytes!("../../../models/latin/weights.bin"));
        Arc::new(Tagger::new(spaced, None))
    }

    fn found(detector: &Detector, text: &str) -> Vec<(String, String)> {
        let found = detector.findings(&Input::of(text)).unwrap();
        found
            .iter()
            .map(|finding| (finding.entity.name().to_owned(), finding.span.of(text).unwrap().to_owned()))
            .collect()
    }

    fn with(model: &Arc<Marks>, reads: Reads) -> Detector {
        Detector::builtin().unwrap().with_model(Arc::clone(model) as _, reads).unwrap()
    }

    #[test]
    fn what_only_the_model_finds_is_a_finding_and_what_a_pattern_holds_keeps_its_kind() {
        let model = Marks::new(&["quorvex", "joe"], "PERSON");
        let detector = with(&model, Reads::Always);
        let text = "\u{1f600} 字 ask quorvex, ｑuorvex or joe@tidewick.org";
        let expected = [("PERSON", "quorvex"), ("PERSON", "ｑuorvex"), ("EMAIL_ADDRESS", "joe@tidewick.org")];
        let found = found(&detector, text);
        let found: Vec<_> = found.iter().map(|(entity, value)| (entity.as_str(), value.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_fault_of_the_model_is_an_error_not_a_text_without_findings() {
        let fault = ModelFault::Late { limit: std::time::Duration::from_millis(5) };
        let model = Marks::new(&[], "PERSON");
        let model = Arc::new(Marks { fault: Some(fault.clone()), ..Arc::into_inner(model).unwrap() });
        let detector = with(&model, Reads::Always);
        assert_eq!(detector.findings(&Input::of("ask quorvex")), Err(DetectError::Model(fault)));
        // Nothing to read: nothing to fail.
        assert_eq!(detector.findings(&Input::of("1 + 1 = 2")), Ok(Vec::new()));
        assert_eq!(detector.findings_without_model(&Input::of("ask quorvex")), Ok(Vec::new()));
    }

    #[test]
    fn where_nothing_is_doubtful_the_model_is_not_asked() {
        let model = Marks::new(&["quorvex"], "PERSON");
        let detector = with(&model, Reads::Unsure(tagger()));
        assert!(found(&detector, "the build is green and the tests pass\nit took four minutes").is_empty());
        assert!(model.asked().is_empty());
    }

    #[test]
    fn lines_around_personal_data_are_read_and_neighbours_as_one() {
        let model = Marks::new(&["quorvex"], "PERSON");
        let detector = with(&model, Reads::Unsure(tagger()));
        let text =
            "the build is green\nquorvex, joe@tidewick.org\r\nann@tidewick.org\n\nit took four minutes";
        let found = found(&detector, text);
        assert!(found.contains(&("PERSON".to_owned(), "quorvex".to_owned())), "{found:?}");
        assert_eq!(model.asked(), ["quorvex, joe@tidewick.org\r\nann@tidewick.org"]);
    }

    #[test]
    fn an_entity_that_nobody_knows_is_refused() {
        let model = Marks::new(&[], "PERSONA");
        let error = Detector::builtin().unwrap().with_model(model, Reads::Always).unwrap_err();
        assert_eq!(error, UnknownEntity { label: "NAME".to_owned(), entity: "PERSONA".to_owned() });
    }

    #[test]
    fn another_model_or_another_selection_is_another_version() {
        let model = Marks::new(&[], "PERSON");
        let versions = [
            Detector::builtin().unwrap().version(),
            with(&model, Reads::Always).version(),
            with(&model, Reads::Unsure(tagger())).version(),
        ];
        assert!(versions.iter().enumerate().all(|(at, version)| !versions[..at].contains(version)));
    }

    #[test]
    fn a_line_without_end_is_chosen_once() {
        let text = "write to joe@tidewick.org ".repeat(2000);
        let model = Marks::new(&[], "PERSON");
        with(&model, Reads::Unsure(tagger())).findings(&Input::of(&text)).unwrap();
        assert_eq!(model.asked(), [text]);
    }
}
