//! `cordon providers list`.

use clap::Args;
use registry::Standard;
use serde_json::json;

use super::{Known, width};
use crate::context::Context;
use crate::exit::Exit;
use crate::sheet::Sheet;
use crate::table::aligned;

/// List providers with the most important facts.
#[derive(Debug, Args)]
pub(crate) struct List {}

/// The keys that the list shows, with their headings.
const SHOWN: [(&str, &str); 3] =
    [("entity.hq_country", "SEAT"), ("training.default", "TRAINS"), ("retention.default_days", "KEEPS")];

/// Characters that the other columns take.
const OTHER_CHARS: usize = 58;

impl List {
    /// Lists.
    pub(super) fn run(self, context: &Context, known: &Known<'_>) -> Exit {
        let ids: Vec<&str> = known.facts().profiles().map(|profile| profile.id.as_str()).collect();
        let sheet = Sheet::of(known.facts(), &ids, true, Some(known.today()));
        let rows = || sheet.groups.iter().flat_map(|group| &group.rows);
        let mut table = Vec::new();
        for (index, provider) in sheet.providers.iter().enumerate() {
            let cell = |key: &str| rows().find(|row| row.key == key).and_then(|row| row.cells.get(index));
            let mut line = vec![provider.id.clone()];
            let mut shown = serde_json::Map::new();
            for (key, _) in SHOWN {
                let entries = cell(key).map_or(&[][..], Vec::as_slice);
                let said: Vec<String> = entries
                    .iter()
                    .map(|entry| {
                        let scope = if entry.scope.is_empty() {
                            String::new()
                        } else {
                            format!(" ({})", entry.scope)
                        };
                        format!("{} {}{scope}", entry.standard.sign(), entry.value)
                    })
                    .collect();
                shown.insert(key.to_owned(), json!(said));
                line.push(shortened(&said.join("; ")));
            }
            let count = |standards: &[Standard]| {
                rows()
                    .filter_map(|row| row.cells.get(index))
                    .filter(|cell| cell.iter().any(|entry| standards.contains(&entry.standard)))
                    .count()
            };
            let open = count(&[Standard::Unknown, Standard::Conflict, Standard::Stale]);
            let is_used = known.plan.deployments.iter().any(|planned| planned.facts == provider.id);
            line.push(open.to_string());
            line.push(if is_used { "yes" } else { "-" }.to_owned());
            context.output.object(&json!({
                "id": provider.id, "name": provider.name, "facts": shown, "known": count(&[Standard::Known]),
                "open": open, "in_use": is_used,
            }));
            table.push(line);
        }
        let headings: Vec<&str> = std::iter::once("ID")
            .chain(SHOWN.map(|(_, heading)| heading))
            .chain(["OPEN", "IN USE"])
            .collect();
        context.output.line(&aligned(&headings, table));
        context.output.note("\nOPEN: keys that are unknown, contradictory or too old. Next: cordon providers show ID, or compare.");
        Exit::Done
    }
}

fn shortened(text: &str) -> String {
    let room = width().saturating_sub(OTHER_CHARS).clamp(20, 80) / 2;
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let start: String = text.chars().take(room - 1).collect();
    format!("{}…", start.trim_end())
}
