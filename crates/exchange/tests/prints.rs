//! Whatever holds text of a request says how long it is when it is formatted, and nothing of it.

use std::sync::Arc;

use bytes::Bytes;
use cordon_exchange::{Answer, App, Call, Guard, Incoming, Mode};
use detect::{Detector, Input};
use types::{AppName, DeploymentId, Environment, ExchangeId, Role};

const CANARY: &str = "maren.silvestre@tidewick.org";

#[test]
fn nothing_that_holds_text_prints_it() {
    let app = App {
        name: AppName::new("a"),
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
    };
    let body = format!(r#"{{"model":"m","messages":[{{"role":"user","content":"mail {CANARY}"}}]}}"#);
    let (route, _) = wire::resolve("POST", "/v1/chat/completions", false).unwrap();
    let headers = vec![("x-a".to_owned(), CANARY.as_bytes().to_vec())];
    let incoming = Incoming {
        id: ExchangeId::new("x1"),
        app: Arc::new(app),
        route,
        query: CANARY.to_owned(),
        headers: headers.clone(),
        conversation: Some(CANARY.to_owned()),
        narrowed: Vec::new(),
        body: Bytes::from(body.clone()),
    };
    let call = Call {
        deployment: DeploymentId::new("d"),
        dialect: "openai.chat",
        environment: Environment::Dev,
        method: "POST",
        path: format!("/v1/x?{CANARY}"),
        headers: headers.clone(),
        body: Bytes::from(body.clone()),
        exchange: ExchangeId::new("x1"),
    };
    let answer = Answer { status: 200, headers, body: CANARY.to_owned() };
    let limits = wire::Limits::default();
    let request = wire::Request::parse(route.dialect, route.endpoint, body.as_bytes(), &limits).unwrap();
    let input = Input { text: CANARY, key: Some(CANARY), role: Role::User, terms: None };
    let findings = Detector::builtin().unwrap().findings(&Input::of(CANARY)).unwrap();
    let shown = format!(
        "{incoming:?} {call:?} {answer:?} {request:?} {:?} {input:?} {findings:?}",
        request.segments()
    );
    assert!(!findings.is_empty() && !request.segments().is_empty());
    for part in [CANARY, "silvestre", "tidewick", "109, 97, 114"] {
        assert!(!shown.contains(part), "{part}: {shown}");
    }
}
