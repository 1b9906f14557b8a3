//! The page `docs/providers.md`, made from what ships. A test compares it with the file in the repository.

use std::fmt::Write as _;

use registry::{Facts, Model};

use crate::failure::Failure;
use crate::sheet::{Sheet, markdown};

const INTRODUCTION: &str = "\
<!-- Made by `cordon providers compare --reference > docs/providers.md` from registry/. Do not edit. -->

# What AI providers do with data

Each statement has a sign for how sure it is, its source, and the day on which that was read. What nobody says counts as the worst
case, and so does what was read too long ago. Others may know better: [how-to/provider-facts.md](how-to/provider-facts.md) shows how to
add evidence of your own and how to ask a provider. `cordon providers compare` shows the same with ages as of today and with your own
facts. This is no legal advice: read the sources before you rely on a value.

";

/// The page.
///
/// # Errors
/// A shipped file that is damaged.
pub(crate) fn page() -> Result<String, Failure> {
    let facts = Facts::builtin().map_err(|error| Failure::Unavailable(error.to_string()))?;
    let ids: Vec<&str> = facts.profiles().map(|profile| profile.id.as_str()).collect();
    let mut out = String::from(INTRODUCTION);
    out.push_str(&markdown::legend());
    out.push_str(&markdown::tables(&Sheet::of(&facts, &ids, false, None), 2));
    let whole = Sheet::of(&facts, &ids, true, None);
    out.push_str("\n## Each provider\n");
    for (index, provider) in whole.providers.iter().enumerate() {
        let _ = write!(
            out,
            "\n### {}\n\n`{}`. {}\n\n",
            markdown::escaped(&provider.name),
            provider.id,
            markdown::escaped(&provider.summary)
        );
        out.push_str(&markdown::section(&whole, index));
        let models: Vec<&Model> = facts.models(&provider.id).collect();
        if !models.is_empty() {
            out.push_str("\n| model | context, tokens | longest answer | takes | can | USD per million tokens | source |\n|---|---|---|---|---|---|---|\n");
        }
        for model in models {
            let tokens = |tokens: Option<u64>| tokens.map(|tokens| tokens.to_string()).unwrap_or_default();
            let takes: Vec<&str> = model.takes.iter().map(|one| one.name()).collect();
            let can: Vec<&str> = model.can.iter().map(|one| one.name()).collect();
            let price = model.price.map(|price| format!("{} in, {} out", price.input_usd, price.output_usd));
            let source = match &model.source.url {
                Some(url) => format!("[{}](<{url}>)", markdown::escaped(&model.source.title)),
                None => markdown::escaped(&model.source.title),
            };
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {} | {} | {} | {source} |",
                model.name,
                tokens(model.context_tokens),
                tokens(model.output_tokens_max),
                takes.join(", "),
                can.join(", "),
                price.unwrap_or_default(),
            );
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_the_repository_is_what_the_registry_says() {
        let written = include_str!("../../../../../docs/providers.md");
        assert!(
            written == page().unwrap(),
            "docs/providers.md has grown old: cordon providers compare --reference > docs/providers.md"
        );
    }
}
