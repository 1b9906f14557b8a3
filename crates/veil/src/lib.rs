//! Values to surrogates and a restore map, and back on the lanes of the answer.
//!
//! The step between policy and the way out, and again between the provider's answer and the client. It knows values,
//! entities and scopes; which dialect a text came in, who asked, and where maps are kept that must last is for others to
//! know. No clock, no randomness, nothing global: the same key, scope and values in the same order give the same surrogates.
//!
//! ```
//! use std::sync::Arc;
//! use cordon_veil::{Foreign, Forms, RestoreOptions, Restorer, Veil, scope_from};
//! use types::{DataClass, Entity, EntityDef, Lane, LaneFormat, LaneId, ScopeKey, Sink};
//!
//! let key = ScopeKey::new([7; 32]);
//! let person = Entity::new(EntityDef { name: "PERSON".into(), word: "PERSON".into(), class: DataClass::Person });
//! let (forms, foreign) = (Forms::default(), Foreign::of(["Greet Ilse Van Rompaey"]));
//! let mut veil = Veil::new(&key, scope_from(&key, &[b"conversation", b"1"]), &forms, &foreign);
//! let surrogate = veil.surrogate(&person, "Ilse Van Rompaey")?;
//!
//! let lane = Lane { id: LaneId { part: 0, channel: 0, index: 0 }, sink: Sink::Reader, format: LaneFormat::Plain };
//! let mut restorer = Restorer::new(Arc::new(veil.into_map()), RestoreOptions::default());
//! let (one, other) = surrogate.split_at(3);
//! let mut answer = restorer.push(lane, &format!("Hello {one}"));
//! answer += &restorer.push(lane, &format!("{other}!"));
//! answer += &restorer.close(lane);
//! assert_eq!(answer, "Hello Ilse Van Rompaey!");
//! # Ok::<(), cordon_veil::VeilError>(())
//! ```
//!
//! # Where to look
//! - What a surrogate is: [`Veil`], its codes (`code.rs`), class-preserving ranges (`class.rs`), words of the caller
//!   ([`Foreign`]). To add a class-preserving range: a file in `class/` with its size, its values and how to know one, and a
//!   line in `class.rs`; the tests there walk over it.
//! - What is restored: [`Restorer`], one lane (`lane.rs`), spellings (`spelling.rs`), JSON depths (`json.rs`), URLs (`url.rs`).
//!
//! # Invariants
//! - One to one within a scope; no surrogate, folded, begins another: `codes_that_collide_grow_and_never_begin_each_other`,
//!   `surrogates_look_like_surrogates_and_none_begins_another`.
//! - No surrogate occurs in what the caller wrote, in any spelling that would be restored:
//!   `a_code_that_the_caller_wrote_is_not_given`.
//! - What is restored does not depend on how a lane was cut: `the_result_does_not_depend_on_cuts`, and every case of
//!   `restorer/tests.rs`.
//! - Restored JSON parses to the original at every depth: `json_parses_to_the_original_at_every_depth`.
//! - Scopes never cross: a map is a value of its own, owned by one exchange: `scopes_in_parallel_never_cross`.
//! - A range that is used up gives the word form: `a_range_gives_each_value_once_and_then_the_word_form_follows`.
//! - What is held back, and the effort per character, are bounded: `text_without_surrogates_is_bounded_in_what_is_held`.
//!
//! # Limits on purpose
//! A surrogate in the middle of a longer word, one whose code was changed, and a shortened class-preserving name are not
//! restored. Where restoring is in doubt, the surrogate stays: it tells nobody anything.

mod class;
mod code;
mod error;
mod foreign;
mod forms;
mod json;
mod lane;
mod mac;
mod map;
mod normal;
#[cfg(any(test, feature = "properties"))]
pub mod properties;
mod restorer;
mod shape;
mod spelling;
mod url;
mod veil;

pub use error::VeilError;
pub use foreign::Foreign;
pub use forms::{Form, Forms};
pub use mac::scope_from;
pub use map::RestoreMap;
pub use normal::normal_form;
pub use restorer::{RestoreCounts, RestoreOptions, Restorer};
pub use shape::{looks_like_surrogate, redaction};
pub use veil::Veil;
