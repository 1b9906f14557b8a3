//! Ports in which nothing fails: bodies that leave are kept, answers are fixed, futures are ready at once.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, LazyLock, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use cordon_exchange::{
    Answer, AnswerBody, App, AppVault, CachedFinder, Call, Clock, Conversations, Exchange, ExchangeLimits,
    Guard, Incoming, Journal, JournalFault, Mode, OutBody, Ports, Settings, Upstream, UpstreamFault, Vault,
    VaultFault,
};
use detect::{Cache, Detector, ExactTerms};
use ledger::{Receipt, Record};
use policy::{Table, TableEngine};
use serde_json::Value;
use types::{AppName, DeploymentId, Environment, ExchangeId, Original, ScopeKey};

static DETECTOR: LazyLock<Arc<Detector>> = LazyLock::new(|| Arc::new(Detector::builtin().unwrap()));

pub(crate) struct Quiet {
    exchange: Exchange<QuietPorts>,
    ports: Arc<QuietPorts>,
    /// The app that asks.
    pub(crate) app: App,
    /// Headers that the caller wants forwarded.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
}

impl Quiet {
    pub(crate) fn with_terms(terms: &[&str]) -> Self {
        let entity = detect::exact_term_entity(None);
        let terms = ExactTerms::new(terms.iter().map(|term| (entity.clone(), Original::new(*term)))).unwrap();
        let ports = Arc::new(QuietPorts {
            terms: Arc::new(terms),
            sent: Mutex::default(),
            records: Mutex::default(),
            said: Mutex::new("ok".to_owned()),
        });
        let settings = Settings {
            finder: Arc::new(CachedFinder::new(Arc::clone(&DETECTOR), Cache::new([1; 32], 1 << 20))),
            policy: Arc::new(TableEngine::new(BTreeMap::from([(
                AppName::new("app"),
                Table::preset("standard").unwrap(),
            )]))),
            standings: Arc::new(cordon_exchange::NothingKnown),
            router: route::Router::new(vec![route::Deployment {
                id: DeploymentId::new("mock"),
                provider: "mock".to_owned(),
                on_premises: false,
                dialects: vec!["openai.chat".to_owned(), "anthropic.messages".to_owned()],
                models: vec![route::ModelPattern::new("m-*")],
                listed: Vec::new(),
                aliases: BTreeMap::new(),
                weight: 1,
                prices: Vec::new(),
            }]),
            limits: ExchangeLimits::default(),
            json: wire::Limits::default(),
            stream: wire::StreamLimits::default(),
            configuration: [0; 32],
            conversations: Conversations::default(),
            health: Arc::default(),
            meters: Arc::default(),
            subjects: types::ScopeKey::new([0; 32]),
        };
        let app = App {
            name: AppName::new("app"),
            environment: Environment::Dev,
            mode: Mode::Protect,
            forms: Arc::new(veil::Forms::default()),
            deployments: Arc::from(Vec::new()),
            secrets_to_reader: false,
            aliases: Arc::default(),
            strategy: route::Strategy::default(),
            guard: Guard::Flag,
            sieve: Arc::default(),
            declared: Arc::default(),
        };
        Self { exchange: Exchange::new(settings, Arc::clone(&ports)), ports, app, headers: Vec::new() }
    }

    /// What the model says.
    pub(crate) fn answer_with(&self, said: &str) {
        said.clone_into(&mut self.ports.said.lock().unwrap());
    }

    /// All records so far.
    pub(crate) fn records(&self) -> Vec<Record> {
        self.ports.records.lock().unwrap().clone()
    }

    /// True when no call was made.
    pub(crate) fn nothing_left(&self) -> bool {
        self.ports.sent.lock().unwrap().is_empty()
    }

    /// Names of the headers of the last call.
    pub(crate) fn headers_that_left(&self) -> Vec<String> {
        let sent = self.ports.sent.lock().unwrap();
        sent.last()
            .map(|call| call.headers.iter().map(|(name, _)| name.clone()).collect())
            .unwrap_or_default()
    }

    /// Sends a body; gives what left.
    pub(crate) fn send(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.send_for_answer(path, body);
        assert_eq!(status, 200, "{answer}");
        serde_json::from_slice(&self.ports.sent.lock().unwrap().last().unwrap().body).unwrap()
    }

    /// Sends a body; gives status and answer.
    pub(crate) fn send_for_answer(&self, path: &str, body: &Value) -> (u16, Value) {
        let (route, _) = wire::resolve("POST", path, true).unwrap();
        let incoming = Incoming {
            id: ExchangeId::new("x"),
            app: Arc::new(self.app.clone()),
            route,
            query: String::new(),
            headers: self.headers.clone(),
            conversation: None,
            narrowed: Vec::new(),
            body: Bytes::from(body.to_string()),
        };
        let mut run = pin!(self.exchange.run(incoming));
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(outgoing) = run.as_mut().poll(&mut context) {
                let OutBody::Whole(bytes) = outgoing.body else { return (outgoing.status, Value::Null) };
                return (outgoing.status, serde_json::from_slice(&bytes).unwrap());
            }
        }
    }
}

pub(crate) struct QuietPorts {
    terms: Arc<ExactTerms>,
    sent: Mutex<Vec<Call>>,
    records: Mutex<Vec<Record>>,
    said: Mutex<String>,
}

impl Ports for QuietPorts {
    type Upstream = Self;
    type Journal = Self;
    type Vault = Self;
    type Clock = Self;

    fn upstream(&self) -> &Self {
        self
    }
    fn journal(&self) -> &Self {
        self
    }
    fn vault(&self) -> &Self {
        self
    }
    fn clock(&self) -> &Self {
        self
    }
}

impl Clock for QuietPorts {
    fn unix_ms(&self) -> u64 {
        1_700_000_000_000
    }
    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
    fn sleep(&self, _: Duration) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }
}

impl Journal for QuietPorts {
    fn append(&self, record: Record) -> impl Future<Output = Result<Receipt, JournalFault>> + Send {
        let leaf = record.leaf().unwrap();
        self.records.lock().unwrap().push(record);
        std::future::ready(Ok(Receipt { index: 0, leaf_hash: ledger::leaf_hash(&leaf) }))
    }
    async fn keep_meters(&self, _: Vec<policy::MeterChange>) -> Result<(), JournalFault> {
        Ok(())
    }

    fn append_later(&self, record: Record) {
        self.records.lock().unwrap().push(record);
    }
}

impl Vault for QuietPorts {
    fn open(&self, _: &AppName) -> impl Future<Output = Result<AppVault, VaultFault>> + Send {
        std::future::ready(Ok(AppVault { key: ScopeKey::new([9; 32]), terms: Some(Arc::clone(&self.terms)) }))
    }
}

impl Upstream for QuietPorts {
    type Body = QuietBody;

    fn send(&self, call: Call) -> impl Future<Output = Result<Answer<QuietBody>, UpstreamFault>> + Send {
        self.sent.lock().unwrap().push(call);
        let said = serde_json::to_string(self.said.lock().unwrap().as_str()).unwrap();
        let body = format!(
            r#"{{"id":"m","type":"message","role":"assistant","model":"m-1","content":[{{"type":"text","text":{said}}}],"stop_reason":"end_turn","stop_sequence":null,"usage":{{"input_tokens":3,"output_tokens":4}}}}"#
        );
        let headers = vec![("content-type".to_owned(), b"application/json".to_vec())];
        std::future::ready(Ok(Answer { status: 200, headers, body: QuietBody(Some(Bytes::from(body))) }))
    }
}

pub(crate) struct QuietBody(Option<Bytes>);

impl AnswerBody for QuietBody {
    fn next(&mut self) -> impl Future<Output = Option<Result<Bytes, UpstreamFault>>> + Send {
        std::future::ready(self.0.take().map(Ok))
    }
}
