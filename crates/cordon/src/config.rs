//! The configuration: `cordon.toml`, read, checked and turned into what the crates take.
//!
//! One file per section; the doc comments of the members *are* the reference (`docs/configuration.md`), the commented
//! file of `cordon init` and the JSON schema, so a wrong one is a wrong manual. Every member has a default; an unknown
//! one is refused with file, line and column. What the file says ([`Config`]) and what follows from it ([`plan`]) are
//! apart: reading needs nothing but the text, planning needs the registry, the environment and the day.
//!
//! INVARIANT: a secret in the file is refused, and no message shows it (test `a_secret_is_refused_and_never_shown`).

pub(crate) mod apps;
pub(crate) mod date;
pub(crate) mod decision;
pub(crate) mod detection;
pub(crate) mod document;
pub(crate) mod environment;
pub(crate) mod keeping;
pub(crate) mod limits;
pub(crate) mod load;
pub(crate) mod model;
pub(crate) mod own_facts;
pub(crate) mod plan;
pub(crate) mod problem;
pub(crate) mod providers;
pub(crate) mod reference;
pub(crate) mod registry;
pub(crate) mod routing;
pub(crate) mod rule_files;
mod schema;
mod secrets;
pub(crate) mod server;
pub(crate) mod size;
pub(crate) mod template;
pub(crate) mod treatments;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::apps::App;
use self::decision::{Exception, Jurisdictions, Policy};
use self::detection::Detection;
use self::environment::EnvironmentName;
use self::keeping::{Keys, Ledger, Log, State};
use self::limits::Limits;
use self::providers::{Deployment, Provider, ProviderKeySource};
use self::registry::{Company, Registry};
use self::server::Server;
use self::treatments::{FormName, Treatments};

pub(crate) use self::schema::schema;

/// The configuration of Cordon, as the file says it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The environment that is meant where none is named: of keys made on the command line, and of provider keys from the
    /// environment. `dev`, `staging` or `prod`; `CORDON_ENVIRONMENT` overrides it.
    #[schemars(example = &"prod")]
    pub(crate) environment: EnvironmentName,
    /// Where Cordon listens, and what it takes in.
    pub(crate) server: Server,
    /// How far one exchange may go.
    pub(crate) limits: Limits,
    /// Where Cordon keeps its state.
    pub(crate) state: State,
    /// The tamper-evident record of what left.
    pub(crate) ledger: Ledger,
    /// What Cordon says on standard error.
    pub(crate) log: Log,
    /// App keys.
    pub(crate) keys: Keys,
    /// What happens to the values of each data class.
    pub(crate) treatments: Treatments,
    /// Which jurisdictions may hold or reach the data.
    pub(crate) jurisdictions: Jurisdictions,
    /// Policies of your own.
    pub(crate) policy: Policy,
    /// What stands in for the values of an entity: `word`, a type word and a code (`EMAIL_7KQ2`), or `class`, a made-up value
    /// of the same kind where something downstream checks the form. Entities are named as in `cordon explain`. Possible for
    /// `EMAIL_ADDRESS`, `PHONE_NUMBER`, `CREDIT_CARD`, `IBAN_CODE`, `IP_ADDRESS` and `PERSON`.
    #[schemars(example = class_email())]
    pub(crate) surrogates: BTreeMap<String, FormName>,
    /// What is found. The shipped recognizers always run.
    pub(crate) detection: Detection,
    /// Named exceptions.
    pub(crate) exceptions: Vec<Exception>,
    /// Names of your own for models, each a list of what may answer to it, in order: `DEPLOYMENT/MODEL`, or another alias. Policy
    /// picks among them, and when the first is in trouble the next one answers.
    #[schemars(example = quality())]
    pub(crate) aliases: BTreeMap<String, Vec<String>>,
    /// What differs for single apps.
    #[schemars(example = billing())]
    pub(crate) apps: BTreeMap<String, App>,
    /// Who you are: what contracts and letters to providers rest on.
    pub(crate) company: Company,
    /// What is known of providers, on top of what ships.
    pub(crate) registry: Registry,
    /// Providers of your own.
    pub(crate) providers: Vec<Provider>,
    /// Who gets requests, in order of preference.
    pub(crate) deployments: Vec<Deployment>,
    /// Where provider keys come from.
    pub(crate) provider_keys: Vec<ProviderKeySource>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            environment: EnvironmentName::Dev,
            server: Server::default(),
            limits: Limits::default(),
            state: State::default(),
            ledger: Ledger::default(),
            log: Log::default(),
            keys: Keys::default(),
            treatments: Treatments::default(),
            jurisdictions: Jurisdictions::default(),
            policy: Policy::default(),
            exceptions: Vec::new(),
            surrogates: BTreeMap::new(),
            detection: Detection::default(),
            aliases: BTreeMap::new(),
            apps: BTreeMap::new(),
            company: Company::default(),
            registry: Registry::default(),
            providers: Vec::new(),
            deployments: Vec::new(),
            provider_keys: Vec::new(),
        }
    }
}

fn class_email() -> serde_json::Value {
    serde_json::json!({ "EMAIL_ADDRESS": "class" })
}

fn quality() -> serde_json::Value {
    serde_json::json!({ "quality": ["anthropic/claude-opus-4-1", "openai/gpt-5"] })
}

fn billing() -> serde_json::Value {
    serde_json::json!({ "billing": {} })
}
