//! No egress without a record, whatever kills the gateway: SIGKILL in the middle of 1 000 exchanges, in rounds, on one
//! state directory. The moment is chosen by what the provider has received, not by a clock.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cordon_testkit::client::{Ask, ask};
use cordon_testkit::{Answers, Cordon, CordonSpec, MockProvider, Trouble};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const ROUNDS: usize = 20;
const EXCHANGES_A_ROUND: usize = 50;
const AT_ONCE: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_provider_received_is_in_the_ledger_after_every_kill() -> Result<(), Trouble> {
    let mock = MockProvider::start()?;
    mock.answer(Answers::Echo { piece_chars: 4 });
    let spec = CordonSpec { durability: "disk", ..CordonSpec::new("kill-nine", mock.address()) };
    let mut cordon = Cordon::start(spec)?;
    let key = cordon.key("default").to_owned();
    for round in 0..ROUNDS {
        if round > 0 {
            cordon.start_again()?;
        }
        let received = mock.count();
        // A different point of every round: early, late, between.
        let kill_after = received + 1 + (round * 17) % (EXCHANGES_A_ROUND - AT_ONCE);
        let next = Arc::new(AtomicUsize::new(0));
        let mut workers = JoinSet::new();
        for _ in 0..AT_ONCE {
            workers.spawn(work(cordon.address(), key.clone(), round, Arc::clone(&next)));
        }
        while mock.count() < kill_after && !workers.is_empty() {
            if workers.len() < AT_ONCE {
                while workers.try_join_next().is_some() {}
            }
            tokio::task::yield_now().await;
        }
        cordon.kill();
        while workers.join_next().await.is_some() {}
        cordon.run(&["audit", "verify"])?;
    }
    let asked = ROUNDS * EXCHANGES_A_ROUND;
    let records = cordon.records()?;
    let recorded: BTreeSet<&str> = records
        .iter()
        .filter(|record| record.get("kind").and_then(Value::as_str) == Some("intent"))
        .filter_map(|record| record.get("model_sent").and_then(Value::as_str))
        .collect();
    let calls = mock.calls();
    let unrecorded: Vec<String> = calls
        .iter()
        .filter_map(|call| call.json()?.get("model")?.as_str().map(str::to_owned))
        .filter(|model| !recorded.contains(model.as_str()))
        .collect();
    println!("{asked} asked, {} received by the provider, {} intents", calls.len(), recorded.len());
    assert!(calls.len() >= ROUNDS, "the provider received {} calls", calls.len());
    assert!(unrecorded.is_empty(), "received without an intent record: {unrecorded:?}");
    Ok(())
}

async fn work(address: std::net::SocketAddr, key: String, round: usize, next: Arc<AtomicUsize>) {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= EXCHANGES_A_ROUND {
            return;
        }
        let body = json!({
            "model": format!("m-r{round}-n{number}"), "stream": number.is_multiple_of(2),
            "messages": [{"role": "user", "content": format!("write to ada.{number}@quillfen.org about {number}")}]
        });
        // Killed in between, most of these fail: what counts is what the provider saw.
        let _ = ask(address, &Ask::post("/v1/chat/completions", &key, &body)).await;
    }
}
