//! One policy, and what is known of it before it is asked: for which classes and treatments it can matter.

use cedar_policy::{Effect, Policy, PolicyId};
use types::{DataClass, Treatment};

use super::PolicyFault;

/// The treatments that are asked for, from loose to strict.
pub(super) const ASKED: [Treatment; 3] = [Treatment::Keep, Treatment::Pseudonymise, Treatment::Redact];

/// A policy, its text, and where it can matter.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Name in verdicts: `L3`, `preset:standard`, `treatments.health`, or what the operator calls it.
    pub(super) id: String,
    /// Where it comes from: a law table, the treatments table, a file.
    pub(super) from: String,
    /// Its text.
    pub(super) text: String,
    /// The classes that it can match; empty means all.
    pub(super) classes: Vec<DataClass>,
    /// The treatments that it speaks of.
    pub(super) treatments: Vec<Treatment>,
    /// True where it is known to match only for people of some region.
    pub(super) is_regional: bool,
    /// True where it is known to match only outside the operator's premises.
    pub(super) is_elsewhere: bool,
    /// The policy itself.
    pub(super) policy: Policy,
}

impl Known {
    /// A generated policy. `unique` is its id among all policies.
    pub(super) fn generated(
        unique: &str,
        (id, from): (&str, &str),
        classes: &[DataClass],
        treatments: &[Treatment],
        text: String,
    ) -> Result<Self, PolicyFault> {
        let policy = Policy::parse(Some(PolicyId::new(unique)), &text).map_err(|error| {
            PolicyFault::internal(&format!("the generated policy {unique} cannot be read: {error}"))
        })?;
        Ok(Self {
            id: id.to_owned(),
            from: from.to_owned(),
            text,
            classes: classes.to_vec(),
            treatments: treatments.to_vec(),
            is_regional: false,
            is_elsewhere: false,
            policy,
        })
    }

    /// True where it can matter for a question.
    pub(super) fn may_matter(&self, class: DataClass, treatment: Treatment) -> bool {
        self.treatments.contains(&treatment) && (self.classes.is_empty() || self.classes.contains(&class))
    }

    /// True where it can only make stricter.
    pub(super) fn is_forbid(&self) -> bool {
        self.policy.effect() == Effect::Forbid
    }
}

/// A set of names, as Cedar writes it.
pub(super) fn set<T: std::fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| quoted(&name.to_string())).collect();
    format!("[{}]", names.join(", "))
}

/// A text, as Cedar writes it.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The scope of the actions of these treatments.
pub(super) fn actions(treatments: &[Treatment]) -> String {
    match treatments {
        [one] => format!("action == Action::\"{one}\""),
        many if many.len() == ASKED.len() => "action".to_owned(),
        many => {
            let names: Vec<String> =
                many.iter().map(|treatment| format!("Action::\"{treatment}\"")).collect();
            format!("action in [{}]", names.join(", "))
        }
    }
}
