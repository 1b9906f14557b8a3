//! `cordon audit`: the ledger, read, verified and exported.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use ledger::{Digest, ExportLine, Head, Kind, Record, Verification, Verifier};
use serde_json::{Value, json};
use store::{LedgerStore, RecordQuery, StoreError, StoredRecord};
use store_sql::Access;
use types::{AppName, ExchangeId};

use crate::context::{Context, wait};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Tone;
use crate::state::{State, StateError};
use crate::table::aligned;
use crate::{moment, world};

/// Records that are read from the store at once.
const PAGE: u32 = 1000;

/// Longest line of an export, in bytes.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// Read, verify and export the ledger.
///
/// The tamper-evident record of what left, to whom and why, without any value.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(List),
    Show(Show),
    Verify(Verify),
    Export(Export),
}

/// List records, the newest first.
#[derive(Debug, Args)]
struct List {
    /// Of this app only.
    ///
    /// Default: of all. Example: --app billing
    #[arg(long, value_name = "NAME")]
    app: Option<String>,

    /// Of this kind only: intent, outcome or refusal.
    ///
    /// Default: all kinds. Example: --kind refusal
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<Kind>,

    /// Made since then: a time before now, a day, or a time stamp.
    ///
    /// Default: from the beginning. Example: --since 24h, --since 2026-11-20
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,

    /// At most so many, up to 1000.
    ///
    /// Default: 50. Example: --limit 200
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

/// Show all records of one exchange.
#[derive(Debug, Args)]
struct Show {
    /// The exchange: the `x-cordon-request-id` of its answer.
    ///
    /// Example: cordon audit show 01941f29-7c00-7000-8000-000000000000
    #[arg(value_name = "EXCHANGE")]
    exchange: String,
}

/// Recompute the whole ledger, and name the first record that is not in order.
#[derive(Debug, Args)]
struct Verify {
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

/// Export the ledger as JSON lines that others can verify.
#[derive(Debug, Args)]
struct Export {
    /// The file to write.
    ///
    /// Default: standard output. Example: --output ledger.jsonl
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,

    /// From this record on.
    ///
    /// An export that does not begin at 0 cannot be verified alone. Default: 0. Example: --from 1000
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    from: u64,
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::from_name(text).ok_or_else(|| "it is intent, outcome or refusal".to_owned())
}

fn head(text: &str) -> Result<Head, String> {
    text.split_once(':')
        .and_then(|(size, root)| Some(Head { size: size.parse().ok()?, root: Digest::from_hex(root)? }))
        .ok_or_else(|| "a head is SIZE:ROOT, with the root as 64 hexadecimal characters".to_owned())
}

impl Audit {
    /// Does it.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.action {
            Action::List(list) => list.run(context),
            Action::Show(show) => show.run(context),
            Action::Verify(verify) => verify.run(context),
            Action::Export(export) => export.run(context),
        }
    }
}

fn kept<T>(result: Result<T, StoreError>) -> Result<T, Failure> {
    result.map_err(|error| StateError::Store(error).into())
}

impl List {
    fn run(self, context: &Context) -> Result<Exit, Failure> {
        let since_ms = self
            .since
            .as_deref()
            .map(|text| {
                moment::past(text, world::now_unix_ms()).ok_or_else(|| {
                    Failure::Usage(
                        "--since takes a time before now (24h), a day (2026-11-20) or a time stamp"
                            .to_owned(),
                    )
                })
            })
            .transpose()?;
        let (_, state) = context.state(Access::Read)?;
        let query = RecordQuery {
            app: self.app.as_deref().map(AppName::new),
            kind: self.kind,
            since_ms,
            limit: self.limit,
            ..RecordQuery::default()
        };
        let records = wait(async { kept(state.store.recent(query).await) })?;
        for record in &records {
            context.output.object(&document(record));
        }
        if records.is_empty() {
            context.output.line("No records.");
        } else {
            let headings = ["#", "TIME", "EXCHANGE", "KIND", "APP", "TO", "WHAT"];
            context.output.line(&aligned(&headings, records.iter().map(row)));
        }
        Ok(Exit::Done)
    }
}

impl Show {
    fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (_, state) = context.state(Access::Read)?;
        let query = RecordQuery { exchange: Some(ExchangeId::new(&self.exchange)), ..RecordQuery::default() };
        let mut records = wait(async { kept(state.store.recent(query).await) })?;
        records.sort_by_key(|record| record.index);
        if records.is_empty() {
            return Err(Failure::Found(format!(
                "there is no exchange `{}` in the ledger",
                self.exchange.escape_default()
            )));
        }
        let output = &context.output;
        output.document(&Value::Array(records.iter().map(document).collect()));
        for record in &records {
            let title = format!("record {} · {}", record.index, record.record.kind());
            output.line(&output.toned(Tone::Strong, &title));
            let leaf = leaf(record);
            for (name, value) in leaf.as_object().into_iter().flatten().filter(|(_, value)| !is_empty(value))
            {
                let value = match (name.as_str(), value) {
                    ("time_ms", value) => value.as_u64().map_or_else(String::new, moment::shown),
                    (_, Value::String(text)) => text.clone(),
                    (_, other) => other.to_string(),
                };
                output.line(&format!("  {name:<20} {value}"));
            }
            output.line(&format!("  {:<20} {}", "leaf_hash", record.leaf_hash.hex()));
        }
        Ok(Exit::Done)
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(members) => members.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    }
}

impl Verify {
    fn run(self, context: &Context) -> Result<Exit, Failure> {
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
                output.line(&format!("The {} records before it are in order.", verification.size));
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

impl Export {
    fn run(self, context: &Context) -> Result<Exit, Failure> {
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
struct Printed {
    output: crate::output::Output,
}

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.output.bytes(bytes) { Ok(bytes.len()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn leaf(record: &StoredRecord) -> Value {
    record.record.leaf().ok().and_then(|leaf| serde_json::from_slice(&leaf).ok()).unwrap_or(Value::Null)
}

fn document(record: &StoredRecord) -> Value {
    json!({ "index": record.index, "leaf_hash": record.leaf_hash.hex(), "record": leaf(record) })
}

fn row(stored: &StoredRecord) -> Vec<String> {
    let (time_ms, to, what) = match &stored.record {
        Record::Intent(intent) => {
            let model = intent.model_sent.as_ref().map_or("-", |model| model.as_str());
            let found: Vec<String> =
                intent.entities.iter().map(|(name, n)| format!("{}×{n}", name.as_str())).collect();
            let found = if found.is_empty() { "nothing found".to_owned() } else { found.join(" ") };
            let mode = if intent.mode == ledger::Mode::Observe { "OBSERVED " } else { "" };
            (intent.time_ms, format!("{} {model}", intent.deployment), format!("{mode}{found}"))
        }
        Record::Outcome(outcome) => {
            let status = outcome.upstream_status.map_or_else(String::new, |status| format!(" {status}"));
            let what = format!(
                "{}{status}, {} restored, {} ms",
                outcome.ending.name(),
                outcome.restored,
                outcome.duration_ms
            );
            (outcome.time_ms, "-".to_owned(), what)
        }
        Record::Refusal(refusal) => {
            (refusal.time_ms, "-".to_owned(), format!("{} {}", refusal.status, refusal.code.as_str()))
        }
        _ => (0, "-".to_owned(), "of a newer version".to_owned()),
    };
    vec![
        stored.index.to_string(),
        moment::shown(time_ms),
        stored.record.exchange().map_or_else(|| "-".to_owned(), |id| id.to_string()),
        stored.record.kind().to_owned(),
        stored.record.app().map_or_else(|| "-".to_owned(), |app| app.to_string()),
        to,
        what,
    ]
}
