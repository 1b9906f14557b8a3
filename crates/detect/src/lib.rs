//! `detect`: text to findings.
//!
//! # Duty
//! Given a text, the name of the JSON member around it and who speaks, [`Detector::findings`] says where values stand that
//! tell about people or open something: span, entity, score, and the evidence for it. It reads no file, knows no dialect, no
//! policy and no clock: recognizers come as text ([`RuleFile`]), the shipped ones are [`BUILTIN`].
//!
//! # Steps
//! 1. Normal form with an offset map (`normal`): NFKC, no invisible characters, ASCII digits and dashes, Latin letters for
//!    their look-alikes in words that are mixed. All-ASCII text is not copied.
//! 2. Candidates in passes that are linear in the text (`search`): all literals and keywords, looked up where words begin (`vocabulary`, `lexicon`), words that
//!    hold a digit (`numbers`), scanners in code for what is no regular language (`scan`: e-mail, phone, card, IBAN, MAC and
//!    IPv6, names beside addresses), the name of the JSON member, and the headers of columns (`tables`). Regexes run only there, anchored, in a bounded window.
//! 3. Each candidate is judged (`judge`): edges, check (`check`: check digits, issuer ranges, numbering plans), whole-word
//!    context, score.
//! 4. The same on further forms of the text (`forms`), which say plainly what is encoded, escaped, joined or spelled out in it:
//!    percent, fields of forms, entities, `\u0040`, quoted-printable, doubled quotation marks, base64, hex, literals that code
//!    joins, signs of emphasis, `at` and `dot`, words for digits, spaces between characters, groups over cells; one in another,
//!    to a bounded depth. Evidence names the form.
//! 5. Exact terms of the company ([`ExactTerms`]) by an automaton of their own.
//! 6. Names, places and addresses by the tagger ([`tagger`]) and in fields that say so (`named`), if the detector has a tagger
//!    ([`Detector::with_tagger`]); in the text as it stands and with its escapes undone; names that were found are looked for in other
//!    ways to write them (`known`, [`KnownNames`]).
//!    A bigger model, if one is handed in ([`Detector::with_model`]), reads the same text, or the lines that are worth it (`beside`);
//!    where it fails the text is unread, never a text without findings.
//! 7. Surrogates are left out (`surrogate`), overlaps become unions (`merge`), further places of the names and credentials
//!    found are added (`echo`), spans go back to the original text.
//!
//! [`Cache`] keeps findings under a keyed digest of the text, for conversations that are sent again with each turn.
//!
//! # Invariants
//! - The same input gives the same findings (test `findings_do_not_depend_on_what_came_before`).
//! - Findings are sorted, do not overlap, and lie on character boundaries of the original text (property
//!   `findings_are_sorted_apart_and_on_character_boundaries`).
//! - Time is linear in the text, whatever it holds (test `hostile_texts_are_searched_whole`).
//! - A finding in a form covers what it was decoded from as a whole (tests in `tests/evasion.rs`), and what is nested too deep
//!   to be undone is an error, not a text without findings (test `encodings_that_are_nested_too_deep_are_refused`).
//! - Text of the shape of a surrogate is never found (test `surrogates_are_never_found`).
//! - No error and no evidence holds text of the input.
//!
//! # Recognizer files
//! TOML. A file has `version = 1` and any of:
//!
//! ```toml
//! version = 1
//!
//! [[entity]]                      # what is found
//! name = "STAFF_NUMBER"
//! word = "STAFF"                  # surrogates begin with it: letters A-Z, one per entity
//! class = "confidential"          # a data class of the treatments table
//! labels = ["STAFFNO"]            # short names under which exact terms may name the entity
//!
//! [[recognizer]]                  # how it is found
//! id = "staff_number"
//! entity = "STAFF_NUMBER"
//! context = ["staff", "employee"] # whole words, in any case, within 72 bytes before or 28 behind, in the JSON name, or in
//!                                 # the header of the column (CSV, TSV, Markdown, SQL); a phrase also as the name of
//!                                 # a field: `tax number` as `tax_number`, `tax-number`, `taxNumber`
//! context_required = false        # true: without such a word nothing is found
//! context_bytes = [40, 0]         # another reach of context words, before and behind
//! against = ["order"]             # such a word within 24 bytes before speaks against it
//! score_min = 0.5                 # lower scores are not reported
//! examples = [{ text = "staff no. E-20417", find = "E-20417" }]
//! counter_examples = ["order E-20417"]
//!
//! [[recognizer.pattern]]
//! name = "number"
//! numbers = true                  # where to look, exactly one of: literals, keywords, words, endings, numbers, anywhere,
//!                                 # scanner
//! regex = '''E-[0-9]{5}'''
//! score = 0.3                     # + 0.3 if a check passes, + 0.35 for context
//! ```
//!
//! Where to look: `literals` (the value begins with one of these texts; the regex matches from there), `keywords` (the value
//! follows one of these whole words; the regex matches behind it and puts the value into `group`, or a `reader` reads on from
//! its end; with `from_key = true` the name of the JSON member and the header of the column count as the keyword), `words` (a
//! lexicon: the value is one of these words or phrases, whole and in any case; no regex), `exact` (a deny list: the value is one
//! of these texts, whole and as written; no regex), `endings` (the value ends with one of
//! these whole words or right before it; the regex matches up to the end of the word and looks `window_bytes` back from
//! there, 64 unless told), `numbers` (the value begins with a word
//! that holds a digit, or with a short word of capitals before one), `anywhere` (slower; the regex must have a longest match),
//! `scanner` (in code; the pattern is named after the kind it takes up). Further keys of a pattern: `check`, `edge` (`word`,
//! `number`, `group`, `address`, `key`, `none`: which neighbours it may have), `context_required`, `window_bytes` (how far the regex may look).
//!
//! The text of an example may be a list of parts that are joined, so that no scanner of source code takes it for a real key.
//! Unknown keys are refused; every mistake names file, line and column ([`RuleError`]).
//!
//! Files that are not shipped are held to more, when they are loaded ([`Detector::new`]): a recognizer is refused that is
//! ambiguous (another finds its example or a text of its list as something else; a regex that matches nothing), too slow (what
//! it may read for each byte of a text, by its shape; how often ordinary text leads to it) or hits the sample of ordinary text
//! in `recognizers/ordinary.txt` more than twice.

mod again;
mod allow;
mod any_of;
mod beside;
mod blocks;
mod cache;
mod check;
mod context;
mod detector;
mod echo;
mod edges;
mod error;
mod examples;
mod forms;
mod judge;
mod known;
mod lexicon;
mod merge;
mod model;
mod named;
mod normal;
mod numbers;
mod ordinary;
#[cfg(any(test, feature = "properties"))]
pub mod properties;
mod read;
mod repeats;
mod rules;
mod scan;
mod search;
mod strings;
mod surrogate;
mod tables;
pub mod tagger;
mod terms;
mod triggers;
mod vocabulary;

pub use again::Seen;
pub use allow::AllowList;
pub use cache::Cache;
pub use detector::{Detector, Input, TEXT_BYTES_MAX};
pub use error::DetectError;
pub use known::KnownNames;
pub use model::{Model, ModelFault, ModelLabel, ModelSpan, Reads, UnknownEntity};
pub use named::NamesAsked;
pub use repeats::Repeats;
pub use rules::{About, AboutExample, AboutPattern, BUILTIN, RuleError, RuleFile, about};
pub use terms::{EXACT_TERM, ExactTerms, exact_term_entity};
