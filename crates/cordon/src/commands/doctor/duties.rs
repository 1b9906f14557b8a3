//! What the configuration rests on and what runs out: grants, exceptions, facts that decide.

use std::collections::BTreeSet;

use registry::{Adequacy, Day, Doubt};
use serde_json::{Value, json};

use crate::config::plan::{DeploymentPlan, Plan};
use crate::output::{Output, Tone};
use crate::standings::adequacy;

/// How far ahead is looked, in days.
const AHEAD_DAYS: i32 = 30;

/// Something that does not count any more, or not much longer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Duty {
    /// `grant`, `exception` or `fact`.
    kind: &'static str,
    /// Of whom: a provider, a deployment; empty for an exception.
    of: String,
    /// Its name.
    name: String,
    /// The last day on which it counts; `None` for a fact, whose age counts.
    last: Option<Day>,
    /// True where it does not count today.
    is_over: bool,
    /// What it means, in one line.
    text: String,
}

/// What has to be looked at, what is over first.
pub(super) struct Duties(Vec<Duty>);

impl Duties {
    /// Those of a configuration.
    pub(super) fn of(plan: &Plan) -> Self {
        let mut all = grants(plan);
        all.extend(exceptions(plan));
        all.extend(facts(plan));
        all.sort_by(|one, other| {
            (!one.is_over, one.last, &one.of, &one.name).cmp(&(
                !other.is_over,
                other.last,
                &other.of,
                &other.name,
            ))
        });
        Self(all)
    }

    /// True where there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn print(&self, output: &Output) {
        output.line(&output.toned(Tone::Strong, "What your configuration rests on"));
        if self.is_empty() {
            let line =
                format!("  {}", "All grants, exceptions and deciding facts count for 30 days and more.");
            output.line(&output.toned(Tone::Good, &line));
        }
        for duty in &self.0 {
            let tone = if duty.is_over { Tone::Bad } else { Tone::Doubtful };
            output.line(&format!("  {}", output.toned(tone, &duty.text)));
        }
    }

    pub(super) fn json(&self) -> Value {
        let duty = |duty: &Duty| {
            json!({
                "kind": duty.kind, "of": duty.of, "name": duty.name, "last_day": duty.last.map(|day| day.to_string()),
                "over": duty.is_over, "text": duty.text,
            })
        };
        self.0.iter().map(duty).collect()
    }
}

/// How long until the last day, or that it is over; `None` beyond what is looked at.
fn when(last: Day, today: Day) -> Option<(bool, String)> {
    match last.0.saturating_sub(today.0) {
        days if days < 0 => Some((true, format!("ran out on {last} and does not count"))),
        0 => Some((false, format!("runs out today, {last}"))),
        days if days <= AHEAD_DAYS => Some((false, format!("runs out on {last}, in {days} days"))),
        _ => None,
    }
}

fn grants(plan: &Plan) -> Vec<Duty> {
    let mut all = Vec::new();
    for key in plan.keys.iter().filter(|key| key.is_active) {
        for (name, grant) in key.account.grants() {
            let Some((last, (is_over, when))) =
                grant.expires.and_then(|last| Some((last, when(last, plan.today)?)))
            else {
                continue;
            };
            all.push(Duty {
                kind: "grant",
                of: key.provider.clone(),
                name: name.to_owned(),
                last: Some(last),
                is_over,
                text: format!("{} ({}): {name} {} {when}", key.provider, key.environment, grant.id),
            });
        }
    }
    all
}

fn exceptions(plan: &Plan) -> Vec<Duty> {
    let exceptions = plan.policies.exceptions.iter();
    exceptions
        .filter_map(|exception| {
            let (is_over, when) = when(exception.until, plan.today)?;
            Some(Duty {
                kind: "exception",
                of: String::new(),
                name: exception.name.clone(),
                last: Some(exception.until),
                is_over,
                text: format!("exception {} of {} {when}", exception.name, exception.who),
            })
        })
        .collect()
}

/// Facts on which a decision about a deployment rests and which are too old, contradictory, or too old soon. What nobody knows is
/// for `cordon providers review`.
fn facts(plan: &Plan) -> Vec<Duty> {
    let adequacy = adequacy(&plan.policies.law);
    let away = plan.deployments.iter().filter(|planned| !planned.route.on_premises && !planned.is_built_in);
    away.flat_map(|planned| of_deployment(plan, planned, &adequacy)).collect()
}

fn of_deployment(plan: &Plan, planned: &DeploymentPlan, adequacy: &Adequacy) -> Vec<Duty> {
    let model = planned.route.listed.first().map_or("", String::as_str);
    let doubts = |day: Day, wanted: &[Doubt]| -> BTreeSet<(String, Doubt)> {
        plan.standing(&planned.route.id, plan.environment, model, adequacy, day)
            .map(|standing| standing.doubtful)
            .unwrap_or_default()
            .into_iter()
            .filter(|(_, doubt)| wanted.contains(doubt))
            .collect()
    };
    let now = doubts(plan.today, &[Doubt::Stale, Doubt::Conflict]);
    let soon = doubts(Day(plan.today.0.saturating_add(AHEAD_DAYS)), &[Doubt::Stale]);
    let duty = |key: &str, is_over: bool, what: &str| Duty {
        kind: "fact",
        of: planned.route.id.to_string(),
        name: key.to_owned(),
        last: None,
        is_over,
        text: format!("{}: {} ({key}) {what}", planned.route.id, plan.facts.label(key).unwrap_or(key)),
    };
    let worst = "so the worst case counts: cordon providers review";
    let mut all: Vec<Duty> = now
        .iter()
        .map(|(key, doubt)| match doubt {
            Doubt::Conflict => duty(key, true, &format!("is contradictory, {worst}")),
            _ => duty(key, true, &format!("was read too long ago, {worst}")),
        })
        .collect();
    let ages = soon.iter().filter(|(key, _)| !now.iter().any(|(known, _)| known == key));
    all.extend(ages.map(|(key, _)| {
        duty(key, false, "will be too old within 30 days, and then the worst case counts: read it again")
    }));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_day_counts_and_the_thirtieth_day_is_still_looked_at() {
        let today = Day(20_786);
        let said = |days: i32| when(Day(today.0 + days), today);
        assert_eq!(said(-1).map(|(is_over, _)| is_over), Some(true));
        assert_eq!(said(0).map(|(is_over, text)| (is_over, text.contains("today"))), Some((false, true)));
        assert!(said(30).is_some_and(|(is_over, text)| !is_over && text.ends_with("in 30 days")));
        assert_eq!(said(31), None);
    }
}
