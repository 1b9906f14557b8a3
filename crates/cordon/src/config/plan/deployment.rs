//! Who gets requests, where, for which models.

use std::collections::{BTreeMap, BTreeSet};

use registry::{Facts, Origin, Price, Provider, Registry, Surface};
use route::ModelPattern;
use types::DeploymentId;
use wire::DialectId;

use super::key::{KeyPlan, known};
use crate::config::Config;
use crate::config::document::Step;
use crate::config::problem::Problems;
use crate::config::providers::{self as form, KeyHeaderName};

/// Id of the built-in echo provider and of its deployment.
pub(crate) const ECHO: &str = "echo";

/// A deployment, checked.
#[derive(Debug, Clone)]
pub(crate) struct DeploymentPlan {
    /// As the router sees it.
    pub(crate) route: route::Deployment,
    /// Where each dialect is reached, and which header carries the key.
    pub(crate) surfaces: BTreeMap<String, Surface>,
    /// True for a model of one's own that takes no key.
    pub(crate) is_keyless: bool,
    /// True for the echo provider.
    pub(crate) is_built_in: bool,
    /// The variable that usually holds the key, for messages.
    pub(crate) key_variable: Option<String>,
    /// Id of the provider whose facts hold.
    pub(crate) facts: String,
}

/// The shipped providers and those of the file.
pub(super) fn registry(forms: &[form::Provider], problems: &mut Problems<'_>) -> Registry {
    let mut registry = match Registry::builtin() {
        Ok(registry) => registry,
        Err(error) => {
            problems.error(&[], format!("the shipped provider registry cannot be read: {error}"), "", "");
            Registry::default()
        }
    };
    for (index, form) in forms.iter().enumerate() {
        let mut surfaces = BTreeMap::new();
        for (dialect, surface) in &form.surfaces {
            let at: Vec<Step> =
                vec!["providers".into(), index.into(), "surfaces".into(), dialect.as_str().into()];
            check_dialect(dialect, &at, problems);
            let url = [at.as_slice(), &["base_url".into()]].concat();
            if let Some(origin) = origin(&surface.base_url, &url, problems) {
                surfaces.insert(
                    dialect.clone(),
                    Surface { origin: Some(origin), key: surface.key.of_registry() },
                );
            }
        }
        if form.surfaces.is_empty() {
            problems.error(
                &["providers".into(), index.into(), "id".into()],
                format!("provider `{}` has no surface, so it cannot be reached", form.id),
                "this provider",
                "add surfaces = { \"openai.chat\" = { base_url = \"https://…\", key = \"bearer\" } }",
            );
        }
        let keyless = form.surfaces.values().all(|surface| surface.key == KeyHeaderName::None);
        if keyless && form.key_variable.is_some() {
            problems.warning(
                &["providers".into(), index.into(), "key_variable".into()],
                "no surface of this provider sends a key",
                "never used",
                "set key = \"bearer\" or \"x-api-key\" in its surfaces, or leave key_variable out",
            );
        }
        registry.insert(Provider {
            id: form.id.clone(),
            name: form.name.clone().unwrap_or_else(|| form.id.clone()),
            key_variable: form.key_variable.clone(),
            built_in: false,
            on_premises: form.on_premises,
            models: form.models.clone(),
            listed: form.listed.clone(),
            surfaces,
            facts: form.facts.clone(),
        });
    }
    registry
}

/// The deployments of the file; where it names none, one for each provider that has a key or needs none; where there is
/// none of these either, the echo.
pub(super) fn planned(
    config: &Config,
    registry: &Registry,
    keys: &[KeyPlan],
    problems: &mut Problems<'_>,
) -> Vec<DeploymentPlan> {
    if !config.deployments.is_empty() {
        return named(config, registry, problems);
    }
    let mut planned = Vec::new();
    for provider in registry.providers().filter(|provider| !provider.built_in) {
        let needs_none = provider.surfaces.values().all(|surface| surface.key == registry::KeyHeader::None);
        let index = config.providers.iter().position(|form| form.id == provider.id);
        if keys.iter().any(|key| key.provider == provider.id && key.is_active) || needs_none {
            let at: Vec<Step> = match index {
                Some(index) => vec!["providers".into(), index.into(), "surfaces".into()],
                None => Vec::new(),
            };
            check_plain_http(&provider.surfaces, false, &at, problems);
            planned.push(of_provider(provider));
        }
    }
    if planned.is_empty() {
        planned.extend(registry.provider(ECHO).map(of_provider));
    }
    planned
}

fn of_provider(provider: &Provider) -> DeploymentPlan {
    DeploymentPlan {
        route: route::Deployment {
            id: DeploymentId::new(&provider.id),
            provider: provider.id.clone(),
            on_premises: provider.on_premises,
            dialects: provider.surfaces.keys().cloned().collect(),
            models: provider.models.iter().map(|pattern| ModelPattern::new(pattern)).collect(),
            listed: provider.listed.clone(),
            aliases: BTreeMap::new(),
            weight: 1,
            prices: Vec::new(),
        },
        surfaces: provider.surfaces.clone(),
        is_keyless: false,
        is_built_in: provider.built_in,
        key_variable: provider.key_variable.clone(),
        facts: provider.facts_id().to_owned(),
    }
}

/// Gives deployments the prices of the catalogue: of a model by its name first, then by its other names. What runs on own premises has
/// none, because what it costs does not depend on tokens.
pub(super) fn price(deployments: &mut [DeploymentPlan], facts: &Facts) {
    for planned in deployments.iter_mut().filter(|planned| !planned.route.on_premises && !planned.is_built_in)
    {
        let models = || facts.models(&planned.facts).filter_map(|model| Some((model, blended(model.price?))));
        let by_name = models().map(|(model, price)| (ModelPattern::new(&model.name), price));
        let by_other = models()
            .flat_map(|(model, price)| model.also.iter().map(move |name| (ModelPattern::new(name), price)));
        planned.route.prices = by_name.chain(by_other).collect();
    }
}

/// One number for a price: three tokens are sent for each that comes back, as in most chats and documents that are read. In millionths of
/// a US dollar for a million tokens.
fn blended(price: Price) -> u64 {
    let millionths = (price.input_usd.mul_add(3.0, price.output_usd) / 4.0 * 1_000_000.0).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a price is a finite number from zero; a cast saturates"
    )]
    let millionths = millionths as u64;
    millionths
}

fn named(config: &Config, registry: &Registry, problems: &mut Problems<'_>) -> Vec<DeploymentPlan> {
    let mut planned = Vec::new();
    let mut ids = BTreeSet::new();
    for (index, form) in config.deployments.iter().enumerate() {
        let at = |name: &str| -> Vec<Step> { vec!["deployments".into(), index.into(), name.into()] };
        if let Some(fault) = super::app_name_fault(&form.id) {
            problems.error(&at("id"), format!("a deployment id {fault}"), "this id", "");
        }
        if !ids.insert(form.id.clone()) {
            problems.error(
                &at("id"),
                format!("there are two deployments `{}`", form.id),
                "again",
                "give each its own id",
            );
        }
        let provider_id = form.provider.as_deref().unwrap_or(&form.id);
        let Some(provider) = registry.provider(provider_id) else {
            let member = if form.provider.is_some() { "provider" } else { "id" };
            problems.error(
                &at(member),
                format!("there is no provider `{provider_id}`"),
                "unknown",
                format!("known: {}; add your own under [[providers]]", known(registry)),
            );
            continue;
        };
        planned.push(of_form(form, provider, &at, problems));
    }
    planned
}

fn of_form(
    form: &form::Deployment,
    provider: &Provider,
    at: &dyn Fn(&str) -> Vec<Step>,
    problems: &mut Problems<'_>,
) -> DeploymentPlan {
    let mut plan = of_provider(provider);
    plan.route.id = DeploymentId::new(&form.id);
    plan.route.on_premises = form.on_premises.unwrap_or(provider.on_premises);
    plan.is_keyless = form.keyless;
    if let Some(dialects) = &form.dialects {
        for (index, dialect) in dialects.iter().enumerate() {
            let here = [at("dialects").as_slice(), &[index.into()]].concat();
            check_dialect(dialect, &here, problems);
            if DialectId::from_name(dialect).is_some() && !provider.surfaces.contains_key(dialect) {
                problems.error(
                    &here,
                    format!("provider `{}` has no surface for `{dialect}`", provider.id),
                    "not there",
                    format!("it has: {}", provider.surfaces.keys().cloned().collect::<Vec<_>>().join(", ")),
                );
            }
        }
        plan.surfaces.retain(|dialect, _| dialects.contains(dialect));
        plan.route.dialects = plan.surfaces.keys().cloned().collect();
    }
    if let Some(models) = &form.models {
        plan.route.models = models.iter().map(|pattern| ModelPattern::new(pattern)).collect();
        plan.route.listed = models.iter().filter(|name| !name.contains('*')).cloned().collect();
    }
    plan.route.aliases = form.aliases.clone();
    plan.route.weight = form.weight;
    if let Some(url) = &form.base_url
        && let Some(origin) = origin(url, &at("base_url"), problems)
    {
        if provider.built_in {
            problems.error(
                &at("base_url"),
                "the echo provider is built in and has no URL",
                "never used",
                "leave it out",
            );
        }
        for surface in plan.surfaces.values_mut() {
            let mut moved = origin.clone();
            if moved.prefix.is_empty() {
                moved.prefix = surface.origin.as_ref().map(|own| own.prefix.clone()).unwrap_or_default();
            }
            surface.origin = Some(moved);
        }
    }
    check_plain_http(&plan.surfaces, form.allow_plain_http, &at("base_url"), problems);
    plan
}

fn check_dialect(dialect: &str, at: &[Step], problems: &mut Problems<'_>) {
    if DialectId::from_name(dialect).is_none() {
        let known: Vec<&str> = DialectId::ALL.iter().map(|dialect| dialect.name()).collect();
        problems.error(
            at,
            format!("there is no dialect `{dialect}`"),
            "unknown",
            format!("there are: {}", known.join(", ")),
        );
    }
}

fn origin(url: &str, at: &[Step], problems: &mut Problems<'_>) -> Option<Origin> {
    match Origin::parse(url) {
        Err(fault) => {
            problems.error(at, fault, "this URL", "e.g. https://llm.internal.example");
            None
        }
        Ok(origin) if origin.prefix.ends_with("/v1") => {
            problems.error(
                at,
                "a base URL ends before `/v1`, which belongs to the path of the dialect",
                "leave /v1 off",
                "Cordon adds the path itself: /v1/chat/completions, /v1/messages",
            );
            None
        }
        Ok(origin) => Some(origin),
    }
}

fn check_plain_http(
    surfaces: &BTreeMap<String, Surface>,
    is_allowed: bool,
    at: &[Step],
    problems: &mut Problems<'_>,
) {
    let is_plain = |origin: &Origin| !origin.secure && !origin.is_loopback();
    if !is_allowed && surfaces.values().filter_map(|surface| surface.origin.as_ref()).any(is_plain) {
        problems.error(
            at,
            "plain http beyond loopback: keys and requests would be readable on the way",
            "not encrypted",
            "use https, or say allow_plain_http = true in a [[deployments]] entry",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prices of OpenAI's own page by way of the catalogue: gpt-4.1 costs 2 and 8 dollars, gpt-4.1-mini 0.40 and 1.60.
    #[test]
    fn deployments_have_the_prices_of_the_catalogue_and_own_premises_none() {
        let facts = Facts::builtin().unwrap();
        let registry = Registry::builtin().unwrap();
        let mut all = vec![of_provider(registry.provider("openai").unwrap())];
        all.push(all[0].clone());
        all[1].route.on_premises = true;
        price(&mut all, &facts);
        let cost = |model: &str| {
            let prices = &all[0].route.prices;
            prices.iter().find(|(pattern, _)| pattern.matches(model)).map(|(_, price)| *price)
        };
        assert_eq!(cost("gpt-4.1"), Some(3_500_000));
        assert_eq!(cost("gpt-4.1-mini"), Some(700_000));
        assert_eq!(cost("gpt-4.1-mini-2025-04-14"), Some(700_000), "another name of it");
        assert_eq!(cost("gpt-9"), None);
        assert!(all[1].route.prices.is_empty());
    }
}
