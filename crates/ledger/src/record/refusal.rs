//! The refusal record: a request of which nothing left.

use std::collections::BTreeMap;

use types::{AppName, DataClass, Environment, ExchangeId};

use super::members::{MemberReader, MemberWriter};
use super::question::Question;
use super::{Kind, Mode, RecordError, VERSION};
use crate::{Digest, Name};

/// A request of which nothing left. What was not known yet when it was refused is `None` or empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The exchange.
    pub exchange: ExchangeId,
    /// When, in milliseconds since 1970 (UTC).
    pub time_ms: u64,
    /// Code of the error that the app got, e.g. `refused_by_policy`.
    pub code: Name,
    /// Status of the answer that the app got.
    pub status: u16,
    /// The app; `None` before it was known.
    pub app: Option<AppName>,
    /// Where the app runs.
    pub environment: Option<Environment>,
    /// The dialect, e.g. `openai.chat`.
    pub dialect: Option<Name>,
    /// The route as the route table writes it.
    pub route: Option<Name>,
    /// The model that the app asked for; by [`Name::from_caller`].
    pub model_asked: Option<Name>,
    /// The mode of the app.
    pub mode: Mode,
    /// How many findings of each entity the request holds.
    pub entities: BTreeMap<Name, u64>,
    /// How many findings and opaque parts of each data class the request holds.
    pub classes: BTreeMap<DataClass, u64>,
    /// How many opaque parts of each opaque class the request holds.
    pub opaque: BTreeMap<DataClass, u64>,
    /// What policy was asked; `None` where it was not asked, and in records of programs that did not keep it.
    pub question: Option<Question>,
    /// Ids of the policies that decided.
    pub reasons: Vec<Name>,
    /// Digest of the policy in force.
    pub policy: Option<Digest>,
    /// Digest of the configuration in force.
    pub configuration: Option<Digest>,
    /// Length of the body as far as it was read, in bytes.
    pub request_bytes_in: u64,
}

impl Refusal {
    /// A refusal of which only the code is known: the caller fills in the rest.
    pub fn new(exchange: ExchangeId, time_ms: u64, code: Name, status: u16) -> Self {
        Self {
            exchange,
            time_ms,
            code,
            status,
            app: None,
            environment: None,
            dialect: None,
            route: None,
            model_asked: None,
            mode: Mode::Protect,
            entities: BTreeMap::new(),
            classes: BTreeMap::new(),
            opaque: BTreeMap::new(),
            question: None,
            reasons: Vec::new(),
            policy: None,
            configuration: None,
            request_bytes_in: 0,
        }
    }

    pub(crate) fn write(&self, writer: &mut MemberWriter<'_>) {
        writer
            .put("app", &self.app)
            .put("classes", &self.classes)
            .put("code", &self.code)
            .put("configuration", &self.configuration)
            .put("dialect", &self.dialect)
            .put("entities", &self.entities)
            .put("environment", &self.environment)
            .put("exchange", &self.exchange)
            .put("kind", &Kind::Refusal.name())
            .put("mode", &self.mode)
            .put("model_asked", &self.model_asked)
            .put("opaque", &self.opaque)
            .put("policy", &self.policy)
            .put_if_any("question", self.question.as_ref())
            .put("reasons", &self.reasons)
            .put("request_bytes_in", &self.request_bytes_in)
            .put("route", &self.route)
            .put("status", &self.status)
            .put("time_ms", &self.time_ms)
            .put("v", &VERSION);
    }

    pub(crate) fn read(reader: &mut MemberReader) -> Result<Self, RecordError> {
        Ok(Self {
            exchange: reader.take("exchange")?,
            time_ms: reader.take("time_ms")?,
            code: reader.take("code")?,
            status: reader.take("status")?,
            app: reader.take("app")?,
            environment: reader.take("environment")?,
            dialect: reader.take("dialect")?,
            route: reader.take("route")?,
            model_asked: reader.take("model_asked")?,
            mode: reader.take("mode")?,
            entities: reader.take("entities")?,
            classes: reader.take("classes")?,
            opaque: reader.take("opaque")?,
            question: reader.take_if_any("question")?,
            reasons: reader.take("reasons")?,
            policy: reader.take("policy")?,
            configuration: reader.take("configuration")?,
            request_bytes_in: reader.take("request_bytes_in")?,
        })
    }
}
