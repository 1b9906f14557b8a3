//! Everyone who could answer, each judged alone: who is chosen, who is next, and what each would get.

use std::collections::BTreeMap;
use std::sync::Arc;

use policy::{Candidate as Asked, Decision, PolicyEngine, PolicyError};
use registry::Standing;
use route::Candidate;
use types::{DataClass, DeploymentId, Refusal, Treatment, Verdict};

use crate::decide::Asking;

/// A candidate, judged alone.
#[derive(Debug, Clone)]
pub struct Considered {
    /// The deployment.
    pub deployment: DeploymentId,
    /// Its provider.
    pub provider: String,
    /// The model that it would be asked for.
    pub model: String,
    /// What it costs, in millionths of a US dollar for a million tokens, where that is known.
    pub price: Option<u64>,
    /// How it stands.
    pub standing: Arc<Standing>,
    /// What it would get, or why it may not get the request.
    pub verdict: Result<Verdict, Refusal>,
    /// What it would lose.
    pub loss: Lost,
}

/// How many findings a verdict takes from a request; compared in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Lost {
    /// Findings that may not leave.
    pub refused: u64,
    /// Findings of which only the kind leaves.
    pub redacted: u64,
    /// Findings that leave as surrogates.
    pub pseudonymised: u64,
}

impl Considered {
    /// All candidates, best first: by what each loses, then in the order in which they were asked for.
    pub(crate) fn all(
        asking: &Asking<'_>,
        policy: &dyn PolicyEngine,
        candidates: &[Candidate],
        asked: &[Asked],
    ) -> Result<Vec<Self>, PolicyError> {
        let mut all = Vec::with_capacity(candidates.len());
        for (candidate, asked) in candidates.iter().zip(asked) {
            let verdict = match asking.decision(policy, std::slice::from_ref(asked))? {
                Decision::Send(verdict) => Ok(verdict),
                Decision::Refuse(refusal) => Err(refusal),
            };
            all.push(Self {
                deployment: candidate.deployment.clone(),
                provider: candidate.provider.clone(),
                model: candidate.model.clone(),
                price: candidate.price,
                standing: Arc::clone(&asked.standing),
                loss: Lost::of(&verdict, asking.classes),
                verdict,
            });
        }
        all.sort_by_key(|one| one.loss);
        Ok(all)
    }
}

impl Lost {
    fn of(verdict: &Result<Verdict, Refusal>, classes: &BTreeMap<DataClass, u32>) -> Self {
        let mut lost = Self::default();
        for (class, count) in classes {
            let count = u64::from(*count);
            match verdict {
                Err(refusal) if refusal.classes.contains(class) => lost.refused += count,
                Err(_) => {}
                Ok(verdict) => match verdict.treatment(*class) {
                    Treatment::Keep => {}
                    Treatment::Pseudonymise => lost.pseudonymised += count,
                    Treatment::Redact => lost.redacted += count,
                    Treatment::Refuse => lost.refused += count,
                },
            }
        }
        lost
    }
}
