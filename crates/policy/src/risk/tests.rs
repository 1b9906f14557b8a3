//! The cases of `cases/risk`, written by hand from WP248 rev.01, GDPR art. 35 and PIPL art. 55; and what holds for all evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;
use registry::law::Law;
use serde::Deserialize;
use types::{DataClass, Treatment};

use super::*;
use crate::cases::{DeclaredForm, DeploymentForm, class};
use crate::{MeterKind, Per};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "about")]
    _about: String,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    declared: DeclaredForm,
    #[serde(default = "hundred")]
    requests: u64,
    #[serde(default)]
    observed: bool,
    #[serde(default)]
    found: BTreeMap<String, u64>,
    #[serde(default)]
    entities: BTreeMap<String, u64>,
    /// Meter → people.
    #[serde(default)]
    people: BTreeMap<String, u64>,
    /// Who got it; the form of each class.
    #[serde(default)]
    to: Vec<To>,
    dpia: String,
    /// Numbers of the criteria that are met, and of those that are open.
    met: BTreeSet<i64>,
    open: BTreeSet<i64>,
    #[serde(default)]
    mandatory: BTreeSet<String>,
    pipia: Option<String>,
    pipia_met: Option<BTreeSet<String>>,
    risk: String,
    #[serde(default)]
    because: BTreeSet<String>,
    #[serde(default)]
    not_because: BTreeSet<String>,
}

fn hundred() -> u64 {
    100
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct To {
    who: DeploymentForm,
    #[serde(default)]
    treated: BTreeMap<String, String>,
}

fn metered(law: &Law, people: &BTreeMap<String, u64>) -> Vec<Metered> {
    let metered = |kind: &MeterKind| {
        let people = people.get(&kind.name).copied()?;
        Some(Metered {
            kind: kind.name.clone(),
            recipient: (kind.per == Per::Recipient).then(|| "acme".to_owned()),
            people,
            threshold: kind.threshold,
            level: Level::of_percent(people * 100 / kind.threshold),
            law: kind.law.clone(),
        })
    };
    MeterKind::all(law).iter().filter_map(metered).collect()
}

fn check(law: &Law, case: &Case) -> Vec<String> {
    let declared = case.declared.declared().expect("a declaration");
    let treated = |to: &To| {
        let one = |(name, form): (&String, &String)| {
            ((class(name).expect("a class"), Treatment::from_name(form).expect("a treatment")), case.requests)
        };
        to.treated.iter().map(one).collect()
    };
    let recipients = case.to.iter().map(|to| {
        let candidate = to.who.candidate().expect("a deployment");
        let name = candidate.deployment.as_str().to_owned();
        Sent { name, standing: candidate.standing, requests: case.requests, treated: treated(to) }
    });
    let evidence = Evidence {
        declared: &declared,
        observed: case.observed,
        requests: case.requests,
        found: case.found.iter().map(|(name, times)| (class(name).expect("a class"), *times)).collect(),
        entities: case.entities.clone(),
        recipients: recipients.collect(),
        meters: metered(law, &case.people),
    };
    let risk = Risk::of(law, &evidence);
    let screening = &risk.screening;
    let numbers = |answer: Answer| -> BTreeSet<i64> {
        screening.criteria.iter().filter(|one| one.answer == answer).map(|one| one.number).collect()
    };
    let met = |all: &[Trigger]| -> BTreeSet<String> {
        all.iter().filter(|one| one.answer == Answer::Met).map(|one| one.id.clone()).collect()
    };
    let ids: BTreeSet<&str> = risk.reasons.iter().map(|reason| reason.id.as_str()).collect();
    let mut wrong = Vec::new();
    let mut say = |what: &str, is: String, expected: String| {
        if is != expected {
            wrong.push(format!("{}: {what} is {is}, expected {expected}", case.name));
        }
    };
    say("dpia", screening.dpia.name().to_owned(), case.dpia.clone());
    say("met", format!("{:?}", numbers(Answer::Met)), format!("{:?}", case.met));
    say("open", format!("{:?}", numbers(Answer::Open)), format!("{:?}", case.open));
    say("mandatory", format!("{:?}", met(&screening.mandatory)), format!("{:?}", case.mandatory));
    if let Some(pipia) = &case.pipia {
        say("pipia", screening.pipia.name().to_owned(), pipia.clone());
    }
    if let Some(expected) = &case.pipia_met {
        say("pipia cases", format!("{:?}", met(&screening.pipia_cases)), format!("{expected:?}"));
    }
    say("risk", risk.level.name().to_owned(), case.risk.clone());
    for id in &case.because {
        say(id, ids.contains(id.as_str()).to_string(), "true".to_owned());
    }
    for id in &case.not_because {
        say(id, ids.contains(id.as_str()).to_string(), "false".to_owned());
    }
    wrong
}

#[test]
fn the_cases_hold() {
    let law = Law::builtin().expect("loads");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/risk");
    let (mut wrong, mut count) = (Vec::new(), 0);
    for entry in std::fs::read_dir(folder).expect("there") {
        let path = entry.expect("readable").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("readable");
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        count += file.case.len();
        wrong.extend(file.case.iter().flat_map(|case| check(&law, case)));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count >= 25, "{count}");
}

#[test]
fn every_reason_of_the_table_is_known() {
    // Two pieces of evidence in which, between them, every reason holds.
    let law = Law::builtin().expect("loads");
    let ids: BTreeSet<&str> = law.rows("risk").map(|row| row.text("id")).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/risk");
    let mut asked = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("there") {
        let path = entry.expect("readable").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).expect("readable");
            let file: File = toml::from_str(&text).expect("a file of cases");
            asked.extend(file.case.into_iter().flat_map(|case| case.because));
        }
    }
    let missing: Vec<&&str> = ids.iter().filter(|id| !asked.contains(**id)).collect();
    assert!(missing.is_empty(), "no case expects {missing:?}");
}

#[test]
fn every_name_that_the_tables_use_is_one_that_there_is() {
    let law = Law::builtin().expect("loads");
    let criteria: BTreeSet<&str> = law.rows("dpia_criterion").map(|row| row.text("id")).collect();
    let triggers: BTreeSet<&str> = law.rows("pipia_trigger").map(|row| row.text("id")).collect();
    let scales: BTreeSet<&str> = law.rows("dpia_scale").map(|row| row.text("id")).collect();
    let purposes: BTreeSet<&str> = law.rows("purpose").map(|row| row.text("id")).collect();
    assert_eq!(criteria.len(), 9);
    assert_eq!(law.rows("purpose").count(), purposes.len());
    for row in law.rows("purpose") {
        assert!(row.texts("criteria").all(|id| criteria.contains(id)), "{}", row.text("id"));
        assert!(row.texts("pipia").all(|id| triggers.contains(id)), "{}", row.text("id"));
    }
    for row in law.rows("dpia_mandatory") {
        assert!(row.texts("criteria").all(|id| criteria.contains(id)));
        assert!(row.texts("purposes").all(|id| purposes.contains(id)));
        assert!(row.text("scale").is_empty() || scales.contains(row.text("scale")));
    }
    for row in law.rows("dpia_criterion") {
        assert!(row.texts("audiences").all(|one| crate::AUDIENCES.contains(&one)));
    }
    for row in law.rows("pipia_trigger") {
        assert!(
            ["classes", "purpose", "recipient", "abroad"].contains(&row.text("by")),
            "{}",
            row.text("by")
        );
    }
}

fn any_evidence() -> impl Strategy<Value = (BTreeMap<DataClass, u64>, Vec<Sent>)> {
    let classes = prop::sample::subsequence(DataClass::ALL.to_vec(), 0..6);
    let sent = (prop::sample::subsequence(DataClass::ALL.to_vec(), 0..4), any::<bool>(), 0_usize..3)
        .prop_map(|(classes, is_own, form)| Sent {
            name: format!("to {form}"),
            standing: Arc::new(if is_own { Standing::own("o") } else { Standing::unknown("u") }),
            requests: 5,
            treated: classes
                .into_iter()
                .map(|class| {
                    let forms = [Treatment::Keep, Treatment::Pseudonymise, Treatment::Redact];
                    ((class, forms[form]), 5)
                })
                .collect(),
        });
    (classes, prop::collection::vec(sent, 0..4))
        .prop_map(|(classes, recipients)| (classes.into_iter().map(|class| (class, 3)).collect(), recipients))
}

fn evidence(declared: &Declared, found: BTreeMap<DataClass, u64>, recipients: Vec<Sent>) -> Evidence<'_> {
    Evidence {
        declared,
        observed: false,
        requests: 10,
        found,
        entities: BTreeMap::new(),
        recipients,
        meters: Vec::new(),
    }
}

proptest! {
    #[test]
    fn the_order_of_recipients_changes_nothing((found, recipients) in any_evidence()) {
        let law = Law::builtin().expect("loads");
        let declared = Declared::default();
        let turned: Vec<Sent> = recipients.iter().rev().cloned().collect();
        let one = Risk::of(&law, &evidence(&declared, found.clone(), recipients));
        let other = Risk::of(&law, &evidence(&declared, found, turned));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn more_findings_never_lower_the_risk((found, recipients) in any_evidence(), more in 0..DataClass::ALL.len()) {
        let law = Law::builtin().expect("loads");
        let declared = Declared::default();
        let before = Risk::of(&law, &evidence(&declared, found.clone(), recipients.clone()));
        let mut grown = found;
        *grown.entry(DataClass::ALL[more]).or_default() += 1;
        let after = Risk::of(&law, &evidence(&declared, grown, recipients));
        prop_assert!(after.level >= before.level);
        prop_assert!(after.screening.dpia <= before.screening.dpia);
    }
}
