//! Which value counts: the most specific scope wins, the operator's own fact wins in the same scope, and what is unknown, too
//! old or in conflict counts as its fail-closed value.

use crate::fact::{Asked, Fact, Status, Value};
use crate::schema::{InConflict, Key, Type, Worse};
use crate::{Day, Doubt};

use super::Facts;

/// What counts for one key, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved<'a> {
    /// The value that counts for decisions.
    pub counts: Value,
    /// Why that is the fail-closed value; `None` where a fact counts as it stands.
    pub doubt: Option<Doubt>,
    /// The facts of the scope that decided, all of them.
    pub facts: Vec<&'a Fact>,
}

impl Facts {
    /// What counts for a key of a provider on a day.
    pub fn resolve(&self, provider: &str, key: &str, asked: &Asked<'_>, today: Day) -> Resolved<'_> {
        let Some(key) = self.schema.key(key) else {
            return Resolved { counts: Value::default(), doubt: Some(Doubt::Unknown), facts: Vec::new() };
        };
        let profile = self.profile(provider);
        let tier = asked.tier.or_else(|| profile?.tier_undeclared.as_deref());
        let asked = Asked { tier, ..*asked };
        let facts = profile.map_or(&[][..], |profile| &profile.facts);
        let fitting: Vec<&Fact> = facts
            .iter()
            .filter(|fact| fact.key == key.name && fact.scope.fits(&asked, &self.regions))
            .collect();
        let most = fitting.iter().map(|fact| fact.scope.specificity()).max();
        let mut group: Vec<&Fact> =
            fitting.into_iter().filter(|fact| Some(fact.scope.specificity()) == most).collect();
        if group.iter().any(|fact| fact.is_own) {
            group.retain(|fact| fact.is_own);
        }
        let (value, doubt) = folded(key, &group, today);
        let counts = match (value, &key.fail_closed_as) {
            (Some(value), _) => value,
            (None, Some(other)) if *other != key.name => {
                let value = self.resolve(provider, other, &asked, today).counts;
                Value::List(value.texts().into_iter().map(str::to_owned).collect())
            }
            (None, _) => key.fail_closed.clone(),
        };
        Resolved { counts, doubt, facts: group }
    }
}

/// The value of facts of one scope, `None` for the fail-closed one, and why it is in doubt.
fn folded(key: &Key, group: &[&Fact], today: Day) -> (Option<Value>, Option<Doubt>) {
    let told: Vec<&&Fact> = group.iter().filter(|fact| fact.status != Status::Unknown).collect();
    if told.is_empty() {
        return (None, Some(Doubt::Unknown));
    }
    let fresh: Vec<&&Fact> = told.into_iter().filter(|fact| !fact.is_stale(key, today)).collect();
    let mut values = fresh.iter().filter_map(|fact| fact.value.clone());
    let Some(first) = values.next() else { return (None, Some(Doubt::Stale)) };
    let mut is_conflict = fresh.iter().any(|fact| fact.status == Status::Conflict);
    let mut worst = Some(first);
    for value in values {
        if worst.as_ref() != Some(&value) {
            is_conflict = true;
            worst = worst.and_then(|worst| key.worse_of(worst, value));
        }
    }
    if !is_conflict {
        return (worst, None);
    }
    let counts = if key.in_conflict == InConflict::Worse { worst } else { None };
    (counts, Some(Doubt::Conflict))
}

impl Fact {
    /// True where it was read too long ago to count, or on a day that is yet to come: then a clock is wrong.
    pub fn is_stale(&self, key: &Key, today: Day) -> bool {
        let age = today.since(self.retrieved);
        key.max_age_days.is_some_and(|most| !(0..=i64::from(most)).contains(&age))
    }
}

impl Key {
    /// The less favourable of two values. `None` where the type has no order: then the fail-closed value counts.
    pub fn worse_of(&self, one: Value, other: Value) -> Option<Value> {
        match (one, other) {
            (Value::Text(one), Value::Text(other)) if self.kind == Type::Enum => {
                let rank = |text: &str| self.values.iter().position(|value| value == text);
                Some(Value::Text(if rank(&one) >= rank(&other) { one } else { other }))
            }
            (Value::Number(one), Value::Number(other)) => match self.worse? {
                _ if one < 0 || other < 0 => Some(Value::Number(-1)),
                Worse::More => Some(Value::Number(one.max(other))),
                Worse::Less | Worse::Fewer => Some(Value::Number(one.min(other))),
            },
            (Value::List(mut one), Value::List(other)) => match self.worse? {
                Worse::More => {
                    let new: Vec<String> = other.into_iter().filter(|text| !one.contains(text)).collect();
                    one.extend(new);
                    Some(Value::List(one))
                }
                Worse::Fewer | Worse::Less => {
                    one.retain(|text| other.contains(text));
                    Some(Value::List(one))
                }
            },
            _ => None,
        }
    }
}
