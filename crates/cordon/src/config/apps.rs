//! `[apps.NAME]`: what differs for one app.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::date::LastDay;
use super::detection::AppDetection;
use super::routing::StrategyName;
use super::treatments::{AppTreatments, FormName};

/// What differs for one app. Each app that has a key may stand here; what it leaves out is that of all apps. The app
/// `default` exists without being named.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct App {
    /// A preset of its own, instead of that of `[treatments]` and its lines.
    #[schemars(example = &"coding-agent")]
    pub(crate) preset: Option<String>,
    /// Lines on top, e.g. `{ location = "keep" }`.
    #[schemars(example = location_kept())]
    pub(crate) treatments: AppTreatments,
    /// Forms of surrogates on top of those of `[surrogates]`.
    #[schemars(example = class_email())]
    pub(crate) surrogates: BTreeMap<String, FormName>,
    /// Thresholds and allowed values on top of those of `[detection]`, and what is asked of names instead of what is asked there.
    #[schemars(example = sure_emails())]
    pub(crate) detection: AppDetection,
    /// Regions whose people the data may be about: `EU` (or a country of the European Economic Area), `US`, `CN`, `GB`, `CH`, …,
    /// `OTHER`. Left out: every region whose law could bind. The request header `x-cordon-subjects` may narrow it, never widen.
    #[schemars(example = ["EU", "US"])]
    pub(crate) subjects: Option<Vec<String>>,
    /// What the data are used for, in words of your own, for your own policies and the records. `x-cordon-purpose` narrows it.
    #[schemars(example = ["customer_support"])]
    pub(crate) purpose: Option<Vec<String>>,
    /// Who the people are: `employees`, `customers`, `patients`, `children`, `public`. Left out: anybody. `x-cordon-audience`
    /// narrows it.
    #[schemars(example = ["customers"])]
    pub(crate) audience: Option<Vec<String>>,
    /// Legal basis (GDPR art. 6): `consent`, `contract`, `legal_obligation`, `vital_interests`, `public_task` or
    /// `legitimate_interests`.
    #[schemars(example = &"contract")]
    pub(crate) legal_basis: Option<String>,
    /// Where the consent is on file, where there is one.
    #[schemars(example = &"consent register 2026-17")]
    pub(crate) consent: Option<String>,
    /// Exception for special categories (GDPR art. 9(2)), e.g. `explicit_consent` or `health_care`.
    #[schemars(example = &"health_care")]
    pub(crate) art9_exception: Option<String>,
    /// True where the impact assessment of this app is approved.
    #[schemars(example = true)]
    pub(crate) dpia_approved: bool,
    /// Programmes that are in place: `cisa_programme` (28 CFR 202), `pipia`, `cn_standard_contract`, `cn_certification`,
    /// `cn_security_assessment` (PIPL).
    #[schemars(example = ["pipia"])]
    pub(crate) programmes: Vec<String>,
    /// Data classes that hold important or core data in the sense of the Chinese Data Security Law: they never leave China.
    #[schemars(example = ["confidential"])]
    pub(crate) important_data: Vec<String>,
    /// The deployments it may use. Left out: all.
    #[schemars(example = ["openai"])]
    pub(crate) deployments: Option<Vec<String>>,
    /// Names of its own for models, on top of those of `[aliases]`.
    #[schemars(example = cheap())]
    pub(crate) aliases: BTreeMap<String, Vec<String>>,
    /// How it orders the deployments that may equally have a request: `listed` (as they stand in an alias or in this file),
    /// `weighted` (by chance, by their `weight`), `latency` (who answered fastest lately), `cost` (who is cheapest).
    #[schemars(example = &"latency")]
    pub(crate) strategy: StrategyName,
    /// Last day of observe mode: everything is detected, decided and recorded as "would have", and the request goes on
    /// unchanged. At most 30 days ahead; from the next day on (UTC) the app is protected.
    #[schemars(example = &"2026-12-20")]
    pub(crate) observe_until: Option<LastDay>,
    /// True: secrets come back in text for the reader too. Otherwise they come back only in arguments of tools that the
    /// client runs.
    #[schemars(example = true)]
    pub(crate) secrets_to_reader: bool,
    /// What happens to personal data and secrets in an answer that the request did not send. Text that cannot be searched, nested too
    /// deep for example, is counted by `flag` and ends the answer otherwise.
    #[schemars(example = &"redact")]
    pub(crate) answer_guard: GuardName,
    /// A file of exact terms that never leave, one a line, `LABEL<TAB>TERM` or just the term. Must have mode 0600 or 0400.
    /// It is read at start and on reload, and kept sealed; `cordon terms add` does without a file.
    #[schemars(with = "Option<String>", example = &"terms/billing.txt")]
    pub(crate) terms_file: Option<PathBuf>,
}

/// What happens to data in an answer that the request did not send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum GuardName {
    /// It is counted and recorded.
    #[default]
    Flag,
    /// It is replaced by a type word; a window of the stream is held back.
    Redact,
    /// The answer ends with an error; a window of the stream is held back.
    Refuse,
}

fn cheap() -> serde_json::Value {
    serde_json::json!({ "cheap": ["house/llama-4", "openai/gpt-5-mini"] })
}

fn location_kept() -> serde_json::Value {
    serde_json::json!({ "location": "keep" })
}

fn sure_emails() -> serde_json::Value {
    serde_json::json!({ "thresholds": { "EMAIL_ADDRESS": 0.8 } })
}

fn class_email() -> serde_json::Value {
    serde_json::json!({ "EMAIL_ADDRESS": "class" })
}
