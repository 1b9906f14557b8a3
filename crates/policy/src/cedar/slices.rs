//! Policies, cut to what can matter for a question: one set per class and treatment.
//!
//! A generated policy names its classes and actions, so that it can be left out where it could not match; so can one of the operator's
//! that asks for the class before anything else ([`classes`](super::classes)). Test `a_slice_decides_as_the_whole_set_does` holds slices against the whole.

use std::collections::HashMap;

use cedar_policy::{Policy, PolicyId, PolicySet};
use types::{DataClass, Treatment};

use super::PolicyFault;
use super::known::{ASKED, Known};

/// The sets of one treatments table.
#[derive(Debug, Clone)]
pub(super) struct Slices {
    by_class: Vec<(DataClass, [PolicySet; 3])>,
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
        let mut by_class = Vec::with_capacity(DataClass::ALL.len());
        for class in DataClass::ALL {
            let [keep, pseudonymise, redact] = ASKED;
            by_class.push((
                class,
                [
                    slice(policies.clone(), class, keep)?,
                    slice(policies.clone(), class, pseudonymise)?,
                    slice(policies.clone(), class, redact)?,
                ],
            ));
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

fn slice<'a>(
    policies: impl Iterator<Item = &'a Known>,
    class: DataClass,
    treatment: Treatment,
) -> Result<PolicySet, PolicyFault> {
    let chosen = policies.filter(|known| known.may_matter(class, treatment));
    whole(chosen)
}

/// All policies in one set.
pub(super) fn whole<'a>(policies: impl Iterator<Item = &'a Known>) -> Result<PolicySet, PolicyFault> {
    PolicySet::from_policies(policies.map(|known| known.policy.clone()))
        .map_err(|error| PolicyFault::internal(&format!("two policies have one id: {error}")))
}
