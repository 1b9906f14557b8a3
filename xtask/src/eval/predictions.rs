//! Predictions: spans with labels for each document, of our detector or read from a file that any tool can write.
//!
//! The file has one JSON object a line, `{id, spans: [{start, end, label}]}`, offsets in code points, end exclusive.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use testkit::Trouble;

use super::data::{Document, Span};
use super::detector::Detector;
use super::labels::Labels;

/// Shown as the recognizer where nobody says which it was.
const UNKNOWN: &str = "";

/// A span that a detector found.
#[derive(Debug, Clone)]
pub(crate) struct Prediction {
    pub(crate) span: Span,
    /// What found it, where that is known.
    pub(crate) recognizer: String,
}

/// The predictions of one document.
pub(crate) type Predicted = Vec<Prediction>;

#[derive(Serialize, Deserialize)]
struct Row {
    id: String,
    spans: Vec<Span>,
}

/// Asks our detector. Findings that no label of the data answers to are left out.
pub(crate) fn ours(
    detector: &Detector,
    labels: &Labels,
    documents: &[Document],
) -> Result<Vec<Predicted>, Trouble> {
    detector.each("documents", documents.len(), |item, process| {
        let document = documents.get(item).ok_or_else(|| Trouble::new("no such document"))?;
        let found = process.findings(&document.text).map_err(|trouble| trouble.during(&document.id))?;
        let predictions = found.into_iter().filter_map(|found| {
            let label = labels.of(&found.entity, &found.class)?.to_owned();
            let span = Span { start: found.start, end: found.end, label };
            Some(Prediction { span, recognizer: found.recognizer })
        });
        Ok(predictions.collect())
    })
}

/// Reads those of another tool. Every document needs a line, so that a run that was cut off is not taken for one that found
/// nothing; lines of other documents are passed over.
pub(crate) fn read(path: &Path, documents: &[Document]) -> Result<Vec<Predicted>, Trouble> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Trouble::from(error).during(&shown))?;
    let wanted: HashMap<&str, usize> =
        documents.iter().enumerate().map(|(at, document)| (document.id.as_str(), at)).collect();
    let mut found: Vec<Option<Predicted>> = documents.iter().map(|_| None).collect();
    for (number, line) in (1_usize..).zip(text.lines()) {
        let place = format!("{shown}:{number}");
        let mut row: Row = serde_json::from_str(line).map_err(|error| Trouble::from(error).during(&place))?;
        let Some(at) = wanted.get(row.id.as_str()) else { continue };
        let (Some(document), Some(slot)) = (documents.get(*at), found.get_mut(*at)) else { continue };
        document.holds(&row.spans, &place)?;
        row.spans.sort();
        row.spans.dedup();
        let predictions =
            row.spans.into_iter().map(|span| Prediction { span, recognizer: UNKNOWN.to_owned() });
        if slot.replace(predictions.collect()).is_some() {
            return Err(Trouble::new(format!("{place}: `{}` has a line already", row.id)));
        }
    }
    let missing: Vec<&str> = documents
        .iter()
        .zip(&found)
        .filter_map(|(document, found)| found.is_none().then_some(document.id.as_str()))
        .collect();
    if let Some(first) = missing.first() {
        return Err(Trouble::new(format!(
            "{shown}: {} of {} documents have no line, the first is `{first}`: write an empty list of spans where nothing was \
             found, or choose documents with --lang and --source",
            missing.len(),
            documents.len()
        )));
    }
    Ok(found.into_iter().flatten().collect())
}

/// Writes them for others to score.
pub(crate) fn write(path: &Path, documents: &[Document], predicted: &[Predicted]) -> Result<(), Trouble> {
    let during = |error: std::io::Error| Trouble::from(error).during(&path.display().to_string());
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).map_err(during)?);
    for (document, predictions) in documents.iter().zip(predicted) {
        let spans = predictions.iter().map(|prediction| prediction.span.clone()).collect();
        serde_json::to_writer(&mut out, &Row { id: document.id.clone(), spans })?;
        out.write_all(b"\n").map_err(during)?;
    }
    out.flush().map_err(during)
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::{document, span};
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_gaps_are_refused() {
        let path = std::env::temp_dir().join(format!("cordon-predictions-{}", std::process::id()));
        let documents = [document("ring Joe", &["PERSON"], &[])];
        let predicted = [vec![Prediction { span: span((5, 8, "PERSON")), recognizer: "x".to_owned() }]];
        write(&path, &documents, &predicted).unwrap();
        let read_again = read(&path, &documents).unwrap();
        std::fs::write(&path, "").unwrap();
        let gap = read(&path, &documents).unwrap_err().to_string();
        std::fs::write(&path, r#"{"id":"a","spans":[{"start":5,"end":9,"label":"PERSON"}]}"#).unwrap();
        let outside = read(&path, &documents).unwrap_err().to_string();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read_again[0][0].span, predicted[0][0].span);
        assert!(gap.contains("1 of 1 documents have no line"), "{gap}");
        assert!(outside.contains(":1: the span 5..9"), "{outside}");
    }
}
