//! Properties of the steps inside the detector: normal form, further forms, merge.

use types::{ByteSpan, DataClass, Entity, EntityDef, Evidence, Finding};

use super::text_of;
use crate::error::DetectError;
use crate::forms::{self, Budget, Path, Source};
use crate::merge as step;
use crate::normal::Normal;

/// A character becomes at most so many bytes per byte in normal form: U+FDFA, three bytes, becomes 33.
const GROWTH_MAX: usize = 11;

/// Most bytes of a finding that the merge is tried on.
const FINDING_BYTES: usize = 6;

/// Every piece of the normal form stands for whole characters of the text, pieces in order for places in order; it is no
/// longer than NFKC can make it, and normal form of it changes nothing that matters to matching.
pub fn normal(data: &[u8]) {
    let text = text_of(data);
    for normal in [Normal::of(&text), Normal::with_single_spaces(&text)] {
        assert!(normal.text().len() <= text.len() * GROWTH_MAX, "the normal form is too long");
        let mut last = ByteSpan::new(0, 0);
        for (at, c) in normal.text().char_indices() {
            let span = normal.original(ByteSpan::new(at, at + c.len_utf8()));
            assert!(!span.is_empty() && span.of(&text).is_some(), "{at} stands for no characters");
            assert!(span.start >= last.start && span.end >= last.end, "{at} stands for what was before");
            last = span;
        }
        let all = ByteSpan::new(0, normal.text().len());
        assert!(normal.original(all).end <= text.len(), "the end lies behind the text");
    }
}

/// Findings in forms of forms come back to whole characters of the text, and all forms together are bounded by its length.
pub fn forms(data: &[u8]) {
    let text = text_of(data);
    let normal = Normal::of(&text);
    let mut budget = Budget::of(text.len());
    let mut made = Count::default();
    let source = Source { text: &text, normal: &normal };
    if walk(source, Path::default(), &|_| true, &mut budget, &mut made).is_ok() {
        assert!(made.bytes <= 8 * text.len() + 256 * 1024, "{} bytes of forms", made.bytes);
    }
}

/// What was made of a text.
#[derive(Default)]
struct Count {
    bytes: usize,
}

fn walk(
    source: Source<'_>,
    path: Path,
    is_new: &dyn Fn(ByteSpan) -> bool,
    budget: &mut Budget,
    count: &mut Count,
) -> Result<(), DetectError> {
    forms::each(source, path, is_new, budget, &mut |made, budget| {
        let form = made.form;
        count.bytes += form.text().len();
        let whole = source.text.len().max(source.normal.text().len());
        assert!(form.text().len() <= 2 * whole + 64, "a form is longer than its text");
        let mut start = 0;
        for (at, c) in form.text().char_indices() {
            let end = at + c.len_utf8();
            // No value holds what stands between excerpts.
            if c.is_whitespace() || c == '\u{1}' {
                start = end;
                continue;
            }
            for span in [ByteSpan::new(at, end), ByteSpan::new(start, end)] {
                if let Some(back) = made.taken_back(sure(span)) {
                    assert!(back.span.of(source.text).is_some(), "{at} stands for no characters");
                    assert!(!back.span.is_empty(), "{at} stands for nothing");
                }
            }
        }
        let normal = Normal::of(form.text());
        let deeper = Source { text: form.text(), normal: &normal };
        walk(deeper, made.path, &|span| form.is_changed(span), budget, count)
    })
}

/// A finding that counts wherever a form puts it.
fn sure(span: ByteSpan) -> Finding {
    let evidence = Evidence { validator: Some("luhn"), context: Some("card".into()), ..Evidence::default() };
    Finding { span, entity: entity(DataClass::Financial), score: 1.0, evidence }
}

fn entity(class: DataClass) -> Entity {
    Entity::new(EntityDef { name: class.name().to_owned(), word: "WORD".to_owned(), class })
}

/// The merge of any findings: sorted, apart, each byte that was found covered and no other, whatever order they came in; what
/// is left out around surrogates lies within what was found. The first half of the input is the findings, the rest the text.
pub fn merge(data: &[u8]) {
    let (raw, text) = data.split_at_checked(data.len() / 2).unwrap_or_default();
    let text = text_of(text);
    let found: Vec<Finding> = raw.chunks_exact(FINDING_BYTES).filter_map(|raw| made_up(raw, &text)).collect();
    let merged = step::merged(found.clone());
    super::check_spans(&text, &merged);
    let mut covered = vec![false; text.len()];
    mark(&mut covered, &found);
    let mut kept = vec![false; text.len()];
    mark(&mut kept, &merged);
    assert!(covered == kept, "the merge covers something else");
    let mut other = found.clone();
    other.reverse();
    let spans = |found: &[Finding]| found.iter().map(|finding| finding.span).collect::<Vec<_>>();
    assert!(spans(&step::merged(other)) == spans(&merged), "the order of findings matters");
    assert!(step::merged(merged.clone()) == merged, "merging again changes something");

    let left = step::merged(step::without_surrogates(&text, found, &|word| word == "WORD"));
    super::check_spans(&text, &left);
    let mut kept = vec![false; text.len()];
    mark(&mut kept, &left);
    assert!(covered.iter().zip(&kept).all(|(before, after)| *before || !after), "more is found than was");
}

/// A finding from six bytes: start, length, class, score, confirmed or not, recognizer.
fn made_up(raw: &[u8], text: &str) -> Option<Finding> {
    let [start, length, class, score, flags, recognizer] = raw else { return None };
    let start = usize::from(*start);
    let span = ByteSpan::new(start, start + usize::from(*length));
    span.of(text).filter(|part| !part.is_empty())?;
    let class = *DataClass::ALL.get(usize::from(*class) % DataClass::ALL.len())?;
    let evidence = Evidence {
        recognizer: if *recognizer == 0 { "exact_term".into() } else { recognizer.to_string().into() },
        validator: (flags & 1 != 0).then_some("luhn"),
        ..Evidence::default()
    };
    Some(Finding { span, entity: entity(class), score: f32::from(*score) / 255.0, evidence })
}

fn mark(places: &mut [bool], found: &[Finding]) {
    for finding in found {
        if let Some(part) = places.get_mut(finding.span.start..finding.span.end) {
            part.fill(true);
        }
    }
}
