//! The law tables as forbids: L1 to L12 of the rules, and the operator's list of denied jurisdictions.
//!
//! Which rule there is and how it is built stands here; which classes, countries, thresholds, instruments and articles it speaks of
//! comes from the tables. L11 (what cannot be read is refused) needs no forbid: no line of the table permits it, so it is denied.
//!
//! Pseudonymised values: for L1, L2, L5 and L9 they are not the value (CJEU C-413/23 P: what counts is what the recipient can do). For
//! L4, L6 and L10 they are, because those rules count or ban whatever the form; what is redacted does not leave at all.

use std::collections::BTreeSet;

use registry::law::{Kind, Law, Rule};
use types::{DataClass, Treatment};

use super::PolicyFault;
use super::known::{ASKED, Known, actions, quoted, set};

const CLEAR: &[Treatment] = &[Treatment::Keep];
const FORM: &[Treatment] = &[Treatment::Keep, Treatment::Pseudonymise];

/// Not on the operator's own premises.
const ELSEWHERE: &str = "!resource.on_premises";

/// The China that the Personal Information Protection Law speaks of leaving: the mainland.
const MAINLAND: &str = "[\"CN\"].containsAll(resource.reach)";

/// All forbids that follow from the tables and from the denied jurisdictions.
pub(super) fn forbids(law: &Law, denied: &BTreeSet<String>) -> Result<Vec<Known>, PolicyFault> {
    let mut all = Vec::new();
    for rule in law.rules() {
        match rule.id.as_str() {
            "L1" => transfer(rule, law, &mut all)?,
            "L2" => special_categories(rule, law, &mut all)?,
            "L3" => own_purposes(rule, law, &mut all)?,
            "L4" => bulk(rule, law, &mut all)?,
            "L5" => health(rule, law, &mut all)?,
            "L6" => export(rule, law, &mut all)?,
            "L7" => important(rule, &mut all)?,
            "L8" => forbid(rule, "", &law.of_kind(Kind::Secret), CLEAR, "true", &mut all)?,
            "L9" => unknown_reach(rule, law, &mut all)?,
            "L10" => forbid(rule, "", &[], FORM, "resource.forbidden.contains(context.class)", &mut all)?,
            "L12" => forbid(rule, "", &[], &ASKED, "resource.handling > context.handling_floor", &mut all)?,
            "jurisdictions" => jurisdictions(rule, denied, &mut all)?,
            "quarantine" => quarantine(rule, law, &mut all)?,
            other => {
                return Err(PolicyFault::internal(&format!("nobody knows how to build the rule `{other}`")));
            }
        }
    }
    Ok(all)
}

/// The classes that are about a person by themselves.
fn personal(law: &Law) -> Vec<DataClass> {
    [law.of_kind(Kind::Identifier), law.of_kind(Kind::Sensitive)].concat()
}

/// The rule for what is personal by itself, and for attributes beside an identifier in clear.
fn in_clear(
    rule: &Rule,
    law: &Law,
    part: &str,
    condition: &str,
    all: &mut Vec<Known>,
) -> Result<(), PolicyFault> {
    forbid(rule, part, &personal(law), CLEAR, condition, all)?;
    let beside = beside(law, condition);
    forbid(rule, &format!("{part}attributes"), &law.of_kind(Kind::Attribute), CLEAR, &beside, all)
}

/// A condition that binds while something that names a person stays in clear.
fn beside(law: &Law, condition: &str) -> String {
    format!("context.clear.containsAny({}) && {condition}", set(law.of_kind(Kind::Identifier)))
}

fn transfer(rule: &Rule, law: &Law, all: &mut Vec<Known>) -> Result<(), PolicyFault> {
    let adequate = if rule.adequacy_counts { " && !resource.adequate" } else { "" };
    let condition =
        format!("!resource.on_premises{adequate} && !(resource.clauses && resource.assessed_transfer)");
    let part = rule.region.as_deref().map(|region| format!("{region}/")).unwrap_or_default();
    in_clear(rule, law, &part, &condition, all)
}

fn special_categories(rule: &Rule, law: &Law, all: &mut Vec<Known>) -> Result<(), PolicyFault> {
    let classes: Vec<DataClass> = law.classes("special_category").into_iter().collect();
    let condition = "!resource.on_premises && !(principal.art9_exception && principal.dpia_approved)";
    forbid(rule, "", &classes, CLEAR, condition, all)
}

fn own_purposes(rule: &Rule, law: &Law, all: &mut Vec<Known>) -> Result<(), PolicyFault> {
    let condition = "!resource.on_premises && (resource.may_train || resource.may_control)";
    in_clear(rule, law, "", condition, all)?;
    forbid(rule, "sensitive", &law.of_kind(Kind::Sensitive), &[Treatment::Pseudonymise], condition, all)
}

/// A row binds all categories of a set that holds one of its own: a set that links several takes the lowest threshold.
fn bulk(rule: &Rule, law: &Law, all: &mut Vec<Known>) -> Result<(), PolicyFault> {
    let linked: Vec<DataClass> = law.classes("threshold").into_iter().collect();
    for row in law.rows("threshold") {
        let programme = row.text("programme");
        let unless = if programme.is_empty() {
            String::new()
        } else {
            format!(" && !principal.programmes.contains({})", quoted(programme))
        };
        let condition = format!(
            "!resource.on_premises && resource.covered_person && resource.meters.{} >= 100\n         && context.found.containsAny({}){unless}",
            row.text("meter"),
            set(row.classes())
        );
        forbid(rule, row.text("category"), &linked, FORM, &condition, all)?;
    }
    Ok(())
}

/// Raw voice is an identifier of its own, so sound beside health data is bound as they are.
fn health(rule: &Rule, law: &Law, all: &mut Vec<Known>) -> Result<(), PolicyFault> {
    let condition = "!resource.on_premises && !resource.baa";
    forbid(rule, "", &[DataClass::Health], CLEAR, condition, all)?;
    if law.rows("hipaa_rule").any(|row| !row.text("voice").is_empty()) {
        let beside = format!("{condition} && context.found.contains(\"health\")");
        forbid(rule, "voice", &[DataClass::Audio], CLEAR, &beside, all)?;
    }
    Ok(())
}

fn export(rule: &Rule, law: &Law, all: &mut Vec<Known>) -> Result<(), PolicyFault> {
    let abroad = format!("!resource.on_premises && !{MAINLAND}");
    let assessed: Vec<&str> = law.rows("pipia_rule").map(|row| row.text("programme")).collect();
    let consent = format!(
        "{abroad}\n         && !(principal.consent && principal.programmes.containsAny({}))",
        set(assessed)
    );
    in_clear(rule, law, "consent/", &consent, all)?;
    let sensitive: Vec<DataClass> = law.classes("sensitive_pi").into_iter().collect();
    let mut counted = personal(law);
    counted.extend(law.of_kind(Kind::Attribute));
    for row in law.rows("export_route") {
        let programmes: Vec<&str> = row.texts("programmes").collect();
        if programmes.is_empty() {
            continue;
        }
        let unless = format!("!principal.programmes.containsAny({})", set(programmes));
        if row.number("sensitive_min") == Some(1) {
            // One person is enough; a surrogate tells nothing of the person, so only the clear value binds.
            let condition = format!("{abroad} && {unless}");
            let (attributes, alone): (Vec<_>, Vec<_>) =
                sensitive.iter().copied().partition(|class| law.kind(*class) == Kind::Attribute);
            forbid(rule, "sensitive", &alone, CLEAR, &condition, all)?;
            // A place is the whereabouts of somebody only beside who it is.
            forbid(rule, "whereabouts", &attributes, CLEAR, &beside(law, &condition), all)?;
        }
        for (meter, classes) in [(row.text("pi_meter"), &counted), (row.text("sensitive_meter"), &sensitive)]
        {
            if !meter.is_empty() {
                let condition = format!("{abroad} && resource.meters.{meter} >= 100\n         && {unless}");
                forbid(rule, meter, classes, FORM, &condition, all)?;
            }
        }
    }
    Ok(())
}

fn important(rule: &Rule, all: &mut Vec<Known>) -> Result<(), PolicyFault> {
    let condition =
        format!("principal.important.contains(context.class) && !resource.on_premises && !{MAINLAND}");
    forbid(rule, "", &[], &ASKED, &condition, all)
}

fn unknown_reach(rule: &Rule, law: &Law, all: &mut Vec<Known>) -> Result<(), PolicyFault> {
    forbid(rule, "", &personal(law), CLEAR, "!resource.on_premises && resource.reach_unknown", all)
}

/// What cannot be read may hold anything, so it is bound like everything else; what the provider itself encrypted is not.
fn jurisdictions(rule: &Rule, denied: &BTreeSet<String>, all: &mut Vec<Known>) -> Result<(), PolicyFault> {
    if denied.is_empty() {
        return Ok(());
    }
    let classes: Vec<DataClass> =
        DataClass::ALL.into_iter().filter(|class| *class != DataClass::Encrypted).collect();
    forbid(rule, "", &classes, FORM, &format!("resource.reach.containsAny({})", set(denied)), all)
}

fn quarantine(rule: &Rule, law: &Law, all: &mut Vec<Known>) -> Result<(), PolicyFault> {
    forbid(rule, "", &personal(law), CLEAR, "!resource.on_premises && resource.quarantined", all)
}

/// One forbid of a rule. `classes` empty: all.
fn forbid(
    rule: &Rule,
    part: &str,
    classes: &[DataClass],
    treatments: &[Treatment],
    condition: &str,
    all: &mut Vec<Known>,
) -> Result<(), PolicyFault> {
    let mut when = Vec::new();
    if let Some(region) = &rule.region {
        when.push(format!("principal.subjects.contains({})", quoted(region)));
    }
    if !classes.is_empty() {
        when.push(format!("{}.contains(context.class)", set(classes)));
    }
    when.push(condition.to_owned());
    let unless = if rule.may_be_lifted {
        format!("\n  unless {{ context.lifted.contains({}) }}", quoted(&rule.id))
    } else {
        String::new()
    };
    let (law, article) = rule.law.split_once(" art. ").unwrap_or((&rule.law, ""));
    let article = if article.is_empty() { "-" } else { article };
    let text = format!(
        "@id({id})\n@law({law_text})\n@statute({statute})\n@article({article})\n@table({table})\n@table_version({version})\n@source({source})\n@facts({facts})\n@because({because})\nforbid (principal, {scope}, resource)\n  when {{ {when} }}{unless};",
        id = quoted(&rule.id),
        law_text = quoted(&rule.law),
        statute = quoted(law),
        article = quoted(article),
        table = quoted(&rule.table),
        version = quoted(&rule.version),
        source = quoted(&rule.source),
        facts = quoted(&rule.facts.join(",")),
        because = quoted(&rule.text),
        scope = actions(treatments),
        when = when.join("\n         && "),
    );
    let mut unique = rule.id.clone();
    for piece in [rule.region.as_deref().unwrap_or_default(), part] {
        if !piece.is_empty() && !unique.split('/').any(|had| had == piece) {
            unique = format!("{unique}/{}", piece.trim_matches('/'));
        }
    }
    if all.iter().any(|known| known.policy.id().to_string() == unique) {
        unique = format!("{unique}/{}", all.len());
    }
    let mut known = Known::generated(&unique, (&rule.id, &rule.table), classes, treatments, text)?;
    known.is_regional = rule.region.is_some();
    // Conditions here are conjunctions; what is in brackets never begins or ends with this.
    known.is_elsewhere = condition.split(" && ").any(|part| part == ELSEWHERE);
    all.push(known);
    Ok(())
}
