//! The way of a request through the gateway, step by step. When you add a step, it shows here.
//!
//! The steps before the body look at method, path and headers only; each refusal on the way is in the shape of the
//! dialect that the path speaks.

use std::sync::Arc;

use arc_swap::ArcSwap;
use exchange::Incoming;
use http::header::TRANSFER_ENCODING;
use http::request::Parts;
use http::{Request, Response, Version};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use types::ExchangeId;
use wire::{DialectId, NoRoute};

use crate::body::{self, BodyLimits};
use crate::budget::Budget;
use crate::events::Events;
use crate::gate::Gate;
use crate::head::BadHead;
use crate::ids::Ids;
use crate::journal::LedgerJournal;
use crate::keys::{Caller, KeyTable};
use crate::listen::Answers;
use crate::live::Live;
use crate::refusal::Refusal;
use crate::reply::{self, ReplyBody};
use crate::settings::Hooks;
use crate::{auth, forwarding, heavy, models};

/// Longest path and query, in bytes.
const TARGET_BYTES_MAX: usize = 8 << 10;

/// Answers the requests of applications.
pub(crate) struct Front {
    pub(crate) live: ArcSwap<Live>,
    pub(crate) keys: Arc<KeyTable>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) journal: Arc<LedgerJournal>,
    pub(crate) body: BodyLimits,
    pub(crate) hooks: Hooks,
    pub(crate) events: Arc<Events>,
    pub(crate) stopping: CancellationToken,
    /// For refusals of callers without a valid key: the ledger must not grow as fast as anybody can knock.
    pub(crate) nameless: Budget,
    /// For refusals because of trouble of our own, which records must not add to.
    pub(crate) shed: Budget,
}

/// What is known of a request for the case that it is refused.
struct Known {
    dialect: DialectId,
    caller: Option<Caller>,
}

impl Answers for Arc<Front> {
    async fn answer(&self, request: Request<hyper::body::Incoming>) -> Response<ReplyBody> {
        let started = Instant::now();
        let live = self.live.load_full();
        let (parts, body) = request.into_parts();
        let ids = Ids::of((self.hooks.new_id)(), &parts.headers);
        let mut known = Known { dialect: DialectId::OpenAiChat, caller: None };
        let mut response = match self.steps(&ids.own, &live, (&parts, body), &mut known).await {
            Ok(response) => response,
            Err(refusal) => self.refused(&ids.own, &live, &known, &refusal),
        };
        ids.put(response.headers_mut());
        // A body whose end is told by its chunks is where two readers may see two requests. Nothing that follows it, or a
        // bad head, on this connection is read.
        let is_chunked = parts.version < Version::HTTP_2 && parts.headers.contains_key(TRANSFER_ENCODING);
        if is_chunked || parts.extensions.get::<BadHead>().is_some() {
            reply::close_after(response.headers_mut());
        }
        self.events.answered(&ids, known.dialect, response.status().as_u16(), started.elapsed());
        response
    }
}

impl Front {
    async fn steps(
        &self,
        id: &ExchangeId,
        live: &Live,
        (parts, body): (&Parts, hyper::body::Incoming),
        known: &mut Known,
    ) -> Result<Response<ReplyBody>, Refusal> {
        if let Some(bad) = parts.extensions.get::<BadHead>() {
            known.dialect = bad.dialect;
            return Err(bad.refusal.clone());
        }
        let is_anthropic = parts.headers.contains_key("anthropic-version");
        let route = wire::resolve(parts.method.as_str(), parts.uri.path(), is_anthropic);
        let (route, model) = route.map_err(|no_route| {
            known.dialect = no_route.shape();
            match no_route {
                NoRoute::UnknownPath { .. } => Refusal::UnknownPath,
                NoRoute::WrongMethod { allowed, .. } => Refusal::WrongMethod { allowed },
            }
        })?;
        known.dialect = route.dialect;
        check_target(parts)?;
        if self.stopping.is_cancelled() {
            return Err(Refusal::Stopping);
        }
        let key = auth::app_key(&parts.headers)?;
        let caller = self.keys.caller(&key, (self.hooks.unix_ms)())?;
        let app = live.app(&caller);
        known.caller = Some(caller);
        if !route.endpoint.has_body() {
            return models::answer(&live.exchange.settings().router, route.dialect, &app, model);
        }
        if !self.journal.is_ready() {
            return Err(Refusal::LedgerDown);
        }
        let mut place = self.gate.enter()?;
        let conversation = forwarding::conversation(&parts.headers)?;
        let (app, narrowed) = forwarding::narrowed(&parts.headers, app)?;
        let body = body::read(&parts.headers, body, self.body, &mut place).await?;
        let incoming = Incoming {
            id: id.clone(),
            app,
            route,
            query: forwarding::query(parts.uri.query()),
            headers: forwarding::headers(&parts.headers),
            conversation,
            narrowed,
            body,
        };
        let outgoing = heavy::with_body(incoming.body.len(), live.exchange.run(incoming)).await;
        Ok(reply::of_exchange(outgoing, Some(place), &self.events))
    }

    /// The refusal as an answer, and its record: always for what a caller that is known does wrong; for others and for
    /// trouble of our own within a budget, and while the ledger takes records.
    fn refused(&self, id: &ExchangeId, live: &Live, known: &Known, refusal: &Refusal) -> Response<ReplyBody> {
        let app = known.caller.as_ref().map(|caller| (&caller.app, caller.environment));
        let second = (self.hooks.unix_ms)() / 1000;
        let is_recorded = match (refusal, app) {
            (Refusal::LedgerDown, _) => false,
            (ours, _) if ours.is_ours() => self.journal.is_ready() && self.shed.take(second),
            (_, Some(_)) => true,
            (_, None) => self.journal.is_ready() && self.nameless.take(second),
        };
        if is_recorded {
            live.exchange.refused(&refusal.early(id, known.dialect, app));
        }
        self.events.refused(id, refusal, app.map(|(name, _)| name), is_recorded);
        refusal.response(id, known.dialect)
    }
}

fn check_target(parts: &Parts) -> Result<(), Refusal> {
    let length = parts.uri.path_and_query().map_or(0, |target| target.as_str().len());
    if length > TARGET_BYTES_MAX { Err(Refusal::TargetTooLong { limit: TARGET_BYTES_MAX }) } else { Ok(()) }
}
