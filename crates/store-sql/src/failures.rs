//! Tests only: the writer under failures that need a hand inside the store, where those from outside do not reach.

use std::sync::Arc;

use ledger::{Ending, Name, Outcome, Record, Refusal, Verifier};
use store::{LedgerStore, RootKey, StoreError};
use types::{AppName, ExchangeId};

use crate::sqlite::Failure;
use crate::{Options, Sqlite};

fn open(folder: &tempfile::TempDir) -> Arc<Sqlite> {
    Sqlite::open(&folder.path().join("cordon.db"), &RootKey::new([7; 32]), Options::default()).unwrap()
}

/// A record that needs pages of its own.
fn large(number: u64) -> Record {
    let mut refusal =
        Refusal::new(ExchangeId::new(format!("ex-{number}")), number, Name::new("too_large"), 413);
    refusal.reasons = vec![Name::new("r".repeat(128)); 300];
    Record::Refusal(refusal)
}

fn outcome(number: u64) -> Record {
    let exchange = ExchangeId::new(format!("ex-{number}"));
    Record::Outcome(Outcome::new(exchange, number, AppName::new("billing"), Ending::Complete))
}

/// From now on the database may grow by so many pages only: for SQLite the same as a disk that is full.
async fn leave_room(store: &Sqlite, pages: i64) {
    let limited = store.change("limit the file", move |transaction| {
        let used: i64 = transaction.pragma_query_value(None, "page_count", |row| row.get(0))?;
        transaction.pragma_update_and_check(None, "max_page_count", used + pages, |_| Ok(()))?;
        Ok(())
    });
    limited.await.unwrap();
}

async fn assert_in_order(store: &Sqlite, size: u64) {
    let mut verifier = Verifier::new();
    verifier.expect(store.head().await.unwrap());
    for claim in store.leaves(0, 1_000).await.unwrap() {
        verifier.add(&claim);
    }
    let verification = verifier.finish();
    assert_eq!((verification.size, verification.first_bad), (size, None));
}

#[tokio::test]
async fn a_failed_group_leaves_the_head_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.append(large(0)).await.unwrap();
    let head = store.head().await.unwrap();
    leave_room(&store, 3).await;
    for number in 1..4 {
        assert!(matches!(store.append(large(number)).await, Err(StoreError::Full)));
        assert_eq!(store.head().await.unwrap(), head);
    }
    store.ready().unwrap();
    leave_room(&store, 10_000).await;
    assert_eq!(store.append(large(4)).await.unwrap().index, 1);
    assert_in_order(&store, 2).await;
}

#[tokio::test]
async fn outcomes_outlast_a_full_disk_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    leave_room(&store, 3).await;
    for number in 0..200 {
        store.append_later(outcome(number)).unwrap();
    }
    assert!(matches!(store.flush().await, Err(StoreError::Full)));
    store.append_later(outcome(200)).unwrap();
    assert!(matches!(store.flush().await, Err(StoreError::Full)));
    leave_room(&store, 10_000).await;
    store.flush().await.unwrap();
    assert_in_order(&store, 201).await;
    let times = store.leaves(0, 1_000).await.unwrap().into_iter();
    let times = times.map(|claim| Record::parse(&claim.leaf).unwrap().time_ms().unwrap());
    assert!(times.eq(0..201));
}

#[tokio::test]
async fn a_failed_change_stops_nothing_and_a_fatal_one_stops_all() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let failed = store.change::<()>("fail", |transaction| {
        transaction.execute("INSERT INTO nowhere VALUES (1)", ())?;
        Ok(())
    });
    assert!(matches!(failed.await, Err(StoreError::Io { what: "fail", .. })));
    store.append(large(0)).await.unwrap();

    let code = rusqlite::ffi::SQLITE_IOERR_FSYNC;
    let fatal = store.change::<()>("sync", move |_| {
        Err(Failure::Sql(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None)))
    });
    assert!(matches!(fatal.await, Err(StoreError::Io { .. })));
    assert!(matches!(store.append(large(1)).await, Err(StoreError::Stopped { .. })));
    drop(store);

    let store = open(&folder);
    assert_eq!(store.append(large(2)).await.unwrap().index, 1);
    assert_in_order(&store, 2).await;
}

#[tokio::test]
async fn a_writer_that_ends_by_an_error_in_the_program_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let ended = store.change::<()>("panic", |_| panic!("on purpose"));
    let queued: Vec<_> = (0..5).map(|number| store.append(large(number))).collect();
    for answer in queued {
        assert!(matches!(answer.await, Err(StoreError::Stopped { .. } | StoreError::Closed)));
    }
    assert!(matches!(ended.await, Err(StoreError::Stopped { .. } | StoreError::Closed)));
    while store.ready().is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(matches!(store.append(large(1)).await, Err(StoreError::Stopped { .. })));
    assert!(matches!(store.flush().await, Err(StoreError::Stopped { .. })));
    assert_eq!(store.head().await.unwrap().size, 0, "what is kept can still be read");
}
