//! The question put to policy, and the face of whoever answers it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use registry::{Day, Handling, Standing};
use types::{AppName, DataClass, DeploymentId, Environment, Refusal, Verdict};

use crate::Declared;

/// What policy is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The app that asks.
    pub app: &'a AppName,
    /// Its environment.
    pub environment: Environment,
    /// The classes found, with the number of findings of each; opaque parts are classes too.
    pub classes: &'a BTreeMap<DataClass, u32>,
    /// Deployments that could answer, in the app's order.
    pub candidates: &'a [Candidate],
    /// What the app says of itself, narrowed by what the request says.
    pub declared: &'a Arc<Declared>,
    /// The day (UTC): exceptions end.
    pub day: Day,
    /// The worst data handling that is good enough: that of the deployment a retry was first meant for.
    pub handling_floor: Handling,
    /// True when the answer is streamed.
    pub stream: bool,
    /// True when the request offers tools.
    pub tools: bool,
}

/// A deployment that could answer.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its id.
    pub deployment: DeploymentId,
    /// How it stands on this day, for this model and key.
    pub standing: Arc<Standing>,
    /// How far its meters are.
    pub meters: Arc<Meters>,
}

impl Candidate {
    /// A candidate whose meters are all at zero.
    pub fn new(deployment: DeploymentId, standing: Arc<Standing>) -> Self {
        Self { deployment, standing, meters: Arc::default() }
    }
}

/// How far a meter is towards its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Level {
    /// Below half of it.
    #[default]
    Low,
    /// Half of it.
    Half,
    /// Four fifths of it.
    Most,
    /// At it or beyond.
    Full,
}

impl Level {
    /// All levels.
    pub const ALL: [Self; 4] = [Self::Low, Self::Half, Self::Most, Self::Full];

    /// The level as policies see it: 0, 50, 80 or 100 (percent of the threshold).
    pub const fn percent(self) -> u8 {
        match self {
            Self::Low => 0,
            Self::Half => 50,
            Self::Most => 80,
            Self::Full => 100,
        }
    }

    /// The highest level that a percentage has reached.
    pub const fn of_percent(percent: u64) -> Self {
        match percent {
            0..50 => Self::Low,
            50..80 => Self::Half,
            80..100 => Self::Most,
            _ => Self::Full,
        }
    }
}

/// Meter → how far it is. A meter that is not here is at zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Meters(pub BTreeMap<String, Level>);

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The request may go.
    Send(Verdict),
    /// No candidate may get it.
    Refuse(Refusal),
}

/// Policy could not answer. Nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// There is no table for this app.
    #[error("no policy is loaded for app `{0}`")]
    NoPolicy(AppName),
    /// The engine itself failed.
    #[error("the policy engine failed: {0}")]
    Engine(&'static str),
}

/// Answers questions. Deterministic: the same question has the same answer under the same digest.
pub trait PolicyEngine: Send + Sync {
    /// Decides.
    ///
    /// # Errors
    /// [`PolicyError`]; the request is then refused.
    fn decide(&self, question: &Question<'_>) -> Result<Decision, PolicyError>;

    /// SHA-256 of everything that decides; stands in each record.
    fn digest(&self) -> [u8; 32];

    /// Keys of the facts that a policy rests on, where the engine knows them.
    fn rests_on(&self, _policy: &str) -> BTreeSet<String> {
        BTreeSet::new()
    }

    /// Regions of people that a request may name, where the engine knows them.
    fn regions(&self) -> BTreeSet<String> {
        BTreeSet::new()
    }
}
