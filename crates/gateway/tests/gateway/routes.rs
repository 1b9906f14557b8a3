//! What is served, and how everything else is refused.

use serde_json::json;

use crate::client::{exchanged, parsed, request};
use crate::world::World;

#[test]
fn what_is_no_route_is_refused() {
    let world = World::new();
    let body = br#"{"model":"echo","messages":[]}"#;
    for path in [
        "/",
        "/v1/embeddings",
        "/v1/chat/completions/",
        "/v1//chat/completions",
        "/v1/chat%2fcompletions",
        "/V1/chat/completions",
        "/v1/chat/completions;x",
        "/healthz",
        "/metrics",
    ] {
        let reply = world.ask("POST", path, &[], body);
        assert_eq!((reply.status, reply.code().as_str()), (404, "unknown_route"), "{path}");
        assert_eq!(reply.header("x-should-retry"), Some("false"));
    }
    assert!(world.echo_saw().is_empty());
    assert_eq!(world.store.refusals().len(), 9);
}

#[test]
fn another_method_is_refused_with_the_one_that_is_taken() {
    let world = World::new();
    for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
        let reply = world.ask(method, "/v1/messages", &[], b"");
        assert_eq!(reply.status, 405, "{method}");
        assert_eq!(reply.header("allow"), Some("POST"), "{method}");
        assert_eq!(reply.json()["type"], "error", "{method}");
    }
}

#[test]
fn every_answer_carries_an_id_where_clients_look_for_it() {
    let world = World::new();
    for reply in [
        world.chat("echo", "hi"),
        world.ask("GET", "/v1/none", &[], b""),
        world.ask("GET", "/v1/models", &[], b""),
    ] {
        let id = reply.header("x-cordon-request-id").unwrap().to_owned();
        assert_eq!(reply.header("x-request-id"), Some(id.as_str()));
        assert_eq!(reply.header("request-id"), Some(id.as_str()));
    }
}

#[test]
fn models_are_those_of_the_app_in_the_shape_of_the_dialect() {
    let world = World::new();
    let reply = world.ask("GET", "/v1/models", &[], b"");
    assert_eq!(
        reply.json(),
        json!({"object": "list", "data": [
        {"id": "echo", "object": "model", "created": 0, "owned_by": "echo"}]})
    );
    let reply = world.ask("GET", "/v1/models", &[("anthropic-version", "2023-06-01")], b"");
    assert_eq!(
        (reply.json()["data"][0]["type"].as_str(), reply.json()["last_id"].as_str()),
        (Some("model"), Some("echo"))
    );
    assert_eq!(world.ask("GET", "/v1/models/echo", &[], b"").json()["id"], "echo");
    let reply = world.ask("GET", "/v1/models/none-such", &[], b"");
    assert_eq!((reply.status, reply.code().as_str()), (404, "model_not_found"));
    assert!(!reply.body.contains("none-such"));
}

#[test]
fn a_target_beyond_its_bound_is_refused() {
    let world = World::new();
    let path = format!("/v1/chat/completions?beta={}", "a".repeat(9000));
    assert_eq!(world.ask("POST", &path, &[], b"{}").status, 414);
}

#[test]
fn refusals_of_callers_without_a_key_do_not_fill_the_ledger() {
    let world = World::new();
    for _ in 0..120 {
        let bytes = exchanged(world.address(), &request("POST", "/v1/messages", &[], b"{}"));
        assert_eq!(parsed(&bytes).status, 401);
    }
    assert_eq!(world.store.refusals().len(), 50);
}
