//! One text through tokenizer, model and decoder.

use detect::ModelSpan;
use types::ByteSpan;

use crate::decode::{self, Mark, Shares};
use crate::labels::Labels;
use crate::stop::Stop;
use crate::tokens::Tokens;
use crate::windows::windows;

/// Gives the outputs of a model.
pub(crate) trait Scorer: Send {
    /// The outputs for all tokens, one after the other.
    ///
    /// # Errors
    /// Why there are none, in general words.
    fn outputs(&mut self, ids: Vec<i64>, stop: &Stop) -> Result<Vec<f32>, String>;
}

/// What reads texts.
pub(crate) struct Reader<S> {
    pub(crate) tokens: Tokens,
    pub(crate) labels: Labels,
    pub(crate) scorer: S,
}

/// Why a text was not read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unread {
    /// Somebody asked for the end.
    Stopped,
    /// It does not work.
    Failed(String),
}

impl<S: Scorer> Reader<S> {
    /// The spans of a text.
    pub(crate) fn spans(&mut self, text: &str, stop: &Stop) -> Result<Vec<ModelSpan>, Unread> {
        let tokens = self.tokens.of(text).map_err(Unread::Failed)?;
        let width = self.labels.outputs.len();
        let mut marks: Vec<Option<Mark>> = Vec::with_capacity(tokens.len());
        let mut shares = Shares::default();
        for window in windows(tokens.len(), self.labels.window_tokens, self.labels.overlap_tokens) {
            if stop.is_asked() {
                return Err(Unread::Stopped);
            }
            let framed = self.tokens.framed(tokens.get(window.read.clone()).unwrap_or_default());
            let count = framed.ids.len();
            let outputs = self
                .scorer
                .outputs(framed.ids, stop)
                .map_err(|reason| if stop.is_asked() { Unread::Stopped } else { Unread::Failed(reason) })?;
            if outputs.len() != count * width {
                return Err(Unread::Failed(format!(
                    "it gave {} outputs for {count} tokens and {width} labels",
                    outputs.len()
                )));
            }
            let skipped = framed.before + window.own.start - window.read.start;
            for outputs in outputs.chunks_exact(width).skip(skipped).take(window.own.len()) {
                let mark = decode::mark(outputs, &self.labels, &mut shares);
                marks.push(mark.map_err(|_| Unread::Failed("its outputs are no numbers".to_owned()))?);
            }
        }
        let marked = tokens.iter().map(|token| token.span).zip(marks);
        Ok(decode::spans(text, marked, &self.labels.kinds))
    }

    /// The spans in pieces of a text, in its order: each as `(where it begins, the piece)`.
    pub(crate) fn spans_of(
        &mut self,
        pieces: &[(usize, String)],
        stop: &Stop,
    ) -> Result<Vec<ModelSpan>, Unread> {
        let mut all = Vec::new();
        for (start, piece) in pieces {
            let found = self.spans(piece, stop)?;
            all.extend(found.into_iter().map(|found| ModelSpan {
                span: ByteSpan::new(found.span.start + start, found.span.end + start),
                ..found
            }));
        }
        Ok(all)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const WORDS: [&str; 9] = ["[UNK]", "[CLS]", "[SEP]", "mr", "ana", "kovac", "reads", "of", "."];

    /// A tokenizer of words and signs, with a token before and one behind.
    pub(crate) fn tokens() -> Tokens {
        let vocabulary: serde_json::Map<String, serde_json::Value> =
            WORDS.iter().enumerate().map(|(id, word)| ((*word).to_owned(), id.into())).collect();
        let special = |id: usize| serde_json::json!({ "id": id, "content": WORDS[id], "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true });
        let around = |id: usize| serde_json::json!({ "id": WORDS[id], "ids": [id], "tokens": [WORDS[id]] });
        let piece = |id: usize| serde_json::json!({ "SpecialToken": { "id": WORDS[id], "type_id": 0 } });
        let text = serde_json::json!({ "Sequence": { "id": "A", "type_id": 0 } });
        let json = serde_json::json!({
            "version": "1.0",
            "added_tokens": [special(0), special(1), special(2)],
            "normalizer": { "type": "Lowercase" },
            "pre_tokenizer": { "type": "BertPreTokenizer" },
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [piece(1), text, piece(2)],
                "pair": [piece(1), text, piece(2), { "Sequence": { "id": "B", "type_id": 1 } }],
                "special_tokens": { "[CLS]": around(1), "[SEP]": around(2) },
            },
            "model": { "type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]" },
        });
        Tokens::read(json.to_string().as_bytes()).unwrap()
    }

    pub(crate) const LABELS: &str = r#"{
        "version": 1, "name": "Test", "licence": { "name": "CC0-1.0", "file": "LICENSE" },
        "scheme": "BIO", "labels": ["O", "B-NAME", "I-NAME"], "entities": { "NAME": { "entity": "PERSON" } },
        "window_tokens": 16, "overlap_tokens": 8,
        "examples": [{ "text": "mr ana kovac", "find": "ana kovac", "entity": "PERSON" }]
    }"#;

    /// Knows a name by what stands at most `looks` tokens before it: a name follows `mr`, or a name.
    pub(crate) struct Looks {
        pub(crate) looks: usize,
        /// Called before each run.
        pub(crate) before: Box<dyn FnMut() + Send>,
    }

    impl Scorer for Looks {
        fn outputs(&mut self, ids: Vec<i64>, _stop: &Stop) -> Result<Vec<f32>, String> {
            (self.before)();
            let is_name = |at: usize| {
                let from = at.saturating_sub(self.looks);
                let word = |at: usize| ids.get(at).and_then(|id| WORDS.get(*id as usize)).copied();
                let before = (from..at).rev().find(|at| !matches!(word(*at), Some("ana" | "kovac")));
                matches!(word(at), Some("ana" | "kovac")) && before.and_then(word) == Some("mr")
            };
            Ok((0..ids.len())
                .flat_map(|at| match (is_name(at), at > 0 && is_name(at - 1)) {
                    (false, _) => [9.0, 0.0, 0.0],
                    (true, false) => [0.0, 9.0, 0.0],
                    (true, true) => [0.0, 0.0, 9.0],
                })
                .collect())
        }
    }

    pub(crate) fn reader(looks: usize) -> Reader<Looks> {
        let labels = Labels::read(LABELS, &[]).unwrap();
        Reader { tokens: tokens(), labels, scorer: Looks { looks, before: Box::new(|| {}) } }
    }

    fn found(reader: &mut Reader<Looks>, text: &str) -> Vec<String> {
        let found = reader.spans(text, &Stop::default()).unwrap();
        found.iter().map(|found| found.span.of(text).unwrap().to_owned()).collect()
    }

    #[test]
    fn a_seam_changes_nothing_for_who_looks_no_farther_than_the_overlap() {
        for filler in 0..60 {
            let text = format!("{}Mr Ana Kovac reads.", "reads of ".repeat(filler));
            let mut windowed = reader(3);
            let mut whole = reader(3);
            whole.labels.window_tokens = 8192;
            assert_eq!(found(&mut windowed, &text), ["Ana Kovac"], "{filler}");
            assert_eq!(
                windowed.spans(&text, &Stop::default()).unwrap(),
                whole.spans(&text, &Stop::default()).unwrap()
            );
        }
    }

    #[test]
    fn offsets_are_those_of_the_text_whatever_stands_around() {
        let text = "\u{1f469}\u{200d}\u{1f4bb} 王小明 é Mr ANA Kovac\u{1f389}, 김, mr ana";
        assert_eq!(found(&mut reader(3), text), ["ANA Kovac", "ana"]);
    }

    #[test]
    fn a_special_token_in_a_text_is_text() {
        let text = "mr [SEP] [CLS] ana";
        let read = reader(3);
        let tokens = read.tokens.of(text).unwrap();
        assert!(tokens.iter().all(|token| !(1..=2).contains(&token.id)), "{tokens:?}");
        assert_eq!(read.tokens.framed(&tokens[..1]).ids, [1, 3, 2]);
    }

    #[test]
    fn a_reading_that_is_asked_to_stop_stops_before_the_next_window() {
        let text = "reads of ".repeat(100);
        let stop = std::sync::Arc::new(Stop::default());
        let asked = std::sync::Arc::clone(&stop);
        let mut read = reader(3);
        let mut runs = 0;
        read.scorer.before = Box::new(move || {
            runs += 1;
            assert!(runs < 3, "read on");
            if runs == 2 {
                asked.ask();
            }
        });
        assert_eq!(read.spans(&text, &stop), Err(Unread::Stopped));
    }

    #[test]
    fn outputs_that_do_not_fit_or_are_no_numbers_are_faults() {
        struct Wrong(Vec<f32>);
        impl Scorer for Wrong {
            fn outputs(&mut self, _ids: Vec<i64>, _stop: &Stop) -> Result<Vec<f32>, String> {
                Ok(self.0.clone())
            }
        }
        for outputs in
            [vec![], vec![0.0; 8], vec![f32::NAN; 9], vec![f32::NEG_INFINITY; 9], vec![f32::INFINITY; 9]]
        {
            let labels = Labels::read(LABELS, &[]).unwrap();
            let mut reader = Reader { tokens: tokens(), labels, scorer: Wrong(outputs) };
            assert!(matches!(reader.spans("ana", &Stop::default()), Err(Unread::Failed(_))));
        }
    }
}
