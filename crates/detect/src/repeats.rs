//! Exact terms alone, without the recognizers: for values that were found once and are looked for again.

use types::{ByteSpan, Entity};

use crate::normal::Normal;
use crate::terms::ExactTerms;

impl ExactTerms {
    /// Where these terms stand in a text, in order, not overlapping; spans are those of the text as given.
    pub fn spans(&self, text: &str) -> Vec<(ByteSpan, Entity)> {
        let normal = Normal::of(text);
        let mut found = Vec::new();
        self.find(normal.text(), &mut found);
        found.into_iter().map(|finding| (normal.original(finding.span), finding.entity)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::Original;

    #[test]
    fn spans_are_those_of_the_text_as_given() {
        let entity = crate::exact_term_entity(None);
        let terms = ExactTerms::new([(entity, Original::new("Ilse Roe"))]).expect("fits");
        let spans = terms.spans("x\u{200b} Ilse  Roe, Ilse Roeder");
        assert_eq!(spans.len(), 1);
        assert_eq!(spans[0].0.of("x\u{200b} Ilse  Roe, Ilse Roeder"), Some("Ilse  Roe"));
    }
}
