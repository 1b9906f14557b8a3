//! Everything that the gateway says: each log line and each metric is a function here, and there is none elsewhere.
//!
//! Nothing said holds a value, a path, a query, a header or a key. Labels come from closed sets: dialects, status
//! classes, codes, endings, treatments and the shipped entities; other entities count as `other`.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use ledger::Record;
use metrics::{
    Counter, Gauge, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge,
    histogram,
};
use store::StoreError;
use types::{AppName, ExchangeId};
use wire::DialectId;

use crate::ids::Ids;
use crate::refusal::Refusal;
use crate::tls::TlsError;

const ANSWERED: &str = "cordon_requests_answered_total";
const ANSWER_SECONDS: &str = "cordon_requests_answered_seconds";
const REFUSED: &str = "cordon_requests_refused_total";
const UNRECORDED: &str = "cordon_refusals_unrecorded_total";
const SHED: &str = "cordon_requests_shed_total";
const ENDED: &str = "cordon_exchanges_ended_total";
const EXCHANGE_SECONDS: &str = "cordon_exchanges_ended_seconds";
const DETECTED: &str = "cordon_findings_detected_total";
const TREATED: &str = "cordon_values_treated_total";
const RESTORED: &str = "cordon_values_restored_total";
const GUARDED: &str = "cordon_answer_findings_detected_total";
const APPEND_SECONDS: &str = "cordon_records_appended_seconds";
const APPEND_FAILED: &str = "cordon_records_refused_total";
const LOST: &str = "cordon_records_lost_total";
const METER_REACHED: &str = "cordon_meters_reached_total";
const REGIONS: &str = "cordon_answer_regions_total";
const STREAMS: &str = "cordon_streams_open";
const REQUESTS: &str = "cordon_requests_open";
const UP: &str = "cordon_gateway_up";
const READY: &str = "cordon_gateway_ready";

/// What a metric is. They stand in `docs/monitoring.md` too (test `every_metric_is_documented`).
struct Metric {
    name: &'static str,
    kind: Kind,
    says: &'static str,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

const METRICS: [Metric; 20] = [
    counts(ANSWERED, "Requests answered, by dialect and class of status."),
    times(
        ANSWER_SECONDS,
        "From the arrival of a request to the beginning of its answer, in seconds, by dialect.",
    ),
    counts(REFUSED, "Requests refused, by code."),
    counts(
        UNRECORDED,
        "Refusals that are not in the ledger, by code: beyond the budget, or while it takes none.",
    ),
    counts(SHED, "Requests refused because of overload or trouble of our own."),
    counts(ENDED, "Exchanges that left, by how they ended."),
    times(EXCHANGE_SECONDS, "From the arrival of a request to the end of its exchange, in seconds."),
    counts(DETECTED, "Findings in requests, by entity."),
    counts(TREATED, "Findings and opaque parts in requests, by class and treatment."),
    counts(RESTORED, "Surrogates that became real values again."),
    counts(GUARDED, "Findings in answers that the caller did not send, by entity."),
    times(APPEND_SECONDS, "How long an intent record took to become durable, in seconds."),
    counts(APPEND_FAILED, "Intent records that the ledger did not take; nothing left."),
    counts(LOST, "Outcomes and refusals that are not in the ledger."),
    counts(METER_REACHED, "Meters of people that reached a level of their threshold, by level in percent."),
    counts(REGIONS, "Answers that prove where they were made, by whether that is as decided."),
    shows(STREAMS, "Streams that are open."),
    shows(REQUESTS, "Requests under way."),
    shows(UP, "1 while the gateway runs."),
    shows(READY, "1 while the gateway is ready."),
];

const fn counts(name: &'static str, says: &'static str) -> Metric {
    Metric { name, kind: Kind::Counter, says }
}

const fn times(name: &'static str, says: &'static str) -> Metric {
    Metric { name, kind: Kind::Histogram, says }
}

const fn shows(name: &'static str, says: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, says }
}

const STATUS_CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Log and metrics of one gateway.
pub(crate) struct Events {
    entities: ArcSwap<BTreeSet<String>>,
    answered: Vec<(DialectId, [Counter; 5], Histogram)>,
    exchange_seconds: Histogram,
    append_seconds: Histogram,
    restored: Counter,
    shed: Counter,
    lost: Counter,
    streams: Gauge,
    keys_are_unread: AtomicBool,
}

/// A stream that is open. Counted until it is dropped.
pub(crate) struct OpenStream(Gauge);

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

impl Events {
    /// Registers all metrics with the recorder that is installed, if one is.
    pub(crate) fn new() -> Self {
        describe();
        gauge!(UP).set(1.0);
        let answered = DialectId::ALL
            .into_iter()
            .map(|dialect| {
                let counters = STATUS_CLASSES
                    .map(|class| counter!(ANSWERED, "dialect" => dialect.name(), "status" => class));
                (dialect, counters, histogram!(ANSWER_SECONDS, "dialect" => dialect.name()))
            })
            .collect();
        Self {
            entities: ArcSwap::default(),
            answered,
            exchange_seconds: histogram!(EXCHANGE_SECONDS),
            append_seconds: histogram!(APPEND_SECONDS),
            restored: counter!(RESTORED),
            shed: counter!(SHED),
            lost: counter!(LOST),
            streams: gauge!(STREAMS),
            keys_are_unread: AtomicBool::default(),
        }
    }

    /// The entities that may be labels.
    pub(crate) fn know_entities(&self, entities: BTreeSet<String>) {
        self.entities.store(Arc::new(entities));
    }

    /// A request has its answer (of a stream: its beginning).
    pub(crate) fn answered(&self, id: &Ids, dialect: DialectId, status: u16, took: Duration) {
        let found = self.answered.iter().find(|(known, ..)| *known == dialect);
        if let Some((_, counters, seconds)) = found {
            let class = usize::from(status / 100).saturating_sub(1);
            if let Some(counter) = counters.get(class) {
                counter.increment(1);
            }
            seconds.record(took);
        }
        tracing::debug!(
            request = id.own.as_str(),
            client_request = id.client.as_deref(),
            dialect = dialect.name(),
            status,
            ms = took.as_millis(),
            "request answered"
        );
    }

    /// The gateway itself refused a request.
    pub(crate) fn refused(
        &self,
        id: &ExchangeId,
        refusal: &Refusal,
        app: Option<&AppName>,
        is_recorded: bool,
    ) {
        let (code, app) = (refusal.code(), app.map(AppName::as_str));
        if !is_recorded {
            // What is recorded is counted with its record.
            counter!(REFUSED, "code" => code).increment(1);
            counter!(UNRECORDED, "code" => code).increment(1);
        }
        if refusal.is_ours() {
            self.shed.increment(1);
            tracing::debug!(request = id.as_str(), code, app, "request shed");
        } else if is_recorded {
            tracing::info!(request = id.as_str(), code, app, "request refused");
        } else {
            // Beyond the budget of records the log has one too.
            tracing::debug!(request = id.as_str(), code, app, "request refused");
        }
    }

    /// A record goes to the ledger: what it says of an exchange is counted.
    pub(crate) fn recorded(&self, record: &Record) {
        match record {
            Record::Intent(intent) => {
                self.found(DETECTED, intent.entities.iter().map(|(name, count)| (name.as_str(), *count)));
                for (class, treatment) in &intent.treatments {
                    let count = intent.classes.get(class).copied().unwrap_or_default();
                    counter!(TREATED, "class" => class.name(), "treatment" => treatment.name())
                        .increment(count);
                }
            }
            Record::Outcome(outcome) => {
                counter!(ENDED, "outcome" => outcome.ending.name()).increment(1);
                self.exchange_seconds.record(Duration::from_millis(outcome.duration_ms));
                self.restored.increment(outcome.restored);
                self.found(GUARDED, outcome.guard.iter().map(|(name, count)| (name.as_str(), *count)));
                if let Some(region) = &outcome.region {
                    answer_made(&outcome.exchange, region);
                }
            }
            Record::Refusal(refusal) => {
                counter!(REFUSED, "code" => refusal.code.as_str().to_owned()).increment(1);
                self.found(DETECTED, refusal.entities.iter().map(|(name, count)| (name.as_str(), *count)));
                tracing::debug!(
                    request = refusal.exchange.as_str(),
                    code = refusal.code.as_str(),
                    "request refused"
                );
            }
            _ => {}
        }
    }

    fn found<'a>(&self, metric: &'static str, found: impl Iterator<Item = (&'a str, u64)>) {
        let known = self.entities.load();
        for (entity, count) in found {
            let label = if known.contains(entity) { entity } else { "other" };
            counter!(metric, "entity" => label.to_owned()).increment(count);
        }
    }

    /// A stream begins.
    pub(crate) fn stream_opened(&self) -> OpenStream {
        self.streams.increment(1.0);
        OpenStream(self.streams.clone())
    }

    /// How many requests are under way; asked when metrics are shown.
    pub(crate) fn requests_open(&self, count: usize) {
        #[expect(clippy::cast_precision_loss, reason = "a count of requests is far below 2^52")]
        gauge!(REQUESTS).set(count as f64);
    }

    /// An append ended, well or not.
    pub(crate) fn append_ended(&self, took: Duration) {
        self.append_seconds.record(took);
    }

    /// The ledger did not take a record; nothing left.
    pub(crate) fn append_failed(&self, error: &StoreError) {
        counter!(APPEND_FAILED).increment(1);
        tracing::warn!(%error, "record refused by the ledger, so the request was not sent");
    }

    /// The head of the ledger cannot be read or does not verify.
    pub(crate) fn ledger_unverified(&self, error: &StoreError) {
        tracing::error!(%error, "the head of the ledger does not verify, so nothing is sent");
    }

    /// An outcome or refusal is not in the ledger.
    pub(crate) fn record_lost(&self, error: &StoreError) {
        self.lost.increment(1);
        tracing::error!(%error, "a record of an outcome or refusal could not be kept");
    }

    /// A meter of people reached a part of its threshold.
    pub(crate) fn meter_reached(&self, meter: &policy::MeterId, level: policy::Level) {
        let (percent, meter) = (level.percent(), meter.to_string());
        counter!(METER_REACHED, "level" => percent.to_string()).increment(1);
        if level == policy::Level::Full {
            tracing::error!(
                meter,
                percent,
                "a meter of people reached its threshold: the law binds from here on (cordon meters)"
            );
        } else {
            tracing::warn!(meter, percent, "a meter of people comes near its threshold (cordon meters)");
        }
    }

    /// Terms of an app cannot be read.
    pub(crate) fn terms_unread(&self, error: &StoreError) {
        tracing::error!(%error, "exact terms cannot be read, so requests of their app are refused");
    }

    /// The vault of an app cannot be opened.
    pub(crate) fn vault_closed(&self, app: &AppName) {
        tracing::error!(
            app = app.as_str(),
            "the exact terms of this app cannot be opened, so its requests are refused"
        );
    }

    /// App keys could not be compared with the store. Said once until they could.
    pub(crate) fn keys_unread(&self, error: &StoreError) {
        if !self.keys_are_unread.swap(true, Ordering::Relaxed) {
            tracing::error!(%error, "app keys cannot be compared with the store");
        }
    }

    /// App keys could be compared with the store.
    pub(crate) fn keys_read(&self) {
        if self.keys_are_unread.swap(false, Ordering::Relaxed) {
            tracing::info!("app keys can be compared with the store again");
        }
    }

    /// App keys or terms changed.
    pub(crate) fn keys_changed(&self) {
        tracing::info!("app keys or terms changed");
    }

    /// The listeners are open.
    pub(crate) fn listening(&self, app: SocketAddr, admin: SocketAddr, is_tls: bool) {
        tracing::info!(%app, %admin, tls = is_tls, "listening");
    }

    /// A connection cannot be accepted.
    pub(crate) fn accept_failed(&self, error: &std::io::Error) {
        tracing::warn!(kind = ?error.kind(), "a connection cannot be accepted");
    }

    /// A TLS handshake failed.
    pub(crate) fn handshake_failed(&self) {
        tracing::debug!("a TLS handshake failed");
    }

    /// A connection ended with an error. The error of the HTTP library may hold bytes of the request, so it is not said.
    pub(crate) fn connection_broke(&self) {
        tracing::debug!("a connection ended with an error");
    }

    /// An idle connection did not end in good order.
    pub(crate) fn connection_cut(&self) {
        tracing::debug!("an idle connection was cut");
    }

    /// A changed certificate is in use.
    pub(crate) fn certificate_changed(&self) {
        tracing::info!("a changed TLS certificate is in use");
    }

    /// A changed certificate cannot be used.
    pub(crate) fn certificate_refused(&self, error: &TlsError) {
        tracing::error!(%error, "the changed TLS files cannot be used; the certificate before them stays in use");
    }

    /// The canary came back.
    pub(crate) fn ready(&self) {
        gauge!(READY).set(1.0);
        tracing::info!("ready");
    }

    /// The canary did not come back as it should.
    pub(crate) fn not_ready(&self, reason: &str) {
        gauge!(READY).set(0.0);
        tracing::error!(reason, "not ready");
    }

    /// New rules are in use.
    pub(crate) fn reloaded(&self) {
        tracing::info!("the configuration was loaded again");
    }

    /// The gateway stops.
    pub(crate) fn stopping(&self) {
        gauge!(READY).set(0.0);
        tracing::info!("stopping: no new requests, answers under way may end");
    }

    /// Answers under way were cut.
    pub(crate) fn cut(&self, connections: usize) {
        tracing::warn!(connections, "the time to stop is over: answers under way are cut");
    }

    /// The ledger did not say in time that it has everything.
    pub(crate) fn flush_failed(&self) {
        tracing::error!("the ledger did not confirm its last records in time");
    }

    /// The gateway has stopped.
    pub(crate) fn stopped(&self) {
        gauge!(UP).set(0.0);
        tracing::info!("stopped");
    }
}

/// An answer proves where it was made.
fn answer_made(exchange: &ExchangeId, region: &ledger::Region) {
    let proof = if region.is_other { "other" } else { "as_decided" };
    counter!(REGIONS, "proof" => proof).increment(1);
    if region.is_other {
        tracing::warn!(
            request = exchange.as_str(),
            proven = region.proven.as_str(),
            by = region.by.as_str(),
            expected = region.expected.as_ref().map(ledger::Name::as_str),
            "an answer was made in another region than the decision rested on (cordon audit show)"
        );
    }
}

fn describe() {
    for metric in &METRICS {
        match metric.kind {
            Kind::Counter => describe_counter!(metric.name, metric.says),
            Kind::Gauge => describe_gauge!(metric.name, metric.says),
            Kind::Histogram => describe_histogram!(metric.name, metric.says),
        }
    }
}

#[cfg(test)]
mod tests;
