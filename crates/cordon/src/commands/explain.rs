//! `cordon explain`: what would happen to a request, and why.

mod recorded;
mod sections;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use detect::NamesAsked;
use exchange::{MODEL_HEX_DIGITS, Preview, PreviewFinding};
use ledger::Digest;
use route::Router;
use serde_json::{Value, json};
use types::{Evidence, Treatment};

use super::inspecting::Inspecting;
use super::scan::{document, places, where_shown};
use crate::context::{Context, wait};
use crate::dry::Dry;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::model;
use crate::output::{Output, Tone};
use crate::source::{Place, Source};

use self::sections::{Sections, who};

/// Say what would happen to a request, and why.
///
/// Goes through the steps of the gateway up to the record: each finding with its evidence; then for each class who would get it in which
/// form, by which policy, law and fact; what is known of that recipient, with source and date; and who is next and why not. Nothing is
/// sent. Ends with 3 when policy would refuse.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The file; `-` is standard input.
    ///
    /// A request of a dialect, or a text, which becomes the message of a chat. Default: standard input. Example: cordon explain
    /// request.json
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,

    /// Explain what the ledger recorded instead: an exchange (the `x-cordon-request-id` of its answer), or the index of a record.
    ///
    /// Shows what was decided, and what this configuration says to the same question. Default: none. Example: --record 1204
    #[arg(long, value_name = "EXCHANGE|INDEX", conflicts_with_all = ["file", "model"])]
    record: Option<String>,

    #[command(flatten)]
    inspecting: Inspecting,

    /// The model that a text is sent to.
    ///
    /// Default: the first that the app may use. Example: --model gpt-5
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
}

impl Explain {
    /// Explains.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        if let Some(which) = &self.record {
            return recorded::explain(context, which);
        }
        let source = self.inspecting.source(context, &self.file)?;
        let mut question = self.inspecting.app_question(context)?;
        let loaded = context.loaded()?;
        let plan = context.planned(&loaded)?;
        let read_with = model::about(&loaded)?;
        let allowed = plan.app(&question.app).deployments.clone();
        question.aliases = Arc::clone(&plan.app(&question.app).aliases);
        let router =
            Router::new(plan.deployments.iter().map(|deployment| deployment.route.clone()).collect());
        let model = match self.model {
            Some(model) => Some(model),
            None => router
                .models(source.route.dialect.name(), &allowed, &question.aliases)
                .into_iter()
                .next()
                .map(|(model, _)| model),
        };
        question.candidates = Some((router, allowed));
        let app = question.app.clone();
        let (policy, environment) = (Arc::clone(&question.policy), question.environment);
        let dry = Dry::new(question)?;
        let preview = wait(dry.preview(source.route, source.body(model.as_deref())))?;
        let is_refused =
            preview.classes.keys().any(|class| preview.verdict.treatment(*class) == Treatment::Refuse);
        let places = places(&source, &preview.findings);
        let sections = Sections {
            plan: &plan,
            policy: policy.as_ref(),
            environment,
            day: plan.today,
            candidates: &preview.candidates,
            classes: &preview.classes,
            entities: entities(&preview.findings),
        };
        if context.output.is_json() {
            let mut document = as_json(&source, (&preview, &places), app.as_str(), is_refused);
            if let (Value::Object(more), Some(document)) = (sections.json(), document.as_object_mut()) {
                document.extend(more);
            }
            if let (Some(model), Some(document)) = (&read_with, document.as_object_mut()) {
                document.insert("detection_model".to_owned(), model.json());
            }
            context.output.document(&document);
        } else {
            print(&context.output, &source, (&preview, &places), &sections, is_refused);
            if let Some(model) = &read_with {
                context.output.line(&format!("Read with the model {}.", model.line()));
            }
        }
        Ok(if is_refused { Exit::Refused } else { Exit::Done })
    }
}

fn as_json(source: &Source, (preview, places): (&Preview, &[Place]), app: &str, is_refused: bool) -> Value {
    let findings = preview.findings.iter().zip(places).map(|(finding, place)| {
        let mut shown = document(source, finding, place);
        let evidence = &finding.evidence;
        let steps =
            evidence.steps.iter().map(|(step, score)| json!({ "step": step, "score": rounded(*score) }));
        let more = json!({
            "treatment": finding.treatment.name(),
            "signed": finding.signed,
            "evidence": {
                "recognizer": &*evidence.recognizer,
                "pattern": &*evidence.pattern,
                "validator": evidence.validator,
                "context": evidence.context.as_deref(),
                "forms": forms(evidence).collect::<Vec<_>>(),
                "steps": steps.collect::<Vec<_>>(),
            },
        });
        if let (Some(shown), Value::Object(more)) = (shown.as_object_mut(), more) {
            shown.extend(more);
        }
        shown
    });
    let reasons = preview.verdict.reasons.iter().map(|reason| {
        json!({
            "policy": reason.policy,
            "class": reason.class.map(types::DataClass::name),
            "treatment": reason.treatment.name(),
            "law": reason.law,
            "facts": reason.facts,
            "text": reason.text,
        })
    });
    json!({
        "file": source.name,
        "dialect": source.route.dialect.name(),
        "app": app,
        "refused": is_refused,
        "names": names(preview).map(|(asked, model)| json!({
            "asked": asked.word(),
            "organizations": asked.organizations,
            "keep_public": asked.keeps_public,
            "model": model,
        })),
        "deployment": preview.verdict.deployment.as_str(),
        "classes": preview.classes.iter().map(|(class, count)| (class.name(), *count)).collect::<std::collections::BTreeMap<_, _>>(),
        "reasons": reasons.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

/// What is asked of names, and the weights as the ledger names them.
fn names(preview: &Preview) -> Option<(NamesAsked, String)> {
    let (asked, model) = preview.names?;
    Some((asked, Digest(model).hex().as_str().chars().take(MODEL_HEX_DIGITS).collect()))
}

fn rounded(score: f32) -> f64 {
    (f64::from(score) * 100.0).round() / 100.0
}

/// Entity → how many, of each class.
fn entities(findings: &[PreviewFinding]) -> BTreeMap<types::DataClass, BTreeMap<String, u32>> {
    let mut all: BTreeMap<_, BTreeMap<String, u32>> = BTreeMap::new();
    for finding in findings {
        *all.entry(finding.class).or_default().entry(finding.entity.clone()).or_default() += 1;
    }
    all
}

fn print(
    output: &Output,
    source: &Source,
    (preview, places): (&Preview, &[Place]),
    sections: &Sections<'_>,
    is_refused: bool,
) {
    for (finding, place) in preview.findings.iter().zip(places) {
        let shown = format!(
            "{}  {} ({}), {} bytes, score {:.2}  → {}\n    {}\n",
            output.toned(Tone::Strong, &where_shown(source, place)),
            finding.entity,
            finding.class,
            finding.span.len(),
            finding.score,
            treated(output, finding),
            evidence(finding)
        );
        if !output.bytes(shown.as_bytes()) {
            return;
        }
    }
    if preview.findings.is_empty() {
        output.line("Nothing found in the text.");
    }
    let verdict = &preview.verdict;
    output.line("");
    if is_refused {
        output.line(&output.toned(Tone::Bad, "Policy would refuse this request."));
    } else {
        let chosen = sections.candidates.first().map_or_else(|| verdict.deployment.to_string(), who);
        output.line(&format!("It would go to {}.", output.toned(Tone::Strong, &chosen)));
    }
    sections.print(output);
    output.line("");
    output.line(&match names(preview) {
        Some((asked, model)) => format!("Names in free text: {}, by the weights {model}.", asked.word()),
        None => "Names in free text: off.".to_owned(),
    });
}

fn treated(output: &Output, finding: &PreviewFinding) -> String {
    let tone = match finding.treatment {
        Treatment::Keep => Tone::Doubtful,
        Treatment::Pseudonymise | Treatment::Redact => Tone::Good,
        Treatment::Refuse => Tone::Bad,
    };
    let signed = if finding.signed { ", under a signature: the request is refused" } else { "" };
    format!("{}{signed}", output.toned(tone, finding.treatment.name()))
}

fn evidence(finding: &PreviewFinding) -> String {
    let evidence = &finding.evidence;
    let mut parts = vec![format!("recognizer {}, pattern {}", evidence.recognizer, evidence.pattern)];
    parts.extend(forms(evidence).map(|form| format!("written as {form}")));
    parts.extend(evidence.validator.as_ref().map(|validator| format!("check {validator} passed")));
    parts.extend(evidence.context.as_ref().map(|word| format!("context \"{word}\"")));
    let steps: Vec<String> = evidence
        .steps
        .iter()
        .filter(|(step, _)| form(step).is_none())
        .map(|(step, score)| format!("{step} {score:.2}"))
        .collect();
    parts.push(format!("score: {}", steps.join(" → ")));
    parts.join(" · ")
}

/// The ways of writing that were undone before the value showed, the innermost first: `base64`, `percent`, …
fn forms(evidence: &Evidence) -> impl Iterator<Item = &str> {
    evidence.steps.iter().filter_map(|(step, _)| form(step))
}

fn form(step: &str) -> Option<&str> {
    step.strip_prefix("form: ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_a_finding_names_recognizer_form_check_context_and_score_steps() {
        let finding = PreviewFinding {
            path: "/messages/0/content".to_owned(),
            span: types::ByteSpan::new(0, 24),
            entity: "CREDIT_CARD".to_owned(),
            class: types::DataClass::Financial,
            score: 1.0,
            treatment: Treatment::Pseudonymise,
            signed: false,
            evidence: Evidence {
                recognizer: "credit_card".into(),
                pattern: "card".into(),
                validator: Some("card"),
                context: Some("visa".into()),
                steps: vec![("pattern".into(), 0.5), ("check".into(), 0.8), ("form: base64".into(), 0.8)],
            },
        };
        assert_eq!(
            super::evidence(&finding),
            "recognizer credit_card, pattern card · written as base64 · check card passed · context \"visa\" · score: \
             pattern 0.50 → check 0.80"
        );
    }
}
