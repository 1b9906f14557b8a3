//! `[detection]`: recognizers of your own, names, thresholds, values that are allowed.

use std::collections::BTreeMap;

use detect::NamesAsked;
use detect::tagger::Knob;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Model;

/// What is found. The shipped recognizers always run.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Detection {
    /// Files with recognizers of your own; in the last part of a path `*` stands for any text. They are read with the
    /// configuration, and one that is wrong refuses it whole. `docs/how-to/add-a-recognizer.md` shows how to write one,
    /// `cordon recognizers test` tries it.
    #[schemars(example = ["rules/*.toml"])]
    pub(crate) recognizers: Vec<String>,
    /// Names, places and addresses in free text, without a label or title that would give them away: `off`, or how readily
    /// something is taken for one (`precise`, `balanced`, `strict`). It misses some and takes some words for names that are
    /// none; the cards in models/ say how many. `strict` leaks a third less than `balanced`, and hits two to three times as many texts without names.
    #[schemars(example = &"strict")]
    pub(crate) names: Names,
    /// True: companies and other organisations are found, too (entity `ORGANIZATION`, class `confidential`), where names are
    /// asked for. They are no personal data, and much that is asked about them is public.
    #[schemars(example = true)]
    pub(crate) organizations: bool,
    /// True: names of public figures and well-known organisations stay in running text, those of `recognizers/public.toml`. The value
    /// of a field, as in `"name": "…"`, is reported all the same.
    #[schemars(example = false)]
    pub(crate) keep_public: bool,
    /// Entity → the least score, from 0 to 1, of a finding that counts. It only raises: recognizers have a least score of
    /// their own. A raised one for an entity of the class `credential` lets secrets out, so `cordon check` warns. Entities
    /// and scores are those of `cordon explain`.
    #[schemars(example = email_score())]
    pub(crate) thresholds: BTreeMap<String, f32>,
    /// Entity → values that are not reported: texts as written, or `/…/`, a regex that matches the whole value (not for
    /// entities of the class `credential`). What is encoded or spelled out is reported all the same.
    #[schemars(example = help_desk())]
    pub(crate) allow: BTreeMap<String, Vec<String>>,
    /// A bigger model of your own beside everything else.
    pub(crate) model: Model,
}

impl Default for Detection {
    fn default() -> Self {
        Self {
            recognizers: Vec::new(),
            names: Names::default(),
            organizations: false,
            keep_public: true,
            thresholds: BTreeMap::new(),
            allow: BTreeMap::new(),
            model: Model::default(),
        }
    }
}

impl Detection {
    /// What is asked of names.
    pub(crate) const fn asked(&self) -> NamesAsked {
        NamesAsked {
            knob: self.names.knob(),
            organizations: self.organizations,
            keeps_public: self.keep_public,
        }
    }
}

/// How readily something in free text is taken for a name, a place or an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Names {
    /// Not at all: only what a label, a title or a form gives away.
    Off,
    /// Rather too little than too much.
    Precise,
    /// In between.
    #[default]
    Balanced,
    /// Rather too much than too little.
    Strict,
}

impl Names {
    const fn knob(self) -> Option<Knob> {
        match self {
            Self::Off => None,
            Self::Precise => Some(Knob::Precise),
            Self::Balanced => Some(Knob::Balanced),
            Self::Strict => Some(Knob::Strict),
        }
    }
}

/// What one app asks of findings on top of `[detection]`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AppDetection {
    /// Names, places and addresses in free text; replaces `[detection] names`. The ledger's record of a request says what held.
    #[schemars(example = &"strict")]
    pub(crate) names: Option<Names>,
    /// Replaces `[detection] organizations`.
    #[schemars(example = true)]
    pub(crate) organizations: Option<bool>,
    /// Replaces `[detection] keep_public`.
    #[schemars(example = false)]
    pub(crate) keep_public: Option<bool>,
    /// Entity → the least score; replaces that of `[detection.thresholds]`.
    #[schemars(example = email_score())]
    pub(crate) thresholds: BTreeMap<String, f32>,
    /// Entity → values that are not reported, on top of those of `[detection.allow]`.
    #[schemars(example = help_desk())]
    pub(crate) allow: BTreeMap<String, Vec<String>>,
}

impl AppDetection {
    /// What the app asks of names, where all others ask this.
    pub(crate) fn asked(&self, common: NamesAsked) -> NamesAsked {
        NamesAsked {
            knob: self.names.map_or(common.knob, Names::knob),
            organizations: self.organizations.unwrap_or(common.organizations),
            keeps_public: self.keep_public.unwrap_or(common.keeps_public),
        }
    }
}

fn email_score() -> serde_json::Value {
    serde_json::json!({ "EMAIL_ADDRESS": 0.8 })
}

fn help_desk() -> serde_json::Value {
    serde_json::json!({ "EMAIL_ADDRESS": ["help@tidewick.org", "/.*@lists\\.tidewick\\.org/"] })
}
