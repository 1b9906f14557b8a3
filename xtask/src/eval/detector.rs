//! The detector as a program of its own: the example `predict` of the crate `detect`, built in release.
//!
//! So xtask imports no product crate and builds while the product does not. Several processes run side by side; each is asked
//! one text at a time and answers before the next, so that no pipe can fill up.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};
use testkit::Trouble;

use crate::workspace::Workspace;
use crate::{output, run};

/// How many items are done between two signs of progress.
const PROGRESS_EVERY: usize = 64;

/// A finding, in code points.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Found {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) entity: String,
    pub(crate) class: String,
    pub(crate) recognizer: String,
}

#[derive(Deserialize)]
struct Answer {
    spans: Vec<Found>,
}

#[derive(Serialize)]
struct Question<'a> {
    id: usize,
    text: &'a str,
}

/// The program.
pub(crate) struct Detector {
    program: PathBuf,
    threads: usize,
    names: String,
}

impl Detector {
    /// Builds it; `names` is what it is asked of names.
    pub(crate) fn build(workspace: &Workspace, threads: usize, names: &str) -> Result<Self, Trouble> {
        output::progress("building the detector in release");
        let build =
            ["build", "--quiet", "--release", "--locked", "-p", "cordon-detect", "--example", "predict"];
        let done = run::quiet(workspace.cargo(&build))?;
        output::progress("");
        if !done.is_good {
            return Err(Trouble::new(format!("the detector could not be built:\n{}", done.lines.join("\n"))));
        }
        let program = workspace.target().join("release/examples/predict");
        Ok(Self { program, threads, names: names.to_owned() })
    }

    /// Does `work` for each of `count` items, on all threads; results in the order of the items.
    pub(crate) fn each<R: Send>(
        &self,
        what: &str,
        count: usize,
        work: impl Fn(usize, &mut Process) -> Result<R, Trouble> + Sync,
    ) -> Result<Vec<R>, Trouble> {
        let (next, is_stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
        let run = || -> Result<Vec<(usize, R)>, Trouble> {
            let mut process = Process::start(&self.program, &self.names)?;
            let mut done = Vec::new();
            while !is_stopped.load(Ordering::Relaxed) {
                let item = next.fetch_add(1, Ordering::Relaxed);
                if item >= count {
                    break;
                }
                if item % PROGRESS_EVERY == 0 {
                    output::progress(&format!("{what}: {item} of {count}"));
                }
                match work(item, &mut process) {
                    Ok(result) => done.push((item, result)),
                    Err(trouble) => {
                        is_stopped.store(true, Ordering::Relaxed);
                        return Err(trouble);
                    }
                }
            }
            Ok(done)
        };
        let results: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..self.threads.max(1)).map(|_| scope.spawn(run)).collect();
            threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
        });
        output::progress("");
        let mut all = Vec::with_capacity(count);
        for result in results {
            all.extend(result.map_err(|_| Trouble::new("a thread of the evaluation panicked"))??);
        }
        all.sort_by_key(|(item, _)| *item);
        Ok(all.into_iter().map(|(_, result)| result).collect())
    }
}

/// A running detector.
pub(crate) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start(program: &PathBuf, names: &str) -> Result<Self, Trouble> {
        let mut child = Command::new(program)
            .args(["--names", names])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Trouble::from(error).during(&program.display().to_string()))?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or_else(|| Trouble::new("the detector has no output"))?;
        Ok(Self { child, input, output: BufReader::new(output) })
    }

    /// The findings in a text.
    pub(crate) fn findings(&mut self, text: &str) -> Result<Vec<Found>, Trouble> {
        let mut question = serde_json::to_vec(&Question { id: 0, text })?;
        question.push(b'\n');
        if let Some(input) = &mut self.input {
            input.write_all(&question)?;
            input.flush()?;
        }
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err(Trouble::new("the detector ended without an answer"));
        }
        let answer: Answer = serde_json::from_str(&line)?;
        Ok(answer.spans)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The end of its input ends it.
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
