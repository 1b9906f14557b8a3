//! App keys: who gets in; and which provider keys they may use.

use types::Environment;

use crate::client::{Reply, connected, exchanged, parsed, request, rest};
use crate::provider::{CHAT, Provider, json};
use crate::world::{NOW_MS, Spec, World};

const BODY: &[u8] = br#"{"model":"echo","messages":[{"role":"user","content":"hi"}]}"#;

fn ask(world: &World, headers: &[(&str, &str)]) -> Reply {
    parsed(&exchanged(world.address(), &request("POST", "/v1/chat/completions", headers, BODY)))
}

#[test]
fn a_valid_key_gets_in_by_either_header_or_both() {
    let world = World::new();
    let (key, bearer) = (world.key.clone(), format!("Bearer {}", world.key));
    for headers in [
        vec![("authorization", bearer.as_str())],
        vec![("x-api-key", key.as_str())],
        vec![("authorization", bearer.as_str()), ("x-api-key", key.as_str())],
    ] {
        assert_eq!(ask(&world, &headers).status, 200, "{headers:?}");
    }
    assert_eq!(world.store.touched(), 1, "uses within some seconds are written down once");
}

#[test]
fn every_other_key_is_refused_in_the_shape_of_the_dialect() {
    let mut world = World::new();
    let revoked = world.new_key("billing", Environment::Dev, None);
    world.revoke(&revoked);
    let expired = world.new_key("billing", Environment::Dev, Some(NOW_MS - 1));
    let unknown = store::mint_app_key(Environment::Dev, [200; 32]);
    let mut mistyped = world.key.clone();
    mistyped.pop();
    let bearer = |key: &str| format!("Bearer {key}");
    let ours = bearer(&world.key);
    type Case<'a> = (Vec<(&'a str, String)>, u16, &'a str);
    let cases: Vec<Case<'_>> = vec![
        (vec![], 401, "app_key_missing"),
        (vec![("authorization", bearer(revoked.expose()))], 401, "invalid_api_key"),
        (vec![("authorization", bearer(expired.expose()))], 401, "invalid_api_key"),
        (vec![("authorization", bearer(unknown.expose()))], 401, "invalid_api_key"),
        (vec![("authorization", bearer(&mistyped))], 401, "app_key_malformed"),
        (vec![("authorization", bearer("not-a-key-of-ours"))], 401, "app_key_malformed"),
        (vec![("authorization", "Basic abc".to_owned())], 401, "app_key_malformed"),
        (
            vec![("authorization", ours.clone()), ("x-api-key", unknown.expose().to_owned())],
            401,
            "app_keys_differ",
        ),
        (vec![("authorization", ours.clone()), ("authorization", ours.clone())], 400, "header_repeated"),
        (vec![("x-api-key", world.key.clone()), ("x-api-key", world.key.clone())], 400, "header_repeated"),
    ];
    for (headers, status, code) in &cases {
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let reply = ask(&world, &headers);
        assert_eq!((reply.status, reply.code().as_str()), (*status, *code), "{headers:?}");
        assert_eq!(reply.header("x-should-retry"), Some("false"));
        for (_, value) in &headers {
            assert!(!reply.body.contains(value), "{reply:?}");
        }
    }
    let bodies: Vec<String> = [&revoked, &expired, &unknown]
        .map(|key| {
            let reply = ask(&world, &[("x-api-key", key.expose())]);
            reply.body.replace(reply.header("x-request-id").unwrap(), "")
        })
        .to_vec();
    assert!(bodies.iter().all(|body| *body == bodies[0]), "what a key is tells nothing: {bodies:?}");
    assert!(world.echo_saw().is_empty());
}

#[test]
fn a_key_of_the_future_clock_expires() {
    let mut world = World::new();
    let key = world.new_key("billing", Environment::Dev, Some(NOW_MS + 1000));
    assert_eq!(ask(&world, &[("x-api-key", key.expose())]).status, 200);
    world.set_now(NOW_MS + 1000);
    assert_eq!(ask(&world, &[("x-api-key", key.expose())]).status, 401);
}

#[test]
fn no_body_is_read_without_a_valid_key() {
    use std::io::Write;
    let world = World::new();
    let mut stream = connected(world.address());
    stream
        .write_all(
            b"POST /v1/messages HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 1000\r\n\r\n",
        )
        .unwrap();
    let bytes = rest(&mut stream);
    assert!(bytes.starts_with(b"HTTP/1.1 401 "), "{}", String::from_utf8_lossy(&bytes));
}

#[test]
fn a_provider_key_serves_app_keys_of_its_own_environment_only() {
    let provider = Provider::start(json("200 OK", "", CHAT));
    let mut world = World::with(Spec {
        upstream: Some(provider.address),
        provider_keys: vec![("pk-of-dev", Environment::Dev), ("pk-of-prod", Environment::Prod)],
        ..Spec::default()
    });
    let body = br#"{"model":"m-1","messages":[{"role":"user","content":"hi"}]}"#;
    for (environment, expected) in [
        (Environment::Dev, Some("Bearer pk-of-dev")),
        (Environment::Prod, Some("Bearer pk-of-prod")),
        (Environment::Staging, None),
    ] {
        let key = world.new_key("billing", environment, None);
        let bytes = request("POST", "/v1/chat/completions", &[("x-api-key", key.expose())], body);
        let before = provider.came().len();
        let reply = parsed(&exchanged(world.address(), &bytes));
        let came = provider.came();
        let sent = came.get(before).and_then(|came| came.header("authorization"));
        assert_eq!(sent, expected, "{environment} {reply:?}");
        if expected.is_none() {
            assert_eq!((reply.status, reply.code().as_str()), (403, "provider_key_missing"));
            assert!(reply.body.contains("ACME_KEY"));
        }
        assert!(!reply.body.contains("pk-of"));
    }
}
