//! Listeners: accepting connections, TLS, HTTP/1.1 and HTTP/2, all bounded, and an end that lets answers end.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::activity::Activity;
use crate::connection::Watched;
use crate::events::Events;
use crate::framing::{BadHeads, Framing};
use crate::head::HEADERS_MAX;
use crate::reply::ReplyBody;
use crate::settings::ServerLimits;
use crate::stall::{Streams, Taking};

/// Least size of the buffer for headers that the HTTP library takes.
const HEADER_BUFFER_MIN: usize = 8 << 10;

/// Most requests at once on one HTTP/2 connection.
const STREAMS_MAX: u32 = 256;

/// How much of a request body an HTTP/2 caller may send ahead: per request, and per connection.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;

/// How much of an answer lies ready for an HTTP/2 caller that has no room for it, in bytes.
const SEND_BUFFER: usize = 64 << 10;

/// How long an idle connection gets to end in good order, and requests that were on their way to be seen.
const CLOSING: Duration = Duration::from_secs(5);

/// How often an HTTP/2 caller is asked whether it is still there, and how long it has to say so.
const PING: Duration = Duration::from_secs(20);
const PONG: Duration = Duration::from_secs(20);

/// How long accepting pauses when the operating system has no more to give, e.g. no file descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// Answers requests. One that stands for a bad head brings it along ([`crate::head::BadHead`]).
pub(crate) trait Answers: Clone + Send + Sync + 'static {
    /// The answer to a request. Never fails: an error is an answer too.
    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Response<ReplyBody>> + Send;
}

/// What all connections of a listener share.
#[derive(Clone)]
pub(crate) struct Listening {
    pub(crate) limits: ServerLimits,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) tasks: TaskTracker,
    /// No more new requests; answers under way end.
    pub(crate) stop: CancellationToken,
    /// Everything ends now.
    pub(crate) cut: CancellationToken,
    pub(crate) events: Arc<Events>,
}

impl Listening {
    /// Accepts connections until stopped.
    pub(crate) async fn run(self, listener: TcpListener, answers: impl Answers) {
        let places = Arc::new(Semaphore::new(self.limits.connections_max.min(Semaphore::MAX_PERMITS)));
        let builder = self.builder();
        loop {
            let accepted = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (place, listener.accept().await)
            };
            let (place, stream) = tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                (place, accepted) = accepted => match accepted {
                    Ok((stream, _)) => (place, stream),
                    Err(error) => {
                        self.events.accept_failed(&error);
                        tokio::time::sleep(PAUSE).await;
                        continue;
                    }
                },
            };
            let (listening, builder, answers) = (self.clone(), builder.clone(), answers.clone());
            self.tasks.spawn(async move {
                let _place = place;
                let cut = listening.cut.clone();
                tokio::select! {
                    () = cut.cancelled() => {}
                    () = listening.connection(stream, builder, answers) => {}
                }
            });
        }
    }

    async fn connection(self, stream: TcpStream, builder: auto::Builder<Streams>, answers: impl Answers) {
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else { return self.serve(stream, builder, answers).await };
        match tokio::time::timeout(self.limits.header, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.serve(stream, builder, answers).await,
            _ => self.events.handshake_failed(),
        }
    }

    async fn serve<S>(&self, stream: S, builder: auto::Builder<Streams>, answers: impl Answers)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let limits = &self.limits;
        let (begun, bad) = (Arc::new(AtomicBool::new(false)), BadHeads::default());
        let activity = Activity::new();
        let framing =
            Framing::new(limits.header_bytes_max, limits.header, Arc::clone(&activity), bad.clone());
        let stream = Watched::new(stream, framing, Arc::clone(&begun), limits.header, limits.write_stall);
        let (opening, count) = (Arc::clone(&activity), AtomicU64::new(0));
        let service = service_fn(move |mut request: Request<Incoming>| {
            begun.store(true, Ordering::Relaxed);
            if let Some(bad) = bad.of_request(count.fetch_add(1, Ordering::Relaxed) + 1) {
                request.extensions_mut().insert(bad.clone());
            }
            let (answers, open) = (answers.clone(), opening.open());
            async move {
                let response = answers.answer(request).await;
                Ok::<_, Infallible>(response.map(|body| body.watched(open, Taking::of_task())))
            }
        });
        let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            () = activity.idle(limits.idle) => {
                connection.as_mut().graceful_shutdown();
                activity.touch();
                tokio::select! {
                    ended = connection => ended,
                    () = activity.idle(CLOSING) => return self.events.connection_cut(),
                }
            }
        };
        if ended.is_err() {
            self.events.connection_broke();
        }
    }

    fn builder(&self) -> auto::Builder<Streams> {
        let mut builder =
            auto::Builder::new(Streams { tasks: self.tasks.clone(), stall: self.limits.write_stall });
        let header_bytes = self.limits.header_bytes_max;
        builder
            .http1()
            .timer(TokioTimer::new())
            // Heads come whole, and in time, from the framing; what waits between them is idle.
            .header_read_timeout(None)
            .max_buf_size(header_bytes.max(HEADER_BUFFER_MIN))
            .max_headers(HEADERS_MAX)
            .half_close(false);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS_MAX)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(SEND_BUFFER)
            .max_header_list_size(u32::try_from(header_bytes).unwrap_or(u32::MAX))
            .max_pending_accept_reset_streams(64)
            .max_local_error_reset_streams(128)
            .keep_alive_interval(PING)
            .keep_alive_timeout(PONG);
        builder
    }
}
