//! The report for programs.

use policy::risk::{Risk, Trigger};
use serde_json::{Value, json};

use super::report::{Report, ToClass, ToRecipient};

/// The document.
pub(crate) fn document(report: &Report) -> Value {
    let pairs = |all: &[(String, String)], first: &str| -> Value {
        all.iter().map(|(place, why)| json!({ (first): place, "why": why })).collect()
    };
    let bases: serde_json::Map<String, Value> =
        report.bases.iter().map(|(basis, count)| (basis.name().to_owned(), json!(count))).collect();
    json!({
        "day": report.day.to_string(),
        "app": report.app,
        "names": report.names,
        "files": { "read": report.files, "bytes": report.bytes, "without_requests": report.without_count,
                   "unread": pairs(&report.unread, "file") },
        "requests": report.requests,
        "people": report.people,
        "answers_skipped": report.answers,
        "without_text": report.empty,
        "not_assessed": report.broken,
        "first_not_assessed": pairs(&report.troubles, "place"),
        "recipients": report.recipients.iter().map(|to| recipient(report, to)).collect::<Vec<_>>(),
        "recipients_known_by": bases,
        "strangers": report.strange.iter().map(|(name, count)| json!({ "name": name, "requests": count })).collect::<Vec<_>>(),
        "meters": report.meters.iter().map(meter).collect::<Vec<_>>(),
        "providers": report.sheet.json(),
        "open": report.open.iter().map(|open| json!({ "about": open.about, "what": open.text, "todo": open.todo })).collect::<Vec<_>>(),
        "risk": risk(&report.risk),
        "risk_with_cordon": risk(&report.risk_with),
    })
}

fn recipient(report: &Report, to: &ToRecipient) -> Value {
    let models = to.models.iter().map(|(name, count)| json!({ "model": name, "requests": count }));
    let doubts = to.doubts.iter().map(|(key, _, doubt)| json!({ "key": key, "why": doubt_name(*doubt) }));
    json!({
        "id": to.id,
        "name": to.name,
        "own_premises": to.is_own,
        "requests": to.requests,
        "share_percent": report.share(to.requests),
        "with_findings": to.with_findings,
        "documents": to.documents,
        "people": to.people,
        "would_be_refused": to.refused,
        "models": models.collect::<Vec<_>>(),
        "handling": to.handling,
        "doubts": doubts.collect::<Vec<_>>(),
        "classes": to.classes.iter().map(class).collect::<Vec<_>>(),
    })
}

fn class(of: &ToClass) -> Value {
    let entities: serde_json::Map<String, Value> =
        of.entities.iter().map(|(name, count)| (name.clone(), json!(count))).collect();
    let treated: serde_json::Map<String, Value> =
        of.treated.iter().map(|(treatment, count)| (treatment.name().to_owned(), json!(count))).collect();
    let because = of.because.iter().map(|because| {
        let law = Some(&because.law).filter(|law| !law.is_empty());
        json!({ "policy": because.policy, "law": law, "text": because.text })
    });
    json!({
        "class": of.class.name(),
        "requests": of.requests,
        "findings": of.findings,
        "people": of.people,
        "entities": entities,
        "would_be": treated,
        "then": of.after.map(types::Treatment::name),
        "reasons": because.collect::<Vec<_>>(),
    })
}

fn meter(meter: &policy::risk::Metered) -> Value {
    json!({
        "meter": meter.kind, "recipient": meter.recipient, "people": meter.people, "threshold": meter.threshold,
        "level": meter.level.percent(), "law": meter.law,
    })
}

/// A verdict on risk for programs.
pub(crate) fn risk(risk: &Risk) -> Value {
    let screening = &risk.screening;
    let criteria = screening.criteria.iter().map(|one| {
        json!({ "number": one.number, "id": one.id, "name": one.name, "answer": one.answer.name(), "evidence": one.evidence })
    });
    let triggers = |all: &[Trigger]| -> Value {
        all.iter()
            .map(|one| json!({ "id": one.id, "law": one.law, "name": one.name, "answer": one.answer.name() }))
            .collect()
    };
    let reasons = risk.reasons.iter().map(|reason| {
        let law = Some(&reason.law).filter(|law| !law.is_empty());
        json!({ "id": reason.id, "raises": reason.raises, "text": reason.text, "law": law, "evidence": reason.evidence })
    });
    json!({
        "level": risk.level.name(),
        "reasons": reasons.collect::<Vec<_>>(),
        "dpia": { "due": screening.dpia.name(), "approved": screening.approved, "law": screening.law,
                  "criteria": criteria.collect::<Vec<_>>(), "mandatory": triggers(&screening.mandatory) },
        "pipia": { "due": screening.pipia.name(), "on_file": screening.pipia_on_file, "cases": triggers(&screening.pipia_cases) },
    })
}

/// Why a fact does not count, in one word.
pub(crate) const fn doubt_name(doubt: registry::Doubt) -> &'static str {
    match doubt {
        registry::Doubt::Unknown => "unknown",
        registry::Doubt::Stale => "stale",
        registry::Doubt::Conflict => "conflict",
    }
}
