//! The listener for operations: `/healthz`, `/readyz`, `/metrics`. It shows counts and states, no values, and changes
//! nothing.
//!
//! On loopback it answers only to loopback names: a page in a browser on the same machine could otherwise reach it
//! through a name of its own that it lets point there (DNS rebinding).

use std::net::IpAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::canary::CanaryDied;
use crate::events::Events;
use crate::gate::Gate;
use crate::head::BadHead;
use crate::journal::LedgerJournal;
use crate::keys::KeyTable;
use crate::listen::Answers;
use crate::reply::ReplyBody;

/// What readiness is made of.
pub(crate) struct Readiness {
    pub(crate) canary: ArcSwap<Result<(), CanaryDied>>,
    pub(crate) journal: Arc<LedgerJournal>,
    pub(crate) keys: Arc<KeyTable>,
    pub(crate) stopping: CancellationToken,
}

impl Readiness {
    /// Why the gateway is not ready; empty when it is.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.stopping.is_cancelled() {
            faults.push("the gateway is stopping".to_owned());
        }
        if let Err(died) = self.canary.load().as_ref() {
            faults.push(died.to_string());
        }
        if !self.journal.is_verified() {
            faults.push(
                "the head of the ledger does not verify: look at it with `cordon audit verify`".to_owned(),
            );
        } else if !self.journal.is_ready() {
            faults.push("the ledger cannot be written".to_owned());
        }
        if !self.keys.is_trusted() {
            faults.push("app keys cannot be compared with the store".to_owned());
        }
        faults
    }
}

/// Answers the requests of operations.
pub(crate) struct Admin {
    pub(crate) readiness: Arc<Readiness>,
    pub(crate) metrics: Option<PrometheusHandle>,
    pub(crate) events: Arc<Events>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) is_loopback: bool,
}

impl Answers for Arc<Admin> {
    async fn answer(&self, request: Request<Incoming>) -> Response<ReplyBody> {
        if let Some(bad) = request.extensions().get::<BadHead>() {
            return page(bad.refusal.status(), "text/plain; charset=utf-8", format!("{}\n", bad.refusal));
        }
        if self.is_loopback && !is_loopback_host(&request) {
            return text(StatusCode::FORBIDDEN, "this listener answers to loopback names only\n");
        }
        let page = match request.uri().path() {
            "/healthz" => text(StatusCode::OK, "ok\n"),
            "/readyz" => self.readyz(),
            "/metrics" => self.metrics(),
            _ => return text(StatusCode::NOT_FOUND, "here are /healthz, /readyz and /metrics\n"),
        };
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut refused = text(StatusCode::METHOD_NOT_ALLOWED, "GET only\n");
            refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return refused;
        }
        page
    }
}

impl Admin {
    fn readyz(&self) -> Response<ReplyBody> {
        let faults = self.readiness.faults();
        let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        let body = json!({"ready": faults.is_empty(), "faults": faults}).to_string();
        page(status, "application/json", body)
    }

    fn metrics(&self) -> Response<ReplyBody> {
        let Some(metrics) = &self.metrics else {
            return text(StatusCode::NOT_FOUND, "no metrics recorder is installed\n");
        };
        self.events.requests_open(self.gate.requests_open());
        metrics.run_upkeep();
        page(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", metrics.render())
    }
}

fn text(status: StatusCode, body: &'static str) -> Response<ReplyBody> {
    page(status, "text/plain; charset=utf-8", body)
}

fn page(status: StatusCode, kind: &'static str, body: impl Into<bytes::Bytes>) -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::whole(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn is_loopback_host<B>(request: &Request<B>) -> bool {
    let header = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    let Some(authority) = request.uri().authority().map(http::uri::Authority::as_str).or(header) else {
        return false;
    };
    let Ok(authority) = authority.parse::<http::uri::Authority>() else { return false };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
