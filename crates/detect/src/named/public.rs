//! Names that everybody knows: they stay in running text where configuration lets them.

use std::collections::HashSet;

use crate::tagger::Label;

/// Public figures and well-known organisations; they come from `recognizers/public.toml`.
#[derive(Debug, Default)]
pub(crate) struct PublicNames {
    people: HashSet<String>,
    organizations: HashSet<String>,
}

impl PublicNames {
    /// The names of the lists.
    pub(crate) const LISTS: &str = "public_people, public_organizations";

    /// Takes a list; false when none is called so.
    pub(crate) fn add(&mut self, list: &str, words: &[String]) -> bool {
        let set = match list {
            "public_people" => &mut self.people,
            "public_organizations" => &mut self.organizations,
            _ => return false,
        };
        set.extend(words.iter().map(|word| word.to_lowercase()));
        true
    }

    /// True for a name, whole, that is on a list.
    pub(super) fn holds(&self, label: Label, name: &str) -> bool {
        let set = match label {
            Label::Person => &self.people,
            Label::Organisation => &self.organizations,
            Label::Location | Label::Address => return false,
        };
        set.contains(&name.to_lowercase())
    }
}
