//! HTTP/2 on the application listener, without TLS and by ALPN.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::world::{EMAIL, World};

fn chat(world: &World, text: &str) -> Request<Full<Bytes>> {
    let body =
        serde_json::json!({"model": "echo", "stream": true, "messages": [{"role": "user", "content": text}]});
    Request::post(format!("http://{}/v1/chat/completions", world.address()))
        .header("x-api-key", &world.key)
        .body(Full::from(body.to_string()))
        .unwrap()
}

/// Sends all requests at once on one connection.
async fn all<S>(stream: S, requests: Vec<Request<Full<Bytes>>>) -> Vec<(StatusCode, String)>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    let answers = requests.into_iter().map(|request| {
        let mut sender = sender.clone();
        async move {
            let answer = sender.send_request(request).await.unwrap();
            let status = answer.status();
            let mut body = answer.into_body();
            let mut text = Vec::new();
            while let Some(frame) = body.frame().await {
                text.extend_from_slice(&frame.unwrap().into_data().unwrap_or_default());
            }
            (status, String::from_utf8(text).unwrap())
        }
    });
    let answers = futures_util::future::join_all(answers);
    tokio::select! {
        answers = answers => answers,
        ended = connection => panic!("the connection ended: {ended:?}"),
    }
}

#[test]
fn many_streams_share_one_connection() {
    let world = World::new();
    let requests = (0..50).map(|number| chat(&world, &format!("{number}{EMAIL} end"))).collect();
    let answers = world.runtime.block_on(async {
        let stream = TcpStream::connect(world.address()).await.unwrap();
        all(stream, requests).await
    });
    for (status, body) in &answers {
        assert_eq!(*status, StatusCode::OK);
        assert!(body.ends_with("data: [DONE]\n\n"), "{body}");
    }
    assert_eq!(world.store.intents(), 50);
    assert!(world.echo_saw().iter().all(|saw| !saw.contains(EMAIL)));
}

#[test]
fn a_request_with_headers_beyond_the_bound_is_refused() {
    let world = World::new();
    let mut request = chat(&world, "hi");
    request.headers_mut().insert("x-large", "a".repeat(100 << 10).parse().unwrap());
    let answers = world.runtime.block_on(async {
        let stream = TcpStream::connect(world.address()).await.unwrap();
        all(stream, vec![request]).await
    });
    assert_eq!(answers[0].0, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
}

#[test]
fn alpn_chooses_http2() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = crate::tls::write(folder.path(), &["localhost"]);
    let world = crate::tls::world(folder.path());
    let mut config = crate::tls::config(&trusted);
    config.alpn_protocols = vec![b"h2".to_vec()];
    let answers = world.runtime.block_on(async {
        let stream = TcpStream::connect(world.address()).await.unwrap();
        let name = rustls_pki_types::ServerName::try_from("localhost").unwrap();
        let stream = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        all(stream, vec![chat(&world, EMAIL)]).await
    });
    assert_eq!(answers[0].0, StatusCode::OK);
}
