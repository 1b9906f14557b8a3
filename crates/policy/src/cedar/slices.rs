//! Policies, cut to what can matter for a question: one set per class and treatment, the same one where the same policies can.
//!
//! A generated policy names its classes and actions, so that it can be left out where it could not match; so can one of the operator's
//! that asks for the class before anything else ([`classes`](super::classes)). Test `a_slice_decides_as_the_whole_set_does` holds slices against the whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cedar_policy::{Policy, PolicyId, PolicySet};
use types::{DataClass, Treatment};

use super::PolicyFault;
use super::known::{ASKED, Known};

/// The sets of one treatments table.
#[derive(Debug, Clone)]
pub(super) struct Slices {
    by_class: Vec<(DataClass, [Arc<PolicySet>; 3])>,
    notes: HashMap<PolicyId, Note>,
}

/// What a policy says of itself in its annotations. Read once: the library parses the name of an annotation each time it is asked for one.
#[derive(Debug, Clone, Default)]
pub(super) struct Note {
    /// Its name in verdicts.
    pub(super) id: String,
    /// The law it cites.
    pub(super) law: Option<String>,
    /// Why it denies.
    pub(super) because: String,
    /// The facts it rests on, with commas between.
    pub(super) facts: String,
}

impl Note {
    fn of(policy: &Policy) -> Self {
        let said = |key: &str| policy.annotation(key).unwrap_or_default().to_owned();
        Self {
            id: said("id"),
            law: Some(said("law")).filter(|law| !law.is_empty()),
            because: said("because"),
            facts: said("facts"),
        }
    }
}

impl Slices {
    /// Cuts policies.
    pub(super) fn of<'a>(policies: impl Iterator<Item = &'a Known> + Clone) -> Result<Self, PolicyFault> {
        let mut sets = Sets { policies: policies.clone().collect(), made: BTreeMap::new() };
        let mut by_class = Vec::with_capacity(DataClass::ALL.len());
        for class in DataClass::ALL {
            let [keep, pseudonymise, redact] = ASKED;
            let slices = [sets.of(class, keep)?, sets.of(class, pseudonymise)?, sets.of(class, redact)?];
            by_class.push((class, slices));
        }
        let notes = policies.map(|known| (known.policy.id().clone(), Note::of(&known.policy))).collect();
        Ok(Self { by_class, notes })
    }

    /// What a policy says of itself.
    pub(super) fn note(&self, id: &PolicyId) -> Option<&Note> {
        self.notes.get(id)
    }

    /// The set for a question; `None` for `refuse`, which is not asked.
    pub(super) fn set(&self, class: DataClass, treatment: Treatment) -> Option<&PolicySet> {
        let (_, [keep, pseudonymise, redact]) = self.by_class.iter().find(|(known, _)| *known == class)?;
        match treatment {
            Treatment::Keep => Some(keep),
            Treatment::Pseudonymise => Some(pseudonymise),
            Treatment::Redact => Some(redact),
            Treatment::Refuse => None,
        }
    }
}

/// The sets made so far, by the places of their policies. Making one costs as much as asking it, and classes of one kind share theirs.
struct Sets<'a> {
    policies: Vec<&'a Known>,
    made: BTreeMap<Vec<usize>, Arc<PolicySet>>,
}

impl Sets<'_> {
    fn of(&mut self, class: DataClass, treatment: Treatment) -> Result<Arc<PolicySet>, PolicyFault> {
        let places = (0..).zip(&self.policies).filter(|(_, known)| known.may_matter(class, treatment));
        let (places, chosen): (Vec<usize>, Vec<&Known>) = places.unzip();
        if let Some(set) = self.made.get(&places) {
            return Ok(Arc::clone(set));
        }
        let set = Arc::new(whole(chosen.into_iter())?);
        self.made.insert(places, Arc::clone(&set));
        Ok(set)
    }
}

/// All policies in one set.
pub(super) fn whole<'a>(policies: impl Iterator<Item = &'a Known>) -> Result<PolicySet, PolicyFault> {
    PolicySet::from_policies(policies.map(|known| known.policy.clone()))
        .map_err(|error| PolicyFault::internal(&format!("two policies have one id: {error}")))
}
