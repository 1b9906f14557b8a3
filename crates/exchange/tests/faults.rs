//! The whole order of steps under faults, without a socket: every port can fail, stall or lie at any moment.
//!
//! One seed is one exchange: its request, its answer, how the answer is cut, which faults happen and when the caller goes
//! away all follow from it. After each exchange four things are checked: no value in clear left, nothing left without a
//! record before it, what the caller got is what the provider said with the right values in it (or a beginning of it),
//! and every intent has exactly one outcome.
//!
//! `CORDON_FAULT_SEEDS` sets how many seeds run (default 100 000), `CORDON_FAULT_SEED` replays one.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a test driver"
)]

#[path = "faults/seed.rs"]
mod seed;
#[path = "faults/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use cordon_exchange::{App, Exchange, Guard, Incoming, Mode, Replay, Replayed, Settings};
use ledger::Record;
use policy::{Table, TableEngine};
use types::{AppName, DeploymentId, Environment, ExchangeId};

use seed::Seed;
use world::{Faults, FaultyFinder, FaultyPolicy, World, WorldPorts};

#[test]
fn nothing_leaks_and_nothing_is_lost_whatever_breaks() {
    let seeds = match std::env::var("CORDON_FAULT_SEED") {
        Ok(one) => {
            let one: u64 = one.parse().unwrap();
            one..one + 1
        }
        Err(_) => {
            let count = std::env::var("CORDON_FAULT_SEEDS")
                .ok()
                .and_then(|text| text.parse().ok())
                .unwrap_or(100_000);
            0..count
        }
    };
    let bench = Bench::new();
    let mut sent = 0u64;
    let mut restored = 0u64;
    let mut ends: BTreeMap<String, u64> = BTreeMap::new();
    for seed in seeds {
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| bench.exchange(seed))) {
            Ok(seen) => {
                sent += u64::from(seen.sent);
                restored += u64::from(seen.restored);
                *ends.entry(seen.end).or_default() += 1;
            }
            Err(_) => panic!("seed {seed} failed: replay it with CORDON_FAULT_SEED={seed}"),
        }
    }
    println!("{sent} exchanges left, {restored} came back restored in full; ends: {ends:?}");
    if std::env::var("CORDON_FAULT_SEED").is_err() {
        assert!(sent > 0 && restored > 0 && ends.len() > 5, "the faults hide the good way");
    }
}

/// What one exchange did.
struct Seen {
    sent: bool,
    restored: bool,
    end: String,
}

/// What all exchanges share.
struct Bench {
    finder: Arc<detect::Detector>,
    conversations: cordon_exchange::Conversations,
}

impl Bench {
    fn new() -> Self {
        Self {
            finder: Arc::new(detect::Detector::builtin().unwrap()),
            conversations: cordon_exchange::Conversations::default(),
        }
    }

    fn exchange(&self, number: u64) -> Seen {
        let mut seed = Seed::new(number);
        let script = Script::of(&mut seed);
        let faults = Faults::of(&mut seed);
        let world = World::new(faults, &mut seed, script.terms());
        let exchange = self.subject(&world);
        let incoming = script.incoming(&mut seed, number);
        world.answer_with(script.answer(&mut seed));
        let got = world.drive(&exchange, incoming);
        asked_again(&exchange, &world);
        check(&world, &script, &got)
    }

    fn subject(&self, world: &Arc<World>) -> Exchange<WorldPorts> {
        let app = AppName::new("app");
        let tables = BTreeMap::from([(app, Table::preset("standard").unwrap())]);
        let deployment = |id: &str| route::Deployment {
            id: DeploymentId::new(id),
            provider: id.to_owned(),
            on_premises: false,
            dialects: vec!["openai.chat".to_owned(), "anthropic.messages".to_owned()],
            models: vec![route::ModelPattern::new("m-*")],
            listed: Vec::new(),
            aliases: BTreeMap::new(),
            weight: 1,
            prices: Vec::new(),
        };
        let router = route::Router::new(vec![deployment("mock"), deployment(world::SPARE)]);
        let settings = Settings {
            finder: Arc::new(FaultyFinder { inner: Arc::clone(&self.finder), world: Arc::clone(world) }),
            policy: Arc::new(FaultyPolicy { inner: TableEngine::new(tables), world: Arc::clone(world) }),
            standings: Arc::new(cordon_exchange::NothingKnown),
            router,
            limits: cordon_exchange::ExchangeLimits::default(),
            json: wire::Limits::default(),
            stream: wire::StreamLimits::default(),
            configuration: [0; 32],
            conversations: self.conversations.clone(),
            health: Arc::default(),
            meters: Arc::new(policy::Board::new(vec![policy::MeterKind {
                name: "terms".to_owned(),
                per: policy::Per::Recipient,
                region: "US".to_owned(),
                classes: types::DataClass::ALL.into(),
                window: policy::Window::CalendarYear,
                threshold: 10,
                law: String::new(),
            }])),
            subjects: types::ScopeKey::new([0; 32]),
        };
        Exchange::new(settings, Arc::new(WorldPorts(Arc::clone(world))))
    }
}

/// What was decided is decided again, from the record alone.
fn asked_again(exchange: &Exchange<WorldPorts>, world: &World) {
    let name = AppName::new("app");
    let app = Script { anthropic: false, stream: false, values: vec![String::new()] }
        .incoming(&mut Seed::new(0), 0)
        .app;
    let policy = TableEngine::new(BTreeMap::from([(name.clone(), Table::preset("standard").unwrap())]));
    let apps = BTreeMap::from([(name, app.as_ref().clone())]);
    let settings = exchange.settings();
    let replay = Replay {
        policy: &policy,
        standings: settings.standings.as_ref(),
        router: &settings.router,
        meters: &settings.meters,
        apps: &apps,
        other_apps: &app,
    };
    for record in world.records() {
        let again = replay.asked_again(&record);
        let is_question = matches!(&record, Record::Intent(_))
            || matches!(&record, Record::Refusal(refusal) if refusal.code.as_str() == "policy_refused");
        let expected = if is_question { Replayed::Same } else { Replayed::NotAsked };
        assert_eq!(again, expected, "{record:?}");
        // A record of before questions were kept, of which nothing was tried before.
        if let Record::Intent(intent) = &record
            && intent.attempt == 1
        {
            let old = Record::Intent(ledger::Intent { question: None, ..intent.clone() });
            assert_eq!(replay.asked_again(&old), Replayed::Same, "{record:?}");
        }
    }
}

/// One request and what the model says to it, in terms of values.
struct Script {
    anthropic: bool,
    stream: bool,
    values: Vec<String>,
}

impl Script {
    fn of(seed: &mut Seed) -> Self {
        let count = 1 + seed.below(3);
        let values = (0..count).map(|at| seed.value(at)).collect();
        Self { anthropic: seed.one_in(2), stream: !seed.one_in(3), values }
    }

    fn terms(&self) -> Vec<String> {
        self.values.clone()
    }

    fn incoming(&self, seed: &mut Seed, number: u64) -> Incoming {
        let lines: Vec<String> =
            self.values.iter().enumerate().map(|(at, value)| format!("{at}: <{value}>")).collect();
        let text = serde_json::to_string(&lines.join("\n")).unwrap();
        let (method_path, extra) = if self.anthropic {
            ("/v1/messages", r#""max_tokens":9,"#)
        } else {
            ("/v1/chat/completions", "")
        };
        let stream = if self.stream { r#""stream":true,"# } else { "" };
        let body =
            format!(r#"{{"model":"m-1",{extra}{stream}"messages":[{{"role":"user","content":{text}}}]}}"#);
        let body = if seed.one_in(50) { body.chars().take(body.len() / 3).collect() } else { body };
        let (route, _) = wire::resolve("POST", method_path, self.anthropic).unwrap();
        Incoming {
            id: ExchangeId::new(format!("x-{number}")),
            app: Arc::new(App {
                name: AppName::new("app"),
                environment: Environment::Dev,
                mode: Mode::Protect,
                forms: Arc::new(veil::Forms::default()),
                deployments: Arc::from(Vec::new()),
                secrets_to_reader: false,
                aliases: Arc::default(),
                strategy: route::Strategy::default(),
                guard: *seed.pick(&[Guard::Flag, Guard::Flag, Guard::Redact]),
                sieve: Arc::default(),
                declared: Arc::default(),
            }),
            route,
            query: String::new(),
            headers: vec![("x-note".to_owned(), self.values[0].clone().into_bytes())],
            conversation: None,
            narrowed: Vec::new(),
            body: Bytes::from(body),
        }
    }

    /// What the model will say, with `{0}`, `{1}`, … where the surrogates of the values stand.
    fn answer(&self, seed: &mut Seed) -> world::Answering {
        let mut said = String::from("Well. ");
        for _ in 0..1 + seed.below(4) {
            let at = seed.below(self.values.len());
            said.push_str(&format!("{{{at}}}{}", seed.pick(&[", ", " und ", "。", "'s ", " 🙂 "])));
        }
        world::Answering { anthropic: self.anthropic, stream: self.stream, said }
    }

    /// The text that the caller must get.
    fn expected(&self, said: &str) -> String {
        let mut text = said.to_owned();
        for (at, value) in self.values.iter().enumerate() {
            text = text.replace(&format!("{{{at}}}"), value);
        }
        text
    }
}

fn check(world: &World, script: &Script, got: &world::Got) -> Seen {
    let records = world.records();
    for (nth, body) in world.sent().into_iter().enumerate() {
        let text = String::from_utf8_lossy(&body.body);
        for value in &script.values {
            let quoted = serde_json::to_string(value).unwrap();
            let escaped = quoted.trim_matches('"');
            assert!(!text.contains(value.as_str()) && !text.contains(escaped), "a value left: {text}");
            for header in &body.headers {
                assert!(
                    !String::from_utf8_lossy(&header.1).contains(value.as_str()),
                    "a value left in a header"
                );
            }
        }
        assert!(body.records_before > nth, "something left without a record");
        assert!(
            body.meters_before > nth as u64,
            "{nth}: {} counted when something left: {records:?}",
            body.meters_before
        );
    }
    for record in &records {
        let leaf = String::from_utf8(record.leaf().unwrap()).unwrap();
        assert!(!script.values.iter().any(|value| leaf.contains(value.as_str())), "a value is in a record");
    }
    let intents = records.iter().filter(|record| matches!(record, Record::Intent(_))).count();
    let outcomes: Vec<&ledger::Outcome> = records
        .iter()
        .filter_map(|record| if let Record::Outcome(outcome) = record { Some(outcome) } else { None })
        .collect();
    let refusals = records.iter().filter(|record| matches!(record, Record::Refusal(_))).count();
    let ended = outcomes.len() + refusals;
    // A caller may go away before anything is recorded, or while the record of an attempt is being written.
    let may_be = if got.left_early { intents..=intents + 1 } else { intents.max(1)..=intents.max(1) };
    assert!(may_be.contains(&ended), "{ended} ends: {records:?}");
    let attempts: Vec<u32> = outcomes.iter().map(|outcome| outcome.attempt).collect();
    assert!(attempts.iter().copied().eq(1..=u32::try_from(attempts.len()).unwrap()), "{records:?}");
    let left = world.sent().len();
    assert!(outcomes.len() >= left && left <= 2, "what left has no outcome: {records:?}");
    let end = outcomes.last().map_or_else(
        || if refusals == 1 { format!("refusal {}", got.status) } else { "cancelled".to_owned() },
        |outcome| outcome.ending.name().to_owned(),
    );
    let restored = check_answer(script, world, got);
    Seen { sent: !world.sent().is_empty(), restored, end }
}

/// The caller got an error in the dialect's shape, or (a beginning of) what the model said with the right values.
fn check_answer(script: &Script, world: &World, got: &world::Got) -> bool {
    if got.left_early && got.body.is_empty() {
        return false;
    }
    let expected = script.expected(&world.said());
    if got.status != 200 {
        let body: serde_json::Value = serde_json::from_slice(&got.body).expect("errors are JSON");
        assert!(body["error"]["message"].is_string(), "an error in no shape: {body}");
        return false;
    }
    let text = if script.stream { stream_text(script, &got.body) } else { whole_text(script, &got.body) };
    let whole = text == expected;
    if !whole {
        let cut = world.surrogate_cut(&text, &expected);
        assert!(cut, "wrong restoration:\n got      {text:?}\n expected {expected:?}");
    }
    whole
}

fn whole_text(script: &Script, body: &[u8]) -> String {
    let body: serde_json::Value = serde_json::from_slice(body).unwrap();
    let text = if script.anthropic {
        &body["content"][0]["text"]
    } else {
        &body["choices"][0]["message"]["content"]
    };
    text.as_str().unwrap_or_default().to_owned()
}

fn stream_text(script: &Script, body: &[u8]) -> String {
    let mut text = String::new();
    for line in String::from_utf8_lossy(body).lines() {
        let Some(data) = line.strip_prefix("data:") else { continue };
        let data = data.trim();
        if data == "[DONE]" || data.is_empty() {
            continue;
        }
        let Ok(event) = serde_json::from_str::<serde_json::Value>(data) else { continue };
        let delta =
            if script.anthropic { &event["delta"]["text"] } else { &event["choices"][0]["delta"]["content"] };
        text.push_str(delta.as_str().unwrap_or_default());
    }
    text
}
