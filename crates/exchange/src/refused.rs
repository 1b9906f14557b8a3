//! Why nothing was sent, or why the answer cannot be given: one enum, and what follows from each variant.
//!
//! Status, error kind, code and the advice whether to try again follow from *whose fault* it is: a refusal of this request
//! is a 4xx that must not be repeated; trouble of ours that passes is a 503 with `retry-after`; the provider's trouble is
//! a 502 or 504. Messages hold paths, names of entities and settings, never text of a segment.

use std::time::Duration;

use detect::{DetectError, ModelFault};
use policy::PolicyError;
use types::{AppName, DataClass, Environment, ExchangeId, Fault, Refusal};
use wire::{ErrorKind, ErrorShape, Malformed, RewriteError};

use crate::{JournalFault, UpstreamFault, VaultFault};

/// Seconds after which a caller may try again when the trouble is ours.
const RETRY_AFTER_SECONDS: u32 = 1;

/// Why an exchange ends without an answer of the provider.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The body cannot be read.
    #[error("the request body cannot be read: {0}")]
    Malformed(#[source] Malformed),
    /// The body names no model.
    #[error("the request names no model: set `model`")]
    NoModel,
    /// No deployment serves this model.
    #[error(
        "no deployment serves this model for app `{app}` in dialect {dialect}: configure one with [[deployments]], or \
         set the provider's key; `GET /v1/models` lists what there is"
    )]
    NoDeployment {
        /// The app.
        app: AppName,
        /// The dialect.
        dialect: &'static str,
    },
    /// Detection failed.
    #[error("the request could not be inspected, so it was not sent: {0}")]
    Detection(#[source] DetectError),
    /// Detection took too long.
    #[error("the request could not be inspected within {} ms (limits.detect_ms and detect_ms_per_mb), so it was not sent", limit.as_millis())]
    DetectionTimedOut {
        /// The limit.
        limit: Duration,
    },
    /// More was found than one request may hold.
    #[error("the request holds more than {limit} values to protect (limits.findings_max): send it in parts")]
    TooManyFindings {
        /// The limit.
        limit: usize,
    },
    /// Policy refuses.
    #[error("policy refuses this request: {}", refusal_text(.0))]
    Policy(Refusal),
    /// Policy has no answer.
    #[error("policy could not decide, so the request was not sent: {0}")]
    PolicyFailed(#[source] PolicyError),
    /// Policy spoke of a class in a way that cannot be applied.
    #[error("policy gives no treatment that can be applied to class `{class}`: check [treatments]")]
    TreatmentMissing {
        /// The class.
        class: DataClass,
    },
    /// A value in clear stands inside a signed block.
    #[error(
        "{path} is a signed block and holds a value in clear ({entity}): it cannot be changed without breaking the \
         signature; drop this block from the history"
    )]
    SignedValue {
        /// Where.
        path: String,
        /// What kind of value.
        entity: String,
    },
    /// No surrogate could be made.
    #[error("no surrogate could be made: {0}")]
    Veil(#[source] veil::VeilError),
    /// The body could not be rewritten.
    #[error("the request body could not be rewritten, so it was not sent: {0}")]
    Rewrite(#[source] RewriteError),
    /// The vault is closed.
    #[error("{0}; nothing was sent")]
    Vault(#[source] VaultFault),
    /// The record could not be written.
    #[error("{0}, and without a record nothing is sent")]
    Journal(#[source] JournalFault),
    /// The provider.
    #[error("{0}")]
    Upstream(#[source] UpstreamFault),
    /// The provider's answer.
    #[error("the provider answered {status} with something that is not an answer of this dialect ({what})")]
    Answer {
        /// Its status.
        status: u16,
        /// What it was, in general words.
        what: &'static str,
    },
    /// The guard stopped the answer.
    #[error("the answer held data that this request did not send, and the app's answer_guard refuses it")]
    Guard,
}

fn refusal_text(refusal: &Refusal) -> String {
    let classes: Vec<&str> = refusal.classes.iter().map(|class| class.name()).collect();
    let settings: Vec<String> = refusal.classes.iter().map(|class| format!("[treatments] {class}")).collect();
    format!(
        "it holds {} that may not leave; the settings that decide: {}",
        classes.join(", "),
        settings.join(", ")
    )
}

impl Refused {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Detection(error) if error.fault() == Fault::Us => Fault::Us,
            Self::Vault(_) | Self::Journal(_) => Fault::Us,
            Self::Upstream(UpstreamFault::NoKey { .. })
            | Self::NoDeployment { .. }
            | Self::PolicyFailed(_) => Fault::Operator,
            Self::Upstream(_) | Self::Answer { .. } => Fault::Upstream,
            Self::Malformed(_)
            | Self::NoModel
            | Self::Detection(_)
            | Self::DetectionTimedOut { .. }
            | Self::TooManyFindings { .. }
            | Self::Policy(_)
            | Self::TreatmentMissing { .. }
            | Self::SignedValue { .. }
            | Self::Veil(_)
            | Self::Rewrite(_)
            | Self::Guard => Fault::Caller,
        }
    }

    /// Short machine-readable name, e.g. `policy_refused`; also in the record.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed_request",
            Self::NoModel => "model_missing",
            Self::NoDeployment { .. } => "model_not_found",
            Self::Detection(DetectError::Model(ModelFault::Late { .. })) | Self::DetectionTimedOut { .. } => {
                "detection_timed_out"
            }
            Self::Detection(error) if error.fault() == Fault::Us => "detection_unavailable",
            Self::Detection(_) => "detection_failed",
            Self::TooManyFindings { .. } => "too_many_findings",
            Self::Policy(_) => "policy_refused",
            Self::PolicyFailed(_) => "policy_failed",
            Self::TreatmentMissing { .. } => "treatment_missing",
            Self::SignedValue { .. } => "signed_block",
            Self::Veil(_) => "surrogate_failed",
            Self::Rewrite(_) => "rewrite_failed",
            Self::Vault(_) => "vault_unavailable",
            Self::Journal(_) => "ledger_unavailable",
            Self::Upstream(UpstreamFault::NoKey { .. }) => "provider_key_missing",
            Self::Upstream(UpstreamFault::TimedOut(_)) => "provider_timeout",
            Self::Upstream(_) => "provider_unreachable",
            Self::Answer { .. } => "provider_answer_unreadable",
            Self::Guard => "answer_refused",
        }
    }

    fn status_and_kind(&self) -> (u16, ErrorKind) {
        match self {
            Self::Detection(error) if error.fault() == Fault::Us => (503, ErrorKind::Overloaded),
            Self::Malformed(_) | Self::NoModel | Self::Detection(_) | Self::DetectionTimedOut { .. } => {
                (400, ErrorKind::InvalidRequest)
            }
            Self::TooManyFindings { .. } => (413, ErrorKind::TooLarge),
            Self::NoDeployment { .. } => (404, ErrorKind::NotFound),
            Self::Policy(_) | Self::PolicyFailed(_) | Self::TreatmentMissing { .. } | Self::Guard => {
                (403, ErrorKind::Permission)
            }
            Self::SignedValue { .. } | Self::Veil(_) | Self::Rewrite(_) => (422, ErrorKind::InvalidRequest),
            Self::Vault(_) | Self::Journal(_) => (503, ErrorKind::Overloaded),
            Self::Upstream(UpstreamFault::NoKey { .. }) => (403, ErrorKind::Permission),
            Self::Upstream(UpstreamFault::TimedOut(_)) => (504, ErrorKind::Timeout),
            Self::Upstream(_) | Self::Answer { .. } => (502, ErrorKind::Upstream),
        }
    }

    /// The error in no dialect yet.
    pub fn shape(&self, id: &ExchangeId) -> ErrorShape {
        let (status, kind) = self.status_and_kind();
        let param = match self {
            Self::SignedValue { path, .. } => Some(path.clone()),
            Self::NoModel | Self::NoDeployment { .. } => Some("model".to_owned()),
            _ => None,
        };
        ErrorShape {
            status,
            kind,
            message: format!("cordon: {self}"),
            param,
            code: Some(self.code().to_owned()),
            request_id: id.as_str().to_owned(),
        }
    }
}

/// Headers that tell a client whether to try again.
pub(crate) fn retry_headers(shape: &ErrorShape) -> Vec<(String, String)> {
    let mut headers = vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("x-cordon-request-id".to_owned(), shape.request_id.clone()),
        ("x-request-id".to_owned(), shape.request_id.clone()),
        ("request-id".to_owned(), shape.request_id.clone()),
    ];
    if shape.status == 503 {
        headers.push(("retry-after".to_owned(), RETRY_AFTER_SECONDS.to_string()));
    } else if shape.status < 500 {
        headers.push(("x-should-retry".to_owned(), "false".to_owned()));
    }
    headers
}

/// A refusal of the gateway itself, before the exchange began: a wrong key, an unknown route, a body over the limit.
#[derive(Debug)]
pub struct RefusedEarly {
    /// Request id.
    pub id: ExchangeId,
    /// The app, where it is known.
    pub app: Option<AppName>,
    /// Its environment, where it is known.
    pub environment: Option<Environment>,
    /// The dialect whose shape fits best.
    pub dialect: wire::DialectId,
    /// The error; `code` goes into the record.
    pub shape: ErrorShape,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Status, code, fault and the header that tells a client whether to try again.
    fn check(fault: ModelFault, expected: (u16, &str, Fault, &str)) {
        let refused = Refused::Detection(DetectError::Model(fault));
        let shape = refused.shape(&ExchangeId::new("x"));
        let advice = retry_headers(&shape).into_iter().map(|(name, _)| name);
        let advice = advice.filter(|name| ["retry-after", "x-should-retry"].contains(&name.as_str()));
        let advice: Vec<String> = advice.collect();
        assert_eq!((shape.status, refused.code(), refused.fault(), advice.join(",").as_str()), expected);
    }

    #[test]
    fn a_model_that_is_busy_may_be_asked_again_and_a_text_that_is_too_much_may_not() {
        let limit = Duration::from_millis(5);
        check(ModelFault::Busy { waited: limit }, (503, "detection_unavailable", Fault::Us, "retry-after"));
        let failed = ModelFault::Failed { reason: "by plan".to_owned() };
        check(failed, (503, "detection_unavailable", Fault::Us, "retry-after"));
        check(ModelFault::Late { limit }, (400, "detection_timed_out", Fault::Caller, "x-should-retry"));
        let long = ModelFault::TooLong { bytes: 2, bytes_max: 1 };
        check(long, (400, "detection_failed", Fault::Caller, "x-should-retry"));
    }
}
