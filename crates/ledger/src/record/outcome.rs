//! The outcome record: how an exchange that left ended.

use std::collections::BTreeMap;

use types::{AppName, ExchangeId};

use super::members::{MemberReader, MemberWriter, words};
use super::{Kind, RecordError, VERSION};
use crate::Name;

/// How an exchange ended. Tied to its intent by exchange id and attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The exchange.
    pub exchange: ExchangeId,
    /// When it ended, in milliseconds since 1970 (UTC).
    pub time_ms: u64,
    /// The app that asked.
    pub app: AppName,
    /// The attempt of the intent that ended.
    pub attempt: u32,
    /// How it ended.
    pub ending: Ending,
    /// Status of the provider's answer; `None` where there was none.
    pub upstream_status: Option<u16>,
    /// Bytes of the answer's body that came from the provider.
    pub response_bytes_in: u64,
    /// Bytes of the answer's body that went to the app.
    pub response_bytes_out: u64,
    /// From the arrival of the request to the end, in milliseconds.
    pub duration_ms: u64,
    /// From the arrival of the request to the first byte of the answer to the app, in milliseconds.
    pub first_byte_ms: Option<u64>,
    /// What the provider counted, or an estimate; `None` where neither is known.
    pub usage: Option<Usage>,
    /// Who counted.
    pub usage_source: UsageSource,
    /// How many surrogates became real values again.
    pub restored: u64,
    /// How many findings of each entity the answer holds that the app did not send.
    pub guard: BTreeMap<Name, u64>,
    /// Where the answer was made, where it proves that.
    pub region: Option<Region>,
    /// Code of the error, where it ended with one.
    pub error: Option<Name>,
}

/// Where an answer was made, as the answer or its host says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The region, e.g. `us`.
    pub proven: Name,
    /// What proves it: `usage.inference_geo`, the name of a header, or `host`.
    pub by: Name,
    /// The region of the account, on which the decision rested; `None` where none was declared.
    pub expected: Option<Name>,
    /// True where it is another one than the decision rested on.
    pub is_other: bool,
}

/// How an exchange that left ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// The whole answer reached the app.
    Complete,
    /// The provider's answer broke off.
    Truncated,
    /// The app went away.
    ClientGone,
    /// The provider refused the request (its status is a 4xx).
    Refused,
    /// The provider failed, or could not be reached.
    UpstreamError,
    /// The guard of answers stopped it.
    PolicyStopped,
}

impl Ending {
    /// All endings.
    pub const ALL: [Self; 6] = [
        Self::Complete,
        Self::Truncated,
        Self::ClientGone,
        Self::Refused,
        Self::UpstreamError,
        Self::PolicyStopped,
    ];

    /// The name used in records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Truncated => "truncated",
            Self::ClientGone => "client_gone",
            Self::Refused => "refused",
            Self::UpstreamError => "upstream_error",
            Self::PolicyStopped => "policy_stopped",
        }
    }
}

/// Counted units of text, as providers bill them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Usage {
    /// Of the request.
    pub input: u64,
    /// Of the answer.
    pub output: u64,
}

/// Who counted the usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UsageSource {
    /// The provider said so.
    Provider,
    /// An estimate of ours.
    Estimated,
    /// Nobody.
    Unknown,
}

impl UsageSource {
    /// All sources.
    pub const ALL: [Self; 3] = [Self::Provider, Self::Estimated, Self::Unknown];

    /// The name used in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Estimated => "estimated",
            Self::Unknown => "unknown",
        }
    }
}

words!(Ending, UsageSource);

impl Outcome {
    /// An outcome without an answer: the caller fills in what it knows.
    pub fn new(exchange: ExchangeId, time_ms: u64, app: AppName, ending: Ending) -> Self {
        Self {
            exchange,
            time_ms,
            app,
            attempt: 1,
            ending,
            upstream_status: None,
            response_bytes_in: 0,
            response_bytes_out: 0,
            duration_ms: 0,
            first_byte_ms: None,
            usage: None,
            usage_source: UsageSource::Unknown,
            restored: 0,
            guard: BTreeMap::new(),
            region: None,
            error: None,
        }
    }

    pub(crate) fn write(&self, writer: &mut MemberWriter<'_>) {
        writer
            .put("app", &self.app)
            .put("attempt", &self.attempt)
            .put("duration_ms", &self.duration_ms)
            .put("error", &self.error)
            .put("exchange", &self.exchange)
            .put("first_byte_ms", &self.first_byte_ms)
            .put("guard", &self.guard)
            .put("kind", &Kind::Outcome.name())
            .put("outcome", &self.ending)
            .put_if_any("region", self.region.as_ref())
            .put("response_bytes_in", &self.response_bytes_in)
            .put("response_bytes_out", &self.response_bytes_out)
            .put("restored", &self.restored)
            .put("time_ms", &self.time_ms)
            .put("upstream_status", &self.upstream_status)
            .put("usage", &self.usage)
            .put("usage_source", &self.usage_source)
            .put("v", &VERSION);
    }

    pub(crate) fn read(reader: &mut MemberReader) -> Result<Self, RecordError> {
        Ok(Self {
            exchange: reader.take("exchange")?,
            time_ms: reader.take("time_ms")?,
            app: reader.take("app")?,
            attempt: reader.take("attempt")?,
            ending: reader.take("outcome")?,
            upstream_status: reader.take("upstream_status")?,
            response_bytes_in: reader.take("response_bytes_in")?,
            response_bytes_out: reader.take("response_bytes_out")?,
            duration_ms: reader.take("duration_ms")?,
            first_byte_ms: reader.take("first_byte_ms")?,
            usage: reader.take("usage")?,
            usage_source: reader.take("usage_source")?,
            restored: reader.take("restored")?,
            guard: reader.take("guard")?,
            region: reader.take_if_any("region")?,
            error: reader.take("error")?,
        })
    }
}

mod usage {
    //! How usage is spelled: `{"input":1,"output":2}`.

    use serde_json::Value;

    use super::Usage;
    use crate::canonical::ObjectWriter;
    use crate::record::RecordError;
    use crate::record::members::Spelled;

    impl Spelled for Usage {
        fn spell(&self, out: &mut Vec<u8>) {
            ObjectWriter::open(out).member("input", &self.input).member("output", &self.output).close();
        }

        fn fault(&self, member: &'static str) -> Option<RecordError> {
            self.input.fault(member).or_else(|| self.output.fault(member))
        }

        fn read(value: &Value) -> Option<Self> {
            let members = value.as_object().filter(|members| members.len() == 2)?;
            let count = |name| members.get(name).and_then(Value::as_u64);
            Some(Self { input: count("input")?, output: count("output")? })
        }
    }
}

mod region {
    //! How a region is spelled: `{"by":"host","expected":"eu","other":true,"proven":"us"}`, without what is not so.

    use serde_json::Value;

    use super::Region;
    use crate::Name;
    use crate::canonical::ObjectWriter;
    use crate::record::members::{Spelled, Spelling};

    impl Spelled for Region {
        fn spell(&self, out: &mut Vec<u8>) {
            let mut object = ObjectWriter::open(out);
            object.member("by", &Spelling(&self.by));
            if let Some(expected) = &self.expected {
                object.member("expected", &Spelling(expected));
            }
            if self.is_other {
                object.member("other", &true);
            }
            object.member("proven", &Spelling(&self.proven)).close();
        }

        fn read(value: &Value) -> Option<Self> {
            let members = value.as_object()?;
            let name = |member| members.get(member).and_then(Name::read);
            let region = Self {
                proven: name("proven")?,
                by: name("by")?,
                expected: name("expected"),
                is_other: members.get("other").and_then(Value::as_bool).unwrap_or_default(),
            };
            let count = 2 + usize::from(region.expected.is_some()) + usize::from(region.is_other);
            (members.len() == count).then_some(region)
        }
    }
}
