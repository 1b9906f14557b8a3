//! Looking records up: by app, exchange, kind, time, and in pages.

use cordon_store_sql::Sqlite;
use ledger::{Kind, Record};
use store::{LedgerStore, RecordQuery};
use types::AppName;

use crate::world::{World, exchange, intent, outcome, refusal};

async fn check(store: &Sqlite, query: RecordQuery, expected: &[u64]) {
    let found: Vec<_> = store.recent(query).await.unwrap().into_iter().map(|record| record.index).collect();
    assert_eq!(found, expected);
}

/// Indices 0–9 intents (times 1000–1009), 10–14 outcomes (2000–2004), 15 and 16 refusals (3000, 3001).
async fn filled(world: &World) -> std::sync::Arc<Sqlite> {
    let store = world.open();
    for record in (0..10).map(intent).chain((0..5).map(outcome)).chain((0..2).map(refusal)) {
        store.append(record).await.unwrap();
    }
    store
}

#[tokio::test]
async fn each_condition_selects_and_the_newest_come_first() {
    let world = World::new();
    let store = filled(&world).await;
    let all = RecordQuery::default;
    check(&store, RecordQuery { limit: 3, ..all() }, &[16, 15, 14]).await;
    check(&store, RecordQuery { exchange: Some(exchange(1)), ..all() }, &[16, 11, 1]).await;
    check(&store, RecordQuery { app: Some(AppName::new("support")), ..all() }, &[9, 7, 5, 3, 1]).await;
    check(&store, RecordQuery { kind: Some(Kind::Refusal), ..all() }, &[16, 15]).await;
    check(&store, RecordQuery { kind: Some(Kind::Outcome), limit: 2, ..all() }, &[14, 13]).await;
    check(&store, RecordQuery { since_ms: Some(1_008), until_ms: Some(2_001), ..all() }, &[10, 9, 8]).await;
    check(&store, RecordQuery { app: Some(AppName::new("nobody")), ..all() }, &[]).await;
    let both = RecordQuery { exchange: Some(exchange(2)), app: Some(AppName::new("billing")), ..all() };
    check(&store, RecordQuery { kind: Some(Kind::Intent), ..both.clone() }, &[2]).await;
    check(&store, RecordQuery { kind: Some(Kind::Refusal), ..both }, &[]).await;
}

#[tokio::test]
async fn pages_join_without_gap_or_double() {
    let world = World::new();
    let store = filled(&world).await;
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = store.recent(RecordQuery { before, limit: 4, ..RecordQuery::default() }).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.index);
        seen.extend(page.iter().map(|record| record.index));
    }
    assert_eq!(seen, (0..17).rev().collect::<Vec<_>>());
    let beyond = RecordQuery { before: Some(99), ..RecordQuery::default() };
    check(&store, beyond, &[]).await;
}

#[tokio::test]
async fn records_of_equal_and_of_earlier_times_keep_their_place_in_pages() {
    let world = World::new();
    let store = world.open();
    // The clock stands still, then goes back.
    for time_ms in [50, 50, 50, 40, 60] {
        let mut record = intent(0);
        if let Record::Intent(intent) = &mut record {
            intent.time_ms = time_ms;
        }
        store.append(record).await.unwrap();
    }
    check(&store, RecordQuery::default(), &[4, 2, 1, 0, 3]).await;
    check(&store, RecordQuery { before: Some(1), ..RecordQuery::default() }, &[0, 3]).await;
}

#[tokio::test]
async fn records_come_back_as_they_were_appended() {
    let world = World::new();
    let store = filled(&world).await;
    let query = RecordQuery { exchange: Some(exchange(1)), ..RecordQuery::default() };
    let records: Vec<_> = store.recent(query).await.unwrap().into_iter().map(|found| found.record).collect();
    assert_eq!(records, [refusal(1), outcome(1), intent(1)]);
}

#[tokio::test]
async fn no_question_takes_the_store_to_its_knees() {
    let world = World::new();
    let store = filled(&world).await;
    let strange = RecordQuery {
        app: Some(AppName::new("'; DROP TABLE ledger; --")),
        exchange: Some(exchange(1)),
        kind: None,
        since_ms: Some(u64::MAX),
        until_ms: Some(0),
        before: Some(u64::MAX),
        limit: u32::MAX,
    };
    check(&store, strange, &[]).await;
    check(&store, RecordQuery { limit: 0, ..RecordQuery::default() }, &[]).await;
    assert_eq!(store.leaves(u64::MAX, u32::MAX).await.unwrap(), []);
    assert_eq!(store.leaves(0, 0).await.unwrap(), []);
}
