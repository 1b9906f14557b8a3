//! The verdict as a reader asks for it: class by class, then what is known of whoever gets it, then who is next and why not.

use std::collections::{BTreeMap, BTreeSet};

use exchange::{Considered, Lost};
use policy::PolicyEngine;
use registry::{Day, Doubt, Status, Value as FactValue};
use serde_json::{Value, json};
use types::{DataClass, Environment, Reason, Treatment};

use crate::config::plan::Plan;
use crate::output::{Output, Tone};
use crate::sheet::terminal::wrapped;

/// What a verdict is explained with.
pub(super) struct Sections<'a> {
    pub(super) plan: &'a Plan,
    pub(super) policy: &'a dyn PolicyEngine,
    pub(super) environment: Environment,
    pub(super) day: Day,
    /// All candidates, the chosen first.
    pub(super) candidates: &'a [Considered],
    pub(super) classes: &'a BTreeMap<DataClass, u32>,
    /// Entity → how many, of each class; empty where only the whole is known.
    pub(super) entities: BTreeMap<DataClass, BTreeMap<String, u32>>,
}

/// A fact that a policy rests on, as it counts for a deployment.
struct Ground {
    key: String,
    label: String,
    counts: String,
    /// Why the worst case counts; `None` where a fact does.
    doubt: Option<&'static str>,
    /// Status, source and day of each fact behind it.
    said: Vec<(Status, Vec<String>, Day)>,
}

/// Columns of a line.
const WIDTH: usize = 98;

impl Sections<'_> {
    /// Prints them.
    pub(super) fn print(&self, output: &Output) {
        let Some(first) = self.candidates.first() else { return };
        for (class, count) in self.classes {
            output.line("");
            self.class(output, *class, *count, first);
        }
        let grounds = self.grounds(first);
        if !grounds.is_empty() {
            output.line("");
            output.line(&output.toned(Tone::Strong, &format!("What is known of {}", first.deployment)));
            for ground in &grounds {
                output.line(&format!("  {}: {} ({})", ground.label, ground.counts, ground.evidence()));
            }
        }
        if let Some(others) = self.candidates.get(1..).filter(|others| !others.is_empty()) {
            output.line("");
            output.line(&output.toned(Tone::Strong, "Who is next, and why not first"));
            for other in others {
                output.line(&format!("  {}: {}", who(other), why_not(other, first)));
            }
        }
    }

    fn class(&self, output: &Output, class: DataClass, count: u32, first: &Considered) {
        let found: Vec<String> = self
            .entities
            .get(&class)
            .into_iter()
            .flatten()
            .map(|(entity, count)| format!("{entity} ×{count}"))
            .collect();
        let found = if found.is_empty() { String::new() } else { format!(", {}", found.join(", ")) };
        let treatment = treatment(first, class);
        let tone = if treatment == Treatment::Refuse { Tone::Bad } else { Tone::Strong };
        output.line(&format!("{}: {count} found{found}", output.toned(Tone::Strong, class.name())));
        output.line(&format!("  towards {}: {}", first.deployment, output.toned(tone, treatment.name())));
        for (place, reason) in about(first, class).into_iter().enumerate() {
            let law = reason.law.as_ref().map(|law| format!(", {law}")).unwrap_or_default();
            if place == 0 {
                output.line(&format!("  by {}{law}", reason.policy));
            } else {
                // What is said of class, deployment and treatment stands above already.
                let (_, because) = reason.text.split_once(", because ").unwrap_or(("", &reason.text));
                let not = reason.denied.map(|denied| format!("not {denied}: ")).unwrap_or_default();
                let text = format!("{not}{because} ({}{law})", reason.policy);
                for (at, line) in wrapped(&text, WIDTH).iter().enumerate() {
                    output.line(&format!("  {}{line}", if at == 0 { "" } else { "  " }));
                }
            }
        }
    }

    /// The facts that the policies rest on which bind at this deployment.
    fn grounds(&self, of: &Considered) -> Vec<Ground> {
        let reasons = match &of.verdict {
            Ok(verdict) => &verdict.reasons,
            Err(refusal) => &refusal.reasons,
        };
        let policies: BTreeSet<&str> = reasons.iter().map(|reason| reason.policy.as_str()).collect();
        let keys: BTreeSet<String> =
            policies.into_iter().flat_map(|policy| self.policy.rests_on(policy)).collect();
        keys.into_iter().filter_map(|key| self.ground(of, key)).collect()
    }

    fn ground(&self, of: &Considered, key: String) -> Option<Ground> {
        if of.standing.on_premises {
            return None;
        }
        let resolved = self.plan.resolved(&of.deployment, self.environment, &of.model, &key, self.day)?;
        let label = self.plan.facts.label(&key).unwrap_or(&key).to_owned();
        let title = |source: &std::sync::Arc<registry::Source>| match &source.document_date {
            Some(date) => format!("{} ({date})", source.title),
            None => source.title.clone(),
        };
        Some(Ground {
            label,
            counts: shown(&resolved.counts),
            doubt: resolved.doubt.map(|doubt| match doubt {
                Doubt::Unknown => "unknown",
                Doubt::Stale => "stale",
                Doubt::Conflict => "conflict",
            }),
            said: resolved
                .facts
                .iter()
                .map(|fact| (fact.status, fact.sources.iter().map(title).collect(), fact.retrieved))
                .collect(),
            key,
        })
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        let candidate = |(place, one): (usize, &Considered)| {
            let treatments: BTreeMap<&str, &str> =
                self.classes.keys().map(|class| (class.name(), treatment(one, *class).name())).collect();
            json!({
                "deployment": one.deployment.as_str(),
                "provider": one.provider,
                "model": one.model,
                "handling": one.standing.handling.name(),
                "quarantined": one.standing.quarantined,
                "price_usd": one.price.map(usd),
                "refused": one.verdict.is_err(),
                "treatments": treatments,
                "lost": { "refused": one.loss.refused, "redacted": one.loss.redacted, "pseudonymised": one.loss.pseudonymised },
                "why_not": self.candidates.first().filter(|_| place > 0).map(|first| why_not(one, first)),
            })
        };
        let ground = |ground: &Ground| {
            let said = ground.said.iter().map(|(status, sources, retrieved)| {
                json!({ "status": status.name(), "sources": sources, "retrieved": retrieved.to_string() })
            });
            json!({
                "key": ground.key,
                "label": ground.label,
                "counts": ground.counts,
                "doubt": ground.doubt,
                "said": said.collect::<Vec<_>>(),
            })
        };
        let grounds = self.candidates.first().map(|first| self.grounds(first)).unwrap_or_default();
        json!({
            "candidates": self.candidates.iter().enumerate().map(candidate).collect::<Vec<_>>(),
            "facts": grounds.iter().map(ground).collect::<Vec<_>>(),
        })
    }
}

impl Ground {
    fn evidence(&self) -> String {
        let said: Vec<String> = self
            .said
            .iter()
            .map(|(status, sources, retrieved)| {
                let sources =
                    if sources.is_empty() { String::new() } else { format!(": {}", sources.join("; ")) };
                format!("{}, read {retrieved}{sources}", status.name())
            })
            .collect();
        let said = if said.is_empty() { "nobody says so".to_owned() } else { said.join(" · ") };
        match self.doubt {
            Some(doubt) => format!("{doubt}, so the worst case counts; {said}"),
            None => said,
        }
    }
}

fn shown(value: &FactValue) -> String {
    match value {
        FactValue::Text(text) => text.clone(),
        FactValue::Number(number) => number.to_string(),
        FactValue::List(all) if all.is_empty() => "nothing".to_owned(),
        FactValue::List(all) => all.join(", "),
    }
}

/// The reasons of a class, who permits first.
fn about(one: &Considered, class: DataClass) -> Vec<&Reason> {
    let reasons = match &one.verdict {
        Ok(verdict) => &verdict.reasons,
        Err(refusal) => &refusal.reasons,
    };
    reasons.iter().filter(|reason| reason.class == Some(class)).collect()
}

fn treatment(one: &Considered, class: DataClass) -> Treatment {
    match &one.verdict {
        Ok(verdict) => verdict.treatment(class),
        // The request does not go, so what would have been done with its other classes is not said.
        Err(_) => Treatment::Refuse,
    }
}

/// A deployment with provider and model, and its price where it has one.
pub(super) fn who(one: &Considered) -> String {
    let price = one.price.map(|price| format!(", {} USD a million tokens", usd(price))).unwrap_or_default();
    format!("{} ({}, {}{price})", one.deployment, one.provider, one.model)
}

fn usd(price: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a price is far below 2^52 millionths")]
    let price = price as f64;
    price / 1_000_000.0
}

fn why_not(one: &Considered, first: &Considered) -> String {
    if let Err(refusal) = &one.verdict {
        let classes: Vec<&str> = refusal.classes.iter().map(|class| class.name()).collect();
        return format!("may not have {}", classes.join(", "));
    }
    if one.loss == first.loss {
        "loses as much, and comes later in the order".to_owned()
    } else {
        format!("{} where the first {}", lost(one.loss), lost(first.loss))
    }
}

fn lost(lost: Lost) -> String {
    let parts: Vec<String> =
        [("refuses", lost.refused), ("redacts", lost.redacted), ("pseudonymises", lost.pseudonymised)]
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(verb, count)| format!("{verb} {count}"))
            .collect();
    if parts.is_empty() { "loses nothing".to_owned() } else { parts.join(" and ") }
}
