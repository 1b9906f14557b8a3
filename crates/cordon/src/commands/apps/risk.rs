//! `cordon apps risk`: higher or lower, with the reasons; and whether an impact assessment is due.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use policy::risk::{Evidence, Metered, Risk as Verdict, RiskLevel, Sent};
use policy::{Board, Day};
use serde_json::{Value, json};
use store_sql::Access;
use types::{AppName, DataClass, Treatment};

use super::traffic::{self, Traffic};
use crate::assess::report::metered;
use crate::assess::{json as report, terminal};
use crate::commands::meters;
use crate::commands::providers::width;
use crate::config::plan::Plan;
use crate::context::{Context, wait};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::moment;
use crate::output::{Output, Tone};
use crate::standings::PlanStandings;
use crate::table::aligned;
use crate::world;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// Say of each app whether its use is of higher or lower risk, and why.
///
/// From its traffic (what the ledger says was found and went to whom, how many people the meters have counted), from its declaration, and from what
/// is known of the providers; with the criteria of an impact assessment (GDPR art. 35, PIPL art. 55) that are met, and those that cannot be
/// told from here. What is not declared is read strictly.
#[derive(Debug, Args)]
pub(super) struct Risk {
    /// One app, with the criteria and what went to whom.
    ///
    /// Default: a line for each. Example: cordon apps risk billing
    #[arg(value_name = "APP")]
    app: Option<String>,

    /// How many days of the ledger count.
    ///
    /// Default: 365. Example: --days 90
    #[arg(long, value_name = "NUMBER", default_value_t = 365, hide_default_value = true)]
    days: u16,
}

/// What is said of one app.
struct Said {
    app: AppName,
    traffic: Traffic,
    sent: Vec<Sent>,
    meters: Vec<Metered>,
    verdict: Verdict,
}

impl Risk {
    /// Says it.
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (plan, state) = context.state(Access::Read)?;
        let now = world::now_unix_ms();
        let day = Day(i32::try_from(now / DAY_MS).unwrap_or(i32::MAX));
        let from = now.saturating_sub(u64::from(self.days) * DAY_MS);
        let mut traffic = wait(traffic::since(state.store.as_ref(), from))?;
        let board = wait(meters::board(&plan.policies.law, &state))?;
        let names: BTreeSet<AppName> = plan.apps.keys().chain(traffic.keys()).cloned().collect();
        let asked: Vec<AppName> = match &self.app {
            None => names.into_iter().collect(),
            Some(name) => {
                let known: Vec<&str> = names.iter().map(AppName::as_str).collect();
                let app = names.iter().find(|app| app.as_str() == name).cloned();
                vec![app.ok_or_else(|| {
                    Failure::Usage(format!(
                        "no app `{name}` is configured or in the ledger; there are: {}",
                        known.join(", ")
                    ))
                })?]
            }
        };
        let standings = PlanStandings::of(&plan);
        let said: Vec<Said> = asked
            .into_iter()
            .map(|app| {
                let traffic = traffic.remove(&app).unwrap_or_default();
                of(app, traffic, (&plan, &standings, &board, day))
            })
            .collect();
        let output = &context.output;
        match (&self.app, said.as_slice()) {
            (Some(_), [one]) => {
                output.document(&document(one));
                details(output, one, width());
            }
            _ => {
                output.document(&Value::Array(said.iter().map(document).collect()));
                overview(output, &said);
            }
        }
        Ok(Exit::Done)
    }
}

fn of(
    app: AppName,
    traffic: Traffic,
    (plan, standings, board, day): (&Plan, &PlanStandings, &Board, Day),
) -> Said {
    let declared = &plan.app(&app).declared;
    let sent = traffic.sent(plan, standings, day);
    let meters: Vec<Metered> = board
        .view(day)
        .into_iter()
        .filter(|view| match view.id.app() {
            Some(of) => of == app.as_str(),
            None => sent.iter().any(|sent| sent.name == view.id.recipient),
        })
        .map(metered)
        .collect();
    let evidence = Evidence {
        declared,
        observed: traffic.observed > 0,
        requests: traffic.requests,
        found: traffic.found.clone(),
        entities: traffic.entities.clone(),
        recipients: sent.clone(),
        meters: meters.clone(),
    };
    let verdict = Verdict::of(&plan.policies.law, &evidence);
    Said { app, traffic, sent, meters, verdict }
}

fn overview(output: &Output, all: &[Said]) {
    let rows = all.iter().map(|one| {
        let screening = &one.verdict.screening;
        let why: Vec<&str> = one
            .verdict
            .reasons
            .iter()
            .filter(|reason| reason.raises || one.verdict.level == RiskLevel::Lower)
            .map(|reason| reason.id.as_str())
            .collect();
        vec![
            one.app.to_string(),
            one.verdict.level.name().to_owned(),
            one.traffic.requests.to_string(),
            screening.dpia.name().to_owned(),
            screening.pipia.name().to_owned(),
            why.join(", ").replace('_', " "),
        ]
    });
    output.line(&aligned(&["APP", "RISK", "REQUESTS", "IMPACT ASSESSMENT", "IN CHINA", "BECAUSE"], rows));
    output.note("cordon apps risk APP says more of one.");
}

fn details(output: &Output, one: &Said, width: usize) {
    let traffic = &one.traffic;
    let between = traffic.between_unix_ms.map_or_else(String::new, |(first, last)| {
        format!(" from {} to {}", moment::shown(first), moment::shown(last))
    });
    output.line(&format!(
        "{}: {}{between}, {} refused, {} left as they were",
        output.toned(Tone::Strong, one.app.as_str()),
        terminal::counted(traffic.requests, "request"),
        traffic.refused,
        traffic.observed
    ));
    terminal::risk_line(output, "", &one.verdict);
    terminal::reasons(output, &one.verdict, width);
    if !one.sent.is_empty() {
        output.line(&format!("\n{}", output.toned(Tone::Strong, "WHAT WENT TO WHOM")));
        let rows = forms(&one.sent).into_iter().map(|((to, class), treated)| {
            let form =
                |treatment: Treatment| treated.get(&treatment).copied().unwrap_or_default().to_string();
            vec![
                format!("  {to}"),
                class.to_string(),
                form(Treatment::Keep),
                form(Treatment::Pseudonymise),
                form(Treatment::Redact),
            ]
        });
        output.line(&aligned(
            &["  RECIPIENT", "CLASS", "IN CLEAR, REQUESTS", "AS SURROGATES", "REDACTED"],
            rows,
        ));
    }
    terminal::screening(output, &one.verdict.screening, width);
}

/// Recipient and class → form → requests.
fn forms(sent: &[Sent]) -> BTreeMap<(String, DataClass), BTreeMap<Treatment, u64>> {
    let mut all: BTreeMap<(String, DataClass), BTreeMap<Treatment, u64>> = BTreeMap::new();
    for sent in sent {
        for ((class, treatment), requests) in &sent.treated {
            let of = all.entry((sent.name.clone(), *class)).or_default();
            *of.entry(*treatment).or_default() += requests;
        }
    }
    all
}

fn document(one: &Said) -> Value {
    let traffic = &one.traffic;
    let found: BTreeMap<&str, u64> =
        traffic.found.iter().map(|(class, findings)| (class.name(), *findings)).collect();
    let recipients = one.sent.iter().map(|sent| {
        let treated = sent.treated.iter().map(|((class, treatment), requests)| {
            json!({ "class": class.name(), "treatment": treatment.name(), "requests": requests })
        });
        json!({
            "provider": sent.name, "own_premises": sent.standing.on_premises, "requests": sent.requests,
            "handling": format!("{:?}", sent.standing.handling), "treated": treated.collect::<Vec<_>>(),
        })
    });
    let meters = one.meters.iter().map(|meter| {
        json!({ "meter": meter.kind, "recipient": meter.recipient, "people": meter.people,
                "threshold": meter.threshold, "level": meter.level.percent() })
    });
    json!({
        "app": one.app.as_str(),
        "requests": traffic.requests,
        "refused": traffic.refused,
        "observed": traffic.observed,
        "first": traffic.between_unix_ms.map(|(first, _)| moment::rfc3339(first)),
        "last": traffic.between_unix_ms.map(|(_, last)| moment::rfc3339(last)),
        "found": found,
        "entities": traffic.entities,
        "recipients": recipients.collect::<Vec<_>>(),
        "meters": meters.collect::<Vec<_>>(),
        "risk": report::risk(&one.verdict),
    })
}
