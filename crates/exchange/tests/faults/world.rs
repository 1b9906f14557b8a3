//! A world of fakes: ports that fail by plan, and a clock that moves only when nothing else can.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use cordon_exchange::{
    Answer, AnswerBody, AppVault, Call, Clock, Exchange, Finder, Incoming, Journal, JournalFault, OutBody,
    Ports, Upstream, UpstreamFault, Vault, VaultFault,
};
use detect::{DetectError, Detector, ExactTerms, Input};
use ledger::{Receipt, Record};
use policy::{Decision, PolicyEngine, PolicyError, Question, TableEngine};
use types::{AppName, Finding, Original, ScopeKey};

use crate::seed::Seed;

/// Which faults happen in one exchange. Most exchanges have none or one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    JournalDown,
    JournalBusy,
    JournalHangs,
    JournalSlow,
    VaultDown,
    VaultSlow,
    DetectorErrs,
    DetectorSlow,
    PolicyErrs,
    UpstreamRefusesConnection,
    UpstreamHangs,
    UpstreamBreaks,
    UpstreamStalls,
    UpstreamEndsEarly,
    UpstreamAnswersHtml,
    UpstreamAnswers500,
    CallerLeaves,
    ClockJumps,
}

const ALL: [Fault; 19] = [
    Fault::None,
    Fault::JournalDown,
    Fault::JournalBusy,
    Fault::JournalHangs,
    Fault::JournalSlow,
    Fault::VaultDown,
    Fault::VaultSlow,
    Fault::DetectorErrs,
    Fault::DetectorSlow,
    Fault::PolicyErrs,
    Fault::UpstreamRefusesConnection,
    Fault::UpstreamHangs,
    Fault::UpstreamBreaks,
    Fault::UpstreamStalls,
    Fault::UpstreamEndsEarly,
    Fault::UpstreamAnswersHtml,
    Fault::UpstreamAnswers500,
    Fault::CallerLeaves,
    Fault::ClockJumps,
];

/// The deployment that gets a request when the first is in trouble.
pub(crate) const SPARE: &str = "spare";

pub(crate) struct Faults {
    all: Vec<Fault>,
    spare_is_well: bool,
}

impl Faults {
    pub(crate) fn of(seed: &mut Seed) -> Self {
        let count = if seed.one_in(3) { 0 } else { 1 + seed.below(2) };
        let all = (0..count).map(|_| *seed.pick(&ALL)).collect();
        Self { all, spare_is_well: seed.one_in(2) }
    }

    fn has(&self, fault: Fault) -> bool {
        self.all.contains(&fault)
    }

    /// The same of a deployment, which may be well although the first is not.
    fn hits(&self, deployment: &str, fault: Fault) -> bool {
        self.has(fault) && !(self.spare_is_well && deployment == SPARE)
    }
}

/// What the model answers, with `{n}` for the surrogate of value n.
pub(crate) struct Answering {
    pub(crate) anthropic: bool,
    pub(crate) stream: bool,
    pub(crate) said: String,
}

/// What left.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) body: Bytes,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) records_before: usize,
    pub(crate) meters_before: u64,
}

/// What the caller got.
#[derive(Default)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) left_early: bool,
}

pub(crate) struct World {
    faults: Faults,
    now_ms: AtomicU64,
    jump_ms: AtomicU64,
    polls: AtomicU64,
    leave_after_polls: u64,
    terms: Vec<String>,
    cuts: Mutex<Seed>,
    records: Mutex<Vec<Record>>,
    durable: AtomicU64,
    meters_kept: AtomicU64,
    sent: Mutex<Vec<Sent>>,
    answering: Mutex<Option<Answering>>,
    surrogates: Mutex<Vec<String>>,
}

impl World {
    pub(crate) fn new(faults: Faults, seed: &mut Seed, terms: Vec<String>) -> Arc<Self> {
        let leave_after_polls = if faults.has(Fault::CallerLeaves) { 1 + seed.next() % 40 } else { u64::MAX };
        Arc::new(Self {
            faults,
            now_ms: AtomicU64::new(0),
            jump_ms: AtomicU64::new(1_700_000_000_000),
            polls: AtomicU64::new(0),
            leave_after_polls,
            terms,
            cuts: Mutex::new(Seed::new(seed.next())),
            records: Mutex::default(),
            durable: AtomicU64::new(0),
            meters_kept: AtomicU64::new(0),
            sent: Mutex::default(),
            answering: Mutex::default(),
            surrogates: Mutex::default(),
        })
    }

    pub(crate) fn answer_with(&self, answering: Answering) {
        *self.answering.lock().unwrap() = Some(answering);
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        self.records.lock().unwrap().clone()
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    pub(crate) fn said(&self) -> String {
        self.answering.lock().unwrap().as_ref().map(|answering| answering.said.clone()).unwrap_or_default()
    }

    /// True when `text` is a beginning of `expected`, where the last word may be a surrogate, or a part of one, that the
    /// cut kept from being restored.
    pub(crate) fn surrogate_cut(&self, text: &str, expected: &str) -> bool {
        if expected.starts_with(text) {
            return true;
        }
        let common: usize =
            text.chars().zip(expected.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        self.surrogates.lock().unwrap().iter().any(|surrogate| {
            (0..=common).rev().filter(|at| text.is_char_boundary(*at)).any(|at| {
                let rest = &text[at..];
                !rest.is_empty() && rest.len() < surrogate.len() && surrogate.starts_with(rest)
            })
        })
    }

    /// Runs one exchange to its end: polls, and moves the clock when nothing moves.
    pub(crate) fn drive(self: &Arc<Self>, exchange: &Exchange<WorldPorts>, incoming: Incoming) -> Got {
        let mut got = Got::default();
        {
            let mut run = pin!(async {
                let outgoing = exchange.run(incoming).await;
                let mut got = Got { status: outgoing.status, ..Got::default() };
                match outgoing.body {
                    OutBody::Whole(body) => got.body.extend_from_slice(&body),
                    OutBody::Stream(mut stream) => {
                        while let Some(piece) = stream.next().await {
                            got.body.extend_from_slice(&piece);
                            if self.polls.load(Ordering::Relaxed) > self.leave_after_polls {
                                got.left_early = true;
                                break;
                            }
                        }
                    }
                }
                got
            });
            let mut context = Context::from_waker(Waker::noop());
            for _ in 0..100_000 {
                if self.polls.fetch_add(1, Ordering::Relaxed) > self.leave_after_polls {
                    got.left_early = true;
                    break;
                }
                if let Poll::Ready(done) = run.as_mut().poll(&mut context) {
                    return done;
                }
                self.now_ms.fetch_add(10, Ordering::Relaxed);
            }
        }
        assert!(got.left_early, "the exchange hangs");
        got
    }

    fn wait(self: &Arc<Self>, ms: u64) -> Wait {
        Wait { world: Arc::clone(self), until_ms: self.now_ms.load(Ordering::Relaxed).saturating_add(ms) }
    }

    fn keep(&self, record: Record) -> Receipt {
        let mut records = self.records.lock().unwrap();
        let leaf = record.leaf().expect("a record has a leaf");
        records.push(record);
        let index = u64::try_from(records.len()).unwrap() - 1;
        Receipt { index, leaf_hash: ledger::leaf_hash(&leaf) }
    }

    /// Learns the surrogates from the body that arrived, and writes the answer with them.
    fn answer(&self, deployment: &str, body: &[u8]) -> (u16, &'static str, Vec<u8>) {
        let body: serde_json::Value = serde_json::from_slice(body).unwrap();
        let content = body["messages"][0]["content"].as_str().unwrap().to_owned();
        let surrogates: Vec<String> = (0..self.terms.len())
            .map(|at| {
                let after = content.split(&format!("{at}: <")).nth(1).expect("the line stands");
                after.split('>').next().unwrap().to_owned()
            })
            .collect();
        *self.surrogates.lock().unwrap() = surrogates.clone();
        let answering = self.answering.lock().unwrap();
        let answering = answering.as_ref().unwrap();
        let mut said = answering.said.clone();
        for (at, surrogate) in surrogates.iter().enumerate() {
            said = said.replace(&format!("{{{at}}}"), surrogate);
        }
        if self.faults.hits(deployment, Fault::UpstreamAnswersHtml) {
            return (200, "text/html", b"<html>busy</html>".to_vec());
        }
        if self.faults.hits(deployment, Fault::UpstreamAnswers500) {
            let error = format!(
                r#"{{"error":{{"message":"no {}","type":"server_error","param":null,"code":null}}}}"#,
                1
            );
            return (500, "application/json", error.into_bytes());
        }
        if answering.stream {
            (200, "text/event-stream", stream_of(answering.anthropic, &said, &mut self.cuts.lock().unwrap()))
        } else {
            (200, "application/json", whole_of(answering.anthropic, &said))
        }
    }

    fn cut(&self, bytes: &[u8]) -> VecDeque<Bytes> {
        let mut cuts = self.cuts.lock().unwrap();
        let mut pieces = VecDeque::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at((1 + cuts.below(60)).min(rest.len()));
            pieces.push_back(Bytes::copy_from_slice(piece));
            rest = after;
        }
        if self.faults.has(Fault::UpstreamEndsEarly) || self.faults.has(Fault::UpstreamBreaks) {
            pieces.truncate(cuts.below(pieces.len() + 1));
        }
        pieces
    }
}

fn whole_of(anthropic: bool, said: &str) -> Vec<u8> {
    let said = serde_json::to_string(said).unwrap();
    if anthropic {
        format!(r#"{{"id":"m","type":"message","role":"assistant","model":"m-1","content":[{{"type":"text","text":{said}}}],"stop_reason":"end_turn","stop_sequence":null,"usage":{{"input_tokens":3,"output_tokens":4}}}}"#)
    } else {
        format!(r#"{{"id":"c","object":"chat.completion","created":1,"model":"m-1","choices":[{{"index":0,"message":{{"role":"assistant","content":{said}}},"finish_reason":"stop"}}],"usage":{{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}}}"#)
    }
    .into_bytes()
}

fn stream_of(anthropic: bool, said: &str, cuts: &mut Seed) -> Vec<u8> {
    let mut out = String::new();
    if anthropic {
        out.push_str("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m-1\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n");
        out.push_str("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n");
    }
    let letters: Vec<char> = said.chars().collect();
    let mut rest = letters.as_slice();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at((1 + cuts.below(7)).min(rest.len()));
        let text = serde_json::to_string(&piece.iter().collect::<String>()).unwrap();
        if anthropic {
            out.push_str(&format!("event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"text_delta\",\"text\":{text}}}}}\n\n"));
        } else {
            out.push_str(&format!("data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m-1\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":{text}}},\"finish_reason\":null}}]}}\n\n"));
        }
        rest = after;
    }
    if anthropic {
        out.push_str("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n");
        out.push_str("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":4}}\n\n");
        out.push_str("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    } else {
        out.push_str("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    }
    out.into_bytes()
}

/// Resolves when the world's clock has come so far.
pub(crate) struct Wait {
    world: Arc<World>,
    until_ms: u64,
}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.world.now_ms.load(Ordering::Relaxed) >= self.until_ms {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

pub(crate) struct WorldPorts(pub(crate) Arc<World>);

impl Ports for WorldPorts {
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

impl Clock for WorldPorts {
    fn unix_ms(&self) -> u64 {
        if self.0.faults.has(Fault::ClockJumps) {
            let swing = self.0.cuts.lock().unwrap().next() % 20_000_000_000;
            return self.0.jump_ms.load(Ordering::Relaxed).wrapping_add(swing).saturating_sub(10_000_000_000);
        }
        self.0.jump_ms.load(Ordering::Relaxed) + self.0.now_ms.load(Ordering::Relaxed)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.0.now_ms.load(Ordering::Relaxed))
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        self.0.wait(u64::try_from(duration.as_millis()).unwrap())
    }
}

impl World {
    /// Writes to a disk that may be down, busy, slow or hanging.
    async fn write(self: &Arc<Self>) -> Result<(), JournalFault> {
        if self.faults.has(Fault::JournalDown) {
            return Err(JournalFault::Down);
        }
        if self.faults.has(Fault::JournalBusy) {
            return Err(JournalFault::Busy);
        }
        let ms = if self.faults.has(Fault::JournalHangs) {
            u64::MAX
        } else if self.faults.has(Fault::JournalSlow) {
            self.cuts.lock().unwrap().next() % 500
        } else {
            4
        };
        self.wait(ms).await;
        Ok(())
    }
}

impl Journal for WorldPorts {
    fn keep_meters(
        &self,
        changed: Vec<policy::MeterChange>,
    ) -> impl Future<Output = Result<(), JournalFault>> + Send {
        let world = Arc::clone(&self.0);
        async move {
            world.write().await?;
            world.meters_kept.fetch_add(u64::try_from(changed.len()).unwrap(), Ordering::Relaxed);
            Ok(())
        }
    }

    fn append(&self, record: Record) -> impl Future<Output = Result<Receipt, JournalFault>> + Send {
        let world = Arc::clone(&self.0);
        async move {
            world.write().await?;
            let receipt = world.keep(record);
            world.durable.fetch_add(1, Ordering::Relaxed);
            Ok(receipt)
        }
    }

    fn append_later(&self, record: Record) {
        self.0.keep(record);
    }
}

impl Vault for WorldPorts {
    fn open(&self, _: &AppName) -> impl Future<Output = Result<AppVault, VaultFault>> + Send {
        let world = Arc::clone(&self.0);
        async move {
            if world.faults.has(Fault::VaultDown) {
                return Err(VaultFault);
            }
            if world.faults.has(Fault::VaultSlow) {
                world.wait(700).await;
            }
            let entity = detect::exact_term_entity(None);
            let terms = world.terms.iter().map(|term| (entity.clone(), Original::new(term.as_str())));
            let terms = ExactTerms::new(terms).map_err(|_| VaultFault)?;
            Ok(AppVault { key: ScopeKey::new([9; 32]), terms: Some(Arc::new(terms)) })
        }
    }
}

impl Upstream for WorldPorts {
    type Body = WorldBody;

    fn send(&self, call: Call) -> impl Future<Output = Result<Answer<WorldBody>, UpstreamFault>> + Send {
        let world = Arc::clone(&self.0);
        async move {
            let deployment = call.deployment.as_str();
            if world.faults.hits(deployment, Fault::UpstreamRefusesConnection) {
                return Err(UpstreamFault::Connect("refused"));
            }
            world.sent.lock().unwrap().push(Sent {
                body: call.body.clone(),
                headers: call.headers.clone(),
                records_before: usize::try_from(world.durable.load(Ordering::Relaxed)).unwrap(),
                meters_before: world.meters_kept.load(Ordering::Relaxed),
            });
            if world.faults.hits(deployment, Fault::UpstreamHangs) {
                world.wait(u64::MAX).await;
            }
            world.wait(20).await;
            let (status, kind, bytes) = world.answer(deployment, &call.body);
            let pieces = world.cut(&bytes);
            let headers = vec![("content-type".to_owned(), kind.as_bytes().to_vec())];
            Ok(Answer { status, headers, body: WorldBody { world, pieces } })
        }
    }
}

pub(crate) struct WorldBody {
    world: Arc<World>,
    pieces: VecDeque<Bytes>,
}

impl AnswerBody for WorldBody {
    fn next(&mut self) -> impl Future<Output = Option<Result<Bytes, UpstreamFault>>> + Send {
        let piece = self.pieces.pop_front();
        let world = Arc::clone(&self.world);
        async move {
            let stalls = world.faults.has(Fault::UpstreamStalls) && world.cuts.lock().unwrap().one_in(10);
            world.wait(if stalls { u64::MAX } else { 10 }).await;
            match piece {
                Some(piece) => Some(Ok(piece)),
                None if world.faults.has(Fault::UpstreamBreaks) => Some(Err(UpstreamFault::Broken)),
                None => None,
            }
        }
    }
}

/// A detector that errs or is slow by plan.
pub(crate) struct FaultyFinder {
    pub(crate) inner: Arc<Detector>,
    pub(crate) world: Arc<World>,
}

impl Finder for FaultyFinder {
    fn findings(&self, input: &Input<'_>) -> Result<Arc<[Finding]>, DetectError> {
        if self.world.faults.has(Fault::DetectorErrs) {
            return Err(DetectError::TextTooLong { bytes: 1, bytes_max: 0 });
        }
        if self.world.faults.has(Fault::DetectorSlow) {
            self.world.now_ms.fetch_add(1_500, Ordering::Relaxed);
        }
        self.inner.findings(input).map(Arc::from)
    }
}

/// A policy that has no answer by plan.
pub(crate) struct FaultyPolicy {
    pub(crate) inner: TableEngine,
    pub(crate) world: Arc<World>,
}

impl PolicyEngine for FaultyPolicy {
    fn decide(&self, question: &Question<'_>) -> Result<Decision, PolicyError> {
        if self.world.faults.has(Fault::PolicyErrs) {
            return Err(PolicyError::Engine("by plan"));
        }
        self.inner.decide(question)
    }

    fn digest(&self) -> [u8; 32] {
        self.inner.digest()
    }
}
