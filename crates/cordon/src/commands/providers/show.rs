//! `cordon providers show`.

use clap::Args;
use registry::Model;
use serde_json::json;

use super::{Known, width};
use crate::config::plan::AccountSettings;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Tone;
use crate::sheet::{Sheet, terminal};
use crate::table::aligned;

/// Show everything that is known of one provider.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The provider.
    ///
    /// Example: cordon providers show minimax-intl
    #[arg(value_name = "ID")]
    id: String,
}

impl Show {
    /// Shows.
    pub(super) fn run(self, context: &Context, known: &Known<'_>) -> Result<Exit, Failure> {
        let profile = known.profile(&self.id)?;
        let facts = known.facts();
        let sheet = Sheet::of(facts, &[&self.id], true, Some(known.today()));
        let settings = AccountSettings::of(facts, &self.id);
        let models: Vec<&Model> = facts.models(&self.id).collect();
        let output = &context.output;
        let mut document = sheet.json();
        if let Some(map) = document.as_object_mut() {
            let listed = models.iter().map(|model| model_json(model));
            map.insert("models".to_owned(), listed.collect());
            map.insert("tiers".to_owned(), json!(settings.tiers));
            map.insert("regions".to_owned(), json!(settings.regions));
            map.insert("settings".to_owned(), json!(settings.settings));
        }
        output.document(&document);
        output.line(&output.toned(Tone::Strong, &profile.name));
        for line in terminal::wrapped(&profile.summary, width().min(100)) {
            output.line(&line);
        }
        terminal::print(output, &sheet, width());
        for (title, all) in [
            ("tiers that facts tell apart", &settings.tiers),
            ("regions", &settings.regions),
            ("settings", &settings.settings),
        ] {
            if !all.is_empty() {
                let all: Vec<&str> = all.iter().copied().collect();
                output.line(&format!("\n{title}: {}", all.join(", ")));
            }
        }
        if let Some(tier) = &profile.tier_undeclared {
            output.line(&format!("An account that declares no tier counts as {tier}."));
        }
        if !models.is_empty() {
            output.line(&format!("\n{}", output.toned(Tone::Strong, "MODELS")));
            output.line(&aligned(
                &["NAME", "CONTEXT", "TAKES", "CAN", "USD PER MILLION", "STATUS", "SOURCE"],
                models.iter().map(|model| model_row(model)),
            ));
            output.line(
                "Any other name is quarantined until you classify it ([[model]] in a fact file of your own).",
            );
        }
        Ok(Exit::Done)
    }
}

fn model_row(model: &Model) -> Vec<String> {
    let tokens =
        |tokens: Option<u64>| tokens.map_or_else(|| "-".to_owned(), |tokens| format!("{}k", tokens / 1000));
    let some = |all: Vec<&str>| if all.is_empty() { "-".to_owned() } else { all.join(" ") };
    let price = model
        .price
        .map_or_else(|| "-".to_owned(), |price| format!("{} in, {} out", price.input_usd, price.output_usd));
    vec![
        model.name.clone(),
        tokens(model.context_tokens),
        some(model.takes.iter().map(|one| one.name()).collect()),
        some(model.can.iter().map(|one| one.name()).collect()),
        price,
        model.status.name().to_owned(),
        model.source.id.clone(),
    ]
}

/// A model for programs.
fn model_json(model: &Model) -> serde_json::Value {
    json!({
        "name": model.name, "also": model.also, "context_tokens": model.context_tokens,
        "output_tokens_max": model.output_tokens_max,
        "takes": model.takes.iter().map(|one| one.name()).collect::<Vec<_>>(),
        "gives": model.gives.iter().map(|one| one.name()).collect::<Vec<_>>(),
        "can": model.can.iter().map(|one| one.name()).collect::<Vec<_>>(),
        "price": model.price.map(|price| json!({ "input_usd": price.input_usd, "output_usd": price.output_usd })),
        "status": model.status.name(), "source": model.source.title, "url": model.source.url, "note": model.note,
    })
}
