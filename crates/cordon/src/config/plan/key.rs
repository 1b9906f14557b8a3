//! Where provider keys come from.

use std::path::{Path, PathBuf};

use registry::{Account, Registry};
use types::Environment;

use super::{Surroundings, resolved};
use crate::config::Config;
use crate::config::problem::Problems;

/// One key of a provider, not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyPlan {
    /// The provider.
    pub(crate) provider: String,
    /// The environment whose app keys may use it.
    pub(crate) environment: Environment,
    /// Where it is read from.
    pub(crate) source: KeySource,
    /// False when it is kept aside.
    pub(crate) is_active: bool,
    /// What is declared of its account.
    pub(crate) account: Account,
}

/// Where a key is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// An environment variable.
    Variable(String),
    /// A file.
    File(PathBuf),
}

impl KeySource {
    /// For messages: the name of the variable or file.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Variable(name) => format!("${name}"),
            Self::File(path) => path.display().to_string(),
        }
    }
}

/// The sources of the file; where it names none, the usual variables that are set.
pub(super) fn planned(
    config: &Config,
    environment: Environment,
    registry: &Registry,
    base_dir: &Path,
    around: &Surroundings<'_>,
    problems: &mut Problems<'_>,
) -> Vec<KeyPlan> {
    if config.provider_keys.is_empty() {
        return registry
            .providers()
            .filter_map(|provider| Some((provider, provider.key_variable.as_ref()?)))
            .filter(|(_, variable)| (around.has_variable)(variable))
            .map(|(provider, variable)| KeyPlan {
                provider: provider.id.clone(),
                environment,
                source: KeySource::Variable(variable.clone()),
                is_active: true,
                account: Account::default(),
            })
            .collect();
    }
    let mut planned = Vec::new();
    for (index, form) in config.provider_keys.iter().enumerate() {
        let at = |name: &str| ["provider_keys".into(), index.into(), name.into()];
        if registry.provider(&form.provider).is_none() {
            problems.error(
                &at("provider"),
                format!("there is no provider `{}`", form.provider),
                "unknown",
                format!("known: {}", known(registry)),
            );
        }
        let source = match (&form.from_env, &form.from_file) {
            (Some(variable), None) => KeySource::Variable(variable.clone()),
            (None, Some(path)) => KeySource::File(resolved(base_dir, path)),
            _ => {
                problems.error(
                    &at("provider"),
                    "a provider key comes from exactly one of `from_env` and `from_file`",
                    "this key",
                    "name the environment variable or the file that holds it",
                );
                continue;
            }
        };
        if let KeySource::Variable(variable) = &source
            && !(around.has_variable)(variable)
        {
            problems.warning(
                &at("from_env"),
                format!("the environment variable `{variable}` is not set"),
                "not set",
                "requests that need this key are refused until it is set and Cordon is started again",
            );
        }
        planned.push(KeyPlan {
            provider: form.provider.clone(),
            environment: form.environment.map_or(environment, |named| named.environment()),
            source,
            is_active: form.active,
            account: super::account::of(form),
        });
    }
    planned
}

/// The ids of all providers, for messages.
pub(super) fn known(registry: &Registry) -> String {
    registry.providers().map(|provider| provider.id.as_str()).collect::<Vec<_>>().join(", ")
}
