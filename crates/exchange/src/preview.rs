//! The same steps up to the record, for `explain` and the playground: nothing is sent, nothing is recorded.

use std::collections::BTreeMap;

use detect::NamesAsked;
use registry::{Day, Handling};
use types::{DataClass, Evidence, SegmentKind, Treatment, Verdict};
use wire::Request;

use crate::considered::Considered;
use crate::decide::{Asking, Decided, Shape};
use crate::inspect::findings_in;
use crate::{Clock, Exchange, Incoming, Ports, Refused, Vault};

/// One finding of a preview. Holds no value: where it stands and what would happen to it.
#[derive(Debug, Clone)]
pub struct PreviewFinding {
    /// Path of the segment.
    pub path: String,
    /// Span in the decoded text of the segment, in bytes.
    pub span: types::ByteSpan,
    /// Entity name.
    pub entity: String,
    /// Data class.
    pub class: DataClass,
    /// Score from 0 to 1.
    pub score: f32,
    /// What would happen to it.
    pub treatment: Treatment,
    /// True when it stands under a signature, so that it can only be kept or refused.
    pub signed: bool,
    /// Why it was found.
    pub evidence: Evidence,
}

/// What would happen to a request.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The verdict.
    pub verdict: Verdict,
    /// All findings.
    pub findings: Vec<PreviewFinding>,
    /// Number of findings and opaque parts per class.
    pub classes: BTreeMap<DataClass, u32>,
    /// Everyone who could answer, best first.
    pub candidates: Vec<Considered>,
    /// What was asked of names, and the digest of the weights.
    pub names: Option<(NamesAsked, [u8; 32])>,
}

impl<P: Ports> Exchange<P> {
    /// What would happen to a request.
    ///
    /// # Errors
    /// [`Refused`], as the request itself would be.
    pub async fn preview(&self, incoming: &Incoming) -> Result<Preview, Refused> {
        let vault = self.ports.vault().open(&incoming.app.name).await.map_err(Refused::Vault)?;
        let route = incoming.route;
        let request = Request::parse(route.dialect, route.endpoint, &incoming.body, &self.settings.json)
            .map_err(Refused::Malformed)?;
        let model = request.facts().model.clone().ok_or(Refused::NoModel)?;
        let (candidates, _) = self.candidates(incoming, &model, &[])?;
        let finder = self.finder(&incoming.app);
        let found = findings_in(
            request.segments(),
            request.opaque(),
            (finder.as_ref(), &vault),
            &self.settings.limits,
            self.ports.clock(),
        )?;
        let shape = Shape::of(&request, Handling::D);
        let asking =
            Asking::of(&incoming.app, &found.classes, Day::of_unix_ms(self.ports.clock().unix_ms()), shape);
        let asked = self.standing(&incoming.app, &candidates, asking.day);
        let Decided { verdict, .. } = self.verdict(&asking, &asked, true)?;
        let candidates = Considered::all(&asking, self.settings.policy.as_ref(), &candidates, &asked)
            .map_err(Refused::PolicyFailed)?;
        let mut findings = Vec::with_capacity(found.total());
        for (index, (segment, in_segment)) in request.segments().iter().zip(&found.by_segment).enumerate() {
            for finding in in_segment.iter() {
                findings.push(PreviewFinding {
                    path: request.segment_path(index),
                    span: finding.span,
                    entity: finding.entity.name().to_owned(),
                    class: finding.class(),
                    score: finding.score,
                    treatment: verdict.treatment(finding.class()),
                    signed: segment.kind == SegmentKind::Signed,
                    evidence: finding.evidence.clone(),
                });
            }
        }
        Ok(Preview { verdict, findings, classes: found.classes, candidates, names: finder.names() })
    }
}
