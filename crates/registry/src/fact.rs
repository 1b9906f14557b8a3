//! A fact: what somebody says about one key of one provider, in which scope, on which evidence.

use std::sync::Arc;

use serde::Deserialize;

use crate::{Day, pattern, places::Regions};

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Words, a place, an address, a value of an enumeration.
    Text(String),
    /// A number; -1 = no number is stated.
    Number(i64),
    /// Several.
    List(Vec<String>),
}

impl Default for Value {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl Value {
    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a list, or the one text.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text.as_str()],
            Self::List(all) => all.iter().map(String::as_str).collect(),
            Self::Number(_) => Vec::new(),
        }
    }

    /// The number, where it is one.
    pub const fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

/// How sure a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// A document of the provider, or an archived copy of it, or the operator's own evidence says so.
    Known,
    /// A dated third party reports it, or it follows from other facts, or it is recalled.
    Likely,
    /// Nobody was found who says so.
    Unknown,
    /// Two dated sources disagree; the value is the less favourable one.
    Conflict,
}

impl Status {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Likely => "likely",
            Self::Unknown => "unknown",
            Self::Conflict => "conflict",
        }
    }
}

/// How a value was come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The document was read.
    Read,
    /// Somebody else reports it.
    Reported,
    /// It follows from other facts.
    Inferred,
    /// From memory, not read again.
    Recalled,
}

impl Basis {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Reported => "reported",
            Self::Inferred => "inferred",
            Self::Recalled => "recalled",
        }
    }
}

/// Who speaks in a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// A document of the provider, under one of its own domains.
    Primary,
    /// An archived copy of such a document.
    Archived,
    /// A public register.
    Register,
    /// A document of the provider whose text was not seen.
    Unread,
    /// Somebody else.
    Secondary,
    /// Something that was observed.
    Observed,
    /// The operator's own.
    Own,
}

impl SourceKind {
    /// True where it can make a fact known.
    pub(crate) const fn proves(self) -> bool {
        matches!(self, Self::Primary | Self::Archived | Self::Register | Self::Own)
    }
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its id in its file.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Where it stands.
    pub url: Option<String>,
    /// Who speaks.
    pub kind: SourceKind,
    /// Date of the document: a day, a month or a year.
    pub document_date: Option<String>,
    /// Date of the copy that was read, where it was one: a day, a month or a year.
    pub copy_date: Option<String>,
    /// When it was read.
    pub retrieved: Day,
    /// Who of the operator's people vouches for it.
    pub who: Option<String>,
    /// The evidence itself: a file of the operator's, and its SHA-256 as hexadecimal digits.
    pub evidence: Option<(String, Option<String>)>,
    /// A remark.
    pub note: String,
}

/// What a fact is limited to. It binds only where every dimension that is given fits.
#[derive(Debug, Clone, PartialEq, Eq, Default, PartialOrd, Ord, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// A product of the provider.
    pub product: Option<String>,
    /// The tier of the account: `paid`.
    pub tier: Option<String>,
    /// Models: patterns with `*`, several joined by `+`.
    pub model: Option<String>,
    /// A feature of the API.
    pub feature: Option<String>,
    /// Hosts: patterns with `*`, several joined by `+`.
    pub endpoint: Option<String>,
    /// Where the customer is established: countries or regions, several joined by `+`.
    pub customer_region: Option<String>,
    /// A setting of the account: `region=eu`.
    pub account_setting: Option<String>,
}

/// What a question is about. A dimension that is left out fits no fact that is limited to it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// The tier of the account.
    pub tier: Option<&'a str>,
    /// The model.
    pub model: Option<&'a str>,
    /// The host that the request goes to.
    pub endpoint: Option<&'a str>,
    /// The country in which the customer is established.
    pub customer_region: Option<&'a str>,
    /// Settings of the account.
    pub settings: &'a [String],
}

/// The product that every request of ours uses, where facts tell products apart.
const PRODUCT: &str = "api";

impl Scope {
    /// Number of dimensions that are given: the greater, the more specific.
    pub fn specificity(&self) -> usize {
        self.dimensions().count()
    }

    /// The dimensions that are given, with their names.
    pub fn dimensions(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("product", &self.product),
            ("tier", &self.tier),
            ("model", &self.model),
            ("feature", &self.feature),
            ("endpoint", &self.endpoint),
            ("customer_region", &self.customer_region),
            ("account_setting", &self.account_setting),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }

    pub(crate) fn fits(&self, asked: &Asked<'_>, regions: &Regions) -> bool {
        self.dimensions().all(|(name, value)| match name {
            "product" => value == PRODUCT,
            "tier" => asked.tier.is_some_and(|tier| tier.eq_ignore_ascii_case(value)),
            "model" => {
                asked.model.is_some_and(|model| value.split('+').any(|one| pattern::is_like(model, one)))
            }
            "endpoint" => asked
                .endpoint
                .is_some_and(|host| value.split('+').any(|one| pattern::is_host_like(host, one))),
            "customer_region" => asked
                .customer_region
                .is_some_and(|country| value.split('+').any(|one| regions.has(one, country))),
            "account_setting" => asked.settings.iter().any(|setting| setting.eq_ignore_ascii_case(value)),
            // A feature is not asked about yet, so that a fact on one never binds.
            _ => false,
        })
    }
}

/// What somebody says about one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The key.
    pub key: String,
    /// The value; `None` where the status is unknown.
    pub value: Option<Value>,
    /// How sure it is.
    pub status: Status,
    /// How it was come to; `None` where the status is unknown.
    pub basis: Option<Basis>,
    /// On which evidence.
    pub sources: Vec<Arc<Source>>,
    /// When it was read, or confirmed.
    pub retrieved: Day,
    /// What it is limited to.
    pub scope: Scope,
    /// A remark.
    pub note: String,
    /// True where the operator says so, not the shipped registry.
    pub is_own: bool,
}
