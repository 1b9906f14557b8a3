//! The report: everything that is shown, made once, so that terminal, HTML and JSON say the same.

use std::collections::BTreeMap;

use detect::{Detector, Input as Text};
use policy::risk::{Evidence, Metered, Reason, Risk};
use policy::{Board, Day, Declared, MeterView};
use registry::Doubt;
use registry::law::Law;
use types::{DataClass, Treatment};

use super::decided::{Because, Decided};
use super::inputs::Input;
use super::questions::{self, Open};
use super::recipient::{Basis, UNKNOWN};
use super::tally::{OfClass, OfRecipient};
use super::work::Done;
use crate::config::plan::Plan;
use crate::sheet::Sheet;

/// Most strange hosts and names that are shown.
const STRANGE_MAX: usize = 10;
/// Most files that are named one by one.
const FILES_MAX: usize = 10;

/// A report.
pub(crate) struct Report {
    /// The day on which it was made.
    pub(crate) day: Day,
    /// The app that requests were read as.
    pub(crate) app: String,
    /// What was asked of names.
    pub(crate) names: &'static str,
    /// Files that were read.
    pub(crate) files: usize,
    /// Bytes of them.
    pub(crate) bytes: u64,
    /// Files in which no request was found, the first of them.
    pub(crate) without: Vec<String>,
    /// How many those are.
    pub(crate) without_count: usize,
    /// Files that could not be read, with why.
    pub(crate) unread: Vec<(String, String)>,
    /// Requests.
    pub(crate) requests: u64,
    /// Answers, which were passed over.
    pub(crate) answers: u64,
    /// Requests of which the log holds no text.
    pub(crate) empty: u64,
    /// Documents that could not be assessed.
    pub(crate) broken: u64,
    /// The first of those: place and reason.
    pub(crate) troubles: Vec<(String, String)>,
    /// Different people in all requests.
    pub(crate) people: u64,
    /// By recipient, most requests first.
    pub(crate) recipients: Vec<ToRecipient>,
    /// How recipients are known.
    pub(crate) bases: Vec<(Basis, u64)>,
    /// What stood where a recipient is not known, as far as it may be shown.
    pub(crate) strange: Vec<(String, u64)>,
    /// The meters of the law.
    pub(crate) meters: Vec<Metered>,
    /// What is known of the providers, where law or routing rests on it.
    pub(crate) sheet: Sheet,
    /// What is open.
    pub(crate) open: Vec<Open>,
    /// The risk of what went, as it went.
    pub(crate) risk: Risk,
    /// The risk of the same behind Cordon.
    pub(crate) risk_with: Risk,
}

/// What went to one recipient.
pub(crate) struct ToRecipient {
    /// Its id.
    pub(crate) id: String,
    /// Its name for people.
    pub(crate) name: String,
    /// True for a server of one's own.
    pub(crate) is_own: bool,
    /// Requests.
    pub(crate) requests: u64,
    /// Requests in which something was found.
    pub(crate) with_findings: u64,
    /// Files and other parts that cannot be read.
    pub(crate) documents: u64,
    /// Different people.
    pub(crate) people: u64,
    /// Requests that would have been refused.
    pub(crate) refused: u64,
    /// Models with requests; `None`: names that the catalogue does not know.
    pub(crate) models: Vec<(Option<String>, u64)>,
    /// How well it handles data, A to D.
    pub(crate) handling: String,
    /// Facts in doubt: key, what people call it, why.
    pub(crate) doubts: Vec<(String, String, Doubt)>,
    /// By class, most requests first.
    pub(crate) classes: Vec<ToClass>,
}

/// What of one class went to one recipient.
pub(crate) struct ToClass {
    /// The class.
    pub(crate) class: DataClass,
    /// Requests that held it.
    pub(crate) requests: u64,
    /// Findings.
    pub(crate) findings: u64,
    /// Different people in those requests.
    pub(crate) people: u64,
    /// Entities with findings, most first.
    pub(crate) entities: Vec<(String, u64)>,
    /// What Cordon would have done: treatment with requests.
    pub(crate) treated: Vec<(Treatment, u64)>,
    /// The treatment once everybody in the log is on the meters, where that is stricter.
    pub(crate) after: Option<Treatment>,
    /// Why.
    pub(crate) because: Vec<Because>,
}

/// What a report is made of.
pub(crate) struct Made<'a> {
    /// The configuration.
    pub(crate) plan: &'a Plan,
    /// Files.
    pub(crate) inputs: &'a [Input],
    /// What was counted.
    pub(crate) done: Done,
    /// What would have been done.
    pub(crate) decided: &'a Decided,
    /// People by the law.
    pub(crate) board: &'a Board,
    /// The app.
    pub(crate) app: &'a str,
    /// What it declares.
    pub(crate) declared: &'a Declared,
    /// What was asked of names.
    pub(crate) names: &'static str,
    /// Searches what the log calls strangers.
    pub(crate) detector: &'a Detector,
}

impl Report {
    /// Makes it.
    pub(crate) fn of(made: Made<'_>) -> Self {
        let plan = made.plan;
        let law = &plan.policies.law;
        let day = plan.today;
        let tally = &made.done.tally;
        let meters: Vec<Metered> = made.board.view(day).into_iter().map(metered).collect();
        let evidence = |sent: &[policy::risk::Sent]| Evidence {
            declared: made.declared,
            observed: false,
            requests: tally.requests,
            found: tally.found(),
            entities: tally.entities.clone(),
            recipients: sent.to_vec(),
            meters: meters.clone(),
        };
        let risk = Risk::of(law, &evidence(&made.decided.as_it_was));
        let risk_with = Risk::of(law, &evidence(&made.decided.with_cordon));
        let mut recipients: Vec<ToRecipient> =
            tally.recipients.iter().map(|(id, of)| to_recipient(id, of, &made)).collect();
        recipients.sort_by(|a, b| b.requests.cmp(&a.requests).then_with(|| a.id.cmp(&b.id)));
        let third = recipients.iter().filter(|to| !to.is_own);
        let ids: Vec<&str> = third.map(|to| facts_id(plan, &to.id)).collect();
        let sheet = Sheet::deciding(&plan.facts, &ids, Some(day));
        let without = |(number, _): &(usize, &Input)| !tally.files.contains_key(number);
        let is_read = |input: &&Input| !made.done.unread.iter().any(|(name, _)| *name == input.name);
        let without: Vec<&Input> =
            made.inputs.iter().enumerate().filter(without).map(|(_, input)| input).filter(is_read).collect();
        let troubles = tally.troubles.iter().map(|(file, line, why)| {
            let name = made.inputs.get(*file).map_or("?", |input| input.name.as_str());
            (format!("{name}:{line}"), why.clone())
        });
        let open = questions::all(&questions::Asked {
            law,
            declared: made.declared,
            app: made.app,
            names: made.names,
            found: &tally.found(),
            bases: &tally.bases,
            recipients: &recipients,
            risk: &risk,
        });
        Self {
            day,
            app: made.app.to_owned(),
            names: made.names,
            files: made.inputs.len().saturating_sub(made.done.unread.len()),
            bytes: made.done.bytes,
            without: without.iter().take(FILES_MAX).map(|input| input.name.clone()).collect(),
            without_count: without.len(),
            requests: tally.requests,
            answers: tally.answers,
            empty: tally.empty,
            broken: tally.broken,
            troubles: troubles.collect(),
            people: tally.people.count(),
            bases: tally.bases.iter().map(|(basis, count)| (*basis, *count)).collect(),
            strange: strange(&tally.strange, made.detector),
            unread: made.done.unread,
            recipients,
            meters,
            sheet,
            open,
            risk,
            risk_with,
        }
    }

    /// The reasons that raise the risk of what went, and hold no more behind Cordon.
    pub(crate) fn gone(&self) -> impl Iterator<Item = &Reason> {
        let holds = |id: &str| self.risk_with.reasons.iter().any(|reason| reason.id == id);
        self.risk.reasons.iter().filter(move |reason| reason.raises && !holds(&reason.id))
    }

    /// How much of all requests a number of them is, in percent.
    pub(crate) fn share(&self, requests: u64) -> u64 {
        (requests * 100 + self.requests / 2).checked_div(self.requests).unwrap_or_default()
    }
}

fn facts_id<'a>(plan: &'a Plan, id: &'a str) -> &'a str {
    plan.registry.provider(id).map_or(id, registry::Provider::facts_id)
}

fn to_recipient(id: &str, of: &OfRecipient, made: &Made<'_>) -> ToRecipient {
    let plan = made.plan;
    let profile = plan.facts.profile(facts_id(plan, id));
    let name = match (profile, plan.registry.provider(id)) {
        _ if id == UNKNOWN => "not known",
        (Some(profile), _) => profile.name.as_str(),
        (None, Some(provider)) => provider.name.as_str(),
        (None, None) => id,
    };
    let label =
        |key: &str| plan.facts.schema.key(key).map_or_else(|| key.to_owned(), |key| key.label.clone());
    let doubts = made.decided.doubts.get(id).into_iter().flatten();
    let standing = made.decided.standings.get(id);
    let treated = made.decided.treated.get(id);
    let mut classes: Vec<ToClass> = of
        .classes
        .iter()
        .map(|(class, counted)| to_class(*class, counted, treated.and_then(|treated| treated.get(class))))
        .collect();
    classes.sort_by(|a, b| b.requests.cmp(&a.requests).then_with(|| a.class.cmp(&b.class)));
    ToRecipient {
        id: id.to_owned(),
        name: name.to_owned(),
        is_own: standing.is_some_and(|standing| standing.on_premises),
        requests: of.requests,
        with_findings: of.with_findings,
        documents: of.documents,
        people: of.people.count(),
        refused: made.decided.refused.get(id).copied().unwrap_or_default(),
        models: most(&of.models),
        handling: standing.map(|standing| format!("{:?}", standing.handling)).unwrap_or_default(),
        doubts: doubts.map(|(key, doubt)| (key.clone(), label(key), *doubt)).collect(),
        classes,
    }
}

fn to_class(class: DataClass, counted: &OfClass, treated: Option<&super::decided::Treated>) -> ToClass {
    let pairs = |treated: &super::decided::Treated| treated.requests.iter().map(|(a, b)| (*a, *b)).collect();
    ToClass {
        class,
        requests: counted.requests,
        findings: counted.findings,
        people: counted.people.count(),
        entities: most(&counted.entities),
        treated: treated.map(pairs).unwrap_or_default(),
        after: treated.and_then(|treated| treated.after),
        because: treated.map(|treated| treated.because.iter().cloned().collect()).unwrap_or_default(),
    }
}

/// Names with counts, most first.
fn most<K: Ord + Clone>(counts: &BTreeMap<K, u64>) -> Vec<(K, u64)> {
    let mut all: Vec<(K, u64)> = counts.iter().map(|(name, count)| (name.clone(), *count)).collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all
}

/// A meter as the risk sees it.
pub(crate) fn metered(view: MeterView) -> Metered {
    let recipient = view.id.app().is_none().then(|| view.id.recipient.clone());
    Metered {
        kind: view.id.kind,
        recipient,
        people: view.count,
        threshold: view.threshold,
        level: view.level,
        law: view.law,
    }
}

/// What may be shown of strangers: names of a provider's form, and of hosts the last two labels, if nothing is found in them.
fn strange(all: &BTreeMap<String, u64>, detector: &Detector) -> Vec<(String, u64)> {
    let mut shown: BTreeMap<String, u64> = BTreeMap::new();
    for (name, count) in all {
        *shown.entry(shown_as(name, detector)).or_default() += count;
    }
    let mut shown = most(&shown);
    shown.truncate(STRANGE_MAX);
    shown
}

fn shown_as(name: &str, detector: &Detector) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let labels: Vec<&str> = name.split('.').collect();
    let is_host = labels.len() > 1;
    let short = match labels.as_slice() {
        [.., second, last] if labels.len() > 2 => format!("….{second}.{last}"),
        _ => name.to_owned(),
    };
    let is_number = labels.last().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    let is_clean = || detector.findings(&Text::of(name)).is_ok_and(|found| found.is_empty());
    if name.len() <= 100 && name.chars().all(is_plain) && !(is_host && is_number) && is_clean() {
        short
    } else {
        "(not shown)".to_owned()
    }
}

/// Law tables that a report rests on, for people.
pub(crate) fn tables(law: &Law) -> String {
    let tables = law.tables().iter().map(|table| format!("{} {}", table.name, table.version));
    tables.collect::<Vec<_>>().join(", ")
}
