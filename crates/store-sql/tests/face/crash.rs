//! Crashes: the process is killed under load; what was acknowledged is there, and the ledger fits itself.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::world::{World, acknowledged, appender, assert_holds};

/// For each durability.
const KILLS: u64 = 30;

#[tokio::test]
async fn no_acknowledged_record_is_lost_when_the_process_is_killed() {
    for durability in ["disk", "process"] {
        let world = World::new();
        let mut receipts = Vec::new();
        for kill in 0..KILLS {
            let mut child = Command::new(appender())
                .arg(world.path())
                .args([durability, "16", "0"])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            // Where it is killed differs from run to run by the number of receipts, without a clock.
            let until = usize::try_from(40 + kill * 37).unwrap();
            receipts.extend(lines.by_ref().take(until).filter_map(|line| acknowledged(&line.unwrap())));
            child.kill().unwrap();
            child.wait().unwrap();
            // What was said before the kill counts, though it was read after it. The last line may be cut.
            receipts.extend(lines.filter_map(|line| acknowledged(&line.ok()?)));
        }
        assert!(receipts.len() > 1_000, "{}", receipts.len());
        assert_holds(&world, &receipts).await;
    }
}
