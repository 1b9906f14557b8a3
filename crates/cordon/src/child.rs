//! The environment of a command that runs behind Cordon: an app key and Cordon's address instead of provider keys.

use std::net::SocketAddr;

use registry::Registry;
use types::AppKey;

use crate::variables::{self, OWN_SECRETS};

/// Variables from which OpenAI clients read their key.
const OPENAI_KEYS: [&str; 1] = ["OPENAI_API_KEY"];

/// Variables from which OpenAI clients read their base URL: the official ones, older generations, LangChain, LiteLLM.
const OPENAI_URLS: [&str; 3] = ["OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_API_BASE_URL"];

/// Variable from which Anthropic clients read their key.
const ANTHROPIC_KEY: &str = "ANTHROPIC_API_KEY";

/// The other variable from which they read it. They complain where both are set, so it is given only to who used it before.
const ANTHROPIC_TOKEN: &str = "ANTHROPIC_AUTH_TOKEN";

/// Variables from which Anthropic clients read their base URL.
const ANTHROPIC_URLS: [&str; 2] = ["ANTHROPIC_BASE_URL", "ANTHROPIC_API_URL"];

/// Variables that keep clients from taking a proxy to loopback.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// What differs from our own environment.
pub(crate) struct ChildEnvironment {
    /// Variables that are set.
    pub(crate) set: Vec<(&'static str, String)>,
    /// Variables that are taken out.
    pub(crate) removed: Vec<String>,
}

impl ChildEnvironment {
    /// The environment of a child that reaches Cordon at `address` with `key`. `sources` are variables of the configuration
    /// that hold provider keys.
    pub(crate) fn new(address: SocketAddr, key: &AppKey, registry: &Registry, sources: &[String]) -> Self {
        let mut set = Vec::new();
        let (has_key, has_token) = (variables::is_set(ANTHROPIC_KEY), variables::is_set(ANTHROPIC_TOKEN));
        let anthropic = [
            Some(ANTHROPIC_KEY).filter(|_| has_key || !has_token),
            Some(ANTHROPIC_TOKEN).filter(|_| has_token),
        ];
        for name in OPENAI_KEYS.into_iter().chain(anthropic.into_iter().flatten()) {
            set.push((name, key.expose().to_owned()));
        }
        set.extend(OPENAI_URLS.map(|name| (name, format!("http://{address}/v1"))));
        set.extend(ANTHROPIC_URLS.map(|name| (name, format!("http://{address}"))));
        for name in NO_PROXY {
            let before = variables::variable(name).map(|hosts| format!(",{hosts}")).unwrap_or_default();
            set.push((name, format!("127.0.0.1,localhost{before}")));
        }
        let known = registry.providers().filter_map(|provider| provider.key_variable.clone());
        let removed = known
            .chain(sources.iter().cloned())
            .chain([ANTHROPIC_TOKEN.to_owned()])
            .chain(OWN_SECRETS.map(str::to_owned))
            .filter(|name| !set.iter().any(|(given, _)| given == name))
            .collect();
        Self { set, removed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_provider_key_stays_and_every_client_finds_cordon() {
        let registry = Registry::builtin().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], 4000));
        let child = ChildEnvironment::new(address, &AppKey::new("app"), &registry, &["HOUSE_KEY".to_owned()]);
        for provider in registry.providers().filter_map(|provider| provider.key_variable.as_deref()) {
            let is_set = child.set.iter().any(|(name, value)| *name == provider && value == "app");
            assert!(is_set || child.removed.iter().any(|name| name == provider), "{provider}");
        }
        assert!(child.removed.iter().any(|name| name == "HOUSE_KEY"));
        assert!(child.removed.iter().any(|name| name == "CORDON_ROOT_KEY"));
        assert!(child.set.contains(&("OPENAI_BASE_URL", "http://127.0.0.1:4000/v1".to_owned())));
        assert!(child.set.contains(&("ANTHROPIC_BASE_URL", "http://127.0.0.1:4000".to_owned())));
    }
}
