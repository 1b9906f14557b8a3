//! Output: the only place that prints.
//!
//! What a command was asked for goes to standard output, everything said beside it to standard error. `--json` prints one
//! JSON document (or one object a line where there are many), `--quiet` leaves the remarks out, and colours appear only on a
//! terminal and without `NO_COLOR`. A reader that closes the pipe early is no error.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use owo_colors::{OwoColorize, Style};
use serde_json::{Value, json};

use crate::failure::Failure;

/// Where and how a command prints.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    is_json: bool,
    is_quiet: bool,
    out: Stream,
    err: Stream,
    /// True once standard output took no more for another reason than a reader that left.
    has_failed: Arc<AtomicBool>,
}

#[derive(Debug, Clone, Copy)]
struct Stream {
    is_terminal: bool,
    has_colours: bool,
}

/// What a piece of text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Headings and names.
    Strong,
    /// As it should be.
    Good,
    /// Deserves a look.
    Doubtful,
    /// Wrong.
    Bad,
}

impl Tone {
    const fn style(self) -> Style {
        match self {
            Self::Strong => Style::new().bold(),
            Self::Good => Style::new().green(),
            Self::Doubtful => Style::new().yellow(),
            Self::Bad => Style::new().red().bold(),
        }
    }
}

impl Output {
    /// Output as the command line asks for it.
    pub(crate) fn new(is_json: bool, is_quiet: bool, no_colour: bool) -> Self {
        let stream =
            |is_terminal: bool| Stream { is_terminal, has_colours: is_terminal && !no_colour && !is_json };
        Self {
            is_json,
            is_quiet,
            out: stream(io::stdout().is_terminal()),
            err: stream(io::stderr().is_terminal()),
            has_failed: Arc::default(),
        }
    }

    /// True when `--json` was given.
    pub(crate) const fn is_json(&self) -> bool {
        self.is_json
    }

    /// True when standard output is a terminal.
    pub(crate) const fn is_terminal(&self) -> bool {
        self.out.is_terminal
    }

    /// Text in a tone, for standard output.
    pub(crate) fn toned(&self, tone: Tone, text: &str) -> String {
        paint(self.out, tone, text)
    }

    /// Text in a tone, for standard error.
    pub(crate) fn toned_note(&self, tone: Tone, text: &str) -> String {
        paint(self.err, tone, text)
    }

    /// A line of what was asked for. Not printed with `--json`.
    pub(crate) fn line(&self, text: &str) {
        if !self.is_json {
            let _ = self.printed(format!("{text}\n").as_bytes());
        }
    }

    /// A document of what was asked for. Printed with `--json` only.
    pub(crate) fn document(&self, value: &Value) {
        if self.is_json {
            let _ = self.printed(format!("{value:#}\n").as_bytes());
        }
    }

    /// One object of many, on a line of its own. Printed with `--json` only.
    pub(crate) fn object(&self, value: &Value) {
        if self.is_json {
            let _ = self.printed(format!("{value}\n").as_bytes());
        }
    }

    /// Bytes as they are. False where nobody takes more, so that the caller can stop.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> bool {
        self.printed(bytes)
    }

    /// True when something that was asked for could not be printed: a full disk, say. A reader that left is no failure.
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed)
    }

    fn printed(&self, bytes: &[u8]) -> bool {
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Ok(()) => true,
            Err(error) => {
                if error.kind() != io::ErrorKind::BrokenPipe {
                    self.has_failed.store(true, Ordering::Relaxed);
                }
                false
            }
        }
    }

    /// A remark beside what was asked for.
    pub(crate) fn note(&self, text: &str) {
        if !self.is_quiet {
            self.say(text);
        }
    }

    /// How far long work is, in one line that is written anew each time; on a terminal only. An empty text clears it.
    pub(crate) fn progress(&self, text: &str) {
        if self.err.is_terminal && !self.is_quiet {
            let mut err = io::stderr().lock();
            let _ = write!(err, "\r\u{1b}[2K{text}").and_then(|()| err.flush());
        }
    }

    /// Something that must be said whatever the flags.
    pub(crate) fn say(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Warnings of a configuration.
    pub(crate) fn warnings(&self, warnings: &crate::config::problem::ConfigError) {
        if !self.is_quiet && !self.is_json && !warnings.problems.is_empty() {
            let _ = write!(io::stderr().lock(), "{}", warnings.render(self.err.has_colours));
        }
    }

    /// Why the command failed, with what to do.
    pub(crate) fn failure(&self, failure: &Failure) {
        let mut err = io::stderr().lock();
        let _ = match (self.is_json, failure.config()) {
            (true, config) => writeln!(
                err,
                "{}",
                json!({ "error": failure.to_string(), "exit_code": failure.exit().number(),
                        "problems": config.map(crate::config::problem::ConfigError::json) })
            ),
            (false, Some(config)) => write!(err, "{}", config.render(self.err.has_colours)),
            (false, None) => writeln!(err, "{} {failure}", paint(self.err, Tone::Bad, "error:")),
        };
    }
}

/// Says that the program has a fault, where nothing else can.
pub(crate) fn fault(place: &str) {
    let _ = writeln!(io::stderr().lock(), "cordon has a fault: a panic at {place}; please report the place");
}

fn paint(stream: Stream, tone: Tone, text: &str) -> String {
    if stream.has_colours { text.style(tone.style()).to_string() } else { text.to_owned() }
}
