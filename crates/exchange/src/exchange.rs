//! The way of a request: the order of the steps, one call per step, each into the crate that owns it.
//!
//! What fails before the call to the provider refuses, and nothing leaves. When you add a step, it shows here.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use bytes::Bytes;
use policy::{Board, PolicyEngine};
use registry::{Day, Handling};
use route::{Candidate, Health, Router};
use types::{DataClass, DeploymentId, ScopeKey, Treatment, Verdict};
use wire::Request;

use crate::decide::{Asking, Shape};
use crate::headers::Own;
use crate::inspect::{Found, findings_in};
use crate::outcome::Open;
use crate::records::Noted;
use crate::refused::retry_headers;
use crate::region::Expected;
use crate::replace::{Replaced, replaced, unchanged};
use crate::restoring::Restoring;
use crate::sieve::{sieved, sieved_quick};
use crate::subjects::{People, leaving, subjects};
use crate::within::within;
use crate::{
    Answer, App, AppVault, Call, Clock, Conversations, ExchangeLimits, Finder, Incoming, Journal,
    JournalFault, Mode, OutBody, Outgoing, Ports, Refused, RefusedEarly, Standings, Upstream, UpstreamFault,
    Vault, answer, headers,
};

/// What holds for all exchanges. Replaced whole on reload.
pub struct Settings {
    /// Detection.
    pub finder: Arc<dyn Finder>,
    /// Policy.
    pub policy: Arc<dyn PolicyEngine>,
    /// How deployments stand.
    pub standings: Arc<dyn Standings>,
    /// Deployments.
    pub router: Router,
    /// Limits.
    pub limits: ExchangeLimits,
    /// Limits of bodies.
    pub json: wire::Limits,
    /// Limits of streams.
    pub stream: wire::StreamLimits,
    /// SHA-256 of the configuration; stands in each record.
    pub configuration: [u8; 32],
    /// Which turns belong to which conversation; handed on when settings are replaced.
    pub conversations: Conversations,
    /// How deployments fare; handed on too.
    pub health: Arc<Health>,
    /// How many people's data went to whom; handed on too.
    pub meters: Arc<Board>,
    /// The secret under which people are told apart on the meters, the same for all apps.
    pub subjects: ScopeKey,
}

/// Runs exchanges. Cheap to clone.
pub struct Exchange<P: Ports> {
    pub(crate) settings: Arc<Settings>,
    pub(crate) ports: Arc<P>,
}

impl<P: Ports> Clone for Exchange<P> {
    fn clone(&self) -> Self {
        Self { settings: Arc::clone(&self.settings), ports: Arc::clone(&self.ports) }
    }
}

impl<P: Ports> Exchange<P> {
    /// An exchange over these settings and ports.
    pub fn new(settings: Settings, ports: Arc<P>) -> Self {
        Self { settings: Arc::new(settings), ports }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Runs one exchange. Always gives an answer: that of the provider, restored, or a refusal in the dialect's shape.
    pub async fn run(&self, incoming: Incoming) -> Outgoing<P> {
        let mut noted = Noted::of(&incoming, &self.settings, self.ports.clock());
        match self.protected(incoming, &mut noted).await {
            Ok(outgoing) => outgoing,
            Err(refused) => self.answer_refusal(&noted, &refused),
        }
    }

    /// Answers a refusal that happened in front of the exchange, and records it.
    pub fn refused(&self, early: &RefusedEarly) -> Outgoing<P> {
        self.ports.journal().append_later(crate::records::refused_early(early, self.ports.clock().unix_ms()));
        Outgoing {
            status: early.shape.status,
            headers: retry_headers(&early.shape),
            body: OutBody::Whole(Bytes::from(wire::error_body(early.dialect, &early.shape))),
        }
    }

    async fn protected(&self, incoming: Incoming, noted: &mut Noted) -> Result<Outgoing<P>, Refused> {
        let app = Arc::clone(&incoming.app);
        let vault = self.ports.vault().open(&app.name).await.map_err(Refused::Vault)?;
        let mut tried = Tried { deployments: Vec::new(), handling: Handling::D };
        let mut prepared = self.prepared(&incoming, &vault, noted, &tried)?;
        tried.handling = prepared.handling;
        let headers = if noted.observed {
            incoming.headers.clone()
        } else {
            headers::screened(incoming.headers.clone(), self.finder(&app).as_ref(), &vault)?
        };
        loop {
            // From here on the attempt has an outcome, also when the caller goes away while the record is written.
            let known = (prepared.input_tokens_estimated, prepared.expected);
            let mut open = Open::new(Arc::clone(&self.ports), noted, known);
            let counted = self.counted(prepared.people).await;
            let receipt = match counted.and(Ok(prepared.intent)) {
                Ok(intent) => self.recorded(intent).await,
                Err(refused) => Err(refused),
            };
            let receipt = match receipt {
                Ok(receipt) => receipt,
                Err(refused) => {
                    open.never_left();
                    return Err(refused);
                }
            };
            noted.intent_written = true;
            let deployment = prepared.verdict.deployment.clone();
            let answer = self
                .sent(Call {
                    deployment: deployment.clone(),
                    dialect: incoming.route.dialect.name(),
                    environment: app.environment,
                    method: incoming.route.method,
                    path: with_query(incoming.route.upstream_path, &incoming.query),
                    headers: headers.clone(),
                    body: prepared.body,
                    exchange: incoming.id.clone(),
                })
                .await;
            tried.deployments.push(deployment);
            let is_trouble = answer.as_ref().map_or(true, |answer| route::is_trouble(answer.status));
            if is_trouble && tried.deployments.len() < self.settings.limits.attempts_max {
                noted.attempt += 1;
                // Another may answer, if policy lets it have the request. Otherwise this answer stands.
                if let Ok(next) = self.prepared(&incoming, &vault, noted, &tried) {
                    open.given_up(answer.as_ref().map(|answer| answer.status));
                    prepared = next;
                    continue;
                }
            }
            let answer = match answer {
                Ok(answer) => answer,
                Err(fault) => {
                    open.upstream_failed(&fault);
                    return Err(Refused::Upstream(fault));
                }
            };
            open.head_known(answer.status, &answer.headers);
            let window = self.settings.limits.guard_window_bytes;
            let restoring = Restoring::new(prepared.map, &app, window, self.quick_finder(&app));
            let own = headers::own(&Own {
                id: &incoming.id,
                policy: &self.settings.policy.digest(),
                receipt: Some(&receipt),
                treated: &prepared.treated,
                verdict: Some(&prepared.verdict),
                observed: noted.observed,
            });
            let of = (incoming.route, prepared.stream);
            return answer::answered(self, answer, of, (open, restoring), own).await;
        }
    }

    /// All steps before the record: parse, look up who could answer and was not tried, detect, decide, replace.
    fn prepared(
        &self,
        incoming: &Incoming,
        vault: &AppVault,
        noted: &mut Noted,
        tried: &Tried,
    ) -> Result<Prepared, Refused> {
        let settings = &self.settings;
        let (route, body) = (incoming.route, &incoming.body);
        let request = Request::parse(route.dialect, route.endpoint, body, &settings.json)
            .map_err(Refused::Malformed)?;
        let model = request.facts().model.clone().ok_or(Refused::NoModel)?;
        let (candidates, behind) = self.candidates(incoming, &model, &tried.deployments)?;
        // Only a name that some deployment knows is recorded: what else stands there is the caller's text.
        noted.model(&model);
        let finder = self.finder(&incoming.app);
        noted.names(finder.names());
        let found = findings_in(
            request.segments(),
            request.opaque(),
            (finder.as_ref(), vault),
            &settings.limits,
            self.ports.clock(),
        );
        let found = match found {
            Err(_) if noted.observed => Found::default(),
            other => other?,
        };
        noted.found(&request, &found);
        let shape = Shape::of(&request, tried.handling);
        let asking = Asking::of(&incoming.app, &found.classes, noted.day(), shape);
        let asked = self.standing(&incoming.app, &candidates, asking.day);
        noted.asked(incoming, (&asked, &candidates), (&behind, &tried.deployments), shape);
        let decided = self.verdict(&asking, &asked, noted.observed)?;
        let (verdict, handling) = (&decided.verdict, decided.handling());
        let candidate = candidates
            .iter()
            .find(|candidate| candidate.deployment == verdict.deployment)
            .ok_or(Refused::NoDeployment { app: incoming.app.name.clone(), dialect: route.dialect.name() })?;
        let scope = settings.conversations.scope(
            &vault.key,
            incoming.conversation.as_deref(),
            &request.facts().turns,
            request.segments(),
        );
        let Replaced { body: sent, map } = if noted.observed {
            unchanged(&request, body, &candidate.model)?
        } else {
            replaced(&request, &found, verdict, (vault, scope, &incoming.app), &candidate.model)?
        };
        let people = People {
            app: incoming.app.name.clone(),
            recipient: (handling != Handling::A).then(|| candidate.provider.clone()),
            found: found.classes.keys().copied().collect(),
            leaving: leaving(&found.classes, verdict, noted.observed),
            regions: incoming.app.declared.subjects.clone(),
            subjects: subjects(request.segments(), &found, &settings.subjects, scope),
        };
        let intent = noted.intent(candidate, verdict, sent.len());
        Ok(Prepared {
            stream: request.facts().stream,
            input_tokens_estimated: (sent.len() as u64).div_ceil(4),
            treated: treated(&found.classes, verdict),
            body: Bytes::from(sent),
            map,
            people,
            expected: decided.expected(candidate, incoming.app.environment, settings.standings.as_ref()),
            verdict: decided.verdict,
            handling,
            intent,
        })
    }

    /// Detection as this app asks it.
    pub(crate) fn finder(&self, app: &App) -> Arc<dyn Finder> {
        sieved(&self.settings.finder, &app.sieve)
    }

    /// The same for answers, which do not wait for a bigger model.
    fn quick_finder(&self, app: &App) -> Arc<dyn Finder> {
        sieved_quick(&self.settings.finder, &app.sieve)
    }

    /// Who could answer and was not tried, in the order that the app would have, each deployment once; and who of them stands behind the
    /// others because it failed lately.
    pub(crate) fn candidates(
        &self,
        incoming: &Incoming,
        model: &str,
        tried: &[DeploymentId],
    ) -> Result<(Vec<Candidate>, Vec<DeploymentId>), Refused> {
        let (settings, app) = (&self.settings, &incoming.app);
        let dialect = incoming.route.dialect.name();
        let mut candidates = settings.router.candidates(dialect, model, &app.deployments, &app.aliases);
        candidates.retain(|candidate| !tried.contains(&candidate.deployment));
        if candidates.is_empty() {
            return Err(Refused::NoDeployment { app: app.name.clone(), dialect });
        }
        let mut hasher = DefaultHasher::new();
        incoming.id.hash(&mut hasher);
        let now = self.ports.clock().monotonic();
        let behind = route::order(&mut candidates, app.strategy, &settings.health, now, hasher.finish());
        once(&mut candidates);
        Ok((candidates, behind))
    }

    /// The intent is durable, or nothing is sent: an append that hangs refuses at its deadline.
    async fn recorded(&self, record: ledger::Record) -> Result<ledger::Receipt, Refused> {
        let append = self.ports.journal().append(record);
        let result = within(self.ports.clock(), self.settings.limits.append, append).await;
        result.unwrap_or(Err(JournalFault::Busy)).map_err(Refused::Journal)
    }

    /// The people that it is about are on the meters, and that is durable, or nothing is sent.
    async fn counted(&self, people: People) -> Result<(), Refused> {
        let clock = self.ports.clock();
        let changed = self.settings.meters.count(&people.counted(Day::of_unix_ms(clock.unix_ms())));
        // Also where nothing changed: another request may have counted the same people a moment ago, and its write may have failed.
        let keep = self.ports.journal().keep_meters(changed);
        let result = within(clock, self.settings.limits.append, keep).await;
        result.unwrap_or(Err(JournalFault::Busy)).map_err(Refused::Journal)
    }

    async fn sent(&self, call: Call) -> Result<Answer<<P::Upstream as Upstream>::Body>, UpstreamFault> {
        let (health, clock) = (&self.settings.health, self.ports.clock());
        let (deployment, began) = (call.deployment.clone(), clock.monotonic());
        health.begins(&deployment, began);
        let send = self.ports.upstream().send(call);
        let late = UpstreamFault::TimedOut("no status within limits.first_byte_seconds");
        let answer = within(clock, self.settings.limits.first_byte, send).await.unwrap_or(Err(late));
        let now = clock.monotonic();
        match &answer {
            Ok(answer) if !route::is_trouble(answer.status) => {
                health.answered(&deployment, now.saturating_sub(began));
            }
            _ => health.failed(&deployment, now),
        }
        answer
    }

    fn answer_refusal(&self, noted: &Noted, refused: &Refused) -> Outgoing<P> {
        let shape = refused.shape(&noted.id);
        if !noted.intent_written {
            self.ports.journal().append_later(noted.refusal(refused));
        }
        let mut headers = retry_headers(&shape);
        headers.retain(|(name, _)| name != "x-cordon-request-id");
        headers.extend(headers::own(&Own {
            id: &noted.id,
            policy: &self.settings.policy.digest(),
            receipt: None,
            treated: &[],
            verdict: None,
            observed: noted.observed,
        }));
        if let Refused::Policy(refusal) = refused {
            headers.extend(headers::reasons(&refusal.reasons));
        }
        Outgoing {
            status: shape.status,
            headers,
            body: OutBody::Whole(Bytes::from(wire::error_body(noted.dialect, &shape))),
        }
    }
}

/// The deployments that were in trouble, and how well the first of them handles data.
struct Tried {
    deployments: Vec<DeploymentId>,
    handling: Handling,
}

/// Everything that the steps before the record made.
struct Prepared {
    stream: bool,
    input_tokens_estimated: u64,
    treated: Vec<(Treatment, u32)>,
    body: Bytes,
    map: Arc<veil::RestoreMap>,
    /// Who it is about.
    people: People,
    /// Where the answer should be made.
    expected: Expected,
    verdict: Verdict,
    handling: Handling,
    intent: ledger::Record,
}

/// Leaves the first candidate of each deployment. An alias may name several models of one; a verdict names the deployment, and the one
/// that was judged must be the one that is sent.
pub(crate) fn once(candidates: &mut Vec<Candidate>) {
    let mut seen = BTreeSet::new();
    candidates.retain(|candidate| seen.insert(candidate.deployment.clone()));
}

/// True while the app is only observed: from the end date on it is protected.
pub(crate) fn is_observed(app: &App, now_unix_ms: u64) -> bool {
    matches!(app.mode, Mode::Observe { until_unix_ms } if now_unix_ms < until_unix_ms)
}

fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn treated(classes: &BTreeMap<DataClass, u32>, verdict: &Verdict) -> Vec<(Treatment, u32)> {
    let mut counts: BTreeMap<Treatment, u32> = BTreeMap::new();
    for (class, count) in classes {
        *counts.entry(verdict.treatment(*class)).or_default() += count;
    }
    counts.into_iter().collect()
}
