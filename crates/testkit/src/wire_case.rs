//! Runs an exchange written as data ([`Case`]) through a started gateway and says what does not hold.
//!
//! One app per case, with the values of the case as its exact terms, so that nothing hangs on the detector. After the
//! expectations of the case come the rules that hold for every case ([`invariants`]).

mod check;
mod invariants;
pub mod lanes;
mod target;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::client::{self, Ask, Got, Leave};
use crate::marks::Marks;
use crate::script::Case;
use crate::{Answers, AppSpec, Call, Cordon, MockProvider, Term, Trouble, compression, process};

/// What the cases run against.
pub struct Stage<'a> {
    /// The mock provider.
    pub mock: &'a MockProvider,
    /// The gateway, started with the apps of [`app`].
    pub cordon: &'a mut Cordon,
    /// The configured limit of request bodies.
    pub body_bytes_max: u64,
}

/// All that was seen of a case.
pub(crate) struct Seen<'a> {
    pub(crate) case: &'a Case,
    pub(crate) marks: Marks,
    pub(crate) asked: Vec<Vec<u8>>,
    pub(crate) got: Vec<Got>,
    pub(crate) calls: Vec<Call>,
    pub(crate) record: Option<Value>,
    pub(crate) growth_bytes: u64,
    pub(crate) next_status: u16,
    pub(crate) is_alive: bool,
}

impl Seen<'_> {
    /// The first answer.
    pub(crate) fn first(&self) -> Option<&Got> {
        self.got.first()
    }

    /// True when the gateway refused the request by itself.
    pub(crate) fn is_refused(&self) -> bool {
        self.first().is_some_and(|got| (400..500).contains(&got.status()))
    }
}

/// The app of a case: its name says which, its terms are the values of the case.
pub fn app(case: &Case) -> AppSpec {
    let terms = case
        .values
        .iter()
        .map(|value| Term { label: value.label.clone(), value: value.value.clone() })
        .collect();
    AppSpec { terms, ..AppSpec::named(&format!("case-{}", case.id)) }
}

/// Runs a case. An empty list: all holds. Else each sentence says what does not.
pub async fn run(case: &Case, stage: &mut Stage<'_>) -> Result<Vec<String>, Trouble> {
    let seen = observe(case, stage).await.map_err(|trouble| trouble.during(&case.id))?;
    let mut broken: Vec<String> =
        stage.mock.troubles().iter().map(|trouble| format!("the mock: {trouble}")).collect();
    for expectation in &case.expect {
        if let Some(sentence) = check::failure(expectation, &seen)? {
            broken.push(sentence);
        }
    }
    broken.extend(invariants::failures(&seen));
    Ok(broken)
}

async fn observe<'a>(case: &'a Case, stage: &mut Stage<'_>) -> Result<Seen<'a>, Trouble> {
    if case.first_call.is_some() || case.config.is_some() {
        return Err(Trouble::new("`first_call` and `config` are not known here"));
    }
    let key = stage.cordon.key(&format!("case-{}", case.id)).to_owned();
    let mut words = BTreeMap::from([("appkey".to_owned(), key.clone())]);
    if let Some(provider_key) = crate::gateway::provider_keys().into_values().next() {
        words.insert("providerkey".to_owned(), provider_key);
    }
    let values = case.values.iter().map(|value| value.value.clone()).collect();
    let mut marks = Marks::new(values, words, stage.body_bytes_max);
    if let Some(body) = conversation(case) {
        marks.watch(&body);
    }
    stage.mock.answer(Answers::Script { attempts: case.upstream.clone(), marks: marks.clone() });

    let before = process::resident_bytes(stage.cordon.pid())?;
    let peak_before = process::resident_peak_bytes(stage.cordon.pid())?;
    let (mut asked, mut got) = (Vec::new(), Vec::new());
    for run in 0..case.runs.unwrap_or(1).max(1) {
        if run > 0 {
            stage.mock.rewind();
        }
        let ask = first_ask(case, &key, &marks).await?;
        got.push(client::ask(stage.cordon.address(), &ask).await?);
        asked.push(ask.body);
    }
    for turns in 1..=case.turns.len() {
        stage.mock.rewind();
        let body = marks_body(case, turns, &stage.mock.marks())?;
        let ask = ask_with(case, &key, &marks, body.to_string().into_bytes())?;
        got.push(client::ask(stage.cordon.address(), &ask).await?);
        asked.push(ask.body);
    }
    let marks = stage.mock.marks();
    let record = record(case, stage, got.first()).await?;
    // When the client leaves, the mock sees it a little later.
    if got.first().is_some_and(|got| got.ended == client::Ended::Left) {
        for _ in 0..20 {
            if stage.mock.calls().first().is_none_or(|call| call.closed_at.is_some()) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let calls = stage.mock.calls();
    let peak = process::resident_peak_bytes(stage.cordon.pid()).unwrap_or_default();
    let after = process::resident_bytes(stage.cordon.pid()).unwrap_or_default();
    let highest = if peak > peak_before { peak } else { after };
    let troubles = stage.mock.troubles();
    stage.mock.answer(Answers::Plain);
    let plain = serde_json::json!({"model": "m-test", "messages": [{"role": "user", "content": "hello"}]});
    let next = client::ask(stage.cordon.address(), &Ask::post("/v1/chat/completions", &key, &plain)).await;
    if let Some(trouble) = troubles.into_iter().next() {
        return Err(trouble.during("the mock"));
    }
    Ok(Seen {
        case,
        marks,
        asked,
        got,
        calls,
        record,
        growth_bytes: highest.saturating_sub(before),
        next_status: next.map(|got| got.status()).unwrap_or_default(),
        is_alive: stage.cordon.is_alive(),
    })
}

/// The request body with all further turns, written with marks.
fn conversation(case: &Case) -> Option<Value> {
    let mut body = match (&case.request.body, &case.request.body_text) {
        (Some(body), _) => body.clone(),
        (None, Some(text)) => serde_json::from_str(text).ok()?,
        (None, None) => return None,
    };
    append_turns(&mut body, case, case.turns.len());
    Some(body)
}

fn append_turns(body: &mut Value, case: &Case, turns: usize) {
    if let Some(messages) = body.get_mut("messages").and_then(Value::as_array_mut) {
        messages.extend(case.turns.iter().take(turns).flat_map(|turn| turn.add.clone()));
    }
}

fn marks_body(case: &Case, turns: usize, marks: &Marks) -> Result<Value, Trouble> {
    let mut body = case.request.body.clone().unwrap_or_default();
    append_turns(&mut body, case, turns);
    marks.expand_json(&body)
}

async fn first_ask(case: &Case, key: &str, marks: &Marks) -> Result<Ask, Trouble> {
    let encoding = case.client.encode.as_deref();
    let body = match (&case.request.body, &case.request.body_text, &case.request.body_fill) {
        (Some(_), _, _) => marks_body(case, 0, marks)?.to_string().into_bytes(),
        (None, Some(text), _) => marks.expand(text)?.into_bytes(),
        (None, None, Some(fill)) => {
            let (before, filling, times, after) = marks.streamed(&fill.json)?;
            if encoding != Some("gzip") {
                return Err(Trouble::new("a body with fillings is sent in gzip only"));
            }
            let bomb = compression::gzip_bomb(before.as_bytes(), filling.as_bytes(), times, after.as_bytes());
            return ask_with(case, key, marks, bomb.await?);
        }
        (None, None, None) => Vec::new(),
    };
    let body = match encoding {
        Some(encoding) => compression::encode(&body, encoding).await?,
        None => body,
    };
    ask_with(case, key, marks, body)
}

fn ask_with(case: &Case, key: &str, marks: &Marks, body: Vec<u8>) -> Result<Ask, Trouble> {
    let (method, path) = case.route.split_once(' ').unwrap_or(("POST", case.route.as_str()));
    let mut headers = Vec::new();
    for (name, value) in &case.request.headers {
        let value = value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string());
        headers.push((name.clone(), marks.expand(&value)?));
    }
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    if case.auth.is_none() {
        headers.push(if case.dialect.starts_with("anthropic") {
            ("x-api-key".to_owned(), key.to_owned())
        } else {
            ("authorization".to_owned(), format!("Bearer {key}"))
        });
    }
    if let Some(encoding) = &case.client.encode {
        headers.push(("content-encoding".to_owned(), encoding.clone()));
    }
    let leave = match (case.client.close_after_events, case.client.close_after_ms) {
        (Some(count), _) => Leave::AfterEvents(count),
        (None, Some(ms)) => Leave::After(Duration::from_millis(ms)),
        (None, None) => Leave::AtEnd,
    };
    Ok(Ask {
        method: method.to_owned(),
        path: path.to_owned(),
        headers,
        body,
        is_chunked: case.client.transfer.as_deref().is_some_and(|transfer| transfer.starts_with("chunked")),
        leave,
        patience: Duration::from_secs(60),
    })
}

/// The outcome (or refusal) in the audit log for the first exchange of the case.
async fn record(case: &Case, stage: &Stage<'_>, got: Option<&Got>) -> Result<Option<Value>, Trouble> {
    let is_wanted = case.expect.iter().any(|(target, _, _)| target.starts_with("record"));
    if !is_wanted {
        return Ok(None);
    }
    let id = got.and_then(|got| got.head.header("x-cordon-request-id")).map(str::to_owned);
    let app = format!("case-{}", case.id);
    let text = |record: &Value, name: &str| record.get(name).and_then(Value::as_str).map(str::to_owned);
    // The outcome joins a later group of the ledger: it is asked for until it is there.
    for _ in 0..30 {
        let found = stage.cordon.records()?.into_iter().find(|record| {
            matches!(text(record, "kind").as_deref(), Some("outcome" | "refusal"))
                && match &id {
                    Some(id) => text(record, "exchange").as_deref() == Some(id),
                    None => text(record, "app").as_deref() == Some(&app),
                }
        });
        if found.is_some() {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(None)
}
