//! Names that everybody knows: they stay in running text where configuration lets them.

use std::collections::HashSet;

use crate::tagger::Label;

/// Public figures, well-known organisations and products; they come from `recognizers/public.toml`.
#[derive(Debug, Default)]
pub(crate) struct PublicNames {
    people: HashSet<String>,
    organizations: HashSet<String>,
    products: HashSet<String>,
}

impl PublicNames {
    /// The names of the lists.
    pub(crate) const LISTS: &str = "public_people, public_organizations, public_products";

    /// Takes a list; false when none is called so.
    pub(crate) fn add(&mut self, list: &str, words: &[String]) -> bool {
        let set = match list {
            "public_people" => &mut self.people,
            "public_organizations" => &mut self.organizations,
            "public_products" => &mut self.products,
            _ => return false,
        };
        set.extend(words.iter().map(|word| word.to_lowercase()));
        true
    }

    /// True for a name, whole, that is on a list.
    pub(super) fn holds(&self, label: Label, name: &str) -> bool {
        let name = name.to_lowercase();
        let is_listed = match label {
            Label::Person => self.people.contains(&name),
            Label::Organisation => self.organizations.contains(&name),
            Label::Location | Label::Address => false,
        };
        is_listed || self.products.contains(&name)
    }
}
