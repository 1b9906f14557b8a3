//! Exact terms: strings that the company never lets out, matched by one automaton.
//!
//! Promises: every whole occurrence of a term in the text's normal form is found, also where a line break or several spaces
//! stand for its space; never a piece of a longer word in scripts that write spaces between words (`May` in `Maybe`). Terms
//! of one word with fewer than eight characters count as written or in capitals; longer ones in any case of ASCII letters.
//!
//! The terms live in the automaton: a value of this type is as sensitive as the list it was made from. Its `Debug` tells the
//! number only.

use std::collections::HashSet;
use std::fmt;

use aho_corasick::AhoCorasick;
use sha2::{Digest as _, Sha256};
use types::{ByteSpan, DataClass, Entity, EntityDef, Evidence, Finding, Original};

use crate::detector::Detector;
use crate::edges;
use crate::error::DetectError;
use crate::normal::Normal;

/// The name under which evidence shows exact terms.
pub const EXACT_TERM: &str = "exact_term";

/// Least length of a term, in characters of its normal form.
const CHARS_MIN: usize = 2;
/// Greatest length of a term and of all together, in bytes of the normal form: bounds the automaton to about 200 MB.
const BYTES_MAX: usize = 4096;
const ALL_BYTES_MAX: usize = 16 * 1024 * 1024;
/// From this length on, in characters, a word counts in any case.
const ANY_CASE_CHARS: usize = 8;

/// A list of exact terms with the entity of each.
#[derive(Clone)]
pub struct ExactTerms {
    automaton: AhoCorasick,
    terms: Vec<Term>,
    has_spaces: bool,
    words: HashSet<String>,
    digest: [u8; 32],
}

#[derive(Clone)]
struct Term {
    text: String,
    entity: Entity,
    is_any_case: bool,
}

impl ExactTerms {
    /// These terms. The same term given twice keeps its first entity.
    ///
    /// # Errors
    /// [`DetectError::TermTooShort`], [`DetectError::TermTooLong`], [`DetectError::TermsTooLarge`]; they name the position of
    /// the term, never the term.
    pub fn new(terms: impl IntoIterator<Item = (Entity, Original)>) -> Result<Self, DetectError> {
        let mut kept: Vec<Term> = Vec::new();
        let mut seen = HashSet::new();
        let mut bytes = 0;
        let mut hash = Sha256::new();
        for (index, (entity, original)) in terms.into_iter().enumerate() {
            let normal = Normal::of(original.expose().trim());
            let text = Normal::with_single_spaces(normal.text()).text().to_owned();
            let chars = text.chars().count();
            if chars < CHARS_MIN {
                return Err(DetectError::TermTooShort { index: index + 1, chars, chars_min: CHARS_MIN });
            }
            if text.len() > BYTES_MAX {
                return Err(DetectError::TermTooLong {
                    index: index + 1,
                    bytes: text.len(),
                    bytes_max: BYTES_MAX,
                });
            }
            bytes += text.len();
            if bytes > ALL_BYTES_MAX {
                return Err(DetectError::TermsTooLarge { bytes, bytes_max: ALL_BYTES_MAX });
            }
            for part in [text.as_str(), entity.name(), entity.word(), entity.class().name()] {
                hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
                hash.update(part);
            }
            let is_any_case = chars >= ANY_CASE_CHARS || text.contains(' ');
            if seen.insert(text.clone()) {
                kept.push(Term { text, entity, is_any_case });
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(kept.iter().map(|term| term.text.as_bytes()))
            .map_err(|error| DetectError::TermAutomaton { terms: kept.len(), reason: error.to_string() })?;
        let has_spaces = kept.iter().any(|term| term.text.contains(' '));
        let words = kept.iter().map(|term| term.entity.word().to_owned()).collect();
        Ok(Self { automaton, terms: kept, has_spaces, words, digest: hash.finalize().into() })
    }

    /// Number of terms.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// True when there is no term.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// True for the word of an entity of these terms.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Digest of the list: part of the key under which findings are kept. Not keyed; never show it.
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The terms in a text in normal form, spans in the same text.
    pub(crate) fn find(&self, text: &str, found: &mut Vec<Finding>) {
        if self.terms.is_empty() {
            return;
        }
        let folds = self.has_spaces && text.as_bytes().windows(2).any(|pair| matches!(pair, [a, b] if a.is_ascii_whitespace() && (*a != b' ' || b.is_ascii_whitespace())));
        if folds {
            let single = Normal::with_single_spaces(text);
            self.each(single.text(), |span, term| found.push(finding(single.original(span), term)));
        } else {
            self.each(text, |span, term| found.push(finding(span, term)));
        }
    }

    fn each(&self, text: &str, mut emit: impl FnMut(ByteSpan, &Term)) {
        let mut last: Option<(ByteSpan, usize, &Term)> = None;
        for hit in self.automaton.find_overlapping_iter(text) {
            let Some(term) = self.terms.get(hit.pattern().as_usize()) else { continue };
            let span = ByteSpan::new(hit.start(), hit.end());
            if !edges::is_word_start(text, span.start)
                || !edges::is_word_end(text, span.end)
                || !term.is_written_as(text, span)
            {
                continue;
            }
            // Hits come in order of their ends. What overlaps is one place: the longest term names it, and a text that
            // repeats within itself gives one finding, not one a byte.
            match last.as_mut() {
                Some((place, longest, named_by)) if place.overlaps(span) => {
                    *place = ByteSpan::new(place.start.min(span.start), span.end.max(place.end));
                    if span.len() > *longest {
                        *longest = span.len();
                        *named_by = term;
                    }
                }
                _ => {
                    if let Some((place, _, named_by)) = last.replace((span, span.len(), term)) {
                        emit(place, named_by);
                    }
                }
            }
        }
        if let Some((place, _, named_by)) = last {
            emit(place, named_by);
        }
    }
}

impl Term {
    fn is_written_as(&self, text: &str, span: ByteSpan) -> bool {
        self.is_any_case
            || span
                .of(text)
                .is_some_and(|written| written == self.text || written == self.text.to_uppercase())
    }
}

impl fmt::Debug for ExactTerms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExactTerms({} terms)", self.terms.len())
    }
}

fn finding(span: ByteSpan, term: &Term) -> Finding {
    let evidence = Evidence {
        recognizer: EXACT_TERM.into(),
        pattern: "term".into(),
        validator: None,
        context: None,
        steps: vec![("pattern".into(), 1.0)],
    };
    Finding { span, entity: term.entity.clone(), score: 1.0, evidence }
}

/// The entity of an exact term with this label: an entity of the shipped files by name, short label (`EMAIL`, `PHONE`, `ORG`)
/// or word; else a new confidential entity whose word is made of the label's letters; without a label `CONFIDENTIAL_TERM`.
pub fn exact_term_entity(label: Option<&str>) -> Entity {
    entity_of_label(None, label)
}

impl Detector {
    /// Like [`exact_term_entity`], with the entities of this detector.
    pub fn exact_term_entity(&self, label: Option<&str>) -> Entity {
        entity_of_label(Some(self), label)
    }
}

fn entity_of_label(detector: Option<&Detector>, label: Option<&str>) -> Entity {
    let confidential = |name: &str, word: &str| {
        Entity::new(EntityDef {
            name: name.to_owned(),
            word: word.to_owned(),
            class: DataClass::Confidential,
        })
    };
    let name: String = label
        .unwrap_or_default()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
        .collect();
    let name = name.trim_matches('_');
    let known = match detector {
        Some(detector) => detector.entity(name).cloned(),
        None => builtin_entity(name),
    };
    if let Some(known) = known {
        return known;
    }
    let word: String = name.chars().filter(char::is_ascii_uppercase).take(24).collect();
    if word.len() < 2 { confidential("CONFIDENTIAL_TERM", "TERM") } else { confidential(name, &word) }
}

/// The entity of the shipped files with this name, label or word.
fn builtin_entity(name: &str) -> Option<Entity> {
    use std::collections::HashMap;
    use std::sync::LazyLock;
    static ENTITIES: LazyLock<HashMap<String, Entity>> = LazyLock::new(|| {
        let mut entities = HashMap::new();
        for row in crate::rules::BUILTIN
            .iter()
            .filter_map(|file| crate::rules::load::parse(file).ok())
            .flat_map(|rows| rows.entity)
        {
            let row = row.value();
            let Some(class) = DataClass::from_name(&row.class) else { continue };
            let entity = Entity::new(EntityDef { name: row.name.clone(), word: row.word.clone(), class });
            for label in std::iter::once(&row.name).chain(&row.labels).chain([&row.word]) {
                entities.entry(label.clone()).or_insert_with(|| entity.clone());
            }
        }
        entities
    });
    ENTITIES.get(name).cloned()
}
