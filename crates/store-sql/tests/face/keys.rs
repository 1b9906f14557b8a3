//! App keys: kept as hashes, revoked for ever, seen by the other programs.

use cordon_store_sql::Access;
use store::{AppKeyHasher, AppKeyRecord, KeyState, KeyStore, LedgerStore, StoreError, mint_app_key};
use types::{AppName, Environment};

use crate::world::{World, intent, root};

pub(crate) fn key(seed: u8) -> AppKeyRecord {
    let key = mint_app_key(Environment::Dev, [seed; 32]);
    AppKeyHasher::new(&root()).record(&key, AppName::new("billing"), u64::from(seed), Some(9_000)).unwrap()
}

#[tokio::test]
async fn a_key_comes_back_as_it_was_kept() {
    let world = World::new();
    let store = world.open();
    store.create(key(2)).await.unwrap();
    store.create(key(1)).await.unwrap();
    assert_eq!(store.find(key(1).id).await.unwrap(), Some(key(1)));
    assert_eq!(store.find(key(3).id).await.unwrap(), None);
    assert_eq!(store.list().await.unwrap(), [key(1), key(2)]);
    drop(store);
    assert_eq!(world.open().list().await.unwrap(), [key(1), key(2)]);
}

#[tokio::test]
async fn a_key_is_kept_once() {
    let world = World::new();
    let store = world.open();
    store.create(key(1)).await.unwrap();
    assert!(matches!(store.create(key(1)).await, Err(StoreError::Exists { what: "key" })));
}

#[tokio::test]
async fn a_revoked_key_stays_revoked_since_the_first_time() {
    let world = World::new();
    let store = world.open();
    store.create(key(1)).await.unwrap();
    assert!(store.revoke(key(1).id, 500).await.unwrap());
    assert!(!store.revoke(key(1).id, 600).await.unwrap());
    assert!(!store.revoke(key(2).id, 600).await.unwrap());
    let kept = store.find(key(1).id).await.unwrap().unwrap();
    assert_eq!((kept.revoked_ms, kept.state(0)), (Some(500), KeyState::Revoked));
}

#[tokio::test]
async fn a_key_that_another_program_makes_or_revokes_is_seen() {
    let world = World::new();
    let gateway = world.open();
    let before = gateway.revision().await.unwrap();
    let command = world.try_open(Access::Manage).unwrap();
    command.create(key(1)).await.unwrap();
    let created = gateway.revision().await.unwrap();
    assert_ne!(created, before);
    assert_eq!(gateway.find(key(1).id).await.unwrap(), Some(key(1)));
    command.revoke(key(1).id, 5).await.unwrap();
    assert_ne!(gateway.revision().await.unwrap(), created);
    gateway.append(intent(0)).await.unwrap();
    assert_eq!(gateway.find(key(1).id).await.unwrap().unwrap().revoked_ms, Some(5));
}

#[tokio::test]
async fn the_last_use_is_written_with_a_flush_and_never_goes_back() {
    let world = World::new();
    let store = world.open();
    store.create(key(1)).await.unwrap();
    let revision = store.revision().await.unwrap();
    for at_ms in [70, 90, 80] {
        store.touch(&key(1).id, at_ms);
        store.flush().await.unwrap();
    }
    store.touch(&key(9).id, 1);
    store.flush().await.unwrap();
    let kept = store.list().await.unwrap();
    assert_eq!(kept.iter().map(|key| key.last_used_ms).collect::<Vec<_>>(), [Some(90)]);
    assert_eq!(store.revision().await.unwrap(), revision);
}

#[tokio::test]
async fn the_last_use_is_written_when_the_store_is_closed() {
    let world = World::new();
    let store = world.open();
    store.create(key(1)).await.unwrap();
    store.touch(&key(1).id, 90);
    drop(store);
    assert_eq!(world.open().list().await.unwrap()[0].last_used_ms, Some(90));
}

#[tokio::test]
async fn keys_can_be_made_before_the_gateway_ever_ran() {
    let world = World::new();
    world.try_open(Access::Manage).unwrap().create(key(1)).await.unwrap();
    assert_eq!(world.open().list().await.unwrap(), [key(1)]);
}

#[tokio::test]
async fn who_only_reads_makes_no_keys() {
    let world = World::new();
    drop(world.open());
    let reader = world.try_open(Access::Read).unwrap();
    assert!(matches!(reader.create(key(1)).await, Err(StoreError::ReadOnly)));
    assert_eq!(reader.list().await.unwrap(), []);
}

#[tokio::test]
async fn a_key_of_no_known_environment_is_no_key() {
    let world = World::new();
    let store = world.open();
    store.create(key(1)).await.unwrap();
    world.raw().execute("UPDATE app_key SET environment = 'any'", ()).unwrap();
    assert!(matches!(store.find(key(1).id).await, Err(StoreError::Damaged { .. })));
}

#[tokio::test]
async fn no_key_stands_in_the_files() {
    let world = World::new();
    let minted = mint_app_key(Environment::Dev, [3; 32]);
    let store = world.open();
    store.create(key(3)).await.unwrap();
    let secret = minted.expose().split('_').next_back().unwrap().as_bytes()[..20].to_vec();
    for name in ["cordon.db", "cordon.db-wal"] {
        let bytes = std::fs::read(world.path().with_file_name(name)).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{name}");
    }
}
