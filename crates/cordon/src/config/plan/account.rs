//! What is declared of accounts, checked against the facts that it is to count for.

use std::collections::BTreeSet;
use std::path::Path;

use registry::{Account, Day, Facts, Grant, HostStanding};

use super::{DeploymentPlan, Surroundings, resolved};
use crate::config::Config;
use crate::config::document::Step;
use crate::config::problem::Problems;
use crate::config::providers::{GrantName, ProviderKeySource};

/// Providers of the operator's, of which nothing ships: id and name.
pub(super) fn without_facts(config: &Config) -> Vec<(String, String)> {
    let own = config.providers.iter().filter(|provider| provider.facts.is_none());
    own.map(|provider| (provider.id.clone(), provider.name.clone().unwrap_or_else(|| provider.id.clone())))
        .collect()
}

/// The account that a key source declares.
pub(super) fn of(form: &ProviderKeySource) -> Account {
    let grant = |name: GrantName| {
        form.grants
            .get(&name)
            .map(|grant| Grant { id: grant.id.clone(), expires: grant.expires.map(|last| last.day()) })
    };
    Account {
        tier: form.tier.clone(),
        region: form.region.clone(),
        settings: form.settings.clone(),
        zero_retention: grant(GrantName::ZeroRetention),
        baa: grant(GrantName::Baa),
        dpa: grant(GrantName::Dpa),
        clauses: grant(GrantName::Clauses),
        assessment: grant(GrantName::Assessment),
    }
}

/// Declarations that prove nothing, have run out, or speak of what no fact knows.
pub(super) fn check(
    config: &Config,
    facts: &Facts,
    base: &Path,
    today: Day,
    around: &Surroundings<'_>,
    problems: &mut Problems<'_>,
) {
    if let Some(country) = &config.company.country
        && !(country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) && country != "UK")
    {
        problems.error(
            &["company".into(), "country".into()],
            format!("`{country}` is no country code"),
            "this",
            "two capital letters of ISO 3166-1: DE, US, GB",
        );
    }
    for (index, form) in config.providers.iter().enumerate() {
        if let Some(id) = &form.facts
            && facts.profile(id).is_none()
        {
            let known: Vec<&str> = facts.profiles().map(|profile| profile.id.as_str()).collect();
            problems.error(
                &["providers".into(), index.into(), "facts".into()],
                format!("there are no facts on a provider `{id}`"),
                "unknown",
                format!("known: {}", known.join(", ")),
            );
        }
    }
    for (index, form) in config.provider_keys.iter().enumerate() {
        let at = |steps: &[Step]| [&["provider_keys".into(), index.into()], steps].concat();
        for (name, grant) in &form.grants {
            let here = |member: &str| at(&["grants".into(), name.name().into(), member.into()]);
            if !(around.is_file)(&resolved(base, &grant.evidence)) {
                problems.error(
                    &here("evidence"),
                    format!("the evidence `{}` is not there", grant.evidence.display()),
                    "no such file",
                    "a grant counts with its evidence only; paths start at the directory of this file",
                );
            }
            if let Some(last) = grant.expires
                && last.day() < today
            {
                problems.warning(
                    &here("expires"),
                    format!(
                        "`{}` of provider `{}` has run out and does not count",
                        name.name(),
                        form.provider
                    ),
                    "in the past",
                    "renew it with the provider, or take it out",
                );
            }
        }
        let alias = config.providers.iter().find(|provider| provider.id == form.provider);
        let id = alias.and_then(|provider| provider.facts.as_deref()).unwrap_or(&form.provider);
        check_settings(form, (facts, id), &at, problems);
    }
}

/// Tiers, regions and settings that no fact tells apart change nothing: they may be mistyped.
fn check_settings(
    form: &ProviderKeySource,
    (facts, provider): (&Facts, &str),
    at: &dyn Fn(&[Step]) -> Vec<Step>,
    problems: &mut Problems<'_>,
) {
    let known = Settings::of(facts, provider);
    let mut warn = |member: &str, value: &str, all: &BTreeSet<&str>| {
        if !all.iter().any(|one| one.eq_ignore_ascii_case(value)) {
            let all: Vec<&str> = all.iter().copied().collect();
            problems.warning(
                &at(&[member.into()]),
                format!("no fact on provider `{}` knows the {member} `{value}`", form.provider),
                "changes nothing",
                if all.is_empty() {
                    "facts tell none apart".to_owned()
                } else {
                    format!("known: {}", all.join(", "))
                },
            );
        }
    };
    if let Some(tier) = &form.tier {
        warn("tier", tier, &known.tiers);
    }
    if let Some(region) = &form.region {
        warn("region", region, &known.regions);
    }
    for setting in &form.settings {
        warn("settings", setting, &known.settings);
    }
}

/// What the facts on a provider tell apart.
#[derive(Debug, Default)]
pub(crate) struct Settings<'a> {
    /// Tiers.
    pub(crate) tiers: BTreeSet<&'a str>,
    /// Regions.
    pub(crate) regions: BTreeSet<&'a str>,
    /// Other settings.
    pub(crate) settings: BTreeSet<&'a str>,
}

impl<'a> Settings<'a> {
    /// Of the facts on a provider.
    pub(crate) fn of(facts: &'a Facts, provider: &str) -> Self {
        let mut known = Self::default();
        let all = facts.profile(provider).into_iter().flat_map(|profile| &profile.facts);
        for fact in all {
            known.tiers.extend(fact.scope.tier.as_deref());
            match fact
                .scope
                .account_setting
                .as_deref()
                .map(|setting| (setting, setting.strip_prefix("region=")))
            {
                Some((_, Some(region))) => {
                    known.regions.insert(region);
                }
                Some((setting, None)) if setting.contains('=') => {
                    known.settings.insert(setting);
                }
                _ => {}
            }
        }
        known
    }
}

/// A key must not go to a host that imitates its provider; to one that no fact names it goes, but no fact counts there.
pub(super) fn check_hosts(
    config: &Config,
    deployments: &[DeploymentPlan],
    facts: &Facts,
    problems: &mut Problems<'_>,
) {
    for planned in deployments.iter().filter(|planned| !planned.is_built_in && !planned.route.on_premises) {
        if facts.profile(&planned.facts).is_none() {
            continue;
        }
        let named = config.deployments.iter().position(|form| form.id == planned.route.id.as_str());
        let at: Vec<Step> = match named {
            Some(index) => vec!["deployments".into(), index.into(), "base_url".into()],
            None => {
                let own = config.providers.iter().position(|form| form.id == planned.route.provider);
                own.map(|index| vec!["providers".into(), index.into(), "surfaces".into()]).unwrap_or_default()
            }
        };
        let hosts: BTreeSet<&str> = planned
            .surfaces
            .values()
            .filter_map(|surface| surface.origin.as_ref())
            .filter(|origin| !origin.is_loopback())
            .map(|origin| origin.host.as_str())
            .collect();
        for host in hosts {
            match facts.host(&planned.facts, host) {
                HostStanding::Own => {}
                HostStanding::Lookalike => problems.error(
                    &at,
                    format!("`{host}` imitates provider `{}`", planned.facts),
                    "a look-alike",
                    "no key may be sent there; take the address from the provider's own documentation",
                ),
                // Of a provider without any host fact nothing is claimed that could be wrong here.
                HostStanding::Other if !has_hosts(facts, &planned.facts) => {}
                HostStanding::Other => problems.warning(
                    &at,
                    format!("no fact names `{host}` as a host of provider `{}`", planned.facts),
                    "facts do not count here",
                    "if it is the provider's, state it as a fact of your own: key = \"endpoint.hosts\"",
                ),
            }
        }
    }
}

fn has_hosts(facts: &Facts, provider: &str) -> bool {
    !facts.said(provider, "endpoint.hosts", None).is_empty()
}
