//! What the kernel says about a process: processor time and memory, from `/proc` (Linux only).
//!
//! Processor time comes in clock ticks of 10 ms (`man 5 proc`: fields 14 and 15 of `stat`), so measure long enough.

use std::time::Duration;

use crate::Trouble;

/// Processor time of a process so far: user and system, of all its threads, also ended ones.
pub fn cpu(pid: u32) -> Result<Duration, Trouble> {
    let text = read(pid, "stat")?;
    // The second field is the program's name in parentheses and may hold blanks.
    let after = text.rsplit_once(')').map(|(_, after)| after).unwrap_or_default();
    let ticks: u64 = after.split_whitespace().skip(11).take(2).filter_map(|f| f.parse::<u64>().ok()).sum();
    Ok(Duration::from_millis(ticks.saturating_mul(10)))
}

/// Resident memory of a process, in bytes.
pub fn resident_bytes(pid: u32) -> Result<u64, Trouble> {
    let text = read(pid, "status")?;
    text.lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse::<u64>().ok())
        .map(|kib| kib.saturating_mul(1024))
        .ok_or_else(|| Trouble::new(format!("no VmRSS in /proc/{pid}/status")))
}

/// Highest resident memory of a process since its start, in bytes.
pub fn resident_peak_bytes(pid: u32) -> Result<u64, Trouble> {
    let text = read(pid, "status")?;
    text.lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse::<u64>().ok())
        .map(|kib| kib.saturating_mul(1024))
        .ok_or_else(|| Trouble::new(format!("no VmHWM in /proc/{pid}/status")))
}

fn read(pid: u32, file: &str) -> Result<String, Trouble> {
    let path = format!("/proc/{pid}/{file}");
    std::fs::read_to_string(&path).map_err(|error| Trouble::from(error).during(&path))
}
