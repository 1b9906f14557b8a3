//! Hosts in fact files: the domains that documents of a provider stand under, and those that imitate it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::fact::{Fact, Source, SourceKind};
use crate::problem::Finder;
use crate::{Value, pattern};

/// What calls itself a document of the provider stands under a domain of the provider.
pub(super) fn check_domain(
    url: &toml::Spanned<String>,
    kind: Option<SourceKind>,
    domains: &[String],
    problems: &mut Finder<'_>,
) {
    let is_of_provider =
        matches!(kind, Some(SourceKind::Primary | SourceKind::Archived | SourceKind::Unread));
    let is_under = |domain: &String| match domain.split_once('/') {
        Some((host, path)) => {
            host_of(url.get_ref()) == host
                && path_of(url.get_ref())
                    .strip_prefix(path)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
        None => {
            let host = host_of(url.get_ref());
            host == domain || host.strip_suffix(domain.as_str()).is_some_and(|front| front.ends_with('.'))
        }
    };
    if is_of_provider && !domains.iter().any(is_under) {
        problems.add(
            url.span(),
            format!("`{}` is no domain of the provider", host_of(url.get_ref())),
            "call the source secondary, or add the domain to `domains`",
        );
    }
}

/// Hosts and sources of a provider are none of the hosts that imitate it.
pub(super) fn check_hosts(
    facts: &[Fact],
    places: &[Range<usize>],
    sources: &BTreeMap<String, Arc<Source>>,
    problems: &mut Finder<'_>,
) {
    let of = |key: &'static str| facts.iter().zip(places).filter(move |(fact, _)| fact.key == key);
    let lookalikes: Vec<&str> = of("endpoint.lookalikes")
        .filter_map(|(fact, _)| fact.value.as_ref())
        .flat_map(Value::texts)
        .collect();
    for (fact, place) in of("endpoint.hosts") {
        for host in fact.value.iter().flat_map(Value::texts) {
            if lookalikes.iter().any(|lookalike| *lookalike == host || pattern::is_host_like(lookalike, host))
            {
                problems.add(
                    place.clone(),
                    format!("`{host}` is listed as a look-alike"),
                    "a key may not be sent there",
                );
            }
        }
    }
    for source in sources.values() {
        if let Some(url) = &source.url
            && let Some(lookalike) = lookalike_of(url, &lookalikes)
        {
            problems.add(
                0..0,
                format!("source `{}` stands on the look-alike host `{lookalike}`", source.id),
                "never cite it",
            );
        }
    }
}

/// A source of the operator's stands on no host that imitates a provider.
pub(super) fn refuse_lookalike(url: &toml::Spanned<String>, lookalikes: &[&str], problems: &mut Finder<'_>) {
    if let Some(host) = lookalike_of(url.get_ref(), lookalikes) {
        problems.add(url.span(), format!("`{host}` imitates a provider"), "never cite it");
    }
}

/// The look-alike host that an address stands on, itself or a host below it.
fn lookalike_of<'a>(url: &str, lookalikes: &[&'a str]) -> Option<&'a str> {
    let host = host_of(url);
    lookalikes
        .iter()
        .find(|one| host == **one || host.strip_suffix(**one).is_some_and(|front| front.ends_with('.')))
        .copied()
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#', ':']).next().unwrap_or_default()
}

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split_once('/').map_or("", |(_, path)| path)
}
