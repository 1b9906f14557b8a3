//! `cordon audit verify`: the store, or an export without it.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;
use ledger::{Digest, ExportLine, Head, Verification, Verifier};
use serde_json::json;
use store::LedgerStore;
use store_sql::Access;

use super::{PAGE, kept};
use crate::context::{Context, wait};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Tone;
use crate::state::State;

/// Longest line of an export, in bytes.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// Recompute the whole ledger, and name the first record that is not in order.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// A head that was written down elsewhere, SIZE:ROOT. May be given several times.
    ///
    /// Who can rewrite the database can rewrite its own head too; not yours. `cordon audit verify` prints the head. Default:
    /// the head in the store only. Example: --head 1024:9f86d081884c7d65…
    #[arg(long = "head", value_name = "SIZE:ROOT", value_parser = head)]
    heads: Vec<Head>,

    /// Verify an export instead of the store.
    ///
    /// Needs neither configuration nor root key. Default: the store. Example: --file ledger.jsonl
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

fn head(text: &str) -> Result<Head, String> {
    text.split_once(':')
        .and_then(|(size, root)| Some(Head { size: size.parse().ok()?, root: Digest::from_hex(root)? }))
        .ok_or_else(|| "a head is SIZE:ROOT, with the root as 64 hexadecimal characters".to_owned())
}

impl Verify {
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let mut verifier = Verifier::new();
        self.heads.iter().for_each(|head| verifier.expect(*head));
        let verification = match &self.file {
            Some(path) => of_file(verifier, path)?,
            None => {
                let (_, state) = context.state(Access::Read)?;
                wait(of_store(verifier, &state))?
            }
        };
        let output = &context.output;
        let bad = verification.first_bad.as_ref();
        output.document(&json!({
            "verified": bad.is_none(),
            "size": verification.size,
            "root": verification.root.hex(),
            "first_bad": bad.map(|bad| json!({ "index": bad.index, "reason": bad.reason.to_string() })),
        }));
        match bad {
            None => {
                output.line(&format!(
                    "{} {} records verified.",
                    output.toned(Tone::Good, "ok"),
                    verification.size
                ));
                output.line(&format!("head {}:{}", verification.size, verification.root.hex()));
                Ok(Exit::Done)
            }
            Some(bad) => {
                output.line(&format!(
                    "{} record {}: {}",
                    output.toned(Tone::Bad, "not in order"),
                    bad.index,
                    bad.reason
                ));
                if verification.size == bad.index {
                    output.line(&format!("The {} records before it are in order.", verification.size));
                }
                Ok(Exit::Found)
            }
        }
    }
}

async fn of_store(mut verifier: Verifier, state: &State) -> Result<Verification, Failure> {
    // The head is read first: a gateway that appends meanwhile only adds records behind it.
    verifier.expect(kept(state.store.head().await)?);
    let mut next = 0;
    loop {
        let page = kept(state.store.leaves(next, PAGE).await)?;
        let Some(last) = page.last() else { break };
        next = last.index.saturating_add(1).max(next.saturating_add(1));
        if !page.iter().all(|claim| verifier.add(claim)) {
            break;
        }
    }
    Ok(verifier.finish())
}

fn of_file(mut verifier: Verifier, path: &Path) -> Result<Verification, Failure> {
    let unreadable = |source| Failure::File { what: "cannot read", path: path.to_owned(), source };
    let mut lines = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut has_head = false;
    for number in 1_u64.. {
        let mut line = Vec::new();
        let read =
            io::Read::take(&mut lines, LINE_BYTES_MAX).read_until(b'\n', &mut line).map_err(unreadable)?;
        if read == 0 {
            break;
        }
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        match ExportLine::parse(line) {
            Ok(ExportLine::Record(claim)) => {
                if !verifier.add(&claim) {
                    return Ok(verifier.finish());
                }
            }
            Ok(ExportLine::Head(head)) => {
                verifier.expect(head);
                has_head = true;
            }
            Err(error) => return Err(Failure::Found(format!("{} line {number}: {error}", path.display()))),
        }
    }
    let verification = verifier.finish();
    if !has_head && verification.first_bad.is_none() {
        return Err(Failure::Found(format!("{} has no head at its end: it was cut", path.display())));
    }
    Ok(verification)
}
