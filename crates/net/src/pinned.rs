//! The client for providers.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, HOST};
use http::{HeaderMap, HeaderValue, Method, Request, Uri, Version};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;

use crate::{Decoded, Encoding, NetFault, Target};

/// How the client behaves.
#[derive(Debug, Clone)]
pub struct PinnedOptions {
    /// Longest time until a connection stands. Default 5 s.
    pub connect: Duration,
    /// How long an idle connection is kept. Default 90 s.
    pub idle: Duration,
    /// Certificate authorities trusted beside the public ones, in DER.
    pub authorities: Vec<CertificateDer<'static>>,
    /// Bound of a decoded answer, in bytes. Default 256 MiB; only encoded answers are bounded here.
    pub decoded_bytes_max: u64,
}

impl Default for PinnedOptions {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            idle: Duration::from_secs(90),
            authorities: Vec::new(),
            decoded_bytes_max: 256 << 20,
        }
    }
}

/// Why a client could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinnedOptionsError {
    /// A certificate authority of the options is none.
    #[error("certificate authority {index} (counted from 1) cannot be read")]
    Authority {
        /// Position, from 1.
        index: usize,
    },
    /// The TLS library has no usable provider.
    #[error("TLS cannot be set up")]
    Tls,
}

/// One request.
#[derive(Debug)]
pub struct OutRequest {
    /// Where it goes.
    pub target: Target,
    /// Method.
    pub method: Method,
    /// Path and query, beginning with `/`.
    pub path: String,
    /// Headers; `host` and `content-length` are added.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

/// Status and headers of an answer, and its body to read.
#[derive(Debug)]
pub struct PinnedAnswer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, decoded.
    pub body: Decoded,
}

/// A pooled HTTP/1.1 and HTTP/2 client without redirects, proxies, cookies and retries. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pinned {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    decoded_bytes_max: u64,
}

impl Pinned {
    /// A client with these options.
    ///
    /// # Errors
    /// [`PinnedOptionsError`].
    #[expect(clippy::disallowed_methods, reason = "this is the one place where outgoing HTTP is made")]
    pub fn new(options: PinnedOptions) -> Result<Self, PinnedOptionsError> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for (at, authority) in options.authorities.into_iter().enumerate() {
            roots.add(authority).map_err(|_| PinnedOptionsError::Authority { index: at + 1 })?;
        }
        let tls = ClientConfig::builder_with_provider(rustls::crypto::aws_lc_rs::default_provider().into())
            .with_safe_default_protocol_versions()
            .map_err(|_| PinnedOptionsError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(options.connect));
        tcp.set_keepalive(Some(Duration::from_secs(60)));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(options.idle)
            .pool_max_idle_per_host(1024)
            .http2_keep_alive_interval(Duration::from_secs(15))
            .http2_keep_alive_timeout(Duration::from_secs(10))
            .http2_keep_alive_while_idle(true)
            .build(connector);
        Ok(Self { client, decoded_bytes_max: options.decoded_bytes_max })
    }

    /// Sends a request to its target and waits for status and headers.
    ///
    /// A pooled connection that the provider had closed before anything was written is replaced by a new one; a request
    /// that may have been read is never sent again.
    ///
    /// # Errors
    /// [`NetFault`].
    pub async fn send(&self, request: OutRequest) -> Result<PinnedAnswer, NetFault> {
        let authority = request.target.authority();
        let host = HeaderValue::from_str(&authority).map_err(|_| NetFault::Request("host"))?;
        let uri = Uri::builder()
            .scheme(request.target.scheme())
            .authority(authority)
            .path_and_query(request.path)
            .build()
            .map_err(|_| NetFault::Request("path"))?;
        let mut out = Request::new(Full::new(request.body));
        *out.method_mut() = request.method;
        *out.uri_mut() = uri;
        *out.version_mut() = Version::HTTP_11;
        *out.headers_mut() = request.headers;
        out.headers_mut().insert(HOST, host);
        let answer = self.client.request(out).await.map_err(|error| fault_of(&error))?;
        let (mut parts, body) = answer.into_parts();
        let encoding = Encoding::of(parts.headers.get(CONTENT_ENCODING))?;
        parts.headers.remove(CONTENT_ENCODING);
        Ok(PinnedAnswer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: Decoded::new(body, encoding, self.decoded_bytes_max),
        })
    }
}

fn fault_of(error: &hyper_util::client::legacy::Error) -> NetFault {
    if !error.is_connect() {
        return NetFault::Broken;
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.downcast_ref::<rustls::Error>().is_some() {
            return NetFault::Connect("the certificate or the TLS handshake was refused");
        }
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            if is_tls(io) {
                return NetFault::Connect("the certificate or the TLS handshake was refused");
            }
            match io.kind() {
                std::io::ErrorKind::TimedOut => {
                    return NetFault::Connect("no connection within limits.connect_seconds");
                }
                std::io::ErrorKind::ConnectionRefused => return NetFault::Connect("connection refused"),
                _ => {}
            }
        }
        source = cause.source();
    }
    NetFault::Connect("the host cannot be reached")
}

/// True when a TLS error is at the bottom of an I/O error, however often it is wrapped.
fn is_tls(error: &std::io::Error) -> bool {
    let Some(inner) = error.get_ref() else { return false };
    inner.downcast_ref::<rustls::Error>().is_some()
        || inner.downcast_ref::<std::io::Error>().is_some_and(is_tls)
}
