//! Crashes: the process is killed under load; what was acknowledged is there, and the ledger fits itself.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use cordon_store_sql::Access;
use ledger::Digest;
use store::LedgerStore;

use crate::world::{World, all_leaves, verified};

const KILLS: u64 = 20;

/// The program that appends, built by Cargo beside the tests.
fn appender() -> PathBuf {
    let mut folder = std::env::current_exe().unwrap();
    folder.pop();
    folder.pop();
    folder.join("examples").join("appender")
}

#[tokio::test]
async fn no_acknowledged_record_is_lost_when_the_process_is_killed() {
    for durability in ["disk", "process"] {
        let world = World::new();
        let mut acknowledged: Vec<(u64, Digest)> = Vec::new();
        for kill in 0..KILLS / 2 {
            let mut child = Command::new(appender())
                .arg(world.path())
                .args([durability, "16", "0"])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            // Where it is killed differs from run to run by the number of receipts, without a clock.
            let until = 40 + kill * 37;
            for line in lines.by_ref().take(usize::try_from(until).unwrap()) {
                acknowledged.extend(receipt(&line.unwrap()));
            }
            child.kill().unwrap();
            child.wait().unwrap();
            // What was said before the kill counts, though it was read after it. The last line may be cut.
            acknowledged.extend(lines.filter_map(|line| receipt(&line.ok()?)));
        }

        let store = world.try_open(Access::Write).unwrap();
        let verification = verified(&store, None).await;
        assert_eq!(verification.first_bad, None);
        let leaves = all_leaves(&store).await;
        assert!(acknowledged.len() > 1_000, "{}", acknowledged.len());
        for (index, leaf_hash) in acknowledged {
            let kept = &leaves[usize::try_from(index).unwrap()];
            assert_eq!((kept.index, kept.leaf_hash), (index, leaf_hash));
        }
        assert_eq!(store.head().await.unwrap().size, u64::try_from(leaves.len()).unwrap());
    }
}

fn receipt(line: &str) -> Option<(u64, Digest)> {
    let (index, leaf_hash) = line.split_once(' ')?;
    Some((index.parse().ok()?, Digest::from_hex(leaf_hash)?))
}
