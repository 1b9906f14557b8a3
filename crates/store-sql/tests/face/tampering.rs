//! Tampering: somebody with the database file changes it; verification names the first bad record.

use cordon_store_sql::Access;
use ledger::{BadReason, Head};
use store::LedgerStore;

use crate::world::{World, intent, verified};

const RECORDS: u64 = 40;

async fn filled(world: &World) -> Head {
    let store = world.open();
    for number in 0..RECORDS {
        store.append(intent(number)).await.unwrap();
    }
    store.head().await.unwrap()
}

/// Runs `sql` on a good ledger; expects verification to name `index` for a reason of the kind that `is_reason` knows.
async fn check(sql: &str, index: u64, is_reason: fn(&BadReason) -> bool) {
    let world = World::new();
    let head = filled(&world).await;
    world.raw().execute_batch(sql).unwrap();
    let bad = verified(&world.try_open(Access::Read).unwrap(), Some(head)).await.first_bad.unwrap();
    assert_eq!(bad.index, index, "{sql}: {bad:?}");
    assert!(is_reason(&bad.reason), "{sql}: {bad:?}");
}

#[tokio::test]
async fn a_changed_leaf_is_named() {
    let flip =
        "UPDATE ledger SET leaf = CAST(replace(leaf, 'openai-eu', 'openai-us') AS BLOB) WHERE idx = 17";
    check(flip, 17, |reason| matches!(reason, BadReason::Leaf)).await;
    check("UPDATE ledger SET leaf = x'' WHERE idx = 17", 17, |reason| matches!(reason, BadReason::Leaf))
        .await;
}

#[tokio::test]
async fn a_changed_digest_or_root_is_named() {
    check("UPDATE ledger SET leaf_hash = zeroblob(32) WHERE idx = 3", 3, |reason| {
        matches!(reason, BadReason::Leaf)
    })
    .await;
    check("UPDATE ledger SET leaf_hash = x'00' WHERE idx = 3", 3, |reason| matches!(reason, BadReason::Leaf))
        .await;
    check("UPDATE ledger SET root = zeroblob(32) WHERE idx = 3", 3, |reason| {
        matches!(reason, BadReason::Root)
    })
    .await;
}

#[tokio::test]
async fn a_dropped_record_is_named() {
    check("DELETE FROM ledger WHERE idx = 5", 5, |reason| matches!(reason, BadReason::Index { found: 6 }))
        .await;
    let closed_up = "DELETE FROM ledger WHERE idx = 5; UPDATE ledger SET idx = -idx WHERE idx > 5;
                     UPDATE ledger SET idx = -idx - 1 WHERE idx < 0; UPDATE ledger_head SET size = size - 1";
    check(closed_up, 5, |reason| matches!(reason, BadReason::Root)).await;
}

#[tokio::test]
async fn moved_records_are_named() {
    let swap = "UPDATE ledger SET idx = 1000 WHERE idx = 8; UPDATE ledger SET idx = 8 WHERE idx = 9;
                UPDATE ledger SET idx = 9 WHERE idx = 1000";
    check(swap, 8, |reason| matches!(reason, BadReason::Root)).await;
}

#[tokio::test]
async fn a_doubled_record_is_named() {
    let copy = "UPDATE ledger SET (leaf, leaf_hash) = (SELECT leaf, leaf_hash FROM ledger WHERE idx = 20) WHERE idx = 21";
    check(copy, 21, |reason| matches!(reason, BadReason::Root)).await;
}

#[tokio::test]
async fn a_cut_tail_is_found_against_the_head_that_is_kept_and_one_that_was_written_down() {
    let cut = "DELETE FROM ledger WHERE idx >= 30";
    check(cut, 30, |reason| matches!(reason, BadReason::Missing { size: RECORDS })).await;
    let cut_with_head = "DELETE FROM ledger WHERE idx >= 30;
                         UPDATE ledger_head SET size = 30, root = (SELECT root FROM ledger WHERE idx = 29)";
    check(cut_with_head, 30, |reason| matches!(reason, BadReason::Missing { size: RECORDS })).await;
}

#[tokio::test]
async fn an_appended_forgery_is_named() {
    let forged = "INSERT INTO ledger SELECT 40, time_ms, kind, app, exchange, leaf_hash, root, leaf FROM ledger WHERE idx = 39";
    check(forged, 40, |reason| matches!(reason, BadReason::Root)).await;
}

#[tokio::test]
async fn a_record_that_was_put_beside_the_ledger_is_named() {
    // Somebody who knows the tree adds a record that fits it, but does not move the head.
    let world = World::new();
    let head = filled(&world).await;
    let longer = World::new();
    let store = longer.open();
    for number in 0..=RECORDS {
        store.append(intent(number)).await.unwrap();
    }
    drop(store);
    let attach = format!("ATTACH '{}' AS longer", longer.path().display());
    world
        .raw()
        .execute_batch(&format!(
            "{attach}; INSERT INTO ledger SELECT * FROM longer.ledger WHERE idx = {RECORDS}"
        ))
        .unwrap();
    let bad = verified(&world.try_open(Access::Read).unwrap(), Some(head)).await.first_bad.unwrap();
    assert_eq!((bad.index, bad.reason), (RECORDS, BadReason::Beyond { size: RECORDS }));
}

#[tokio::test]
async fn a_row_with_an_index_that_no_record_has_is_named() {
    let hidden = "INSERT INTO ledger SELECT -1, time_ms, kind, app, exchange, leaf_hash, root, leaf FROM ledger WHERE idx = 39";
    check(hidden, 0, |reason| matches!(reason, BadReason::Index { .. })).await;
}

#[tokio::test]
async fn a_record_that_was_hidden_from_looking_it_up_is_named() {
    for column in
        ["app = 'elsewhere'", "app = NULL", "exchange = 'ex'", "time_ms = -1", "time_ms = 1", "kind = 'x'"]
    {
        let hide = format!("UPDATE ledger SET {column} WHERE idx = 12");
        check(&hide, 12, |reason| matches!(reason, BadReason::Copies)).await;
    }
}

#[tokio::test]
async fn a_head_that_is_gone_is_found() {
    check("DELETE FROM ledger_head", 0, |reason| matches!(reason, BadReason::Beyond { size: 0 })).await;
}

#[tokio::test]
async fn a_ledger_that_was_written_anew_is_found_against_a_head_that_was_written_down() {
    let world = World::new();
    let head = filled(&world).await;
    let other = World::new();
    let store = other.open();
    for number in 0..RECORDS + 5 {
        store.append(intent(if number == 11 { 999 } else { number })).await.unwrap();
    }
    assert_eq!(verified(&store, None).await.first_bad, None, "it fits itself");
    let bad = verified(&store, Some(head)).await.first_bad.unwrap();
    assert_eq!(bad.reason, BadReason::Head { size: RECORDS });
}

#[tokio::test]
async fn an_untouched_ledger_verifies() {
    let world = World::new();
    let head = filled(&world).await;
    let verification = verified(&world.try_open(Access::Read).unwrap(), Some(head)).await;
    assert_eq!((verification.size, verification.root, verification.first_bad), (RECORDS, head.root, None));
}
