//! Who a request is about: keyed digests of the values that tell people apart, for the meters. No value is kept.
//!
//! A person may stand in a request with a name, an address and a number. Counting all of them would count the person three
//! times, counting names alone would miss those who have none; so the kind of value with the most different ones counts,
//! and of kinds with as many the one that tells people apart best. A request in which data about somebody was found and
//! nobody was named counts one person, that of its conversation.

use std::collections::{BTreeMap, BTreeSet};

use hmac::{Hmac, KeyInit, Mac};
use policy::{Counted, Day};
use sha2::Sha256;
use types::{DataClass, Scope, ScopeKey, Segment, Treatment, Verdict};

use crate::inspect::Found;

/// The people that a request is about, and what of them is about to leave.
#[derive(Debug)]
pub(crate) struct People {
    /// The app that sends it.
    pub(crate) app: types::AppName,
    /// The provider that gets it; `None` where no third party does.
    pub(crate) recipient: Option<String>,
    /// The classes that were found.
    pub(crate) found: BTreeSet<DataClass>,
    /// Those that leave, in clear or as surrogates.
    pub(crate) leaving: BTreeSet<DataClass>,
    /// Where the app says that its people live.
    pub(crate) regions: Option<BTreeSet<String>>,
    /// Keyed digests of the people.
    pub(crate) subjects: Vec<[u8; 32]>,
}

impl People {
    pub(crate) fn counted(&self, day: Day) -> Counted<'_> {
        Counted {
            app: self.app.as_str(),
            recipient: self.recipient.as_deref(),
            day,
            found: &self.found,
            leaving: &self.leaving,
            regions: self.regions.as_ref(),
            subjects: &self.subjects,
        }
    }
}

/// The classes that leave, in clear or as surrogates: the laws that count people count both.
pub(crate) fn leaving(
    found: &BTreeMap<DataClass, u32>,
    verdict: &Verdict,
    observed: bool,
) -> BTreeSet<DataClass> {
    let leaves = |class: &DataClass| {
        observed || matches!(verdict.treatment(*class), Treatment::Keep | Treatment::Pseudonymise)
    };
    found.keys().copied().filter(leaves).collect()
}

/// Classes whose values tell people apart, the best first.
const TELLING: [DataClass; 4] =
    [DataClass::GovernmentId, DataClass::Contact, DataClass::Person, DataClass::Financial];

/// Keyed digests of the people in a request; empty where nothing was found.
pub(crate) fn subjects(
    segments: &[Segment<'_>],
    found: &Found,
    key: &ScopeKey,
    scope: Scope,
) -> Vec<[u8; 32]> {
    let mut by_class: BTreeMap<DataClass, BTreeSet<[u8; 32]>> = BTreeMap::new();
    for (segment, findings) in segments.iter().zip(&found.by_segment) {
        for finding in findings.iter().filter(|finding| TELLING.contains(&finding.class())) {
            let Some(value) = finding.span.of(&segment.text) else { continue };
            by_class.entry(finding.class()).or_default().extend(digest(key, &folded(value)));
        }
    }
    let most = TELLING.iter().rev().filter_map(|class| by_class.remove(class)).max_by_key(BTreeSet::len);
    match most {
        Some(digests) => digests.into_iter().collect(),
        None if found.classes.is_empty() => Vec::new(),
        None => digest(key, &scope.0).into_iter().collect(),
    }
}

/// A value as it tells a person apart: letters, digits and `@`, in lower case, so that spellings of one number are one.
fn folded(value: &str) -> Vec<u8> {
    let telling = value.chars().filter(|c| c.is_alphanumeric() || *c == '@');
    telling.flat_map(char::to_lowercase).collect::<String>().into_bytes()
}

fn digest(key: &ScopeKey, value: &[u8]) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose()).ok()?;
    mac.update(value);
    Some(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::sync::Arc;

    use types::{ByteSpan, Entity, EntityDef, Evidence, Finding, Role, SegmentKind};

    use super::*;

    fn count(values: &[(&str, DataClass)]) -> usize {
        let mut text = String::new();
        let mut findings = Vec::new();
        for (value, class) in values {
            let start = text.len();
            text.push_str(value);
            let span = ByteSpan::new(start, text.len());
            text.push_str("; ");
            findings.push(Finding {
                span,
                entity: Entity::new(EntityDef { name: "X".to_owned(), word: "X".to_owned(), class: *class }),
                score: 1.0,
                evidence: Evidence::default(),
            });
        }
        let mut found = Found::default();
        for (_, class) in values {
            *found.classes.entry(*class).or_default() += 1;
        }
        found.by_segment.push(Arc::from(findings));
        let segment =
            Segment { text: Cow::Owned(text), role: Role::User, kind: SegmentKind::Text, key: None };
        subjects(&[segment], &found, &ScopeKey::new([1; 32]), Scope([2; 32])).len()
    }

    #[test]
    fn a_person_with_many_values_counts_once_and_spellings_are_one() {
        use DataClass::{Contact, GovernmentId, Health, Person};
        assert_eq!(count(&[]), 0);
        assert_eq!(
            count(&[("Anna Weber", Person), ("anna@weber.example", Contact), ("123-45-6789", GovernmentId)]),
            1
        );
        assert_eq!(count(&[("123-45-6789", GovernmentId), ("123 45 6789", GovernmentId)]), 1);
        assert_eq!(count(&[("Anna Weber", Person), ("Jan Kos", Person), ("anna@weber.example", Contact)]), 2);
        assert_eq!(count(&[("diabetes", Health)]), 1, "somebody has it");
    }
}
