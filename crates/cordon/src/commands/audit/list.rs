//! `cordon audit list`.

use clap::Args;
use ledger::{Kind, Record};
use store::{LedgerStore, RecordQuery, StoredRecord};
use store_sql::Access;
use types::AppName;

use super::{document, kept};
use crate::context::{Context, wait};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::table::aligned;
use crate::{moment, world};

/// List records, the newest first.
#[derive(Debug, Args)]
pub(super) struct List {
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
    #[arg(long, value_name = "NUMBER", default_value_t = 50, hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::from_name(text).ok_or_else(|| "it is intent, outcome or refusal".to_owned())
}

impl List {
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
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
            let elsewhere = match &outcome.region {
                Some(region) if region.is_other => format!(", MADE IN {}", region.proven),
                _ => String::new(),
            };
            let what = format!(
                "{}{status}, {} restored, {} ms{elsewhere}",
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
