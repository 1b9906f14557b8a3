//! Who got a request: from the host that it went to, the name of the provider, or the model's name.
//!
//! What is told decides by its strength: a host says where bytes went; a name of a provider says what a logger thought; a model's name says who
//! usually serves it. Where the host is nobody's that is known, no name makes up for it: many servers speak a dialect of
//! somebody else. Who cannot be told is unknown, and read strictly.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use registry::{HostStanding, LogNames};
use route::ModelPattern;

use crate::config::plan::Plan;

/// What a line says about who got it. The log's own text: never shown as it stands.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Hints {
    /// Name of a provider.
    pub(crate) provider: Option<String>,
    /// A URL or host.
    pub(crate) url: Option<String>,
    /// The model.
    pub(crate) model: Option<String>,
}

/// Tells what there is, not what it says.
impl fmt::Debug for Hints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hints")
            .field("provider", &self.provider.is_some())
            .field("url", &self.url.is_some())
            .field("model", &self.model.is_some())
            .finish()
    }
}

/// How the recipient is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Basis {
    /// By the host.
    Host,
    /// By the provider's name.
    Name,
    /// By the command line.
    Told,
    /// By the model's name only.
    Model,
    /// Not at all.
    Unknown,
}

impl Basis {
    /// Its name, for programs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Name => "provider_name",
            Self::Told => "told",
            Self::Model => "model_name",
            Self::Unknown => "unknown",
        }
    }

    /// What it means, after "the recipient of so many requests".
    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::Host => "known by the host",
            Self::Name => "known by the provider that the log names",
            Self::Told => "known by --provider",
            Self::Model => "guessed by the name of the model; say --provider where it was another",
            Self::Unknown => "not known; say --provider if it was one and the same",
        }
    }
}

/// The id that stands for whoever is not known.
pub(crate) const UNKNOWN: &str = "unknown";

/// Who got a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Recipient {
    /// Registry id, or [`UNKNOWN`].
    pub(crate) id: String,
    /// True where it is a server of one's own.
    pub(crate) is_own: bool,
    /// The host, where it is one that the facts on this provider name.
    pub(crate) host: Option<String>,
    /// The model as the catalogue of this provider calls it; `None`: nobody has classified it.
    pub(crate) model: Option<String>,
    /// How that is known.
    pub(crate) basis: Basis,
    /// What stood there instead, where the recipient is not known: a host or a name. The log's own text.
    pub(crate) strange: Option<String>,
}

/// Knows recipients.
pub(crate) struct Recipients<'a> {
    plan: &'a Plan,
    names: LogNames,
    /// What the command line says.
    told: Option<String>,
    /// Provider → patterns of the models it serves.
    patterns: Vec<(String, Vec<ModelPattern>)>,
}

impl<'a> Recipients<'a> {
    /// Those that a plan knows. `told` is the provider of lines that do not say.
    pub(crate) fn new(plan: &'a Plan, names: LogNames, told: Option<String>) -> Self {
        let serves_some = |pattern: &&String| !pattern.starts_with('*');
        let patterns = plan.registry.providers().filter(|provider| !provider.built_in).map(|provider| {
            let patterns = provider.models.iter().filter(serves_some).map(|text| ModelPattern::new(text));
            (provider.id.clone(), patterns.collect())
        });
        Self { plan, names, told, patterns: patterns.collect() }
    }

    /// Who got the request.
    pub(crate) fn of(&self, hints: &Hints) -> Recipient {
        let (prefix, model) = split(hints.model.as_deref().unwrap_or_default());
        let name = hints.provider.as_deref().or(prefix);
        let named = name.and_then(|name| self.named(name));
        let unknown = |strange: Option<&str>| Recipient {
            strange: strange.map(str::to_owned),
            ..self.recipient(UNKNOWN, false, None, model, Basis::Unknown)
        };
        if let Some(host) = hints.url.as_deref().and_then(host) {
            if let Some((id, is_own)) = self.at(&host) {
                return self.recipient(&id, is_own, Some(host), model, Basis::Host);
            }
            if self.imitates(&host) {
                return unknown(Some(&host));
            }
            return match (&named, &self.told) {
                // One's own network may hold a proxy to anybody.
                (Some((id, true)), _) if is_private(&host) => {
                    self.recipient(id, true, None, model, Basis::Name)
                }
                (_, Some(told)) => self.recipient(told, self.is_own(told), None, model, Basis::Told),
                _ => unknown(Some(&host)),
            };
        }
        if let Some((id, is_own)) = named {
            return self.recipient(&id, is_own, None, model, Basis::Name);
        }
        let by_model = self.serving(model);
        if let Some(told) = &self.told
            && (by_model.is_empty() || by_model.contains(told) || !self.has_patterns(told))
        {
            return self.recipient(told, self.is_own(told), None, model, Basis::Told);
        }
        match (name, by_model.as_slice()) {
            (None, [one]) => self.recipient(one, self.is_own(one), None, model, Basis::Model),
            _ => unknown(name),
        }
    }

    fn recipient(
        &self,
        id: &str,
        is_own: bool,
        host: Option<String>,
        model: &str,
        basis: Basis,
    ) -> Recipient {
        let facts = self.facts_id(id);
        let known = self.plan.facts.model(facts, model).map(|known| known.name.clone());
        Recipient { id: id.to_owned(), is_own, host, model: known, basis, strange: None }
    }

    /// The id of the facts that hold for a provider.
    fn facts_id<'b>(&'b self, id: &'b str) -> &'b str {
        self.plan.registry.provider(id).map_or(id, registry::Provider::facts_id)
    }

    /// The provider that a name stands for, and whether it is a server of one's own.
    fn named(&self, name: &str) -> Option<(String, bool)> {
        if self.plan.registry.provider(name).is_some() {
            return Some((name.to_owned(), self.is_own(name)));
        }
        if self.plan.facts.profile(name).is_some() {
            return Some((name.to_owned(), false));
        }
        self.names.meant(name).map(|meant| (meant.provider.clone(), meant.is_own))
    }

    /// Whose host it is.
    fn at(&self, host: &str) -> Option<(String, bool)> {
        for deployment in &self.plan.deployments {
            let mut origins = deployment.surfaces.values().filter_map(|surface| surface.origin.as_ref());
            if origins.any(|origin| origin.host == host) {
                return Some((deployment.route.provider.clone(), deployment.route.on_premises));
            }
        }
        for provider in self.plan.registry.providers() {
            let mut origins = provider.surfaces.values().filter_map(|surface| surface.origin.as_ref());
            if origins.any(|origin| origin.host == host) {
                return Some((provider.id.clone(), provider.on_premises));
            }
        }
        let mut owners = self
            .plan
            .facts
            .profiles()
            .filter(|profile| self.plan.facts.host(&profile.id, host) == HostStanding::Own);
        owners.next().map(|profile| (profile.id.clone(), false))
    }

    /// True for a host that imitates a provider.
    fn imitates(&self, host: &str) -> bool {
        let facts = &self.plan.facts;
        facts.profiles().any(|profile| facts.host(&profile.id, host) == HostStanding::Lookalike)
    }

    fn is_own(&self, id: &str) -> bool {
        self.plan.registry.provider(id).is_some_and(|provider| provider.on_premises)
    }

    fn has_patterns(&self, id: &str) -> bool {
        self.patterns.iter().any(|(known, patterns)| known == id && !patterns.is_empty())
    }

    /// Who serves a model of this name: by how providers call theirs, else by the catalogue.
    fn serving(&self, model: &str) -> Vec<String> {
        if model.is_empty() {
            return Vec::new();
        }
        let mut serving: Vec<String> = self
            .patterns
            .iter()
            .filter(|(_, patterns)| patterns.iter().any(|pattern| pattern.matches(model)))
            .map(|(id, _)| id.clone())
            .collect();
        if serving.is_empty() {
            let ids = self.plan.facts.profiles().map(|profile| &profile.id);
            serving = ids.filter(|id| self.plan.facts.model(id, model).is_some()).cloned().collect();
        }
        serving
    }
}

/// `azure/gpt-4o` → the provider before the slash, where there is one, and the model.
fn split(model: &str) -> (Option<&str>, &str) {
    match model.split_once('/') {
        Some((prefix, rest)) => (Some(prefix), rest),
        None => (None, model),
    }
}

/// The host of a URL, in lower case; `None` where it names none.
fn host(url: &str) -> Option<String> {
    let rest = url.trim();
    let (has_scheme, rest) = match rest.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, rest),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match authority.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '_');
    // A path such as `/v1/messages` names no host, and neither does a word.
    let is_meant = has_scheme || host.contains('.') || host == "localhost";
    (is_meant && !host.is_empty() && host.chars().all(is_host)).then_some(host)
}

/// True for a host of one's own network.
fn is_private(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => {
            !host.contains('.')
                || [".local", ".internal", ".localhost", ".lan", ".home.arpa", ".svc"]
                    .iter()
                    .any(|end| host.ends_with(end))
        }
    }
}

/// How often each way of knowing was used.
pub(crate) type Bases = BTreeMap<Basis, u64>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_url() {
        for (url, expected) in [
            ("https://api.openai.com/v1", Some("api.openai.com")),
            ("https://user:pass@API.openai.com:443/v1?x=1", Some("api.openai.com")),
            ("api.mistral.ai/v1", Some("api.mistral.ai")),
            ("http://localhost:11434", Some("localhost")),
            ("http://[::1]:8000/v1", Some("::1")),
            ("/v1/chat/completions", None),
            ("", None),
            ("https:///v1", None),
            ("anna weber", None),
        ] {
            assert_eq!(host(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn private_hosts_are_told_from_public_ones() {
        for (host, expected) in [
            ("localhost", true),
            ("10.1.2.3", true),
            ("192.168.0.7", true),
            ("llm.internal", true),
            ("vllm", true),
            ("::1", true),
            ("fd00::1", true),
            ("8.8.8.8", false),
            ("api.openai.com", false),
        ] {
            assert_eq!(is_private(host), expected, "{host}");
        }
    }
}
