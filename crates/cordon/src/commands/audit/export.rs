//! `cordon audit export`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use ledger::{ExportLine, Head};
use serde_json::json;
use store::LedgerStore;
use store_sql::Access;

use super::{PAGE, kept};
use crate::context::{Context, wait};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::state::State;

/// Export the ledger as JSON lines that others can verify.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The file to write.
    ///
    /// Default: standard output. Example: --output ledger.jsonl
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,

    /// From this record on.
    ///
    /// An export that does not begin at 0 cannot be verified alone. Default: 0. Example: --from 1000
    #[arg(long, value_name = "INDEX", default_value_t = 0, hide_default_value = true)]
    from: u64,
}

impl Export {
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (_, state) = context.state(Access::Read)?;
        match self.output {
            None => {
                let mut out = Printed { output: context.output.clone() };
                let _ = wait(exported(&state, self.from, &mut out))?;
            }
            Some(path) => {
                let failed = |source| Failure::File { what: "cannot write", path: path.clone(), source };
                let mut out = BufWriter::new(File::create_new(&path).map_err(failed)?);
                let size = wait(exported(&state, self.from, &mut out))?.map_err(failed)?;
                out.flush().map_err(failed)?;
                context.output.document(&json!({ "written": path.display().to_string(), "size": size }));
                context.output.line(&format!("Wrote {size} records to {}.", path.display()));
            }
        }
        Ok(Exit::Done)
    }
}

/// Writes all records from an index on, and the head that belongs to the last of them.
async fn exported(state: &State, from: u64, out: &mut dyn Write) -> Result<io::Result<u64>, Failure> {
    let mut next = from;
    let mut head = None;
    loop {
        let page = kept(state.store.leaves(next, PAGE).await)?;
        let Some(last) = page.last() else { break };
        next = last.index.saturating_add(1).max(next.saturating_add(1));
        head = Some(Head { size: last.index.saturating_add(1), root: last.root });
        for claim in page {
            let mut line = ExportLine::Record(claim).bytes();
            line.push(b'\n');
            if let Err(error) = out.write_all(&line) {
                return Ok(Err(error));
            }
        }
    }
    let head = match head {
        Some(head) => head,
        None => kept(state.store.head().await)?,
    };
    let mut line = ExportLine::Head(head).bytes();
    line.push(b'\n');
    Ok(out.write_all(&line).map(|()| head.size))
}

/// Standard output as a writer.
pub(super) struct Printed {
    output: Output,
}

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.output.bytes(bytes) { Ok(bytes.len()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
