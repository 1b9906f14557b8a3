//! Differences counted, in bounded memory: equal ones together, with who asked and where they begin and end.

use std::collections::{BTreeMap, BTreeSet};

use types::AppName;

use super::{Cannot, Difference, Replayed};

/// Most different differences that are kept apart.
const GROUPS_MAX: usize = 1_000;

/// Most apps that are named for one difference.
const APPS_MAX: usize = 20;

/// What came of many records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Questions that were asked again.
    pub asked: u64,
    /// Of them, those whose verdict is another one.
    pub differ: u64,
    /// Records that ask nothing: outcomes, refusals for other reasons, records of a newer program.
    pub not_asked: u64,
    /// Questions that cannot be asked again.
    pub cannot: BTreeMap<Cannot, u64>,
    /// Differences beyond those that are kept apart.
    pub beyond: u64,
    groups: BTreeMap<Difference, Group>,
}

/// Equal differences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// How many.
    pub count: u64,
    /// Whose; at most 20 are named.
    pub apps: BTreeSet<AppName>,
    /// Index of the first record.
    pub first: u64,
    /// Index of the last one.
    pub last: u64,
}

impl Tally {
    /// Counts what came of the record with this index.
    pub fn add(&mut self, index: u64, app: Option<&AppName>, replayed: Replayed) {
        match replayed {
            Replayed::NotAsked => self.not_asked += 1,
            Replayed::Cannot(why) => *self.cannot.entry(why).or_default() += 1,
            Replayed::Same => self.asked += 1,
            Replayed::Differs(all) => {
                self.asked += 1;
                self.differ += 1;
                for difference in all {
                    self.count(index, app, difference);
                }
            }
        }
    }

    fn count(&mut self, index: u64, app: Option<&AppName>, difference: Difference) {
        if self.groups.len() >= GROUPS_MAX && !self.groups.contains_key(&difference) {
            self.beyond += 1;
            return;
        }
        let new = || Group { count: 0, apps: BTreeSet::new(), first: index, last: index };
        let group = self.groups.entry(difference).or_insert_with(new);
        group.count += 1;
        group.last = index;
        if let Some(app) = app
            && group.apps.len() < APPS_MAX
        {
            group.apps.insert(app.clone());
        }
    }

    /// The differences, the most frequent first.
    pub fn groups(&self) -> Vec<(&Difference, &Group)> {
        let mut all: Vec<_> = self.groups.iter().collect();
        all.sort_by_key(|(_, group)| (std::cmp::Reverse(group.count), group.first));
        all
    }
}
