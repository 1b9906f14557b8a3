//! `cordon explain --record`: what the ledger says of an exchange, and what this configuration says to the same question.

use exchange::{Cannot, Recorded, Replay, Replayed};
use ledger::{Intent, Record, Refusal};
use route::Router;
use serde_json::{Value, json};
use store::{LedgerStore, RecordQuery, StoredRecord};
use store_sql::Access;
use types::ExchangeId;

use super::sections::{Sections, who};
use crate::commands::audit::kept;
use crate::commands::{meters, policy};
use crate::context::{Context, wait};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Tone;
use crate::policies::engine;
use crate::standings::PlanStandings;
use crate::state::State;
use crate::{moment, setup};

/// Explains the records of one exchange, or the one with this index.
pub(super) fn explain(context: &Context, which: &str) -> Result<Exit, Failure> {
    let loaded = context.loaded()?;
    let plan = context.planned(&loaded)?;
    let (_, state) = context.state(Access::Read)?;
    let records = wait(found(&state, which))?;
    let engine = engine(&loaded, &plan)?;
    let (apps, other_apps) = setup::apps(&plan);
    let standings = PlanStandings::of(&plan);
    let router = Router::new(plan.deployments.iter().map(|planned| planned.route.clone()).collect());
    let board = wait(meters::board(&plan.policies.law, &state))?;
    let replay = Replay {
        policy: engine.as_ref(),
        standings: &standings,
        router: &router,
        meters: &board,
        apps: &apps,
        other_apps: &other_apps,
    };
    let mut documents = Vec::new();
    for stored in &records {
        let Some(recorded) = replay.considered(&stored.record) else { continue };
        let sections = Sections {
            plan: &plan,
            policy: engine.as_ref(),
            environment: recorded.environment,
            day: recorded.day,
            candidates: &recorded.candidates,
            classes: &recorded.classes,
            entities: std::collections::BTreeMap::new(),
        };
        let again = replay.asked_again(&stored.record);
        if context.output.is_json() {
            documents.push(document(stored, &again, &sections));
        } else {
            print(context, stored, &recorded, &again, &sections);
        }
    }
    if context.output.is_json() && !documents.is_empty() {
        context.output.document(&Value::Array(documents));
    } else if records.iter().all(|stored| replay.considered(&stored.record).is_none()) {
        return Err(Failure::Found(format!(
            "policy was not asked about `{}`: it was refused before, or it is the record of an outcome (cordon audit show)",
            which.escape_default()
        )));
    }
    Ok(Exit::Done)
}

async fn found(state: &State, which: &str) -> Result<Vec<StoredRecord>, Failure> {
    let mut records = match which.parse::<u64>() {
        Ok(index) => at(state, index).await?,
        Err(_) => {
            let query = RecordQuery { exchange: Some(ExchangeId::new(which)), ..RecordQuery::default() };
            kept(state.store.recent(query).await)?
        }
    };
    records.sort_by_key(|record| record.index);
    if records.is_empty() {
        let which = which.escape_default();
        return Err(Failure::Found(format!("there is no exchange and no record `{which}` in the ledger")));
    }
    Ok(records)
}

/// The record with this index.
async fn at(state: &State, index: u64) -> Result<Vec<StoredRecord>, Failure> {
    let leaves = kept(state.store.leaves(index, 1).await)?;
    let mut records = Vec::new();
    for leaf in leaves.into_iter().filter(|leaf| leaf.index == index) {
        let record = Record::parse(&leaf.leaf).map_err(|error| {
            Failure::Found(format!("record {index} cannot be read: {error}: cordon audit verify"))
        })?;
        records.push(StoredRecord { index, leaf_hash: leaf.leaf_hash, record });
    }
    Ok(records)
}

fn print(
    context: &Context,
    stored: &StoredRecord,
    recorded: &Recorded,
    again: &Replayed,
    sections: &Sections<'_>,
) {
    let output = &context.output;
    for line in then(stored) {
        output.line(&line);
    }
    match again {
        Replayed::Same => output.line(&output.toned(Tone::Good, "This configuration says the same:")),
        Replayed::Differs(all) => {
            output.line(&output.toned(Tone::Doubtful, "This configuration says something else:"));
            all.iter().for_each(|difference| policy::differs(output, difference));
        }
        Replayed::Cannot(Cannot::NoModel) => {
            output.line("It cannot be asked again: the record does not keep the model's name.");
        }
        Replayed::Cannot(Cannot::PolicyFailed) | Replayed::NotAsked => {
            output.line("It cannot be asked again: policy has no answer.");
        }
    }
    if let Some(first) = recorded.candidates.first() {
        let verb = if first.verdict.is_ok() { "goes to" } else { "is refused; the nearest is" };
        output.line(&format!("It {verb} {}.", who(first)));
    }
    sections.print(output);
    output.line("");
}

/// What the record itself says.
fn then(stored: &StoredRecord) -> Vec<String> {
    let names = |reasons: &[ledger::Name]| {
        let all: Vec<&str> = reasons.iter().map(ledger::Name::as_str).collect();
        if all.is_empty() { "nothing that binds".to_owned() } else { all.join("; ") }
    };
    let entities = |all: &std::collections::BTreeMap<ledger::Name, u64>| {
        let all: Vec<String> = all.iter().map(|(entity, count)| format!("{entity} ×{count}")).collect();
        if all.is_empty() { "nothing".to_owned() } else { all.join(", ") }
    };
    match &stored.record {
        Record::Intent(intent) => {
            let Intent { app, deployment, provider, treatments, .. } = intent;
            let treated: Vec<String> =
                treatments.iter().map(|(class, treatment)| format!("{class} {treatment}")).collect();
            vec![
                format!(
                    "Record {}, {}: {app} asked, {deployment} ({provider}) got it.",
                    stored.index,
                    moment::shown(intent.time_ms)
                ),
                format!("  found: {}", entities(&intent.entities)),
                format!(
                    "  done: {}",
                    if treated.is_empty() { "kept as it was".to_owned() } else { treated.join(", ") }
                ),
                format!("  because of: {}", names(&intent.reasons)),
            ]
        }
        Record::Refusal(refusal) => {
            let Refusal { app, time_ms, .. } = refusal;
            let app = app.as_ref().map_or("somebody", types::AppName::as_str);
            vec![
                format!(
                    "Record {}, {}: {app} asked, and policy refused.",
                    stored.index,
                    moment::shown(*time_ms)
                ),
                format!("  found: {}", entities(&refusal.entities)),
                format!("  because of: {}", names(&refusal.reasons)),
            ]
        }
        _ => Vec::new(),
    }
}

fn document(stored: &StoredRecord, again: &Replayed, sections: &Sections<'_>) -> Value {
    let differences = match again {
        Replayed::Differs(all) => all.iter().map(policy::difference).collect(),
        _ => Vec::new(),
    };
    let mut document = json!({
        "index": stored.index,
        "record": crate::commands::audit::leaf(stored),
        "asked_again": matches!(again, Replayed::Same | Replayed::Differs(_)),
        "differences": differences,
    });
    if let (Some(members), Value::Object(more)) = (document.as_object_mut(), sections.json()) {
        members.extend(more);
    }
    document
}
