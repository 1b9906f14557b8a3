//! Treatments → edits of the body, and the restore map.

use std::sync::Arc;

use types::{Finding, Role, Scope, SegmentKind, Treatment, Verdict};
use veil::{Foreign, RestoreMap, Veil};
use wire::{Edit, Request};

use crate::inspect::Found;
use crate::{App, AppVault, Refused};

/// A body that may leave, and what is needed to restore the answer.
pub(crate) struct Replaced {
    /// The body to send.
    pub(crate) body: Vec<u8>,
    /// Surrogate → original.
    pub(crate) map: Arc<RestoreMap>,
}

/// Applies a verdict to a request.
pub(crate) fn replaced(
    request: &Request<'_>,
    found: &Found,
    verdict: &Verdict,
    (vault, scope, app): (&AppVault, Scope, &App),
    model: &str,
) -> Result<Replaced, Refused> {
    let foreign = Foreign::of(written_by_the_caller(request));
    let mut veil = Veil::new(&vault.key, scope, &app.forms, &foreign);
    let mut edits = Vec::new();
    if request.facts().model.as_deref() != Some(model) {
        edits.push(Edit::Model(model.to_owned()));
    }
    for (index, (segment, findings)) in request.segments().iter().zip(&found.by_segment).enumerate() {
        for finding in findings.iter() {
            let Some(value) = finding.span.of(&segment.text) else { continue };
            if is_ours(segment, value) {
                continue;
            }
            let with = match verdict.treatment(finding.class()) {
                Treatment::Keep => continue,
                _ if segment.kind == SegmentKind::Signed => return Err(signed(request, index, finding)),
                Treatment::Pseudonymise => veil.surrogate(&finding.entity, value).map_err(Refused::Veil)?,
                Treatment::Redact => veil::redaction(&finding.entity),
                Treatment::Refuse => return Err(Refused::TreatmentMissing { class: finding.class() }),
            };
            edits.push(Edit::Replace { segment: index, span: finding.span, with });
        }
    }
    for (part, opaque) in request.opaque().iter().enumerate() {
        match verdict.treatment(opaque.class) {
            Treatment::Keep => {}
            Treatment::Redact => edits.push(Edit::DropOpaque { part }),
            Treatment::Pseudonymise | Treatment::Refuse => {
                return Err(Refused::TreatmentMissing { class: opaque.class });
            }
        }
    }
    let body = request.rewrite(&edits).map_err(Refused::Rewrite)?;
    Ok(Replaced { body, map: Arc::new(veil.into_map()) })
}

/// The body as it came; only an alias of the model is resolved.
pub(crate) fn unchanged(request: &Request<'_>, body: &[u8], model: &str) -> Result<Replaced, Refused> {
    let body = if request.facts().model.as_deref() == Some(model) {
        body.to_vec()
    } else {
        request.rewrite(&[wire::Edit::Model(model.to_owned())]).map_err(Refused::Rewrite)?
    };
    Ok(Replaced { body, map: Arc::new(veil::RestoreMap::default()) })
}

/// Text in which a word like a surrogate is the caller's own. What the model wrote (history, signed thinking) may hold
/// surrogates of ours that were not restored; they must not push a value to another surrogate.
fn written_by_the_caller<'a>(request: &'a Request<'_>) -> impl Iterator<Item = &'a str> {
    request
        .segments()
        .iter()
        .filter(|segment| segment.role != Role::Assistant && segment.kind != SegmentKind::Signed)
        .map(|segment| segment.text.as_ref())
}

/// In what the model wrote, a finding that has the shape of a surrogate is one of ours and no value.
fn is_ours(segment: &types::Segment<'_>, value: &str) -> bool {
    (segment.role == Role::Assistant || segment.kind == SegmentKind::Signed)
        && veil::looks_like_surrogate(value)
}

fn signed(request: &Request<'_>, index: usize, finding: &Finding) -> Refused {
    Refused::SignedValue { path: request.segment_path(index), entity: finding.entity.name().to_owned() }
}
