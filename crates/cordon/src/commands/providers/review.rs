//! `cordon providers review`: what somebody has to look at.

use clap::Args;
use registry::Standard;
use serde_json::json;

use super::{Known, width};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Tone;
use crate::sheet::terminal::{mark, wrapped};
use crate::sheet::{Entry, Row, Sheet};

/// Walk through what is unknown, contradictory or too old, and through grants that have run out.
#[derive(Debug, Args)]
pub(crate) struct Review {
    /// The providers.
    ///
    /// Default: those that your deployments use, or all where there are none. Example: cordon providers review openai
    #[arg(value_name = "ID")]
    ids: Vec<String>,

    /// End with 1 where anything has to be looked at.
    ///
    /// Default: off. Example: cordon providers review --strict
    #[arg(long)]
    strict: bool,

    /// Only what law or routing rests on.
    ///
    /// Default: all. Example: cordon providers review --deciding
    #[arg(long)]
    deciding: bool,
}

impl Review {
    /// Walks.
    pub(super) fn run(self, context: &Context, known: &Known<'_>) -> Result<Exit, Failure> {
        let facts = known.facts();
        let used = self.used(known);
        let ids = known.ids(if self.ids.is_empty() { &used } else { &self.ids })?;
        let sheet = Sheet::of(facts, &ids, true, Some(known.today()));
        let output = &context.output;
        let decides = |row: &Row| facts.schema.key(&row.key).is_some_and(|key| key.decides);
        let mut found = 0_usize;
        for (index, provider) in sheet.providers.iter().enumerate() {
            let mut lines: Vec<(bool, &Row, &Entry)> = Vec::new();
            for row in sheet.groups.iter().flat_map(|group| &group.rows) {
                if self.deciding && !decides(row) {
                    continue;
                }
                let cell = row.cells.get(index).into_iter().flatten();
                let open = cell.filter(|entry| !matches!(entry.standard, Standard::Known | Standard::Likely));
                lines.extend(open.map(|entry| (decides(row), row, entry)));
            }
            if lines.is_empty() {
                continue;
            }
            // What decides comes first, each kind in the order of the vocabulary.
            lines.sort_by_key(|(decides, _, entry)| (!decides, entry.standard));
            output.line(&output.toned(Tone::Strong, &format!("{} ({})", provider.name, provider.id)));
            for (decides, row, entry) in &lines {
                let scope =
                    if entry.scope.is_empty() { String::new() } else { format!(" ({})", entry.scope) };
                let read =
                    if entry.retrieved.is_empty() { String::new() } else { format!(", {}", entry.retrieved) };
                let important = if *decides { " [decides]" } else { "" };
                let text = format!(
                    "{}{scope}: {}, {}{read}{important}",
                    row.label,
                    entry.standard.name(),
                    entry.value
                );
                for (number, line) in wrapped(&text, width().clamp(60, 150) - 4).iter().enumerate() {
                    let head = if number == 0 { mark(output, entry.standard) } else { " ".to_owned() };
                    output.line(&format!("  {head} {line}"));
                }
                output.object(&json!({
                    "provider": provider.id, "key": row.key, "status": entry.standard.name(), "scope": entry.scope,
                    "value": entry.value, "retrieved": entry.retrieved, "decides": decides, "note": entry.note,
                }));
            }
            output.line(&format!("  ask: cordon providers ask {}\n", provider.id));
            found += lines.len();
        }
        for key in &known.plan.keys {
            for (name, grant) in key.account.grants().filter(|(_, grant)| !grant.is_in_force(known.today())) {
                let last = grant.expires.map(|day| day.to_string()).unwrap_or_default();
                let text =
                    format!("{}: {name} {} ran out on {last} and does not count", key.provider, grant.id);
                output.line(&output.toned(Tone::Bad, &text));
                output.object(
                    &json!({ "provider": key.provider, "grant": name, "id": grant.id, "expired": last }),
                );
                found += 1;
            }
        }
        if found == 0 {
            output.line(&output.toned(Tone::Good, "Nothing has to be looked at."));
        }
        Ok(if self.strict && found > 0 { Exit::Found } else { Exit::Done })
    }

    /// The providers that deployments use and of which something is known.
    fn used(&self, known: &Known<'_>) -> Vec<String> {
        let deployments = known.plan.deployments.iter().filter(|planned| !planned.route.on_premises);
        let mut used: Vec<String> = deployments.map(|planned| planned.facts.clone()).collect();
        used.retain(|id| known.facts().profile(id).is_some());
        used.sort();
        used.dedup();
        used
    }
}
