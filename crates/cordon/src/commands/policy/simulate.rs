//! `cordon policy simulate`: what a configuration would have said to the questions that the ledger holds.

mod shown;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use exchange::{Replay, Replayed, Tally};
use ledger::{Record, leaf_hash};
use policy::PolicyEngine as _;
use route::Router;
use store::{LedgerStore, StoredLeaf};
use store_sql::Access;
use types::AppName;

use self::shown::show;
pub(in crate::commands) use self::shown::{differs, of as difference};
use crate::commands::{audit, meters};
use crate::config::load::Loaded;
use crate::config::plan::Plan;
use crate::context::{Context, wait};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::policies::engine;
use crate::standings::PlanStandings;
use crate::state::State;
use crate::{moment, setup, world};

/// Most apps that are told apart beyond those that the configuration names.
const OTHER_APPS_MAX: usize = 20;

/// Ask the questions of the ledger again, and show what this configuration would answer otherwise.
///
/// Each request that policy was asked about is asked again: with its classes, its declaration and the levels of its meters, on its
/// day; treatments, law, facts, deployments and accounts are those of this configuration. With --config you try another one before
/// it holds. Nothing is written, nothing is sent. Ends with 1 when something would differ.
#[derive(Debug, Args)]
pub(super) struct Simulate {
    /// From here on: the index of a record, a time before now, a day, or a time stamp.
    ///
    /// Default: the first record. Example: --from 12000, --from 7d, --from 2026-11-20
    #[arg(long, value_name = "WHERE")]
    from: Option<String>,

    /// Up to here: the index of the last record, a time before now, a day (which counts), or a time stamp.
    ///
    /// Default: the last record. Example: --to 2026-11-28
    #[arg(long, value_name = "WHERE")]
    to: Option<String>,

    /// Of this app only.
    ///
    /// Default: of all. Example: --app billing
    #[arg(long, value_name = "NAME")]
    app: Option<String>,

    /// The state directory whose ledger is read.
    ///
    /// Default: that of the configuration. Example: cordon policy simulate --config new/cordon.toml --state-dir /var/lib/cordon
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
}

/// Which records are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    first: u64,
    /// The first index behind it.
    end: u64,
    since_ms: u64,
    until_ms: u64,
}

impl Range {
    fn of(from: Option<&str>, to: Option<&str>, now_unix_ms: u64) -> Result<Self, Failure> {
        let mut range = Self { first: 0, end: u64::MAX, since_ms: 0, until_ms: u64::MAX };
        let unclear = |flag: &str| {
            Failure::Usage(format!(
                "{flag} takes the index of a record (12000), a time before now (24h), a day (2026-11-20) or a time stamp"
            ))
        };
        match from.map(|text| (text.parse::<u64>(), moment::past(text, now_unix_ms))) {
            Some((Ok(index), _)) => range.first = index,
            Some((_, Some(since_ms))) => range.since_ms = since_ms,
            Some(_) => return Err(unclear("--from")),
            None => {}
        }
        match to.map(|text| (text.parse::<u64>(), moment::past_end(text, now_unix_ms))) {
            Some((Ok(index), _)) => range.end = index.saturating_add(1),
            Some((_, Some(until_ms))) => range.until_ms = until_ms,
            Some(_) => return Err(unclear("--to")),
            None => {}
        }
        if range.first >= range.end || range.since_ms >= range.until_ms {
            return Err(Failure::Usage("--from is behind --to: nothing lies between them".to_owned()));
        }
        Ok(range)
    }

    fn holds(&self, time_ms: u64) -> bool {
        (self.since_ms..self.until_ms).contains(&time_ms)
    }
}

/// What was read, and what came of it.
#[derive(Debug, Default)]
struct Simulated {
    tally: Tally,
    /// Records in the range.
    records: u64,
    /// Index and time of the first and of the last of them.
    first: Option<(u64, u64)>,
    last: Option<(u64, u64)>,
    /// Records that cannot be trusted, and the index of the first.
    damaged: u64,
    first_damaged: Option<u64>,
    /// Questions that were asked under the policies of this configuration.
    same_policy: u64,
    /// Questions of which the record keeps the classes only.
    without_question: u64,
    /// Questions of which the record keeps a part of the lists only.
    cut: u64,
    /// Apps that the configuration does not name, with the number of their questions.
    other_apps: BTreeMap<AppName, u64>,
}

impl Simulate {
    pub(super) fn run(self, context: &Context, loaded: &Loaded, plan: &Plan) -> Result<Exit, Failure> {
        let range = Range::of(self.from.as_deref(), self.to.as_deref(), world::now_unix_ms())?;
        let policy = engine(loaded, plan)?;
        let dir = self.state_dir.as_ref().unwrap_or(&plan.state_dir);
        let state = State::open(dir, Access::Read, loaded.config.ledger.durability.of_store())?;
        let (apps, other_apps) = setup::apps(plan);
        let standings = PlanStandings::of(plan);
        let router = Router::new(plan.deployments.iter().map(|planned| planned.route.clone()).collect());
        let simulated = wait(async {
            let board = meters::board(&plan.policies.law, &state).await?;
            let replay = Replay {
                policy: policy.as_ref(),
                standings: &standings,
                router: &router,
                meters: &board,
                apps: &apps,
                other_apps: &other_apps,
            };
            read(&state, range, self.app.as_deref(), |simulated, leaf| {
                one(simulated, leaf, &replay, &policy.digest());
            })
            .await
        })?;
        if simulated.records == 0 {
            return Err(Failure::Found("there are no records in this range".to_owned()));
        }
        if simulated.tally.asked == 0 && simulated.damaged == 0 {
            return Err(Failure::Found(format!(
                "none of the {} records in this range is a question to policy that can be asked again",
                simulated.records
            )));
        }
        let by_keys = loaded.config.deployments.is_empty();
        show(&context.output, &simulated, by_keys);
        let is_same = simulated.tally.differ == 0 && simulated.damaged == 0;
        Ok(if is_same { Exit::Done } else { Exit::Found })
    }
}

/// Reads a range page by page. Records that are appended meanwhile are left out.
async fn read(
    state: &State,
    range: Range,
    app: Option<&str>,
    mut one: impl FnMut(&mut Simulated, &StoredLeaf),
) -> Result<Simulated, Failure> {
    let mut simulated = Simulated::default();
    let end = audit::kept(state.store.head().await)?.size.min(range.end);
    let mut next = range.first;
    while next < end {
        let page = audit::kept(state.store.leaves(next, audit::PAGE).await)?;
        let Some(last) = page.last() else {
            // The head says that there are more.
            simulated.damage(next, end - next);
            break;
        };
        let after = last.index.saturating_add(1).max(next.saturating_add(1));
        for leaf in page.iter().filter(|leaf| leaf.index < end) {
            if leaf.index > next {
                simulated.damage(next, leaf.index - next);
            }
            next = leaf.index.saturating_add(1);
            let copies = leaf.copies.as_ref();
            let is_meant = copies.is_none_or(|copies| {
                range.holds(copies.time_ms) && app.is_none_or(|app| copies.app.as_deref() == Some(app))
            });
            if is_meant {
                one(&mut simulated, leaf);
            }
        }
        next = after;
    }
    Ok(simulated)
}

fn one(simulated: &mut Simulated, leaf: &StoredLeaf, replay: &Replay<'_>, policy: &[u8; 32]) {
    simulated.records += 1;
    let record = match Record::parse(&leaf.leaf) {
        Ok(record) if leaf_hash(&leaf.leaf) == leaf.leaf_hash => record,
        _ => return simulated.damage(leaf.index, 1),
    };
    let place = (leaf.index, record.time_ms().unwrap_or_default());
    simulated.first.get_or_insert(place);
    simulated.last = Some(place);
    let replayed = replay.asked_again(&record);
    let app = record.app();
    if matches!(replayed, Replayed::Same | Replayed::Differs(_)) {
        simulated.note(&record, app.as_ref().filter(|app| !replay.apps.contains_key(app)), policy);
    }
    simulated.tally.add(leaf.index, app.as_ref(), replayed);
}

impl Simulated {
    fn damage(&mut self, index: u64, count: u64) {
        self.damaged = self.damaged.saturating_add(count);
        self.first_damaged.get_or_insert(index);
    }

    fn note(&mut self, record: &Record, other_app: Option<&AppName>, policy: &[u8; 32]) {
        let (question, digest) = match record {
            Record::Intent(intent) => (intent.question.as_ref(), Some(intent.policy)),
            Record::Refusal(refusal) => (refusal.question.as_ref(), refusal.policy),
            _ => return,
        };
        self.same_policy += u64::from(digest.is_some_and(|digest| digest.0 == *policy));
        self.without_question += u64::from(question.is_none());
        self.cut += u64::from(question.is_some_and(|question| question.is_cut));
        if let Some(app) = other_app
            && (self.other_apps.len() < OTHER_APPS_MAX || self.other_apps.contains_key(app))
        {
            *self.other_apps.entry(app.clone()).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_797_811_200_000;

    #[test]
    fn a_range_is_of_records_or_of_days() {
        let range = |from: &str, to: &str| {
            let named = |text: &'static str| Some(text).filter(|text| !text.is_empty());
            let (from, to) =
                (Box::leak(from.to_owned().into_boxed_str()), Box::leak(to.to_owned().into_boxed_str()));
            Range::of(named(from), named(to), NOW)
        };
        let all = Range { first: 0, end: u64::MAX, since_ms: 0, until_ms: u64::MAX };
        assert_eq!(range("", "").ok(), Some(all));
        assert_eq!(range("5", "5").ok(), Some(Range { first: 5, end: 6, ..all }));
        // The day counts whole: until the first moment of 2026-12-21.
        let day = range("2026-12-20", "2026-12-20").ok();
        assert_eq!(day, Some(Range { since_ms: NOW - 86_400_000, until_ms: NOW, ..all }));
        for (from, to) in [("6", "5"), ("2026-12-20", "2026-12-19"), ("soon", ""), ("", "later")] {
            assert!(range(from, to).is_err(), "{from} {to}");
        }
    }
}
