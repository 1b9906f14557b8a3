//! Faults: each system call that an append makes on the files of the store fails once, or the process is killed in it.
//! After that the ledger opens, fits itself and holds what was acknowledged.
//!
//! The faults are injected by `strace`, which needs no kernel module and no change of the program. Where it is not
//! installed or may not trace, the test says so and proves nothing; the failures that can be made from inside are tested in
//! `src/failures.rs` everywhere.

use std::process::Command;

use crate::world::{World, acknowledged, appender, assert_holds};

/// System calls, the fault of each, and at how many places of a run it is made.
const FAULTS: [(&str, &str, u32); 13] = [
    ("openat", "error=EIO", 5),
    ("pwrite64", "error=EIO", 10),
    ("pwrite64", "error=ENOSPC", 10),
    ("pwrite64", "signal=KILL", 10),
    ("pread64", "error=EIO", 8),
    ("fsync,fdatasync", "error=EIO", 6),
    ("fsync,fdatasync", "signal=KILL", 6),
    ("ftruncate", "error=EIO", 3),
    ("ftruncate", "signal=KILL", 3),
    ("mmap", "error=ENOMEM", 2),
    ("fcntl", "error=EIO", 6),
    ("unlink", "error=EIO", 2),
    ("unlink", "signal=KILL", 2),
];

#[tokio::test]
async fn each_failing_system_call_leaves_a_ledger_that_holds_what_was_acknowledged() {
    let world = World::new();
    if strace(&world, "fsync", "error=EIO", 1_000).is_none() {
        eprintln!("strace is not here or may not trace: no faults injected");
        return;
    }
    let mut injected = 0;
    for (calls, fault, places) in FAULTS {
        for place in 1..=places {
            let world = World::new();
            // A run without a fault before it: the store is there and has records.
            assert!(
                Command::new(appender())
                    .arg(world.path())
                    .args(["disk", "2", "3"])
                    .output()
                    .unwrap()
                    .status
                    .success()
            );
            let told = strace(&world, calls, fault, place).unwrap();
            injected += usize::from(told.is_injected);
            let receipts: Vec<_> = told.output.lines().filter_map(acknowledged).collect();
            assert_holds(&world, &receipts).await;
        }
    }
    // So that the test does not pass by injecting nothing.
    assert!(injected >= 40, "{injected}");
}

struct Told {
    output: String,
    is_injected: bool,
}

/// Runs the appender with a fault at the `place`-th of these calls on a file of the store, in each of its threads.
fn strace(world: &World, calls: &str, fault: &str, place: u32) -> Option<Told> {
    let trace = world.path().with_file_name("trace");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o"]).arg(&trace);
    for side in ["", "-wal", "-shm"] {
        command.arg("-P").arg(format!("{}{side}", world.path().display()));
    }
    command.args(["-e", &format!("trace={calls}"), "-e", &format!("inject={calls}:{fault}:when={place}")]);
    command.arg(appender()).arg(world.path()).args(["disk", "2", "6"]);
    let output = command.output().ok()?;
    let trace = std::fs::read_to_string(&trace).ok()?;
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let has_run = output.contains("ready") || output.contains("refused") || trace.contains("INJECTED");
    let is_injected = trace.contains("INJECTED") || trace.contains("SIGKILL");
    (has_run || is_injected).then_some(Told { output, is_injected })
}
