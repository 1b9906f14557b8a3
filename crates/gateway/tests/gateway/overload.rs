//! Overload and trouble of our own: refused at once, before the body is read, and to be tried again.

use std::io::Write;
use std::sync::atomic::Ordering;

use cordon_gateway::ServerLimits;

use crate::client::{Reply, connected, parsed, rest};
use crate::world::{NOW_MS, Spec, World};

fn head(world: &World, length: usize) -> String {
    format!(
        "POST /v1/messages HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: {}\r\nexpect: 100-continue\r\ncontent-length: {length}\r\n\r\n",
        world.key
    )
}

/// Sends a head only; what comes back came without the body.
fn ask_without_body(world: &World, length: usize) -> Reply {
    let mut stream = connected(world.address());
    stream.write_all(head(world, length).as_bytes()).unwrap();
    parsed(&rest(&mut stream))
}

fn check_is_ours(reply: &Reply) {
    assert_eq!(reply.status, 503, "{reply:?}");
    assert_eq!(reply.header("retry-after"), Some("1"));
    assert_eq!(reply.header("x-should-retry"), None);
    assert_eq!(reply.json()["error"]["type"], "overloaded_error");
}

fn with_limits(limits: ServerLimits) -> World {
    World::with(Spec::limited(limits))
}

#[test]
fn beyond_the_number_of_requests_at_once_the_next_one_is_refused() {
    use std::io::Read;
    let world = with_limits(ServerLimits { concurrency_max: 1, ..ServerLimits::default() });
    let body = br#"{"model":"echo","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#;
    let mut first = connected(world.address());
    first.write_all(head(&world, body.len()).as_bytes()).unwrap();
    let mut interim = [0; 25];
    first.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    check_is_ours(&ask_without_body(&world, body.len()));
    first.write_all(body).unwrap();
    assert_eq!(parsed(&rest(&mut first)).status, 200);
    assert_eq!(world.store.refusals(), ["overloaded"]);
}

#[test]
fn refusals_because_of_overload_do_not_fill_the_ledger() {
    let world = with_limits(ServerLimits { bodies_bytes_max: 10 << 10, ..ServerLimits::default() });
    for _ in 0..60 {
        check_is_ours(&ask_without_body(&world, 20 << 10));
    }
    assert_eq!(world.store.refusals().len(), 50);
    world.set_now(NOW_MS + 1000);
    check_is_ours(&ask_without_body(&world, 20 << 10));
    assert_eq!(world.store.refusals().len(), 51);
}

#[test]
fn bodies_that_are_too_many_bytes_together_are_refused() {
    let world = with_limits(ServerLimits { bodies_bytes_max: 10 << 10, ..ServerLimits::default() });
    check_is_ours(&ask_without_body(&world, 20 << 10));
    assert_eq!(world.store.refusals(), ["overloaded"]);
    assert_eq!(world.chat("echo", "hi").status, 200);
}

#[test]
fn while_the_ledger_cannot_be_written_no_body_is_read() {
    let world = World::new();
    world.store.is_down.store(true, Ordering::SeqCst);
    check_is_ours(&ask_without_body(&world, 100));
    assert!(!world.running().is_ready());
    assert!(world.store.records().is_empty(), "a ledger that takes nothing is not asked");
    world.store.is_down.store(false, Ordering::SeqCst);
    assert_eq!(world.chat("echo", "hi").status, 200);
}

#[test]
fn a_ledger_that_is_busy_refuses_and_nothing_leaves() {
    let world = World::new();
    world.store.is_busy.store(true, Ordering::SeqCst);
    let reply = world.chat("echo", "hi");
    assert_eq!((reply.status, reply.code().as_str()), (503, "ledger_unavailable"));
    assert!(world.echo_saw().is_empty());
}
