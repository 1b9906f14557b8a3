//! The provider's answer: whole or streamed, restored, or replaced by an error where it is no answer of the dialect.

use bytes::Bytes;
use wire::RouteSpec;

use crate::outcome::Open;
use crate::restoring::Restoring;
use crate::stream::AnswerStream;
use crate::within::within;
use crate::{
    Answer, AnswerBody, Exchange, OutBody, Outgoing, Ports, Refused, Upstream, UpstreamFault, headers,
};

/// Body of an answer of this exchange's provider.
type Body<P> = <<P as Ports>::Upstream as Upstream>::Body;

/// Gives the provider's answer to the caller.
pub(crate) async fn answered<P: Ports>(
    exchange: &Exchange<P>,
    answer: Answer<Body<P>>,
    (route, asked_for_stream): (&'static RouteSpec, bool),
    (open, restoring): (Open<P>, Restoring),
    own: Vec<(String, String)>,
) -> Result<Outgoing<P>, Refused> {
    let kind = headers::value(&answer.headers, "content-type").to_ascii_lowercase();
    let status = answer.status;
    if (200..300).contains(&status) && kind.starts_with("text/event-stream") {
        return streamed(exchange, answer, route, (open, restoring), own).await;
    }
    if (300..400).contains(&status) {
        return Err(not_an_answer(open, status, "a redirect, which is never followed"));
    }
    let is_json = kind.starts_with("application/json") || kind.contains("+json");
    if (200..300).contains(&status) && (!is_json || (asked_for_stream && kind.is_empty())) {
        return Err(not_an_answer(open, status, "neither JSON nor an event stream"));
    }
    whole(exchange, answer, route, (open, restoring), own).await
}

fn not_an_answer<P: Ports>(mut open: Open<P>, status: u16, what: &'static str) -> Refused {
    open.unreadable();
    Refused::Answer { status, what }
}

async fn streamed<P: Ports>(
    exchange: &Exchange<P>,
    answer: Answer<Body<P>>,
    route: &'static RouteSpec,
    (open, restoring): (Open<P>, Restoring),
    own: Vec<(String, String)>,
) -> Result<Outgoing<P>, Refused> {
    let mut out = headers::passed(&answer.headers);
    out.push(("content-type".to_owned(), "text/event-stream; charset=utf-8".to_owned()));
    out.push(("cache-control".to_owned(), "no-cache".to_owned()));
    out.push(("x-accel-buffering".to_owned(), "no".to_owned()));
    out.extend(own);
    let status = answer.status;
    let mut stream = AnswerStream::new(exchange, answer.body, route, (open, restoring));
    // The first piece is awaited before the status goes out: an answer of zero bytes is an error, not a success.
    stream.start().await?;
    Ok(Outgoing { status, headers: out, body: OutBody::Stream(Box::new(stream)) })
}

async fn whole<P: Ports>(
    exchange: &Exchange<P>,
    answer: Answer<Body<P>>,
    route: &'static RouteSpec,
    (mut open, mut restoring): (Open<P>, Restoring),
    own: Vec<(String, String)>,
) -> Result<Outgoing<P>, Refused> {
    let status = answer.status;
    let mut out = headers::passed(&answer.headers);
    let body = match collected(exchange, answer.body).await {
        Ok(body) => body,
        Err(fault) => {
            open.upstream_failed(&fault);
            return Err(Refused::Upstream(fault));
        }
    };
    open.bytes_came(body.len());
    let settings = &exchange.settings;
    let rewritten =
        wire::rewrite_answer(route.dialect, route.endpoint, &body, &settings.json, &mut restoring);
    out.push(("content-type".to_owned(), "application/json".to_owned()));
    out.extend(own);
    match rewritten {
        Ok(_) if restoring.watch.stopped => {
            open.stopped(&mut restoring);
            Err(Refused::Guard)
        }
        Ok(answer) => {
            open.complete(status, &answer.facts, &mut restoring);
            Ok(Outgoing { status, headers: out, body: OutBody::Whole(Bytes::from(answer.body)) })
        }
        Err(_) if status >= 400 => {
            open.complete(status, &wire::AnswerFacts::default(), &mut restoring);
            let shape = wire::ErrorShape {
                status,
                kind: kind_of(status),
                message: format!("cordon: the provider answered {status} with a body that is not JSON"),
                param: None,
                code: Some("provider_error".to_owned()),
                request_id: open.id().as_str().to_owned(),
            };
            let body = wire::error_body(route.dialect, &shape);
            Ok(Outgoing { status, headers: out, body: OutBody::Whole(Bytes::from(body)) })
        }
        Err(_) => Err(not_an_answer(open, status, "JSON that cannot be read")),
    }
}

async fn collected<P: Ports>(exchange: &Exchange<P>, mut body: Body<P>) -> Result<Vec<u8>, UpstreamFault> {
    let limits = &exchange.settings.limits;
    let mut all = Vec::new();
    loop {
        let piece = within(exchange.ports.clock(), limits.idle, body.next()).await;
        match piece {
            None => return Err(UpstreamFault::TimedOut("the answer stalled beyond limits.idle_seconds")),
            Some(None) => return Ok(all),
            Some(Some(Err(fault))) => return Err(fault),
            Some(Some(Ok(bytes))) => {
                if all.len() + bytes.len() > limits.answer_bytes_max {
                    return Err(UpstreamFault::Unreadable("it is larger than limits.answer_bytes_max"));
                }
                all.extend_from_slice(&bytes);
            }
        }
    }
}

fn kind_of(status: u16) -> wire::ErrorKind {
    match status {
        401 => wire::ErrorKind::Authentication,
        403 => wire::ErrorKind::Permission,
        404 => wire::ErrorKind::NotFound,
        413 => wire::ErrorKind::TooLarge,
        429 => wire::ErrorKind::RateLimit,
        503 | 529 => wire::ErrorKind::Overloaded,
        504 => wire::ErrorKind::Timeout,
        400..500 => wire::ErrorKind::InvalidRequest,
        _ => wire::ErrorKind::Upstream,
    }
}
