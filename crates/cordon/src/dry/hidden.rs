//! What `scan` and `redact` find beyond the gateway: values behind escapes in a text that is not read as JSON.

use bytes::Bytes;
use exchange::PreviewFinding;
use types::{ByteSpan, Treatment};

use super::Dry;
use crate::failure::Failure;
use crate::source::{Kind, Source};

impl Dry {
    /// Everything in a file whose body is `body`, in its order.
    ///
    /// # Errors
    /// Why it would be refused before a decision.
    pub(crate) async fn found(&self, source: &Source, body: Bytes) -> Result<Vec<PreviewFinding>, Failure> {
        let hidden = self.hidden(source, &body).await?;
        let mut found = self.preview(source.route, body).await?.findings;
        if !hidden.is_empty() {
            // Of `\u006aoe@…` the text alone shows `u006aoe@…`.
            found.retain(|finding| !is_within(&hidden, finding.span));
            found.extend(hidden);
            found.sort_by_key(|finding| finding.span);
        }
        Ok(found)
    }

    /// A text without the values behind escapes. They have no surrogates: their words are those of values that are redacted.
    ///
    /// # Errors
    /// Why it would be refused before a decision.
    pub(crate) async fn without_hidden(&self, source: Source) -> Result<Source, Failure> {
        let hidden = self.hidden(&source, &source.body(None)).await?;
        let words = hidden
            .into_iter()
            .filter(|finding| finding.treatment != Treatment::Keep)
            .map(|finding| (finding.span, self.word(&finding.entity)));
        Ok(source.replaced(words))
    }

    /// What stands for a value of an entity: of a recognizer, or of a term with the label of the app.
    fn word(&self, entity: &str) -> String {
        veil::redaction(&self.detector.exact_term_entity(Some(entity)))
    }

    async fn hidden(&self, source: &Source, body: &[u8]) -> Result<Vec<PreviewFinding>, Failure> {
        let Some(unescaped) = source.unescaped(body) else { return Ok(Vec::new()) };
        let text = Source::of(source.name.clone(), unescaped.text.clone(), Kind::Text)?;
        let findings = self.preview(text.route, text.body(None)).await?.findings;
        Ok(findings
            .into_iter()
            .filter_map(|finding| Some(PreviewFinding { span: unescaped.in_file(finding.span)?, ..finding }))
            .collect())
    }
}

/// True where a span lies in that of a finding; these are in order and do not overlap.
fn is_within(findings: &[PreviewFinding], span: ByteSpan) -> bool {
    let after = findings.partition_point(|finding| finding.span.start <= span.start);
    after
        .checked_sub(1)
        .and_then(|index| findings.get(index))
        .is_some_and(|finding| finding.span.contains(span))
}
