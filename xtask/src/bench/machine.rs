//! The machine: what it is, and who runs on which core.

use std::process::Command;

use testkit::Trouble;
use testkit::histogram::Histogram;

use crate::run;

/// The machine as prepared for measuring.
pub(crate) struct Machine {
    /// In words.
    pub(crate) description: String,
    /// Core of the gateway; `None` when nothing could be pinned.
    pub(crate) gateway_core: Option<usize>,
    /// Core of mock and load.
    pub(crate) load_core: Option<usize>,
}

/// Open files that 2 000 streams need on each side, with room.
const FILES: u32 = 20_000;

/// Pins this process, raises its limit of open files and describes the machine.
pub(crate) fn prepare() -> Result<Machine, Trouble> {
    let me = std::process::id().to_string();
    let cores = std::thread::available_parallelism().map(usize::from).unwrap_or(1);
    let can_pin = cores >= 2 && run::works("taskset", &["-cp", "1", &me]);
    // Children inherit the limit.
    let has_files = run::works("prlimit", &[&format!("--nofile={FILES}:{FILES}"), "--pid", &me])
        || run::works("prlimit", &[&format!("--nofile={FILES}"), "--pid", &me]);
    let model = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| text.lines().find_map(|line| line.strip_prefix("model name")).map(str::to_owned))
        .map(|line| line.trim_matches([' ', '\t', ':']).to_owned())
        .unwrap_or_else(|| "unknown processor".to_owned());
    let memory = std::fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()))
        .unwrap_or_default();
    let pinned = if can_pin {
        "gateway on core 0, mock and load on core 1"
    } else {
        "NOT PINNED: figures of one core mean little"
    };
    let description = format!(
        "{model}, {cores} cores, {:.0} GiB, Linux {}; {pinned}{}",
        memory as f64 / 1024.0 / 1024.0,
        kernel()?,
        if has_files { "" } else { "; limit of open files not raised" }
    );
    Ok(Machine { description, gateway_core: can_pin.then_some(0), load_core: can_pin.then_some(1) })
}

fn kernel() -> Result<String, Trouble> {
    Ok(std::fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned())
}

/// Today, as the page says it.
pub(crate) fn date() -> String {
    let mut command = Command::new("date");
    command.arg("+%Y-%m-%d");
    run::quiet(command).ok().and_then(|done| done.lines.into_iter().next()).unwrap_or_default()
}

/// How long this machine takes to make 4 KiB durable, one write after the other.
pub(crate) fn sync_times(folder: &std::path::Path) -> Result<Histogram, Trouble> {
    use std::io::Write as _;
    let path = folder.join("sync-probe");
    let mut file = std::fs::File::create(&path)?;
    let mut times = Histogram::default();
    for _ in 0..200 {
        let begun = run::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.record(run::now().duration_since(begun));
    }
    std::fs::remove_file(path)?;
    Ok(times)
}
