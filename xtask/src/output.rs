//! The only place of xtask that prints.

use std::io::IsTerminal as _;

/// A line of the report.
#[expect(clippy::print_stdout, reason = "the one place that prints")]
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// A heading of the report.
pub(crate) fn heading(text: &str) {
    line(&format!("\n== {text}"));
}

/// What went wrong with the command itself.
#[expect(clippy::print_stderr, reason = "the one place that prints")]
pub(crate) fn error(text: &str) {
    eprintln!("xtask: {text}");
}

/// How far long work is, on a terminal only; an empty text takes the line away.
#[expect(clippy::print_stderr, reason = "the one place that prints")]
pub(crate) fn progress(text: &str) {
    if std::io::stderr().is_terminal() {
        eprint!("\r{text}\u{1b}[K");
    }
}
