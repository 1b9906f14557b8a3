//! `cordon audit show`.

use clap::Args;
use serde_json::Value;
use store::{LedgerStore, RecordQuery};
use store_sql::Access;
use types::ExchangeId;

use super::{document, kept, leaf};
use crate::context::{Context, wait};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::moment;
use crate::output::Tone;

/// Show all records of one exchange.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The exchange: the `x-cordon-request-id` of its answer.
    ///
    /// Example: cordon audit show 01941f29-7c00-7000-8000-000000000000
    #[arg(value_name = "EXCHANGE")]
    exchange: String,
}

impl Show {
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
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
