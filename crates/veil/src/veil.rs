//! Values → surrogates, for one request.
//!
//! Promises: the same value (in normal form) of an entity gets the same surrogate, another value another one; no surrogate
//! begins another or occurs in what the caller wrote; the same values in the same order give the same surrogates. A value
//! that comes first keeps its short code. Leaves to others: finding values, and the scope.
//!
//! A value is known by its MAC here, so that there is one copy of it: the one for the restore map.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Bound;

use types::{DataClass, Entity, Original, Scope, ScopeKey};
use zeroize::Zeroizing;

use crate::class::{Range, range_for};
use crate::code::Coding;
use crate::foreign::WORD_BYTES_MAX;
use crate::mac::{Keyed, ValueId};
use crate::map::Entry;
use crate::normal::normal_form;
use crate::shape::is_word;
use crate::spelling::Shape;
use crate::{Foreign, Form, Forms, RestoreMap, VeilError};

/// The most values of one request; each takes about 300 bytes.
const VALUES_MAX: usize = 1 << 20;
/// How many values of a range are tried for one original. More than any of the small ranges has.
const PROBES_MAX: u64 = 16_384;
/// From so many values on, codes begin two characters longer, so that the shortest do not run out.
const MANY_VALUES: usize = 1 << 14;
const MANY_VALUES_LONGER: usize = 2;

/// Gives surrogates to the values of one request, and remembers what they stand for.
pub struct Veil<'a> {
    keyed: Keyed,
    forms: &'a Forms,
    foreign: &'a Foreign<'a>,
    coding: Coding,
    entries: Vec<Entry>,
    known: HashMap<ValueId, usize>,
    /// Every surrogate given, folded. None begins another.
    taken: BTreeSet<String>,
    /// The originals regardless of their entity; kept only where class-preserving forms are in use.
    originals: HashSet<ValueId>,
    /// Names of the ranges in which nothing is free.
    used_up: HashSet<String>,
}

impl<'a> Veil<'a> {
    /// A veil for one request. `foreign` holds what the caller wrote.
    pub fn new(key: &ScopeKey, scope: Scope, forms: &'a Forms, foreign: &'a Foreign<'_>) -> Self {
        Self::with_coding(key, scope, forms, foreign, Coding::REAL)
    }

    fn with_coding(
        key: &ScopeKey,
        scope: Scope,
        forms: &'a Forms,
        foreign: &'a Foreign<'_>,
        coding: Coding,
    ) -> Self {
        Self {
            keyed: Keyed::new(key, scope),
            forms,
            foreign,
            coding,
            entries: Vec::new(),
            known: HashMap::new(),
            taken: BTreeSet::new(),
            originals: HashSet::new(),
            used_up: HashSet::new(),
        }
    }

    /// The surrogate of a value. Two spellings with one normal form share it, and come back as the first was written.
    ///
    /// # Errors
    /// When the value is empty, the entity's word is unfit, or limits are reached. The value must not be sent then.
    pub fn surrogate(&mut self, entity: &Entity, value: &str) -> Result<String, VeilError> {
        if value.is_empty() {
            return Err(VeilError::ValueEmpty { entity: entity.name().to_owned() });
        }
        let normal = Normal::of(value);
        let id = self.keyed.value(entity.name(), normal.as_str());
        if let Some(entry) = self.known.get(&id).and_then(|entry| self.entries.get(*entry)) {
            return Ok(entry.surrogate.clone());
        }
        if self.entries.len() >= VALUES_MAX {
            return Err(VeilError::TooManyValues {
                entity: entity.name().to_owned(),
                values_max: VALUES_MAX,
            });
        }
        if !self.forms.is_empty() {
            self.originals.insert(self.keyed.value("", normal.as_str()));
        }
        let of_class = match self.forms.of(entity.name()) {
            Form::Word => None,
            Form::Class => {
                range_for(entity.name(), normal.as_str()).and_then(|range| self.free_value(&range, id))
            }
        };
        let (surrogate, shape) = match of_class {
            Some(given) => given,
            None => (self.free_word(entity, id)?, Shape::Word),
        };
        self.taken.insert(folded(&surrogate));
        self.known.insert(id, self.entries.len());
        self.entries.push(Entry {
            surrogate: surrogate.clone(),
            original: Original::new(value),
            shape,
            is_credential: entity.class() == DataClass::Credential,
        });
        Ok(surrogate)
    }

    /// What was replaced.
    pub fn into_map(self) -> RestoreMap {
        RestoreMap::new(self.entries)
    }

    /// A free surrogate in word form: the shortest code first, then, where it collides, unrelated ones that grow by one
    /// character each. (To lengthen the same code would not help: it would still begin with the one it collides with.)
    fn free_word(&self, entity: &Entity, id: ValueId) -> Result<String, VeilError> {
        let word = entity.word();
        if !is_word(word) {
            return Err(VeilError::WordUnfit {
                entity: entity.name().to_owned(),
                length_max: WORD_BYTES_MAX,
            });
        }
        let longer = if self.entries.len() < MANY_VALUES { 0 } else { MANY_VALUES_LONGER };
        let lengths = (self.coding.length_min + longer..).map(|length| length.min(self.coding.length_max));
        for (attempt, length) in (0..self.coding.attempts_max).zip(lengths) {
            let Some(code) = self.coding.code(self.keyed.number(id, attempt), length) else { continue };
            if self.is_free(&[word, &code].concat()) && !self.foreign.contains_spelling(word, &code) {
                return Ok([word, "_", &code].concat());
            }
        }
        Err(VeilError::CodesExhausted {
            entity: entity.name().to_owned(),
            attempts: self.coding.attempts_max,
        })
    }

    /// A free value of a range: the keyed one, or the next after it.
    fn free_value(&mut self, range: &Range, id: ValueId) -> Option<(String, Shape)> {
        if self.used_up.contains(&range.name()) {
            return None;
        }
        let size = range.size().max(1);
        let first = u64::try_from(self.keyed.number(id, 0) % u128::from(size)).ok()?;
        for probe in 0..size.min(PROBES_MAX) {
            let value = range.value((first + probe) % size)?;
            if self.is_free(&folded(&value)) && !self.occurs(&value) {
                return Some((value, range.shape()));
            }
        }
        self.used_up.insert(range.name());
        None
    }

    /// True when the value stands in the request, or is an original.
    fn occurs(&self, value: &str) -> bool {
        let is_original = || self.originals.contains(&self.keyed.value("", normal_form(value).as_ref()));
        let (lower, upper) = (value.to_ascii_lowercase(), value.to_ascii_uppercase());
        self.foreign.contains(value)
            || (lower != value && self.foreign.contains(&lower))
            || (upper != value && self.foreign.contains(&upper))
            || is_original()
    }

    /// True when this folded surrogate neither begins a taken one nor begins with one.
    fn is_free(&self, folded: &str) -> bool {
        let from = (Bound::Included(folded), Bound::Unbounded);
        let upto = (Bound::Unbounded, Bound::Excluded(folded));
        let begins = self.taken.range::<str, _>(from).next().is_some_and(|next| next.starts_with(folded));
        let begun = self
            .taken
            .range::<str, _>(upto)
            .next_back()
            .is_some_and(|last| folded.starts_with(last.as_str()));
        !begins && !begun
    }
}

/// A surrogate without what spellings may change: in upper case, without separators.
fn folded(surrogate: &str) -> String {
    surrogate
        .chars()
        .filter(|c| !matches!(c, '_' | ' ' | '-' | '(' | ')'))
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// A value in normal form; zeroed where it is a copy.
enum Normal<'v> {
    AsWritten(&'v str),
    Copied(Zeroizing<String>),
}

impl<'v> Normal<'v> {
    fn of(value: &'v str) -> Self {
        match normal_form(value) {
            std::borrow::Cow::Borrowed(value) => Self::AsWritten(value),
            std::borrow::Cow::Owned(copy) => Self::Copied(Zeroizing::new(copy)),
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::AsWritten(value) => value,
            Self::Copied(copy) => copy,
        }
    }
}

#[cfg(test)]
mod tests;
