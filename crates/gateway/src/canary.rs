//! The canary: before the gateway calls itself ready, an invented value goes through the whole pipeline to the echo.
//!
//! Detection, surrogates, rewriting, the vault and restoring are those of the rules in use. The echo must not see the value,
//! and the answer must hold it. Policy is one that pseudonymises, whatever the table says, and the records go
//! nowhere: the ledger holds exchanges of apps only. Whether it can be written is asked beside.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use exchange::{
    Answer, App, AppVault, Call, Exchange, Guard, Incoming, Journal, JournalFault, Mode, OutBody, Ports,
    Settings, Upstream, UpstreamFault, Vault, VaultFault,
};
use ledger::{Receipt, Record};
use policy::{Decision, PolicyEngine, PolicyError, Question};
use route::{Deployment, ModelPattern, Router};
use serde_json::json;
use types::{AppName, DataClass, DeploymentId, Environment, Treatment, Verdict};

use crate::clock::RuntimeClock;
use crate::echo::Echo;
use crate::settings::{Hooks, VaultSource};
use crate::upstream::ProviderBody;

/// An invented address under a name that nobody can register: `.example` is reserved (RFC 2606, section 2).
const VALUE: &str = "wren.calloway@canary.example";

/// The app that the canary is sent by. No key can be of it: names of apps begin with a letter or a digit.
const APP: &str = "(canary)";

/// Why the gateway is not ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CanaryDied {
    #[error("the canary has not come back yet")]
    NotBack,
    #[error("there is no route for the canary")]
    NoRoute,
    #[error("the canary was refused with status {0}")]
    Refused(u16),
    #[error("the provider saw the canary: detection or surrogates do not work")]
    Seen,
    #[error("the canary did not come back: surrogates are not restored")]
    NotRestored,
}

/// Sends the canary through a pipeline of these settings.
pub(crate) async fn sent(settings: &Settings, hooks: &Hooks, clock: RuntimeClock) -> Result<(), CanaryDied> {
    let (route, _) = wire::resolve("POST", "/v1/chat/completions", false).map_err(|_| CanaryDied::NoRoute)?;
    let saw = Arc::new(Saw::default());
    let watch = Arc::clone(&saw);
    let echo = Echo::new(Some(Arc::new(move |body: &[u8]| watch.look(body))));
    let ports = CanaryPorts {
        echo: EchoOnly(echo),
        journal: Nowhere,
        vault: Fresh(Arc::clone(&hooks.vaults)),
        clock,
    };
    let settings = Settings {
        finder: Arc::clone(&settings.finder),
        policy: Arc::new(Pseudonymises),
        standings: Arc::new(exchange::NothingKnown),
        router: Router::new(vec![echo_deployment(route.dialect.name())]),
        limits: settings.limits,
        json: settings.json.clone(),
        stream: settings.stream.clone(),
        configuration: settings.configuration,
        conversations: exchange::Conversations::new(16),
        health: Arc::default(),
        meters: Arc::default(),
        subjects: types::ScopeKey::new([0; 32]),
    };
    let body = json!({"model": "echo", "messages": [{"role": "user", "content": format!("Write to {VALUE} today.")}]});
    let incoming = Incoming {
        id: (hooks.new_id)(),
        app: Arc::new(canary_app()),
        route,
        query: String::new(),
        headers: Vec::new(),
        conversation: None,
        narrowed: Vec::new(),
        body: Bytes::from(body.to_string()),
    };
    let outgoing = Box::pin(Exchange::new(settings, Arc::new(ports)).run(incoming)).await;
    let OutBody::Whole(answer) = outgoing.body else { return Err(CanaryDied::NotRestored) };
    if outgoing.status != 200 {
        return Err(CanaryDied::Refused(outgoing.status));
    }
    if saw.value.load(Ordering::Relaxed) || !saw.anything.load(Ordering::Relaxed) {
        return Err(CanaryDied::Seen);
    }
    if holds(&answer, VALUE.as_bytes()) { Ok(()) } else { Err(CanaryDied::NotRestored) }
}

fn holds(body: &[u8], value: &[u8]) -> bool {
    body.windows(value.len()).any(|window| window == value)
}

fn echo_deployment(dialect: &str) -> Deployment {
    Deployment {
        id: DeploymentId::new("echo"),
        provider: "echo".to_owned(),
        on_premises: false,
        dialects: vec![dialect.to_owned()],
        models: vec![ModelPattern::new("echo")],
        listed: Vec::new(),
        aliases: BTreeMap::new(),
        weight: 1,
        prices: Vec::new(),
    }
}

fn canary_app() -> App {
    App {
        name: AppName::new(APP),
        environment: Environment::Dev,
        mode: Mode::Protect,
        forms: Arc::default(),
        deployments: Arc::from([]),
        secrets_to_reader: false,
        aliases: Arc::default(),
        strategy: route::Strategy::default(),
        guard: Guard::Flag,
        sieve: Arc::default(),
        declared: Arc::default(),
    }
}

/// What the echo saw.
#[derive(Default)]
struct Saw {
    anything: AtomicBool,
    value: AtomicBool,
}

impl Saw {
    fn look(&self, body: &[u8]) {
        self.anything.store(true, Ordering::Relaxed);
        if holds(body, VALUE.as_bytes()) {
            self.value.store(true, Ordering::Relaxed);
        }
    }
}

struct CanaryPorts {
    echo: EchoOnly,
    journal: Nowhere,
    vault: Fresh,
    clock: RuntimeClock,
}

impl Ports for CanaryPorts {
    type Upstream = EchoOnly;
    type Journal = Nowhere;
    type Vault = Fresh;
    type Clock = RuntimeClock;

    fn upstream(&self) -> &EchoOnly {
        &self.echo
    }

    fn journal(&self) -> &Nowhere {
        &self.journal
    }

    fn vault(&self) -> &Fresh {
        &self.vault
    }

    fn clock(&self) -> &RuntimeClock {
        &self.clock
    }
}

struct EchoOnly(Echo);

impl Upstream for EchoOnly {
    type Body = ProviderBody;

    async fn send(&self, call: Call) -> Result<Answer<ProviderBody>, UpstreamFault> {
        let answer = self.0.answer(&call);
        Ok(Answer { status: answer.status, headers: answer.headers, body: ProviderBody::Echo(answer.body) })
    }
}

struct Nowhere;

impl Journal for Nowhere {
    async fn append(&self, _: Record) -> Result<Receipt, JournalFault> {
        Ok(Receipt { index: 0, leaf_hash: ledger::Digest::default() })
    }

    async fn keep_meters(&self, _: Vec<policy::MeterChange>) -> Result<(), JournalFault> {
        Ok(())
    }

    fn append_later(&self, _: Record) {}
}

struct Fresh(Arc<dyn VaultSource>);

impl Vault for Fresh {
    async fn open(&self, app: &AppName) -> Result<AppVault, VaultFault> {
        self.0.open(app, &[])
    }
}

struct Pseudonymises;

impl PolicyEngine for Pseudonymises {
    fn decide(&self, question: &Question<'_>) -> Result<Decision, PolicyError> {
        let first = question.candidates.first().ok_or(PolicyError::Engine("no candidate"))?;
        let treat = |class: &DataClass| (*class, Treatment::Pseudonymise);
        Ok(Decision::Send(Verdict {
            deployment: first.deployment.clone(),
            treatments: question.classes.keys().map(treat).collect(),
            reasons: Vec::new(),
        }))
    }

    fn digest(&self) -> [u8; 32] {
        [0; 32]
    }
}
