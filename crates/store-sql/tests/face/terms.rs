//! Exact terms: sealed before they come, gone when they are removed.

use store::{KeyStore, SealContext, Sealer, StoreError, TermRecord, TermStore};
use types::AppName;

use crate::world::{World, root};

pub(crate) const SECRET: &[u8] = b"Project Heron Meadow";

pub(crate) fn term(app: &str, id: &str, created_ms: u64) -> TermRecord {
    let app = AppName::new(app);
    let sealed = Sealer::new(&root()).seal(SealContext { purpose: "term", app: &app, id }, SECRET, [9; 12]);
    TermRecord { id: id.into(), app, label: "projects".into(), sealed: sealed.unwrap(), created_ms }
}

#[tokio::test]
async fn terms_come_back_for_their_app_only() {
    let world = World::new();
    let store = world.open();
    store.put(term("billing", "b2", 2)).await.unwrap();
    store.put(term("billing", "b1", 1)).await.unwrap();
    store.put(term("support", "s1", 1)).await.unwrap();
    let terms = store.terms(AppName::new("billing")).await.unwrap();
    assert_eq!(terms, [term("billing", "b1", 1), term("billing", "b2", 2)]);
    let context = SealContext { purpose: "term", app: &terms[0].app, id: &terms[0].id };
    assert_eq!(Sealer::new(&root()).open(context, &terms[0].sealed).unwrap().expose(), SECRET);
}

#[tokio::test]
async fn a_term_replaces_its_former_self_and_never_that_of_another_app() {
    let world = World::new();
    let store = world.open();
    store.put(term("billing", "t", 1)).await.unwrap();
    store.put(term("billing", "t", 5)).await.unwrap();
    assert!(matches!(store.put(term("support", "t", 6)).await, Err(StoreError::Exists { what: "term" })));
    assert_eq!(store.terms(AppName::new("billing")).await.unwrap(), [term("billing", "t", 5)]);
}

#[tokio::test]
async fn a_removed_term_is_gone_and_the_revision_says_so() {
    let world = World::new();
    let store = world.open();
    store.put(term("billing", "t", 1)).await.unwrap();
    let before = store.revision().await.unwrap();
    assert!(!store.remove(AppName::new("support"), "t".into()).await.unwrap());
    assert!(store.remove(AppName::new("billing"), "t".into()).await.unwrap());
    assert_eq!(store.terms(AppName::new("billing")).await.unwrap(), []);
    assert_ne!(store.revision().await.unwrap(), before);
}

#[tokio::test]
async fn no_term_stands_in_the_files_in_clear() {
    let world = World::new();
    let store = world.open();
    store.put(term("billing", "t", 1)).await.unwrap();
    for name in ["cordon.db", "cordon.db-wal"] {
        let bytes = std::fs::read(world.path().with_file_name(name)).unwrap();
        assert!(!bytes.windows(5).any(|window| window == b"Heron"), "{name}");
    }
}

#[tokio::test]
async fn the_terms_of_an_app_have_a_limit() {
    let world = World::new();
    let store = world.open();
    let of_bytes = |id: &str, bytes| TermRecord { sealed: vec![0; bytes], ..term("billing", id, 1) };
    store.put(of_bytes("t1", 20 << 20)).await.unwrap();
    assert!(matches!(store.put(of_bytes("t2", 20 << 20)).await, Err(StoreError::TooLong { .. })));
    store.put(of_bytes("t1", 32 << 20)).await.unwrap();
    store.put(term("support", "s1", 1)).await.unwrap();
}
