//! Records to test with: a few written out, and any by proptest.

use std::collections::BTreeMap;

use cordon_ledger::{
    Declaration, Destination, Digest, Ending, Intent, Mode, Name, Outcome, Question, Record, Refusal, Region,
    Usage, UsageSource,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use types::{AppName, DataClass, DeploymentId, Environment, ExchangeId, Treatment};

/// The records of `cases/ledger/export.jsonl`, in order, but for the last two, which a newer program wrote.
pub(crate) fn golden() -> Vec<Record> {
    vec![
        Record::Intent(intent()),
        Record::Outcome(outcome()),
        Record::Refusal(early_refusal()),
        Record::Intent(full_intent()),
        Record::Outcome(client_gone()),
        Record::Refusal(policy_refusal()),
    ]
}

/// The records of `cases/ledger/question.jsonl`.
pub(crate) fn with_question() -> Vec<Record> {
    vec![
        Record::Intent(Intent { question: Some(question()), attempt: 2, ..intent() }),
        Record::Refusal(Refusal { question: Some(Question::default()), ..policy_refusal() }),
    ]
}

/// A question in which everything is said.
pub(crate) fn question() -> Question {
    let names = |all: &[&str]| all.iter().map(Name::new).collect::<Vec<_>>();
    Question {
        candidates: names(&["openai-eu", "house"]),
        behind: names(&["house"]),
        tried: names(&["minimax"]),
        handling_floor: Some(Name::new("c")),
        meters: BTreeMap::from([
            (Name::new("us_health/openai"), 50),
            (Name::new("cn_people_100k/openai"), 100),
        ]),
        declared: Declaration {
            subjects: Some(names(&["EU", "US"])),
            purpose: Some(names(&["support"])),
            audience: Some(Vec::new()),
            legal_basis: Some(Name::new("contract")),
            consent: true,
            art9_exception: Some(Name::new("health_care")),
            dpia_approved: true,
            programmes: names(&["pipia"]),
            important: names(&["confidential"]),
        },
        narrowed: names(&["subjects"]),
        stream: true,
        tools: true,
        is_cut: false,
    }
}

fn exchange(number: u64) -> ExchangeId {
    ExchangeId::new(format!("0199a8f0-0000-7000-8000-{number:012}"))
}

pub(crate) fn intent() -> Intent {
    let to = Destination {
        dialect: Name::new("openai.chat"),
        route: Name::new("/v1/chat/completions"),
        provider: Name::new("openai"),
        deployment: DeploymentId::new("openai-eu"),
    };
    Intent::new(exchange(1), 1_795_608_000_000, AppName::new("billing"), Environment::Prod, to)
}

fn full_intent() -> Intent {
    let to = Destination {
        dialect: Name::new("anthropic.messages"),
        route: Name::new("/v1/messages"),
        provider: Name::new("anthropic"),
        deployment: DeploymentId::new("anthropic/us"),
    };
    let app = AppName::new("Köln \"Süd\" \\ 中文 😀");
    Intent {
        model_asked: Some(Name::from_caller("claude-sonnet-4-20250514")),
        model_sent: Some(Name::from_caller("write to ada@example.org")),
        mode: Mode::Observe,
        attempt: 2,
        // The order of names is by UTF-16 code units: the emoji stands before the compatibility character.
        entities: BTreeMap::from([
            (Name::new("EMAIL_ADDRESS"), 3),
            (Name::new("PERSON"), 12),
            (Name::new("\u{fb33}"), 1),
            (Name::new("😀"), 1),
        ]),
        classes: BTreeMap::from([(DataClass::Person, 12), (DataClass::Contact, 3), (DataClass::Image, 1)]),
        treatments: BTreeMap::from([
            (DataClass::Person, Treatment::Pseudonymise),
            (DataClass::Contact, Treatment::Redact),
            (DataClass::Image, Treatment::Keep),
        ]),
        opaque: BTreeMap::from([(DataClass::Image, 1)]),
        reasons: vec![Name::new("preset:standard"), Name::new("app:Köln \"Süd\"")],
        policy: Digest::of(b"policy"),
        configuration: Digest::of(b"configuration"),
        request_bytes_in: (1 << 53) - 1,
        request_bytes_out: 812,
        sealed: Some(Digest::of(b"ciphertext")),
        subjects: vec![Digest::of(b"fingerprint 1"), Digest::of(b"fingerprint 2")],
        ..Intent::new(exchange(2), 1_795_608_000_250, app, Environment::Dev, to)
    }
}

fn outcome() -> Outcome {
    Outcome {
        upstream_status: Some(200),
        response_bytes_in: 2_048,
        response_bytes_out: 2_101,
        duration_ms: 930,
        first_byte_ms: Some(210),
        usage: Some(Usage { input: 31, output: 128 }),
        usage_source: UsageSource::Provider,
        restored: 4,
        guard: BTreeMap::from([(Name::new("PHONE_NUMBER"), 1)]),
        ..Outcome::new(exchange(1), 1_795_608_000_930, AppName::new("billing"), Ending::Complete)
    }
}

fn client_gone() -> Outcome {
    Outcome {
        attempt: 2,
        error: Some(Name::new("client_gone")),
        ..Outcome::new(
            exchange(2),
            1_795_608_001_000,
            AppName::new("Köln \"Süd\" \\ 中文 😀"),
            Ending::ClientGone,
        )
    }
}

fn early_refusal() -> Refusal {
    Refusal::new(exchange(3), 1_795_608_000_100, Name::new("unknown_key"), 401)
}

fn policy_refusal() -> Refusal {
    Refusal {
        app: Some(AppName::new("billing")),
        environment: Some(Environment::Staging),
        dialect: Some(Name::new("openai.chat")),
        route: Some(Name::new("/v1/chat/completions")),
        model_asked: Some(Name::from_caller("gpt-4o-mini")),
        entities: BTreeMap::from([(Name::new("PASSWORD"), 1)]),
        classes: BTreeMap::from([(DataClass::Credential, 1)]),
        reasons: vec![Name::new("preset:standard")],
        policy: Some(Digest::of(b"policy")),
        configuration: Some(Digest::of(b"configuration")),
        request_bytes_in: 77,
        ..Refusal::new(exchange(4), 1_795_608_001_100, Name::new("refused_by_policy"), 400)
    }
}

const NUMBER_MAX: u64 = (1 << 53) - 1;

fn name() -> impl Strategy<Value = Name> {
    prop_oneof![any::<String>().prop_map(Name::new), "\\PC{0,20}".prop_map(Name::from_caller)]
}

fn plain() -> impl Strategy<Value = String> {
    "[\\pL\\pN\\pS\\pP ]{1,20}"
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0..1_000u64, 0..=NUMBER_MAX]
}

fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 32]>().prop_map(Digest)
}

fn class() -> impl Strategy<Value = DataClass> {
    proptest::sample::select(DataClass::ALL.to_vec())
}

fn counts() -> impl Strategy<Value = BTreeMap<Name, u64>> {
    btree_map(name(), number(), 0..4)
}

fn class_counts() -> impl Strategy<Value = BTreeMap<DataClass, u64>> {
    btree_map(class(), number(), 0..4)
}

prop_compose! {
    fn any_declaration()(
        lists in [option::of(vec(name(), 0..3)), option::of(vec(name(), 0..3)), option::of(vec(name(), 0..3))],
        words in [option::of(name()), option::of(name())],
        (programmes, important) in (vec(name(), 0..3), vec(name(), 0..3)),
        flags: [bool; 2],
    ) -> Declaration {
        let [subjects, purpose, audience] = lists;
        let [legal_basis, art9_exception] = words;
        let [consent, dpia_approved] = flags;
        Declaration {
            subjects, purpose, audience, legal_basis, consent, art9_exception, dpia_approved, programmes, important,
        }
    }
}

prop_compose! {
    fn any_question()(
        lists in [vec(name(), 0..3), vec(name(), 0..3), vec(name(), 0..3), vec(name(), 0..3)],
        handling_floor in option::of(name()),
        meters in counts(),
        declared in any_declaration(),
        flags: [bool; 3],
    ) -> Question {
        let [candidates, behind, tried, narrowed] = lists;
        let [stream, tools, is_cut] = flags;
        Question { candidates, behind, tried, handling_floor, meters, declared, narrowed, stream, tools, is_cut }
    }
}

prop_compose! {
    fn any_intent()(
        (exchange, time_ms, app, deployment) in (plain(), number(), plain(), plain()),
        names in [name(), name(), name()],
        models in (option::of(name()), option::of(name())),
        attempt: u32,
        (entities, classes, opaque) in (counts(), class_counts(), class_counts()),
        treatments in btree_map(class(), proptest::sample::select(Treatment::ALL.to_vec()), 0..4),
        reasons in vec(name(), 0..4),
        digests in [digest(), digest()],
        bytes in [number(), number()],
        (sealed, subjects) in (option::of(digest()), vec(digest(), 0..3)),
        (names_asked, names_model) in (option::of(name()), option::of(name())),
        is_observing: bool,
        question in option::of(any_question()),
    ) -> Intent {
        let [dialect, route, provider] = names;
        let to = Destination { dialect, route, provider, deployment: DeploymentId::new(deployment) };
        Intent {
            model_asked: models.0,
            model_sent: models.1,
            mode: Mode::ALL[usize::from(is_observing)],
            attempt,
            entities,
            classes,
            treatments,
            opaque,
            reasons,
            policy: digests[0],
            configuration: digests[1],
            request_bytes_in: bytes[0],
            request_bytes_out: bytes[1],
            sealed,
            subjects,
            question,
            names: names_asked,
            names_model,
            ..Intent::new(ExchangeId::new(exchange), time_ms, AppName::new(app), Environment::Prod, to)
        }
    }
}

prop_compose! {
    fn any_outcome()(
        (exchange, time_ms, app) in (plain(), number(), plain()),
        ending in proptest::sample::select(Ending::ALL.to_vec()),
        source in proptest::sample::select(UsageSource::ALL.to_vec()),
        upstream_status: Option<u16>,
        attempt: u32,
        numbers in [number(), number(), number(), number()],
        first_byte_ms in option::of(number()),
        usage in option::of((number(), number())),
        (guard, error) in (counts(), option::of(name())),
        region in option::of((name(), name(), option::of(name()), any::<bool>())),
    ) -> Outcome {
        Outcome {
            attempt,
            upstream_status,
            response_bytes_in: numbers[0],
            response_bytes_out: numbers[1],
            duration_ms: numbers[2],
            restored: numbers[3],
            first_byte_ms,
            usage: usage.map(|(input, output)| Usage { input, output }),
            usage_source: source,
            guard,
            region: region.map(|(proven, by, expected, is_other)| Region { proven, by, expected, is_other }),
            error,
            ..Outcome::new(ExchangeId::new(exchange), time_ms, AppName::new(app), ending)
        }
    }
}

prop_compose! {
    fn any_refusal()(
        (exchange, time_ms, code, status) in (plain(), number(), name(), any::<u16>()),
        app in option::of(plain()),
        environment in option::of(proptest::sample::select(Environment::ALL.to_vec())),
        names in [option::of(name()), option::of(name()), option::of(name())],
        (entities, classes, opaque) in (counts(), class_counts(), class_counts()),
        (policy, configuration) in (option::of(digest()), option::of(digest())),
        request_bytes_in in number(),
        question in option::of(any_question()),
    ) -> Refusal {
        let [dialect, route, model_asked] = names;
        Refusal {
            app: app.map(AppName::new),
            environment,
            dialect,
            route,
            model_asked,
            entities,
            classes,
            opaque,
            policy,
            configuration,
            request_bytes_in,
            question,
            ..Refusal::new(ExchangeId::new(exchange), time_ms, code, status)
        }
    }
}

pub(crate) fn any_record() -> impl Strategy<Value = Record> {
    prop_oneof![
        any_intent().prop_map(Record::Intent),
        any_outcome().prop_map(Record::Outcome),
        any_refusal().prop_map(Record::Refusal),
    ]
}
