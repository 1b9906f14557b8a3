//! Answers on their way to the caller: whole or streamed.
//!
//! What a request holds on to (its place among the requests at once, the bytes of its body) is given back when the body
//! of its answer ends or is dropped, not before. A whole answer is handed over in pieces, so that it ends when the caller
//! has taken it but for a rest, and not as soon as it lies in a buffer.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use exchange::{OutBody, Outgoing, Ports};
use futures_util::Stream;
use http::header::{CONNECTION, HeaderName};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};

use crate::activity::OpenRequest;
use crate::events::Events;
use crate::gate::Place;
use crate::stall::Taking;

/// Largest piece of a whole answer, in bytes: one frame of HTTP/2 (RFC 9113, 4.2).
const PIECE_BYTES_MAX: usize = 16 << 10;

/// The body of an answer.
pub(crate) struct ReplyBody {
    kind: Kind,
    taking: Option<Arc<Taking>>,
    _place: Option<Place>,
    _open: Option<OpenRequest>,
}

enum Kind {
    Whole(Bytes),
    Stream(Pin<Box<dyn Stream<Item = Bytes> + Send>>),
}

impl ReplyBody {
    /// A body that is there already.
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::of(Kind::Whole(bytes.into()), None)
    }

    fn of(kind: Kind, place: Option<Place>) -> Self {
        Self { kind, taking: None, _place: place, _open: None }
    }

    /// Belongs to this request, and notes whether it is taken.
    pub(crate) fn watched(self, open: OpenRequest, taking: Option<Arc<Taking>>) -> Self {
        Self { taking, _open: Some(open), ..self }
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        match &mut self.kind {
            Kind::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Whole(bytes) => Poll::Ready(Some(bytes.split_to(bytes.len().min(PIECE_BYTES_MAX)))),
            Kind::Stream(stream) => stream.as_mut().poll_next(context),
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(taking) = &self.taking {
            taking.asked();
        }
        let piece = self.poll_piece(context);
        if let (Some(taking), Poll::Ready(Some(_))) = (&self.taking, &piece) {
            taking.given();
        }
        piece.map(|piece| piece.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.kind, Kind::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Stream(_) => SizeHint::default(),
        }
    }
}

/// The answer of an exchange as HTTP.
pub(crate) fn of_exchange<P: Ports>(
    outgoing: Outgoing<P>,
    place: Option<Place>,
    events: &Events,
) -> Response<ReplyBody> {
    let kind = match outgoing.body {
        OutBody::Whole(bytes) => Kind::Whole(bytes),
        OutBody::Stream(stream) => {
            let pieces = futures_util::stream::unfold(
                (stream, events.stream_opened()),
                |(mut stream, open)| async move { stream.next().await.map(|piece| (piece, (stream, open))) },
            );
            Kind::Stream(Box::pin(pieces))
        }
    };
    let mut response = Response::new(ReplyBody::of(kind, place));
    *response.status_mut() = StatusCode::from_u16(outgoing.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let headers = response.headers_mut();
    headers.reserve(outgoing.headers.len() + 3);
    for (name, value) in outgoing.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.append(name, value);
        }
    }
    response
}

/// Ends the connection after this answer.
pub(crate) fn close_after(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
}
