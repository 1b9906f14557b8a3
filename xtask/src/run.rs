//! Running other programs: with their output shown while it comes, and kept for counting.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Instant;

use testkit::Trouble;

use crate::output;

/// What a program did.
pub(crate) struct Done {
    /// True when it ended with exit code 0.
    pub(crate) is_good: bool,
    /// Its exit code; `None` after a signal.
    pub(crate) code: Option<i32>,
    /// All lines that it wrote, of both streams.
    pub(crate) lines: Vec<String>,
    /// How long it ran, in seconds.
    pub(crate) seconds: f64,
}

/// Runs a program and shows the lines for which `shown` holds.
pub(crate) fn watched(mut command: Command, shown: impl Fn(&str) -> bool) -> Result<Done, Trouble> {
    let begun = now();
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Trouble::from(error).during(&format!("cannot start `{name}`")))?;
    let (sender, receiver) = mpsc::channel();
    let mut readers = Vec::new();
    let streams: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
        child.stderr.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
    ];
    for stream in streams.into_iter().flatten() {
        let sender = sender.clone();
        readers.push(std::thread::spawn(move || {
            let mut reader = BufReader::new(stream);
            let mut bytes = Vec::new();
            while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
                let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned();
                bytes.clear();
                if sender.send(line).is_err() {
                    return;
                }
            }
        }));
    }
    drop(sender);
    let mut lines = Vec::new();
    for line in receiver {
        if shown(&line) {
            output::line(&line);
        }
        lines.push(line);
    }
    for reader in readers {
        let _ = reader.join();
    }
    let status = child.wait()?;
    Ok(Done {
        is_good: status.success(),
        code: status.code(),
        lines,
        seconds: now().duration_since(begun).as_secs_f64(),
    })
}

/// Runs a program without showing anything.
pub(crate) fn quiet(command: Command) -> Result<Done, Trouble> {
    watched(command, |_| false)
}

/// True when a program can be started and ends well.
pub(crate) fn works(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments);
    quiet(command).is_ok_and(|done| done.is_good)
}

#[expect(clippy::disallowed_methods, reason = "the report says how long steps took")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
