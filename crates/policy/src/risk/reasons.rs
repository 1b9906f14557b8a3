//! Why an app is more or less risky: which rows of the table hold, each with what it rests on.

use std::collections::{BTreeMap, BTreeSet};

use registry::law::{Kind, Law};
use types::{DataClass, Treatment};

use super::{Due, Evidence, Screening, Sent};
use crate::Level;

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Its id in the table.
    pub id: String,
    /// True where it raises the risk.
    pub raises: bool,
    /// What it says.
    pub text: String,
    /// The law; empty where there is none.
    pub law: String,
    /// On what it rests.
    pub evidence: Vec<String>,
}

/// All reasons that hold, in the order of the table: what raises stands first there.
pub(super) fn all(law: &Law, evidence: &Evidence<'_>, screening: &Screening) -> Vec<Reason> {
    let case = Case { law, evidence, screening };
    law.rows("risk")
        .filter_map(|row| {
            let rests_on = case.holds(row.text("id"))?;
            Some(Reason {
                id: row.text("id").to_owned(),
                raises: row.flag("raises"),
                text: row.text("text").to_owned(),
                law: row.text("law").to_owned(),
                evidence: rests_on,
            })
        })
        .collect()
}

impl Sent {
    /// The classes of personal data that leave, in clear or as surrogates; what cannot be read may hold some.
    pub(super) fn leaving<'a>(&'a self, law: &'a Law) -> impl Iterator<Item = DataClass> + 'a {
        self.treated.iter().filter_map(move |((class, treatment), times)| {
            let leaves = matches!(treatment, Treatment::Keep | Treatment::Pseudonymise) && *times > 0;
            let is_about_people = matches!(
                law.kind(*class),
                Kind::Identifier | Kind::Attribute | Kind::Sensitive | Kind::Opaque
            ) && *class != DataClass::Encrypted;
            (leaves && is_about_people).then_some(*class)
        })
    }

    /// The classes that leave in clear and fit, with the number of requests.
    fn clear<'a>(
        &'a self,
        fits: impl Fn(DataClass) -> bool + 'a,
    ) -> impl Iterator<Item = (DataClass, u64)> + 'a {
        self.treated
            .iter()
            .filter(move |((class, treatment), times)| {
                *treatment == Treatment::Keep && **times > 0 && fits(*class)
            })
            .map(|((class, _), times)| (*class, *times))
    }
}

/// What the reasons look at.
struct Case<'a> {
    law: &'a Law,
    evidence: &'a Evidence<'a>,
    screening: &'a Screening,
}

impl Case<'_> {
    /// On what a reason rests; `None` where it does not hold. A reason that nobody knows never holds (test
    /// `every_reason_of_the_table_is_known`).
    fn holds(&self, id: &str) -> Option<Vec<String>> {
        let (law, evidence) = (self.law, self.evidence);
        let sensitive = law.classes("special_category");
        let is_personal = |class: DataClass| matches!(law.kind(class), Kind::Identifier | Kind::Sensitive);
        match id {
            "dpia_due" => (self.screening.dpia == Due::Due).then(|| self.criteria()),
            "dpia_open" => (self.screening.dpia == Due::Open).then(|| self.criteria()),
            "dpia_not_due" => (self.screening.dpia == Due::NotDue).then(Vec::new),
            "pipia_due" => {
                let is_missing = !self.screening.pipia_on_file;
                (self.screening.pipia == Due::Due && is_missing).then(|| {
                    let cases = &self.screening.pipia_cases;
                    let met = cases.iter().filter(|case| case.answer == super::Answer::Met);
                    met.map(|case| case.name.clone()).collect()
                })
            }
            "secrets_in_clear" => self.in_clear(|_| true, |class| law.kind(class) == Kind::Secret),
            "special_in_clear" => {
                let lacks = evidence.binds("EU") && evidence.declared.art9_exception.is_none();
                lacks.then(|| self.in_clear(|_| true, |class| sensitive.contains(&class)))?
            }
            "personal_in_clear" => self.in_clear(
                |sent| {
                    let standing = &sent.standing;
                    standing.may_train || standing.may_control || !standing.dpa
                },
                is_personal,
            ),
            "transfer_in_clear" => evidence.binds("EU").then(|| {
                self.in_clear(
                    |sent| {
                        let standing = &sent.standing;
                        let has_instrument = standing.clauses && standing.assessed_transfer;
                        !(standing.adequate || has_instrument)
                    },
                    is_personal,
                )
            })?,
            "covered_person" => {
                let counted = law.classes("threshold");
                let leaves = |sent: &&Sent| {
                    !sent.standing.on_premises
                        && sent.standing.covered_person
                        && sent.leaving(law).any(|class| counted.contains(&class))
                };
                evidence.binds("US").then(|| self.names(leaves))?
            }
            "meter_reached" => {
                let near = evidence.meters.iter().filter(|meter| meter.level >= Level::Most);
                some(
                    near.map(|meter| {
                        let whom = meter.recipient.as_deref().unwrap_or("the app");
                        let (kind, people, threshold) = (&meter.kind, meter.people, meter.threshold);
                        format!("{kind} of {whom}: about {people} of {threshold} ({})", meter.law)
                    })
                    .collect(),
                )
            }
            "opaque_in_clear" => self
                .in_clear(|_| true, |class| law.kind(class) == Kind::Opaque && class != DataClass::Encrypted),
            "observed" => evidence.observed.then(Vec::new),
            "nothing_found" => (evidence.requests > 0
                && !evidence.holds_people(law)
                && evidence
                    .found
                    .iter()
                    .all(|(class, times)| *times == 0 || !matches!(law.kind(*class), Kind::Secret)))
            .then(|| vec![format!("in {}", requests(evidence.requests))]),
            "own_premises" => {
                let mut all = evidence.recipients.iter();
                (evidence.requests > 0 && all.all(|sent| sent.standing.on_premises)).then(Vec::new)
            }
            "replaced" => {
                let leaves =
                    |sent: &Sent| !sent.standing.on_premises && sent.clear(is_personal).next().is_some();
                let is_found = evidence.found.keys().any(|class| is_personal(*class));
                (is_found && !evidence.recipients.iter().any(leaves)).then(Vec::new)
            }
            "contracted" => {
                let is_bound = |sent: &Sent| {
                    let standing = &sent.standing;
                    standing.on_premises || (standing.dpa && !standing.may_train && !standing.may_control)
                };
                let is_any = evidence.recipients.iter().any(|sent| !sent.standing.on_premises);
                (is_any && evidence.recipients.iter().all(is_bound)).then(Vec::new)
            }
            _ => None,
        }
    }

    /// The criteria that are met, and those that are open.
    fn criteria(&self) -> Vec<String> {
        let of = |answer: super::Answer| {
            let fit = self.screening.criteria.iter().filter(move |one| one.answer == answer);
            fit.map(|one| format!("{} {}", one.number, one.name)).collect::<Vec<_>>().join("; ")
        };
        let mandatory = self.screening.mandatory.iter().filter(|one| one.answer == super::Answer::Met);
        let mut all: Vec<String> = mandatory.map(|one| format!("{}: {}", one.law, one.name)).collect();
        all.push(format!("met: {}", of(super::Answer::Met)));
        let open = of(super::Answer::Open);
        if !open.is_empty() {
            all.push(format!("open: {open}"));
        }
        if self.screening.approved {
            all.push("the app says that one is approved".to_owned());
        }
        all
    }

    /// What leaves in clear to third parties that fit.
    fn in_clear(
        &self,
        fits: impl Fn(&Sent) -> bool,
        is_meant: impl Fn(DataClass) -> bool + Copy,
    ) -> Option<Vec<String>> {
        let third = self.evidence.recipients.iter().filter(|sent| !sent.standing.on_premises && fits(sent));
        let mut to: BTreeMap<&str, BTreeMap<DataClass, u64>> = BTreeMap::new();
        for sent in third {
            for (class, times) in sent.clear(is_meant) {
                *to.entry(&sent.name).or_default().entry(class).or_default() += times;
            }
        }
        let said = |(name, clear): (&str, BTreeMap<DataClass, u64>)| {
            let clear: Vec<String> =
                clear.into_iter().map(|(class, times)| format!("{class} in {}", requests(times))).collect();
            format!("{name}: {}", clear.join(", "))
        };
        some(to.into_iter().map(said).collect())
    }

    fn names(&self, fits: impl Fn(&&Sent) -> bool) -> Option<Vec<String>> {
        let names: BTreeSet<String> =
            self.evidence.recipients.iter().filter(fits).map(|sent| sent.name.clone()).collect();
        some(names.into_iter().collect())
    }
}

fn requests(count: u64) -> String {
    if count == 1 { "1 request".to_owned() } else { format!("{count} requests") }
}

fn some(all: Vec<String>) -> Option<Vec<String>> {
    (!all.is_empty()).then_some(all)
}
