//! How many different people: exactly while they are few, by a sketch beyond.

use std::collections::HashSet;

use policy::Sketch;

/// So many are told one by one.
const EXACT_MAX: usize = 4096;

/// Different people, known by keyed digests only.
#[derive(Debug, Clone)]
pub(crate) struct People {
    /// All of them; `None` once they are too many.
    exact: Option<HashSet<[u8; 32]>>,
    sketch: Sketch,
}

impl Default for People {
    fn default() -> Self {
        Self { exact: Some(HashSet::new()), sketch: Sketch::default() }
    }
}

impl People {
    /// Counts people.
    pub(crate) fn add(&mut self, digests: &[[u8; 32]]) {
        for digest in digests {
            let is_new = self.exact.as_mut().is_none_or(|exact| exact.insert(*digest));
            if is_new {
                self.sketch.set(Sketch::slot(digest));
            }
        }
        self.bounded();
    }

    /// Takes in those that another has counted.
    pub(crate) fn join(&mut self, other: &Self) {
        self.sketch.join(&other.sketch);
        match (&mut self.exact, &other.exact) {
            (Some(own), Some(others)) => own.extend(others),
            _ => self.exact = None,
        }
        self.bounded();
    }

    /// How many they are; beyond some thousand about so many, rather more.
    pub(crate) fn count(&self) -> u64 {
        self.exact.as_ref().map_or_else(|| self.sketch.count(), |exact| exact.len() as u64)
    }

    fn bounded(&mut self) {
        if self.exact.as_ref().is_some_and(|exact| exact.len() > EXACT_MAX) {
            self.exact = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    fn digests(from: u32, to: u32) -> Vec<[u8; 32]> {
        (from..to).map(|person| Sha256::digest(person.to_le_bytes()).into()).collect()
    }

    #[test]
    fn few_are_counted_exactly_and_many_a_little_too_high_in_any_order() {
        let mut few = People::default();
        few.add(&digests(0, 50));
        few.add(&digests(20, 70));
        assert_eq!(few.count(), 70);
        let (mut one, mut other) = (People::default(), People::default());
        one.add(&digests(0, 6_000));
        other.add(&digests(4_000, 9_000));
        let mut turned = other.clone();
        turned.join(&one);
        one.join(&other);
        assert_eq!(one.count(), turned.count());
        assert!((9_000..9_100).contains(&one.count()), "{}", one.count());
    }
}
