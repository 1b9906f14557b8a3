//! Opening: who may, with which key, which version, and which files it leaves.

use std::os::unix::fs::PermissionsExt;

use cordon_store_sql::{Access, Options, Sqlite};
use store::{LedgerStore, RootKey, StoreError};

use crate::world::{World, intent};

#[tokio::test]
async fn a_second_writer_is_turned_away_and_let_in_afterwards() {
    let world = World::new();
    let first = world.open();
    assert!(matches!(world.try_open(Access::Write), Err(StoreError::Locked { .. })));
    drop(first);
    world.open().append(intent(0)).await.unwrap();
}

#[tokio::test]
async fn another_root_key_is_refused_whatever_the_access() {
    let world = World::new();
    world.open().append(intent(0)).await.unwrap();
    for access in [Access::Write, Access::Manage, Access::Read] {
        let options = Options { access, ..Options::default() };
        let opened = Sqlite::open(&world.path(), &RootKey::new([8; 32]), options);
        assert!(matches!(opened, Err(StoreError::WrongRootKey)));
    }
    assert_eq!(world.open().head().await.unwrap().size, 1);
}

#[tokio::test]
async fn a_store_whose_root_key_check_is_gone_is_not_given_to_a_new_key() {
    let world = World::new();
    world.open().append(intent(0)).await.unwrap();
    world.raw().execute("DELETE FROM meta", ()).unwrap();
    assert!(matches!(world.try_open(Access::Read), Err(StoreError::Damaged { .. })));
    assert!(matches!(world.try_open(Access::Write), Err(StoreError::Damaged { .. })));
}

#[test]
fn a_reader_does_not_make_a_store() {
    let world = World::new();
    assert!(matches!(world.try_open(Access::Read), Err(StoreError::NotFound { .. })));
    assert!(!world.path().exists());
}

#[tokio::test]
async fn all_files_are_for_the_owner_only_even_if_they_were_not() {
    let world = World::new();
    std::fs::write(world.path(), b"").unwrap();
    std::fs::set_permissions(world.path(), PermissionsExt::from_mode(0o644)).unwrap();
    let store = world.open();
    store.append(intent(0)).await.unwrap();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(world.path().parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["cordon.db", "cordon.db-shm", "cordon.db-wal", "cordon.db.lock"]);
}

#[test]
fn a_newer_store_is_refused_and_left_alone() {
    let world = World::new();
    drop(world.open());
    world.raw().execute("INSERT INTO migration (number, digest) VALUES (999, x'00')", ()).unwrap();
    for access in [Access::Write, Access::Manage, Access::Read] {
        assert!(matches!(world.try_open(access), Err(StoreError::TooNew { found: 999, .. })));
    }
}

#[test]
fn a_store_of_another_history_is_refused() {
    let world = World::new();
    drop(world.open());
    world.raw().execute("UPDATE migration SET digest = zeroblob(32)", ()).unwrap();
    assert!(matches!(world.try_open(Access::Write), Err(StoreError::Damaged { .. })));
}

#[test]
fn a_file_that_is_no_store_is_refused_and_left_alone() {
    let world = World::new();
    let text = "this is not a database, it is a text that somebody put here\n".repeat(100);
    std::fs::write(world.path(), &text).unwrap();
    assert!(matches!(world.try_open(Access::Write), Err(StoreError::Damaged { .. })));
    assert!(matches!(world.try_open(Access::Read), Err(StoreError::Damaged { .. })));
    assert_eq!(std::fs::read_to_string(world.path()).unwrap(), text);
}

#[test]
fn the_database_of_another_program_is_refused() {
    let world = World::new();
    world.raw().execute_batch("CREATE TABLE theirs (x)").unwrap();
    assert!(matches!(world.try_open(Access::Write), Err(StoreError::Damaged { .. })));
}

#[test]
fn a_folder_that_does_not_exist_is_an_error_and_not_a_panic() {
    let world = World::new();
    let path = world.path().join("nowhere/cordon.db");
    let opened = Sqlite::open(&path, &RootKey::new([7; 32]), Options::default());
    assert!(matches!(opened, Err(StoreError::Io { .. })));
}

#[tokio::test]
async fn a_state_directory_behind_a_link_is_a_state_directory() {
    let world = World::new();
    let link = world.path().with_file_name("link");
    std::os::unix::fs::symlink(world.path().parent().unwrap(), &link).unwrap();
    let path = link.join("cordon.db");
    let store = Sqlite::open(&path, &RootKey::new([7; 32]), Options::default()).unwrap();
    store.append(intent(0)).await.unwrap();
    assert!(matches!(world.try_open(Access::Write), Err(StoreError::Locked { .. })), "it is the same store");
}

#[tokio::test]
async fn closing_leaves_one_file_that_can_be_copied() {
    let world = World::new();
    let store = world.open();
    store.append(intent(0)).await.unwrap();
    drop(store);
    assert!(!world.path().with_file_name("cordon.db-wal").exists());
    let copy = World::new();
    std::fs::copy(world.path(), copy.path()).unwrap();
    assert_eq!(copy.open().head().await.unwrap().size, 1);
}
