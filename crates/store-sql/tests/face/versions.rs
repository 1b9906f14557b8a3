//! Stores of older programs: `tests/fixtures/` holds one of each version, as SQL that a person can read.

use ledger::Head;
use store::{KeyState, KeyStore, LedgerStore, RecordQuery, SealContext, Sealer, TermStore};
use types::AppName;

use crate::keys::key;
use crate::terms::{SECRET, term};
use crate::world::{World, intent, outcome, refusal, root, verified};

#[tokio::test]
async fn a_store_of_version_1_opens_with_all_that_is_in_it_and_goes_on() {
    let world = World::new();
    world.raw().execute_batch(include_str!("../fixtures/version-1.sql")).unwrap();
    let store = world.open();

    let records = store.recent(RecordQuery::default()).await.unwrap().into_iter();
    let records: Vec<_> = records.map(|found| found.record).collect();
    assert_eq!(records, [refusal(2), outcome(1), intent(2), intent(1), intent(0)]);
    let head: Head = store.head().await.unwrap();
    assert_eq!(verified(&store, Some(head)).await.first_bad, None);

    let keys = store.list().await.unwrap();
    assert_eq!(keys[0], key(1));
    assert_eq!((keys[1].id.clone(), keys[1].state(0)), (key(2).id, KeyState::Revoked));
    let terms = store.terms(AppName::new("billing")).await.unwrap();
    assert_eq!(terms, [term("billing", "t1", 5)]);
    let context = SealContext { purpose: "term", app: &terms[0].app, id: &terms[0].id };
    assert_eq!(Sealer::new(&root()).open(context, &terms[0].sealed).unwrap().expose(), SECRET);

    assert_eq!(store.append(intent(9)).await.unwrap().index, 5);
    assert_eq!(verified(&store, Some(head)).await.first_bad, None);
}
