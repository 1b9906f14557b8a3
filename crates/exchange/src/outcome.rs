//! The outcome of an exchange that left: exactly one record, whatever happens, also when the caller goes away.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ledger::{Ending, Name, Outcome, Record, Region, Usage, UsageSource};
use types::{AppName, ExchangeId};
use wire::AnswerFacts;

use crate::records::Noted;
use crate::region::{Expected, by_header};
use crate::restoring::Restoring;
use crate::{Clock, Journal, Ports, UpstreamFault};

/// An exchange that left and has no outcome yet. Dropping it records that the caller went away.
pub(crate) struct Open<P: Ports> {
    ports: Arc<P>,
    id: ExchangeId,
    app: AppName,
    attempt: u32,
    /// Monotonic time of arrival.
    started: Duration,
    status: Option<u16>,
    bytes: u64,
    first_byte: Option<Duration>,
    input_tokens_estimated: u64,
    expected: Expected,
    /// Where a header says that the answer was made.
    made_in: Option<(&'static str, String)>,
    facts: AnswerFacts,
    closed: bool,
}

impl<P: Ports> Open<P> {
    pub(crate) fn new(
        ports: Arc<P>,
        noted: &Noted,
        (input_tokens_estimated, expected): (u64, Expected),
    ) -> Self {
        Self {
            ports,
            id: noted.id.clone(),
            app: noted.app.clone(),
            attempt: noted.attempt,
            started: noted.started,
            status: None,
            bytes: 0,
            first_byte: None,
            input_tokens_estimated,
            expected,
            made_in: None,
            facts: AnswerFacts::default(),
            closed: false,
        }
    }

    pub(crate) fn id(&self) -> &ExchangeId {
        &self.id
    }

    /// Status of the provider's answer; 0 before it is known.
    pub(crate) fn status(&self) -> u16 {
        self.status.unwrap_or_default()
    }

    /// Status and headers of the answer are there.
    pub(crate) fn head_known(&mut self, status: u16, headers: &[(String, Vec<u8>)]) {
        self.status = Some(status);
        self.made_in = by_header(headers);
    }

    /// The intent could not be recorded, so nothing left: there is a refusal record instead of an outcome.
    pub(crate) fn never_left(&mut self) {
        self.closed = true;
    }

    /// Bytes of the answer came.
    pub(crate) fn bytes_came(&mut self, count: usize) {
        self.bytes += count as u64;
        if self.first_byte.is_none() {
            self.first_byte = Some(self.ports.clock().monotonic());
        }
    }

    /// Text of the answer came: what is known of it now, should the caller go away.
    pub(crate) fn text_came(&mut self, facts: &AnswerFacts) {
        self.facts.usage = facts.usage;
        self.facts.made_in.clone_from(&facts.made_in);
        self.facts.text_bytes = facts.text_bytes;
    }

    /// The whole answer is there.
    pub(crate) fn complete(&mut self, status: u16, facts: &AnswerFacts, restoring: &mut Restoring) {
        let ending = match status {
            400..500 => Ending::Refused,
            500.. => Ending::UpstreamError,
            _ if facts.is_error => Ending::UpstreamError,
            _ => Ending::Complete,
        };
        self.facts = facts.clone();
        self.close(ending, Some(restoring), None);
    }

    /// The answer broke off.
    pub(crate) fn truncated(&mut self, facts: &AnswerFacts, restoring: &mut Restoring, code: &str) {
        self.facts = facts.clone();
        self.close(Ending::Truncated, Some(restoring), Some(code));
    }

    /// The provider ended the stream with an error event.
    pub(crate) fn error_event(&mut self, facts: &AnswerFacts, restoring: &mut Restoring) {
        self.facts = facts.clone();
        self.close(Ending::UpstreamError, Some(restoring), Some("provider_error_event"));
    }

    /// The guard stopped the answer.
    pub(crate) fn stopped(&mut self, restoring: &mut Restoring) {
        self.close(Ending::PolicyStopped, Some(restoring), Some("answer_refused"));
    }

    /// The provider could not be reached or read.
    pub(crate) fn upstream_failed(&mut self, fault: &UpstreamFault) {
        self.close(Ending::UpstreamError, None, Some(crate::stream::fault_code(fault)));
    }

    /// The provider was in trouble, and another one gets the request.
    pub(crate) fn given_up(&mut self, answer: Result<u16, &UpstreamFault>) {
        let code = answer.err().map_or("provider_in_trouble", crate::stream::fault_code);
        self.status = answer.ok();
        self.close(Ending::UpstreamError, None, Some(code));
    }

    /// The provider answered something that is no answer of the dialect.
    pub(crate) fn unreadable(&mut self) {
        self.close(Ending::UpstreamError, None, Some("provider_answer_unreadable"));
    }

    fn close(&mut self, ending: Ending, restoring: Option<&mut Restoring>, code: Option<&str>) {
        if std::mem::replace(&mut self.closed, true) {
            return;
        }
        let mut guard = BTreeMap::new();
        let mut restored = 0;
        if let Some(restoring) = restoring {
            restoring.watch.finish();
            restored = restoring.restored();
            guard = restoring
                .watch
                .found
                .iter()
                .map(|(name, count)| (Name::new(name), u64::from(*count)))
                .collect();
        }
        let clock = self.ports.clock();
        let since = |moment: Duration| {
            u64::try_from(moment.saturating_sub(self.started).as_millis()).unwrap_or(u64::MAX)
        };
        let (usage, usage_source) = self.usage(ending);
        let record = Outcome {
            exchange: self.id.clone(),
            time_ms: clock.unix_ms(),
            app: self.app.clone(),
            attempt: self.attempt,
            ending,
            upstream_status: self.status,
            response_bytes_in: self.bytes,
            response_bytes_out: self.bytes,
            duration_ms: since(clock.monotonic()),
            first_byte_ms: self.first_byte.map(since),
            usage,
            usage_source,
            restored,
            guard,
            region: self.region(),
            error: code.map(Name::new),
        };
        self.ports.journal().append_later(Record::Outcome(record));
    }

    /// Where the answer was made, where there is one and it proves that.
    fn region(&self) -> Option<Region> {
        let has_answer = self.status.is_some_and(|status| (200..300).contains(&status));
        let by_body = self.facts.made_in.as_ref();
        has_answer.then(|| self.expected.proven(by_body, self.made_in.as_ref())).flatten()
    }

    /// What the provider counted; where it did not (or broke off before it could), an estimate from the bytes, four to
    /// a unit, marked as such. No answer at all is no usage.
    fn usage(&self, ending: Ending) -> (Option<Usage>, UsageSource) {
        let produced = self.facts.text_bytes.div_ceil(4);
        match self.facts.usage {
            Some(usage) if ending == Ending::Complete => {
                (Some(Usage { input: usage.input, output: usage.output }), UsageSource::Provider)
            }
            Some(usage) => (
                Some(Usage { input: usage.input, output: usage.output.max(produced) }),
                UsageSource::Estimated,
            ),
            None if self.status.is_some_and(|status| (200..300).contains(&status)) => {
                (Some(Usage { input: self.input_tokens_estimated, output: produced }), UsageSource::Estimated)
            }
            None => (None, UsageSource::Unknown),
        }
    }
}

impl<P: Ports> Drop for Open<P> {
    fn drop(&mut self) {
        self.close(Ending::ClientGone, None, None);
    }
}
