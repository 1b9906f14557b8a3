//! `cordon providers show`.

use clap::Args;
use registry::{Adequacy, Doubt, Model, Standing};
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

    /// Show how your deployments stand for this model, too.
    ///
    /// Default: the first model that each lists. Example: --model claude-fable-5
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
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
        terminal::print(output, &sheet, terminal::Detail::Proven, width());
        self.standings(context, known);
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

impl Show {
    /// What follows from the facts and from what is declared of the account, for each deployment of the provider.
    fn standings(&self, context: &Context, known: &Known<'_>) {
        let plan = known.plan;
        for planned in plan.deployments.iter().filter(|planned| planned.facts == self.id) {
            let Some(model) = self.model.clone().or_else(|| planned.route.listed.first().cloned()) else {
                continue;
            };
            // Whether a place is adequate is for the law tables to say; nothing of it is shown.
            let standing =
                plan.standing(&planned.route.id, plan.environment, &model, &Adequacy::default(), plan.today);
            let Some(standing) = standing else { continue };
            let title =
                format!("\nYOUR DEPLOYMENT {} FOR {model} ({})", planned.route.id.as_str(), plan.environment);
            context.output.line(&context.output.toned(Tone::Strong, &title));
            for line in standing_lines(&standing) {
                context.output.line(&format!("  {line}"));
            }
        }
    }
}

fn standing_lines(standing: &Standing) -> Vec<String> {
    let yes = |is: bool| if is { "yes" } else { "no" };
    let doubts = standing.doubtful.iter().map(|(key, doubt)| {
        let why = match doubt {
            Doubt::Unknown => "unknown",
            Doubt::Stale => "too old or run out",
            Doubt::Conflict => "contradictory",
        };
        format!("{key} ({why})")
    });
    let doubts: Vec<String> = doubts.collect();
    let forbidden: Vec<&str> = standing.forbidden.iter().map(|class| class.name()).collect();
    let reach: Vec<&str> = standing.reach.iter().map(String::as_str).collect();
    let some = |all: String| if all.is_empty() { "none".to_owned() } else { all };
    let days = standing.retention_days.map_or_else(|| "no number".to_owned(), |days| format!("{days} days"));
    vec![
        format!(
            "may train {}, may be a controller {}, covered person {}",
            yes(standing.may_train),
            yes(standing.may_control),
            yes(standing.covered_person)
        ),
        format!(
            "agreement {}, clauses {}, transfer assessment {}, BAA {}",
            yes(standing.dpa),
            yes(standing.clauses),
            yes(standing.assessed_transfer),
            yes(standing.baa)
        ),
        format!(
            "kept {days}, zero retention {}, handling {:?}, quarantined {}",
            yes(standing.zero_retention),
            standing.handling,
            yes(standing.quarantined)
        ),
        format!("reached from {}", some(reach.join(", "))),
        format!("forbidden classes: {}", some(forbidden.join(", "))),
        format!("worst case assumed for: {}", some(doubts.join(", "))),
    ]
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
