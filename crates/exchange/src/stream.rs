//! A streamed answer, restored as it arrives.
//!
//! Every way in which a stream can end has its record: complete, truncated, error event, stopped by the guard, and the
//! caller going away, which is simply this value being dropped.

use std::sync::Arc;

use bytes::Bytes;
use wire::{RouteSpec, StreamEnd, StreamRewriter};

use crate::outcome::Open;
use crate::restoring::Restoring;
use crate::within::within;
use crate::{AnswerBody, Exchange, Ports, Refused, Upstream, UpstreamFault};

/// A streamed answer. Dropping it before its end records that the caller went away.
pub struct AnswerStream<P: Ports> {
    ports: Arc<P>,
    idle: std::time::Duration,
    dialect: wire::DialectId,
    body: <P::Upstream as Upstream>::Body,
    rewriter: StreamRewriter,
    restoring: Restoring,
    open: Open<P>,
    first: Option<Bytes>,
    ended: bool,
}

impl<P: Ports> AnswerStream<P> {
    pub(crate) fn new(
        exchange: &Exchange<P>,
        body: <P::Upstream as Upstream>::Body,
        route: &'static RouteSpec,
        (open, restoring): (Open<P>, Restoring),
    ) -> Self {
        let drop_logprobs = restoring.changes_text();
        Self {
            ports: Arc::clone(&exchange.ports),
            idle: exchange.settings.limits.idle,
            dialect: route.dialect,
            body,
            rewriter: StreamRewriter::new(
                route.dialect,
                route.endpoint,
                exchange.settings.stream.clone(),
                drop_logprobs,
            ),
            restoring,
            open,
            first: None,
            ended: false,
        }
    }

    /// Waits for the first piece of the answer.
    pub(crate) async fn start(&mut self) -> Result<(), Refused> {
        match self.piece().await {
            Ok(Some(piece)) => {
                self.first = Some(piece);
                Ok(())
            }
            Ok(None) => {
                self.ended = true;
                Err(Refused::Answer { status: self.open.status(), what: "an empty stream" })
            }
            Err(fault) => {
                self.ended = true;
                Err(Refused::Upstream(fault))
            }
        }
    }

    /// The next bytes for the caller; `None` at the end.
    pub async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        if self.ended {
            return None;
        }
        match self.piece().await {
            Ok(piece) => piece,
            Err(fault) => {
                self.ended = true;
                let mut out = Vec::new();
                self.rewriter.finish(&mut self.restoring, &mut out);
                self.say(&Refused::Upstream(fault), &mut out);
                Some(Bytes::from(out))
            }
        }
    }

    /// Reads until there is something for the caller. An error leaves its record behind; what the lanes hold is not
    /// yet flushed.
    async fn piece(&mut self) -> Result<Option<Bytes>, UpstreamFault> {
        while !self.ended {
            let read = within(self.ports.clock(), self.idle, self.body.next()).await;
            let fault = match read {
                Some(Some(Ok(chunk))) => match self.restored(&chunk) {
                    Ok(out) if out.is_empty() => continue,
                    Ok(out) => return Ok(Some(Bytes::from(out))),
                    Err(fault) => fault,
                },
                Some(None) => return Ok(self.finished()),
                Some(Some(Err(fault))) => fault,
                None => UpstreamFault::TimedOut("the stream stalled beyond limits.idle_seconds"),
            };
            self.open.truncated(self.rewriter.facts(), &mut self.restoring, fault_code(&fault));
            return Err(fault);
        }
        Ok(None)
    }

    fn restored(&mut self, chunk: &Bytes) -> Result<Vec<u8>, UpstreamFault> {
        self.open.bytes_came(chunk.len());
        let mut out = Vec::with_capacity(chunk.len() + 64);
        let pushed = self.rewriter.push(chunk, &mut self.restoring, &mut out);
        self.open.text_came(self.rewriter.facts());
        if self.restoring.watch.stopped {
            self.ended = true;
            self.open.stopped(&mut self.restoring);
            self.say(&Refused::Guard, &mut out);
            return Ok(out);
        }
        match pushed {
            Ok(()) => Ok(out),
            Err(_) => Err(UpstreamFault::Unreadable("an event of the stream is no event of this dialect")),
        }
    }

    /// The provider's body ended in order.
    fn finished(&mut self) -> Option<Bytes> {
        self.ended = true;
        let mut out = Vec::new();
        let end = self.rewriter.finish(&mut self.restoring, &mut out);
        if self.restoring.watch.stopped {
            self.open.stopped(&mut self.restoring);
            self.say(&Refused::Guard, &mut out);
            return Some(Bytes::from(out));
        }
        match end {
            StreamEnd::Complete => {
                let status = self.open.status();
                self.open.complete(status, self.rewriter.facts(), &mut self.restoring);
            }
            StreamEnd::ErrorEvent => self.open.error_event(self.rewriter.facts(), &mut self.restoring),
            StreamEnd::Truncated => {
                self.open.truncated(self.rewriter.facts(), &mut self.restoring, "stream_truncated");
                self.say(
                    &Refused::Answer { status: self.open.status(), what: "a stream that ended too early" },
                    &mut out,
                );
            }
            StreamEnd::Empty => {
                self.open.truncated(self.rewriter.facts(), &mut self.restoring, "stream_empty");
                return None;
            }
        }
        (!out.is_empty()).then(|| Bytes::from(out))
    }

    fn say(&self, refused: &Refused, out: &mut Vec<u8>) {
        out.extend_from_slice(&wire::error_event(self.dialect, &refused.shape(self.open.id())));
    }
}

pub(crate) fn fault_code(fault: &UpstreamFault) -> &'static str {
    match fault {
        UpstreamFault::NoKey { .. } => "provider_key_missing",
        UpstreamFault::Connect(_) => "provider_unreachable",
        UpstreamFault::TimedOut(_) => "provider_timeout",
        UpstreamFault::Broken => "connection_broken",
        UpstreamFault::Unreadable(_) => "provider_answer_unreadable",
    }
}
