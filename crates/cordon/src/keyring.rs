//! Provider keys, read from where the configuration says.

use types::{Environment, ProviderKey};

use crate::config::plan::{KeyPlan, KeySource, Plan};
use crate::failure::Failure;
use crate::{files, variables};

/// A provider key with whose it is.
#[derive(Debug, Clone)]
pub(crate) struct ReadKey {
    /// The provider.
    pub(crate) provider: String,
    /// The environment whose app keys may use it.
    pub(crate) environment: Environment,
    /// The key.
    pub(crate) key: ProviderKey,
    /// False when it is kept aside.
    pub(crate) is_active: bool,
}

/// Reads all keys of a plan. A variable that is not set is left out (the plan has warned of it); a file that cannot be
/// read, or that others can read, is an error.
///
/// # Errors
/// A file that is not kept like a secret, or a key that cannot be one.
pub(crate) fn read(plan: &Plan) -> Result<Vec<ReadKey>, Failure> {
    plan.keys.iter().filter_map(|planned| one(planned).transpose()).collect()
}

fn one(planned: &KeyPlan) -> Result<Option<ReadKey>, Failure> {
    let text = match &planned.source {
        KeySource::Variable(name) => variables::secret(name),
        KeySource::File(path) => Some(files::read_secret("the provider key file", path)?),
    };
    let Some(text) = text else { return Ok(None) };
    let key = text.trim();
    // What travels in a header must be visible ASCII; anything else is a file that was mixed up.
    if key.is_empty() || key.len() > 4096 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Failure::Usage(format!(
            "the key of provider `{}` in {} cannot be one: a key is one line of visible ASCII characters",
            planned.provider,
            planned.source.shown()
        )));
    }
    Ok(Some(ReadKey {
        provider: planned.provider.clone(),
        environment: planned.environment,
        key: ProviderKey::new(key),
        is_active: planned.is_active,
    }))
}
