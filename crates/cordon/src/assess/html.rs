//! The report as one HTML page that needs nothing else: to read, to print, to attach to a file. Without script.

use std::fmt::Write as _;

use policy::risk::{Answer, Risk};
use registry::law::Law;

use super::report::{Report, ToClass, ToRecipient, tables};
use crate::sheet::html::{STYLE, escaped, groups, legend};

const OWN_STYLE: &str = "\
.n{text-align:right;font-variant-numeric:tabular-nums}\
.plain td,.plain th{min-width:0;max-width:none}.plain thead th,.plain .n{white-space:nowrap}.plain th:first-child{min-width:9rem}\
.plain td.w{min-width:16rem}\
.level{display:inline-block;padding:.15rem .7rem;border-radius:1rem;font-weight:600}\
.higher{background:#ffe2e0;color:#86061d}.lower{background:#dafbe1;color:#116329}\
.cards{display:flex;flex-wrap:wrap;gap:.8rem;margin:1rem 0}\
.card{border:1px solid #d5dae0;border-radius:6px;padding:.6rem 1rem;min-width:7rem}\
.card strong{display:block;font-size:1.4rem;font-variant-numeric:tabular-nums}\
.bar{background:#eef0f3;border-radius:3px;height:.5rem;min-width:6rem}.bar i{display:block;height:.5rem;border-radius:3px;background:#0550ae}\
.t{display:inline-block;padding:0 .5rem;border-radius:1rem;margin:0 .3rem .2rem 0;white-space:nowrap}\
.keep{background:#fff1c5}.pseudonymise{background:#dafbe1}.redact{background:#ddf4ff}.refuse{background:#ffe2e0}\
.up{color:#a40e26}.down{color:#116329}.met{color:#a40e26;font-weight:600}.open{color:#7d4e00}.not-met{color:#116329}\
ul.why{padding-left:1.2rem;margin:.3rem 0}ul.why li{margin:.15rem 0}h3{font-size:1rem;margin:1.6rem 0 .4rem}";

/// The page.
pub(crate) fn page(report: &Report, law: &Law) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>What went to AI providers</title><style>{STYLE}{OWN_STYLE}</style></head><body>\n\
         <h1>What went to AI providers</h1>\n\
         <p>Made by Cordon on {} from request logs, read as the app <code>{}</code>, names in free text: {}. No value of a log stands here: classes, \
         counts and names of the registry only. Not legal advice.</p>\n",
        report.day,
        escaped(&report.app),
        escaped(report.names)
    );
    cards(&mut out, report);
    risk(&mut out, report);
    out.push_str("<h2>What went to whom</h2>\n");
    overview(&mut out, report);
    for to in &report.recipients {
        recipient(&mut out, to);
    }
    open(&mut out, report);
    criteria(&mut out, &report.risk);
    meters(&mut out, report);
    providers(&mut out, report);
    not_assessed(&mut out, report);
    let _ = write!(out, "<p><small>Law tables: {}</small></p>\n</body></html>\n", escaped(&tables(law)));
    out
}

fn cards(out: &mut String, report: &Report) {
    out.push_str("<div class=\"cards\">");
    let findings: u64 = report.recipients.iter().flat_map(|to| &to.classes).map(|class| class.findings).sum();
    for (number, what) in [
        (report.requests, "requests"),
        (report.recipients.len() as u64, "recipients"),
        (report.people, "different people, about"),
        (findings, "findings"),
        (report.broken + report.empty, "documents not assessed"),
        (report.answers, "answers skipped: they did not leave"),
    ] {
        let _ = write!(out, "<div class=\"card\"><strong>{number}</strong>{what}</div>");
    }
    out.push_str("</div>\n");
}

fn risk(out: &mut String, report: &Report) {
    out.push_str("<h2>Risk</h2>\n<div class=\"cards\">");
    for (what, risk) in [("as it went", &report.risk), ("the same behind Cordon", &report.risk_with)] {
        let screening = &risk.screening;
        let _ = write!(
            out,
            "<div class=\"card\"><span class=\"level {0}\">{0} risk</span> {what}<small>impact assessment (GDPR art. 35): {1}</small>\
             <small>impact assessment (PIPL art. 55): {2}</small>",
            risk.level.name(),
            screening.dpia.name(),
            screening.pipia.name()
        );
        out.push_str("<ul class=\"why\">");
        for reason in &risk.reasons {
            let (class, sign) = if reason.raises { ("up", "↑") } else { ("down", "↓") };
            let law = if reason.law.is_empty() { String::new() } else { format!(" ({})", reason.law) };
            let _ = write!(out, "<li><span class=\"{class}\">{sign}</span> {}", escaped(&reason.text));
            let _ = write!(out, "{}", escaped(&law));
            for evidence in &reason.evidence {
                let _ = write!(out, "<small>{}</small>", escaped(evidence));
            }
            out.push_str("</li>");
        }
        out.push_str("</ul></div>");
    }
    out.push_str("</div>\n");
    let gone: Vec<&str> = report.gone().map(|reason| reason.text.as_str()).collect();
    if !gone.is_empty() {
        let gone = escaped(&gone.join("; "));
        let _ = writeln!(out, "<p>Behind Cordon, under this configuration, falls away: {gone}.</p>");
    }
}

fn overview(out: &mut String, report: &Report) {
    table(
        out,
        &["Recipient", "Requests", "Share", "With findings", "People", "Parts not readable", "Handling"],
    );
    for to in &report.recipients {
        let share = report.share(to.requests);
        let own = if to.is_own { "<small>your own premises</small>" } else { "" };
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}<small>{}</small>{own}</th><td class=\"n\">{}</td><td><div class=\"bar\"><i style=\"width:{share}%\"></i></div>\
             {share} %</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            escaped(&to.name),
            escaped(&to.id),
            to.requests,
            to.with_findings,
            to.people,
            to.documents,
            escaped(&to.handling),
        );
    }
    out.push_str("</tbody></table></div>\n<p><small>How recipients are known: ");
    let bases: Vec<String> =
        report.bases.iter().map(|(basis, count)| format!("{count} {}", basis.about())).collect();
    out.push_str(&escaped(&bases.join(" · ")));
    if !report.strange.is_empty() {
        let strange: Vec<String> =
            report.strange.iter().map(|(name, count)| format!("{name} ×{count}")).collect();
        let _ = write!(out, ". Not known were: {}", escaped(&strange.join(", ")));
    }
    out.push_str(". Data handling: A own premises, B processor that trains and keeps nothing, C kept for a stated time, D anything else.</small></p>\n");
}

fn recipient(out: &mut String, to: &ToRecipient) {
    let _ = writeln!(out, "<h3>To {} <small>{}</small></h3>", escaped(&to.name), escaped(&to.id));
    let models: Vec<String> = to
        .models
        .iter()
        .map(|(name, count)| format!("{} ×{count}", name.as_deref().unwrap_or("not in the catalogue")))
        .collect();
    let _ = writeln!(out, "<p>Models: {}.</p>", escaped(&models.join(", ")));
    if to.refused > 0 {
        let _ =
            writeln!(out, "<p class=\"up\">Cordon would have refused {} of these requests.</p>", to.refused);
    }
    if to.classes.is_empty() {
        out.push_str("<p>Nothing was found.</p>\n");
        return;
    }
    table(out, &["Class", "Requests", "Findings", "People", "Cordon would", "Why", "Found as"]);
    for class in &to.classes {
        let entities: Vec<String> =
            class.entities.iter().map(|(name, count)| format!("{name} ×{count}")).collect();
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td><td class=\"w\">{}</td>\
             <td class=\"w\">{}</td></tr>",
            class.class,
            class.requests,
            class.findings,
            class.people,
            treated(class),
            because(class),
            escaped(&entities.join(", "))
        );
    }
    out.push_str("</tbody></table></div>\n");
}

fn treated(class: &ToClass) -> String {
    let mut out = String::new();
    for (treatment, count) in &class.treated {
        let name = treatment.name();
        let _ = write!(out, "<span class=\"t {name}\">{name} {count}</span>");
    }
    if let Some(after) = class.after {
        let name = after.name();
        let _ = write!(
            out,
            "<small>with all these people on the meters: <span class=\"t {name}\">{name}</span></small>"
        );
    }
    out
}

fn because(class: &ToClass) -> String {
    let mut out = String::new();
    for because in &class.because {
        let law = if because.law.is_empty() { String::new() } else { format!(", {}", because.law) };
        let _ = write!(
            out,
            "<div>{}<small>{}</small></div>",
            escaped(because.short()),
            escaped(&format!("{}{law}", because.policy))
        );
    }
    out
}

fn open(out: &mut String, report: &Report) {
    out.push_str("<h2>Open</h2>\n");
    if report.open.is_empty() {
        out.push_str("<p>Nothing.</p>\n");
        return;
    }
    table(out, &["About", "What is open", "What to do"]);
    for open in &report.open {
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"w\">{}</td><td class=\"w\">{}</td></tr>",
            open.about,
            escaped(&open.text),
            escaped(&open.todo)
        );
    }
    out.push_str("</tbody></table></div>\n");
}

fn criteria(out: &mut String, risk: &Risk) {
    let screening = &risk.screening;
    let _ = writeln!(out, "<h2>Criteria of an impact assessment</h2>\n<p>{}.</p>", escaped(&screening.law));
    table(out, &["Criterion", "", "Evidence"]);
    for one in &screening.criteria {
        let class = match one.answer {
            Answer::Met => "met",
            Answer::Open => "open",
            Answer::NotMet => "not-met",
        };
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{} {}</th><td class=\"{class}\">{}</td><td class=\"w\">{}</td></tr>",
            one.number,
            escaped(&one.name),
            one.answer.name(),
            escaped(&one.evidence.join("; "))
        );
    }
    for trigger in screening.mandatory.iter().chain(&screening.pipia_cases) {
        let class = if trigger.answer == Answer::Met { "met" } else { "open" };
        if trigger.answer != Answer::NotMet {
            let _ = writeln!(
                out,
                "<tr><th scope=\"row\">{}</th><td class=\"{class}\">{}</td><td class=\"w\">{}</td></tr>",
                escaped(&trigger.law),
                trigger.answer.name(),
                escaped(&trigger.name)
            );
        }
    }
    out.push_str("</tbody></table></div>\n");
}

fn meters(out: &mut String, report: &Report) {
    if report.meters.is_empty() {
        return;
    }
    out.push_str(
        "<h2>People, against the thresholds of the law</h2>\n<p>Counted as if all of the log lay within one year, as it went.</p>\n",
    );
    table(out, &["Meter", "Recipient", "People, about", "Threshold", "Law"]);
    for meter in &report.meters {
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            escaped(&meter.kind),
            escaped(meter.recipient.as_deref().unwrap_or("any")),
            meter.people,
            meter.threshold,
            escaped(&meter.law)
        );
    }
    out.push_str("</tbody></table></div>\n");
}

fn providers(out: &mut String, report: &Report) {
    if report.sheet.providers.is_empty() {
        return;
    }
    out.push_str("<h2>What is known of the providers</h2>\n<p>Only what law and routing rest on.</p>\n<p class=\"legend\">");
    legend(out);
    out.push_str("</p>\n");
    groups(out, &report.sheet, "h3");
}

fn not_assessed(out: &mut String, report: &Report) {
    if report.troubles.is_empty() && report.unread.is_empty() && report.without_count == 0 {
        return;
    }
    out.push_str("<h2>Not assessed</h2>\n<ul>");
    for (name, why) in report.unread.iter().chain(&report.troubles) {
        let _ = write!(out, "<li><code>{}</code>: {}</li>", escaped(name), escaped(why));
    }
    if report.without_count > 0 {
        let _ = write!(
            out,
            "<li>{} files hold no request, among them {}</li>",
            report.without_count,
            escaped(&report.without.join(", "))
        );
    }
    let more = (report.broken + report.empty).saturating_sub(report.troubles.len() as u64);
    if more > 0 {
        let _ = write!(out, "<li>and {more} more documents</li>");
    }
    out.push_str("</ul>\n");
}

fn table(out: &mut String, headings: &[&str]) {
    out.push_str("<div class=\"scroll\"><table class=\"plain\"><thead><tr>");
    for heading in headings {
        let _ = write!(out, "<th scope=\"col\">{heading}</th>");
    }
    out.push_str("</tr></thead><tbody>\n");
}
