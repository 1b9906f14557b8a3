//! What the tests share: a folder, a root key, records by number.

use std::path::PathBuf;
use std::sync::Arc;

use cordon_store_sql::{Access, Options, Sqlite};
use ledger::{
    Claim, Destination, Digest, Ending, Head, Intent, Name, Outcome, Record, Refusal, Verification,
};
use store::{LedgerStore, RootKey, StoreError, verify_ledger};
use types::{AppName, DeploymentId, Environment, ExchangeId};

/// A folder for one store.
pub(crate) struct World {
    folder: tempfile::TempDir,
    pub(crate) options: Options,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), options: Options::default() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("cordon.db")
    }

    pub(crate) fn open(&self) -> Arc<Sqlite> {
        self.try_open(Access::Write).unwrap()
    }

    pub(crate) fn try_open(&self, access: Access) -> Result<Arc<Sqlite>, StoreError> {
        Sqlite::open(&self.path(), &root(), Options { access, ..self.options.clone() })
    }

    /// A connection of somebody who tampers.
    pub(crate) fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).unwrap()
    }
}

pub(crate) fn root() -> RootKey {
    RootKey::new([7; 32])
}

pub(crate) fn intent(number: u64) -> Record {
    let to = Destination {
        dialect: Name::new("openai.chat"),
        route: Name::new("/v1/chat/completions"),
        provider: Name::new("openai"),
        deployment: DeploymentId::new("openai-eu"),
    };
    let app = AppName::new(if number.is_multiple_of(2) { "billing" } else { "support" });
    let mut intent = Intent::new(exchange(number), 1_000 + number, app, Environment::Prod, to);
    intent.model_asked = Some(Name::from_caller("gpt-4o-mini"));
    intent.entities.insert(Name::new("EMAIL_ADDRESS"), number);
    Record::Intent(intent)
}

pub(crate) fn outcome(number: u64) -> Record {
    let outcome = Outcome::new(exchange(number), 2_000 + number, AppName::new("billing"), Ending::Complete);
    Record::Outcome(outcome)
}

pub(crate) fn refusal(number: u64) -> Record {
    Record::Refusal(Refusal::new(exchange(number), 3_000 + number, Name::new("refused_by_policy"), 400))
}

pub(crate) fn exchange(number: u64) -> ExchangeId {
    ExchangeId::new(format!("ex-{number:06}"))
}

/// Everything the ledger holds, read in pages.
pub(crate) async fn all_leaves(store: &Sqlite) -> Vec<Claim> {
    let mut all = Vec::new();
    loop {
        let from = all.last().map_or(0, |last: &Claim| last.index + 1);
        let page = store.leaves(from, 700).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// What verification says about the store, against the head it keeps and one that was written down.
pub(crate) async fn verified(store: &Sqlite, written_down: Option<Head>) -> Verification {
    verify_ledger(store, written_down.as_slice(), &mut |_| ()).await.unwrap()
}

/// The program that appends, built by Cargo beside the tests.
pub(crate) fn appender() -> PathBuf {
    let mut folder = std::env::current_exe().unwrap();
    folder.pop();
    folder.pop();
    folder.join("examples").join("appender")
}

/// The receipt that the appender printed in this line, if it is one.
pub(crate) fn acknowledged(line: &str) -> Option<(u64, Digest)> {
    let (index, leaf_hash) = line.split_once(' ')?;
    Some((index.parse().ok()?, Digest::from_hex(leaf_hash)?))
}

/// Opens the store as the gateway would, and finds the ledger in order with all of `receipts` in it.
pub(crate) async fn assert_holds(world: &World, receipts: &[(u64, Digest)]) {
    let store = world.open();
    let verification = verified(&store, None).await;
    assert_eq!(verification.first_bad, None);
    let leaves = all_leaves(&store).await;
    assert_eq!(verification.size, u64::try_from(leaves.len()).unwrap());
    for (index, leaf_hash) in receipts {
        let kept = leaves.get(usize::try_from(*index).unwrap()).unwrap();
        assert_eq!((kept.index, kept.leaf_hash), (*index, *leaf_hash));
    }
    let next = store.append(intent(0)).await.unwrap();
    assert_eq!(next.index, verification.size, "and it goes on");
}
