//! `cordon audit`: the ledger, read, verified and exported.

mod export;
mod list;
mod show;
mod verify;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use store::{StoreError, StoredRecord};

use self::export::Export;
use self::list::List;
use self::show::Show;
use self::verify::Verify;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::state::StateError;

/// Records that are read from the store at once.
pub(crate) const PAGE: u32 = 1000;

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

pub(crate) fn kept<T>(result: Result<T, StoreError>) -> Result<T, Failure> {
    result.map_err(|error| StateError::Store(error).into())
}

pub(crate) fn leaf(record: &StoredRecord) -> Value {
    record.record.leaf().ok().and_then(|leaf| serde_json::from_slice(&leaf).ok()).unwrap_or(Value::Null)
}

fn document(record: &StoredRecord) -> Value {
    json!({ "index": record.index, "leaf_hash": record.leaf_hash.hex(), "record": leaf(record) })
}
