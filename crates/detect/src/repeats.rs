//! Values that were found once in a request and stand elsewhere in it without anything that would give them away there.
//!
//! Promises: as exact terms are found, in any text of the request; the recognizers are not asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use types::{ByteSpan, Entity, Evidence, Finding, Original};

use crate::again::{Index, Seen, Sort, telling_word};
use crate::error::DetectError;
use crate::normal::Normal;
use crate::terms::ExactTerms;

/// So many values are looked for by themselves, in so many texts; for more, one automaton of all values is made.
const FEW: usize = 24;
const FEW_TEXTS: usize = 8;

impl ExactTerms {
    /// Where these terms stand in a text, in order, not overlapping; spans are those of the text as given.
    pub fn spans(&self, text: &str) -> Vec<(ByteSpan, Entity)> {
        let normal = Normal::of(text);
        let mut found = Vec::new();
        self.find(normal.text(), &mut found);
        found.into_iter().map(|finding| (normal.original(finding.span), finding.entity)).collect()
    }
}

/// Values to look for again, with the entity of each.
pub struct Repeats {
    values: Vec<(Entity, String)>,
    index: Index,
    all: OnceLock<ExactTerms>,
    /// Texts that were searched for some of the values.
    searched: AtomicUsize,
}

/// Says how many.
impl std::fmt::Debug for Repeats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Repeats({} values)", self.values.len())
    }
}

impl Repeats {
    /// These values, each once.
    pub fn new<'v>(values: impl IntoIterator<Item = (Entity, &'v str)>) -> Self {
        let values: Vec<(Entity, String)> =
            values.into_iter().map(|(entity, value)| (entity, value.to_owned())).collect();
        let index = Index::of(values.iter().map(|(_, value)| telling_word(Normal::of(value).text())));
        Self { values, index, all: OnceLock::new(), searched: AtomicUsize::new(0) }
    }

    /// True when there is no value.
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The findings of these values in a text, beside those that are there: sorted, not overlapping any.
    ///
    /// # Errors
    /// As [`ExactTerms::new`].
    pub fn again(
        &self,
        seen: &mut Seen,
        text: &str,
        found: &[Finding],
    ) -> Result<Arc<[Finding]>, DetectError> {
        let item = |at: u32| match self.values.get(at as usize) {
            Some((entity, value)) => {
                [entity.name(), entity.word(), entity.class().name(), value].map(str::as_bytes)
            }
            None => [b"".as_slice(); 4],
        };
        let search = |relevant: &[u32]| {
            // In a conversation that is new, values stand in many texts: an automaton for each of them would cost more than one for all.
            let is_often = self.searched.fetch_add(1, Ordering::Relaxed) >= FEW_TEXTS;
            let spans = if relevant.len() > FEW || is_often {
                self.all()?.spans(text)
            } else {
                let values = relevant.iter().filter_map(|at| self.values.get(*at as usize));
                terms(values)?.spans(text)
            };
            let mut known = found;
            let mut more = Vec::new();
            for (span, entity) in spans {
                while let Some((first, rest)) = known.split_first()
                    && first.span.end <= span.start
                {
                    known = rest;
                }
                if !known.first().is_some_and(|first| first.span.overlaps(span)) {
                    more.push(repeat(span, entity));
                }
            }
            Ok(more)
        };
        seen.answer((Sort::Values, &self.index), found, item, search)
    }

    fn all(&self) -> Result<&ExactTerms, DetectError> {
        match self.all.get() {
            Some(all) => Ok(all),
            None => {
                let all = terms(self.values.iter())?;
                Ok(self.all.get_or_init(|| all))
            }
        }
    }
}

fn terms<'v>(values: impl Iterator<Item = &'v (Entity, String)>) -> Result<ExactTerms, DetectError> {
    ExactTerms::new(values.map(|(entity, value)| (entity.clone(), Original::new(value.as_str()))))
}

fn repeat(span: ByteSpan, entity: Entity) -> Finding {
    let evidence = Evidence {
        recognizer: "repeated_value".into(),
        pattern: "found_elsewhere_in_the_request".into(),
        steps: vec![("repeated".into(), 1.0)],
        ..Evidence::default()
    };
    Finding { span, entity, score: 1.0, evidence }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_those_of_the_text_as_given() {
        let entity = crate::exact_term_entity(None);
        let terms = ExactTerms::new([(entity, Original::new("Ilse Roe"))]).expect("fits");
        let spans = terms.spans("x\u{200b} Ilse  Roe, Ilse Roeder");
        assert_eq!(spans.len(), 1);
        assert_eq!(spans[0].0.of("x\u{200b} Ilse  Roe, Ilse Roeder"), Some("Ilse  Roe"));
    }
}
