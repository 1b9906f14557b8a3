//! What a simulation says, for people and for programs.

use exchange::{Cannot, Cause, Difference, Group, What};
use serde_json::{Map, Value, json};
use types::DataClass;

use super::Simulated;
use crate::moment;
use crate::output::{Output, Tone};

/// Prints it.
pub(super) fn show(output: &Output, simulated: &Simulated, deployments_by_keys: bool) {
    output.document(&document(simulated));
    let tally = &simulated.tally;
    if let (Some((first, from)), Some((last, to))) = (simulated.first, simulated.last) {
        output.line(&format!(
            "Records {first} to {last}, {} to {}: {} asked again.",
            moment::shown(from),
            moment::shown(to),
            questions(tally.asked)
        ));
    }
    if tally.differ == 0 {
        output.line(&output.toned(Tone::Good, "Nothing would differ."));
    } else {
        let verb = if tally.differ == 1 {
            "would get another verdict:"
        } else {
            "of them would get another verdict:"
        };
        output.line(&output.toned(Tone::Strong, &format!("{} {verb}", tally.differ)));
        for (difference, group) in tally.groups() {
            output.line("");
            shown(output, difference, group);
        }
        if tally.beyond > 0 {
            output.line(&format!("\n{} further differences are not told apart.", tally.beyond));
        }
        output.line("");
    }
    for remark in remarks(simulated, deployments_by_keys) {
        output.line(&remark);
    }
    if let Some(first) = simulated.first_damaged {
        let what = format!(
            "Missing, changed or unreadable, so left out: {}, the first is record {first} (cordon audit verify).",
            simulated.damaged
        );
        output.line(&output.toned(Tone::Bad, &what));
    }
}

fn questions(count: u64) -> String {
    if count == 1 { "1 question".to_owned() } else { format!("{count} questions") }
}

/// One difference with its causes.
pub(in crate::commands) fn differs(output: &Output, difference: &Difference) {
    output.line(&format!("  {}", headline(&difference.what)));
    causes(output, difference);
}

fn shown(output: &Output, difference: &Difference, group: &Group) {
    let apps: Vec<&str> = group.apps.iter().map(types::AppName::as_str).collect();
    output.line(&format!("{} ×{}", output.toned(Tone::Strong, &headline(&difference.what)), group.count));
    output.line(&format!("    {}, records {} to {}", apps.join(", "), group.first, group.last));
    causes(output, difference);
}

fn causes(output: &Output, difference: &Difference) {
    for cause in &difference.because {
        output.line(&format!("    because {}", because(cause)));
    }
    for gone in &difference.no_longer {
        output.line(&format!("    no longer {gone}"));
    }
}

fn headline(what: &What) -> String {
    match what {
        What::Refused { class: Some(class), deployment } => {
            format!("{class}: refused (went to {deployment})")
        }
        What::Refused { class: None, deployment } => format!("refused (went to {deployment})"),
        What::Allowed { deployment } => format!("goes to {deployment} (was refused)"),
        What::NoDeployment { model, deployment: Some(deployment) } => {
            format!("refused: no deployment serves {model} (went to {deployment})")
        }
        What::NoDeployment { model, deployment: None } => {
            format!("refused: no deployment serves {model} (was refused by policy)")
        }
        What::NotNarrowed { said } => {
            format!("refused: the request says more of `{said}` than the app declares")
        }
        What::Deployment { from, to } => format!("goes to {to} instead of {from}"),
        What::Treatment { class, deployment, from, to } => {
            format!("{class} at {deployment}: {from} → {to}")
        }
    }
}

fn because(cause: &Cause) -> String {
    match cause {
        Cause::Policy { policy, law, facts } => {
            let law = law.as_ref().map(|law| format!(" ({law})")).unwrap_or_default();
            let facts = if facts.is_empty() { String::new() } else { format!(": {}", facts.join(", ")) };
            format!("{policy}{law}{facts}")
        }
        Cause::NoCandidate(deployment) => format!("{deployment} cannot answer in this configuration"),
        Cause::NewCandidate(deployment) => format!("{deployment} can answer in this configuration"),
        Cause::Order => "of those who can answer another one comes first or loses less".to_owned(),
        Cause::Declared(member) => format!("the app declares another `{member}`"),
    }
}

fn remarks(simulated: &Simulated, deployments_by_keys: bool) -> Vec<String> {
    let tally = &simulated.tally;
    let mut all = Vec::new();
    let mut note = |what: &str, count: u64| {
        if count > 0 {
            all.push(format!("{what}: {}.", questions(count)));
        }
    };
    note(
        "Decided under other policies than those of this configuration",
        tally.asked.saturating_sub(simulated.same_policy),
    );
    note(
        "Recorded without declaration, candidates and meters, so asked with those of today",
        simulated.without_question,
    );
    note("Longer than a record holds, so asked with what it holds", simulated.cut);
    for (why, count) in &tally.cannot {
        let why = match why {
            Cannot::NoModel => "Not asked again, because the record does not keep the model's name",
            Cannot::PolicyFailed => "Not asked again, because policy has no answer",
        };
        note(why, *count);
    }
    if !simulated.other_apps.is_empty() {
        let apps: Vec<&str> = simulated.other_apps.keys().map(types::AppName::as_str).collect();
        all.push(format!(
            "Not named in this configuration, so asked with what holds for all others: {} ({}).",
            apps.join(", "),
            questions(simulated.other_apps.values().sum())
        ));
    }
    let lacks = |(difference, _): &(&Difference, &Group)| {
        let is_lacking = |cause: &Cause| matches!(cause, Cause::NoCandidate(_));
        matches!(difference.what, What::NoDeployment { .. }) || difference.because.iter().any(is_lacking)
    };
    if deployments_by_keys && tally.groups().iter().any(lacks) {
        all.push(
            "Without [[deployments]] these follow from the provider keys in the environment: set the variables that the gateway has."
                .to_owned(),
        );
    }
    all
}

fn document(simulated: &Simulated) -> Value {
    let tally = &simulated.tally;
    let place = |place: Option<(u64, u64)>| {
        place.map(|(index, time_ms)| json!({ "index": index, "time": moment::rfc3339(time_ms) }))
    };
    let cannot = |why| tally.cannot.get(&why).copied().unwrap_or_default();
    json!({
        "first": place(simulated.first),
        "last": place(simulated.last),
        "records": simulated.records,
        "asked": tally.asked,
        "differ": tally.differ,
        "not_asked": tally.not_asked,
        "cannot": { "model_not_kept": cannot(Cannot::NoModel), "policy_failed": cannot(Cannot::PolicyFailed) },
        "under_other_policies": tally.asked.saturating_sub(simulated.same_policy),
        "without_question": simulated.without_question,
        "cut": simulated.cut,
        "damaged": { "count": simulated.damaged, "first": simulated.first_damaged },
        "apps_not_named": simulated.other_apps.iter().map(|(app, count)| (app.as_str(), *count)).collect::<std::collections::BTreeMap<_, _>>(),
        "differences_beyond": tally.beyond,
        "differences": tally.groups().into_iter().map(|(difference, group)| counted(difference, group)).collect::<Vec<_>>(),
    })
}

fn counted(difference: &Difference, group: &Group) -> Value {
    let mut document = of(difference);
    let more = json!({
        "count": group.count,
        "apps": group.apps.iter().map(types::AppName::as_str).collect::<Vec<_>>(),
        "first": group.first,
        "last": group.last,
    });
    if let (Some(members), Value::Object(more)) = (document.as_object_mut(), more) {
        members.extend(more);
    }
    document
}

/// One difference, for programs.
pub(in crate::commands) fn of(difference: &Difference) -> Value {
    let mut members = what(&difference.what);
    members.insert("because".to_owned(), difference.because.iter().map(cause).collect());
    members.insert("no_longer".to_owned(), json!(difference.no_longer));
    Value::Object(members)
}

fn what(what: &What) -> Map<String, Value> {
    let members = match what {
        What::Refused { class, deployment } => json!({
            "what": "refused", "class": class.map(DataClass::name), "deployment": deployment.as_str(),
        }),
        What::Allowed { deployment } => json!({ "what": "allowed", "deployment": deployment.as_str() }),
        What::NoDeployment { model, deployment } => json!({
            "what": "no_deployment", "model": model, "deployment": deployment.as_ref().map(types::DeploymentId::as_str),
        }),
        What::NotNarrowed { said } => json!({ "what": "not_narrowed", "member": said }),
        What::Deployment { from, to } => {
            json!({ "what": "deployment", "from": from.as_str(), "to": to.as_str() })
        }
        What::Treatment { class, deployment, from, to } => json!({
            "what": "treatment", "class": class.name(), "deployment": deployment.as_str(),
            "from": from.name(), "to": to.name(),
        }),
    };
    match members {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn cause(cause: &Cause) -> Value {
    match cause {
        Cause::Policy { policy, law, facts } => json!({ "policy": policy, "law": law, "facts": facts }),
        Cause::NoCandidate(deployment) => json!({ "cannot_answer": deployment.as_str() }),
        Cause::NewCandidate(deployment) => json!({ "can_answer": deployment.as_str() }),
        Cause::Order => json!({ "order": true }),
        Cause::Declared(member) => json!({ "declared": member }),
    }
}
