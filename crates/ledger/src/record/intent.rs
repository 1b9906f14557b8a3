//! The intent record: what is about to leave, to whom, in which form and why.

use std::collections::BTreeMap;

use types::{AppName, DataClass, DeploymentId, Environment, ExchangeId, Treatment};

use super::members::{MemberReader, MemberWriter};
use super::question::Question;
use super::{Kind, Mode, RecordError, VERSION};
use crate::{Digest, Name};

/// What is about to leave. Durable before the first byte goes upstream. A retry at another deployment is an intent of
/// its own, with the next `attempt`.
#[derive(Debug, Clone, PartialEq)]
pub struct Intent {
    /// The exchange.
    pub exchange: ExchangeId,
    /// When, in milliseconds since 1970 (UTC).
    pub time_ms: u64,
    /// The app that asks.
    pub app: AppName,
    /// Where the app runs.
    pub environment: Environment,
    /// The dialect, e.g. `openai.chat`.
    pub dialect: Name,
    /// The route as the route table writes it, e.g. `/v1/chat/completions`: never the path of the request.
    pub route: Name,
    /// The provider that gets it.
    pub provider: Name,
    /// The deployment that gets it.
    pub deployment: DeploymentId,
    /// The model that the app asked for; by [`Name::from_caller`].
    pub model_asked: Option<Name>,
    /// The model that the deployment is asked for.
    pub model_sent: Option<Name>,
    /// Whether treatments were applied.
    pub mode: Mode,
    /// How readily names were looked for (`precise`, `balanced`, `strict`); `None` where they were not.
    pub names: Option<Name>,
    /// The first 16 hexadecimal digits of the digest of the weights that looked for them.
    pub names_model: Option<Name>,
    /// 1 for the first deployment tried, 2 for the next, …
    pub attempt: u32,
    /// How many findings of each entity the request holds.
    pub entities: BTreeMap<Name, u64>,
    /// How many findings and opaque parts of each data class the request holds.
    pub classes: BTreeMap<DataClass, u64>,
    /// The treatment of each class that was found. In observe mode: what would have been done.
    pub treatments: BTreeMap<DataClass, Treatment>,
    /// How many opaque parts of each opaque class the request holds.
    pub opaque: BTreeMap<DataClass, u64>,
    /// What policy was asked; `None` where it was not asked, and in records of programs that did not keep it.
    pub question: Option<Question>,
    /// Ids of the policies that decided.
    pub reasons: Vec<Name>,
    /// Digest of the policy in force.
    pub policy: Digest,
    /// Digest of the configuration in force.
    pub configuration: Digest,
    /// Length of the body that the app sent, in bytes.
    pub request_bytes_in: u64,
    /// Length of the body that goes upstream, in bytes.
    pub request_bytes_out: u64,
    /// SHA-256 of the sealed part, ciphertext that lies beside the leaf and can be shredded. Not used yet; the format
    /// has it so that leaves need not change.
    pub sealed: Option<Digest>,
    /// Salted digests of subject fingerprints; fingerprint and salt lie beside the leaf and can be erased. Not used
    /// yet, as `sealed`.
    pub subjects: Vec<Digest>,
}

impl Intent {
    /// An intent without findings, models, reasons and lengths: the caller fills in what it knows.
    pub fn new(
        exchange: ExchangeId,
        time_ms: u64,
        app: AppName,
        environment: Environment,
        to: Destination,
    ) -> Self {
        Self {
            exchange,
            time_ms,
            app,
            environment,
            dialect: to.dialect,
            route: to.route,
            provider: to.provider,
            deployment: to.deployment,
            model_asked: None,
            model_sent: None,
            mode: Mode::Protect,
            names: None,
            names_model: None,
            attempt: 1,
            entities: BTreeMap::new(),
            classes: BTreeMap::new(),
            treatments: BTreeMap::new(),
            opaque: BTreeMap::new(),
            question: None,
            reasons: Vec::new(),
            policy: Digest::default(),
            configuration: Digest::default(),
            request_bytes_in: 0,
            request_bytes_out: 0,
            sealed: None,
            subjects: Vec::new(),
        }
    }

    pub(crate) fn write(&self, writer: &mut MemberWriter<'_>) {
        writer
            .put("app", &self.app)
            .put("attempt", &self.attempt)
            .put("classes", &self.classes)
            .put("configuration", &self.configuration)
            .put("deployment", &self.deployment)
            .put("dialect", &self.dialect)
            .put("entities", &self.entities)
            .put("environment", &self.environment)
            .put("exchange", &self.exchange)
            .put("kind", &Kind::Intent.name())
            .put("mode", &self.mode)
            .put("model_asked", &self.model_asked)
            .put("model_sent", &self.model_sent)
            .put_if_any("names", self.names.as_ref())
            .put_if_any("names_model", self.names_model.as_ref())
            .put("opaque", &self.opaque)
            .put("policy", &self.policy)
            .put("provider", &self.provider)
            .put_if_any("question", self.question.as_ref())
            .put("reasons", &self.reasons)
            .put("request_bytes_in", &self.request_bytes_in)
            .put("request_bytes_out", &self.request_bytes_out)
            .put("route", &self.route)
            .put_if_any("sealed", self.sealed.as_ref())
            .put_if_any("subjects", Some(&self.subjects).filter(|subjects| !subjects.is_empty()))
            .put("time_ms", &self.time_ms)
            .put("treatments", &self.treatments)
            .put("v", &VERSION);
    }

    pub(crate) fn read(reader: &mut MemberReader) -> Result<Self, RecordError> {
        Ok(Self {
            exchange: reader.take("exchange")?,
            time_ms: reader.take("time_ms")?,
            app: reader.take("app")?,
            environment: reader.take("environment")?,
            dialect: reader.take("dialect")?,
            route: reader.take("route")?,
            provider: reader.take("provider")?,
            deployment: reader.take("deployment")?,
            model_asked: reader.take("model_asked")?,
            model_sent: reader.take("model_sent")?,
            mode: reader.take("mode")?,
            names: reader.take_if_any("names")?,
            names_model: reader.take_if_any("names_model")?,
            attempt: reader.take("attempt")?,
            entities: reader.take("entities")?,
            classes: reader.take("classes")?,
            treatments: reader.take("treatments")?,
            opaque: reader.take("opaque")?,
            question: reader.take_if_any("question")?,
            reasons: reader.take("reasons")?,
            policy: reader.take("policy")?,
            configuration: reader.take("configuration")?,
            request_bytes_in: reader.take("request_bytes_in")?,
            request_bytes_out: reader.take("request_bytes_out")?,
            sealed: reader.take_if_any("sealed")?,
            subjects: reader.take_if_any::<Vec<_>>("subjects")?.unwrap_or_default(),
        })
    }
}

/// Where an exchange goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The dialect, e.g. `openai.chat`.
    pub dialect: Name,
    /// The route as the route table writes it.
    pub route: Name,
    /// The provider.
    pub provider: Name,
    /// The deployment.
    pub deployment: DeploymentId,
}
