//! The keyring: which provider key a call gets.
//!
//! A key belongs to a provider and an environment; of several the first active one is used. There is no way from one
//! environment to the keys of another: the environment is part of what is looked up.

use http::HeaderValue;
use http::header::{AUTHORIZATION, HeaderName};
use registry::KeyHeader;
use types::{Environment, ProviderKey};

use crate::settings::ProviderKeySettings;

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// All provider keys.
#[derive(Debug)]
pub(crate) struct Keyring {
    keys: Vec<ProviderKeySettings>,
}

impl Keyring {
    pub(crate) fn new(keys: Vec<ProviderKeySettings>) -> Self {
        Self { keys }
    }

    fn key(&self, provider: &str, environment: Environment) -> Option<&ProviderKey> {
        self.keys
            .iter()
            .find(|key| key.is_active && key.provider == provider && key.environment == environment)
            .map(|key| &key.key)
    }

    /// The header that carries the key of this provider in this environment. `None` where there is no key, or one that
    /// cannot stand in a header.
    pub(crate) fn header(
        &self,
        provider: &str,
        environment: Environment,
        carrier: KeyHeader,
    ) -> Option<(HeaderName, HeaderValue)> {
        let key = self.key(provider, environment)?.expose();
        let (name, value) = match carrier {
            KeyHeader::Bearer => (AUTHORIZATION, HeaderValue::try_from(format!("Bearer {key}"))),
            KeyHeader::XApiKey => (X_API_KEY, HeaderValue::from_str(key)),
            KeyHeader::None => return None,
        };
        let mut value = value.ok()?;
        value.set_sensitive(true);
        Some((name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(keys: &[(&str, Environment, &str, bool)]) -> Keyring {
        Keyring::new(
            keys.iter()
                .map(|(provider, environment, key, is_active)| ProviderKeySettings {
                    provider: (*provider).to_owned(),
                    environment: *environment,
                    key: ProviderKey::new(*key),
                    is_active: *is_active,
                })
                .collect(),
        )
    }

    #[test]
    fn a_key_serves_its_provider_and_environment_only_and_the_first_active_one_is_used() {
        let ring = ring(&[
            ("a", Environment::Prod, "old", false),
            ("a", Environment::Prod, "one", true),
            ("a", Environment::Prod, "two", true),
            ("b", Environment::Dev, "bee", true),
        ]);
        let value = |provider, environment, carrier| {
            ring.header(provider, environment, carrier)
                .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        };
        let cases = [
            ("a", Environment::Prod, KeyHeader::Bearer, Some("authorization: Bearer one")),
            ("a", Environment::Prod, KeyHeader::XApiKey, Some("x-api-key: one")),
            ("a", Environment::Prod, KeyHeader::None, None),
            ("a", Environment::Dev, KeyHeader::Bearer, None),
            ("a", Environment::Staging, KeyHeader::Bearer, None),
            ("b", Environment::Dev, KeyHeader::XApiKey, Some("x-api-key: bee")),
            ("b", Environment::Prod, KeyHeader::XApiKey, None),
            ("c", Environment::Prod, KeyHeader::XApiKey, None),
        ];
        for (provider, environment, carrier, expected) in cases {
            assert_eq!(
                value(provider, environment, carrier).as_deref(),
                expected,
                "{provider} {environment}"
            );
        }
    }

    #[test]
    fn a_key_does_not_print() {
        let ring = ring(&[("a", Environment::Prod, "canary", true)]);
        let header = ring.header("a", Environment::Prod, KeyHeader::Bearer);
        assert!(!format!("{ring:?} {header:?}").contains("canary"));
    }
}
