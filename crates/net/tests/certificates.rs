//! Certificates are always checked, redirects never followed, bombs stopped.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test driver")]

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cordon_net::{NetFault, OutRequest, Pinned, PinnedOptions, Target};
use rcgen::{CertificateParams, CertifiedIssuer, DnType, KeyPair};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A certificate authority of the test's own.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "test authority");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

struct Leaf {
    name: &'static str,
    expired: bool,
}

/// A server that answers one HTTPS request with 200.
async fn serve(authority: &CertifiedIssuer<'static, KeyPair>, leaf: Leaf) -> u16 {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![leaf.name.to_owned()]).unwrap();
    if leaf.expired {
        params.not_before = rcgen::date_time_ymd(2001, 1, 1);
        params.not_after = rcgen::date_time_ymd(2002, 1, 1);
    }
    let certificate = params.signed_by(&key, authority).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(rustls::crypto::aws_lc_rs::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from(certificate.der().to_vec())],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let Ok(mut tls) = acceptor.accept(tcp).await else { continue };
            let mut buffer = [0; 4096];
            let _ = tls.read(&mut buffer).await;
            let _ = tls.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
        }
    });
    port
}

fn call(secure: bool, host: &str, port: u16) -> OutRequest {
    OutRequest {
        target: Target { secure, host: host.to_owned(), port },
        method: http::Method::POST,
        path: "/v1".to_owned(),
        headers: http::HeaderMap::new(),
        body: Bytes::from_static(b"{}"),
    }
}

fn client(authorities: Vec<CertificateDer<'static>>) -> Pinned {
    Pinned::new(PinnedOptions {
        authorities,
        connect: Duration::from_secs(5),
        decoded_bytes_max: 1 << 20,
        ..PinnedOptions::default()
    })
    .unwrap()
}

#[tokio::test]
async fn a_certificate_must_be_trusted_valid_and_of_the_host() {
    let authority = authority();
    let der = CertificateDer::from(authority.der().to_vec());
    let good = serve(&authority, Leaf { name: "localhost", expired: false }).await;
    let other_name = serve(&authority, Leaf { name: "other.test", expired: false }).await;
    let expired = serve(&authority, Leaf { name: "localhost", expired: true }).await;
    let trusting = client(vec![der]);
    assert_eq!(trusting.send(call(true, "localhost", good)).await.unwrap().status, 200);
    for (client, port) in [(&trusting, other_name), (&trusting, expired), (&client(Vec::new()), good)] {
        let fault = client.send(call(true, "localhost", port)).await.unwrap_err();
        assert_eq!(fault, NetFault::Connect("the certificate or the TLS handshake was refused"));
    }
}

/// A plain server that answers every connection with these bytes.
async fn plain(answer: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut tcp, _)) = listener.accept().await {
            let mut buffer = [0; 4096];
            let _ = tcp.read(&mut buffer).await;
            let _ = tcp.write_all(&answer).await;
        }
    });
    port
}

#[tokio::test]
async fn a_redirect_is_given_back_and_not_followed() {
    let port =
        plain(b"HTTP/1.1 307 Go\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_vec())
            .await;
    let answer = client(Vec::new()).send(call(false, "127.0.0.1", port)).await.unwrap();
    assert_eq!(answer.status, 307);
}

#[tokio::test]
async fn a_bomb_stops_at_the_bound() {
    use async_compression::tokio::write::GzipEncoder;
    let mut encoder = GzipEncoder::new(Vec::new());
    for _ in 0..64 {
        encoder.write_all(&vec![0; 1 << 20]).await.unwrap();
    }
    encoder.shutdown().await.unwrap();
    let bomb = encoder.into_inner();
    let mut answer =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", bomb.len())
            .into_bytes();
    answer.extend(bomb);
    let port = plain(answer).await;
    let mut answer = client(Vec::new()).send(call(false, "127.0.0.1", port)).await.unwrap();
    let mut bytes = 0;
    loop {
        match answer.body.next().await {
            Some(Ok(piece)) => bytes += piece.len(),
            Some(Err(fault)) => {
                assert!(matches!(fault, NetFault::Decode(_)), "{fault:?}");
                break;
            }
            None => break,
        }
    }
    assert!(bytes <= 1 << 20, "{bytes}");
}

#[tokio::test]
async fn an_unknown_encoding_is_refused_and_a_closed_port_is_named() {
    let port =
        plain(b"HTTP/1.1 200 OK\r\ncontent-encoding: snappy\r\ncontent-length: 0\r\n\r\n".to_vec()).await;
    let fault = client(Vec::new()).send(call(false, "127.0.0.1", port)).await.unwrap_err();
    assert!(matches!(fault, NetFault::Decode(_)), "{fault:?}");
    let fault = client(Vec::new()).send(call(false, "127.0.0.1", 1)).await.unwrap_err();
    assert_eq!(fault, NetFault::Connect("connection refused"));
}
