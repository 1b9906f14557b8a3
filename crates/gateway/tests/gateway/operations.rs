//! Operations: health, readiness, reload and stop.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::client::{Reply, connected, exchanged, parsed, request, rest};
use crate::provider::{CHAT, Provider, json};
use crate::stores::Damage;
use crate::world::{Spec, World, rules, until};

fn admin(world: &World, path: &str) -> Reply {
    parsed(&exchanged(world.running().admin_address(), &request("GET", path, &[], b"")))
}

fn until_ready(world: &World) {
    until(|| world.running().is_ready());
}

#[test]
fn ready_means_that_a_canary_came_back_and_the_ledger_can_be_written() {
    let world = World::new();
    assert_eq!(admin(&world, "/healthz").status, 200);
    until_ready(&world);
    assert_eq!(admin(&world, "/readyz").json(), serde_json::json!({"ready": true, "faults": []}));
    world.store.is_down.store(true, Ordering::SeqCst);
    let reply = admin(&world, "/readyz");
    assert_eq!((reply.status, reply.body.contains("ledger")), (503, true));
    assert!(world.store.records().is_empty(), "the canary leaves no record");
    assert!(world.echo_saw().is_empty(), "the canary is seen by its own echo only");
}

#[test]
fn on_loopback_operations_answer_to_loopback_names_only() {
    let world = World::new();
    for (host, status) in [
        ("localhost:1", 200),
        ("127.0.0.1", 200),
        ("[::1]:8788", 200),
        ("evil.example", 403),
        ("10.0.0.1", 403),
        ("", 403),
    ] {
        let bytes = format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        assert_eq!(
            parsed(&exchanged(world.running().admin_address(), bytes.as_bytes())).status,
            status,
            "{host}"
        );
    }
}

#[test]
fn operations_serve_three_pages_and_get_only() {
    let world = World::new();
    assert_eq!(admin(&world, "/").status, 404);
    assert_eq!(admin(&world, "/v1/models").status, 404);
    let bytes = request("POST", "/healthz", &[], b"");
    assert_eq!(parsed(&exchanged(world.running().admin_address(), &bytes)).status, 405);
}

#[test]
fn a_reload_takes_effect_with_the_next_request_or_not_at_all() {
    let (first, second) =
        (Provider::start(json("200 OK", "", CHAT)), Provider::start(json("200 OK", "", CHAT)));
    let world = World::with(Spec { upstream: Some(first.address), ..Spec::default() });
    assert_eq!(world.chat("m-1", "hi").status, 200);
    let moved = rules(&Spec { upstream: Some(second.address), ..Spec::default() });
    world.runtime.block_on(world.running().reload(moved)).unwrap();
    assert_eq!(world.chat("m-1", "hi").status, 200);
    assert_eq!((first.came().len(), second.came().len()), (1, 1));
    let mut broken = rules(&Spec::default());
    broken.deployments.push(broken.deployments[0].clone());
    assert!(world.runtime.block_on(world.running().reload(broken)).is_err());
    assert_eq!(world.chat("m-1", "hi").status, 200);
    assert_eq!(second.came().len(), 2);
}

#[test]
fn a_stop_lets_an_answer_end_and_takes_no_more_requests() {
    use std::io::Read;
    let mut world = World::new();
    let body = br#"{"model":"echo","messages":[{"role":"user","content":"hi"}]}"#;
    let mut stream = connected(world.address());
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        world.key,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    let address = world.address();
    let mut idle = connected(address);
    let running = world.take_running();
    let stopping = world.runtime.spawn(running.shutdown());
    assert!(rest(&mut idle).is_empty(), "a connection without a request ends at once");
    stream.write_all(body).unwrap();
    let reply = parsed(&rest(&mut stream));
    assert_eq!(reply.status, 200, "{reply:?}");
    world.runtime.block_on(stopping).unwrap();
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn a_ledger_whose_head_does_not_verify_lets_nothing_out() {
    for damage in [Damage::NoHead, Damage::Root, Damage::Longer, Damage::Shorter, Damage::Leaf] {
        for is_long in [false, true] {
            let spec = Spec::default();
            if is_long {
                let world = World::with(Spec { store: Arc::clone(&spec.store), ..Spec::default() });
                assert_eq!(world.chat("echo", "hi").status, 200);
                assert_eq!(world.chat("echo", "hi").status, 200);
            } else if matches!(damage, Damage::Shorter | Damage::Leaf) {
                continue;
            }
            *spec.store.damage.lock().unwrap() = Some(damage);
            let kept = spec.store.records().len();
            let world = World::with(spec);
            for _ in 0..3 {
                let reply = world.chat("echo", "hi");
                assert_eq!((reply.status, reply.code().as_str()), (503, "ledger_unavailable"), "{damage:?}");
            }
            assert_eq!(world.ask("GET", "/v1/nowhere", &[], b"").status, 404);
            assert!(world.echo_saw().is_empty(), "{damage:?}");
            assert_eq!(world.store.records().len(), kept, "{damage:?}");
            assert!(!world.running().is_ready());
            assert!(admin(&world, "/readyz").body.contains("the head of the ledger does not verify"));
        }
    }
}

#[test]
fn a_ledger_that_was_written_before_is_written_on() {
    let spec = Spec::default();
    let store = Arc::clone(&spec.store);
    drop(World::with(spec));
    for _ in 0..3 {
        let world = World::with(Spec { store: Arc::clone(&store), ..Spec::default() });
        assert_eq!(world.chat("echo", "hi").status, 200);
        until_ready(&world);
    }
    assert_eq!(store.intents(), 3);
}
