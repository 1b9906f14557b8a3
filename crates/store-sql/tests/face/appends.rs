//! Appending: receipts, groups, limits and failures.

use cordon_store_sql::Access;
use ledger::{Receipt, Tree, leaf_hash};
use store::{Durability, LedgerStore, StoreError};

use crate::world::{World, all_leaves, intent, outcome, verified};

#[tokio::test]
async fn a_receipt_names_the_place_and_the_digest_of_the_leaf() {
    let world = World::new();
    let store = world.open();
    for number in 0..5 {
        let receipt = store.append(intent(number)).await.unwrap();
        let expected = leaf_hash(&intent(number).leaf().unwrap());
        assert_eq!(receipt, Receipt { index: number, leaf_hash: expected });
    }
}

#[tokio::test]
async fn records_come_back_byte_for_byte_after_opening_again() {
    let world = World::new();
    let store = world.open();
    for number in 0..20 {
        store.append(intent(number)).await.unwrap();
    }
    let before = store.head().await.unwrap();
    drop(store);

    let store = world.open();
    assert_eq!(store.head().await.unwrap(), before);
    let leaves: Vec<_> = all_leaves(&store).await.into_iter().map(|claim| claim.leaf).collect();
    let expected: Vec<_> = (0..20).map(|number| intent(number).leaf().unwrap()).collect();
    assert_eq!(leaves, expected);
    assert_eq!(store.append(intent(20)).await.unwrap().index, 20);
    assert_eq!(verified(&store, Some(before)).await.first_bad, None);
}

#[tokio::test]
async fn the_head_is_the_head_of_the_tree_of_all_leaves() {
    let world = World::new();
    let store = world.open();
    let mut tree = Tree::new();
    assert_eq!(store.head().await.unwrap(), tree.head());
    for number in 0..33 {
        tree.append(store.append(intent(number)).await.unwrap().leaf_hash);
        assert_eq!(store.head().await.unwrap(), tree.head());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn appends_at_the_same_time_get_indices_without_gap_or_double() {
    for durability in Durability::ALL {
        let mut world = World::new();
        world.options.durability = durability;
        let store = world.open();
        let tasks: Vec<_> = (0..64)
            .map(|task| {
                let store = store.clone();
                async move {
                    let mut indices = Vec::new();
                    for round in 0..10 {
                        store.append_later(outcome(task)).unwrap();
                        indices.push(store.append(intent(task * 10 + round)).await.unwrap().index);
                    }
                    indices
                }
            })
            .collect();
        let mut set = tokio::task::JoinSet::new();
        for task in tasks {
            set.spawn(task);
        }
        let mut indices: Vec<u64> = set.join_all().await.into_iter().flatten().collect();
        indices.sort_unstable();
        indices.dedup();
        assert_eq!(indices.len(), 640);
        store.flush().await.unwrap();
        let verification = verified(&store, None).await;
        assert_eq!((verification.size, verification.first_bad), (1_280, None));
        let activity = store.activity();
        assert_eq!((activity.records, activity.failed_groups, activity.waiting), (1_280, 0, 0));
        assert!(activity.groups < 640, "{activity:?}");
    }
}

#[tokio::test]
async fn an_outcome_that_nobody_waits_for_is_there_after_a_flush() {
    let world = World::new();
    let store = world.open();
    store.append_later(outcome(1)).unwrap();
    store.flush().await.unwrap();
    assert_eq!(store.head().await.unwrap().size, 1);
}

#[tokio::test]
async fn closing_writes_what_is_queued() {
    let world = World::new();
    let store = world.open();
    for number in 0..100 {
        store.append_later(outcome(number)).unwrap();
    }
    drop(store);
    assert_eq!(world.open().head().await.unwrap().size, 100);
}

#[tokio::test]
async fn beyond_the_limit_appends_are_refused_at_once_and_outcomes_still_fit() {
    let mut world = World::new();
    world.options.queue_records_max = 2;
    world.options.group_records_max = 1;
    let store = world.open();
    // Another program holds the database, so that nothing gets on.
    let holder = world.raw();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let waiting: Vec<_> = (0..2).map(|number| store.append(intent(number))).collect();
    let refused = store.append(intent(2)).await;
    assert!(matches!(refused, Err(StoreError::Busy { waiting: 2 })), "{refused:?}");
    store.append_later(outcome(0)).unwrap();
    store.append_later(outcome(1)).unwrap();
    assert!(matches!(store.append_later(outcome(2)), Err(StoreError::Busy { waiting: 4 })));
    for answer in waiting {
        assert!(matches!(answer.await, Err(StoreError::Held)));
    }

    holder.execute_batch("COMMIT").unwrap();
    store.flush().await.unwrap();
    assert_eq!(store.append(intent(3)).await.unwrap().index, 2, "both outcomes were kept");
    assert_eq!(verified(&store, None).await.first_bad, None);
}

#[tokio::test]
async fn who_does_not_wait_any_more_does_no_harm() {
    let world = World::new();
    let store = world.open();
    for number in 0..50 {
        drop(store.append(intent(number)));
    }
    store.append(intent(50)).await.unwrap();
    store.flush().await.unwrap();
    assert_eq!(verified(&store, None).await.first_bad, None);
}

#[tokio::test]
async fn a_record_that_cannot_be_spelled_is_refused_and_the_next_one_is_not() {
    let world = World::new();
    let store = world.open();
    let mut record = intent(0);
    if let ledger::Record::Intent(intent) = &mut record {
        intent.app = types::AppName::new("a\u{1}b");
    }
    assert!(matches!(store.append(record).await, Err(StoreError::Record(_))));
    assert_eq!(store.append(intent(1)).await.unwrap().index, 0);
}

#[tokio::test]
async fn only_the_gateway_writes_the_ledger() {
    let world = World::new();
    let gateway = world.open();
    gateway.append(intent(0)).await.unwrap();
    for access in [Access::Manage, Access::Read] {
        let other = world.try_open(access).unwrap();
        assert!(matches!(other.append(intent(1)).await, Err(StoreError::ReadOnly)));
        assert!(matches!(other.append_later(outcome(1)), Err(StoreError::ReadOnly)));
        assert!(matches!(other.ready(), Err(StoreError::ReadOnly)));
        assert_eq!(verified(&other, None).await.size, 1);
    }
    gateway.ready().unwrap();
}

#[tokio::test]
async fn a_ledger_whose_head_somebody_moved_stops_the_writer() {
    let world = World::new();
    let store = world.open();
    store.append(intent(0)).await.unwrap();
    world.raw().execute("UPDATE ledger_head SET size = 7", ()).unwrap();
    assert!(matches!(store.append(intent(1)).await, Err(StoreError::Stopped { .. })));
    assert!(matches!(store.ready(), Err(StoreError::Stopped { .. })));
    assert!(matches!(store.append(intent(2)).await, Err(StoreError::Stopped { .. })));
    assert!(matches!(store.append_later(outcome(2)), Err(StoreError::Stopped { .. })));
    assert!(matches!(store.flush().await, Err(StoreError::Stopped { .. })));
    drop(store);
    assert!(matches!(world.try_open(Access::Write), Err(StoreError::Damaged { .. })));
}

#[tokio::test]
async fn a_long_record_goes_in_and_a_longer_one_does_not() {
    let mut world = World::new();
    world.options.queue_bytes_max = 80_000;
    let store = world.open();
    let with_reasons = |count| {
        let mut record = intent(0);
        if let ledger::Record::Intent(intent) = &mut record {
            intent.reasons = vec![ledger::Name::new("r".repeat(128)); count];
        }
        record
    };
    store.append(with_reasons(480)).await.unwrap();
    assert!(matches!(store.append(with_reasons(500)).await, Err(StoreError::Record(_))));
    assert_eq!(verified(&store, None).await.first_bad, None);
}
