//! The report on a terminal: what went to whom first, then what it means, then what to do.

use policy::Level;
use policy::risk::{Answer, Metered, Risk, RiskLevel, Screening};
use types::Treatment;

use super::recipient::Basis;
use super::report::{Report, ToClass, ToRecipient};
use crate::output::{Output, Tone};
use crate::sheet::terminal as sheet;
use crate::table::aligned;

/// Most entities that are named for a class.
const ENTITIES_MAX: usize = 4;

/// Prints the report, `width` columns wide.
pub(crate) fn print(output: &Output, report: &Report, width: usize) {
    summary(output, report);
    for to in &report.recipients {
        recipient(output, report, to, width);
    }
    not_assessed(output, report);
    if report.requests == 0 {
        return;
    }
    heading(output, "RISK");
    risk_line(output, "as it went", &report.risk);
    risk_line(output, "behind Cordon", &report.risk_with);
    reasons(output, &report.risk, width);
    let gone: Vec<&str> = report.gone().map(|reason| reason.text.as_str()).collect();
    if !gone.is_empty() {
        wrapped(output, &format!("Behind Cordon falls away: {}.", gone.join("; ")), "  ", width);
    }
    screening(output, &report.risk.screening, width);
    meters(output, report, width);
    if !report.sheet.groups.is_empty() && !report.sheet.providers.is_empty() {
        heading(output, "WHAT IS KNOWN OF THE PROVIDERS");
        output.line(
            "Only what law and routing rest on; cordon providers compare shows all, with sources and dates.",
        );
        sheet::print(output, &report.sheet, sheet::Detail::Value, width);
    }
    heading(output, "OPEN");
    for open in &report.open {
        wrapped(output, &format!("{}: {}", open.about, open.text), "  ", width);
        wrapped(output, &format!("→ {}", open.todo), "      ", width);
    }
    if report.open.is_empty() {
        output.line("  nothing");
    }
}

fn heading(output: &Output, text: &str) {
    output.line(&format!("\n{}", output.toned(Tone::Strong, text)));
}

fn wrapped(output: &Output, text: &str, indent: &str, width: usize) {
    for line in sheet::wrapped(text, width.saturating_sub(indent.len()).max(40)) {
        output.line(&format!("{indent}{line}"));
    }
}

fn summary(output: &Output, report: &Report) {
    output.line(&format!(
        "{} in {}, about {}; read as the app {}, names {}.",
        counted(report.requests, "request"),
        counted(report.files as u64, "file"),
        counted_as(report.people, "person", "people"),
        report.app,
        report.names
    ));
    let notes: Vec<String> = report
        .bases
        .iter()
        .filter(|(basis, _)| matches!(basis, Basis::Model | Basis::Unknown | Basis::Told))
        .map(|(basis, count)| {
            format!("The recipient of {} is {}.", counted(*count, "request"), basis.about())
        })
        .collect();
    for note in notes {
        output.line(&output.toned(Tone::Doubtful, &note));
    }
    if !report.strange.is_empty() {
        let strange: Vec<String> =
            report.strange.iter().map(|(name, count)| format!("{name} ×{count}")).collect();
        output.line(&format!("Not known were: {}.", strange.join(", ")));
    }
    if report.answers > 0 {
        output.line(&format!(
            "{} skipped: answers come from the provider, they did not leave.",
            counted_as(report.answers, "answer was", "answers were")
        ));
    }
}

fn recipient(output: &Output, report: &Report, to: &ToRecipient, width: usize) {
    let own = if to.is_own { ", your own premises" } else { "" };
    heading(output, &format!("TO {} ({}){own}", to.name, to.id));
    let unread = match to.documents {
        0 => String::new(),
        count => format!("; {} that nobody can look into", counted(count, "part")),
    };
    output.line(&format!(
        "  {}, {} % of all; something was found in {}; {}{unread}",
        counted(to.requests, "request"),
        report.share(to.requests),
        to.with_findings,
        counted_as(to.people, "person", "people"),
    ));
    let models: Vec<String> = to
        .models
        .iter()
        .map(|(name, count)| format!("{} ×{count}", name.as_deref().unwrap_or("not in the catalogue")))
        .collect();
    wrapped(output, &format!("models: {}; data handling {}", models.join(", "), to.handling), "  ", width);
    if to.refused > 0 {
        let text = format!("  Cordon would have refused {}.", counted(to.refused, "request"));
        output.line(&output.toned(Tone::Bad, &text));
    }
    if to.classes.is_empty() {
        output.line("  nothing found");
        return;
    }
    let rows = to.classes.iter().map(|class| {
        vec![
            format!("  {}", class.class),
            class.requests.to_string(),
            class.findings.to_string(),
            class.people.to_string(),
            treated(class),
            policies(class),
            entities(class),
        ]
    });
    let headings = ["  CLASS", "REQUESTS", "FINDINGS", "PEOPLE", "CORDON WOULD", "BY", "FOUND AS"];
    output.line(&aligned(&headings, rows));
    for class in &to.classes {
        // One sentence for each policy that rests on a law; the same for other regions stands in JSON and HTML.
        let mut said: Vec<&str> = Vec::new();
        for because in class.because.iter().filter(|because| !because.law.is_empty()) {
            if !said.contains(&because.policy.as_str()) {
                said.push(&because.policy);
                let text =
                    format!("{}: {} ({}, {})", class.class, because.short(), because.policy, because.law);
                wrapped(output, &text, "    ", width);
            }
        }
    }
}

/// Ids of the policies that decided, each once.
fn policies(class: &ToClass) -> String {
    let mut ids: Vec<&str> = class.because.iter().map(|because| because.policy.as_str()).collect();
    ids.dedup();
    ids.join(" ")
}

/// `redact`, or `keep 12, redact 3`, and what follows once the meters are full.
fn treated(class: &ToClass) -> String {
    let text = match class.treated.as_slice() {
        [(one, _)] => one.name().to_owned(),
        several => {
            let parts: Vec<String> =
                several.iter().map(|(treatment, count)| format!("{} {count}", treatment.name())).collect();
            parts.join(", ")
        }
    };
    match class.after.map(Treatment::name) {
        Some(after) => format!("{text}, then {after}"),
        None => text,
    }
}

fn entities(class: &ToClass) -> String {
    let mut parts: Vec<String> =
        class.entities.iter().take(ENTITIES_MAX).map(|(name, count)| format!("{name} ×{count}")).collect();
    let more = class.entities.len().saturating_sub(ENTITIES_MAX);
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    parts.join(", ")
}

fn not_assessed(output: &Output, report: &Report) {
    let count = report.broken + report.empty;
    if count == 0 && report.unread.is_empty() && report.without_count == 0 {
        return;
    }
    heading(output, "NOT ASSESSED");
    for (name, why) in &report.unread {
        output.line(&output.toned(Tone::Bad, &format!("  {name}: {why}")));
    }
    if report.without_count > 0 {
        let named = report.without.join(", ");
        let more = report.without_count - report.without.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        output.line(&format!("  no request in {named}{more}"));
    }
    if count > 0 {
        let text = format!("  {} could not be assessed; the first:", counted(count, "document"));
        output.line(&output.toned(Tone::Doubtful, &text));
        for (place, why) in &report.troubles {
            output.line(&format!("    {place}: {why}"));
        }
    }
}

/// One line on a verdict.
pub(crate) fn risk_line(output: &Output, of: &str, risk: &Risk) {
    let tone = if risk.level == RiskLevel::Higher { Tone::Bad } else { Tone::Good };
    let screening = &risk.screening;
    let of = if of.is_empty() { String::new() } else { format!("{of:<14} ") };
    output.line(&format!(
        "  {of}{} risk; impact assessment: {}; in China: {}",
        output.toned(tone, risk.level.name()),
        screening.dpia.name(),
        screening.pipia.name()
    ));
}

/// Why.
pub(crate) fn reasons(output: &Output, risk: &Risk, width: usize) {
    for reason in &risk.reasons {
        let (sign, tone) = if reason.raises { ("↑", Tone::Bad) } else { ("↓", Tone::Good) };
        let law = if reason.law.is_empty() { String::new() } else { format!(" ({})", reason.law) };
        let text = format!("{}{law}", reason.text);
        for (number, line) in sheet::wrapped(&text, width.saturating_sub(4).max(40)).iter().enumerate() {
            let head = if number == 0 { output.toned(tone, sign) } else { " ".to_owned() };
            output.line(&format!("  {head} {line}"));
        }
        for evidence in &reason.evidence {
            wrapped(output, evidence, "      ", width);
        }
    }
}

/// The nine criteria.
pub(crate) fn screening(output: &Output, screening: &Screening, width: usize) {
    heading(output, &format!("CRITERIA OF AN IMPACT ASSESSMENT ({})", screening.law));
    for one in &screening.criteria {
        let tone = match one.answer {
            Answer::Met => Tone::Bad,
            Answer::Open => Tone::Doubtful,
            Answer::NotMet => Tone::Good,
        };
        let head = format!("  {} {:<55}", one.number, one.name);
        output.line(&format!("{head}{}", output.toned(tone, one.answer.name())));
        wrapped(output, &one.evidence.join("; "), "      ", width);
    }
    for trigger in screening.mandatory.iter().filter(|one| one.answer == Answer::Met) {
        output.line(&output.toned(Tone::Bad, &format!("  {}: {}", trigger.law, trigger.name)));
    }
}

fn meters(output: &Output, report: &Report, width: usize) {
    if report.meters.is_empty() {
        return;
    }
    heading(output, "PEOPLE, AGAINST THE THRESHOLDS OF THE LAW");
    output.line("Counted as if all of the log lay within one year, as it went.");
    let (near, far): (Vec<&Metered>, Vec<&Metered>) =
        report.meters.iter().partition(|meter| meter.level > Level::Low);
    if !near.is_empty() {
        let rows = near.iter().map(|meter| {
            vec![
                format!("  {}", meter.kind),
                meter.recipient.clone().unwrap_or_else(|| "any".to_owned()),
                meter.people.to_string(),
                meter.threshold.to_string(),
                meter.law.clone(),
            ]
        });
        output.line(&aligned(&["  METER", "RECIPIENT", "PEOPLE, ABOUT", "THRESHOLD", "LAW"], rows));
    }
    let fullest = far.iter().max_by_key(|meter| meter.people * 1000 / meter.threshold.max(1));
    if let Some(meter) = fullest {
        let text = format!(
            "{} below half of their threshold; the fullest is {} of {}: about {} of {} ({}).",
            counted_as(far.len() as u64, "meter is", "meters are"),
            meter.kind,
            meter.recipient.as_deref().unwrap_or("any recipient"),
            meter.people,
            meter.threshold,
            meter.law
        );
        wrapped(output, &text, "  ", width);
    }
}

/// `1 request`, `2 requests`.
pub(crate) fn counted(count: u64, what: &str) -> String {
    counted_as(count, what, &format!("{what}s"))
}

fn counted_as(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
