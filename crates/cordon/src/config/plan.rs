//! What follows from a configuration: providers, deployments, apps and key sources, checked against each other.
//!
//! Reading the file checks its form; this checks its sense, with the registry, the environment and the day at hand. All
//! problems are gathered before any is reported. Nothing here opens a socket or reads a key.

mod account;
mod app;
mod declaration;
mod deployment;
mod key;
mod policies;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use policy::Policies;
use registry::law::Law;
use registry::{Account, Adequacy, Asked, Day, Facts, Recipient, Registry, Resolved, Standing};
use sha2::{Digest, Sha256};
use types::{AppName, DeploymentId, Environment};

pub(crate) use self::account::Settings as AccountSettings;
pub(crate) use self::app::{AppPlan, DEFAULT_APP, ModePlan, app_name_fault};
pub(crate) use self::deployment::{DeploymentPlan, ECHO};
pub(crate) use self::key::{KeyPlan, KeySource};

use super::Config;
use super::load::Loaded;
use super::own_facts;
use super::problem::{ConfigError, Problems};
use super::server::Server;

/// The least and the greatest `json_depth_max`: ordinary requests fit, and a walk of that depth fits every stack.
const JSON_DEPTH_MIN: u32 = 8;
const JSON_DEPTH_MAX: u32 = 128;

/// What is known from outside when a configuration is checked.
pub(crate) struct Surroundings<'a> {
    /// The environment that `CORDON_ENVIRONMENT` names.
    pub(crate) environment: Option<Environment>,
    /// Milliseconds since 1970.
    pub(crate) now_unix_ms: u64,
    /// True when a file is there.
    pub(crate) is_file: &'a dyn Fn(&Path) -> bool,
    /// True when a variable is set and not empty.
    pub(crate) has_variable: &'a dyn Fn(&str) -> bool,
}

/// A checked configuration.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The environment that is meant where none is named.
    pub(crate) environment: Environment,
    /// All providers.
    pub(crate) registry: Registry,
    /// What is known of them.
    pub(crate) facts: Arc<Facts>,
    /// The country in which the operator is established.
    pub(crate) country: Option<String>,
    /// The day for which it was made.
    pub(crate) today: Day,
    /// All deployments, in order of preference.
    pub(crate) deployments: Vec<DeploymentPlan>,
    /// The apps that the file names, and `default`.
    pub(crate) apps: BTreeMap<AppName, AppPlan>,
    /// What holds for an app that the file does not name.
    pub(crate) other_apps: AppPlan,
    /// Where provider keys come from.
    pub(crate) keys: Vec<KeyPlan>,
    /// Directory of the state.
    pub(crate) state_dir: PathBuf,
    /// Everything that decides.
    pub(crate) policies: Policies,
    /// SHA-256 of what the configuration, its recognizer and policy files say; stands in each record.
    pub(crate) digest: [u8; 32],
    /// What works but deserves a look.
    pub(crate) warnings: ConfigError,
}

impl Plan {
    /// Checks a configuration.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn of(loaded: &Loaded, around: &Surroundings<'_>) -> Result<Self, ConfigError> {
        let config = &loaded.config;
        let environment = around.environment.unwrap_or(config.environment.environment());
        let mut problems = Problems::new(&loaded.document);
        check_server(&config.server, &mut problems);
        check_limits(config, &mut problems);
        let today = registry::Day::of_unix_ms(around.now_unix_ms);
        config.detection.model.check(&config.limits, &mut problems);
        let registry = deployment::registry(&config.providers, &mut problems);
        let facts = own_facts::facts(&loaded.facts, &account::without_facts(config), today)?;
        let keys = key::planned(config, environment, &registry, loaded.base_dir(), around, &mut problems);
        account::check(config, &facts, loaded.base_dir(), today, around, &mut problems);
        let mut deployments = deployment::planned(config, &registry, &keys, &mut problems);
        deployment::price(&mut deployments, &facts);
        account::check_hosts(config, &deployments, &facts, &mut problems);
        let by_keys = Some(&registry).filter(|_| config.deployments.is_empty());
        let law = match Law::builtin() {
            Ok(law) => law,
            Err(error) => {
                problems.error(&[], format!("the shipped law tables cannot be read: {error}"), "", "");
                return Err(problems.refused());
            }
        };
        let known = app::Known { by_keys, deployments: &deployments, law: &law };
        let apps = app::planned(config, &known, loaded.base_dir(), around, &mut problems);
        let Some((apps, other_apps)) = apps else { return Err(problems.refused()) };
        let tables = (&apps, &other_apps.table);
        let policies = policies::planned(loaded, law.clone(), tables, around.now_unix_ms, &mut problems);
        let warnings = problems.finish()?;
        Ok(Self {
            environment,
            registry,
            facts: Arc::new(facts),
            country: config.company.country.clone(),
            today,
            deployments,
            apps,
            other_apps,
            keys,
            state_dir: resolved(loaded.base_dir(), &config.state.dir),
            policies,
            digest: digest(loaded, environment),
            warnings,
        })
    }

    /// What is declared of the account behind the first active key of a provider in an environment.
    pub(crate) fn account(&self, provider: &str, environment: Environment) -> Account {
        let is_meant =
            |key: &&KeyPlan| key.provider == provider && key.environment == environment && key.is_active;
        self.keys.iter().find(is_meant).map(|key| key.account.clone()).unwrap_or_default()
    }

    /// How a deployment stands on a day for a model that is asked of it in an environment. `None` where there is no such deployment.
    /// The day is handed in, because a gateway outlives the day of its plan.
    pub(crate) fn standing(
        &self,
        deployment: &DeploymentId,
        environment: Environment,
        model: &str,
        adequacy: &Adequacy,
        today: Day,
    ) -> Option<Standing> {
        self.recipient(deployment, environment, model, |recipient| {
            self.facts.standing(recipient, adequacy, today)
        })
    }

    /// What counts for a key of facts about a deployment, and on which evidence.
    pub(crate) fn resolved(
        &self,
        deployment: &DeploymentId,
        environment: Environment,
        model: &str,
        key: &str,
        today: Day,
    ) -> Option<Resolved<'_>> {
        self.recipient(deployment, environment, model, |recipient| {
            let settings = recipient.account.settings_on(today);
            let asked = Asked {
                model: Some(recipient.model),
                endpoint: recipient.host,
                customer_region: recipient.customer_region,
                ..recipient.account.asked(&settings)
            };
            self.facts.resolve(recipient.provider, key, &asked, today)
        })
    }

    fn recipient<T>(
        &self,
        deployment: &DeploymentId,
        environment: Environment,
        model: &str,
        look: impl FnOnce(&Recipient<'_>) -> T,
    ) -> Option<T> {
        let planned = self.deployments.iter().find(|planned| planned.route.id == *deployment)?;
        let account = self.account(&planned.route.provider, environment);
        // Loopback is no third party: behind it stands whom the deployment names.
        let origins = || planned.surfaces.values().filter_map(|surface| surface.origin.as_ref());
        let judged = || origins().filter(|origin| !origin.is_loopback());
        let strange = judged()
            .find(|origin| self.facts.host(&planned.facts, &origin.host) != registry::HostStanding::Own);
        let host = strange.or_else(|| judged().next()).map(|origin| origin.host.as_str());
        Some(look(&Recipient {
            provider: &planned.facts,
            on_premises: planned.route.on_premises || planned.is_built_in,
            model,
            host,
            customer_region: self.country.as_deref(),
            account: &account,
        }))
    }

    /// What holds for an app.
    pub(crate) fn app(&self, name: &AppName) -> &AppPlan {
        self.apps.get(name).unwrap_or(&self.other_apps)
    }

    /// Where a file that the configuration names lies.
    pub(crate) fn path(loaded: &Loaded, path: &Path) -> PathBuf {
        resolved(loaded.base_dir(), path)
    }
}

/// A path of the file: relative ones start at its directory.
fn resolved(base: &Path, path: &Path) -> PathBuf {
    if path.is_absolute() || base.as_os_str().is_empty() { path.to_owned() } else { base.join(path) }
}

fn digest(loaded: &Loaded, environment: Environment) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"cordon configuration 1\n");
    hash.update(environment.name());
    hash.update(serde_json::to_vec(&loaded.config).unwrap_or_default());
    for own in loaded.rules.iter().chain(&loaded.facts).chain(&loaded.policies) {
        for part in [&own.name, &own.text] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().into()
}

/// Numbers that would refuse everything, or let more through than the code below is made for.
fn check_limits(config: &Config, problems: &mut Problems<'_>) {
    let (server, limits) = (&config.server, &config.limits);
    for (section, name, number) in [
        ("server", "concurrency_max", u64::from(server.concurrency_max)),
        ("server", "body_seconds_max", u64::from(server.body_seconds_max)),
        ("server", "header_seconds_max", u64::from(server.header_seconds_max)),
        ("server", "idle_seconds_max", u64::from(server.idle_seconds_max)),
        ("server", "body_bytes_max", server.body_bytes_max.0),
        ("server", "header_bytes_max", server.header_bytes_max.0),
        ("limits", "json_leaves_max", u64::from(limits.json_leaves_max)),
        ("limits", "detect_ms", u64::from(limits.detect_ms)),
        ("limits", "findings_max", u64::from(limits.findings_max)),
        ("limits", "attempts_max", u64::from(limits.attempts_max)),
        ("limits", "connect_seconds", u64::from(limits.connect_seconds)),
        ("limits", "first_byte_seconds", u64::from(limits.first_byte_seconds)),
        ("limits", "idle_seconds", u64::from(limits.idle_seconds)),
        ("limits", "answer_bytes_max", limits.answer_bytes_max.0),
        ("limits", "event_bytes_max", limits.event_bytes_max.0),
        ("ledger", "append_deadline_ms", u64::from(config.ledger.append_deadline_ms)),
    ] {
        if number == 0 {
            let path = [section.into(), name.into()];
            problems.error(
                &path,
                format!("`{name} = 0` would refuse every request"),
                "zero",
                "use 1 or more",
            );
        }
    }
    if !(JSON_DEPTH_MIN..=JSON_DEPTH_MAX).contains(&limits.json_depth_max) {
        problems.error(
            &["limits".into(), "json_depth_max".into()],
            format!("`json_depth_max` lies between {JSON_DEPTH_MIN} and {JSON_DEPTH_MAX}"),
            "out of range",
            "ordinary requests are less than 20 levels deep",
        );
    }
}

fn check_server(server: &Server, problems: &mut Problems<'_>) {
    let path = |name: &str| ["server".into(), name.into()];
    if server.listen == server.admin_listen && server.listen.port() != 0 {
        problems.error(
            &path("admin_listen"),
            "`admin_listen` is the same address as `listen`",
            "taken",
            "give administration a port of its own",
        );
    }
    let (set, missing) = match (server.tls_certificate.is_empty(), server.tls_key.is_empty()) {
        (false, true) => ("tls_certificate", "tls_key"),
        (true, false) => ("tls_key", "tls_certificate"),
        _ => ("", ""),
    };
    if !set.is_empty() {
        problems.error(
            &path(set),
            format!("`{set}` is set, `{missing}` is not"),
            "only half of a pair",
            format!("set {missing} too, or leave both empty for plain HTTP"),
        );
    }
    if !(server.base_url.is_empty()
        || server.base_url.starts_with("http://")
        || server.base_url.starts_with("https://"))
    {
        problems.error(
            &path("base_url"),
            "`base_url` is not a URL",
            "this",
            "it begins with https:// or http://, and has no path of a dialect (/v1/…)",
        );
    }
    if server.tls_certificate.is_empty() && !server.listen.ip().is_loopback() {
        problems.warning(
            &path("listen"),
            "applications are served beyond loopback without TLS",
            "readable on the way",
            "set tls_certificate and tls_key, or put a proxy that ends TLS in front",
        );
    }
    if !server.admin_listen.ip().is_loopback() {
        problems.warning(
            &path("admin_listen"),
            "`/metrics` and `/readyz` are served beyond loopback without authentication",
            "reachable from elsewhere",
            "make sure that only your monitoring reaches this address",
        );
    }
}
